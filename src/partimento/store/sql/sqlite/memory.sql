-- What was generated: look-ups, items, cache entries. Python binds values and pastes nothing.

-- name: look_up
-- The live item of a fingerprint: (fingerprint, scope, now).
SELECT m.id, m.value, m.model, m.engine, m.tier, m.provider, m.input_tokens, m.output_tokens, m.cost_pico,
    m.claims
FROM cache_entries AS e JOIN memory AS m ON m.id = e.memory_id
WHERE e.fingerprint = ? AND e.scope = ? AND (e.expires_at IS NULL OR e.expires_at > ?);

-- name: record_item
-- The same content made again is the same item.
INSERT INTO memory (
    id, task, task_version, value, prompt, options, model, engine, tier, provider, input_tokens, output_tokens,
    cost_pico, latency_ms, created_at, "user", claims
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO NOTHING;

-- name: record_entry
-- The newest answer to a fingerprint is the one served.
INSERT INTO cache_entries (fingerprint, scope, memory_id, expires_at) VALUES (?, ?, ?, ?)
ON CONFLICT (fingerprint, scope) DO UPDATE SET memory_id = excluded.memory_id, expires_at = excluded.expires_at;

-- name: memory_item
-- One item, whole, with what its owner said of it.
SELECT
    id, task, task_version, value, prompt, options, model, engine, tier, provider, input_tokens, output_tokens,
    cost_pico, latency_ms, created_at, "user", claims, rating, verified, kept
FROM memory WHERE id = ?;

-- name: approved_items
-- What may be trained on, as its owner left it: (least rating, whether it must be verified). What was rejected is out.
SELECT m.task, m.model, m.prompt, coalesce(r.edited, m.value), coalesce(r.tags, '[]'), r.difficulty,
    coalesce(r.weight, 1.0)
FROM memory AS m LEFT JOIN reviews AS r ON r.memory_id = m.id
WHERE m.rating >= ? AND (m.verified OR NOT ?) AND (r.state IS NULL OR r.state <> 'rejected')
ORDER BY m.created_at, m.id;

-- name: cache_stats
-- Entries, expired ones, items and their bytes: (now).
SELECT
    (SELECT count(*) FROM cache_entries),
    (SELECT count(*) FROM cache_entries WHERE expires_at <= ?),
    (SELECT count(*) FROM memory),
    (SELECT coalesce(sum(length(value)), 0) FROM memory),
    (SELECT count(*) FROM memory WHERE rating IS NOT NULL OR verified OR kept
        OR id IN (SELECT memory_id FROM review_changes));

-- name: prune_expired_items
-- Items that only expired entries lead to, unless reviewed, rated, verified or kept: (now, now). Before
-- prune_expired_entries.
DELETE FROM memory
WHERE rating IS NULL AND NOT verified AND NOT kept
AND NOT EXISTS (SELECT 1 FROM review_changes AS said WHERE said.memory_id = memory.id)
AND id IN (SELECT memory_id FROM cache_entries WHERE expires_at <= ?)
AND NOT EXISTS (
    SELECT 1 FROM cache_entries AS live
    WHERE live.memory_id = memory.id AND (live.expires_at IS NULL OR live.expires_at > ?)
);

-- name: prune_expired_entries
DELETE FROM cache_entries WHERE expires_at <= ?;

-- name: prune_task_items
-- Items of a task that a cache entry leads to, unless reviewed, rated, verified or kept. Before prune_task_entries.
DELETE FROM memory
WHERE task = ? AND rating IS NULL AND NOT verified AND NOT kept
AND NOT EXISTS (SELECT 1 FROM review_changes AS said WHERE said.memory_id = memory.id)
AND EXISTS (SELECT 1 FROM cache_entries AS entry WHERE entry.memory_id = memory.id);

-- name: prune_task_entries
-- Entries of a task's items, those of the items just pruned among them.
DELETE FROM cache_entries
WHERE memory_id IN (SELECT id FROM memory WHERE task = ?)
OR NOT EXISTS (SELECT 1 FROM memory WHERE id = cache_entries.memory_id);
