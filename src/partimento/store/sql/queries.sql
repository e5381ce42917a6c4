-- Every statement Partimento says to its database, by name. Python binds values and pastes nothing.

-- ---- connections ----------------------------------------------------------------------------------------------

-- name: open_connection
-- Waiting for another process's write is left to SQLite.
PRAGMA busy_timeout = 5000;
PRAGMA synchronous = NORMAL;
PRAGMA foreign_keys = ON;

-- name: enter_wal
-- Readers go on beside the writer. Kept in the file, so it is said only to a database known to be ours.
PRAGMA journal_mode = WAL;

-- name: open_reader
-- A reader never writes, not even by mistake.
PRAGMA busy_timeout = 5000;
PRAGMA query_only = ON;

-- name: commit_without_sync
-- A crash of the program loses nothing, a power cut may lose the last moments: right for what costs nothing.
PRAGMA synchronous = NORMAL;

-- name: commit_with_sync
-- Nothing is lost, also in a power cut: for money.
PRAGMA synchronous = FULL;

-- name: leave_wal
-- Folds the log into the file; fails while anybody else has the database open.
PRAGMA journal_mode = DELETE;

-- ---- migrations -----------------------------------------------------------------------------------------------

-- name: foreign_tables
-- How many tables there are, and whether one of them is ours.
SELECT count(*), count(CASE WHEN name = 'migrations' THEN 1 END) FROM sqlite_master WHERE type = 'table';

-- name: create_migrations
-- Which migrations were applied, when, and the checksum of their text.
CREATE TABLE IF NOT EXISTS migrations (
    number INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    checksum TEXT NOT NULL,
    applied_at REAL NOT NULL
);

-- name: applied_migrations
SELECT number, name, checksum FROM migrations ORDER BY number;

-- name: record_migration
INSERT INTO migrations (number, name, checksum, applied_at) VALUES (?, ?, ?, ?);

-- ---- memory ---------------------------------------------------------------------------------------------------

-- name: look_up
-- The live item of a fingerprint: (fingerprint, scope, now).
SELECT m.id, m.value, m.model, m.engine, m.tier, m.provider, m.input_tokens, m.output_tokens, m.cost_pico
FROM cache_entries AS e JOIN memory AS m ON m.id = e.memory_id
WHERE e.fingerprint = ? AND e.scope = ? AND (e.expires_at IS NULL OR e.expires_at > ?);

