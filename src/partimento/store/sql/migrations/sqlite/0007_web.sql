-- The web page: who is signed in, what was reviewed and how, what was voted for.

-- A browser that showed a key. `hash` is the SHA-256 of the cookie's token, which is itself kept nowhere; `key` the id of
-- the key that was shown: when it ends, so does the session. Times in Unix seconds.
CREATE TABLE sessions (
    hash BLOB NOT NULL UNIQUE,
    "key" TEXT NOT NULL,
    created_at REAL NOT NULL,
    expires_at REAL NOT NULL
);

-- What the owner says of a memory item besides its rating. `revision` counts the changes, so that of two tabs the later one
-- is told; `edited` is the owner's version of the value (JSON), NULL where it was good as it was. `weight`: how much it
-- counts as an example. No reference to memory: a reviewed item is never pruned, and one that a learner takes along goes
-- with its review.
CREATE TABLE reviews (
    memory_id TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL CHECK (state IN ('open', 'verified', 'rejected')),
    tags TEXT NOT NULL DEFAULT '[]',
    difficulty INTEGER CHECK (difficulty BETWEEN 1 AND 10),
    weight REAL NOT NULL DEFAULT 1 CHECK (weight >= 0),
    note TEXT NOT NULL DEFAULT '',
    edited BLOB,
    reviewer TEXT NOT NULL DEFAULT '',
    reviewed_at REAL NOT NULL,
    revision INTEGER NOT NULL DEFAULT 0
);

-- Each change to a review, so that it can be taken back: the whole review before it as JSON ('' where there was none), with
-- the item's rating and mark of verification.
CREATE TABLE review_changes (
    id TEXT NOT NULL UNIQUE,
    memory_id TEXT NOT NULL,
    at REAL NOT NULL,
    reviewer TEXT NOT NULL,
    action TEXT NOT NULL,
    before TEXT NOT NULL
);

CREATE INDEX review_changes_by_item ON review_changes (memory_id);

-- Two answers to one request, compared without knowing who made them. `choice`: which was better, or neither.
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
