-- Answers compared without knowing who made them, and the votes. Python binds values and pastes nothing.

-- name: put_comparison
-- One that is there stays as it is.
INSERT INTO votes (id, at, task, prompt, first_id, second_id, first_model, second_model, choice, "user")
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
ON CONFLICT (id) DO NOTHING;

-- name: comparison_of
SELECT id, at, task, prompt, first_id, second_id, first_model, second_model, choice, "user"
FROM votes WHERE id = $1;

-- name: vote
-- The first vote counts: (choice, id).
UPDATE votes SET choice = $1 WHERE id = $2 AND choice = '';

-- name: list_comparisons
-- The newest first: (whether everybody's, else the holder, most, how many to pass over).
SELECT id, at, task, prompt, first_id, second_id, first_model, second_model, choice, "user"
FROM votes WHERE $1 = 1 OR "user" = $2 ORDER BY at DESC, id LIMIT $3 OFFSET $4;

-- name: count_votes
-- How often each was chosen: (whether everybody's, else the holder).
SELECT task, first_model, second_model, choice, count(*) FROM votes
WHERE choice <> '' AND ($1 = 1 OR "user" = $2)
GROUP BY task, first_model, second_model, choice
ORDER BY task, first_model, second_model, choice;

-- name: preferred_items
-- What was preferred to what, of all that both answers are still there of, oldest first. An answer that was made before
-- to another prompt is one item with that one: it does not say what was asked here, so such a pair is left out.
SELECT v.task, better.prompt, better.value, worse.value, better.id, worse.id
FROM votes AS v
JOIN memory AS better ON better.id = CASE v.choice WHEN 'first' THEN v.first_id ELSE v.second_id END
JOIN memory AS worse ON worse.id = CASE v.choice WHEN 'first' THEN v.second_id ELSE v.first_id END
WHERE v.choice IN ('first', 'second') AND better.prompt = worse.prompt
ORDER BY v.at, v.id;
