-- The gateway: what the ledger tells besides, API keys and their rates, leases between processes, outcomes by model.

-- ---- ledger ---------------------------------------------------------------------------------------------------

-- The ledger anew: one tree in the order of time holds the rows, and no index beside it, which is a third less to keep
-- and to write. A request keeps its `at` and its `id` through all its rows, so the two name it together. What reports
-- read stands first. `genre` is what was asked for; `saved_by` what the saving is owed to ('cache', 'local', 'flight');
-- `decision` what the route weighed.
CREATE TABLE ledger_in_time (
    at DOUBLE PRECISION NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    ending TEXT COLLATE "C" NOT NULL CHECK (ending IN ('hit', 'served', 'failed', 'cancelled', 'unknown')),
    saved_by TEXT COLLATE "C" NOT NULL DEFAULT '',
    input_tokens BIGINT NOT NULL,
    output_tokens BIGINT NOT NULL,
    cost_pico BIGINT NOT NULL,
    saved_pico BIGINT NOT NULL,
    task TEXT COLLATE "C" NOT NULL,
    genre TEXT COLLATE "C" NOT NULL DEFAULT '',
    model TEXT COLLATE "C" NOT NULL,
    "user" TEXT COLLATE "C" NOT NULL,
    endpoint TEXT COLLATE "C" NOT NULL,
    "key" TEXT COLLATE "C" NOT NULL,
    provider TEXT COLLATE "C" NOT NULL,
    tier TEXT COLLATE "C" NOT NULL,
    engine TEXT COLLATE "C" NOT NULL,
    selection_mode TEXT COLLATE "C" NOT NULL,
    complexity BIGINT NOT NULL,
    latency_ms DOUBLE PRECISION NOT NULL,
    error TEXT COLLATE "C" NOT NULL,
    attempts BYTEA NOT NULL,
    decision TEXT COLLATE "C" NOT NULL DEFAULT '',
    memory_id TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (at, id)
);

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
    aspect TEXT COLLATE "C" NOT NULL,
    day BIGINT NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    requests BIGINT NOT NULL,
    hits BIGINT NOT NULL,
    failed BIGINT NOT NULL,
    cancelled BIGINT NOT NULL,
    unknown BIGINT NOT NULL,
    input_tokens BIGINT NOT NULL,
    output_tokens BIGINT NOT NULL,
    cost_pico BIGINT NOT NULL,
    saved_pico BIGINT NOT NULL,
    saved_cache_pico BIGINT NOT NULL,
    saved_flight_pico BIGINT NOT NULL,
    PRIMARY KEY (aspect, day, name)
);

-- `summed_at` in Unix seconds; negative while a process is at it.
CREATE TABLE summed_days (
    day BIGINT NOT NULL UNIQUE,
    summed_at DOUBLE PRECISION NOT NULL
);

-- A day's mark is taken away by every row that comes to it. Who begins a day waits for the rows that are being written,
-- and they for him, so that each of them either is in the ledger that he reads or sees his mark.
CREATE FUNCTION ledger_row_came() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM summed_days WHERE day = CAST(trunc(NEW.at / 86400) AS BIGINT);
    RETURN NULL;
END $$;

CREATE TRIGGER ledger_row_came AFTER INSERT OR UPDATE ON ledger FOR EACH ROW EXECUTE FUNCTION ledger_row_came();

CREATE FUNCTION day_begins() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    LOCK TABLE ledger IN SHARE MODE;
    RETURN NEW;
END $$;

CREATE TRIGGER day_begins BEFORE INSERT ON summed_days FOR EACH ROW WHEN (NEW.summed_at < 0)
EXECUTE FUNCTION day_begins();

-- Which entries have expired is asked daily; most never do.
CREATE INDEX cache_entries_by_expiry ON cache_entries (expires_at) WHERE expires_at IS NOT NULL;

-- ---- accounts -------------------------------------------------------------------------------------------------

-- API keys. `hash` is the SHA-256 of the key, which is itself kept nowhere; `models` a JSON list, empty for all.
-- Its caps are rows of `budgets` with the holder 'key:<id>'. Limits are per minute; NULL: none. Times in Unix seconds.
CREATE TABLE keys (
    id TEXT COLLATE "C" NOT NULL UNIQUE,
    name TEXT COLLATE "C" NOT NULL CHECK (name <> ''),
    hash BYTEA NOT NULL UNIQUE,
    models TEXT COLLATE "C" NOT NULL DEFAULT '[]',
    privacy TEXT COLLATE "C" NOT NULL DEFAULT '',
    requests_per_minute BIGINT CHECK (requests_per_minute > 0),
    tokens_per_minute BIGINT CHECK (tokens_per_minute > 0),
    created_at DOUBLE PRECISION NOT NULL,
    expires_at DOUBLE PRECISION,
    revoked_at DOUBLE PRECISION
);

-- A name is one living key's; a revoked one gives it back.
CREATE UNIQUE INDEX keys_by_name ON keys (name) WHERE revoked_at IS NULL;

-- What processes have leased of a key's rates in a minute (since 1970), in portions; what they hand out is in memory.
CREATE TABLE rates (
    holder TEXT COLLATE "C" NOT NULL,
    minute BIGINT NOT NULL,
    requests BIGINT NOT NULL DEFAULT 0,
    tokens BIGINT NOT NULL DEFAULT 0,
    UNIQUE (holder, minute)
);

-- ---- several processes ----------------------------------------------------------------------------------------

-- Which process is generating which answer now; a lease of a process that is gone counts for nothing.
CREATE TABLE flights (
    flight BYTEA NOT NULL UNIQUE,
    owner TEXT COLLATE "C" NOT NULL,
    lapses_at DOUBLE PRECISION NOT NULL
);

-- ---- outcomes -------------------------------------------------------------------------------------------------

-- How drafts of a model fared at a task of some complexity: counts that fade, as of `updated_at` (Unix seconds).
CREATE TABLE outcomes (
    task TEXT COLLATE "C" NOT NULL,
    model TEXT COLLATE "C" NOT NULL,
    complexity BIGINT NOT NULL,
    sound DOUBLE PRECISION NOT NULL,
    unsound DOUBLE PRECISION NOT NULL,
    updated_at DOUBLE PRECISION NOT NULL,
    UNIQUE (task, model, complexity)
);

-- ---- models and prices ----------------------------------------------------------------------------------------

-- Other names (JSON), the successor and the day a vendor turns it off, what a local model weighs (JSON or NULL).
-- `written` is the SHA-256 of the row as `providers setup` wrote it: a row that differs was changed by the owner, or is his.
ALTER TABLE models ADD COLUMN aliases TEXT COLLATE "C" NOT NULL DEFAULT '[]';
ALTER TABLE models ADD COLUMN retired_on TEXT COLLATE "C";
ALTER TABLE models ADD COLUMN replaced_by TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE models ADD COLUMN weights TEXT COLLATE "C";
ALTER TABLE models ADD COLUMN written TEXT COLLATE "C" NOT NULL DEFAULT '';

-- Rates of vendors that bill more kinds of tokens, voices billed by the character, and calls with a long input (JSON).
ALTER TABLE prices ADD COLUMN cache_write_pico BIGINT;
ALTER TABLE prices ADD COLUMN audio_input_pico BIGINT;
ALTER TABLE prices ADD COLUMN characters_pico BIGINT NOT NULL DEFAULT 0;
ALTER TABLE prices ADD COLUMN bands TEXT COLLATE "C" NOT NULL DEFAULT '[]';
