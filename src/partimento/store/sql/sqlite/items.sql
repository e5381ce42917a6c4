-- What the page of one item asks. Python binds values and pastes nothing.

-- name: row_of_item
-- The request that made an item, or else the first that was answered with it, in a stretch of time:
-- (from, to, item's id).
SELECT
    id, at, task, endpoint, "user", "key", model, engine, tier, provider, selection_mode, complexity, ending,
    input_tokens, output_tokens, cost_pico, saved_pico, latency_ms, memory_id, error, attempts, genre, saved_by, decision
FROM ledger WHERE at >= ? AND at <= ? AND memory_id = ?
ORDER BY CASE WHEN ending = 'served' THEN 0 ELSE 1 END, at, id LIMIT 1;
