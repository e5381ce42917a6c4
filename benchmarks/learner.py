"""Learners that are simulated: whether what is believed of them comes true, and what it costs to know.

    python benchmarks/learner.py [--learners 150] [--results 60] [--seed 1] [--answers 6]

Each learner has a true ability, one apart in each concept, and states a level that is off by two (a standard
deviation). Exercises have a true difficulty that is off what their level says by 0.35 log-odds. The product's own
`aims` choose what is practised on the concepts that are shipped, its own `learn` and `reviewed` take the results in;
practice makes better by 0.03 log-odds each time, and what items are is learnt from one learner to the next. A result is
the share right of `--answers` independent tries, as the product weighs a graded take; 1 is a right-or-wrong answer.

In window: exercises after the 20th whose true chance lies within 70-85 % (near: 65-90 %). Learners: whose results after
their 20th have a mean within 70-85 %. Brier: mean square of predicted chance less result, beside that of the true
chance, which nobody can beat. The second part times the product on a database.
"""

from __future__ import annotations

import argparse
import math
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from random import Random
from statistics import fmean

from msgspec import Struct

from partimento.environment import SystemClock, new_id
from partimento.learner import skill
from partimento.learner.aim import HIGH, LOW, Situation, aims
from partimento.learner.kept import Items, Skills
from partimento.learner.knowledge import shipped
from partimento.learner.learners import Learners
from partimento.learner.results import Trial
from partimento.learner.review import Review, reviewed
from partimento.music import genres
from partimento.store.opening import open_store

SETTLED = 20
NOON = 1_795_262_400.0
HALF_DAY = 43_200.0
ITEM_SPREAD, STATED_SPREAD, APART, GROWTH = 0.35, 2.0, 0.7, 0.03


class Tried(Struct, frozen=True):
    """One exercise: of whom, the how manieth, what was predicted, true, scored; how far off the level was by then."""

    learner: int
    number: int
    predicted: float
    true: float
    score: float
    level_off: float


class World:
    """What is true, drawn by chance, and what the product believes of items."""

    def __init__(self, rng: Random, answers: int) -> None:
        self.rng, self.answers = rng, answers
        self.items: dict[tuple[str, int], skill.Belief] = {}
        self._true: dict[tuple[str, int], float] = {}

    def difficulty(self, concept: str, level: int) -> float:
        place = (concept, level)
        if place not in self._true:
            self._true[place] = skill.difficulty_of(level) + self.rng.gauss(0, ITEM_SPREAD)
        return self._true[place]

    def live(self, learner: int, results: int) -> list[Tried]:
        """A learner from the first exercise to the last."""
        rng, known, now = self.rng, shipped(), NOON
        level = rng.uniform(2, 9)
        overall = skill.difficulty_of(level) + skill.AT_HOME
        apart: dict[str, float] = defaultdict(lambda: rng.gauss(0, APART))
        stated = min(10, max(1, round(level + rng.gauss(0, STATED_SPREAD))))
        skills = Skills(skill.stated(stated, now), {})
        reviews: dict[str, Review] = {}
        trials: list[Trial] = []
        found = []
        genre = rng.choice(genres.names())
        for number in range(results):
            now += rng.random() * 2 * HALF_DAY
            items = Items(self.items)
            situation = Situation(
                skills=skills, items=items, knowledge=known, now=now, genre=genre,
                reviews=tuple(reviews.values()), trials=trials[:20],
            )  # fmt: skip
            aim = aims(situation)[0]
            true = _logistic(overall + apart[aim.concept] - self.difficulty(aim.concept, aim.level))
            score = fmean(rng.random() < true for _ in range(self.answers))
            off = abs(skill.level_of(skills.overall.mean) - level)
            found.append(Tried(learner, number, aim.chance.value, true, score, off))
            learned = skill.learn(
                skills.overall,
                skills.own(aim.concept),
                items.of(aim.concept, aim.level),
                score,
                float(self.answers),
                now,
            )
            skills = Skills(learned.overall, {**skills.concepts, aim.concept: learned.concept})
            self.items[aim.concept, aim.level] = learned.item
            reviews[aim.concept] = reviewed(aim.concept, reviews.get(aim.concept), score, now)
            trials.insert(0, _trial(number, aim.concept, aim.level, score, now))
            apart[aim.concept] += GROWTH
        return found


