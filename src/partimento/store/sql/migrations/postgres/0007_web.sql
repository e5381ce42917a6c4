-- The web page: who is signed in, what was reviewed and how, what was voted for.

-- A browser that showed a key. `hash` is the SHA-256 of the cookie's token, which is itself kept nowhere; `key` the id of
-- the key that was shown: when it ends, so does the session. Times in Unix seconds.
CREATE TABLE sessions (
    hash BYTEA NOT NULL UNIQUE,
    "key" TEXT COLLATE "C" NOT NULL,
    created_at DOUBLE PRECISION NOT NULL,
    expires_at DOUBLE PRECISION NOT NULL
);

-- What the owner says of a memory item besides its rating; a row as long as anything is said. `edited` is the owner's
-- version of the value (JSON), NULL where it was good as it was. `weight`: how much it counts as an example. No reference
-- to memory: a reviewed item is never pruned, and one that a learner takes along goes with its review.
CREATE TABLE reviews (
    memory_id TEXT COLLATE "C" NOT NULL UNIQUE,
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('open', 'verified', 'rejected')),
    tags TEXT COLLATE "C" NOT NULL DEFAULT '[]',
    difficulty BIGINT CHECK (difficulty BETWEEN 1 AND 10),
    weight DOUBLE PRECISION NOT NULL DEFAULT 1 CHECK (weight >= 0),
    note TEXT COLLATE "C" NOT NULL DEFAULT '',
    edited BYTEA,
    reviewer TEXT COLLATE "C" NOT NULL DEFAULT '',
    reviewed_at DOUBLE PRECISION NOT NULL
);

-- Each change to what is said of an item, its rating too, so that it can be taken back: all that was said before it, as
-- JSON. `revision` counts an item's changes, those that take one back among them, so that of two tabs the later is told.
CREATE TABLE review_changes (
    id TEXT COLLATE "C" NOT NULL UNIQUE,
    memory_id TEXT COLLATE "C" NOT NULL,
    revision BIGINT NOT NULL,
    at DOUBLE PRECISION NOT NULL,
    reviewer TEXT COLLATE "C" NOT NULL,
    action TEXT COLLATE "C" NOT NULL,
    before TEXT COLLATE "C" NOT NULL,
    taken_back BIGINT NOT NULL DEFAULT 0 CHECK (taken_back IN (0, 1)),
    UNIQUE (memory_id, revision)
);

-- The queue of reviews is walked in time, forwards and backwards, without reading what was generated.
CREATE INDEX memory_in_time ON memory (created_at, id, task, model, tier, rating, verified, claims);

-- Two answers to one request, compared without knowing who made them, in the order in which they are shown. `prompt`: the
-- fields of the request, JSON. `choice`: which was better, '' before the vote. "user": the id of the key that compares, ''
-- for the owner. No reference to memory: what was voted on is never pruned, and what a learner takes along leaves a hole.
CREATE TABLE votes (
    id TEXT COLLATE "C" NOT NULL UNIQUE,
    at DOUBLE PRECISION NOT NULL,
    task TEXT COLLATE "C" NOT NULL,
    prompt TEXT COLLATE "C" NOT NULL,
    first_id TEXT COLLATE "C" NOT NULL,
    second_id TEXT COLLATE "C" NOT NULL,
    first_model TEXT COLLATE "C" NOT NULL,
    second_model TEXT COLLATE "C" NOT NULL,
    choice TEXT COLLATE "C" NOT NULL CHECK (choice IN ('', 'first', 'second', 'both', 'neither')),
    "user" TEXT COLLATE "C" NOT NULL DEFAULT ''
);

CREATE INDEX votes_by_time ON votes (at);

-- Whose a key is: the owner's, an app's, or ('') what follows from its limits.
ALTER TABLE keys ADD COLUMN role TEXT COLLATE "C" NOT NULL DEFAULT '' CHECK (role IN ('', 'owner', 'app'));

-- Days are summed anew: latencies and fallbacks are summed, too.
DELETE FROM summed_days;
