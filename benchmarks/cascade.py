"""A cascade on recorded outcomes: the cheap model first, a check behind it, the strong model where the check objects.

    python benchmarks/cascade.py FILE.jsonl[.gz] [--seeds 5]      or PARTIMENTO_ROUTING_DATA=FILE

FILE has one JSON object a line: `task`, `prompt`, `weak` and `strong` (1: answered rightly, 0: not) of a cheap and a
dear model. Each row is a request through the product's own way (`pipeline.run.make`: route, budget, checks, repair,
receipt) at the shipped catalog's prices; only the models are not real: what they answer is what the file says. The
task's check is a verifier that objects to so many of the wrong answers (caught) and of the right ones (false alarms),
by a draw that is the same whenever it reads the same answer. What it objects to goes the product's way: the same model
is asked again once, then the next one, and whose every answer was objected to is refused; that counts as not right.

The file has one outcome for each model and prompt, so what a second asking comes to must be supposed:
  same      the model says the same again, and the verifier objects again
  mends     of the wrong answers, 30 % are right the second time and read afresh; the rest as above
  rereads   the answer is as right or wrong as before, and the verifier reads it afresh: the worst case, in which asking
            again only gives a wrong answer a second chance to slip through
In a last variant nobody checks the strong model: what it says stands, as where a cascade is reckoned on paper.

Bars, for a verifier that catches 80 % with 5 % false alarms: the accuracy of the strong model alone lies within or
below the 95 % interval of the cascade's, and at most 35 % of the requests come to the strong model. Exits 1 where they
are missed under the first supposition.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import itertools
import json
import os
import sys
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Sequence
from datetime import date
from decimal import Decimal
from hashlib import blake2b
from math import sqrt
from pathlib import Path
from random import Random
from statistics import mean
from typing import Any, Final, Literal

import msgspec
from msgspec import Struct

from partimento.catalog.lookup import shipped
from partimento.core.errors import ChecksFailed
from partimento.core.model import Model
from partimento.core.ports import Call, Drafted, Ports, Tally
from partimento.core.request import Options
from partimento.core.result import Result
from partimento.core.settings import Settings
from partimento.core.task import Prompt, Task, task
from partimento.core.usage import Usage
from partimento.pipeline.reach import added
from partimento.pipeline.run import make
from partimento.testing.clock import FrozenClock
from partimento.testing.memory_store import MemoryStore

NOON = 1_795_262_400.0
DAY = date(2026, 11, 21)  # of that moment: prices have dates
NEED = 4  # the complexity of each request: both models are trusted with it, and the cheaper is asked first
WRITTEN = 200  # tokens of an answer; the file has none
MENDED = 0.3
READ_AGAIN = 25  # requests, after which the route sees what drafts came to
PAIRS = (("claude-haiku-5-5", "claude-sonnet-5-5"), ("gpt-4o-mini", "gpt-4o"), ("qwen3.5-4b", "gpt-6.1-sol"))

Again = Literal["same", "mends", "rereads"]
AGAIN: Final[tuple[Again, ...]] = ("same", "mends", "rereads")


class Row(Struct, frozen=True):
    """One recorded request."""

    task: str
    prompt: str
    weak: bool
    strong: bool


class Verifier(Struct, frozen=True):
    """What share of wrong and of right answers it objects to; whether it reads the strong model's."""

    caught: float
    alarms: float
    reads_strong: bool = True

    def __str__(self) -> str:
        return f"{self.caught:.0%} / {self.alarms:.0%}"


BAR: Final = Verifier(0.80, 0.05)


class Played(Struct, frozen=True):
    """What a run came to. For each row whether it was answered rightly; the tokens of each call, by model."""

    right: tuple[bool, ...]
    reached_strong: float
    refused: float
    wrong: float
    used: dict[str, list[Usage]]
    cost_usd: Decimal
    chain: Result[str] | None

    @property
    def accuracy(self) -> float:
        return mean(self.right)

    def calls(self, who: str) -> float:
        """For each request."""
        return len(self.used[who]) / len(self.right)


def read(path: Path) -> list[Row]:
    opener: Any = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as file:
        found = [json.loads(line) for line in file]
    return [Row(row["task"], row["prompt"], bool(row["weak"]), bool(row["strong"])) for row in found]


def drawn(*about: object) -> float:
    """A number in [0, 1), the same for the same matter."""
    return int.from_bytes(blake2b(repr(about).encode(), digest_size=8).digest(), "big") / 2**64


# ---- the product's surroundings --------------------------------------------------------------------------------


class Asked(Struct, frozen=True, kw_only=True):
    number: int
    prompt: str


