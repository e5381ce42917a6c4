"""Which of several servers of one model takes the next call. Pure: who stands how, the prompt and chance come in.

Calls that begin alike go to one server, whose cache then knows the beginning already (rendezvous hashing by weight),
unless it is closed to calls or carries more than its share; then the less burdened of two drawn by weight takes it.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from math import ceil, log
from random import Random

from msgspec import Struct

from partimento.core.ports import Call

SHARE = 1.25  # of what is fair by weight, before a server counts as overloaded …
AT_LEAST = 4  # … and never below so many calls at once
BEGINNING = 1024  # characters of a prompt by which servers remember it


class Standing(Struct, frozen=True):
    """How one server stands: calls under way, how long it has lately taken (0: not known), whether it may be asked."""

    name: str
    weight: float = 1.0
    in_flight: int = 0
    latency_s: float = 0.0
    open: bool = True


def choose(standings: Sequence[Standing], beginning: bytes, rng: Random) -> int | None:
    """The place in the list of the server to ask; None where none may be asked."""
    able = [place for place, standing in enumerate(standings) if standing.open]
    if len(able) < 2:
        return able[0] if able else None
    if beginning:
        home = max(able, key=lambda place: _affinity(standings[place], beginning))
        if not _overloaded(home, able, standings):
            return home
    return _lighter_of_two(able, standings, rng)


def beginning_of(call: Call) -> bytes:
    """What later calls of the same kind begin with too: the instruction and the first message, to a limit."""
    first = call.conversation.messages[0].text if call.conversation and call.conversation.messages else call.user
    return f"{call.system}\0{first}"[:BEGINNING].encode()


def _affinity(standing: Standing, beginning: bytes) -> float:
    drawn = blake2b(beginning, digest_size=8, key=standing.name.encode()[:64]).digest()
    return -standing.weight / log((int.from_bytes(drawn, "big") + 1) / (2**64 + 2))


def _overloaded(place: int, able: Sequence[int], standings: Sequence[Standing]) -> bool:
    calls = 1 + sum(standings[other].in_flight for other in able)
    weights = sum(standings[other].weight for other in able)
    share = ceil(SHARE * calls * standings[place].weight / weights)
    return standings[place].in_flight >= max(AT_LEAST, share)


def _lighter_of_two(able: Sequence[int], standings: Sequence[Standing], rng: Random) -> int:
    first = _drawn(able, standings, rng)
    second = _drawn([place for place in able if place != first], standings, rng)
    known = [standings[place].latency_s for place in able if standings[place].latency_s > 0.0]
    usual = sum(known) / len(known) if known else 1.0

    def burden(place: int) -> float:
        standing = standings[place]
        return (standing.in_flight + 1) * (standing.latency_s or usual) / standing.weight

    return first if burden(first) <= burden(second) else second


def _drawn(able: Sequence[int], standings: Sequence[Standing], rng: Random) -> int:
    return rng.choices(able, [standings[place].weight for place in able])[0]
