"""The adaptive route on recorded outcomes: what it answers rightly, what it costs, and what it regrets.

    python benchmarks/routing.py FILE.jsonl[.gz] [--seeds 5]      or PARTIMENTO_ROUTING_DATA=FILE

FILE has one JSON object a line: `task`, `weak` and `strong` (1: answered rightly, 0: not) of a cheap and a dear model.
Each row is a request, in an order drawn by seed. The weak model is free and local, the strong one costs one unit a
call. The product's own route decides (ranking, beliefs, trials), its evidence read again every `READ_AGAIN` requests,
as it is every few seconds in the product. Nothing is fitted to the file, but the two bars of `reach` were chosen
after a first run on one such file. A judge tells right from wrong after each
answer, for the model that gave it alone.

Twice: "without checks" the answer of the model asked first stands, and the judge is the owner's rating; "with checks" a
wrong answer is noticed and the next candidate asked, as the pipeline does where a task has checks (there is no repair
here, and no check of real tasks is as good as this one). Utility is the share of right answers less `PRICE` for each
strong call; regret is what the best fixed first model of each task, known in hindsight, would have had more, summed.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from random import Random
from statistics import mean
from typing import Any

from msgspec import Struct

from partimento.core.model import Model, Price
from partimento.core.money import Money
from partimento.core.ports import Tally
from partimento.core.request import Options, Request
from partimento.core.settings import Settings
from partimento.core.task import Prompt, Task, task
from partimento.pipeline.reach import added
from partimento.pipeline.route import Router

PRICE = 0.10  # of right answers, that a strong call is worth
READ_AGAIN = 25
DAY = date(2026, 1, 1)
WEAK = Model(id="weak", engine="local", tier="small", reach=4)
STRONG = Model(
    id="strong", engine="cloud", tier="cloud", reach=10, quality=0.9,
    prices=(Price(DAY, Money.of(1000), Money.of(1000)),),
)  # fmt: skip


class Row(Struct, frozen=True):
    """One recorded request."""

    task: str
    weak: int
    strong: int

    def right(self, model: str) -> int:
        return self.weak if model == "weak" else self.strong


class Inputs(Struct, frozen=True, kw_only=True):
    prompt: str = ""


Policy = Callable[[Sequence[Row]], list[str]]
"""Rows in order → the model asked first, for each."""


def read(path: Path) -> list[Row]:
    opener: Any = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as file:
        found = [json.loads(line) for line in file]
    return [Row(row["task"], int(row["weak"]), int(row["strong"])) for row in found]


def declared(name: str, *, checks: bool) -> Task[..., Any]:
    return task(
        name=name, summary="", version=1, complexity=5, inputs=Inputs, draft=str, output=str,
        prompt=lambda _: Prompt("", ""), finish=lambda inputs, draft, method: draft,
        checks=(lambda inputs, draft: (),) if checks else (),
    )  # fmt: skip


def adaptive(complexity: int, seed: int, *, checks: bool) -> Policy:
    """The product's route: at complexity 4 the catalog trusts the weak model, at 6 it does not."""

    def policy(rows: Sequence[Row]) -> list[str]:
        requests: dict[str, Request[Any]] = {
            name: declared(name, checks=checks)(prompt="").with_(options=Options(complexity=complexity))
            for name in sorted({row.task for row in rows})
        }
        tallies: dict[tuple[str, str], Tally] = {}
        asked = []
        for number, row in enumerate(rows):
            if number % READ_AGAIN == 0:
                router = Router((WEAK, STRONG), Settings(), DAY, tuple(tallies.values()), float(number))
            routed = router.route(requests[row.task], complexity, lambda _: "", 0, f"{seed}-{number}")
            first, *others = (ranked.model.id for ranked in routed.ranked)
            asked.append(first)
            for model in (first, *others) if checks and not row.right(first) else (first,):
                right = float(row.right(model))
                more = Tally(row.task, model, complexity, right, 1.0 - right, float(number))
                before = tallies.get((row.task, model))
                tallies[row.task, model] = more if before is None else added(before, more)
        return asked

    return policy


def ends(row: Row, first: str, *, checks: bool) -> tuple[int, int]:
    """Whether the answer is right, and how many strong calls it took."""
    if checks and not row.right(first):
        return row.weak | row.strong, 1  # the other one is asked, too
    return row.right(first), int(first == "strong")


def utility(row: Row, first: str, *, checks: bool) -> float:
    right, strong = ends(row, first, checks=checks)
    return right - PRICE * strong


def best_of_each_task(rows: Sequence[Row], *, checks: bool) -> list[str]:
    """In hindsight: for each task the first model of the greater utility."""
    gained: dict[str, float] = defaultdict(float)
    for row in rows:
        gained[row.task] += utility(row, "strong", checks=checks) - utility(row, "weak", checks=checks)
    return ["strong" if gained[row.task] > 0 else "weak" for row in rows]


def best_of_each_request(rows: Sequence[Row]) -> list[str]:
    """The oracle: the weak model wherever it is right."""
    return ["weak" if row.weak >= row.strong else "strong" for row in rows]


def figures(rows: Sequence[Row], asked: Sequence[str], best: Sequence[str], *, checks: bool) -> list[float]:
    """Right answers, strong calls, utility, and the regret after each quarter."""
    ended = [ends(row, first, checks=checks) for row, first in zip(rows, asked, strict=True)]
    lost = [
        utility(row, b, checks=checks) - utility(row, a, checks=checks)
        for row, a, b in zip(rows, asked, best, strict=True)
    ]
    quarters = [sum(lost[: len(lost) * quarter // 4]) for quarter in (1, 2, 3, 4)]
    return [mean(r for r, _ in ended), mean(s for _, s in ended), mean(r - PRICE * s for r, s in ended), *quarters]


def report(rows: list[Row], seeds: int) -> None:
    print(f"{len(rows)} requests, {len({row.task for row in rows})} tasks, {seeds} orders; a strong call costs {PRICE}")
    for checks in (False, True):
        measured: dict[str, list[list[float]]] = defaultdict(list)
        for seed in range(seeds):
            order = list(rows)
            Random(seed).shuffle(order)
            best = best_of_each_task(order, checks=checks)
            answers = {
                "catalog: the weak model covers": ["weak"] * len(order),
                "catalog: only the strong covers": ["strong"] * len(order),
                "adaptive, weak trusted at first": adaptive(4, seed, checks=checks)(order),
                "adaptive, strong at first": adaptive(6, seed, checks=checks)(order),
                "best model of each task (hindsight)": best,
                "oracle, request by request": best_of_each_request(order),
            }
            for name, asked in answers.items():
                measured[name].append(figures(order, asked, best, checks=checks))
        mode = "with checks" if checks else "without checks"
        print(f"\n{mode:37}{'right':>8}{'strong':>9}{'utility':>9}   regret by quarter")
        for name, each in measured.items():
            right, strong, useful, *quarters = (mean(column) for column in zip(*each, strict=True))
            print(f"{name:37}{right:8.3f}{strong:9.3f}{useful:9.3f}   " + "".join(f"{q:7.0f}" for q in quarters))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    default = os.environ.get("PARTIMENTO_ROUTING_DATA")
    parser.add_argument("file", type=Path, nargs="?", default=Path(default) if default else None)
    parser.add_argument("--seeds", type=int, default=5)
    chosen = parser.parse_args()
    if chosen.file is None:
        parser.error("name a file, or set PARTIMENTO_ROUTING_DATA")
    report(read(chosen.file), chosen.seeds)


if __name__ == "__main__":
    main()
