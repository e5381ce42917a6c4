-- API keys and what is leased of their rates. Python binds values and pastes nothing.

-- name: put_key
-- No row where a living key has the name.
INSERT INTO keys (
    id, name, hash, models, privacy, requests_per_minute, tokens_per_minute, created_at, expires_at, role
) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
ON CONFLICT (name) WHERE revoked_at IS NULL DO NOTHING;

-- name: list_keys
SELECT id, name, models, privacy, requests_per_minute, tokens_per_minute, created_at, expires_at, revoked_at, role
FROM keys ORDER BY created_at, id;

-- name: key_of
-- The key of a hash, living or not.
SELECT id, name, models, privacy, requests_per_minute, tokens_per_minute, created_at, expires_at, revoked_at, role
FROM keys WHERE hash = $1;

-- name: key_by_id
SELECT id, name, models, privacy, requests_per_minute, tokens_per_minute, created_at, expires_at, revoked_at, role
FROM keys WHERE id = $1;

-- name: revoke_key
-- Once: (now, id).
UPDATE keys SET revoked_at = $1 WHERE id = $2 AND revoked_at IS NULL;

-- name: spent_by_keys
-- What each key spent in two periods: (day, month). ';' follows ':'.
SELECT holder, period, spent_pico FROM spending WHERE holder >= 'key:' AND holder < 'key;' AND period IN ($1, $2);

-- name: keys_last_seen
-- When each key was last used, as far back as the ledger goes.
SELECT "key", max(at) FROM ledger WHERE "key" <> '' GROUP BY "key";

-- name: take_rate
-- A portion of a minute's allowance, all or nothing: (holder, minute, requests, tokens, most requests, most tokens).
-- The first portion of a minute is never more than the whole allowance: who asks sees to it.
INSERT INTO rates (holder, minute, requests, tokens) VALUES ($1, $2, $3, $4)
ON CONFLICT (holder, minute) DO UPDATE SET
    requests = rates.requests + excluded.requests, tokens = rates.tokens + excluded.tokens
WHERE rates.requests + excluded.requests <= $5 AND rates.tokens + excluded.tokens <= $6;

-- name: correct_rate
-- Gives back what is not needed, or adds what was used beyond: (requests, tokens, holder, minute).
UPDATE rates SET requests = requests + $1, tokens = tokens + $2 WHERE holder = $3 AND minute = $4;

-- name: rate_of
-- What is leased of a minute's allowance: (holder, minute).
SELECT requests, tokens FROM rates WHERE holder = $1 AND minute = $2;

-- name: drop_rates_before
DELETE FROM rates WHERE minute < $1;
