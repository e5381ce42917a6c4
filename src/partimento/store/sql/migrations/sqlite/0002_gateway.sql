-- The gateway: what the ledger tells besides, API keys and their rates, leases between processes, outcomes by model.

-- ---- ledger ---------------------------------------------------------------------------------------------------

-- The ledger anew: one tree in the order of time holds the rows, and no index beside it, which is a third less to keep
-- and to write. A request keeps its `at` and its `id` through all its rows, so the two name it together. What reports
-- read stands first. `genre` is what was asked for; `saved_by` what the saving is owed to ('cache', 'local', 'flight');
-- `decision` what the route weighed.
CREATE TABLE ledger_in_time (
    at REAL NOT NULL,
    id TEXT NOT NULL,
    ending TEXT NOT NULL CHECK (ending IN ('hit', 'served', 'failed', 'cancelled', 'unknown')),
    saved_by TEXT NOT NULL DEFAULT '',
    input_tokens INTEGER NOT NULL,
    output_tokens INTEGER NOT NULL,
    cost_pico INTEGER NOT NULL,
    saved_pico INTEGER NOT NULL,
    task TEXT NOT NULL,
    genre TEXT NOT NULL DEFAULT '',
    model TEXT NOT NULL,
    "user" TEXT NOT NULL,
    endpoint TEXT NOT NULL,
    "key" TEXT NOT NULL,
    provider TEXT NOT NULL,
    tier TEXT NOT NULL,
    engine TEXT NOT NULL,
    selection_mode TEXT NOT NULL,
    complexity INTEGER NOT NULL,
    latency_ms REAL NOT NULL,
    error TEXT NOT NULL,
    attempts BLOB NOT NULL,
    decision TEXT NOT NULL DEFAULT '',
    memory_id TEXT NOT NULL,
    PRIMARY KEY (at, id)
) WITHOUT ROWID;

INSERT INTO ledger_in_time (
    at, id, ending, input_tokens, output_tokens, cost_pico, saved_pico, task, model, "user", endpoint, "key", provider,
    tier, engine, selection_mode, complexity, latency_ms, error, attempts, memory_id
)
SELECT
    at, id, ending, input_tokens, output_tokens, cost_pico, saved_pico, task, model, "user", endpoint, "key", provider,
    tier, engine, selection_mode, complexity, latency_ms, error, attempts, memory_id
FROM ledger ORDER BY at, id;

DROP TABLE ledger;

ALTER TABLE ledger_in_time RENAME TO ledger;

-- Sums of whole days, so that a report reads a few lines a day however long the ledger is. They are derived: a row that is
-- added to a day, or changed in it, takes the day's mark away, and without its mark a day is read from the ledger.
CREATE TABLE usage_days (
    aspect TEXT NOT NULL,
    day INTEGER NOT NULL,
    name TEXT NOT NULL,
    requests INTEGER NOT NULL,
    hits INTEGER NOT NULL,
    failed INTEGER NOT NULL,
    cancelled INTEGER NOT NULL,
    unknown INTEGER NOT NULL,
    input_tokens INTEGER NOT NULL,
    output_tokens INTEGER NOT NULL,
    cost_pico INTEGER NOT NULL,
    saved_pico INTEGER NOT NULL,
    saved_cache_pico INTEGER NOT NULL,
    saved_flight_pico INTEGER NOT NULL,
    PRIMARY KEY (aspect, day, name)
) WITHOUT ROWID;

-- `summed_at` in Unix seconds; negative while a process is at it.
CREATE TABLE summed_days (
    day INTEGER NOT NULL UNIQUE,
    summed_at REAL NOT NULL
);

CREATE TRIGGER ledger_row_added AFTER INSERT ON ledger
WHEN EXISTS (SELECT 1 FROM summed_days WHERE day = CAST(NEW.at / 86400 AS INTEGER))
BEGIN
    DELETE FROM summed_days WHERE day = CAST(NEW.at / 86400 AS INTEGER);
