"""A set of questions on concepts: every family in turn, keys of the level, nothing asked twice. Writes none itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from random import Random
from typing import Final, TypeVar

from msgspec import Struct

from partimento.core.errors import BadInput
from partimento.music.key import Key
from partimento.music.questions.families import families_about
from partimento.music.questions.item import Ask, Family
from partimento.music.questions.question import Question, QuestionKind
from partimento.music.questions.scope import mode_of
from partimento.music.questions.writing import write
from partimento.music.teaching.concept import Concept
from partimento.music.teaching.keys import home_key, keys_for

KINDS: Final[tuple[QuestionKind, ...]] = ("choice", "short_answer", "true_false")
_IN_VAIN: Final = 60
"""Draws in a row that give nothing new, after which further keys are let in, and at last it is given up."""
_BELOW: Final = 6
"""Of a hard matter nothing is asked that lies so many levels below it, where there is anything else to ask."""
_NEIGHBOURS: Final = (0, 1, -1, 2, -2)
_MOST_SIGNS: Final = 6
_WIDEST: Final = 2
Turn = TypeVar("Turn")


class Wanted(Struct, frozen=True, kw_only=True):
    """What a set is to be: about these concepts, for a level, in a key or (None) in keys of the level and genre."""

    concepts: tuple[Concept, ...]
    count: int
    level: int
    kinds: tuple[QuestionKind, ...] = KINDS
    key: Key | None = None
    genre: str = ""
    without: frozenset[str] = frozenset()
    """Questions and explanations that were had already."""


def choose(wanted: Wanted, rng: Random) -> tuple[Question, ...]:
    """The questions, easiest first. Raises BadInput where so many different ones cannot be asked."""
    drawing = _Drawing(wanted, rng)
    while len(drawing.chosen) < wanted.count:
        if not drawing.draw() and drawing.vain > _IN_VAIN and not drawing.widen():
            raise BadInput(
                f"only {len(drawing.chosen)} different questions can be asked about this, not {wanted.count}",
                why=f"the concepts are {', '.join(one.id for one in wanted.concepts[:6])}",
                mend="ask for fewer, allow more kinds, or name more concepts",
            )
    return tuple(sorted(drawing.chosen, key=lambda question: question.difficulty))


class _Drawing:
    """A set in the making: what was asked already, and which families, kinds and concepts have had their turn."""

    def __init__(self, wanted: Wanted, rng: Random) -> None:
        self.chosen: list[Question] = []
        self._wanted, self._rng = wanted, rng
        self._seen = set(wanted.without)
        self._turns: Counter[str] = Counter()
        self._wider = 0
        self._waits = True
        """Whether a kind that lags behind is waited for; no more, once that was in vain."""
        self.vain = 0
        """Draws in a row that gave nothing new."""

    def draw(self) -> bool:
        """One more question, where it is new."""
        concept = self._next(self._wanted.concepts, lambda one: one.id)
        self._turns[concept.id] += 1
        level = max(self._wanted.level, concept.level)  # what is asked for by name may lie above the learner
        families = [one for one in families_about(concept.id) if one.low <= level]
        families = [one for one in families if one.low >= concept.level - _BELOW] or families
        if not families:
            self.vain += 1
            return False
        family = self._next(families, lambda one: one.name)
        kinds = sorted(self._wanted.kinds, key=lambda kind: (self._turns[kind], self._rng.random()))
        self._waits = self._waits and self.vain < _IN_VAIN // 2
        if self._waits and self._turns[kinds[-1]] > self._turns[kinds[0]] + 1:
            kinds = kinds[:1]
        taken = next((kind for kind in kinds if self._take(concept, family, kind, level)), None)
        self._turns[family.name] += 1
        self.vain = 0 if taken is not None else self.vain + 1
        if taken is not None:
            self._turns[taken] += 1
        return taken is not None

    def widen(self) -> bool:
        """Let in keys further off; whether there were any."""
        self._wider += 1
        self.vain = 0
        return self._wider <= _WIDEST

    def _next(self, every: Sequence[Turn], name: Callable[[Turn], str]) -> Turn:
        return min(every, key=lambda one: (self._turns[name(one)], self._rng.random()))

    def _take(self, concept: Concept, family: Family, kind: QuestionKind, level: int) -> bool:
        ask = Ask(concept=concept, key=self._key(concept), level=level)
        item = family.make(ask, self._rng)
        question = None if item is None else write(item, family, ask, kind, self._rng)
        if question is None or {question.question, question.explanation} & self._seen:
            return False
        self._seen |= {question.question, question.explanation}
        self.chosen.append(question)
        return True

    def _key(self, concept: Concept) -> Key:
        """The key named, or its neighbours where more is wanted than it gives; else one of the level and genre."""
        mode = mode_of(concept)
        if self._wanted.key is None or self._wider == _WIDEST:
            level = self._wanted.level if self._wider == 0 else 10
            return self._rng.choice(keys_for(level, self._wanted.genre, mode))
        home = home_key(concept, self._wanted.key)
        if home.mode != mode:
            home = Key(home.tonic + (3 if mode == "minor" else -3), mode)
        near = [home.transposed(move) for move in (_NEIGHBOURS if self._wider else (0,))]
        return self._rng.choice([key for key in near if abs(key.signature) <= _MOST_SIGNS] or [home])
