-- Leases on requests under way, among processes. Python binds values and pastes nothing.

-- name: flight_of
-- Who holds the lease, and until when.
SELECT owner, lapses_at FROM flights WHERE flight = $1;

-- name: take_off
INSERT INTO flights (flight, owner, lapses_at) VALUES ($1, $2, $3)
ON CONFLICT (flight) DO UPDATE SET owner = excluded.owner, lapses_at = excluded.lapses_at;

-- name: land
-- Gives back one's own lease, and nobody else's.
DELETE FROM flights WHERE flight = $1 AND owner = $2;

-- name: flights
SELECT flight, owner, lapses_at FROM flights;
