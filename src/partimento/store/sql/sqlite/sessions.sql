-- Browsers that are signed in. Python binds values and pastes nothing.

-- name: put_session
-- (hash, key, now, expires).
INSERT INTO sessions (hash, "key", created_at, expires_at) VALUES (?, ?, ?, ?);

-- name: session_of
-- Whose session it is, if it has not ended: (hash, now).
SELECT "key" FROM sessions WHERE hash = ? AND expires_at > ?;

-- name: drop_session
DELETE FROM sessions WHERE hash = ?;

-- name: drop_sessions_before
DELETE FROM sessions WHERE expires_at <= ?;

-- name: drop_sessions_of
-- All of one key.
DELETE FROM sessions WHERE "key" = ?;
