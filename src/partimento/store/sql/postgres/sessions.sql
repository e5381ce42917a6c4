-- Browsers that are signed in. Python binds values and pastes nothing.

-- name: put_session
-- (hash, key, now, expires).
INSERT INTO sessions (hash, "key", created_at, expires_at) VALUES ($1, $2, $3, $4);

-- name: session_of
-- Whose session it is, if it has not ended: (hash, now).
SELECT "key" FROM sessions WHERE hash = $1 AND expires_at > $2;

-- name: drop_session
DELETE FROM sessions WHERE hash = $1;

-- name: drop_sessions_before
DELETE FROM sessions WHERE expires_at <= $1;

-- name: drop_sessions_of
-- All of one key.
DELETE FROM sessions WHERE "key" = $1;
