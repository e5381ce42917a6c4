"""How loudly each trace of harmony speaks for each of the 24 keys. Leaves gathering the traces to `key_finding`.

A trace is a kind ("chord minor", "move dominant 5 major", "note") on a pitch class. Two tables weigh it: one for the
key of a whole song, one for the key of the moment. They lie in data/keys.json; benchmarks/fit_keys.py writes them.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.resources import files
from typing import Final, Literal

import msgspec

ProfileMode = Literal["major", "minor"]
Trace = tuple[str, int]

# The keys in the order of every row of votes: C to B major, then C to B minor.
HOMES: Final[tuple[tuple[ProfileMode, int], ...]] = (
    *(("major", pc) for pc in range(12)),
    *(("minor", pc) for pc in range(12)),
)
_UNIT: Final = 100
_SILENT: Final = (0.0,) * len(HOMES)


_Table = dict[str, tuple[tuple[int, ...], tuple[int, ...]]]


class Weights(msgspec.Struct, frozen=True):
    """By kind of trace, twelve weights a mode (semitones above the tonic), in hundredths."""

    about: str
    song: _Table
    moment: _Table


@cache
def weights() -> Weights:
    """The shipped tables."""
    text = (files("partimento.music") / "data" / "keys.json").read_bytes()
    return msgspec.json.decode(text, type=Weights)


def _votes(table: _Table, kind: str, pc: int) -> tuple[float, ...] | None:
    row = table.get(kind)
    if row is None:
        return None
    return tuple(row[mode == "minor"][(pc - tonic) % 12] / _UNIT for mode, tonic in HOMES)


@lru_cache(maxsize=4096)
def song_votes(kind: str, pc: int) -> tuple[float, ...]:
    """What a trace says for each of HOMES as the key of its song: log odds a unit of it. Nothing if never learnt."""
    return _votes(weights().song, kind, pc) or _SILENT


@lru_cache(maxsize=4096)
def moment_votes(move: str, chord: str, pc: int) -> tuple[float, ...]:
    """What the move to a chord says for each of HOMES as the key there: log odds; a rare move, by its chord alone."""
    table = weights().moment
    return _votes(table, move, pc) or _votes(table, chord, pc) or _SILENT


def tally(traces: Mapping[Trace, float]) -> list[float]:
    """The sum of all votes for the song's key, each times its amount, for each of HOMES."""
    totals = list(_SILENT)
    for (kind, pc), amount in traces.items():
        totals = [total + amount * vote for total, vote in zip(totals, song_votes(kind, pc), strict=True)]
    return totals
