-- What the Studio shows of what was made. Python binds values and pastes nothing.

-- name: recent_pieces
-- Pieces that were made or asked for again, the latest first: (since, the key or NULL for all, most rows).
SELECT memory_id, at FROM ledger
WHERE at >= ?1 AND memory_id <> '' AND task IN ('arrangement', 'progression', 'rearrangement')
    AND (?2 IS NULL OR "key" = ?2)
ORDER BY at DESC, id DESC LIMIT ?3;

-- name: recent_others
-- The same of all else that a person reads; plain conversation and vectors are none of it.
SELECT memory_id, at FROM ledger
WHERE at >= ?1 AND memory_id <> ''
    AND task NOT IN ('arrangement', 'progression', 'rearrangement', 'chat', 'embedding', 'structured')
    AND (?2 IS NULL OR "key" = ?2)
ORDER BY at DESC, id DESC LIMIT ?3;
