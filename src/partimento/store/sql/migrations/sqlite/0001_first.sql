-- The first tables. Money is counted in pico-dollars (10⁻¹² US dollars), times in Unix seconds, days and months are UTC.
-- A file in this folder never changes once released: its checksum is kept in `migrations`, and a changed one is refused.

-- What was generated: content-addressed by `id`; only rating, verified and kept ever change.
-- An ordinary rowid table with an index: WITHOUT ROWID reads values of 2 KB half as fast.
CREATE TABLE memory (
    id TEXT NOT NULL UNIQUE,
    task TEXT NOT NULL,
    task_version INTEGER NOT NULL,
    value BLOB NOT NULL,
    prompt TEXT NOT NULL,
    options BLOB NOT NULL,
    model TEXT NOT NULL,
    engine TEXT NOT NULL,
    tier TEXT NOT NULL,
    provider TEXT NOT NULL,
    input_tokens INTEGER NOT NULL,
    output_tokens INTEGER NOT NULL,
    cost_pico INTEGER NOT NULL,
    latency_ms REAL NOT NULL,
    created_at REAL NOT NULL,
    "user" TEXT NOT NULL,
    rating INTEGER CHECK (rating BETWEEN 0 AND 5),
    verified INTEGER NOT NULL DEFAULT 0 CHECK (verified IN (0, 1)),
    kept INTEGER NOT NULL DEFAULT 0 CHECK (kept IN (0, 1))
);

-- Fingerprint → memory item, within a scope, until it expires. Checked at the commit, so that a batch may come in any order.
CREATE TABLE cache_entries (
    fingerprint BLOB NOT NULL,
    scope TEXT NOT NULL,
    memory_id TEXT NOT NULL REFERENCES memory (id) DEFERRABLE INITIALLY DEFERRED,
    expires_at REAL,
    UNIQUE (fingerprint, scope)
);

CREATE INDEX cache_entries_by_memory ON cache_entries (memory_id);

-- Every request, one row, whatever its ending. No reference to memory: rows outlive items, and items outlive rows.
CREATE TABLE ledger (
    id TEXT NOT NULL UNIQUE,
    at REAL NOT NULL,
    task TEXT NOT NULL,
    endpoint TEXT NOT NULL,
    "user" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    model TEXT NOT NULL,
    engine TEXT NOT NULL,
    tier TEXT NOT NULL,
    provider TEXT NOT NULL,
    selection_mode TEXT NOT NULL,
    complexity INTEGER NOT NULL,
    ending TEXT NOT NULL CHECK (ending IN ('hit', 'served', 'failed', 'cancelled', 'unknown')),
    input_tokens INTEGER NOT NULL,
    output_tokens INTEGER NOT NULL,
    cost_pico INTEGER NOT NULL,
    saved_pico INTEGER NOT NULL,
    latency_ms REAL NOT NULL,
    memory_id TEXT NOT NULL,
    error TEXT NOT NULL,
    attempts BLOB NOT NULL
);

CREATE INDEX ledger_by_time ON ledger (at);

-- Money put aside for calls under way; a row lives from the reservation to its settlement.
CREATE TABLE reservations (
    id TEXT NOT NULL UNIQUE,
    day TEXT NOT NULL,
    holders TEXT NOT NULL,
    amount_pico INTEGER NOT NULL,
    owner TEXT NOT NULL,
    lapses_at REAL NOT NULL,
    row BLOB NOT NULL
);

-- Running totals, so that a reservation reads a few rows however long the ledger is.
-- `period` is a day (2026-11-21) or a month (2026-11); `holder` is '' (everybody), 'user:…' or 'key:…'.
CREATE TABLE spending (
    holder TEXT NOT NULL,
    period TEXT NOT NULL,
    spent_pico INTEGER NOT NULL,
    reserved_pico INTEGER NOT NULL,
    UNIQUE (holder, period)
);

-- Caps set by the owner, on top of those in the settings.
CREATE TABLE budgets (
    holder TEXT NOT NULL,
    period TEXT NOT NULL CHECK (period IN ('day', 'month')),
    limit_pico INTEGER NOT NULL CHECK (limit_pico >= 0),
    UNIQUE (holder, period)
);

-- Models the owner added or changed, on top of the shipped catalog.
CREATE TABLE models (
    id TEXT NOT NULL UNIQUE,
    engine TEXT NOT NULL,
    tier TEXT NOT NULL,
    reach INTEGER NOT NULL,
    provider TEXT NOT NULL,
    upstream TEXT NOT NULL,
    base_url TEXT NOT NULL,
    api_key_setting TEXT NOT NULL,
    quality REAL NOT NULL,
    context INTEGER NOT NULL,
    max_output_tokens INTEGER NOT NULL,
    capabilities TEXT NOT NULL,
    is_default INTEGER NOT NULL,
    active INTEGER NOT NULL,
    adapter_version INTEGER NOT NULL
);

-- What a model costs from a day on: pico-dollars per million tokens, and per request. Also for shipped models.
CREATE TABLE prices (
    model_id TEXT NOT NULL,
    since TEXT NOT NULL,
    input_pico INTEGER NOT NULL,
    output_pico INTEGER NOT NULL,
    cached_input_pico INTEGER,
    request_pico INTEGER NOT NULL,
    UNIQUE (model_id, since)
);

-- Facts about this database, by name.
CREATE TABLE meta (
    name TEXT NOT NULL UNIQUE,
    value TEXT NOT NULL
);