-- name: record_item
-- The same content made again is the same item.
INSERT INTO memory (
    id, task, task_version, value, prompt, options, model, engine, tier, provider, input_tokens, output_tokens,
    cost_pico, latency_ms, created_at, "user"
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO NOTHING;

-- name: record_entry
-- The newest answer to a fingerprint is the one served.
INSERT INTO cache_entries (fingerprint, scope, memory_id, expires_at) VALUES (?, ?, ?, ?)
ON CONFLICT (fingerprint, scope) DO UPDATE SET memory_id = excluded.memory_id, expires_at = excluded.expires_at;

-- name: rate_item
UPDATE memory SET rating = ? WHERE id = ?;

-- name: approved_items
-- What may be trained on: (least rating, whether it must be verified).
SELECT task, model, prompt, value FROM memory WHERE rating >= ? AND (verified OR NOT ?) ORDER BY created_at, id;

-- name: cache_stats
-- Entries, expired ones, items and their bytes: (now).
SELECT
    (SELECT count(*) FROM cache_entries),
    (SELECT count(*) FROM cache_entries WHERE expires_at <= ?),
    (SELECT count(*) FROM memory),
    (SELECT coalesce(sum(length(value)), 0) FROM memory),
    (SELECT count(*) FROM memory WHERE rating IS NOT NULL OR verified OR kept);

-- name: prune_expired_items
-- Items that only expired entries lead to, unless rated, verified or kept: (now, now). Before prune_expired_entries.
DELETE FROM memory
WHERE rating IS NULL AND NOT verified AND NOT kept
AND id IN (SELECT memory_id FROM cache_entries WHERE expires_at <= ?)
AND NOT EXISTS (
    SELECT 1 FROM cache_entries AS live
    WHERE live.memory_id = memory.id AND (live.expires_at IS NULL OR live.expires_at > ?)
);

-- name: prune_expired_entries
DELETE FROM cache_entries WHERE expires_at <= ?;

-- name: prune_task_items
-- Items of a task that a cache entry leads to, unless rated, verified or kept. Before prune_task_entries.
DELETE FROM memory
WHERE task = ? AND rating IS NULL AND NOT verified AND NOT kept
AND EXISTS (SELECT 1 FROM cache_entries AS entry WHERE entry.memory_id = memory.id);

-- name: prune_task_entries
-- Entries of a task's items, those of the items just pruned among them.
DELETE FROM cache_entries
WHERE memory_id IN (SELECT id FROM memory WHERE task = ?)
OR NOT EXISTS (SELECT 1 FROM memory WHERE id = cache_entries.memory_id);

-- ---- ledger ---------------------------------------------------------------------------------------------------

-- name: record_row
-- A row is written once; only one that says "unknown" gives way, to what its request came to after all.
INSERT INTO ledger (
    id, at, task, endpoint, "user", "key", model, engine, tier, provider, selection_mode, complexity, ending,
    input_tokens, output_tokens, cost_pico, saved_pico, latency_ms, memory_id, error, attempts
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET
    at = excluded.at, model = excluded.model, engine = excluded.engine, tier = excluded.tier,
    provider = excluded.provider, ending = excluded.ending, input_tokens = excluded.input_tokens,
    output_tokens = excluded.output_tokens, cost_pico = excluded.cost_pico, saved_pico = excluded.saved_pico,
    latency_ms = excluded.latency_ms, memory_id = excluded.memory_id, error = excluded.error,
    attempts = excluded.attempts
WHERE ledger.ending = 'unknown';

-- name: rows_since
-- The newest rows first: (since, most).
SELECT
    id, at, task, endpoint, "user", "key", model, engine, tier, provider, selection_mode, complexity, ending,
    input_tokens, output_tokens, cost_pico, saved_pico, latency_ms, memory_id, error, attempts
FROM ledger WHERE at >= ? ORDER BY at DESC, id DESC LIMIT ?;

-- name: usage
-- What was asked and spent in [since, until), grouped by one aspect: (by, since, until). A hit uses no tokens.
SELECT
    CASE ?1
        WHEN 'day' THEN date(at, 'unixepoch')
        WHEN 'task' THEN task
        WHEN 'model' THEN model
        WHEN 'user' THEN "user"
        WHEN 'endpoint' THEN endpoint
    END AS name,
    count(*),
    sum(ending = 'hit'),
    sum(ending = 'served'),
    sum(ending = 'failed'),
    sum(ending = 'cancelled'),
    sum(ending = 'unknown'),
    sum(CASE WHEN ending = 'hit' THEN 0 ELSE input_tokens END),
    sum(CASE WHEN ending = 'hit' THEN 0 ELSE output_tokens END),
    sum(cost_pico),
    sum(saved_pico)
FROM ledger WHERE at >= ?2 AND at < ?3
GROUP BY name ORDER BY sum(cost_pico) DESC, count(*) DESC, name;

-- name: statistics
-- Generations by kind, hits and money saved since a moment.
SELECT
    coalesce(sum(ending = 'served' AND tier IN ('small', 'medium', 'large')), 0),
    coalesce(sum(ending = 'served' AND tier = 'cloud'), 0),
    coalesce(sum(ending = 'served' AND tier = 'rules'), 0),
    coalesce(sum(ending = 'hit'), 0),
    coalesce(sum(saved_pico), 0)
FROM ledger WHERE at >= ?;

-- name: drop_rows_before
-- The oldest rows, some at a time, so that no write waits long: (before, most).
DELETE FROM ledger WHERE rowid IN (SELECT rowid FROM ledger WHERE at < ? ORDER BY at LIMIT ?);

-- ---- money ----------------------------------------------------------------------------------------------------

-- name: total_of
-- What a holder spent and reserved in a period.
SELECT spent_pico, reserved_pico FROM spending WHERE holder = ? AND period = ?;

-- name: open_reservation
INSERT INTO reservations (id, day, holders, amount_pico, owner, lapses_at, row) VALUES (?, ?, ?, ?, ?, ?, ?);

-- name: add_reserved
INSERT INTO spending (holder, period, spent_pico, reserved_pico) VALUES (?, ?, 0, ?)
ON CONFLICT (holder, period) DO UPDATE SET reserved_pico = reserved_pico + excluded.reserved_pico;

-- name: reservation_of
SELECT day, holders, amount_pico, row FROM reservations WHERE id = ?;

-- name: add_spent
-- The reserved amount gives way to what was spent: (cost, amount, holder, period).
UPDATE spending SET spent_pico = spent_pico + ?, reserved_pico = reserved_pico - ? WHERE holder = ? AND period = ?;

-- name: close_reservation
DELETE FROM reservations WHERE id = ?;

-- name: open_reservations
SELECT id, owner, lapses_at FROM reservations;

-- name: list_budgets
SELECT holder, period, limit_pico FROM budgets ORDER BY holder, period;

-- name: budgets_of
SELECT holder, period, limit_pico FROM budgets WHERE holder = ?;

-- name: set_budget
INSERT INTO budgets (holder, period, limit_pico) VALUES (?, ?, ?)
ON CONFLICT (holder, period) DO UPDATE SET limit_pico = excluded.limit_pico;

-- name: remove_budget
DELETE FROM budgets WHERE holder = ? AND period = ?;

-- ---- models and prices ----------------------------------------------------------------------------------------

-- name: put_model
INSERT INTO models (
    id, engine, tier, reach, provider, upstream, base_url, api_key_setting, quality, context, max_output_tokens,
    capabilities, is_default, active, adapter_version
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET
    engine = excluded.engine, tier = excluded.tier, reach = excluded.reach, provider = excluded.provider,
    upstream = excluded.upstream, base_url = excluded.base_url, api_key_setting = excluded.api_key_setting,
    quality = excluded.quality, context = excluded.context, max_output_tokens = excluded.max_output_tokens,
    capabilities = excluded.capabilities, is_default = excluded.is_default, active = excluded.active,
    adapter_version = excluded.adapter_version;

-- name: list_models
SELECT
    id, engine, tier, reach, provider, upstream, base_url, api_key_setting, quality, context, max_output_tokens,
    capabilities, is_default, active, adapter_version
FROM models ORDER BY rowid;

-- name: put_price
INSERT INTO prices (model_id, since, input_pico, output_pico, cached_input_pico, request_pico)
VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (model_id, since) DO UPDATE SET
    input_pico = excluded.input_pico, output_pico = excluded.output_pico,
    cached_input_pico = excluded.cached_input_pico, request_pico = excluded.request_pico;

-- name: list_prices
SELECT model_id, since, input_pico, output_pico, cached_input_pico, request_pico
FROM prices ORDER BY model_id, since;

-- ---- the database itself --------------------------------------------------------------------------------------

-- name: fact
SELECT value FROM meta WHERE name = ?;

-- name: set_fact
INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value;

-- name: integrity
-- "ok", or one line for each damage found.
PRAGMA integrity_check;

-- name: dangling
-- Rows that refer to something that is not there.
PRAGMA foreign_key_check;

-- name: counts
-- Rows of each table, for `doctor`.
SELECT
    (SELECT count(*) FROM memory),
    (SELECT count(*) FROM cache_entries),
    (SELECT count(*) FROM ledger),
    (SELECT count(*) FROM reservations),
    (SELECT max(number) FROM migrations);
