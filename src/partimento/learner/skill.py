"""How well something is known, and how sure that is: online Rasch with uncertainty. Pure.

Everything is on one scale of log-odds: a learner's ability in a concept is `overall + concept`, an exercise has a
`difficulty`, and the chance of success is the logistic of their difference. Each of the three is a Belief (a mean and a
variance), and each result moves all three, the less sure of them more: a Kalman step, as Glicko takes it. Knows numbers
alone; leaves which concept needs which to `knowledge`, what to practise to `aim`.
"""

from __future__ import annotations

import math
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

STEP: Final = 0.6
"""Log-odds from one level (1–10) to the next."""
MIDDLE: Final = 5.5
AT_HOME: Final = 1.2
"""What who is of a level can beyond its exercises: there the chance of success is 0.77, in the middle of the aim."""
STATED: Final = 1.0
UNSTATED: Final = 3.0
"""Variance of the overall ability where a level is stated (two levels up or down), and where none is."""
APART: Final = 0.5
"""Variance of what sets one concept apart from the overall ability, before anything is known of it."""
ITEM: Final = 0.15
"""Variance of the difficulty of a concept's exercises at a level, before anybody tried them."""
LEARNT: Final = 0.01
"""What a result adds to the concept's variance: who practises changes."""
FADING: Final = 0.004
"""What a day without practice adds to it."""
SPREAD: Final = 0.4
"""The share of a rise that goes on to each concept that is needed for it, and from there once more."""
_DAY: Final = 86_400.0
_PULL: Final = math.pi / 8
_LEAST: Final = 1e-3
_FAR: Final = 8.0
"""Nobody is further than this from the middle: beyond, chances are 0 or 1 and nothing would be learnt again."""


class Belief(Struct, frozen=True, kw_only=True):
    """A number that is not known exactly, in log-odds; `count` results made it, the last at `at` (Unix seconds)."""

    mean: float = 0.0
    variance: float
    count: int = 0
    at: float = 0.0

    @property
    def deviation(self) -> float:
        """The standard deviation."""
        return math.sqrt(self.variance)


class Chance(Struct, frozen=True):
    """The chance of success, 0–1: the share of an exercise that is expected to be right. `low` and `high` hold nine
    times in ten."""

    value: float
    low: float
    high: float


class Learned(Struct, frozen=True):
    """The three beliefs after a result, what was expected before it, and how far the concept's own moved."""

    overall: Belief
    concept: Belief
    item: Belief
    expected: float
    shift: float


def difficulty_of(level: float) -> float:
    """Log-odds of an exercise of that level, 1–10."""
    return STEP * (level - MIDDLE)


def level_of(ability: float) -> float:
    """The level (1–10, with fractions) whose exercises somebody of that ability mostly gets right."""
    return min(10.0, max(1.0, (ability - AT_HOME) / STEP + MIDDLE))


def stated(level: float | None, at: float) -> Belief:
    """The overall ability of somebody who says to be of that level; None: who says nothing, in the middle of all."""
    if level is None:
        return Belief(mean=difficulty_of(4) + AT_HOME, variance=UNSTATED, at=at)
    return Belief(mean=difficulty_of(level) + AT_HOME, variance=STATED, at=at)


def untried(at: float) -> Belief:
    """What is believed of a concept before its first result: that it is like the others."""
    return Belief(variance=APART, at=at)


def item_of(level: float) -> Belief:
    """The difficulty of exercises of that level before their first result."""
    return Belief(mean=difficulty_of(level), variance=ITEM)


def faded(concept: Belief, now: float) -> Belief:
    """The same after the time that has passed: as likely, and less sure; never less than before any result."""
    days = max(0.0, now - concept.at) / _DAY
    return replace(concept, variance=max(concept.variance, min(APART, concept.variance + FADING * days)))


def ability(overall: Belief, concept: Belief, now: float) -> Belief:
    """What a learner can in a concept; `count` and `at` are the concept's."""
    held = faded(concept, now)
    return replace(held, mean=overall.mean + held.mean, variance=overall.variance + held.variance)


def chance(able: Belief, difficulty: Belief) -> Chance:
    """The chance of success of that ability at that difficulty. What is not sure draws it towards one half."""
    distance, variance = able.mean - difficulty.mean, able.variance + difficulty.variance
    spread = 1.64 * math.sqrt(variance)
    value = _logistic(distance / math.sqrt(1 + _PULL * variance))
    return Chance(value, _logistic(distance - spread), _logistic(distance + spread))


def sureness(able: Belief, difficulty: Belief, low: float, high: float) -> float:
    """How sure it is, 0–1, that the chance of success lies between `low` and `high`."""
    distance = able.mean - difficulty.mean
    wide = math.sqrt(2 * (able.variance + difficulty.variance))
    bounds = [math.erf((math.log(bound / (1 - bound)) - distance) / wide) for bound in (low, high)]
    return (bounds[1] - bounds[0]) / 2


def learn(overall: Belief, concept: Belief, item: Belief, score: float, weight: float, now: float) -> Learned:
    """What is believed after a result of `score` 0–1; `weight`: how many right-or-wrong answers it is worth."""
    before = faded(concept, now)
    before = replace(before, variance=before.variance + LEARNT)
    variance = overall.variance + before.variance + item.variance
    softened = 1 / math.sqrt(1 + _PULL * variance)
    expected = _logistic(softened * (overall.mean + before.mean - item.mean))
    told = max(_LEAST, weight * expected * (1 - expected) * softened * softened)
    step = weight * softened * (score - expected) / (1 + variance * told)

    def moved(belief: Belief, way: float) -> Belief:
        share = belief.variance * told / (1 + variance * told)
        mean = max(-_FAR, min(_FAR, belief.mean + way * belief.variance * step))
        return Belief(
            mean=mean,
            variance=max(_LEAST, belief.variance * (1 - share)),
            count=belief.count + 1,
            at=max(belief.at, now),
        )

    all_in_all, here = moved(overall, 1), moved(before, 1)
    return Learned(all_in_all, here, moved(item, -1), expected, here.mean - before.mean)


def raised(needed: Belief, follower: Belief, shift: float, steps: int) -> Belief:
    """What success in a concept says of one that is needed for it, `steps` before it: it is raised by a share of the
    shift, and never above its follower. Failure says nothing: what was missing may be something else.
    """
    if shift <= 0 or needed.mean >= follower.mean:
        return needed
    return replace(needed, mean=min(follower.mean, needed.mean + shift * SPREAD**steps))


def _logistic(odds: float) -> float:
    return 1 / (1 + math.exp(-odds)) if odds > -700 else 0.0
