"""An exercise that is planned, not yet made: what it will be asked with. Knows what cannot be made; makes nothing."""

from __future__ import annotations

from typing import Any, Literal

from msgspec import Struct

from partimento.core.errors import PartimentoError
from partimento.music.composition.plan import level_of, plan
from partimento.music.composition.progression import read_bars
from partimento.music.exercises import voicing
from partimento.music.exercises.study import Ask
from partimento.music.genres import find
from partimento.music.key import Key
from partimento.music.scale import kind_of
from partimento.music.voicing.study import kind_named


class PlannedExercise(Struct, frozen=True, kw_only=True):
    """What is to be practised in a lesson: the fields that the task `exercise` is asked with."""

    type: Literal["progression", "scale", "voicing", "lick", "rhythm"]
    title: str
    genre: str
    key: str
    level: int
    topic: str = ""
    voicing: str = ""
    scale: str = ""
    chords: tuple[str, ...] = ()
    concept: str = ""
    """The id of what it practises, where its lesson has several or reviews another's; skill is kept by it."""

    @property
    def fields(self) -> dict[str, Any]:
        """The fields by the names that the task has for them; what is left open is left out."""
        asked = {"kind": self.type, "genre": self.genre, "key": self.key, "level": self.level}
        told = {"topic": self.topic, "voicing": self.voicing, "scale": self.scale, "chords": list(self.chords)}
        return asked | {name: value for name, value in told.items() if value}


def flaw_of(planned: PlannedExercise) -> str:
    """Why it cannot be made, "" where it can."""
    for name, kinds in (("voicing", ("voicing", "progression")), ("scale", ("scale",))):
        if getattr(planned, name) and planned.type not in kinds:
            return f"an exercise of the kind {planned.type} has no {name}"
    if planned.chords and planned.type == "scale":
        return "a scale exercise takes no chords"
    try:
        return _flaw(planned)
    except PartimentoError as error:
        return str(error)


def _flaw(planned: PlannedExercise) -> str:
    """What its parts say of each other. Raises BadInput and its kinds for a part that cannot be read."""
    genre = find(planned.genre)
    kind = kind_named(planned.voicing) if planned.voicing else None
    if planned.scale:
        kind_of(planned.scale)
    whole = plan(
        genre,
        planned.topic,
        key=Key.parse(planned.key).symbol,
        bars=len(planned.chords) or None,
        level=level_of(planned.level),
    )
    if not planned.chords:
        return ""
    bars = read_bars(planned.chords, whole.key, whole.meter)
    ask = Ask(genre=genre, plan=whole, voicing=kind)
    return next(iter(voicing.unfit(bars, ask)), "") if planned.type == "voicing" else ""
