-- Every request, one row; reports on them, and their end. Python binds values and pastes nothing.

-- name: record_row
-- A row is written once; only one that says "unknown" gives way, to what its request came to after all.
INSERT INTO ledger (
    id, at, task, endpoint, "user", "key", model, engine, tier, provider, selection_mode, complexity, ending,
    input_tokens, output_tokens, cost_pico, saved_pico, latency_ms, memory_id, error, attempts, genre, saved_by, decision
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (at, id) DO UPDATE SET
    model = excluded.model, engine = excluded.engine, tier = excluded.tier,
    provider = excluded.provider, ending = excluded.ending, input_tokens = excluded.input_tokens,
    output_tokens = excluded.output_tokens, cost_pico = excluded.cost_pico, saved_pico = excluded.saved_pico,
    latency_ms = excluded.latency_ms, memory_id = excluded.memory_id, error = excluded.error,
    attempts = excluded.attempts, genre = excluded.genre, saved_by = excluded.saved_by, decision = excluded.decision
WHERE ledger.ending = 'unknown';

-- name: rows_since
-- The newest rows first: (since, most).
SELECT
    id, at, task, endpoint, "user", "key", model, engine, tier, provider, selection_mode, complexity, ending,
    input_tokens, output_tokens, cost_pico, saved_pico, latency_ms, memory_id, error, attempts, genre, saved_by, decision
FROM ledger WHERE at >= ? ORDER BY at DESC, id DESC LIMIT ?;

-- name: requests_between
-- What a list of requests shows, the newest first: (since, until, most, the key or NULL for all).
SELECT
    at, task, endpoint, "user", model, tier, ending, cost_pico, saved_pico, latency_ms, memory_id, error, genre, "key",
    provider, saved_by
FROM ledger WHERE at >= ?1 AND at < ?2 AND (?4 IS NULL OR "key" = ?4) ORDER BY at DESC, id DESC LIMIT ?3;

-- name: failures_between
-- Of those the ones that an error ended: (since, until, most, the key or NULL for all).
SELECT
    at, task, endpoint, "user", model, tier, ending, cost_pico, saved_pico, latency_ms, memory_id, error, genre, "key",
    provider, saved_by
FROM ledger WHERE at >= ?1 AND at < ?2 AND error <> '' AND (?4 IS NULL OR "key" = ?4)
ORDER BY at DESC, id DESC LIMIT ?3;

-- name: usage
-- What was asked and spent in [since, until), grouped by one aspect: (since, until, by, the key or NULL for all). A hit
-- uses no tokens.
-- Of the arms all but one are skipped, and only what is summed is carried into the sort. A saving without `saved_by` is
-- from before there was one: a hit's is the cache's.
WITH asked AS (
    SELECT CAST(CAST(at / 86400 AS INTEGER) AS TEXT) AS name, ending, saved_by, input_tokens,
        output_tokens, cost_pico, saved_pico FROM ledger WHERE ?3 = 'day' AND at >= ?1 AND at < ?2 AND (?4 IS NULL OR "key" = ?4)
    UNION ALL
    SELECT task, ending, saved_by, input_tokens, output_tokens, cost_pico, saved_pico
        FROM ledger WHERE ?3 = 'task' AND at >= ?1 AND at < ?2 AND (?4 IS NULL OR "key" = ?4)
    UNION ALL
    SELECT model, ending, saved_by, input_tokens, output_tokens, cost_pico, saved_pico
        FROM ledger WHERE ?3 = 'model' AND at >= ?1 AND at < ?2 AND (?4 IS NULL OR "key" = ?4)
    UNION ALL
    SELECT "user", ending, saved_by, input_tokens, output_tokens, cost_pico, saved_pico
        FROM ledger WHERE ?3 = 'user' AND at >= ?1 AND at < ?2 AND (?4 IS NULL OR "key" = ?4)
    UNION ALL
    SELECT endpoint, ending, saved_by, input_tokens, output_tokens, cost_pico, saved_pico
        FROM ledger WHERE ?3 = 'endpoint' AND at >= ?1 AND at < ?2 AND (?4 IS NULL OR "key" = ?4)
    UNION ALL
    SELECT genre, ending, saved_by, input_tokens, output_tokens, cost_pico, saved_pico
        FROM ledger WHERE ?3 = 'genre' AND at >= ?1 AND at < ?2 AND (?4 IS NULL OR "key" = ?4)
    UNION ALL
    SELECT "key", ending, saved_by, input_tokens, output_tokens, cost_pico, saved_pico
        FROM ledger WHERE ?3 = 'key' AND at >= ?1 AND at < ?2 AND (?4 IS NULL OR "key" = ?4)
    UNION ALL
    SELECT provider, ending, saved_by, input_tokens, output_tokens, cost_pico, saved_pico
        FROM ledger WHERE ?3 = 'provider' AND at >= ?1 AND at < ?2 AND (?4 IS NULL OR "key" = ?4)
    UNION ALL
    SELECT tier, ending, saved_by, input_tokens, output_tokens, cost_pico, saved_pico
        FROM ledger WHERE ?3 = 'tier' AND at >= ?1 AND at < ?2 AND (?4 IS NULL OR "key" = ?4)
    UNION ALL
    SELECT tier || ',' || provider || ',' || model, ending, saved_by, input_tokens, output_tokens, cost_pico, saved_pico
        FROM ledger WHERE ?3 = 'tier,provider,model' AND at >= ?1 AND at < ?2 AND (?4 IS NULL OR "key" = ?4)
    UNION ALL
    SELECT task || ',' || genre, ending, saved_by, input_tokens, output_tokens, cost_pico, saved_pico
        FROM ledger WHERE ?3 = 'task,genre' AND at >= ?1 AND at < ?2 AND (?4 IS NULL OR "key" = ?4)
)
SELECT
    name,
    count(*),
    count(*) FILTER (WHERE ending = 'hit'),
    count(*) FILTER (WHERE ending = 'failed'),
    count(*) FILTER (WHERE ending = 'cancelled'),
    count(*) FILTER (WHERE ending = 'unknown'),
    sum(input_tokens) FILTER (WHERE ending <> 'hit'),
    sum(output_tokens) FILTER (WHERE ending <> 'hit'),
    sum(cost_pico),
    sum(saved_pico),
    sum(saved_pico) FILTER (WHERE saved_by = 'cache' OR (saved_by = '' AND ending = 'hit')),
    sum(saved_pico) FILTER (WHERE saved_by = 'flight')
FROM asked GROUP BY name;

-- name: errors_between
-- How requests ended that served nothing, by kind, in [since, until): an error is kept as "Kind: what happened":
-- (since, until, the key or NULL for all).
SELECT substr(error, 1, instr(error || ':', ':') - 1) AS kind, count(*)
FROM ledger WHERE at >= ?1 AND at < ?2 AND error <> '' AND (?3 IS NULL OR "key" = ?3)
GROUP BY kind ORDER BY count(*) DESC, kind;

-- name: latencies_between
-- How long answers took in [since, until), by ending, in milliseconds of two digits ("hit 1.2e+01"):
-- (since, until, the key or NULL for all).
SELECT ending || ' ' || printf('%.1e', latency_ms) AS name, count(*)
FROM ledger WHERE at >= ?1 AND at < ?2 AND ending IN ('hit', 'served') AND (?3 IS NULL OR "key" = ?3)
GROUP BY name;

-- name: fallbacks_between
-- Answers in [since, until) that the first candidate did not give, by the model that did. Attempts are kept as
-- [[model, letter], …]: (since, until, the key or NULL for all).
SELECT model, count(*)
FROM ledger WHERE at >= ?1 AND at < ?2 AND ending = 'served' AND length(attempts) > 2
AND substr(CAST(attempts AS TEXT), 1, 3) = '[["'
AND substr(CAST(attempts AS TEXT), 4, length(model) + 1) <> model || '"' AND (?3 IS NULL OR "key" = ?3)
GROUP BY model;

-- name: first_row_at
SELECT min(at) FROM ledger;

-- name: summed_days
-- Days (since 1970) in [first, end) that are summed, and when: (first, end).
SELECT day, summed_at FROM summed_days WHERE day >= ? AND day < ? AND summed_at > 0;

-- name: usage_of_days
-- The sums of those days by one aspect: (first, end, aspect).
SELECT
    name, sum(requests), sum(hits), sum(failed), sum(cancelled), sum(unknown), sum(input_tokens), sum(output_tokens),
    sum(cost_pico), sum(saved_pico), sum(saved_cache_pico), sum(saved_flight_pico)
FROM usage_days
WHERE day >= ? AND day < ? AND aspect = ?
AND EXISTS (SELECT 1 FROM summed_days AS mark WHERE mark.day = usage_days.day AND mark.summed_at > 0)
GROUP BY name;

-- name: counts_of_days
-- The same of what is counted and no more, which has many names: (first, end, aspect).
SELECT name, sum(requests) FROM usage_days
WHERE aspect = ?3 AND day IN (SELECT day FROM summed_days WHERE day >= ?1 AND day < ?2 AND summed_at > 0)
GROUP BY name;

-- name: begin_day
-- Mark a day as being summed: (day, the moment, negative). What is added to it from now on takes the mark away.
INSERT INTO summed_days (day, summed_at) VALUES (?, ?)
ON CONFLICT (day) DO UPDATE SET summed_at = excluded.summed_at;

-- name: end_day
-- No row where the mark is gone, or another process's: (now, day, the mark).
UPDATE summed_days SET summed_at = ? WHERE day = ? AND summed_at = ?;

-- name: drop_usage_of_day
DELETE FROM usage_days WHERE day = ?;

-- name: put_usage_of_day
INSERT INTO usage_days (
    aspect, day, name, requests, hits, failed, cancelled, unknown, input_tokens, output_tokens, cost_pico, saved_pico,
    saved_cache_pico, saved_flight_pico
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?);

-- name: drop_days_before
-- The marks of days of which rows are about to go, up to and with: (day). Then `drop_usage_before`.
DELETE FROM summed_days WHERE day <= ?;

-- name: drop_usage_before
DELETE FROM usage_days WHERE day <= ?;

-- name: statistics
-- Generations by kind, hits and money saved since a moment.
SELECT
    count(*) FILTER (WHERE ending = 'served' AND tier IN ('small', 'medium', 'large')),
    count(*) FILTER (WHERE ending = 'served' AND tier = 'cloud'),
    count(*) FILTER (WHERE ending = 'served' AND tier = 'rules'),
    count(*) FILTER (WHERE ending = 'hit'),
    coalesce(sum(saved_pico), 0)
FROM ledger WHERE at >= ?;

-- name: drop_rows_before
-- The oldest rows, some at a time, so that no write waits long: (before, most).
DELETE FROM ledger WHERE (at, id) IN (SELECT at, id FROM ledger WHERE at < ? ORDER BY at, id LIMIT ?);

-- name: drop_expired_entries
-- Cache entries that are no longer served, some at a time: (now, most).
DELETE FROM cache_entries WHERE (fingerprint, scope) IN (
    SELECT fingerprint, scope FROM cache_entries WHERE expires_at <= ? LIMIT ?
);

-- name: item_after
-- Where a portion of the memory ends that begins after an id: (id, how many items before it). No row: at the end.
SELECT id FROM memory WHERE id > ? ORDER BY id LIMIT 1 OFFSET ?;

-- name: drop_forgotten_items
-- Items in (after, to] that no entry leads to, older than a moment, and that nobody reviewed, rated, verified or keeps:
-- (after, to, before).
DELETE FROM memory
WHERE id > ? AND id <= ? AND created_at < ? AND rating IS NULL AND NOT verified AND NOT kept
AND NOT EXISTS (SELECT 1 FROM review_changes AS said WHERE said.memory_id = memory.id)
AND NOT EXISTS (SELECT 1 FROM cache_entries AS entry WHERE entry.memory_id = memory.id);

-- name: claim_fact
-- True (a row) for the first who sets a fact to this value: (name, value).
INSERT INTO meta (name, value) VALUES (?, ?)
ON CONFLICT (name) DO UPDATE SET value = excluded.value WHERE meta.value <> excluded.value;
