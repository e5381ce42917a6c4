-- Learners, what they can and did, and the curricula they follow. Times are Unix seconds; JSON is kept as text.

-- ---- learners -------------------------------------------------------------------------------------------------

-- Whom it is taught to. Apps know one by `id`, which is theirs alone within a `holder`: the API key that made it, ''
-- for the owner's own. All other tables say `uid`. `level` (1–10) is as stated, NULL where nothing was.
CREATE TABLE learners (
    uid TEXT NOT NULL UNIQUE,
    holder TEXT NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    level INTEGER CHECK (level BETWEEN 1 AND 10),
    genre TEXT NOT NULL,
    goals TEXT NOT NULL,
    created_at REAL NOT NULL,
    updated_at REAL NOT NULL,
    UNIQUE (holder, id)
);

-- What is believed of an ability, in log-odds: of a concept beside the overall one, whose `concept` is ''.
CREATE TABLE learner_skills (
    learner TEXT NOT NULL,
    concept TEXT NOT NULL,
    mean REAL NOT NULL,
    variance REAL NOT NULL CHECK (variance > 0),
    results INTEGER NOT NULL,
    at REAL NOT NULL,
    UNIQUE (learner, concept)
);

-- How hard exercises on a concept are at a level, in log-odds, learnt from all learners; nobody's data.
CREATE TABLE exercise_items (
    concept TEXT NOT NULL,
    level INTEGER NOT NULL,
    mean REAL NOT NULL,
    variance REAL NOT NULL CHECK (variance > 0),
    results INTEGER NOT NULL,
    at REAL NOT NULL,
    UNIQUE (concept, level)
);

-- When a concept comes up again, as the library `fsrs` schedules it; `stability` in days.
CREATE TABLE learner_reviews (
    learner TEXT NOT NULL,
    concept TEXT NOT NULL,
    due REAL NOT NULL,
    stability REAL NOT NULL,
    difficulty REAL NOT NULL,
    reviewed_at REAL NOT NULL,
    reviews INTEGER NOT NULL,
    lapses INTEGER NOT NULL,
    UNIQUE (learner, concept)
);

-- What was practised and how it went, one row for each concept of a result; `id` is the app's, and counts once.
-- `score` (0–1) is NULL where nothing was played; `expected` is what was expected of it. `part` is the exercise or
-- assessment of a curriculum it was; `exercise` and `reaction` are JSON.
CREATE TABLE learner_results (
    learner TEXT NOT NULL,
    id TEXT NOT NULL,
    concept TEXT NOT NULL,
    at REAL NOT NULL,
    score REAL CHECK (score BETWEEN 0 AND 1),
    expected REAL,
    level INTEGER NOT NULL,
    weight REAL NOT NULL,
    source TEXT NOT NULL,
    part TEXT NOT NULL,
    exercise TEXT NOT NULL,
    reaction TEXT NOT NULL,
    UNIQUE (learner, id, concept)
);

CREATE INDEX learner_results_in_time ON learner_results (learner, at);

-- What a learner likes: counters that fade, as of `at`; `signals` is how many there ever were.
CREATE TABLE learner_preferences (
    learner TEXT NOT NULL,
    aspect TEXT NOT NULL,
    value TEXT NOT NULL,
    liked REAL NOT NULL,
    disliked REAL NOT NULL,
    signals INTEGER NOT NULL,
    at REAL NOT NULL,
    UNIQUE (learner, aspect, value)
);

-- ---- curricula ------------------------------------------------------------------------------------------------

-- A curriculum of one learner, or of all of a holder's ('' in `learner`). `template` is what it was activated from,
-- `based_on` the curriculum that it was copied from.
CREATE TABLE curricula (
    id TEXT NOT NULL UNIQUE,
    holder TEXT NOT NULL,
    learner TEXT NOT NULL,
    template TEXT NOT NULL,
    based_on TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('draft', 'active', 'archived')),
    version INTEGER NOT NULL,
    title TEXT NOT NULL,
    genre TEXT NOT NULL,
    level INTEGER NOT NULL,
    created_at REAL NOT NULL,
    updated_at REAL NOT NULL,
    activated_at REAL
);

CREATE INDEX curricula_by_learner ON curricula (learner, state);

-- Every version there was: what stands above its parts (`head`), who made it, what changed and why (JSON).
CREATE TABLE curriculum_versions (
    curriculum TEXT NOT NULL,
    version INTEGER NOT NULL,
    made_by TEXT NOT NULL CHECK (made_by IN ('task', 'template', 'edit', 'replan', 'copy')),
    head TEXT NOT NULL,
    changes TEXT NOT NULL,
    memory_id TEXT NOT NULL,
    created_at REAL NOT NULL,
    UNIQUE (curriculum, version)
);

-- Modules, lessons, exercises and assessments: each keeps its `id` through all versions and copies. A row holds from
-- the version `since` until the one before `until` (NULL: it holds); what does not change is written once.
CREATE TABLE curriculum_parts (
    curriculum TEXT NOT NULL,
    id TEXT NOT NULL,
    since INTEGER NOT NULL,
    until INTEGER,
    kind TEXT NOT NULL CHECK (kind IN ('module', 'lesson', 'exercise', 'assessment')),
    parent TEXT NOT NULL,
    position INTEGER NOT NULL,
    title TEXT NOT NULL,
    value TEXT NOT NULL,
    UNIQUE (curriculum, id, since)
);

CREATE INDEX curriculum_parts_by_id ON curriculum_parts (id);

-- How far a learner is with a lesson, an exercise or an assessment. `score` is the best one.
CREATE TABLE learner_progress (
    learner TEXT NOT NULL,
    part TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('not started', 'started', 'done')),
    score REAL CHECK (score BETWEEN 0 AND 1),
    attempts INTEGER NOT NULL,
    started_at REAL,
    done_at REAL,
    updated_at REAL NOT NULL,
    UNIQUE (learner, part)
);
