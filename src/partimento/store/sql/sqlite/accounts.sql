-- API keys and what is leased of their rates. Python binds values and pastes nothing.

-- name: put_key
-- No row where a living key has the name.
INSERT INTO keys (
    id, name, hash, models, privacy, requests_per_minute, tokens_per_minute, created_at, expires_at, role
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (name) WHERE revoked_at IS NULL DO NOTHING;

-- name: list_keys
SELECT id, name, models, privacy, requests_per_minute, tokens_per_minute, created_at, expires_at, revoked_at, role
FROM keys ORDER BY created_at, id;

-- name: key_of
-- The key of a hash, living or not.
SELECT id, name, models, privacy, requests_per_minute, tokens_per_minute, created_at, expires_at, revoked_at, role
FROM keys WHERE hash = ?;

-- name: key_by_id
SELECT id, name, models, privacy, requests_per_minute, tokens_per_minute, created_at, expires_at, revoked_at, role
FROM keys WHERE id = ?;

-- name: revoke_key
-- Once: (now, id).
UPDATE keys SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL;

-- name: spent_by_keys
-- What each key spent in two periods: (day, month). ';' follows ':'.
SELECT holder, period, spent_pico FROM spending WHERE holder >= 'key:' AND holder < 'key;' AND period IN (?, ?);

-- name: keys_last_seen
-- When each key was last used, as far back as the ledger goes.
SELECT "key", max(at) FROM ledger WHERE "key" <> '' GROUP BY "key";

-- name: take_rate
-- A portion of a minute's allowance, all or nothing: (holder, minute, requests, tokens, most requests, most tokens).
-- The first portion of a minute is never more than the whole allowance: who asks sees to it.
INSERT INTO rates (holder, minute, requests, tokens) VALUES (?, ?, ?, ?)
ON CONFLICT (holder, minute) DO UPDATE SET
    requests = rates.requests + excluded.requests, tokens = rates.tokens + excluded.tokens
WHERE rates.requests + excluded.requests <= ? AND rates.tokens + excluded.tokens <= ?;

-- name: correct_rate
-- Gives back what is not needed, or adds what was used beyond: (requests, tokens, holder, minute).
UPDATE rates SET requests = requests + ?, tokens = tokens + ? WHERE holder = ? AND minute = ?;

-- name: rate_of
-- What is leased of a minute's allowance: (holder, minute).
SELECT requests, tokens FROM rates WHERE holder = ? AND minute = ?;

-- name: drop_rates_before
DELETE FROM rates WHERE minute < ?;
