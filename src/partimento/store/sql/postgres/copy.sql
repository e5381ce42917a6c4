-- Copying a database: each table in portions in the order of its key, the key first. Python binds values and pastes
-- nothing.

-- name: copy_memory
SELECT
    id, task, task_version, value, prompt, options, model, engine, tier, provider, input_tokens, output_tokens,
    cost_pico, latency_ms, created_at, "user", rating, verified, kept, claims
FROM memory
WHERE id > $1 ORDER BY id LIMIT $2;

-- name: put_copied_memory
INSERT INTO memory (
    id, task, task_version, value, prompt, options, model, engine, tier, provider, input_tokens, output_tokens,
    cost_pico, latency_ms, created_at, "user", rating, verified, kept, claims
)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)
ON CONFLICT (id) DO UPDATE SET
    task = excluded.task, task_version = excluded.task_version, value = excluded.value, prompt = excluded.prompt,
    options = excluded.options, model = excluded.model, engine = excluded.engine, tier = excluded.tier,
    provider = excluded.provider, input_tokens = excluded.input_tokens, output_tokens = excluded.output_tokens,
    cost_pico = excluded.cost_pico, latency_ms = excluded.latency_ms, created_at = excluded.created_at,
    "user" = excluded."user", rating = excluded.rating, verified = excluded.verified, kept = excluded.kept,
    claims = excluded.claims;

-- name: drop_copied_memory
DELETE FROM memory WHERE id = $1;

-- name: copy_cache_entries
SELECT fingerprint, scope, memory_id, expires_at FROM cache_entries
WHERE (fingerprint, scope) > ($1, $2) ORDER BY fingerprint, scope LIMIT $3;

-- name: put_copied_cache_entries
INSERT INTO cache_entries (fingerprint, scope, memory_id, expires_at)
VALUES ($1, $2, $3, $4)
ON CONFLICT (fingerprint, scope) DO UPDATE SET
    memory_id = excluded.memory_id, expires_at = excluded.expires_at;

-- name: drop_copied_cache_entries
DELETE FROM cache_entries WHERE fingerprint = $1 AND scope = $2;

-- name: copy_ledger
SELECT
    at, id, ending, saved_by, input_tokens, output_tokens, cost_pico, saved_pico, task, genre, model, "user", endpoint,
    "key", provider, tier, engine, selection_mode, complexity, latency_ms, error, attempts, decision, memory_id
FROM ledger
WHERE (at, id) > ($1, $2) ORDER BY at, id LIMIT $3;

-- name: put_copied_ledger
INSERT INTO ledger (
    at, id, ending, saved_by, input_tokens, output_tokens, cost_pico, saved_pico, task, genre, model, "user", endpoint,
    "key", provider, tier, engine, selection_mode, complexity, latency_ms, error, attempts, decision, memory_id
)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24)
ON CONFLICT (at, id) DO UPDATE SET
    ending = excluded.ending, saved_by = excluded.saved_by, input_tokens = excluded.input_tokens,
    output_tokens = excluded.output_tokens, cost_pico = excluded.cost_pico, saved_pico = excluded.saved_pico,
    task = excluded.task, genre = excluded.genre, model = excluded.model, "user" = excluded."user",
    endpoint = excluded.endpoint, "key" = excluded."key", provider = excluded.provider, tier = excluded.tier,
    engine = excluded.engine, selection_mode = excluded.selection_mode, complexity = excluded.complexity,
    latency_ms = excluded.latency_ms, error = excluded.error, attempts = excluded.attempts,
    decision = excluded.decision, memory_id = excluded.memory_id;

-- name: drop_copied_ledger
DELETE FROM ledger WHERE at = $1 AND id = $2;

-- name: copy_reservations
SELECT id, day, holders, amount_pico, owner, lapses_at, row FROM reservations
WHERE id > $1 ORDER BY id LIMIT $2;

-- name: put_copied_reservations
INSERT INTO reservations (id, day, holders, amount_pico, owner, lapses_at, row)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (id) DO UPDATE SET
    day = excluded.day, holders = excluded.holders, amount_pico = excluded.amount_pico, owner = excluded.owner,
    lapses_at = excluded.lapses_at, row = excluded.row;

