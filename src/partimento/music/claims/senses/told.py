"""What a sense says of a thing it has understood: so, or not so and what belongs there. Reads nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Final

from msgspec import Struct

from partimento.music.claims.entity import Entity
from partimento.music.claims.finding import ClaimKind, Judgement
from partimento.music.claims.senses.scene import Scene, Thing


class Told(Struct, frozen=True):
    """One claim understood by its named things. `robust` ones hold in a supposition too ("raise the third …"); a
    `faint` one is only possibly so, and speaks for nothing else; a `sure` one was read by its grammar, word by word.
    """

    kind: ClaimKind
    judged: Judgement
    things: tuple[Entity, ...]
    robust: bool = False
    faint: bool = False
    sure: bool = False


Sense = Callable[[Scene], Iterator[Told]]
_SENSES: Final[list[tuple[tuple[str, ...], Sense]]] = []


def sense(*needs: str) -> Callable[[Sense], Sense]:
    """Adds a sense to those that are asked, in the order of being told; one thing of each of these letters it needs."""

    def register(reader: Sense) -> Sense:
        _SENSES.append((needs, reader))
        return reader

    return register


@lru_cache(maxsize=1024)
def senses_for(letters: frozenset[str]) -> tuple[Sense, ...]:
    """The senses that have something to go by where only things of these letters stand."""
    return tuple(reader for needs, reader in _SENSES if all(letters.intersection(need) for need in needs))


def so(kind: ClaimKind, reason: str, *things: Thing, faint: bool = False) -> Told:
    return Told(kind, Judgement(True, reason), tuple(thing.entity for thing in things), faint=faint)


def not_so(
    kind: ClaimKind,
    reason: str,
    wrong: Thing | Entity,
    correction: str,
    *things: Thing,
    robust: bool = False,
    sure: bool = False,
) -> Told:
    entity = wrong.entity if isinstance(wrong, Thing) else wrong
    judged = Judgement(False, reason, entity.place, correction)
    return Told(kind, judged, (entity, *(one.entity for one in things)), robust, sure=sure)
