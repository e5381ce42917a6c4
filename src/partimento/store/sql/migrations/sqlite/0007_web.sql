-- The web page: who is signed in, what was reviewed and how, what was voted for.

-- A browser that showed a key. `hash` is the SHA-256 of the cookie's token, which is itself kept nowhere; `key` the id of
-- the key that was shown: when it ends, so does the session. Times in Unix seconds.
CREATE TABLE sessions (
    hash BLOB NOT NULL UNIQUE,
    "key" TEXT NOT NULL,
    created_at REAL NOT NULL,
    expires_at REAL NOT NULL
);

-- What the owner says of a memory item besides its rating; a row as long as anything is said. `edited` is the owner's
-- version of the value (JSON), NULL where it was good as it was. `weight`: how much it counts as an example. No reference
-- to memory: a reviewed item is never pruned, and one that a learner takes along goes with its review.
CREATE TABLE reviews (
    memory_id TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL CHECK (state IN ('open', 'verified', 'rejected')),
    tags TEXT NOT NULL DEFAULT '[]',
    difficulty INTEGER CHECK (difficulty BETWEEN 1 AND 10),
    weight REAL NOT NULL DEFAULT 1 CHECK (weight >= 0),
    note TEXT NOT NULL DEFAULT '',
    edited BLOB,
    reviewer TEXT NOT NULL DEFAULT '',
    reviewed_at REAL NOT NULL
);

-- Each change to what is said of an item, its rating too, so that it can be taken back: all that was said before it, as
-- JSON. `revision` counts an item's changes, those that take one back among them, so that of two tabs the later is told.
CREATE TABLE review_changes (
    id TEXT NOT NULL UNIQUE,
    memory_id TEXT NOT NULL,
    revision INTEGER NOT NULL,
    at REAL NOT NULL,
    reviewer TEXT NOT NULL,
    action TEXT NOT NULL,
    before TEXT NOT NULL,
    taken_back INTEGER NOT NULL DEFAULT 0 CHECK (taken_back IN (0, 1)),
    UNIQUE (memory_id, revision)
);

-- The queue of reviews is walked in time, forwards and backwards, without reading what was generated.
CREATE INDEX memory_in_time ON memory (created_at, id, task, model, tier, rating, verified, claims);

-- Two answers to one request, compared without knowing who made them, in the order in which they are shown. `prompt`: the
-- fields of the request, JSON. `choice`: which was better, '' before the vote. "user": the id of the key that compares, ''
-- for the owner. No reference to memory: what was voted on is never pruned, and what a learner takes along leaves a hole.
CREATE TABLE votes (
    id TEXT NOT NULL UNIQUE,
    at REAL NOT NULL,
    task TEXT NOT NULL,
    prompt TEXT NOT NULL,
    first_id TEXT NOT NULL,
    second_id TEXT NOT NULL,
    first_model TEXT NOT NULL,
    second_model TEXT NOT NULL,
    choice TEXT NOT NULL CHECK (choice IN ('', 'first', 'second', 'both', 'neither')),
    "user" TEXT NOT NULL DEFAULT ''
);

CREATE INDEX votes_by_time ON votes (at);

-- Whose a key is: the owner's, an app's, or ('') what follows from its limits.
ALTER TABLE keys ADD COLUMN role TEXT NOT NULL DEFAULT '' CHECK (role IN ('', 'owner', 'app'));

-- Days are summed anew: latencies and fallbacks are summed, too.
DELETE FROM summed_days;