-- name: drop_copied_reservations
DELETE FROM reservations WHERE id = $1;

-- name: copy_spending
SELECT holder, period, spent_pico, reserved_pico FROM spending
WHERE (holder, period) > ($1, $2) ORDER BY holder, period LIMIT $3;

-- name: put_copied_spending
INSERT INTO spending (holder, period, spent_pico, reserved_pico)
VALUES ($1, $2, $3, $4)
ON CONFLICT (holder, period) DO UPDATE SET
    spent_pico = excluded.spent_pico, reserved_pico = excluded.reserved_pico;

-- name: drop_copied_spending
DELETE FROM spending WHERE holder = $1 AND period = $2;

-- name: copy_budgets
SELECT holder, period, limit_pico FROM budgets
WHERE (holder, period) > ($1, $2) ORDER BY holder, period LIMIT $3;

-- name: put_copied_budgets
INSERT INTO budgets (holder, period, limit_pico)
VALUES ($1, $2, $3)
ON CONFLICT (holder, period) DO UPDATE SET
    limit_pico = excluded.limit_pico;

-- name: drop_copied_budgets
DELETE FROM budgets WHERE holder = $1 AND period = $2;

-- name: copy_models
SELECT
    id, rowid, engine, tier, reach, provider, upstream, base_url, api_key_setting, quality, context, max_output_tokens,
    capabilities, is_default, active, adapter_version, aliases, retired_on, replaced_by, weights, local,
    written
FROM models
WHERE id > $1 ORDER BY id LIMIT $2;

-- name: put_copied_models
INSERT INTO models (
    id, rowid, engine, tier, reach, provider, upstream, base_url, api_key_setting, quality, context, max_output_tokens,
    capabilities, is_default, active, adapter_version, aliases, retired_on, replaced_by, weights, local,
    written
)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)
ON CONFLICT (id) DO UPDATE SET
    rowid = excluded.rowid, engine = excluded.engine, tier = excluded.tier, reach = excluded.reach,
    provider = excluded.provider, upstream = excluded.upstream, base_url = excluded.base_url,
    api_key_setting = excluded.api_key_setting, quality = excluded.quality, context = excluded.context,
    max_output_tokens = excluded.max_output_tokens, capabilities = excluded.capabilities,
    is_default = excluded.is_default, active = excluded.active, adapter_version = excluded.adapter_version,
    aliases = excluded.aliases, retired_on = excluded.retired_on, replaced_by = excluded.replaced_by,
    weights = excluded.weights, local = excluded.local,
    written = excluded.written;

-- name: drop_copied_models
DELETE FROM models WHERE id = $1;

-- name: copy_prices
SELECT
    model_id, since, input_pico, output_pico, cached_input_pico, request_pico, cache_write_pico, audio_input_pico,
    characters_pico, bands
FROM prices
WHERE (model_id, since) > ($1, $2) ORDER BY model_id, since LIMIT $3;

-- name: put_copied_prices
INSERT INTO prices (
    model_id, since, input_pico, output_pico, cached_input_pico, request_pico, cache_write_pico, audio_input_pico,
    characters_pico, bands
)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
ON CONFLICT (model_id, since) DO UPDATE SET
    input_pico = excluded.input_pico, output_pico = excluded.output_pico,
    cached_input_pico = excluded.cached_input_pico, request_pico = excluded.request_pico,
    cache_write_pico = excluded.cache_write_pico, audio_input_pico = excluded.audio_input_pico,
    characters_pico = excluded.characters_pico, bands = excluded.bands;

-- name: drop_copied_prices
DELETE FROM prices WHERE model_id = $1 AND since = $2;

-- name: copy_meta
SELECT name, value FROM meta
WHERE name > $1 ORDER BY name LIMIT $2;

-- name: put_copied_meta
INSERT INTO meta (name, value)
VALUES ($1, $2)
ON CONFLICT (name) DO UPDATE SET
    value = excluded.value;

-- name: drop_copied_meta
DELETE FROM meta WHERE name = $1;

