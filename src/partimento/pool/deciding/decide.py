"""What the pool does about an event: the whole of its judgement, without a clock, a process or a socket. Knows the
order of things; leaves each subject to its file, and the doing to the daemon.

First the event is applied, then all that follows from it settles: whose time is over is refused, models that wait get
room, free slots are given out, unused models go, until nothing changes any more.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from msgspec.structs import replace

from partimento.pool.deciding import admit, by_hand, due, lifecycle, room
from partimento.pool.deciding.due import wakes_at
from partimento.pool.deciding.effects import Effect
from partimento.pool.deciding.events import (
    Asked,
    BecameReady,
    Closing,
    Ended,
    Event,
    Exited,
    LoadAsked,
    Looked,
    PinAsked,
    Recalled,
    Reclaimed,
    Reset,
    Seen,
    Slept,
    Stalled,
    Started,
    Told,
    UnloadAsked,
)  # fmt: skip
from partimento.pool.deciding.state import PoolState
from partimento.pool.deciding.turn import Turn

__all__ = ["decide", "wakes_at"]


def _recalled(turn: Turn, event: Recalled) -> None:
    """What this daemon measured itself is not overwritten."""
    turn.after = replace(turn.after, measured={**event.measured, **turn.after.measured})
    turn.replan = True


APPLY: Final[dict[type[Any], Callable[[Turn, Any], None]]] = {
    Asked: admit.asked,
    Ended: admit.ended,
    LoadAsked: by_hand.load_asked,
    UnloadAsked: by_hand.unload_asked,
    PinAsked: by_hand.pin_asked,
    Started: lifecycle.started,
    Told: lifecycle.told,
    BecameReady: lifecycle.became_ready,
    Slept: lifecycle.slept,
    Seen: lifecycle.seen,
    Stalled: lifecycle.stalled,
    Exited: lifecycle.exited,
    Reclaimed: lifecycle.reclaimed,
    Looked: due.looked,
    Recalled: _recalled,
    Reset: by_hand.reset,
    Closing: by_hand.closing,
}


def decide(state: PoolState, event: Event) -> tuple[PoolState, tuple[Effect, ...]]:
    """The state after an event, and what is to be done, in that order. Pure and total: what is unknown or comes twice
    changes nothing, and a clock that went back stands still."""
    turn = Turn.of(state, event.at)
    APPLY[type(event)](turn, event)
    _settle(turn)
    admit.tell_place(turn)
    if isinstance(event, Looked):
        due.remind(turn)
    return turn.done()


def _settle(turn: Turn) -> None:
    """Each round works off what the last one touched; room is planned anew only where some came or is wanted, and
    every plan starts, drains or refuses something or is the last."""
    admit.expire(turn)
    while turn.touched or turn.replan:
        touched, turn.touched = turn.touched, {}
        for key in touched:
            admit.serve(turn, key)
            due.rest(turn, key)
        if turn.replan and not turn.touched:
            turn.replan = False
            room.seat(turn)
    by_hand.unloaded(turn)
    by_hand.close_when_empty(turn)
