"""An assessment put together: how many questions of which kind for its type, on which concepts, at which levels.

diagnostic: all levels, most about the first guess · milestone: half of it played · module: the concepts of a module ·
final: everything of a level. Leaves writing questions to `choosing` and `performing`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from random import Random
from typing import Final, Literal

from msgspec import Struct

from partimento.core.errors import BadInput
from partimento.music.key import Key
from partimento.music.questions.about import is_askable, of_level
from partimento.music.questions.choosing import Wanted, choose
from partimento.music.questions.item import Ask
from partimento.music.questions.performing import Performance, can_be_played, performances
from partimento.music.questions.question import Question, QuestionKind
from partimento.music.questions.scope import mode_of
from partimento.music.teaching.concept import Concept
from partimento.music.teaching.concepts import concept
from partimento.music.teaching.keys import home_key, keys_for

Type = Literal["diagnostic", "milestone", "module", "final"]
AskedKind = Literal["choice", "short_answer", "performance"]

_SHARES: Final[dict[Type, tuple[float, float, float]]] = {
    "diagnostic": (0.6, 0.25, 0.15), "milestone": (0.3, 0.25, 0.45), "module": (0.45, 0.3, 0.25),
    "final": (0.4, 0.3, 0.3),
}  # fmt: skip
"""Of the questions, how many are chosen from options, answered in words, and played."""
_MINUTES: Final = (1.0, 1.5, 3.0)
FEWEST, MOST = 3, 40


class Blueprint(Struct, frozen=True):
    """How many questions of each kind."""

    choice: int
    short_answer: int
    performance: int

    @property
    def whole(self) -> int:
        return self.choice + self.short_answer + self.performance

    @property
    def minutes(self) -> int:
        """How long it takes about."""
        counts = (self.choice, self.short_answer, self.performance)
        return max(1, round(sum(count * minutes for count, minutes in zip(counts, _MINUTES, strict=True))))


def blueprint(kind: Type, questions: int | None, minutes: int | None) -> Blueprint:
    """The mix of a type for so many questions, or as many as fit the minutes; at least one of each kind."""
    shares = _SHARES[kind]
    if questions is None:
        each = sum(share * length for share, length in zip(shares, _MINUTES, strict=True))
        usual = 14 if kind == "diagnostic" else 10
        questions = usual if minutes is None else max(FEWEST, min(MOST, round(minutes / each)))
    played = max(1, round(shares[2] * questions))
    worded = max(1, round(shares[1] * questions))
    return Blueprint(max(1, questions - played - worded), worded, played)


class Assembly(Struct, frozen=True, kw_only=True):
    """What is wanted: the concepts (none: those of the level), for a level, in a key or keys of the level and genre."""

    kind: Type
    blueprint: Blueprint
    level: int
    concepts: tuple[str, ...] = ()
    genre: str = ""
    key: Key | None = None


def assemble(wanted: Assembly, rng: Random) -> tuple[Question | Performance, ...]:
    """The questions, easiest first. Raises BadInput where so many cannot be asked."""
    plan = wanted.blueprint
    written: list[Question] = []
    counts: tuple[tuple[QuestionKind, int], ...] = (("choice", plan.choice), ("short_answer", plan.short_answer))
    for kind, count in counts:
        for level, share in _by_level(wanted, count):
            every = _asked_at(wanted, level)
            had = frozenset(text for one in written for text in (one.question, one.explanation))
            told = Wanted(
                concepts=every, count=share, level=level, kinds=(kind,), key=wanted.key, genre=wanted.genre, without=had
            )  # fmt: skip
            written += choose(told, rng)
    played = _played(wanted, plan.performance, rng)
    return tuple(sorted([*written, *played], key=lambda one: one.difficulty))


def _by_level(wanted: Assembly, count: int) -> Iterable[tuple[int, int]]:
    """At which levels how many are asked: a diagnostic spans them all and is densest about the guess."""
    if wanted.kind != "diagnostic":
        return ((wanted.level, count),)
    about = [wanted.level + step for step in (0, 1, -1, 2, -2)]
    span = [round(1 + 9 * place / max(1, count // 2 - 1)) for place in range(max(1, count // 2))]
    near = [about[place % len(about)] for place in range(count - len(span))]
    levels = [max(1, min(10, level)) for level in (*span, *near)]
    return [(level, levels.count(level)) for level in dict.fromkeys(levels)]


def _asked_at(wanted: Assembly, level: int) -> tuple[Concept, ...]:
    if wanted.concepts:
        named = tuple(concept(identity) for identity in wanted.concepts)
        near = tuple(one for one in named if is_askable(one))
        return near or named
    around = 1 if wanted.kind == "diagnostic" else 2
    return of_level(level, wanted.genre, is_askable, around) or of_level(level, "", is_askable, 3)


def _played(wanted: Assembly, count: int, rng: Random) -> list[Performance]:
    """Something to play from as many concepts as there are, each sentence once."""
    found: list[Performance] = []
    seen: set[str] = set()
    for level, share in _by_level(wanted, count):
        enough = len(found) + share
        for concept_at in _turns(_playable(wanted, level), rng, share):
            for one in _tasks(wanted, concept_at, level, rng):
                if one.question not in seen:
                    seen.add(one.question)
                    found.append(one)
                    break
            if len(found) == enough:
                break
    if len(found) < count:
        raise BadInput(
            f"only {len(found)} things can be asked to be played about this, not {count}",
            why="what cannot be graded is not asked",
            mend="ask for fewer questions, or name more concepts",
        )
    return found


def _playable(wanted: Assembly, level: int) -> tuple[Concept, ...]:
    if wanted.concepts:
        named = tuple(one for identity in wanted.concepts if can_be_played(one := concept(identity)))
        if named:
            return named
    return of_level(level, wanted.genre, can_be_played) or of_level(level, "", can_be_played, 9)


def _turns(every: Sequence[Concept], rng: Random, count: int) -> Iterable[Concept]:
    """The concepts in turn, often enough to find so many tasks."""
    order = rng.sample(every, len(every))
    for _ in range(count + 4):
        yield from order


def _tasks(wanted: Assembly, one: Concept, level: int, rng: Random) -> Iterable[Performance]:
    mode = mode_of(one)
    key = rng.choice(keys_for(level, wanted.genre, mode)) if wanted.key is None else home_key(one, wanted.key)
    if key.mode != mode:
        key = Key(key.tonic + (3 if mode == "minor" else -3), mode)
    tasks = list(performances(Ask(concept=one, key=key, level=level), rng))
    return rng.sample(tasks, len(tasks))
