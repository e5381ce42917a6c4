-- Facts about the database itself. Python binds values and pastes nothing.

-- name: fact
SELECT value FROM meta WHERE name = $1;

-- name: set_fact
INSERT INTO meta (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value;

-- name: drop_fact
DELETE FROM meta WHERE name = $1;

-- name: integrity
-- "ok": a damaged page is the server's to find.
SELECT 'ok';

-- name: dangling
-- Rows that refer to something that is not there.
SELECT 'cache_entries', e.ctid::text, 'memory', 0
FROM cache_entries AS e WHERE NOT EXISTS (SELECT 1 FROM memory AS m WHERE m.id = e.memory_id);

-- name: counts
-- Rows of each table, for `doctor`.
SELECT
    (SELECT count(*) FROM memory),
    (SELECT count(*) FROM cache_entries),
    (SELECT count(*) FROM ledger),
    (SELECT count(*) FROM reservations),
    (SELECT max(number) FROM migrations);

-- name: size
-- Bytes of all tables with their indexes.
SELECT coalesce(sum(pg_total_relation_size(c.oid)), 0)::bigint
FROM pg_class AS c WHERE c.relkind = 'r' AND c.relnamespace = to_regnamespace(quote_ident(current_schema()));
