-- The first tables. Money is counted in pico-dollars (10⁻¹² US dollars), times in Unix seconds, days and months are UTC.
-- A file in this folder never changes once released: its checksum is kept in `migrations`, and a changed one is refused.

-- What was generated: content-addressed by `id`; only rating, verified and kept ever change.
CREATE TABLE memory (
    id TEXT COLLATE "C" NOT NULL UNIQUE,
    task TEXT COLLATE "C" NOT NULL,
    task_version BIGINT NOT NULL,
    value BYTEA NOT NULL,
    prompt TEXT COLLATE "C" NOT NULL,
    options BYTEA NOT NULL,
    model TEXT COLLATE "C" NOT NULL,
    engine TEXT COLLATE "C" NOT NULL,
    tier TEXT COLLATE "C" NOT NULL,
    provider TEXT COLLATE "C" NOT NULL,
    input_tokens BIGINT NOT NULL,
    output_tokens BIGINT NOT NULL,
    cost_pico BIGINT NOT NULL,
    latency_ms DOUBLE PRECISION NOT NULL,
    created_at DOUBLE PRECISION NOT NULL,
    "user" TEXT COLLATE "C" NOT NULL,
    rating BIGINT CHECK (rating BETWEEN 0 AND 5),
    verified BIGINT NOT NULL DEFAULT 0 CHECK (verified IN (0, 1)),
    kept BIGINT NOT NULL DEFAULT 0 CHECK (kept IN (0, 1))
);

-- Fingerprint → memory item, within a scope, until it expires. Checked at the commit, so that a batch may come in any order.
CREATE TABLE cache_entries (
    fingerprint BYTEA NOT NULL,
    scope TEXT COLLATE "C" NOT NULL,
    memory_id TEXT COLLATE "C" NOT NULL REFERENCES memory (id) DEFERRABLE INITIALLY DEFERRED,
    expires_at DOUBLE PRECISION,
    UNIQUE (fingerprint, scope)
);

CREATE INDEX cache_entries_by_memory ON cache_entries (memory_id);

-- Every request, one row, whatever its ending. No reference to memory: rows outlive items, and items outlive rows.
CREATE TABLE ledger (
    id TEXT COLLATE "C" NOT NULL UNIQUE,
    at DOUBLE PRECISION NOT NULL,
    task TEXT COLLATE "C" NOT NULL,
    endpoint TEXT COLLATE "C" NOT NULL,
    "user" TEXT COLLATE "C" NOT NULL,
    "key" TEXT COLLATE "C" NOT NULL,
    model TEXT COLLATE "C" NOT NULL,
    engine TEXT COLLATE "C" NOT NULL,
    tier TEXT COLLATE "C" NOT NULL,
    provider TEXT COLLATE "C" NOT NULL,
    selection_mode TEXT COLLATE "C" NOT NULL,
    complexity BIGINT NOT NULL,
    ending TEXT COLLATE "C" NOT NULL CHECK (ending IN ('hit', 'served', 'failed', 'cancelled', 'unknown')),
    input_tokens BIGINT NOT NULL,
    output_tokens BIGINT NOT NULL,
    cost_pico BIGINT NOT NULL,
    saved_pico BIGINT NOT NULL,
    latency_ms DOUBLE PRECISION NOT NULL,
    memory_id TEXT COLLATE "C" NOT NULL,
    error TEXT COLLATE "C" NOT NULL,
    attempts BYTEA NOT NULL
);

CREATE INDEX ledger_by_time ON ledger (at);

-- Money put aside for calls under way; a row lives from the reservation to its settlement.
CREATE TABLE reservations (
    id TEXT COLLATE "C" NOT NULL UNIQUE,
    day TEXT COLLATE "C" NOT NULL,
    holders TEXT COLLATE "C" NOT NULL,
    amount_pico BIGINT NOT NULL,
    owner TEXT COLLATE "C" NOT NULL,
    lapses_at DOUBLE PRECISION NOT NULL,
    row BYTEA NOT NULL
);

-- Running totals, so that a reservation reads a few rows however long the ledger is.
-- `period` is a day (2026-11-21) or a month (2026-11); `holder` is '' (everybody), 'user:…' or 'key:…'.
CREATE TABLE spending (
    holder TEXT COLLATE "C" NOT NULL,
    period TEXT COLLATE "C" NOT NULL,
    spent_pico BIGINT NOT NULL,
    reserved_pico BIGINT NOT NULL,
    UNIQUE (holder, period)
);

-- Caps set by the owner, on top of those in the settings.
CREATE TABLE budgets (
    holder TEXT COLLATE "C" NOT NULL,
    period TEXT COLLATE "C" NOT NULL CHECK (period IN ('day', 'month')),
    limit_pico BIGINT NOT NULL CHECK (limit_pico >= 0),
    UNIQUE (holder, period)
);

-- Models the owner added or changed, on top of the shipped catalog. `rowid` is their order, as SQLite keeps it by itself.
CREATE TABLE models (
    rowid BIGINT NOT NULL DEFAULT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint,
    id TEXT COLLATE "C" NOT NULL UNIQUE,
    engine TEXT COLLATE "C" NOT NULL,
    tier TEXT COLLATE "C" NOT NULL,
    reach BIGINT NOT NULL,
    provider TEXT COLLATE "C" NOT NULL,
    upstream TEXT COLLATE "C" NOT NULL,
    base_url TEXT COLLATE "C" NOT NULL,
    api_key_setting TEXT COLLATE "C" NOT NULL,
    quality DOUBLE PRECISION NOT NULL,
    context BIGINT NOT NULL,
    max_output_tokens BIGINT NOT NULL,
    capabilities TEXT COLLATE "C" NOT NULL,
    is_default BIGINT NOT NULL,
    active BIGINT NOT NULL,
    adapter_version BIGINT NOT NULL
);

-- What a model costs from a day on: pico-dollars per million tokens, and per request. Also for shipped models.
CREATE TABLE prices (
    model_id TEXT COLLATE "C" NOT NULL,
    since TEXT COLLATE "C" NOT NULL,
    input_pico BIGINT NOT NULL,
    output_pico BIGINT NOT NULL,
    cached_input_pico BIGINT,
    request_pico BIGINT NOT NULL,
    UNIQUE (model_id, since)
);

-- Facts about this database, by name.
CREATE TABLE meta (
    name TEXT COLLATE "C" NOT NULL UNIQUE,
    value TEXT COLLATE "C" NOT NULL
);
