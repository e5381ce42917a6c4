"""What to practise next, and why: due reviews, what mends, what the plan has, what follows what is known. Pure.

The level is chosen so that the chance of success lies between 70 and 85 %, as surely as it can be said. Knows
beliefs and the order of concepts; leaves the exercise itself to `practice`, taste to `preference`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, Literal

from msgspec import Struct

from partimento.learner.kept import Items, Progress, Skills
from partimento.learner.knowledge import Knowledge
from partimento.learner.plan import StoredExercise, StoredLesson
from partimento.learner.results import Trial
from partimento.learner.review import Review, recalled
from partimento.learner.skill import Belief, Chance, chance, sureness
from partimento.music.teaching.path import weight

Why = Literal["review", "remedy", "plan", "next"]

LOW: Final = 0.70
HIGH: Final = 0.85
TOO_HARD: Final = 0.5
"""Below it, what the concept needs is practised first."""
KNOWN: Final = 0.7
"""From this chance on at its own level, a concept holds what is built on it."""
_SURE_OF_FAILURE: Final = 2
_TIERS: Final[tuple[Why, ...]] = ("review", "remedy", "plan", "next")
_BELOW, _ABOVE = 2, 2
_EARLIER: Final = 0.7
"""What a new concept is worth for each level that it could have been met earlier."""
_TIRED: Final = (0.3, 0.6, 0.8)
"""What a concept is worth again after it was just practised, or one or two before that."""


class Situation(Struct, frozen=True, kw_only=True):
    """Where a learner stands. `trials`: the newest first; `lesson`: the one that is next in his curriculum, `progress`
    of its exercises by id."""

    skills: Skills
    items: Items
    knowledge: Knowledge
    now: float
    genre: str = ""
    goals: tuple[str, ...] = ()
    reviews: Sequence[Review] = ()
    trials: Sequence[Trial] = ()
    lesson: StoredLesson | None = None
    progress: Mapping[str, Progress] = {}


class Aim(Struct, frozen=True, kw_only=True):
    """A concept to practise at a level, with the reasons as sentences. `exercise` is the one that was planned."""

    concept: str
    title: str
    level: int
    why: Why
    chance: Chance
    worth: float
    reasons: tuple[str, ...]
    exercise: StoredExercise | None = None


def aims(situation: Situation) -> tuple[Aim, ...]:
    """What could be practised, the best first: what is due before what mends, before the plan, before what is new."""
    found = [*_reviews(situation), *_planned(situation), *_frontier(situation)]
    best: dict[tuple[str, str], Aim] = {}
    for aim in sorted(found, key=lambda one: (_TIERS.index(one.why), -one.worth, one.concept, one.level)):
        best.setdefault((aim.concept, aim.exercise.id if aim.exercise else ""), aim)
    return tuple(best.values())


def fitting(able: Belief, concept: str, levels: Iterable[int], items: Items) -> tuple[int, Chance, float]:
    """The level at which the chance of success lies in the aim, the surest of several; else the nearest to it. With the
    chance, and how sure it is, 0–1."""
    weighed = []
    for level in levels:
        item = items.of(concept, level)
        likely = chance(able, item)
        off = max(0.0, LOW - likely.value, likely.value - HIGH)
        weighed.append((off, -sureness(able, item, LOW, HIGH), level, likely))
    off, unsure, level, likely = min(weighed, key=lambda one: one[:3])
    return level, likely, -unsure


def is_known(situation: Situation, concept: str) -> bool:
    """Whether a concept holds what is built on it."""
    level = situation.knowledge.level(concept)
    able = situation.skills.ability(concept, situation.now)
    return chance(able, situation.items.of(concept, level)).value >= KNOWN


def _reviews(situation: Situation) -> Iterator[Aim]:
    for review in situation.reviews:
        if review.due > situation.now or review.concept not in situation.knowledge.by_id:
            continue
        able = situation.skills.ability(review.concept, situation.now)
        lowest = max(1, situation.knowledge.level(review.concept) - _BELOW)
        level, likely, _ = fitting(able, review.concept, range(lowest, 11), situation.items)
        recall = recalled(review, situation.now)
        title = situation.knowledge.title(review.concept)
        since = _days(review.overdue_days(situation.now))
        yield Aim(
            concept=review.concept, title=title, level=level, why="review", chance=likely,
            worth=(1.1 - recall) * _fresh(situation, review.concept),
            reasons=(f"{title} is due for review{since}: about {recall:.0%} is still recalled.", _odds(level, likely)),
        )  # fmt: skip


def _planned(situation: Situation) -> Iterator[Aim]:
    """The exercises of the lesson that is next; where they are far too hard, what they need instead."""
    lesson = situation.lesson
    if lesson is None:
        return
    about = [name for name in lesson.concept_ids if name in situation.knowledge.by_id]
    for place, exercise in enumerate(lesson.exercises):
        if situation.progress.get(exercise.id, Progress(part=exercise.id)).state == "done":
            continue
        drilled = [exercise.concept] if exercise.concept in situation.knowledge.by_id else about
        weakest = min(drilled, key=lambda name: situation.skills.ability(name, situation.now).mean, default="")
        able = situation.skills.ability(weakest, situation.now)
        levels = range(max(1, exercise.level - _BELOW), min(10, exercise.level + _ABOVE) + 1)
        level, likely, _ = fitting(able, weakest, levels, situation.items)
        tried = sum(trial.concept == weakest and trial.score is not None for trial in situation.trials)
        if weakest and likely.value < TOO_HARD and tried >= _SURE_OF_FAILURE:
            yield from _remedies(situation, weakest, level, likely)
        reasons = [f"It is the next exercise of the lesson {lesson.title!r}."]
        if level != exercise.level:
            way = "easier" if level < exercise.level else "harder"
            reasons.append(f"It was planned for level {exercise.level}, and is taken {way} to fit.")
        yield Aim(
            concept=weakest, title=situation.knowledge.title(weakest) or lesson.title, level=level, why="plan",
            chance=likely, worth=1.0 / (1 + place), reasons=(*reasons, _odds(level, likely)), exercise=exercise,
        )  # fmt: skip


def _remedies(situation: Situation, concept: str, level: int, likely: Chance) -> Iterator[Aim]:
    """What a concept needs and is not sure yet, the weakest first."""
    title = situation.knowledge.title(concept)
    for need in situation.knowledge.needs(concept):
        if is_known(situation, need):
            continue
        able = situation.skills.ability(need, situation.now)
        own = situation.knowledge.level(need)
        at, odds, sure = fitting(able, need, range(max(1, own - _BELOW), own + _ABOVE + 1), situation.items)
        told = situation.knowledge.title(need)
        yield Aim(
            concept=need, title=told, level=at, why="remedy", chance=odds,
            worth=(1 - odds.value + sure) * _fresh(situation, need),
            reasons=(
                f"{title} went wrong (its chance at level {level} is {likely.value:.0%}); it needs {told} first.",
                _odds(at, odds),
            ),
        )  # fmt: skip


def _frontier(situation: Situation) -> Iterator[Aim]:
    """Concepts whose needs are known and that are neither too hard at their own level nor too easy a little above it;
    where there are none, those that come nearest to that."""
    found = tuple(_reachable(situation))
    inside = [aim for aim in found if LOW <= aim.chance.value <= HIGH]
    if inside:
        yield from inside
    elif found:
        yield min(found, key=lambda aim: (abs(aim.chance.value - (LOW + HIGH) / 2), aim.concept))


def _reachable(situation: Situation) -> Iterator[Aim]:
    knowledge, goals = situation.knowledge, " ".join(situation.goals)
    for concept in knowledge.by_id.values():
        if concept.genres and situation.genre and situation.genre not in concept.genres:
            continue
        if not all(is_known(situation, need) for need in knowledge.needs(concept.id)):
            continue
        own = situation.skills.own(concept.id)
        able = situation.skills.ability(concept.id, situation.now)
        lowest = concept.level if not own.count else max(1, concept.level - _BELOW)
        levels = range(lowest, min(10, concept.level + _ABOVE) + 1)
        level, likely, sure = fitting(able, concept.id, levels, situation.items)
        matters = max(0.1, 1 + 0.1 * weight(concept, situation.genre or None, goals))
        matters *= _EARLIER ** max(0, level - concept.level)
        needs = [knowledge.title(need) for need in knowledge.needs(concept.id)]
        built = f"what it builds on ({', '.join(needs)}) is known" if needs else "it builds on nothing else"
        yield Aim(
            concept=concept.id, title=concept.title, level=level, why="next", chance=likely,
            worth=(0.2 + sure) * matters * _fresh(situation, concept.id),
            reasons=(f"{concept.title} comes next: {built}.", _odds(level, likely)),
        )  # fmt: skip


def _fresh(situation: Situation, concept: str) -> float:
    """How welcome a concept is after what was practised last."""
    last = dict.fromkeys(trial.id for trial in situation.trials)
    for worth, result in zip(_TIRED, last, strict=False):
        if any(trial.id == result and trial.concept == concept for trial in situation.trials):
            return worth
    return 1.0


def _odds(level: int, likely: Chance) -> str:
    place = "in" if LOW <= likely.value <= HIGH else "nearest to"
    return (
        f"At level {level} the chance of success is about {likely.value:.0%} ({likely.low:.0%} to {likely.high:.0%}), "
        f"{place} the aim of 70-85 %."
    )


def _days(days: float) -> str:
    return " today" if days < 1 else " since yesterday" if days < 2 else f" for {int(days)} days"