END;

CREATE TRIGGER ledger_row_changed AFTER UPDATE ON ledger
WHEN EXISTS (SELECT 1 FROM summed_days WHERE day = CAST(NEW.at / 86400 AS INTEGER))
BEGIN
    DELETE FROM summed_days WHERE day = CAST(NEW.at / 86400 AS INTEGER);
END;

-- Which entries have expired is asked daily; most never do.
CREATE INDEX cache_entries_by_expiry ON cache_entries (expires_at) WHERE expires_at IS NOT NULL;

-- ---- accounts -------------------------------------------------------------------------------------------------

-- API keys. `hash` is the SHA-256 of the key, which is itself kept nowhere; `models` a JSON list, empty for all.
-- Its caps are rows of `budgets` with the holder 'key:<id>'. Limits are per minute; NULL: none. Times in Unix seconds.
CREATE TABLE keys (
    id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL CHECK (name <> ''),
    hash BLOB NOT NULL UNIQUE,
    models TEXT NOT NULL DEFAULT '[]',
    privacy TEXT NOT NULL DEFAULT '',
    requests_per_minute INTEGER CHECK (requests_per_minute > 0),
    tokens_per_minute INTEGER CHECK (tokens_per_minute > 0),
    created_at REAL NOT NULL,
    expires_at REAL,
    revoked_at REAL
);

-- A name is one living key's; a revoked one gives it back.
CREATE UNIQUE INDEX keys_by_name ON keys (name) WHERE revoked_at IS NULL;

-- What processes have leased of a key's rates in a minute (since 1970), in portions; what they hand out is in memory.
CREATE TABLE rates (
    holder TEXT NOT NULL,
    minute INTEGER NOT NULL,
    requests INTEGER NOT NULL DEFAULT 0,
    tokens INTEGER NOT NULL DEFAULT 0,
    UNIQUE (holder, minute)
);

-- ---- several processes ----------------------------------------------------------------------------------------

-- Which process is generating which answer now; a lease of a process that is gone counts for nothing.
CREATE TABLE flights (
    flight BLOB NOT NULL UNIQUE,
    owner TEXT NOT NULL,
    lapses_at REAL NOT NULL
);

-- ---- outcomes -------------------------------------------------------------------------------------------------

-- How drafts of a model fared at a task of some complexity: counts that fade, as of `updated_at` (Unix seconds).
CREATE TABLE outcomes (
    task TEXT NOT NULL,
    model TEXT NOT NULL,
    complexity INTEGER NOT NULL,
    sound REAL NOT NULL,
    unsound REAL NOT NULL,
    updated_at REAL NOT NULL,
    UNIQUE (task, model, complexity)
);

-- ---- models and prices ----------------------------------------------------------------------------------------

-- Other names (JSON), the successor and the day a vendor turns it off, what a local model weighs (JSON or NULL).
-- `written` is the SHA-256 of the row as `providers setup` wrote it: a row that differs was changed by the owner, or is his.
ALTER TABLE models ADD COLUMN aliases TEXT NOT NULL DEFAULT '[]';
ALTER TABLE models ADD COLUMN retired_on TEXT;
ALTER TABLE models ADD COLUMN replaced_by TEXT NOT NULL DEFAULT '';
ALTER TABLE models ADD COLUMN weights TEXT;
ALTER TABLE models ADD COLUMN written TEXT NOT NULL DEFAULT '';

-- Rates of vendors that bill more kinds of tokens, voices billed by the character, and calls with a long input (JSON).
ALTER TABLE prices ADD COLUMN cache_write_pico INTEGER;
ALTER TABLE prices ADD COLUMN audio_input_pico INTEGER;
ALTER TABLE prices ADD COLUMN characters_pico INTEGER NOT NULL DEFAULT 0;
ALTER TABLE prices ADD COLUMN bands TEXT NOT NULL DEFAULT '[]';
