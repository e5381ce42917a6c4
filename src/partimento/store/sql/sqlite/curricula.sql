-- Curricula: what stands above them, their versions, their parts. Python binds values and pastes nothing.

-- name: put_curriculum
INSERT INTO curricula (
    id, holder, learner, template, based_on, state, version, title, genre, level, created_at, updated_at, activated_at
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO NOTHING;

-- name: curriculum_of
SELECT
    id, holder, learner, template, based_on, state, version, title, genre, level, created_at, updated_at, activated_at
FROM curricula WHERE id = ?;

-- name: list_curricula
-- The newest first: (whether all holders', else the holder, most, how many to pass over). What the owner keeps for all
-- is in everybody's list.
SELECT
    id, holder, learner, template, based_on, state, version, title, genre, level, created_at, updated_at, activated_at
FROM curricula
WHERE ? = 1 OR holder = ? OR (holder = '' AND learner = '' AND state = 'active')
ORDER BY created_at DESC, id DESC LIMIT ? OFFSET ?;

-- name: curricula_of_learner
-- His own, the newest first.
SELECT
    id, holder, learner, template, based_on, state, version, title, genre, level, created_at, updated_at, activated_at
FROM curricula WHERE learner = ? ORDER BY created_at DESC, id DESC;

-- name: curricula_for_all
-- Active ones of a holder or the owner, the newest activation first, the holder's own before: (holder).
SELECT
    id, holder, learner, template, based_on, state, version, title, genre, level, created_at, updated_at, activated_at
FROM curricula WHERE learner = '' AND state = 'active' AND holder IN (?, '')
ORDER BY holder DESC, activated_at DESC, id DESC;

-- name: active_from
-- The active curriculum that was made from a template or a curriculum: (holder, learner, template, based on).
SELECT
    id, holder, learner, template, based_on, state, version, title, genre, level, created_at, updated_at, activated_at
FROM curricula
WHERE holder = ? AND learner = ? AND template = ? AND based_on = ? AND state = 'active'
ORDER BY activated_at DESC, id DESC LIMIT 1;

-- name: change_curriculum
-- A new version, where the one before is still the last: (version, title, genre, level, now, id, version before).
UPDATE curricula SET version = ?, title = ?, genre = ?, level = ?, updated_at = ? WHERE id = ? AND version = ?;

-- name: change_state
-- (state, since when it is active, now, id)
UPDATE curricula SET state = ?, activated_at = ?, updated_at = ? WHERE id = ?;

-- name: put_version
INSERT INTO curriculum_versions (curriculum, version, made_by, head, changes, memory_id, created_at)
VALUES (?, ?, ?, ?, ?, ?, ?);

-- name: versions_of
SELECT version, made_by, head, changes, memory_id, created_at FROM curriculum_versions
WHERE curriculum = ? ORDER BY version;

-- name: version_of
SELECT version, made_by, head, changes, memory_id, created_at FROM curriculum_versions
WHERE curriculum = ? AND version = ?;

-- name: parts_at
-- The parts of a version, in their order: (curriculum, version, version).
SELECT id, kind, parent, position, title, value FROM curriculum_parts
WHERE curriculum = ? AND since <= ? AND (until IS NULL OR until > ?)
ORDER BY kind, parent, position, id;

-- name: put_part
-- (curriculum, id, since, kind, parent, position, title, value)
INSERT INTO curriculum_parts (curriculum, id, since, until, kind, parent, position, title, value)
VALUES (?, ?, ?, NULL, ?, ?, ?, ?, ?);

-- name: end_part
-- It is not in the version, nor in later ones: (version, curriculum, id).
UPDATE curriculum_parts SET until = ? WHERE curriculum = ? AND id = ? AND until IS NULL;

-- name: curricula_with_part
-- Where a part stands, also in a version gone by.
SELECT DISTINCT curriculum FROM curriculum_parts WHERE id = ? ORDER BY curriculum;

-- name: part_of
-- A part as it is, or last was: (curriculum, id).
SELECT kind, parent, value FROM curriculum_parts WHERE curriculum = ? AND id = ? ORDER BY since DESC LIMIT 1;

-- name: forget_parts
DELETE FROM curriculum_parts WHERE curriculum IN (SELECT id FROM curricula WHERE learner = ?);

-- name: forget_versions
DELETE FROM curriculum_versions WHERE curriculum IN (SELECT id FROM curricula WHERE learner = ?);

-- name: forget_curricula
DELETE FROM curricula WHERE learner = ?;

-- ---- copying ---------------------------------------------------------------------------------------------
-- As in `copy`: in portions in the order of the key, the key first.

-- name: copy_curricula
SELECT
    id, holder, learner, template, based_on, state, version, title, genre, level, created_at, updated_at,
    activated_at
FROM curricula WHERE id > ? ORDER BY id LIMIT ?;

-- name: put_copied_curricula
INSERT INTO curricula (
    id, holder, learner, template, based_on, state, version, title, genre, level, created_at, updated_at,
    activated_at
)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET
    holder = excluded.holder, learner = excluded.learner, template = excluded.template,
    based_on = excluded.based_on, state = excluded.state, version = excluded.version, title = excluded.title,
    genre = excluded.genre, level = excluded.level, created_at = excluded.created_at,
    updated_at = excluded.updated_at, activated_at = excluded.activated_at;

-- name: drop_copied_curricula
DELETE FROM curricula WHERE id = ?;

-- name: copy_curriculum_versions
SELECT curriculum, version, made_by, head, changes, memory_id, created_at
FROM curriculum_versions WHERE (curriculum, version) > (?, ?) ORDER BY curriculum, version LIMIT ?;

-- name: put_copied_curriculum_versions
INSERT INTO curriculum_versions (curriculum, version, made_by, head, changes, memory_id, created_at)
VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (curriculum, version) DO UPDATE SET
    made_by = excluded.made_by, head = excluded.head, changes = excluded.changes, memory_id = excluded.memory_id,
    created_at = excluded.created_at;

-- name: drop_copied_curriculum_versions
DELETE FROM curriculum_versions WHERE curriculum = ? AND version = ?;

-- name: copy_curriculum_parts
SELECT curriculum, id, since, until, kind, parent, position, title, value
FROM curriculum_parts WHERE (curriculum, id, since) > (?, ?, ?) ORDER BY curriculum, id, since LIMIT ?;

-- name: put_copied_curriculum_parts
INSERT INTO curriculum_parts (curriculum, id, since, until, kind, parent, position, title, value)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (curriculum, id, since) DO UPDATE SET
    until = excluded.until, kind = excluded.kind, parent = excluded.parent, position = excluded.position,
    title = excluded.title, value = excluded.value;

-- name: drop_copied_curriculum_parts
DELETE FROM curriculum_parts WHERE curriculum = ? AND id = ? AND since = ?;