class Recorded:
    """An engine that answers as the file says: "right 0", "wrong 1"; the figure is which reading of it is due."""

    name = "recorded"

    def __init__(self, rows: Sequence[Row], again: Again, seed: int) -> None:
        self._rows, self._again, self._seed = rows, again, seed
        self._times: Counter[tuple[str, int]] = Counter()
        self.used: dict[str, list[Usage]] = {"weak": [], "strong": []}

    def unready(self, model: Model, request: Any) -> str:
        return ""

    async def draft(self, call: Call) -> AsyncGenerator[str | Drafted, None]:
        number, who = call.request.inputs.number, call.model.path
        again = self._times[who, number] > 0
        self._times[who, number] += 1
        right, reading = self._rows[number].weak if who == "weak" else self._rows[number].strong, 0
        if again and self._again == "rereads":
            reading = 1
        elif again and self._again == "mends" and not right and drawn("mends", self._seed, who, number) < MENDED:
            right, reading = True, 1
        usage = Usage(len(call.user.encode()) // 4, WRITTEN)
        self.used[who].append(usage)
        yield Drafted(f"{who} {'right' if right else 'wrong'} {reading}", usage=usage)

    async def close(self) -> None:
        """Nothing to give back."""


class Catalog:
    def __init__(self, models: Sequence[Model]) -> None:
        self._models = tuple(models)

    def models(self) -> Sequence[Model]:
        return self._models

    def reference(self, complexity: int, day: date) -> Model | None:
        return None


class Learned:
    """What the drafts came to, read back by the route every so many requests."""

    def __init__(self, store: MemoryStore) -> None:
        self._store, self._asked = store, 0
        self._kept: dict[tuple[str, str], Tally] = {}
        self._told: tuple[Tally, ...] = ()

    async def tallies(self, now: float) -> Sequence[Tally]:
        self._asked += 1
        if self._asked % READ_AGAIN == 0:
            for one in self._store.evidence:
                before = self._kept.get((one.task, one.model))
                self._kept[one.task, one.model] = one if before is None else added(before, one)
            self._store.evidence.clear()
            self._told = tuple(self._kept.values())
        return self._told


def checked(name: str, verifier: Verifier, seed: int) -> Task[..., str]:
    """A task whose check is the verifier."""

    def objects(inputs: Asked, draft: str) -> list[str]:
        if draft.startswith("strong") and not verifier.reads_strong:
            return []
        share = verifier.alarms if " right " in draft else verifier.caught
        return ["it looks wrong"] if drawn("reads", seed, inputs.number, draft) < share else []

    return task(
        name=name, summary="", version=1, complexity=NEED, inputs=Asked, draft=str, output=str, checks=(objects,),
        prompt=lambda inputs: Prompt("", inputs.prompt), finish=lambda inputs, draft, method: draft,
    )  # fmt: skip


def models(pair: tuple[str, str]) -> tuple[Model, Model]:
    """The two as the catalog has them, answered by the recorded engine; `path` tells which is which."""
    by_id = {model.id: model for model in shipped()}
    weak, strong = (
        msgspec.structs.replace(by_id[name], engine="recorded", path=who, context=1_000_000)
        for name, who in zip(pair, ("weak", "strong"), strict=True)
    )
    return weak, strong


async def play(
    rows: Sequence[Row], verifier: Verifier, again: Again, seed: int, *, learns: bool = False, alone: bool = False
) -> Played:
    """Every row in a drawn order. `learns`: the route sees what drafts came to; `alone`: the strong model alone."""
    weak, strong = models(PAIRS[0])
    asked = [strong] if alone else [weak, strong]
    engine, store, ids = Recorded(rows, again, seed), MemoryStore(), itertools.count()
    ports = Ports(
        engines={"recorded": engine}, memory=store, ledger=store, catalog=Catalog(asked),
        clock=FrozenClock(NOON), settings=Settings(trial_share=0.0), new_id=lambda: f"{next(ids)}",
        new_seed=lambda: seed, in_flight={}, outcomes=Learned(store) if learns else None,
    )  # fmt: skip
    tasks = {name: checked(name, verifier, seed) for name in {row.task for row in rows}}
    order = list(range(len(rows)))
    Random(seed).shuffle(order)
    ends: dict[int, str] = {}
    reached = 0
    chain: Result[str] | None = None
    for number in order:
        row, before = rows[number], len(engine.used["strong"])
        request = tasks[row.task](number=number, prompt=row.prompt).with_(cache="off", privacy="off")
        try:
            result = await make(request.with_(options=Options(complexity=NEED)), ports)
        except ChecksFailed:
            ends[number] = "refused"
        else:
            ends[number] = result.value.split()[1]
            chain = result if len(result.receipt.attempts) == 3 else chain
        reached += len(engine.used["strong"]) > before
    booked = sum(row.cost_pico for row in store.rows(most=len(rows)))
    counts = Counter(ends.values())
    return Played(
        tuple(ends[number] == "right" for number in range(len(rows))), reached / len(rows),
        counts["refused"] / len(rows), counts["wrong"] / len(rows),
        engine.used, Decimal(booked).scaleb(-12), chain,
    )  # fmt: skip


# ---- figures ---------------------------------------------------------------------------------------------------


def more_than_strong(rows: Sequence[Row], played: Sequence[Played]) -> tuple[float, float]:
    """How much more is answered rightly than by the strong model alone, and half the 95 % interval of it: row by row,
    for the rows are what chance has drawn; the draws of the verifier are averaged first."""
    more = [mean(one.right[n] for one in played) - row.strong for n, row in enumerate(rows)]
    middle = mean(more)
    return middle, 1.96 * sqrt(mean((one - middle) ** 2 for one in more) / len(more))


def line(name: str, rows: Sequence[Row], played: Sequence[Played]) -> str:
    def of(figure: Callable[[Played], float]) -> float:
        return mean(figure(one) for one in played)

    more, error = more_than_strong(rows, played)
    return (
        f"{name:34}{of(lambda p: p.accuracy):7.3f} {more:+7.3f} ±{error:.3f}{of(lambda p: p.reached_strong):9.3f}"
        f"{of(lambda p: p.calls('strong')):8.3f}{of(lambda p: p.calls('weak')):8.3f}"
        f"{of(lambda p: p.wrong):8.3f}{of(lambda p: p.refused):9.3f}"
    )


def bill(model: Model, calls: Sequence[Usage]) -> int:
    """In pico-dollars, call by call: long prompts may have another price."""
    return sum(model.cost(usage, DAY).pico for usage in calls)


def prices(rows: Sequence[Row], cascade: Played, alone: Played) -> None:
    """The bill of the cascade over the strong model's, once without checks and once through the same checks."""
    bare = [Usage(len(row.prompt.encode()) // 4, WRITTEN) for row in rows]
    print(f"\nthe bill, answers of {WRITTEN} tokens; as a share of the strong model's alone, unchecked / checked")
    for pair in PAIRS:
        weak, strong = models(pair)
        whole = bill(weak, cascade.used["weak"]) + bill(strong, cascade.used["strong"])
        shares = [whole / bill(strong, calls) for calls in (bare, alone.used["strong"])]
        print(f"  {' → '.join(pair):42}${whole / 1e12:7.2f}   {shares[0]:6.1%} / {shares[1]:6.1%}")
    print(f"  (the ledger's rows of the first pair sum to ${cascade.cost_usd:.2f})")


def report(rows: Sequence[Row], seeds: int) -> bool:
    weak, strong = mean(row.weak for row in rows), mean(row.strong for row in rows)
    tasks = len({row.task for row in rows})
    print(f"{len(rows)} requests, {tasks} tasks; weak alone {weak:.4f}, strong alone {strong:.4f} right")
    print("more: than the strong model alone, 95 % interval; come: requests that come to the strong model; calls a")
    print("request, repairs included; wrong: served; refused: nothing passed the check\n")
    print(f"{'':34}{'right':>7} {'more':>15}{'come':>9}{'strong':>8}{'weak':>8}{'wrong':>8}{'refused':>9}")

    def played(verifier: Verifier, again: Again = "same", many: int = seeds, **more: bool) -> list[Played]:
        return [asyncio.run(play(rows, verifier, again, seed, **more)) for seed in range(many)]

    print(f"verifier {BAR} (caught / false alarms), {seeds} draws")
    base = played(BAR)
    print(line("cascade, second asking: same", rows, base))
    for again in AGAIN[1:]:
        print(line(f"cascade, second asking: {again}", rows, played(BAR, again)))
    print(line("same, and the route learns", rows, played(BAR, learns=True)))
    print(line("same, the strong model unchecked", rows, played(msgspec.structs.replace(BAR, reads_strong=False))))
    alone = played(BAR, alone=True)
    print(line("the strong model alone, checked", rows, alone))
    share = mean(one.reached_strong for one in base)
    print(f"{'so many strong calls by lot':34}{weak + share * (strong - weak):7.3f}")
    print("\nother verifiers, second asking: same")
    for caught, alarms in itertools.product((0.60, 0.80, 0.95), (0.01, 0.05, 0.10)):
        verifier = Verifier(caught, alarms)
        print(line(f"  {verifier}", rows, played(verifier)))
    prices(rows, base[0], alone[0])
    assert base[0].chain is not None
    print("\na receipt: " + " → ".join(f"{a.model} {a.outcome}" for a in base[0].chain.receipt.attempts))
    middle, error = more_than_strong(rows, base)
    return middle + error >= 0 and share <= 0.35


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    default = os.environ.get("PARTIMENTO_ROUTING_DATA")
    parser.add_argument("file", type=Path, nargs="?", default=Path(default) if default else None)
    parser.add_argument("--seeds", type=int, default=5)
    chosen = parser.parse_args()
    if chosen.file is None:
        parser.error("name a file, or set PARTIMENTO_ROUTING_DATA")
    sys.exit(0 if report(read(chosen.file), chosen.seeds) else 1)


if __name__ == "__main__":
    main()
