"""The lessons of a module: each concept met, then met again in its stages, woven so that earlier ones come back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, Literal

from msgspec import Struct

from partimento.music.lessons.selection import shared
from partimento.music.teaching.concept import Concept

Stage = Literal["meet", "hands", "keys", "style", "ear", "own", "mix", "review"]
STAGES: Final[tuple[Stage, ...]] = ("meet", "hands", "style", "keys", "ear", "own")
"""What a concept goes through; after these it is mixed with earlier ones."""
_TECHNICAL: Final[tuple[Stage, ...]] = ("meet", "hands", "style", "own")
_MOST_TOGETHER: Final = 3


class StagedLesson(Struct, frozen=True):
    """The concepts of a lesson, the main one last, and what is done with it."""

    stage: Stage
    concepts: tuple[Concept, ...]


def staged(
    new: Sequence[Concept], earlier: Sequence[Concept], lessons: int, used: set[str]
) -> tuple[StagedLesson, ...]:
    """So many lessons on a module's new concepts. `used` remembers the mixtures of all modules: none comes twice.

    Where there are more concepts than lessons, some lessons have two or three. The last of three or more is a review.
    """
    reviewed = lessons >= 3 and len(new) > 0
    room = lessons - reviewed
    if len(new) > room:
        found = [StagedLesson("meet", group) for group in _grouped(new, room)]
    else:
        counts = shared(room, len(new))
        ladders = [
            list(_ladder(one, [*earlier, *new[:place]], count, used))
            for place, (one, count) in enumerate(zip(new, counts, strict=True))
        ]
        found = _woven(ladders)
    if reviewed:
        found.append(StagedLesson("review", tuple(new[-_MOST_TOGETHER:])))
    return tuple(found)


def _grouped(new: Sequence[Concept], room: int) -> Iterator[tuple[Concept, ...]]:
    start = 0
    for size in shared(len(new), max(1, room)):
        yield tuple(new[start : start + size])
        start += size


def _ladder(one: Concept, earlier: Sequence[Concept], count: int, used: set[str]) -> Iterator[StagedLesson]:
    """The stages of one concept; then it is mixed with earlier ones, the latest first."""
    stages = _TECHNICAL if one.subject in ("technique", "rhythm") else STAGES
    for stage in stages[:count]:
        yield StagedLesson(stage, (one,))
    left = count - len(stages)
    partners = [other for other in reversed(earlier) if f"{one.id} {other.id}" not in used]
    for other in partners[: max(0, left)]:
        used.add(f"{one.id} {other.id}")
        yield StagedLesson("mix", (other, one))
    for _ in range(left - len(partners)):
        yield StagedLesson("own", (one,))


def _woven(ladders: list[list[StagedLesson]]) -> list[StagedLesson]:
    """Step after step of each, a later one starting before the earlier ones are through: a0 b0 a1 c0 b1 a2 …"""
    last = len(ladders) - 1
    diagonals = range(last + max(map(len, ladders)))
    places = ((diagonal, start) for diagonal in diagonals for start in range(min(diagonal, last), -1, -1))
    return [ladders[start][diagonal - start] for diagonal, start in places if diagonal - start < len(ladders[start])]
