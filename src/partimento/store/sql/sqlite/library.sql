-- The library: jobs, what they made, packs and who signed them. Python binds values and pastes nothing.

-- name: add_library_job
INSERT INTO library_jobs (
    id, name, origin, plan, plan_hash, state, why, total, cap_pico, caller, owner, created_at, changed_at, seconds
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO NOTHING;

-- name: library_job
SELECT id, name, origin, plan, plan_hash, state, why, total, cap_pico, caller, owner, created_at, changed_at, seconds
FROM library_jobs WHERE id = ?;

-- name: library_jobs
-- The newest first: (most).
SELECT id, name, origin, plan, plan_hash, state, why, total, cap_pico, caller, owner, created_at, changed_at, seconds
FROM library_jobs ORDER BY created_at DESC, id DESC LIMIT ?;

-- name: take_library_job
-- Set to work, by the process that saw who was at it before: (owner, cap, now, id, owner seen).
UPDATE library_jobs SET state = 'running', why = '', owner = ?, cap_pico = ?, changed_at = ? WHERE id = ? AND owner = ?;

-- name: leave_library_job
-- Put down by its process: (state, why, seconds at work, now, id, owner).
UPDATE library_jobs SET state = ?, why = ?, owner = '', seconds = seconds + ?, changed_at = ? WHERE id = ? AND owner = ?;

-- name: stop_library_job
-- Ask whoever is at it to stop: (state, why, now, id).
UPDATE library_jobs SET state = ?, why = ?, changed_at = ? WHERE id = ? AND state IN ('running', 'paused');

-- name: library_job_state
SELECT state FROM library_jobs WHERE id = ?;

-- name: put_library_item
-- What is made stays made.
INSERT INTO library_items (
    job, position, item_key, state, memory_id, task, genre, music_key, level, kind, topic, space, fields, options,
    error, attempts, settled_at
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (job, position) DO UPDATE SET
    item_key = excluded.item_key, state = excluded.state, memory_id = excluded.memory_id,
    music_key = excluded.music_key, options = excluded.options, error = excluded.error,
    attempts = library_items.attempts + excluded.attempts, settled_at = excluded.settled_at
WHERE library_items.state <> 'made';

-- name: library_counts
SELECT state, count(*) FROM library_items WHERE job = ? GROUP BY state;

-- name: library_settled
-- What has been settled of a job, in portions: (job, after position, most).
SELECT position, state FROM library_items WHERE job = ? AND position > ? ORDER BY position LIMIT ?;

-- name: library_errors
-- Why items failed, and how many for that reason: (job, most).
SELECT error, count(*) FROM library_items WHERE job = ? AND state = 'failed'
GROUP BY error ORDER BY count(*) DESC, error LIMIT ?;

-- name: library_item_of_key
-- An item made for the same request, in whatever job.
SELECT i.job, m.id FROM library_items AS i JOIN memory AS m ON m.id = i.memory_id
WHERE i.item_key = ? AND i.state = 'made' LIMIT 1;

-- name: library_values
-- Values of what was made in a space, in portions: (space, after job, after position, most).
SELECT i.job, i.position, i.memory_id, i.music_key, m.value
FROM library_items AS i JOIN memory AS m ON m.id = i.memory_id
WHERE i.space = ? AND i.state = 'made' AND (i.job, i.position) > (?, ?) ORDER BY i.job, i.position LIMIT ?;

-- name: library_listing
-- What was made, in portions; '' leaves a column open: (task, genre, key, level, kind, job, after job, after position,
-- most).
SELECT i.job, i.position, i.memory_id, i.item_key, i.task, i.genre, i.music_key, i.level, i.kind, i.topic, i.space,
    i.fields, i.options, m.model, m.task_version, m.created_at
FROM library_items AS i JOIN memory AS m ON m.id = i.memory_id
WHERE i.state = 'made' AND (?1 = '' OR i.task = ?1) AND (?2 = '' OR i.genre = ?2) AND (?3 = '' OR i.music_key = ?3)
AND (?4 = '' OR i.level = ?4) AND (?5 = '' OR i.kind = ?5) AND (?6 = '' OR i.job = ?6)
AND (i.job, i.position) > (?7, ?8) ORDER BY i.job, i.position LIMIT ?9;

-- name: library_latest
-- What a job made last: (job, most).
SELECT i.job, i.position, i.memory_id, i.item_key, i.task, i.genre, i.music_key, i.level, i.kind, i.topic, i.space,
    i.fields, i.options, m.model, m.task_version, m.created_at
FROM library_items AS i JOIN memory AS m ON m.id = i.memory_id
WHERE i.job = ? AND i.state = 'made' ORDER BY i.settled_at DESC, i.position DESC LIMIT ?;

-- name: library_reasons
-- Why items were not made, and how many for that reason, failures first: (job, most).
SELECT state, error, count(*) FROM library_items WHERE job = ? AND state IN ('failed', 'skipped')
GROUP BY state, error ORDER BY state, count(*) DESC, error LIMIT ?;

-- name: library_size
-- The bytes of all that is in the library.
SELECT coalesce(sum(length(value)), 0) FROM memory
WHERE id IN (SELECT memory_id FROM library_items WHERE state = 'made');

-- name: library_coverage
-- How many items of each task, genre, key, level and kind are in which state: (job, job); '' for all jobs.
SELECT task, genre, music_key, level, kind, state, count(*) FROM library_items WHERE ? IN ('', job)
GROUP BY task, genre, music_key, level, kind, state ORDER BY task, genre, music_key, level, kind, state;

-- name: keep_item
-- Pruning takes it no more.
UPDATE memory SET kept = 1 WHERE id = ?;

-- name: keep_entry
-- An entry that does not expire, where no other answer lives: (fingerprint, scope, memory id, now).
INSERT INTO cache_entries (fingerprint, scope, memory_id, expires_at) VALUES (?1, ?2, ?3, NULL)
ON CONFLICT (fingerprint, scope) DO UPDATE SET memory_id = excluded.memory_id, expires_at = NULL
WHERE cache_entries.memory_id = excluded.memory_id OR cache_entries.expires_at <= ?4;

-- name: library_cost
-- What a job has cost, its failures too: (since, its endpoint).
SELECT coalesce(sum(cost_pico), 0) FROM ledger WHERE at >= ? AND endpoint = ?;

-- name: library_costs
-- The same of every job at once: (since).
SELECT endpoint, sum(cost_pico) FROM ledger WHERE at >= ? AND endpoint LIKE 'library.%' GROUP BY endpoint;

-- name: packed_item
-- All that a pack tells of an item.
SELECT value, task, task_version, model, engine, tier, provider, input_tokens, output_tokens, created_at, claims
FROM memory WHERE id = ?;

-- name: add_library_answer
INSERT INTO library_answers (answer, job, position, read_at) VALUES (?, ?, ?, ?) ON CONFLICT (answer) DO NOTHING;

-- name: library_answer
SELECT job, position FROM library_answers WHERE answer = ?;

-- name: library_signer
SELECT public_key, since FROM library_signers WHERE pack = ?;

-- name: put_library_signer
INSERT INTO library_signers (pack, public_key, since) VALUES (?, ?, ?)
ON CONFLICT (pack) DO UPDATE SET public_key = excluded.public_key, since = excluded.since;

-- name: copy_library_jobs
SELECT id, name, origin, plan, plan_hash, state, why, total, cap_pico, caller, owner, created_at, changed_at, seconds
FROM library_jobs WHERE id > ? ORDER BY id LIMIT ?;

-- name: put_copied_library_jobs
INSERT INTO library_jobs (
    id, name, origin, plan, plan_hash, state, why, total, cap_pico, caller, owner, created_at, changed_at, seconds
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET
    name = excluded.name, origin = excluded.origin, plan = excluded.plan, plan_hash = excluded.plan_hash,
    state = excluded.state, why = excluded.why, total = excluded.total, cap_pico = excluded.cap_pico,
    caller = excluded.caller, owner = excluded.owner, created_at = excluded.created_at,
    changed_at = excluded.changed_at, seconds = excluded.seconds;

-- name: drop_copied_library_jobs
DELETE FROM library_jobs WHERE id = ?;

-- name: copy_library_items
SELECT
    job, position, item_key, state, memory_id, task, genre, music_key, level, kind, topic, space, fields, options,
    error, attempts, settled_at
FROM library_items WHERE (job, position) > (?, ?) ORDER BY job, position LIMIT ?;

-- name: put_copied_library_items
INSERT INTO library_items (
    job, position, item_key, state, memory_id, task, genre, music_key, level, kind, topic, space, fields, options,
    error, attempts, settled_at
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (job, position) DO UPDATE SET
    item_key = excluded.item_key, state = excluded.state, memory_id = excluded.memory_id, task = excluded.task,
    genre = excluded.genre, music_key = excluded.music_key, level = excluded.level, kind = excluded.kind,
    topic = excluded.topic, space = excluded.space, fields = excluded.fields, options = excluded.options,
    error = excluded.error, attempts = excluded.attempts, settled_at = excluded.settled_at;

-- name: drop_copied_library_items
DELETE FROM library_items WHERE job = ? AND position = ?;

-- name: copy_library_answers
SELECT answer, job, position, read_at FROM library_answers WHERE answer > ? ORDER BY answer LIMIT ?;

-- name: put_copied_library_answers
INSERT INTO library_answers (answer, job, position, read_at) VALUES (?, ?, ?, ?)
ON CONFLICT (answer) DO UPDATE SET
    job = excluded.job, position = excluded.position, read_at = excluded.read_at;

-- name: drop_copied_library_answers
DELETE FROM library_answers WHERE answer = ?;

-- name: copy_library_signers
SELECT pack, public_key, since FROM library_signers WHERE pack > ? ORDER BY pack LIMIT ?;

-- name: put_copied_library_signers
INSERT INTO library_signers (pack, public_key, since) VALUES (?, ?, ?)
ON CONFLICT (pack) DO UPDATE SET public_key = excluded.public_key, since = excluded.since;

-- name: drop_copied_library_signers
DELETE FROM library_signers WHERE pack = ?;
