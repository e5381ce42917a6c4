"""What people do to the pool: load, unload, pin, set, close. Knows what each means for what is there; leaves room to
`room`: a load by hand obeys the same ledger."""

from __future__ import annotations

from msgspec.structs import replace

from partimento.pool.deciding import leave, refusals
from partimento.pool.deciding.admit import known_as
from partimento.pool.deciding.effects import Close, Done, Refuse
from partimento.pool.deciding.events import Closing, LoadAsked, PinAsked, Reset, UnloadAsked
from partimento.pool.deciding.state import Ticket
from partimento.pool.deciding.turn import Turn


def load_asked(turn: Turn, event: LoadAsked) -> None:
    if event.ticket in turn.after.tickets:
        return
    if turn.after.closing:
        turn.emit(Refuse(event.ticket, refusals.closing()))
        return
    key = event.wanted.key
    known = known_as(turn, key, event.wanted, event.footprint)
    if known.quarantined_until > turn.now and not event.force:
        turn.emit(Refuse(event.ticket, refusals.quarantined(known, known.quarantined_until - turn.now)))
        return
    known = turn.known[key] = replace(known, by_hand=True)
    if event.force:
        turn.known[key] = replace(known, quarantined_until=0.0, crashes=(), failed=(), retry_at=0.0)
    worker = turn.worker_of(known)
    if worker is not None and worker.state == "ready":
        turn.put(replace(worker, last_used=turn.now))
        turn.emit(Done(event.ticket, ("it was in memory already",)))
        return
    ticket = Ticket(ticket=event.ticket, kind="load", keys=(key,), force=event.force, since=turn.now)
    turn.after = replace(turn.after, tickets={**turn.after.tickets, event.ticket: ticket})
    turn.queued[key] = None
    turn.replan = True


def unload_asked(turn: Turn, event: UnloadAsked) -> None:
    if event.ticket in turn.after.tickets:
        return
    keys = turn.after.named(event.model)
    if not keys and event.model:
        turn.emit(Refuse(event.ticket, refusals.unknown(event.model)))
        return
    workers = [worker for key in keys if (worker := turn.worker_of(turn.known[key])) is not None]
    for key in keys:
        turn.known[key] = replace(turn.known[key], by_hand=False)
        turn.refuse_tickets(key, refusals.withdrawn(turn.known[key]))
    if not workers:
        turn.emit(Done(event.ticket, ("it was not in memory",) if event.model else ("no model was in memory",)))
        return
    answers = sum(len(worker.leases) for worker in workers)
    count = "1 answer was" if answers == 1 else f"{answers} answers were"
    notes = (f"{count} {'broken off' if event.force else 'ended first'}",) if answers else ()
    ticket = Ticket(
        ticket=event.ticket, kind="unload", workers=tuple(worker.number for worker in workers), force=event.force,
        since=turn.now, notes=notes,
    )  # fmt: skip
    turn.after = replace(turn.after, tickets={**turn.after.tickets, event.ticket: ticket})
    for worker in workers:
        leave.drain(turn, worker, "unloaded by hand", at_once=event.force)
    turn.replan = True


def unloaded(turn: Turn) -> None:
    """Say so when what was to go by hand is gone."""
    for ticket in tuple(turn.after.tickets.values()):
        if ticket.kind != "unload":
            continue
        left = tuple(number for number in ticket.workers if number in turn.workers)
        if not left:
            turn.drop_ticket(ticket.ticket)
            turn.emit(Done(ticket.ticket, ticket.notes))


def pin_asked(turn: Turn, event: PinAsked) -> None:
    keys = turn.after.named(event.model) if event.model else ()
    if not keys:
        turn.emit(Refuse(event.ticket, refusals.unknown(event.model)))
        return
    for key in keys:
        known = turn.known[key]
        pinned = known.pinned if event.pinned is None else event.pinned
        keep_s = known.keep_s if event.keep_s is None else event.keep_s
        turn.known[key] = replace(known, pinned=pinned, keep_s=keep_s)
        turn.touched[key] = None
    turn.replan = True
    turn.emit(Done(event.ticket))


def reset(turn: Turn, event: Reset) -> None:
    turn.after = replace(turn.after, settings=event.settings)
    turn.touched.update(dict.fromkeys(turn.known))
    turn.replan = True


def closing(turn: Turn, event: Closing) -> None:
    if turn.after.closing == "closed" or (turn.after.closing and not event.force):
        return
    turn.after = replace(turn.after, closing="at once" if event.force else "gently")
    for key in tuple(turn.queued):
        turn.refuse_all(key, refusals.closing())
        turn.refuse_tickets(key, refusals.closing())
    for worker in tuple(turn.workers.values()):
        leave.drain(turn, worker, "the pool is closing", at_once=event.force)


def close_when_empty(turn: Turn) -> None:
    if turn.after.closing in ("gently", "at once") and not turn.workers:
        turn.after = replace(turn.after, closing="closed")
        turn.emit(Close())
