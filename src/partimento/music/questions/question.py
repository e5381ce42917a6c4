"""A question that is ready to be asked, with its answer and why. Knows its fields; leaves making it to `writing`."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from partimento.music.questions.meaning import Means

QuestionKind = Literal["choice", "short_answer", "true_false"]


class Question(Struct, frozen=True, kw_only=True):
    """`answer`: the place of the right option (from 0), the text, or "true" and "false". `accepted`: other texts that
    are right. `means`, `key` and `by_sound` say how an answer is read. `difficulty`: 1 to 10, on the scale of levels:
    a learner whose level it is answers it right about as often as not."""

    family: str
    concept: str
    kind: QuestionKind
    question: str
    options: tuple[str, ...]
    answer: int | str
    accepted: tuple[str, ...]
    explanation: str
    difficulty: float
    means: Means
    key: str = "C"
    by_sound: bool = False

    @property
    def right(self) -> str:
        """The right answer in words."""
        return self.options[self.answer] if isinstance(self.answer, int) else self.answer
