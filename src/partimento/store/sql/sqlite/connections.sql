-- What only SQLite needs: opening a connection, and how a commit is made. Python binds values and pastes nothing.

-- name: open_connection
-- Waiting for another process's write is left to SQLite. What is deleted is overwritten: some of it is people's.
PRAGMA busy_timeout = 10000;
PRAGMA synchronous = NORMAL;
PRAGMA foreign_keys = ON;
PRAGMA secure_delete = ON;

-- name: enter_wal
-- Readers go on beside the writer. Kept in the file, so it is said only to a database known to be ours.
PRAGMA journal_mode = WAL;

-- name: open_reader
-- A reader never writes, not even by mistake.
PRAGMA busy_timeout = 10000;
PRAGMA query_only = ON;

-- name: commit_without_sync
-- A crash of the program loses nothing, a power cut may lose the last moments: right for what costs nothing.
PRAGMA synchronous = NORMAL;

-- name: commit_with_sync
-- Nothing is lost, also in a power cut: for money.
PRAGMA synchronous = FULL;

-- name: begin
-- Takes the one place of writers at once, so that what is read within stays true until the commit.
BEGIN IMMEDIATE;

-- name: begin_snapshot
-- All reads within see the moment of the first.
BEGIN;

-- name: leave_wal
-- Folds the log into the file; fails while anybody else has the database open.
PRAGMA journal_mode = DELETE;
