-- Reservations, totals and caps. Python binds values and pastes nothing.

-- name: total_of
-- What a holder spent and reserved in a period.
SELECT spent_pico, reserved_pico FROM spending WHERE holder = ? AND period = ?;

-- name: open_reservation
INSERT INTO reservations (id, day, holders, amount_pico, owner, lapses_at, row) VALUES (?, ?, ?, ?, ?, ?, ?);

-- name: add_reserved
INSERT INTO spending (holder, period, spent_pico, reserved_pico) VALUES (?, ?, 0, ?)
ON CONFLICT (holder, period) DO UPDATE SET reserved_pico = reserved_pico + excluded.reserved_pico;

-- name: reservation_of
SELECT day, holders, amount_pico, row FROM reservations WHERE id = ?;

-- name: add_spent
-- The reserved amount gives way to what was spent: (cost, amount, holder, period).
UPDATE spending SET spent_pico = spent_pico + ?, reserved_pico = reserved_pico - ? WHERE holder = ? AND period = ?;

-- name: settle_total
-- The same, of a reservation that is still open: (cost, amount, holder, period, reservation).
UPDATE spending SET spent_pico = spent_pico + ?, reserved_pico = reserved_pico - ?
WHERE holder = ? AND period = ? AND EXISTS (SELECT 1 FROM reservations WHERE id = ?);

-- name: close_reservation
DELETE FROM reservations WHERE id = ?;

-- name: open_reservations
SELECT id, owner, lapses_at FROM reservations;

-- name: list_budgets
SELECT holder, period, limit_pico FROM budgets ORDER BY holder, period;

-- name: budgets_of
SELECT holder, period, limit_pico FROM budgets WHERE holder = ?;

-- name: set_budget
INSERT INTO budgets (holder, period, limit_pico) VALUES (?, ?, ?)
ON CONFLICT (holder, period) DO UPDATE SET limit_pico = excluded.limit_pico;

-- name: remove_budget
DELETE FROM budgets WHERE holder = ? AND period = ?;
