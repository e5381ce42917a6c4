"""Learners and curricula for tests: a few concepts, a small plan, the room on a database. Knows no test."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from itertools import count
from typing import Any

from databases import Place
from partimento.core.result import Receipt, Result
from partimento.learner.curricula import Curricula, Make
from partimento.learner.knowledge import Knowledge
from partimento.learner.learners import Learners
from partimento.learner.templates import CurriculumWanted
from partimento.music.teaching.concept import Concept
from partimento.shapes.curriculum import Curriculum, Lesson, Module, PlannedExercise
from partimento.store.opening import open_store
from partimento.store.store import Store
from partimento.testing.clock import FrozenClock
from partimento.testing.store_suite import NOON

DAY = 86_400.0
CONCEPTS = (
    Concept(id="triads", title="Triads", subject="chords", level=2, names=("triad",), numerals=("I", "IV", "V")),
    Concept(id="sevenths", title="Sevenths", subject="chords", level=4, needs=("triads",), numerals=("ii7", "V7")),
    Concept(
        id="two-five-one", title="The ii-V-I", subject="progressions", level=4, needs=("sevenths",),
        numerals=("ii7", "V7", "Imaj7"), genres=("jazz",),
    ),
    Concept(
        id="rootless", title="Rootless voicings", subject="voicing", level=6, needs=("two-five-one", "sevenths"),
        voicing="rootless", numerals=("ii7", "V7", "Imaj7"), genres=("jazz",),
    ),
    Concept(id="dorian", title="Dorian", subject="scales", level=5, needs=("sevenths",), scale="Dorian"),
)  # fmt: skip
KNOWLEDGE = Knowledge(CONCEPTS)


def ids(prefix: str = "id") -> Any:
    """A maker of ids that can be foreseen."""
    numbers = count(1)
    return lambda: f"{prefix}{next(numbers):04}"


def planned(title: str = "I–IV–V in C", level: int = 2, **fields: Any) -> PlannedExercise:
    plain: dict[str, Any] = {"type": "progression", "genre": "jazz", "key": "C", "chords": ("C", "F", "G", "C")}
    return PlannedExercise(title=title, level=level, **(plain | fields))


def curriculum(**changed: Any) -> Curriculum:
    """Three modules of two weeks: triads; sevenths and ii-V-I; rootless voicings."""

    def lesson(title: str, concept: str, level: int) -> Lesson:
        exercises = tuple(planned(f"{title} {number}", level, key=key) for number, key in ((1, "C"), (2, "F")))
        return Lesson(title=title, concepts=(title,), concept_ids=(concept,), exercises=exercises, goal=f"Play {title}")

    modules = (
        Module(
            title="Foundations", week_start=1, week_end=2, milestone="Play triads in two keys",
            lessons=(lesson("Triads", "triads", 2), lesson("Triads again", "triads", 2)),
        ),
        Module(
            title="Sevenths", week_start=3, week_end=4, milestone="Play ii-V-I",
            lessons=(lesson("Sevenths", "sevenths", 4), lesson("Two five one", "two-five-one", 4)),
        ),
        Module(title="Voicings", week_start=5, week_end=6, lessons=(lesson("Rootless", "rootless", 6),)),
    )  # fmt: skip
    plain: dict[str, Any] = {
        "title": "Jazz to rootless voicings", "duration_weeks": 6, "modules": modules, "genre": "jazz", "level": 2,
        "goals": ("play standards",), "generation_method": "rules",
    }  # fmt: skip
    return Curriculum(**(plain | changed))


def result_of(value: Any) -> Result[Any]:
    """As the pipeline gives it."""
    receipt = Receipt(
        model="rules", engine="rules", tier="rules", task="curriculum", complexity=3, cached=False,
        cost_usd=Decimal(0), saved_usd=Decimal(0), input_tokens=0, output_tokens=0, latency_ms=1.0, memory_id="m1",
        provider="rules",
    )  # fmt: skip
    return Result(value, receipt)


class School:
    """Learners and curricula on one database, a clock in the test's hands."""

    def __init__(self, store: Store, clock: FrozenClock, make: Make | None = None, prefix: str = "id") -> None:
        self.store, self.clock = store, clock
        self.wanted: list[CurriculumWanted] = []

        async def usual(wanted: CurriculumWanted) -> Result[Any]:
            self.wanted.append(wanted)
            return result_of(curriculum())

        new_id = ids(prefix)
        self.learners = Learners(store, clock, new_id, knowledge=lambda: KNOWLEDGE)
        self.curricula = Curricula(store, clock, new_id, make or usual, knowledge=lambda: KNOWLEDGE)


@contextmanager
def school(place: Place, prefix: str = "id") -> Iterator[School]:
    """Opened at noon, closed at the end."""
    clock = FrozenClock(NOON)
    store = open_store(place, clock)
    try:
        yield School(store, clock, prefix=prefix)
    finally:
        store.close()
