"""How sound a model's drafts are likely to be, at a task of some complexity: what the catalog supposes, and evidence.

Pure: tallies in, beliefs out. Leaves counting to the store and what follows for the order of candidates to `route`.

A belief is a Beta distribution over the share of sound drafts. It starts from the catalog (reach and quality, worth
`PRIOR_DRAFTS` drafts) and takes in the drafts of this model at this task and complexity. With evidence of at least
`ENOUGH_DRAFTS`, a model is *proven* where P(share ≥ `SOUND_ENOUGH`) is at least `CERTAIN`. It is *unsound* where the
same chance of a lower bar is at most 1 − `CERTAIN`: of `HALF` where checks can tell, since an unsound draft then costs
time alone, and of `SOUND_ENOUGH` where nobody checks. Otherwise it is *open*: then the catalog's reach decides. Proven
at a complexity holds for the lower ones of the task, unsound for the higher ones, where these are open themselves.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Literal

from msgspec import Struct

from partimento.core.model import Model
from partimento.core.ports import Tally

SOUND_ENOUGH = 0.8
"""The share of sound drafts that makes a model worth asking first. A draft mended at the second asking counts as so
much of a sound one: it neither proves a model nor speaks against it."""
HALF = 0.5
CERTAIN = 0.9
PRIOR_DRAFTS = 5.0
"""So few that nine unsound ones in a row speak against a model the catalog trusts."""
ENOUGH_DRAFTS = 8.0
FADES_S = 2_592_000.0
"""Thirty days: by then counts are worth 40 %. With each further draft they fade to 99 % besides."""
FADES_TO = 0.99

Standing = Literal["open", "proven", "unsound"]


class Belief(Struct, frozen=True):
    """What is held of a model at a task and complexity: Beta(sound, unsound) over its share of sound drafts.

    `drafts` is the evidence in it, faded; `chance` is P(share ≥ SOUND_ENOUGH).
    """

    sound: float
    unsound: float
    drafts: float = 0.0
    chance: float = 0.0
    standing: Standing = "open"

    @property
    def share(self) -> float:
        """The expected share of sound drafts."""
        return self.sound / (self.sound + self.unsound)


class Counts(Struct, frozen=True):
    """Drafts that were sound and that were not, faded to now."""

    sound: float
    unsound: float


Evidence = Mapping[str, Mapping[int, Counts]]
"""Of one task: by model and complexity."""


def faded(seconds: float) -> float:
    """What a count is worth after so long. No exponential: the same sum stands in the store's statement."""
    x = max(0.0, seconds) / FADES_S
    return 1.0 / (1.0 + x + x * x / 2.0)


def added(before: Tally, more: Tally) -> Tally:
    """One tally and a later one: what the store's statement does."""
    keep = FADES_TO * faded(more.at - before.at)
    return Tally(
        before.task, before.model, before.complexity, before.sound * keep + more.sound,
        before.unsound * keep + more.unsound, max(before.at, more.at),
    )  # fmt: skip


def evidence_by_task(tallies: Iterable[Tally], now: float) -> Mapping[str, Evidence]:
    """The tallies by task, model and complexity, faded to now."""
    found: dict[str, dict[str, dict[int, Counts]]] = {}
    for tally in tallies:
        keep = faded(now - tally.at)
        counts = Counts(tally.sound * keep, tally.unsound * keep)
        found.setdefault(tally.task, {}).setdefault(tally.model, {})[tally.complexity] = counts
    return found


def prior(model: Model, complexity: int) -> tuple[float, float]:
    """What the catalog supposes: nine of ten drafts sound within reach, one less for each step beyond it."""
    share = 0.9 - 0.1 * max(0, complexity - model.reach) + 0.1 * (model.quality - 0.5)
    share = min(0.95, max(0.1, share))
    return PRIOR_DRAFTS * share, PRIOR_DRAFTS * (1.0 - share)


def belief(model: Model, complexity: int, by_complexity: Mapping[int, Counts] | None, *, verifiable: bool) -> Belief:
    """What is held of the model. Only where checks can tell a sound draft (`verifiable`) can it be proven."""
    bar = HALF if verifiable else SOUND_ENOUGH
    own = _judged(model, complexity, by_complexity.get(complexity) if by_complexity else None, bar)
    if own.standing == "open" and by_complexity:
        others = {c: _judged(model, c, counts, bar).standing for c, counts in by_complexity.items()}
        proven = any(c > complexity and standing == "proven" for c, standing in others.items())
        unsound = any(c < complexity and standing == "unsound" for c, standing in others.items())
        if proven is not unsound:
            own = _standing(own, "proven" if proven else "unsound")
    if own.standing == "proven" and not verifiable:
        return _standing(own, "open")
    return own


def _judged(model: Model, complexity: int, counts: Counts | None, bar: float) -> Belief:
    """By its own drafts alone; `bar` is the share of sound ones below which it is unsound."""
    sound, unsound = prior(model, complexity)
    if counts is None:
        return Belief(sound, unsound)
    sound, unsound, drafts = sound + counts.sound, unsound + counts.unsound, counts.sound + counts.unsound
    chance = at_least(SOUND_ENOUGH, sound, unsound)
    standing: Standing = "open"
    if drafts >= ENOUGH_DRAFTS:
        too_few = at_least(bar, sound, unsound) <= 1.0 - CERTAIN
        standing = "proven" if chance >= CERTAIN else "unsound" if too_few else "open"
    return Belief(sound, unsound, drafts, chance, standing)


def _standing(held: Belief, standing: Standing) -> Belief:
    return Belief(held.sound, held.unsound, held.drafts, held.chance, standing)


def at_least(share: float, sound: float, unsound: float) -> float:
    """P(X ≥ share) for X from Beta(sound, unsound): the regularised incomplete beta function, by continued fraction."""
    if not 0.0 < share < 1.0:
        return 1.0 if share <= 0.0 else 0.0
    log_front = (
        math.lgamma(sound + unsound) - math.lgamma(sound) - math.lgamma(unsound)
        + sound * math.log(share) + unsound * math.log1p(-share)
    )  # fmt: skip
    front = math.exp(log_front)
    if share < (sound + 1.0) / (sound + unsound + 2.0):
        return 1.0 - front * _fraction(share, sound, unsound) / sound
    return front * _fraction(1.0 - share, unsound, sound) / unsound


def interval(sound: float, unsound: float, within: float = 0.9) -> tuple[float, float]:
    """The middle `within` of Beta(sound, unsound)."""
    return _quantile((1 - within) / 2, sound, unsound), _quantile((1 + within) / 2, sound, unsound)


def _quantile(below: float, sound: float, unsound: float) -> float:
    low, high = 0.0, 1.0
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if at_least(middle, sound, unsound) > 1.0 - below else (low, middle)
    return (low + high) / 2


_TINY = 1e-300


def _fraction(x: float, a: float, b: float) -> float:
    """Lentz's evaluation of the continued fraction of the incomplete beta function (Numerical Recipes, 6.4)."""
    c, d = 1.0, 1.0 / _away(1.0 - (a + b) * x / (a + 1.0))
    value = d
    for m in range(1, 500):
        for numerator in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d, c = 1.0 / _away(1.0 + numerator * d), _away(1.0 + numerator / c)
            value *= d * c
        if abs(d * c - 1.0) < 1e-12:
            break
    return value


def _away(value: float) -> float:
    return value if abs(value) > _TINY else _TINY
