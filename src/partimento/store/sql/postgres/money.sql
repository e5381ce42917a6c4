-- Reservations, totals and caps. Python binds values and pastes nothing.

-- name: total_of
-- What a holder spent and reserved in a period.
SELECT spent_pico, reserved_pico FROM spending WHERE holder = $1 AND period = $2;

-- name: open_reservation
INSERT INTO reservations (id, day, holders, amount_pico, owner, lapses_at, row) VALUES ($1, $2, $3, $4, $5, $6, $7);

-- name: add_reserved
INSERT INTO spending (holder, period, spent_pico, reserved_pico) VALUES ($1, $2, 0, $3)
ON CONFLICT (holder, period) DO UPDATE SET reserved_pico = spending.reserved_pico + excluded.reserved_pico;

-- name: reservation_of
SELECT day, holders, amount_pico, row FROM reservations WHERE id = $1;

-- name: add_spent
-- The reserved amount gives way to what was spent: (cost, amount, holder, period).
UPDATE spending SET spent_pico = spent_pico + $1, reserved_pico = reserved_pico - $2 WHERE holder = $3 AND period = $4;

-- name: settle_total
-- The same, of a reservation that is still open: (cost, amount, holder, period, reservation).
UPDATE spending SET spent_pico = spent_pico + $1, reserved_pico = reserved_pico - $2
WHERE holder = $3 AND period = $4 AND EXISTS (SELECT 1 FROM reservations WHERE id = $5);

-- name: close_reservation
DELETE FROM reservations WHERE id = $1;

-- name: open_reservations
SELECT id, owner, lapses_at FROM reservations;

-- name: list_budgets
SELECT holder, period, limit_pico FROM budgets ORDER BY holder, period;

-- name: budgets_of
SELECT holder, period, limit_pico FROM budgets WHERE holder = $1;

-- name: set_budget
INSERT INTO budgets (holder, period, limit_pico) VALUES ($1, $2, $3)
ON CONFLICT (holder, period) DO UPDATE SET limit_pico = excluded.limit_pico;

-- name: remove_budget
DELETE FROM budgets WHERE holder = $1 AND period = $2;
