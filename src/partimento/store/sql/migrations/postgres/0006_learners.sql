-- Learners, what they can and did, and the curricula they follow. Times are Unix seconds; JSON is kept as text.

-- ---- learners -------------------------------------------------------------------------------------------------

-- Whom it is taught to. Apps know one by `id`, which is theirs alone within a `holder`: the API key that made it, ''
-- for the owner's own. All other tables say `uid`. `level` (1–10) is as stated, NULL where nothing was.
CREATE TABLE learners (
    uid TEXT COLLATE "C" NOT NULL UNIQUE,
    holder TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    level BIGINT CHECK (level BETWEEN 1 AND 10),
    genre TEXT COLLATE "C" NOT NULL,
    goals TEXT COLLATE "C" NOT NULL,
    created_at DOUBLE PRECISION NOT NULL,
    updated_at DOUBLE PRECISION NOT NULL,
    UNIQUE (holder, id)
);

-- What is believed of an ability, in log-odds: of a concept beside the overall one, whose `concept` is ''.
CREATE TABLE learner_skills (
    learner TEXT COLLATE "C" NOT NULL,
    concept TEXT COLLATE "C" NOT NULL,
    mean DOUBLE PRECISION NOT NULL,
    variance DOUBLE PRECISION NOT NULL CHECK (variance > 0),
    results BIGINT NOT NULL,
    at DOUBLE PRECISION NOT NULL,
    UNIQUE (learner, concept)
);

-- How hard exercises on a concept are at a level, in log-odds, learnt from all learners; nobody's data.
CREATE TABLE exercise_items (
    concept TEXT COLLATE "C" NOT NULL,
    level BIGINT NOT NULL,
    mean DOUBLE PRECISION NOT NULL,
    variance DOUBLE PRECISION NOT NULL CHECK (variance > 0),
    results BIGINT NOT NULL,
    at DOUBLE PRECISION NOT NULL,
    UNIQUE (concept, level)
);

-- When a concept comes up again, as the library `fsrs` schedules it; `stability` in days.
CREATE TABLE learner_reviews (
    learner TEXT COLLATE "C" NOT NULL,
    concept TEXT COLLATE "C" NOT NULL,
    due DOUBLE PRECISION NOT NULL,
    stability DOUBLE PRECISION NOT NULL,
    difficulty DOUBLE PRECISION NOT NULL,
    reviewed_at DOUBLE PRECISION NOT NULL,
    reviews BIGINT NOT NULL,
    lapses BIGINT NOT NULL,
    UNIQUE (learner, concept)
);

-- What was practised and how it went, one row for each concept of a result; `id` is the app's, and counts once.
-- `score` (0–1) is NULL where nothing was played; `expected` is what was expected of it. `part` is the exercise or
-- assessment of a curriculum it was; `exercise` and `reaction` are JSON.
CREATE TABLE learner_results (
    learner TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    concept TEXT COLLATE "C" NOT NULL,
    at DOUBLE PRECISION NOT NULL,
    score DOUBLE PRECISION CHECK (score BETWEEN 0 AND 1),
    expected DOUBLE PRECISION,
    level BIGINT NOT NULL,
    weight DOUBLE PRECISION NOT NULL,
    source TEXT COLLATE "C" NOT NULL,
    part TEXT COLLATE "C" NOT NULL,
    exercise TEXT COLLATE "C" NOT NULL,
    reaction TEXT COLLATE "C" NOT NULL,
    UNIQUE (learner, id, concept)
);

CREATE INDEX learner_results_in_time ON learner_results (learner, at);

-- What a learner likes: counters that fade, as of `at`; `signals` is how many there ever were.
CREATE TABLE learner_preferences (
    learner TEXT COLLATE "C" NOT NULL,
    aspect TEXT COLLATE "C" NOT NULL,
    value TEXT COLLATE "C" NOT NULL,
    liked DOUBLE PRECISION NOT NULL,
    disliked DOUBLE PRECISION NOT NULL,
    signals BIGINT NOT NULL,
    at DOUBLE PRECISION NOT NULL,
    UNIQUE (learner, aspect, value)
);

-- ---- curricula ------------------------------------------------------------------------------------------------

-- A curriculum of one learner, or of all of a holder's ('' in `learner`). `template` is what it was activated from,
-- `based_on` the curriculum that it was copied from.
CREATE TABLE curricula (
    id TEXT COLLATE "C" NOT NULL UNIQUE,
    holder TEXT COLLATE "C" NOT NULL,
    learner TEXT COLLATE "C" NOT NULL,
    template TEXT COLLATE "C" NOT NULL,
    based_on TEXT COLLATE "C" NOT NULL,
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('draft', 'active', 'archived')),
    version BIGINT NOT NULL,
    title TEXT COLLATE "C" NOT NULL,
    genre TEXT COLLATE "C" NOT NULL,
    level BIGINT NOT NULL,
    created_at DOUBLE PRECISION NOT NULL,
    updated_at DOUBLE PRECISION NOT NULL,
    activated_at DOUBLE PRECISION
);

CREATE INDEX curricula_by_learner ON curricula (learner, state);

-- Every version there was: what stands above its parts (`head`), who made it, what changed and why (JSON).
CREATE TABLE curriculum_versions (
    curriculum TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    made_by TEXT COLLATE "C" NOT NULL CHECK (made_by IN ('task', 'template', 'edit', 'replan', 'copy')),
    head TEXT COLLATE "C" NOT NULL,
    changes TEXT COLLATE "C" NOT NULL,
    memory_id TEXT COLLATE "C" NOT NULL,
    created_at DOUBLE PRECISION NOT NULL,
    UNIQUE (curriculum, version)
);

-- Modules, lessons, exercises and assessments: each keeps its `id` through all versions and copies. A row holds from
-- the version `since` until the one before `until` (NULL: it holds); what does not change is written once.
CREATE TABLE curriculum_parts (
    curriculum TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    since BIGINT NOT NULL,
    until BIGINT,
    kind TEXT COLLATE "C" NOT NULL CHECK (kind IN ('module', 'lesson', 'exercise', 'assessment')),
    parent TEXT COLLATE "C" NOT NULL,
    position BIGINT NOT NULL,
    title TEXT COLLATE "C" NOT NULL,
    value TEXT COLLATE "C" NOT NULL,
    UNIQUE (curriculum, id, since)
);

CREATE INDEX curriculum_parts_by_id ON curriculum_parts (id);

-- How far a learner is with a lesson, an exercise or an assessment. `score` is the best one.
CREATE TABLE learner_progress (
    learner TEXT COLLATE "C" NOT NULL,
    part TEXT COLLATE "C" NOT NULL,
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('not started', 'started', 'done')),
    score DOUBLE PRECISION CHECK (score BETWEEN 0 AND 1),
    attempts BIGINT NOT NULL,
    started_at DOUBLE PRECISION,
    done_at DOUBLE PRECISION,
    updated_at DOUBLE PRECISION NOT NULL,
    UNIQUE (learner, part)
);
