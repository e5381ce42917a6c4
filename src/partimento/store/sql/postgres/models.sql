-- The owner's models and prices. Python binds values and pastes nothing.

-- name: put_model
INSERT INTO models (
    id, engine, tier, reach, provider, upstream, base_url, api_key_setting, quality, context, max_output_tokens,
    capabilities, is_default, active, adapter_version, aliases, retired_on, replaced_by, weights, local,
    written
) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)
ON CONFLICT (id) DO UPDATE SET
    engine = excluded.engine, tier = excluded.tier, reach = excluded.reach, provider = excluded.provider,
    upstream = excluded.upstream, base_url = excluded.base_url, api_key_setting = excluded.api_key_setting,
    quality = excluded.quality, context = excluded.context, max_output_tokens = excluded.max_output_tokens,
    capabilities = excluded.capabilities, is_default = excluded.is_default, active = excluded.active,
    adapter_version = excluded.adapter_version, aliases = excluded.aliases, retired_on = excluded.retired_on,
    replaced_by = excluded.replaced_by, weights = excluded.weights, local = excluded.local,
    written = excluded.written;

-- name: list_models
SELECT
    written, id, engine, tier, reach, provider, upstream, base_url, api_key_setting, quality, context,
    max_output_tokens, capabilities, is_default, active, adapter_version, aliases, retired_on, replaced_by, weights,
    local
FROM models ORDER BY rowid;

-- name: drop_model
DELETE FROM models WHERE id = $1;

-- name: put_price
INSERT INTO prices (
    model_id, since, input_pico, output_pico, cached_input_pico, request_pico, cache_write_pico, audio_input_pico,
    characters_pico, bands
) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
ON CONFLICT (model_id, since) DO UPDATE SET
    input_pico = excluded.input_pico, output_pico = excluded.output_pico,
    cached_input_pico = excluded.cached_input_pico, request_pico = excluded.request_pico,
    cache_write_pico = excluded.cache_write_pico, audio_input_pico = excluded.audio_input_pico,
    characters_pico = excluded.characters_pico, bands = excluded.bands;

-- name: list_prices
SELECT
    model_id, since, input_pico, output_pico, cached_input_pico, request_pico, cache_write_pico, audio_input_pico,
    characters_pico, bands
FROM prices ORDER BY model_id, since;

-- name: drop_prices
DELETE FROM prices WHERE model_id = $1;
