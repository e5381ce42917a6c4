-- How drafts fared, by task, model and complexity. Python binds values and pastes nothing.

-- name: record_tally
-- Adds to the counts, (task, model, complexity, sound, unsound, at): what was counted before fades to 99 % with each
-- tally, and with time by 1 / (1 + x + x*x/2) for x = the seconds between the two over 2,592,000 (30 days).
INSERT INTO outcomes (task, model, complexity, sound, unsound, updated_at) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (task, model, complexity) DO UPDATE SET
    sound = excluded.sound + outcomes.sound * 0.99 / CASE WHEN excluded.updated_at <= outcomes.updated_at THEN 1.0 ELSE
        1.0 + (excluded.updated_at - outcomes.updated_at) / 2592000.0
        + (excluded.updated_at - outcomes.updated_at) * (excluded.updated_at - outcomes.updated_at) / 13436928000000.0
    END,
    unsound = excluded.unsound + outcomes.unsound * 0.99 / CASE WHEN excluded.updated_at <= outcomes.updated_at THEN 1.0
    ELSE
        1.0 + (excluded.updated_at - outcomes.updated_at) / 2592000.0
        + (excluded.updated_at - outcomes.updated_at) * (excluded.updated_at - outcomes.updated_at) / 13436928000000.0
    END,
    updated_at = CASE WHEN excluded.updated_at > outcomes.updated_at THEN excluded.updated_at
    ELSE outcomes.updated_at END;

-- name: take_back_tally
-- What was counted by mistake: (sound, unsound, task, model, complexity).
UPDATE outcomes SET sound = greatest(0.0, sound - $1), unsound = greatest(0.0, unsound - $2)
WHERE task = $3 AND model = $4 AND complexity = $5;

-- name: tallies
-- All that is known, in the order of Tally.
SELECT task, model, complexity, sound, unsound, updated_at FROM outcomes ORDER BY task, model, complexity;

-- name: made_by
-- Who made an item, at which complexity: (item). No row where it is too old to tell.
SELECT m.task, m.model, m.tier, l.complexity
FROM memory AS m JOIN ledger AS l ON l.at = m.created_at AND l.memory_id = m.id
WHERE m.id = $1 LIMIT 1;

-- name: turns_since
-- What came of requests, those that went the same way as one: (since).
SELECT task, complexity, attempts, ending, model, count(*), CAST(sum(cost_pico) AS BIGINT)
FROM ledger WHERE at >= $1 AND ending IN ('served', 'failed')
GROUP BY task, complexity, attempts, ending, model;

-- name: forget_tallies
-- The route keeps to the catalog again, until there is new evidence.
DELETE FROM outcomes;
