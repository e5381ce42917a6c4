"""In which order concepts are taught: what a learner lacks first, then the level's own, weighted to genre and goals."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from partimento.core.errors import BadInput
from partimento.music import genres
from partimento.music.teaching.concept import Concept
from partimento.music.teaching.concepts import concept, concepts, concepts_in

_AT_HOME: Final = 3.0
_ELSEWHERE: Final = -2.0
_GOAL: Final = 4.0
_SUBJECT: Final = 1.0
# Words of a goal that speak of a whole subject.
_SUBJECT_WORDS: Final = {
    "improvis": "scales", "solo": "scales", "scale": "scales", "lick": "scales", "chord": "chords",
    "harmony": "progressions", "theory": "chords", "voicing": "voicing", "comp": "voicing", "groove": "rhythm",
    "rhythm": "rhythm", "time": "rhythm", "form": "form", "arrang": "form", "compos": "form", "song": "progressions",
    "reharm": "reharmonization", "technique": "technique", "finger": "technique", "accompan": "technique",
    "progression": "progressions",
}  # fmt: skip


def path(
    level_from: int, level_to: int, genre: str | None = None, goals: str = "", mastered: Iterable[str] = ()
) -> tuple[Concept, ...]:
    """The concepts to teach from one level (1–10) up to and with another, in order; each after all that it needs.

    What a chosen concept needs below the first level is pulled in unless `mastered` (ids) has it, or it stands more
    than two levels lower: that far down it is taken as known. With a genre, concepts at home in other genres alone are
    left out; those the goals name, and the genre's own, come first within their level. Raises BadInput, UnknownName.
    """
    if not 1 <= level_from <= level_to <= 10:
        raise BadInput(
            f"cannot plan from level {level_from} to {level_to}",
            why="levels are 1 to 10, rising",
            mend="such as 3 to 6",
        )
    home = genres.find(genre).name if genre else None
    known = {concept(name).id for name in mastered}
    wanted = {one.id for one in concepts_in(goals)}
    chosen: dict[str, Concept] = {}

    def take(one: Concept) -> None:
        if one.id in known or one.id in chosen:
            return
        for need in one.needs:
            if (needed := concept(need)).level >= level_from - 2:
                take(needed)
        chosen[one.id] = one

    for one in sorted(concepts(), key=lambda one: (one.level, -weight(one, home, goals, wanted))):
        in_reach = level_from <= one.level <= level_to
        if in_reach and (one.id in wanted or not home or not one.genres or home in one.genres):
            take(one)
    return tuple(chosen.values())


def weight(one: Concept, genre: str | None, goals: str, wanted: Iterable[str] | None = None) -> float:
    """How much a concept matters for a genre (its name) and goals in free words; 0 is neither here nor there."""
    named = {found.id for found in concepts_in(goals)} if wanted is None else set(wanted)
    words = goals.lower()
    told = {subject for stem, subject in _SUBJECT_WORDS.items() if stem in words}
    home = 0.0 if not (genre and one.genres) else _AT_HOME if genre in one.genres else _ELSEWHERE
    return home + (_GOAL if one.id in named else 0.0) + (_SUBJECT if one.subject in told else 0.0)
