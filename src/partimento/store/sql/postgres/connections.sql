-- What only PostgreSQL needs: opening a connection, and how a commit is made. Python binds values and pastes nothing.

-- name: open_connection
-- A process that stops in the middle holds up nobody for long; what costs nothing is not waited for at the disk.
SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL READ COMMITTED, READ WRITE;
SET lock_timeout = 10000;
SET idle_in_transaction_session_timeout = 10000;
SET synchronous_commit = off;
SET client_min_messages = warning;

-- name: open_reader
-- A reader never writes, not even by mistake.
SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY;
SET lock_timeout = 10000;
SET client_min_messages = warning;

-- name: open_point_reader
-- The same for questions that take microseconds: one that does not is given up.
SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY;
SET lock_timeout = 10000;
SET statement_timeout = 10000;
SET client_min_messages = warning;

-- name: schema
-- Where the tables are, or would be made; NULL where the search path names no schema that exists.
SELECT current_schema();

-- name: begin
BEGIN;

-- name: commit
COMMIT;

-- name: commit_with_sync
-- Nothing is lost, also in a power cut: for money. Said within the transaction.
SET LOCAL synchronous_commit = on;

-- name: alone
-- Held to the end of the transaction. What must read before it writes runs one at a time, as on SQLite.
SELECT pg_advisory_xact_lock(hashtextextended('partimento ' || current_schema(), 0));

-- name: begin_snapshot
-- One moment of the whole database, for as long as it takes.
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
