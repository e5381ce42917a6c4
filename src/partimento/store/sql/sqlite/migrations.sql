-- Which migrations a database has. Python binds values and pastes nothing.

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
