-- Learners: profiles, skills, reviews, results, preferences, progress; all of one to export and to delete. Python binds
-- values and pastes nothing. Where a learner is meant by `uid`, the other tables have it in `learner`.

-- name: put_learner
-- No row where the holder has one of that id.
INSERT INTO learners (uid, holder, id, name, level, genre, goals, created_at, updated_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (holder, id) DO NOTHING;

-- name: learners_named
-- Whoever has that id, at any holder.
SELECT uid, holder, id, name, level, genre, goals, created_at, updated_at FROM learners WHERE id = ? ORDER BY holder;

-- name: learner_of
SELECT uid, holder, id, name, level, genre, goals, created_at, updated_at FROM learners WHERE uid = ?;

-- name: list_learners
-- In the order they came: (whether all holders', else the holder, most, how many to pass over).
SELECT uid, holder, id, name, level, genre, goals, created_at, updated_at FROM learners
WHERE ? = 1 OR holder = ? ORDER BY created_at, uid LIMIT ? OFFSET ?;

-- name: change_learner
-- (name, level, genre, goals, now, uid)
UPDATE learners SET name = ?, level = ?, genre = ?, goals = ?, updated_at = ? WHERE uid = ?;

-- ---- skills ---------------------------------------------------------------------------------------------------

-- name: skills_of
SELECT concept, mean, variance, results, at FROM learner_skills WHERE learner = ? ORDER BY concept;

-- name: put_skill
INSERT INTO learner_skills (learner, concept, mean, variance, results, at) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (learner, concept) DO UPDATE SET
    mean = excluded.mean, variance = excluded.variance, results = excluded.results, at = excluded.at;

-- name: list_items
SELECT concept, level, mean, variance, results, at FROM exercise_items;

-- name: item_of
SELECT mean, variance, results, at FROM exercise_items WHERE concept = ? AND level = ?;

-- name: put_item
INSERT INTO exercise_items (concept, level, mean, variance, results, at) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (concept, level) DO UPDATE SET
    mean = excluded.mean, variance = excluded.variance, results = excluded.results, at = excluded.at;

-- ---- reviews --------------------------------------------------------------------------------------------------

-- name: reviews_of
SELECT concept, due, stability, difficulty, reviewed_at, reviews, lapses FROM learner_reviews
WHERE learner = ? ORDER BY due, concept;

-- name: review_of
SELECT concept, due, stability, difficulty, reviewed_at, reviews, lapses FROM learner_reviews
WHERE learner = ? AND concept = ?;

-- name: put_review
INSERT INTO learner_reviews (learner, concept, due, stability, difficulty, reviewed_at, reviews, lapses)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (learner, concept) DO UPDATE SET
    due = excluded.due, stability = excluded.stability, difficulty = excluded.difficulty,
    reviewed_at = excluded.reviewed_at, reviews = excluded.reviews, lapses = excluded.lapses;

-- ---- results --------------------------------------------------------------------------------------------------

-- name: result_of
-- The rows of one result: (learner, id).
SELECT id, concept, at, score, expected, level, weight, source, part, exercise, reaction FROM learner_results
WHERE learner = ? AND id = ? ORDER BY concept;

-- name: results_of
-- The newest first: (learner, since, most).
SELECT id, concept, at, score, expected, level, weight, source, part, exercise, reaction FROM learner_results
WHERE learner = ? AND at >= ? ORDER BY at DESC, id DESC, concept LIMIT ?;

-- name: put_result
INSERT INTO learner_results (
    learner, id, concept, at, score, expected, level, weight, source, part, exercise, reaction
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?);

-- ---- preferences ----------------------------------------------------------------------------------------------

-- name: preferences_of
SELECT aspect, value, liked, disliked, signals, at FROM learner_preferences
WHERE learner = ? ORDER BY aspect, value;

-- name: put_preference
INSERT INTO learner_preferences (learner, aspect, value, liked, disliked, signals, at)
VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (learner, aspect, value) DO UPDATE SET
    liked = excluded.liked, disliked = excluded.disliked, signals = excluded.signals, at = excluded.at;

-- name: drop_preference
DELETE FROM learner_preferences WHERE learner = ? AND aspect = ? AND value = ?;

-- ---- progress -------------------------------------------------------------------------------------------------

-- name: progress_of
SELECT part, state, score, attempts, started_at, done_at, updated_at FROM learner_progress
WHERE learner = ? ORDER BY part;

-- name: progress_of_part
SELECT part, state, score, attempts, started_at, done_at, updated_at FROM learner_progress
WHERE learner = ? AND part = ?;

-- name: put_progress
INSERT INTO learner_progress (learner, part, state, score, attempts, started_at, done_at, updated_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (learner, part) DO UPDATE SET
    state = excluded.state, score = excluded.score, attempts = excluded.attempts, started_at = excluded.started_at,
    done_at = excluded.done_at, updated_at = excluded.updated_at;

-- ---- forgetting -----------------------------------------------------------------------------------------------

-- name: forget_skills
DELETE FROM learner_skills WHERE learner = ?;

-- name: forget_reviews
DELETE FROM learner_reviews WHERE learner = ?;

-- name: forget_results
DELETE FROM learner_results WHERE learner = ?;

-- name: forget_preferences
DELETE FROM learner_preferences WHERE learner = ?;

-- name: forget_progress
DELETE FROM learner_progress WHERE learner = ?;

-- name: forget_learner
DELETE FROM learners WHERE uid = ?;

-- name: overwrite_what_is_deleted
-- What is deleted by this connection from here on leaves no trace in the file.
PRAGMA secure_delete = ON;

-- name: fold_the_log
-- Old pages stand in the log until it is folded into the file.
PRAGMA wal_checkpoint(TRUNCATE);

-- ---- what other tables say of a learner -------------------------------------------------------------------------
-- A request is a learner's where its `user` is his id and its `key` his holder; the owner's learner has those of all
-- keys that have no learner of that id themselves.

-- name: ledger_of_learner
-- (id, holder, holder, id, most)
SELECT at, id, task, endpoint, "key", model, tier, ending, cost_pico, memory_id FROM ledger
WHERE "user" = ? AND (
    "key" = ? OR (? = '' AND "key" NOT IN (SELECT holder FROM learners WHERE id = ? AND holder <> ''))
)
ORDER BY at, id LIMIT ?;

-- name: memory_of_learner
-- What was made for him: (id, id, holder, holder, id, most).
SELECT id, task, prompt, value, model, created_at, rating FROM memory
WHERE "user" = ? AND id IN (
    SELECT memory_id FROM ledger
    WHERE "user" = ? AND (
        "key" = ? OR (? = '' AND "key" NOT IN (SELECT holder FROM learners WHERE id = ? AND holder <> ''))
    )
)
ORDER BY created_at, id LIMIT ?;

-- name: is_named_elsewhere
-- A row where somebody else's requests or learners have that name: (id, holder, holder, id, id, uid).
SELECT 1 FROM ledger
WHERE "user" = ? AND NOT (
    "key" = ? OR (? = '' AND "key" NOT IN (SELECT holder FROM learners WHERE id = ? AND holder <> ''))
)
UNION ALL SELECT 1 FROM learners WHERE id = ? AND uid <> ?
LIMIT 1;

-- name: drop_private_entries
-- Answers for that name alone, to what he asked and nobody else of that name: (scope, and twice id, holder, holder,
-- id). Before drop_private_memory.
DELETE FROM cache_entries WHERE scope = ? AND memory_id IN (
    SELECT memory_id FROM ledger
    WHERE "user" = ? AND (
        "key" = ? OR (? = '' AND "key" NOT IN (SELECT holder FROM learners WHERE id = ? AND holder <> ''))
    )
)
AND memory_id NOT IN (
    SELECT memory_id FROM ledger
    WHERE "user" = ? AND NOT (
        "key" = ? OR (? = '' AND "key" NOT IN (SELECT holder FROM learners WHERE id = ? AND holder <> ''))
    )
);

-- name: drop_private_memory
-- What was made for him alone, to which no answer for others leads, unless rated, verified or kept:
-- (id, and twice id, holder, holder, id). Before unname_ledger.
DELETE FROM memory
WHERE "user" = ? AND rating IS NULL AND NOT verified AND NOT kept
AND NOT EXISTS (SELECT 1 FROM cache_entries AS entry WHERE entry.memory_id = memory.id)
AND id IN (
    SELECT memory_id FROM ledger
    WHERE "user" = ? AND (
        "key" = ? OR (? = '' AND "key" NOT IN (SELECT holder FROM learners WHERE id = ? AND holder <> ''))
    )
)
AND id NOT IN (
    SELECT memory_id FROM ledger
    WHERE "user" = ? AND NOT (
        "key" = ? OR (? = '' AND "key" NOT IN (SELECT holder FROM learners WHERE id = ? AND holder <> ''))
    )
);

-- name: unname_memory
-- (id, and twice id, holder, holder, id). Before unname_ledger.
UPDATE memory SET "user" = ''
WHERE "user" = ? AND id IN (
    SELECT memory_id FROM ledger
    WHERE "user" = ? AND (
        "key" = ? OR (? = '' AND "key" NOT IN (SELECT holder FROM learners WHERE id = ? AND holder <> ''))
    )
)
AND id NOT IN (
    SELECT memory_id FROM ledger
    WHERE "user" = ? AND NOT (
        "key" = ? OR (? = '' AND "key" NOT IN (SELECT holder FROM learners WHERE id = ? AND holder <> ''))
    )
);

-- name: unname_ledger
-- (how a path names him, what stands there instead, id, holder, holder, id)
UPDATE ledger SET "user" = '', endpoint = replace(endpoint, ?, ?)
WHERE "user" = ? AND (
    "key" = ? OR (? = '' AND "key" NOT IN (SELECT holder FROM learners WHERE id = ? AND holder <> ''))
);

-- What follows is for a name that is nobody else's.

-- name: drop_all_private_memory
DELETE FROM memory
WHERE "user" = ? AND rating IS NULL AND NOT verified AND NOT kept
AND NOT EXISTS (SELECT 1 FROM cache_entries AS entry WHERE entry.memory_id = memory.id);

-- name: unname_all_memory
UPDATE memory SET "user" = '' WHERE "user" = ?;

-- name: drop_entries_of_scope
DELETE FROM cache_entries WHERE scope = ?;

-- name: drop_spending_of
DELETE FROM spending WHERE holder = ?;

-- name: drop_budgets_of
DELETE FROM budgets WHERE holder = ?;

-- name: drop_sums_of_user
-- The sums of days in which a row was changed are made anew; these name him: (id, how a path names him).
DELETE FROM usage_days WHERE (aspect = 'user' AND name = ?) OR (aspect = 'endpoint' AND instr(name, ?) > 0);

-- ---- copying ---------------------------------------------------------------------------------------------
-- As in `copy`: in portions in the order of the key, the key first.

-- name: copy_learners
SELECT uid, holder, id, name, level, genre, goals, created_at, updated_at
FROM learners WHERE uid > ? ORDER BY uid LIMIT ?;

-- name: put_copied_learners
INSERT INTO learners (uid, holder, id, name, level, genre, goals, created_at, updated_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (uid) DO UPDATE SET
    holder = excluded.holder, id = excluded.id, name = excluded.name, level = excluded.level,
    genre = excluded.genre, goals = excluded.goals, created_at = excluded.created_at,
    updated_at = excluded.updated_at;

-- name: drop_copied_learners
DELETE FROM learners WHERE uid = ?;

-- name: copy_learner_skills
SELECT learner, concept, mean, variance, results, at
FROM learner_skills WHERE (learner, concept) > (?, ?) ORDER BY learner, concept LIMIT ?;

-- name: put_copied_learner_skills
INSERT INTO learner_skills (learner, concept, mean, variance, results, at)
VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (learner, concept) DO UPDATE SET
    mean = excluded.mean, variance = excluded.variance, results = excluded.results, at = excluded.at;

-- name: drop_copied_learner_skills
DELETE FROM learner_skills WHERE learner = ? AND concept = ?;

-- name: copy_exercise_items
SELECT concept, level, mean, variance, results, at
FROM exercise_items WHERE (concept, level) > (?, ?) ORDER BY concept, level LIMIT ?;

-- name: put_copied_exercise_items
INSERT INTO exercise_items (concept, level, mean, variance, results, at)
VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (concept, level) DO UPDATE SET
    mean = excluded.mean, variance = excluded.variance, results = excluded.results, at = excluded.at;

-- name: drop_copied_exercise_items
DELETE FROM exercise_items WHERE concept = ? AND level = ?;

-- name: copy_learner_reviews
SELECT learner, concept, due, stability, difficulty, reviewed_at, reviews, lapses
FROM learner_reviews WHERE (learner, concept) > (?, ?) ORDER BY learner, concept LIMIT ?;

-- name: put_copied_learner_reviews
INSERT INTO learner_reviews (learner, concept, due, stability, difficulty, reviewed_at, reviews, lapses)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (learner, concept) DO UPDATE SET
    due = excluded.due, stability = excluded.stability, difficulty = excluded.difficulty,
    reviewed_at = excluded.reviewed_at, reviews = excluded.reviews, lapses = excluded.lapses;

-- name: drop_copied_learner_reviews
DELETE FROM learner_reviews WHERE learner = ? AND concept = ?;

-- name: copy_learner_results
SELECT learner, id, concept, at, score, expected, level, weight, source, part, exercise, reaction
FROM learner_results WHERE (learner, id, concept) > (?, ?, ?) ORDER BY learner, id, concept LIMIT ?;

-- name: put_copied_learner_results
INSERT INTO learner_results (
    learner, id, concept, at, score, expected, level, weight, source, part, exercise, reaction
)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (learner, id, concept) DO UPDATE SET
    at = excluded.at, score = excluded.score, expected = excluded.expected, level = excluded.level,
    weight = excluded.weight, source = excluded.source, part = excluded.part, exercise = excluded.exercise,
    reaction = excluded.reaction;

-- name: drop_copied_learner_results
DELETE FROM learner_results WHERE learner = ? AND id = ? AND concept = ?;

-- name: copy_learner_preferences
SELECT learner, aspect, value, liked, disliked, signals, at
FROM learner_preferences WHERE (learner, aspect, value) > (?, ?, ?) ORDER BY learner, aspect, value LIMIT ?;

-- name: put_copied_learner_preferences
INSERT INTO learner_preferences (learner, aspect, value, liked, disliked, signals, at)
VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (learner, aspect, value) DO UPDATE SET
    liked = excluded.liked, disliked = excluded.disliked, signals = excluded.signals, at = excluded.at;

-- name: drop_copied_learner_preferences
DELETE FROM learner_preferences WHERE learner = ? AND aspect = ? AND value = ?;

-- name: copy_learner_progress
SELECT learner, part, state, score, attempts, started_at, done_at, updated_at
FROM learner_progress WHERE (learner, part) > (?, ?) ORDER BY learner, part LIMIT ?;

-- name: put_copied_learner_progress
INSERT INTO learner_progress (learner, part, state, score, attempts, started_at, done_at, updated_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (learner, part) DO UPDATE SET
    state = excluded.state, score = excluded.score, attempts = excluded.attempts, started_at = excluded.started_at,
    done_at = excluded.done_at, updated_at = excluded.updated_at;

-- name: drop_copied_learner_progress
DELETE FROM learner_progress WHERE learner = ? AND part = ?;
