"""What a take is graded against, read from any document that holds one, and the grade as doors show it.

Knows the shapes; leaves judging to `music.grading`.
"""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import Struct

from partimento.core.errors import BadInput
from partimento.music.exercises.study import Grading
from partimento.music.grading.expected import Expected, tones
from partimento.music.key import Key
from partimento.music.score import Note, PlacedChord, Score
from partimento.music.voicing.study import kind_named


class AskedContent(Struct, frozen=True):
    """Of an exercise's content, what grading needs."""

    voicing: str = ""


class Asked(Struct, frozen=True, kw_only=True):
    """What an exercise or an arrangement asks a player for: the fields of both that count, others are passed over."""

    notes: tuple[Note, ...]
    chords: tuple[PlacedChord, ...] = ()
    title: str = ""
    key: str = "C"
    tempo: float = 120.0
    meter: str = "4/4"
    bars: int = 0
    grading: Grading = "notes"
    content: AskedContent = AskedContent()

    @property
    def expected(self) -> Expected:
        """The same as the grader takes it."""
        score = Score(self.title, self.key, self.tempo, self.meter, self.bars, (), self.chords, self.notes)
        voicing = kind_named(self.content.voicing) if self.grading == "voicing" and self.content.voicing else None
        return Expected(score=score, mode=self.grading, voicing=voicing)


def asked_in(document: Any, index: int | None = None) -> Asked:
    """What a document asks for: an exercise or an arrangement, one wrapped as {"value", "receipt"}, or a list of such,
    of which `index` (from 1) chooses. Objects of these shapes do as well. Raises BadInput for what asks for nothing.
    """
    if isinstance(document, list | tuple):
        return asked_in(_chosen(document, index))
    if isinstance(document, dict) and "notes" not in document and "value" in document:
        return asked_in(document["value"], index)
    try:
        asked = msgspec.convert(document, Asked, strict=False, from_attributes=True)
        tones(asked.expected)
        Key.parse(asked.key)
        return asked
    except msgspec.ValidationError as error:
        raise BadInput(
            "cannot read the task to grade against",
            why=str(error),
            mend="give an exercise or an arrangement, as `partimento make exercise --json` prints it",
        ) from error


def _chosen(documents: list[Any] | tuple[Any, ...], index: int | None) -> Any:
    if not documents:
        raise BadInput("the list of tasks is empty", why="there is none to grade against", mend="give an exercise")
    if index is None and len(documents) > 1:
        raise BadInput(
            f"the file holds {len(documents)} tasks", why="a take is graded against one", mend="choose it: --index 1"
        )
    place = 1 if index is None else index
    if not 1 <= place <= len(documents):
        raise BadInput(
            f"there is no task {place}", why=f"the list has {len(documents)}", mend=f"give 1 to {len(documents)}"
        )
    return documents[place - 1]
