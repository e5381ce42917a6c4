"""How far a learner is, from answers to questions of known difficulty: the Rasch model on the scale of levels.

The chance of a right answer is guess + (1 - guess) / (1 + e^(difficulty - level)): one level is one logit, and who has
a question's level answers it right as often as not, guesses apart. Before any answer the level is believed to lie
about the first guess, by 2.5 levels either way. Rasch, *Probabilistic Models for Some Intelligence and Attainment
Tests*, 1960; the guess is that of Birnbaum's third parameter.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, log, sqrt
from typing import Final

from msgspec import Struct

_SPREAD: Final = 2.5
_STEP: Final = 0.1
_LEVELS: Final = tuple(round(1 + _STEP * place, 1) for place in range(91))


class Result(Struct, frozen=True):
    """One answer: the question's difficulty, the score 0 to 1, and the chance to have guessed it."""

    difficulty: float
    score: float
    guess: float = 0.0


class LevelEstimate(Struct, frozen=True):
    """The level (1 to 10) and between which levels it lies two times in three."""

    level: float
    low: float
    high: float


def estimate(results: Sequence[Result], first: float = 5.0) -> LevelEstimate:
    """The mean of what is believed after the answers, and its standard deviation to either side."""
    weights = [exp(_log_belief(level, results, first)) for level in _LEVELS]
    whole = sum(weights)
    mean = sum(level * weight for level, weight in zip(_LEVELS, weights, strict=True)) / whole
    spread = sqrt(sum((level - mean) ** 2 * weight for level, weight in zip(_LEVELS, weights, strict=True)) / whole)
    return LevelEstimate(round(mean, 1), round(max(1.0, mean - spread), 1), round(min(10.0, mean + spread), 1))


def _log_belief(level: float, results: Sequence[Result], first: float) -> float:
    belief = -((level - first) ** 2) / (2 * _SPREAD**2)
    for result in results:
        chance = min(1 - 1e-9, result.guess + (1 - result.guess) * _chance(level - result.difficulty))
        belief += result.score * log(chance) + (1 - result.score) * log(1 - chance)
    return belief


def _chance(above: float) -> float:
    return 1 / (1 + exp(-above))
