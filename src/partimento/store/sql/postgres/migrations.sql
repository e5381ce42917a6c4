-- Which migrations a database has. Python binds values and pastes nothing.

-- name: foreign_tables
-- How many tables there are in the schema, and whether one of them is ours.
SELECT count(*), count(*) FILTER (WHERE t.table_name = 'migrations' AND EXISTS (
    SELECT 1 FROM information_schema.columns AS c
    WHERE c.table_schema = t.table_schema AND c.table_name = t.table_name AND c.column_name = 'checksum'
))
FROM information_schema.tables AS t WHERE t.table_schema = current_schema();

-- name: create_migrations
-- Which migrations were applied, when, and the checksum of their text.
CREATE TABLE IF NOT EXISTS migrations (
    number BIGINT PRIMARY KEY,
    name TEXT COLLATE "C" NOT NULL,
    checksum TEXT COLLATE "C" NOT NULL,
    applied_at DOUBLE PRECISION NOT NULL
);

-- name: applied_migrations
SELECT number, name, checksum FROM migrations ORDER BY number;

-- name: record_migration
INSERT INTO migrations (number, name, checksum, applied_at) VALUES ($1, $2, $3, $4);