-- name: copy_keys
SELECT
    id, name, hash, models, privacy, requests_per_minute, tokens_per_minute, created_at, expires_at, revoked_at, role
FROM keys
WHERE id > $1 ORDER BY id LIMIT $2;

-- name: put_copied_keys
INSERT INTO keys (
    id, name, hash, models, privacy, requests_per_minute, tokens_per_minute, created_at, expires_at, revoked_at, role
)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
ON CONFLICT (id) DO UPDATE SET
    name = excluded.name, hash = excluded.hash, models = excluded.models, privacy = excluded.privacy,
    requests_per_minute = excluded.requests_per_minute, tokens_per_minute = excluded.tokens_per_minute,
    created_at = excluded.created_at, expires_at = excluded.expires_at, revoked_at = excluded.revoked_at,
    role = excluded.role;

-- name: drop_copied_keys
DELETE FROM keys WHERE id = $1;

-- name: copy_rates
SELECT holder, minute, requests, tokens FROM rates
WHERE (holder, minute) > ($1, $2) ORDER BY holder, minute LIMIT $3;

-- name: put_copied_rates
INSERT INTO rates (holder, minute, requests, tokens)
VALUES ($1, $2, $3, $4)
ON CONFLICT (holder, minute) DO UPDATE SET
    requests = excluded.requests, tokens = excluded.tokens;

-- name: drop_copied_rates
DELETE FROM rates WHERE holder = $1 AND minute = $2;

-- name: copy_outcomes
SELECT task, model, complexity, sound, unsound, updated_at FROM outcomes
WHERE (task, model, complexity) > ($1, $2, $3) ORDER BY task, model, complexity LIMIT $4;

-- name: put_copied_outcomes
INSERT INTO outcomes (task, model, complexity, sound, unsound, updated_at)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (task, model, complexity) DO UPDATE SET
    sound = excluded.sound, unsound = excluded.unsound, updated_at = excluded.updated_at;

-- name: drop_copied_outcomes
DELETE FROM outcomes WHERE task = $1 AND model = $2 AND complexity = $3;

-- name: copy_reviews
SELECT memory_id, state, tags, difficulty, weight, note, edited, reviewer, reviewed_at
FROM reviews WHERE memory_id > $1 ORDER BY memory_id LIMIT $2;

-- name: put_copied_reviews
INSERT INTO reviews (memory_id, state, tags, difficulty, weight, note, edited, reviewer, reviewed_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
ON CONFLICT (memory_id) DO UPDATE SET
    state = excluded.state, tags = excluded.tags, difficulty = excluded.difficulty, weight = excluded.weight,
    note = excluded.note, edited = excluded.edited, reviewer = excluded.reviewer,
    reviewed_at = excluded.reviewed_at;

-- name: drop_copied_reviews
DELETE FROM reviews WHERE memory_id = $1;

-- name: copy_review_changes
SELECT id, memory_id, revision, at, reviewer, action, before, taken_back
FROM review_changes WHERE id > $1 ORDER BY id LIMIT $2;

-- name: put_copied_review_changes
INSERT INTO review_changes (id, memory_id, revision, at, reviewer, action, before, taken_back)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (id) DO UPDATE SET
    memory_id = excluded.memory_id, revision = excluded.revision, at = excluded.at,
    reviewer = excluded.reviewer, action = excluded.action, before = excluded.before,
    taken_back = excluded.taken_back;

-- name: drop_copied_review_changes
DELETE FROM review_changes WHERE id = $1;

-- name: copy_votes
SELECT id, at, task, prompt, first_id, second_id, first_model, second_model, choice, "user"
FROM votes WHERE id > $1 ORDER BY id LIMIT $2;

-- name: put_copied_votes
INSERT INTO votes (id, at, task, prompt, first_id, second_id, first_model, second_model, choice, "user")
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
ON CONFLICT (id) DO UPDATE SET
    at = excluded.at, task = excluded.task, prompt = excluded.prompt, first_id = excluded.first_id,
    second_id = excluded.second_id, first_model = excluded.first_model, second_model = excluded.second_model,
    choice = excluded.choice, "user" = excluded."user";

-- name: drop_copied_votes
DELETE FROM votes WHERE id = $1;
