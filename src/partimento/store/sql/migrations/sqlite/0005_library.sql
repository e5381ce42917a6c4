-- The library: what is generated ahead of time, by which job, and whose packs are trusted.

-- A plan at work, or a pack that was brought in (`origin`). `plan` is JSON; `caller` too: on whose account it asks.
-- `owner` names the process that is at it ('' for none), so that one that died holds nothing up; `seconds` is the time
-- it has been worked at; `cap_pico` the most it may cost, NULL without a cap.
CREATE TABLE library_jobs (
    id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    origin TEXT NOT NULL CHECK (origin IN ('plan', 'pack')),
    plan TEXT NOT NULL,
    plan_hash TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('running', 'paused', 'done', 'failed', 'cancelled')),
    why TEXT NOT NULL,
    total INTEGER NOT NULL,
    cap_pico INTEGER CHECK (cap_pico >= 0),
    caller TEXT NOT NULL,
    owner TEXT NOT NULL,
    created_at REAL NOT NULL,
    changed_at REAL NOT NULL,
    seconds REAL NOT NULL
);

-- The items of a job that are settled; one without a row is still to be made. `item_key` is the hex SHA-256 of what is
-- asked for, `fields` and `options` the same as JSON. No two made items of one `space` are near-duplicates: a task, or
-- a task in a key where the plan names the keys. No reference to memory: a kept item is never pruned.
CREATE TABLE library_items (
    job TEXT NOT NULL,
    position INTEGER NOT NULL,
    item_key TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('made', 'failed', 'duplicate', 'skipped')),
    memory_id TEXT NOT NULL,
    task TEXT NOT NULL,
    genre TEXT NOT NULL,
    music_key TEXT NOT NULL,
    level TEXT NOT NULL,
    kind TEXT NOT NULL,
    topic TEXT NOT NULL,
    space TEXT NOT NULL,
    fields TEXT NOT NULL,
    options TEXT NOT NULL,
    error TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    settled_at REAL NOT NULL,
    UNIQUE (job, position)
);

CREATE INDEX library_items_by_key ON library_items (item_key);
CREATE INDEX library_items_by_axes ON library_items (task, genre, music_key, level);

-- Lines of batch answers that have been read, by the hex SHA-256 of the line: reading a file twice books it once.
CREATE TABLE library_answers (
    answer TEXT NOT NULL UNIQUE,
    job TEXT NOT NULL,
    position INTEGER NOT NULL,
    read_at REAL NOT NULL
);

-- Who signed the packs of a name when the first of them came; another signer later is refused. Ed25519, in hex.
CREATE TABLE library_signers (
    pack TEXT NOT NULL UNIQUE,
    public_key TEXT NOT NULL,
    since REAL NOT NULL
);
