-- Learners: profiles, skills, reviews, results, preferences, progress; all of one to export and to delete. Python binds
-- values and pastes nothing. Where a learner is meant by `uid`, the other tables have it in `learner`.

-- name: put_learner
-- No row where the holder has one of that id.
INSERT INTO learners (uid, holder, id, name, level, genre, goals, created_at, updated_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
ON CONFLICT (holder, id) DO NOTHING;

-- name: learners_named
-- Whoever has that id, at any holder.
SELECT uid, holder, id, name, level, genre, goals, created_at, updated_at FROM learners WHERE id = $1 ORDER BY holder;

-- name: learner_of
SELECT uid, holder, id, name, level, genre, goals, created_at, updated_at FROM learners WHERE uid = $1;

-- name: list_learners
-- In the order they came: (whether all holders', else the holder, most, how many to pass over).
SELECT uid, holder, id, name, level, genre, goals, created_at, updated_at FROM learners
WHERE $1 = 1 OR holder = $2 ORDER BY created_at, uid LIMIT $3 OFFSET $4;

-- name: change_learner
-- (name, level, genre, goals, now, uid)
UPDATE learners SET name = $1, level = $2, genre = $3, goals = $4, updated_at = $5 WHERE uid = $6;

-- ---- skills ---------------------------------------------------------------------------------------------------

-- name: skills_of
SELECT concept, mean, variance, results, at FROM learner_skills WHERE learner = $1 ORDER BY concept;

-- name: put_skill
INSERT INTO learner_skills (learner, concept, mean, variance, results, at) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (learner, concept) DO UPDATE SET
    mean = excluded.mean, variance = excluded.variance, results = excluded.results, at = excluded.at;

-- name: list_items
SELECT concept, level, mean, variance, results, at FROM exercise_items;

-- name: item_of
SELECT mean, variance, results, at FROM exercise_items WHERE concept = $1 AND level = $2;

-- name: put_item
INSERT INTO exercise_items (concept, level, mean, variance, results, at) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (concept, level) DO UPDATE SET
    mean = excluded.mean, variance = excluded.variance, results = excluded.results, at = excluded.at;

-- ---- reviews --------------------------------------------------------------------------------------------------

-- name: reviews_of
SELECT concept, due, stability, difficulty, reviewed_at, reviews, lapses FROM learner_reviews
WHERE learner = $1 ORDER BY due, concept;

-- name: review_of
SELECT concept, due, stability, difficulty, reviewed_at, reviews, lapses FROM learner_reviews
WHERE learner = $1 AND concept = $2;

-- name: put_review
INSERT INTO learner_reviews (learner, concept, due, stability, difficulty, reviewed_at, reviews, lapses)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (learner, concept) DO UPDATE SET
    due = excluded.due, stability = excluded.stability, difficulty = excluded.difficulty,
    reviewed_at = excluded.reviewed_at, reviews = excluded.reviews, lapses = excluded.lapses;

-- ---- results --------------------------------------------------------------------------------------------------

-- name: result_of
-- The rows of one result: (learner, id).
SELECT id, concept, at, score, expected, level, weight, source, part, exercise, reaction FROM learner_results
WHERE learner = $1 AND id = $2 ORDER BY concept;

-- name: results_of
-- The newest first: (learner, since, most).
SELECT id, concept, at, score, expected, level, weight, source, part, exercise, reaction FROM learner_results
WHERE learner = $1 AND at >= $2 ORDER BY at DESC, id DESC, concept LIMIT $3;

-- name: put_result
INSERT INTO learner_results (
    learner, id, concept, at, score, expected, level, weight, source, part, exercise, reaction
) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12);

-- ---- preferences ----------------------------------------------------------------------------------------------

-- name: preferences_of
SELECT aspect, value, liked, disliked, signals, at FROM learner_preferences
WHERE learner = $1 ORDER BY aspect, value;

-- name: put_preference
INSERT INTO learner_preferences (learner, aspect, value, liked, disliked, signals, at)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (learner, aspect, value) DO UPDATE SET
    liked = excluded.liked, disliked = excluded.disliked, signals = excluded.signals, at = excluded.at;

-- name: drop_preference
DELETE FROM learner_preferences WHERE learner = $1 AND aspect = $2 AND value = $3;

-- ---- progress -------------------------------------------------------------------------------------------------

-- name: progress_of
SELECT part, state, score, attempts, started_at, done_at, updated_at FROM learner_progress
WHERE learner = $1 ORDER BY part;

-- name: progress_of_part
SELECT part, state, score, attempts, started_at, done_at, updated_at FROM learner_progress
WHERE learner = $1 AND part = $2;

-- name: put_progress
INSERT INTO learner_progress (learner, part, state, score, attempts, started_at, done_at, updated_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (learner, part) DO UPDATE SET
    state = excluded.state, score = excluded.score, attempts = excluded.attempts, started_at = excluded.started_at,
    done_at = excluded.done_at, updated_at = excluded.updated_at;

-- ---- forgetting -----------------------------------------------------------------------------------------------

-- name: forget_skills
DELETE FROM learner_skills WHERE learner = $1;

-- name: forget_reviews
DELETE FROM learner_reviews WHERE learner = $1;

-- name: forget_results
DELETE FROM learner_results WHERE learner = $1;

-- name: forget_preferences
DELETE FROM learner_preferences WHERE learner = $1;

-- name: forget_progress
DELETE FROM learner_progress WHERE learner = $1;

-- name: forget_learner
DELETE FROM learners WHERE uid = $1;

-- name: overwrite_what_is_deleted
-- A server overwrites what is deleted when it vacuums.
SELECT 1;

-- name: fold_the_log
SELECT 1;

-- ---- what other tables say of a learner -------------------------------------------------------------------------
-- A request is a learner's where its `user` is his id and its `key` his holder; the owner's learner has those of all
-- keys that have no learner of that id themselves.

-- name: ledger_of_learner
-- (id, holder, holder, id, most)
SELECT at, id, task, endpoint, "key", model, tier, ending, cost_pico, memory_id FROM ledger
WHERE "user" = $1 AND (
    "key" = $2 OR ($3 = '' AND "key" NOT IN (SELECT holder FROM learners WHERE id = $4 AND holder <> ''))
)
ORDER BY at, id LIMIT $5;

-- name: memory_of_learner
-- What was made for him: (id, id, holder, holder, id, most).
SELECT id, task, prompt, value, model, created_at, rating FROM memory
WHERE "user" = $1 AND id IN (
    SELECT memory_id FROM ledger
    WHERE "user" = $2 AND (
        "key" = $3 OR ($4 = '' AND "key" NOT IN (SELECT holder FROM learners WHERE id = $5 AND holder <> ''))
    )
)
ORDER BY created_at, id LIMIT $6;

-- name: is_named_elsewhere
-- A row where somebody else's requests or learners have that name: (id, holder, holder, id, id, uid).
SELECT 1 FROM ledger
WHERE "user" = $1 AND NOT (
    "key" = $2 OR ($3 = '' AND "key" NOT IN (SELECT holder FROM learners WHERE id = $4 AND holder <> ''))
)
UNION ALL SELECT 1 FROM learners WHERE id = $5 AND uid <> $6
LIMIT 1;

-- name: drop_private_entries
-- Answers for that name alone, to what he asked and nobody else of that name: (scope, and twice id, holder, holder,
-- id). Before drop_private_memory.
DELETE FROM cache_entries WHERE scope = $1 AND memory_id IN (
    SELECT memory_id FROM ledger
    WHERE "user" = $2 AND (
        "key" = $3 OR ($4 = '' AND "key" NOT IN (SELECT holder FROM learners WHERE id = $5 AND holder <> ''))
    )
)
AND memory_id NOT IN (
    SELECT memory_id FROM ledger
    WHERE "user" = $6 AND NOT (
        "key" = $7 OR ($8 = '' AND "key" NOT IN (SELECT holder FROM learners WHERE id = $9 AND holder <> ''))
    )
);

-- name: drop_private_memory
-- What was made for him alone, to which no answer for others leads, unless rated, verified or kept:
-- (id, and twice id, holder, holder, id). Before unname_ledger.
DELETE FROM memory
WHERE "user" = $1 AND rating IS NULL AND verified = 0 AND kept = 0
AND NOT EXISTS (SELECT 1 FROM cache_entries AS entry WHERE entry.memory_id = memory.id)
AND id IN (
    SELECT memory_id FROM ledger
    WHERE "user" = $2 AND (
        "key" = $3 OR ($4 = '' AND "key" NOT IN (SELECT holder FROM learners WHERE id = $5 AND holder <> ''))
    )
)
AND id NOT IN (
    SELECT memory_id FROM ledger
    WHERE "user" = $6 AND NOT (
        "key" = $7 OR ($8 = '' AND "key" NOT IN (SELECT holder FROM learners WHERE id = $9 AND holder <> ''))
    )
);

-- name: unname_memory
-- (id, and twice id, holder, holder, id). Before unname_ledger.
UPDATE memory SET "user" = ''
WHERE "user" = $1 AND id IN (
    SELECT memory_id FROM ledger
    WHERE "user" = $2 AND (
        "key" = $3 OR ($4 = '' AND "key" NOT IN (SELECT holder FROM learners WHERE id = $5 AND holder <> ''))
    )
)
AND id NOT IN (
    SELECT memory_id FROM ledger
    WHERE "user" = $6 AND NOT (
        "key" = $7 OR ($8 = '' AND "key" NOT IN (SELECT holder FROM learners WHERE id = $9 AND holder <> ''))
    )
);

-- name: unname_ledger
-- (how a path names him, what stands there instead, id, holder, holder, id)
UPDATE ledger SET "user" = '', endpoint = replace(endpoint, $1, $2)
WHERE "user" = $3 AND (
    "key" = $4 OR ($5 = '' AND "key" NOT IN (SELECT holder FROM learners WHERE id = $6 AND holder <> ''))
);

-- What follows is for a name that is nobody else's.

-- name: drop_all_private_memory
DELETE FROM memory
WHERE "user" = $1 AND rating IS NULL AND verified = 0 AND kept = 0
AND NOT EXISTS (SELECT 1 FROM cache_entries AS entry WHERE entry.memory_id = memory.id);

-- name: unname_all_memory
UPDATE memory SET "user" = '' WHERE "user" = $1;

-- name: drop_entries_of_scope
DELETE FROM cache_entries WHERE scope = $1;

-- name: drop_spending_of
DELETE FROM spending WHERE holder = $1;

-- name: drop_budgets_of
DELETE FROM budgets WHERE holder = $1;

-- name: drop_sums_of_user
-- The sums of days in which a row was changed are made anew; these name him: (id, how a path names him).
DELETE FROM usage_days WHERE (aspect = 'user' AND name = $1) OR (aspect = 'endpoint' AND strpos(name, $2) > 0);

-- ---- copying ---------------------------------------------------------------------------------------------
-- As in `copy`: in portions in the order of the key, the key first.

-- name: copy_learners
SELECT uid, holder, id, name, level, genre, goals, created_at, updated_at
FROM learners WHERE uid > $1 ORDER BY uid LIMIT $2;

-- name: put_copied_learners
INSERT INTO learners (uid, holder, id, name, level, genre, goals, created_at, updated_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
ON CONFLICT (uid) DO UPDATE SET
    holder = excluded.holder, id = excluded.id, name = excluded.name, level = excluded.level,
    genre = excluded.genre, goals = excluded.goals, created_at = excluded.created_at,
    updated_at = excluded.updated_at;

-- name: drop_copied_learners
DELETE FROM learners WHERE uid = $1;

-- name: copy_learner_skills
SELECT learner, concept, mean, variance, results, at
FROM learner_skills WHERE (learner, concept) > ($1, $2) ORDER BY learner, concept LIMIT $3;

-- name: put_copied_learner_skills
INSERT INTO learner_skills (learner, concept, mean, variance, results, at)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (learner, concept) DO UPDATE SET
    mean = excluded.mean, variance = excluded.variance, results = excluded.results, at = excluded.at;

-- name: drop_copied_learner_skills
DELETE FROM learner_skills WHERE learner = $1 AND concept = $2;

-- name: copy_exercise_items
SELECT concept, level, mean, variance, results, at
FROM exercise_items WHERE (concept, level) > ($1, $2) ORDER BY concept, level LIMIT $3;

-- name: put_copied_exercise_items
INSERT INTO exercise_items (concept, level, mean, variance, results, at)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (concept, level) DO UPDATE SET
    mean = excluded.mean, variance = excluded.variance, results = excluded.results, at = excluded.at;

-- name: drop_copied_exercise_items
DELETE FROM exercise_items WHERE concept = $1 AND level = $2;

-- name: copy_learner_reviews
SELECT learner, concept, due, stability, difficulty, reviewed_at, reviews, lapses
FROM learner_reviews WHERE (learner, concept) > ($1, $2) ORDER BY learner, concept LIMIT $3;

-- name: put_copied_learner_reviews
INSERT INTO learner_reviews (learner, concept, due, stability, difficulty, reviewed_at, reviews, lapses)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (learner, concept) DO UPDATE SET
    due = excluded.due, stability = excluded.stability, difficulty = excluded.difficulty,
    reviewed_at = excluded.reviewed_at, reviews = excluded.reviews, lapses = excluded.lapses;

-- name: drop_copied_learner_reviews
DELETE FROM learner_reviews WHERE learner = $1 AND concept = $2;

-- name: copy_learner_results
SELECT learner, id, concept, at, score, expected, level, weight, source, part, exercise, reaction
FROM learner_results WHERE (learner, id, concept) > ($1, $2, $3) ORDER BY learner, id, concept LIMIT $4;

-- name: put_copied_learner_results
INSERT INTO learner_results (
    learner, id, concept, at, score, expected, level, weight, source, part, exercise, reaction
)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
ON CONFLICT (learner, id, concept) DO UPDATE SET
    at = excluded.at, score = excluded.score, expected = excluded.expected, level = excluded.level,
    weight = excluded.weight, source = excluded.source, part = excluded.part, exercise = excluded.exercise,
    reaction = excluded.reaction;

-- name: drop_copied_learner_results
DELETE FROM learner_results WHERE learner = $1 AND id = $2 AND concept = $3;

-- name: copy_learner_preferences
SELECT learner, aspect, value, liked, disliked, signals, at
FROM learner_preferences WHERE (learner, aspect, value) > ($1, $2, $3) ORDER BY learner, aspect, value LIMIT $4;

-- name: put_copied_learner_preferences
INSERT INTO learner_preferences (learner, aspect, value, liked, disliked, signals, at)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (learner, aspect, value) DO UPDATE SET
    liked = excluded.liked, disliked = excluded.disliked, signals = excluded.signals, at = excluded.at;

-- name: drop_copied_learner_preferences
DELETE FROM learner_preferences WHERE learner = $1 AND aspect = $2 AND value = $3;

-- name: copy_learner_progress
SELECT learner, part, state, score, attempts, started_at, done_at, updated_at
FROM learner_progress WHERE (learner, part) > ($1, $2) ORDER BY learner, part LIMIT $3;

-- name: put_copied_learner_progress
INSERT INTO learner_progress (learner, part, state, score, attempts, started_at, done_at, updated_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (learner, part) DO UPDATE SET
    state = excluded.state, score = excluded.score, attempts = excluded.attempts, started_at = excluded.started_at,
    done_at = excluded.done_at, updated_at = excluded.updated_at;

-- name: drop_copied_learner_progress
DELETE FROM learner_progress WHERE learner = $1 AND part = $2;
