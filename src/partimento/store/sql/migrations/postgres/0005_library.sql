-- The library: what is generated ahead of time, by which job, and whose packs are trusted.

-- A plan at work, or a pack that was brought in (`origin`). `plan` is JSON; `caller` too: on whose account it asks.
-- `owner` names the process that is at it ('' for none), so that one that died holds nothing up; `seconds` is the time
-- it has been worked at; `cap_pico` the most it may cost, NULL without a cap.
CREATE TABLE library_jobs (
    id TEXT COLLATE "C" NOT NULL UNIQUE,
    name TEXT COLLATE "C" NOT NULL,
    origin TEXT COLLATE "C" NOT NULL CHECK (origin IN ('plan', 'pack')),
    plan TEXT COLLATE "C" NOT NULL,
    plan_hash TEXT COLLATE "C" NOT NULL,
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('running', 'paused', 'done', 'failed', 'cancelled')),
    why TEXT COLLATE "C" NOT NULL,
    total BIGINT NOT NULL,
    cap_pico BIGINT CHECK (cap_pico >= 0),
    caller TEXT COLLATE "C" NOT NULL,
    owner TEXT COLLATE "C" NOT NULL,
    created_at DOUBLE PRECISION NOT NULL,
    changed_at DOUBLE PRECISION NOT NULL,
    seconds DOUBLE PRECISION NOT NULL
);

-- The items of a job that are settled; one without a row is still to be made. `item_key` is the hex SHA-256 of what is
-- asked for, `fields` and `options` the same as JSON. No two made items of one `space` are near-duplicates: a task, or
-- a task in a key where the plan names the keys. No reference to memory: a kept item is never pruned.
CREATE TABLE library_items (
    job TEXT COLLATE "C" NOT NULL,
    position BIGINT NOT NULL,
    item_key TEXT COLLATE "C" NOT NULL,
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('made', 'failed', 'duplicate', 'skipped')),
    memory_id TEXT COLLATE "C" NOT NULL,
    task TEXT COLLATE "C" NOT NULL,
    genre TEXT COLLATE "C" NOT NULL,
    music_key TEXT COLLATE "C" NOT NULL,
    level TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    topic TEXT COLLATE "C" NOT NULL,
    space TEXT COLLATE "C" NOT NULL,
    fields TEXT COLLATE "C" NOT NULL,
    options TEXT COLLATE "C" NOT NULL,
    error TEXT COLLATE "C" NOT NULL,
    attempts BIGINT NOT NULL,
    settled_at DOUBLE PRECISION NOT NULL,
    UNIQUE (job, position)
);

CREATE INDEX library_items_by_key ON library_items (item_key);
CREATE INDEX library_items_by_axes ON library_items (task, genre, music_key, level);

-- Lines of batch answers that have been read, by the hex SHA-256 of the line: reading a file twice books it once.
CREATE TABLE library_answers (
    answer TEXT COLLATE "C" NOT NULL UNIQUE,
    job TEXT COLLATE "C" NOT NULL,
    position BIGINT NOT NULL,
    read_at DOUBLE PRECISION NOT NULL
);

-- Who signed the packs of a name when the first of them came; another signer later is refused. Ed25519, in hex.
CREATE TABLE library_signers (
    pack TEXT COLLATE "C" NOT NULL UNIQUE,
    public_key TEXT COLLATE "C" NOT NULL,
    since DOUBLE PRECISION NOT NULL
);
