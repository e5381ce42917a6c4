"""Weighs the witnesses of each candidate against each other: one small hidden layer, shared by all candidates.

What the song repeats, what its style favours and how sure each is are weighed together, and the candidates' scores
become probabilities. Weights are learnt by `benchmarks/train_next_chord.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, tanh
from operator import mul

from msgspec import Struct


class Mixer(Struct, frozen=True):
    """`direct` weighs a feature by itself, each row of `inner` (with its bias and its weight in `outer`) many at once.

    `missed` is the share of songs' chords that are on no shortlist.
    """

    direct: list[float]
    inner: list[list[float]]
    bias: list[float]
    outer: list[float]
    missed: float

    def probabilities(self, features: Sequence[Sequence[float]]) -> list[float]:
        """One probability a row of features; they sum to 1 less `missed`."""
        units = list(zip(self.inner, self.bias, self.outer, strict=True))
        scores = [
            sum(map(mul, self.direct, row))
            + sum([outer * tanh(sum(map(mul, weights, row), bias)) for weights, bias, outer in units])
            for row in features
        ]
        top = max(scores)
        powers = [exp(score - top) for score in scores]
        scale = (1 - self.missed) / sum(powers)
        return [power * scale for power in powers]
