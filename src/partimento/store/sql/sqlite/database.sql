-- Facts about the database itself. Python binds values and pastes nothing.

-- name: fact
SELECT value FROM meta WHERE name = ?;

-- name: set_fact
INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value;

-- name: drop_fact
DELETE FROM meta WHERE name = ?;

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

-- name: size
-- Bytes of the file.
SELECT p.page_count * s.page_size FROM pragma_page_count() AS p, pragma_page_size() AS s;
