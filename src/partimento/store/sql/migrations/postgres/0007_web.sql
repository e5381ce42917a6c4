-- The web page: who is signed in, what was reviewed and how, what was voted for.

-- A browser that showed a key. `hash` is the SHA-256 of the cookie's token, which is itself kept nowhere; `key` the id of
-- the key that was shown: when it ends, so does the session. Times in Unix seconds.
CREATE TABLE sessions (
    hash BYTEA NOT NULL UNIQUE,
    "key" TEXT COLLATE "C" NOT NULL,
    created_at DOUBLE PRECISION NOT NULL,
    expires_at DOUBLE PRECISION NOT NULL
);

-- What the owner says of a memory item besides its rating. `revision` counts the changes, so that of two tabs the later one
-- is told; `edited` is the owner's version of the value (JSON), NULL where it was good as it was. `weight`: how much it
-- counts as an example. No reference to memory: a reviewed item is never pruned, and one that a learner takes along goes
-- with its review.
CREATE TABLE reviews (
    memory_id TEXT COLLATE "C" NOT NULL UNIQUE,
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('open', 'verified', 'rejected')),
    tags TEXT COLLATE "C" NOT NULL DEFAULT '[]',
    difficulty BIGINT CHECK (difficulty BETWEEN 1 AND 10),
    weight DOUBLE PRECISION NOT NULL DEFAULT 1 CHECK (weight >= 0),
    note TEXT COLLATE "C" NOT NULL DEFAULT '',
    edited BYTEA,
    reviewer TEXT COLLATE "C" NOT NULL DEFAULT '',
    reviewed_at DOUBLE PRECISION NOT NULL,
    revision BIGINT NOT NULL DEFAULT 0
);

-- Each change to a review, so that it can be taken back: the whole review before it as JSON ('' where there was none), with
-- the item's rating and mark of verification.
CREATE TABLE review_changes (
    id TEXT COLLATE "C" NOT NULL UNIQUE,
    memory_id TEXT COLLATE "C" NOT NULL,
    at DOUBLE PRECISION NOT NULL,
    reviewer TEXT COLLATE "C" NOT NULL,
    action TEXT COLLATE "C" NOT NULL,
    before TEXT COLLATE "C" NOT NULL
);

CREATE INDEX review_changes_by_item ON review_changes (memory_id);

-- Two answers to one request, compared without knowing who made them. `choice`: which was better, or neither.
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
