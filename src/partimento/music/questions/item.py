"""What a family of questions gives: one fact asked for, its answer, likely errors. Knows the shapes; writes none.

A family is one function from what is asked for, and chance, to an item; `family` registers it with what it is about.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from msgspec import Struct

from partimento.music.key import Key
from partimento.music.questions.meaning import Means
from partimento.music.teaching.concept import Concept


class Ask(Struct, frozen=True, kw_only=True):
    """What is asked about, in which key (of the concept's mode), and for whom (level 1–10)."""

    concept: Concept
    key: Key
    level: int


class Item(Struct, frozen=True, kw_only=True):
    """One question with its answer. `wrong`: likely errors, the likeliest first; not all need be wrong in the end.

    `statement` is a sentence with {} in the place of the answer, "" where none says it well. `alone`: whether the
    question stands without options. `also`: other texts that are right. `key`: the one that numerals are read in.
    `by_sound`: whether any spelling of the sound is right. `signs`: accidentals that make it harder than in C.
    """

    question: str
    answer: str
    means: Means
    wrong: tuple[str, ...]
    explanation: str
    statement: str = ""
    alone: bool = True
    also: tuple[str, ...] = ()
    key: str = "C"
    by_sound: bool = False
    signs: int = 0


Make = Callable[[Ask, Random], Item | None]
"""None where what was drawn gives no such question."""


class Family(Struct, frozen=True):
    """`about`: whether it asks about a concept; `low`: the learner's level from which it is asked; `harder`: how much
    harder it is than its concept, in levels."""

    name: str
    about: Callable[[Concept], bool]
    make: Make
    low: int
    harder: float


Families = list[Family]


def family(
    into: Families, name: str, about: Callable[[Concept], bool], *, low: int = 1, harder: float = 0.0
) -> Callable[[Make], Make]:
    """Says of a function which questions it makes."""

    def register(make: Make) -> Make:
        into.append(Family(name, about, make, low, harder))
        return make

    return register