def report(tried: list[Tried]) -> None:
    late = [one for one in tried if one.number >= SETTLED]
    by_learner: dict[int, list[float]] = defaultdict(list)
    for one in late:
        by_learner[one.learner].append(one.score)
    settled = fmean(LOW <= fmean(scores) <= HIGH for scores in by_learner.values())
    print(f"exercises after the {SETTLED}th: {len(late)}")
    print(f"  true chance within 70-85 %: {fmean(LOW <= one.true <= HIGH for one in late):.1%}")
    print(f"  true chance within 65-90 %: {fmean(0.65 <= one.true <= 0.90 for one in late):.1%}")
    print(f"  learners whose success rate lies within 70-85 %: {settled:.1%}")
    print(f"  mean predicted {fmean(o.predicted for o in late):.3f}, true {fmean(o.true for o in late):.3f}", end="")
    print(f", scored {fmean(one.score for one in late):.3f}")
    brier = fmean((one.predicted - one.score) ** 2 for one in late)
    oracle = fmean((one.true - one.score) ** 2 for one in late)
    print(f"  Brier {brier:.4f}, of the true chance {oracle:.4f}")
    print("predicted → scored, all exercises:")
    for low in (0.0, 0.55, 0.65, 0.70, 0.75, 0.80, 0.85):
        high = {0.0: 0.55, 0.55: 0.65, 0.85: 1.01}.get(low, low + 0.05)
        within = [one for one in tried if low <= one.predicted < high]
        if len(within) >= 30:
            told = f"{fmean(o.predicted for o in within):.3f} → {fmean(o.score for o in within):.3f}"
            print(f"  {low:.2f}-{min(high, 1):.2f}: {told} ({len(within)})")
    print("levels the overall ability is off by, after so many results:")
    for number in (0, 5, 10, 20, 40):
        at = [one.level_off for one in tried if one.number == number]
        if at:
            print(f"  {number:3}: {fmean(at):.2f}")


def timed(folder: Path, results: int = 500) -> None:
    """The product on a SQLite database."""
    clock = SystemClock()
    store = open_store(folder / "learners.db", clock)
    learners = Learners(store, clock, new_id)
    learners.add("42", level=4, genre="jazz")
    chosen = learners.next("42")
    learners.record("42", concept=chosen.concept, score=0.8, exercise=chosen.exercise)
    begun = time.perf_counter()
    for _ in range(results):
        learners.record("42", concept=chosen.concept, score=0.8, exercise=chosen.exercise)
    recorded = time.perf_counter()
    for _ in range(50):
        learners.next("42")
    asked = time.perf_counter()
    store.close()
    beliefs = skill.stated(5, NOON), skill.untried(NOON), skill.item_of(5)
    pure = time.perf_counter()
    for _ in range(20_000):
        skill.learn(*beliefs, 0.8, 2.0, NOON)
    done = time.perf_counter()
    print(f"a pure update: {(done - pure) / 20_000 * 1e6:.1f} µs")
    print(f"a result kept with all that follows: {(recorded - begun) / results * 1e6:.0f} µs")
    print(f"the next exercise: {(asked - recorded) / 50 * 1e3:.1f} ms")


def _trial(number: int, concept: str, level: int, score: float, now: float) -> Trial:
    return Trial(id=str(number), concept=concept, at=now, score=score, level=level, weight=1.0, source="grade")


def _logistic(odds: float) -> float:
    return 1 / (1 + math.exp(-odds))


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--learners", type=int, default=150)
    arguments.add_argument("--results", type=int, default=60)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--answers", type=int, default=6)
    given = arguments.parse_args()
    world = World(Random(given.seed), given.answers)
    print(
        f"{given.learners} learners, {given.results} results each, {given.answers} answers a result, seed {given.seed}"
    )
    report([one for learner in range(given.learners) for one in world.live(learner, given.results)])
    with tempfile.TemporaryDirectory() as folder:
        timed(Path(folder))


if __name__ == "__main__":
    main()
