"""A library with a task, models and a script of its own, on a real store: for jobs, packs and batches in tests."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import msgspec

from partimento.core.clock import Clock
from partimento.core.model import Model
from partimento.core.ports import Ports
from partimento.core.request import Request
from partimento.core.result import Result
from partimento.core.settings import Settings
from partimento.core.task import Task
from partimento.engines.rules import RulesEngine
from partimento.engines.scripted import Line, ScriptedEngine
from partimento.environment import new_id
from partimento.library.front import Library
from partimento.library.plan import Known, Plan, read_plan
from partimento.pipeline.run import make
from partimento.store.opening import open_store
from partimento.testing.clock import FrozenClock
from partimento.testing.store_suite import NOON
from verse import CLOUD, RULES, SMALL, declare

LITTLE = 'name = "poems"\nmodel = "little"\n[[items]]\ntask = "verse"\n'
PAID = LITTLE.replace("little", "cumulus")


class FixedCatalog:
    """Models that do not change."""

    def __init__(self, models: Sequence[Model]) -> None:
        self._models = tuple(models)

    def models(self) -> Sequence[Model]:
        return self._models

    def reference(self, complexity: int, day: date) -> Model | None:
        return CLOUD


class Shop:
    """A library at one place; closed, it can be opened there again. `lines` is what the scripted models answer."""

    def __init__(
        self,
        place: Path | str,
        lines: Iterable[Line] = (),
        *,
        folder: Path,
        task: Task[..., Any] | None = None,
        models: Sequence[Model] = (CLOUD, RULES, SMALL),
        clock: Clock | None = None,
        **settings: Any,
    ) -> None:
        self.task = task or declare()
        self.clock = clock or FrozenClock(NOON)
        self.store = open_store(place, self.clock)
        self.engine = ScriptedEngine(lines)
        self.ports = Ports(
            engines={"rules": RulesEngine(), "scripted": self.engine},
            memory=self.store,
            ledger=self.store,
            catalog=FixedCatalog(models),
            clock=self.clock,
            settings=Settings(**settings),
            new_id=new_id,
            new_seed=lambda: 7,
            in_flight={},
        )
        known = Known(lambda name: self.task, lambda: (self.task.name,), lambda: ("jazz", "blues"))
        self.library = Library(self.store, lambda: self.ports, known, folder)

    def plan(self, text: str) -> Plan:
        return read_plan(text)

    async def make(self, request: Request[Any]) -> Result[Any]:
        return await make(request, self.ports)

    def close(self) -> None:
        self.store.close()


async def until(condition: Callable[[], object]) -> None:
    """Wait for it; the test's own time limit is the end of patience."""
    while not condition():  # noqa: ASYNC110  # what is waited for rings no bell
        await asyncio.sleep(0.01)


def verses(count: int | None = None, chance: int = 1) -> Iterator[str]:
    """Answers of which no two are alike."""
    rng = Random(chance)
    numbers = itertools.count() if count is None else range(count)
    for _ in numbers:
        yield msgspec.json.encode({"lines": [_words(rng), _words(rng)]}).decode()


def _words(rng: Random) -> str:
    return " ".join("".join(rng.choices("abcdefghijklmnop", k=6)) for _ in range(8))
