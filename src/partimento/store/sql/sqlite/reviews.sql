-- What the owner says of what was generated: the queue, one item, changes and the way back. Python binds values and
-- pastes nothing.

-- name: said_of_item
-- What is said of an item, and how often it was changed: (item).
SELECT m.rating, coalesce(r.state, CASE m.verified WHEN 1 THEN 'verified' ELSE 'open' END),
    coalesce(r.tags, '[]'), r.difficulty, coalesce(r.weight, 1.0), coalesce(r.note, ''), r.edited,
    coalesce(r.reviewer, ''), r.reviewed_at,
    (SELECT coalesce(max(c.revision), 0) FROM review_changes AS c WHERE c.memory_id = m.id)
FROM memory AS m LEFT JOIN reviews AS r ON r.memory_id = m.id
WHERE m.id = ?;

-- name: put_said_of_item
INSERT INTO reviews (memory_id, state, tags, difficulty, weight, note, edited, reviewer, reviewed_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (memory_id) DO UPDATE SET
    state = excluded.state, tags = excluded.tags, difficulty = excluded.difficulty, weight = excluded.weight,
    note = excluded.note, edited = excluded.edited, reviewer = excluded.reviewer, reviewed_at = excluded.reviewed_at;

-- name: drop_said_of_item
DELETE FROM reviews WHERE memory_id = ?;

-- name: mark_item
-- What other rooms read of it: (rating, whether it is verified, item).
UPDATE memory SET rating = ?, verified = ? WHERE id = ?;

-- name: add_review_change
INSERT INTO review_changes (id, memory_id, revision, at, reviewer, action, before) VALUES (?, ?, ?, ?, ?, ?, ?);

-- name: review_change
SELECT memory_id FROM review_changes WHERE id = ?;

-- name: last_review_change
-- The one that would be taken back next: (item).
SELECT id, action, before FROM review_changes
WHERE memory_id = ? AND action <> 'undo' AND taken_back = 0 ORDER BY revision DESC LIMIT 1;

-- name: take_back_review_change
UPDATE review_changes SET taken_back = 1 WHERE id = ?;

-- name: review_changes_after
-- What happened to an item since a revision: (item, revision).
SELECT revision, at, reviewer, action FROM review_changes WHERE memory_id = ? AND revision > ? ORDER BY revision;

-- name: drop_reviews_of_nothing
-- Those whose item a learner took along. Reviewed items go in no other way.
DELETE FROM reviews WHERE NOT EXISTS (SELECT 1 FROM memory WHERE memory.id = reviews.memory_id);

-- name: drop_review_changes_of_nothing
DELETE FROM review_changes WHERE NOT EXISTS (SELECT 1 FROM memory WHERE memory.id = review_changes.memory_id);

-- name: review_place
-- Where an item stands in every order: when it was made, and how doubtful it is.
SELECT created_at,
    CASE tier WHEN 'rules' THEN 0 WHEN 'cloud' THEN 1 WHEN 'large' THEN 2 WHEN 'medium' THEN 3 ELSE 4 END
        + CASE claims WHEN '' THEN 0
        ELSE min(4, json_extract('[' || claims || ']', '$[1]') + json_extract('[' || claims || ']', '$[2]'))
        END
FROM memory WHERE id = ?;

-- name: items_beginning
-- Ids from a beginning on, to say which is meant: (beginning, what comes after all that begin so).
SELECT id FROM memory WHERE id >= ? AND id < ? ORDER BY id LIMIT 3;

-- name: item_of_holder
-- A row where a key's own request made the item: (item, key).
SELECT 1 FROM memory AS m JOIN ledger AS l ON l.at = m.created_at AND l.memory_id = m.id
WHERE m.id = ? AND l."key" = ? LIMIT 1;

-- name: reviews_before
-- Back in time; what follows holds for all four: (state or all, task, model, tag as JSON, rated yes or no, least
-- and most difficulty or 0, words of the prompt in small letters, key, after or before this place, of this id, most);
-- an empty text leaves a column open.
SELECT
    m.id, m.task, m.model, m.tier, substr(m.prompt, 1, 400), m.created_at, m.rating,
    coalesce(r.state, CASE m.verified WHEN 1 THEN 'verified' ELSE 'open' END), coalesce(r.tags, '[]'), r.difficulty,
    coalesce(r.weight, 1.0), r.edited IS NOT NULL
FROM memory AS m LEFT JOIN reviews AS r ON r.memory_id = m.id
WHERE (m.created_at, m.id) < (?10, ?11)
AND m.task <> 'embedding'
AND (?1 = 'all' OR ?1 = coalesce(r.state, CASE m.verified WHEN 1 THEN 'verified' ELSE 'open' END))
AND (?2 = '' OR m.task = ?2) AND (?3 = '' OR m.model = ?3) AND (?4 = '' OR instr(r.tags, ?4) > 0)
AND (?5 = '' OR (?5 = 'yes') = (m.rating IS NOT NULL))
AND (?6 = 0 OR r.difficulty >= ?6) AND (?7 = 0 OR r.difficulty <= ?7)
AND (?8 = '' OR instr(lower(m.prompt), ?8) > 0)
AND (?9 = '' OR EXISTS (
    SELECT 1 FROM ledger AS l WHERE l.at = m.created_at AND l.memory_id = m.id AND l."key" = ?9
))
ORDER BY m.created_at DESC, m.id DESC LIMIT ?12;

-- name: reviews_after
-- On in time.
SELECT
    m.id, m.task, m.model, m.tier, substr(m.prompt, 1, 400), m.created_at, m.rating,
    coalesce(r.state, CASE m.verified WHEN 1 THEN 'verified' ELSE 'open' END), coalesce(r.tags, '[]'), r.difficulty,
    coalesce(r.weight, 1.0), r.edited IS NOT NULL
FROM memory AS m LEFT JOIN reviews AS r ON r.memory_id = m.id
WHERE (m.created_at, m.id) > (?10, ?11)
AND m.task <> 'embedding'
AND (?1 = 'all' OR ?1 = coalesce(r.state, CASE m.verified WHEN 1 THEN 'verified' ELSE 'open' END))
AND (?2 = '' OR m.task = ?2) AND (?3 = '' OR m.model = ?3) AND (?4 = '' OR instr(r.tags, ?4) > 0)
AND (?5 = '' OR (?5 = 'yes') = (m.rating IS NOT NULL))
AND (?6 = 0 OR r.difficulty >= ?6) AND (?7 = 0 OR r.difficulty <= ?7)
AND (?8 = '' OR instr(lower(m.prompt), ?8) > 0)
AND (?9 = '' OR EXISTS (
    SELECT 1 FROM ledger AS l WHERE l.at = m.created_at AND l.memory_id = m.id AND l."key" = ?9
))
ORDER BY m.created_at ASC, m.id ASC LIMIT ?12;

-- name: reviews_less_doubtful
-- From the most doubtful on: smaller models, and claims in prose that had to be corrected or that nobody could prove.
SELECT
    m.id, m.task, m.model, m.tier, substr(m.prompt, 1, 400), m.created_at, m.rating,
    coalesce(r.state, CASE m.verified WHEN 1 THEN 'verified' ELSE 'open' END), coalesce(r.tags, '[]'), r.difficulty,
    coalesce(r.weight, 1.0), r.edited IS NOT NULL
FROM (
    SELECT m.id, m.doubt
    FROM (
        SELECT memory.*,
            CASE tier WHEN 'rules' THEN 0 WHEN 'cloud' THEN 1 WHEN 'large' THEN 2 WHEN 'medium' THEN 3 ELSE 4 END
            + CASE claims WHEN '' THEN 0
            ELSE min(4, json_extract('[' || claims || ']', '$[1]') + json_extract('[' || claims || ']', '$[2]'))
            END AS doubt
        FROM memory
    ) AS m LEFT JOIN reviews AS r ON r.memory_id = m.id
    WHERE m.created_at >= 0 AND (m.doubt, m.id) < (?10, ?11)
    AND m.task <> 'embedding'
    AND (?1 = 'all' OR ?1 = coalesce(r.state, CASE m.verified WHEN 1 THEN 'verified' ELSE 'open' END))
    AND (?2 = '' OR m.task = ?2) AND (?3 = '' OR m.model = ?3) AND (?4 = '' OR instr(r.tags, ?4) > 0)
    AND (?5 = '' OR (?5 = 'yes') = (m.rating IS NOT NULL))
    AND (?6 = 0 OR r.difficulty >= ?6) AND (?7 = 0 OR r.difficulty <= ?7)
    AND (?8 = '' OR instr(lower(m.prompt), ?8) > 0)
    AND (?9 = '' OR EXISTS (
        SELECT 1 FROM ledger AS l WHERE l.at = m.created_at AND l.memory_id = m.id AND l."key" = ?9
    ))
    ORDER BY m.doubt DESC, m.id DESC LIMIT ?12
) AS found JOIN memory AS m ON m.id = found.id LEFT JOIN reviews AS r ON r.memory_id = m.id
ORDER BY found.doubt DESC, m.id DESC;

-- name: reviews_more_doubtful
-- The way back.
SELECT
    m.id, m.task, m.model, m.tier, substr(m.prompt, 1, 400), m.created_at, m.rating,
    coalesce(r.state, CASE m.verified WHEN 1 THEN 'verified' ELSE 'open' END), coalesce(r.tags, '[]'), r.difficulty,
    coalesce(r.weight, 1.0), r.edited IS NOT NULL
FROM (
    SELECT m.id, m.doubt
    FROM (
        SELECT memory.*,
            CASE tier WHEN 'rules' THEN 0 WHEN 'cloud' THEN 1 WHEN 'large' THEN 2 WHEN 'medium' THEN 3 ELSE 4 END
            + CASE claims WHEN '' THEN 0
            ELSE min(4, json_extract('[' || claims || ']', '$[1]') + json_extract('[' || claims || ']', '$[2]'))
            END AS doubt
        FROM memory
    ) AS m LEFT JOIN reviews AS r ON r.memory_id = m.id
    WHERE m.created_at >= 0 AND (m.doubt, m.id) > (?10, ?11)
    AND m.task <> 'embedding'
    AND (?1 = 'all' OR ?1 = coalesce(r.state, CASE m.verified WHEN 1 THEN 'verified' ELSE 'open' END))
    AND (?2 = '' OR m.task = ?2) AND (?3 = '' OR m.model = ?3) AND (?4 = '' OR instr(r.tags, ?4) > 0)
    AND (?5 = '' OR (?5 = 'yes') = (m.rating IS NOT NULL))
    AND (?6 = 0 OR r.difficulty >= ?6) AND (?7 = 0 OR r.difficulty <= ?7)
    AND (?8 = '' OR instr(lower(m.prompt), ?8) > 0)
    AND (?9 = '' OR EXISTS (
        SELECT 1 FROM ledger AS l WHERE l.at = m.created_at AND l.memory_id = m.id AND l."key" = ?9
    ))
    ORDER BY m.doubt ASC, m.id ASC LIMIT ?12
) AS found JOIN memory AS m ON m.id = found.id LEFT JOIN reviews AS r ON r.memory_id = m.id
ORDER BY found.doubt ASC, m.id ASC;

-- name: review_counts
-- How many reviewed items are in which state: the same values up to the key.
SELECT r.state, count(*) FROM reviews AS r CROSS JOIN memory AS m ON m.id = r.memory_id
WHERE m.task <> 'embedding'
AND (?1 = 'all' OR ?1 = coalesce(r.state, CASE m.verified WHEN 1 THEN 'verified' ELSE 'open' END))
AND (?2 = '' OR m.task = ?2) AND (?3 = '' OR m.model = ?3) AND (?4 = '' OR instr(r.tags, ?4) > 0)
AND (?5 = '' OR (?5 = 'yes') = (m.rating IS NOT NULL))
AND (?6 = 0 OR r.difficulty >= ?6) AND (?7 = 0 OR r.difficulty <= ?7)
AND (?8 = '' OR instr(lower(m.prompt), ?8) > 0)
AND (?9 = '' OR EXISTS (
    SELECT 1 FROM ledger AS l WHERE l.at = m.created_at AND l.memory_id = m.id AND l."key" = ?9
))
GROUP BY r.state;

-- name: review_totals
-- How many items there are, and how many of them are verified: (task, model, rated yes or no, words of the prompt,
-- key). The moment keeps to the index: what was generated is not read.
SELECT count(*), coalesce(sum(m.verified), 0) FROM memory AS m
WHERE m.created_at >= 0 AND m.task <> 'embedding' AND (?1 = '' OR m.task = ?1) AND (?2 = '' OR m.model = ?2)
AND (?3 = '' OR (?3 = 'yes') = (m.rating IS NOT NULL))
AND (?4 = '' OR instr(lower(m.prompt), ?4) > 0)
AND (?5 = '' OR EXISTS (
    SELECT 1 FROM ledger AS l WHERE l.at = m.created_at AND l.memory_id = m.id AND l."key" = ?5
));

-- name: review_choices
-- Tasks and models there is anything of.
SELECT DISTINCT task, model FROM memory WHERE task <> 'embedding' ORDER BY task, model;

-- name: review_tags
SELECT DISTINCT tags FROM reviews WHERE tags <> '[]';

-- name: reviews_training_ready
-- How many would be trained on: (least rating).
SELECT count(*) FROM reviews AS r CROSS JOIN memory AS m ON m.id = r.memory_id
WHERE r.state = 'verified' AND m.rating >= ?;
