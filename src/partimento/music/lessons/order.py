"""What follows a concept, and what should stand before it: neighbours in the graph of concepts."""

from __future__ import annotations

from functools import lru_cache

from partimento.music.teaching.concept import Concept
from partimento.music.teaching.concepts import concept, concepts
from partimento.music.teaching.path import weight

_REACH = 2
"""How many levels ahead the next thing may lie."""


@lru_cache(maxsize=4096)
def following(one: str, genre: str, level: int, count: int = 3) -> tuple[Concept, ...]:
    """What leans on a concept (by id) and is at home in the genre, the nearest first; else its like a little on."""
    start = concept(one)
    high = max(start.level, level) + _REACH
    ahead = [other for other in concepts() if _is_at_home(other, genre) and other.level <= high]
    leaning = [other for other in ahead if one in other.needs]
    like = [other for other in ahead if other.subject == start.subject and other.level >= start.level]
    like = [other for other in like if other not in leaning and other != start]

    def nearest(some: list[Concept]) -> list[Concept]:
        return sorted(some, key=lambda other: (other.level, -weight(other, genre, "")))

    return tuple([*nearest(leaning), *nearest(like)][:count])


def before(one: str) -> tuple[Concept, ...]:
    """What a concept (by id) leans on directly."""
    return tuple(concept(need) for need in concept(one).needs)


def in_order(ids: tuple[str, ...]) -> tuple[Concept, ...]:
    """Concepts by id, each after what it needs, otherwise by level. Raises UnknownName."""
    wanted = {concept(one).id for one in ids}
    return tuple(one for one in concepts() if one.id in wanted)


def _is_at_home(one: Concept, genre: str) -> bool:
    return not one.genres or genre in one.genres
