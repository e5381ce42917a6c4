from __future__ import annotations

import asyncio
from typing import Any

import pytest

from partimento.core.errors import ChecksFailed, EngineFault
from partimento.core.model import Model
from partimento.core.ports import LedgerRow, Ports, Tally
from partimento.core.request import Caller, Options, Request
from partimento.core.result import Started
from partimento.core.settings import Settings
from partimento.engines.rules import RulesEngine
from partimento.engines.scripted import Line, ScriptedEngine
from partimento.pipeline.decision import told
from partimento.pipeline.run import make, run
from partimento.testing.clock import FrozenClock
from partimento.testing.memory_store import MemoryStore
from verse import ALL, CLOUD, MEDIUM, RULES, SMALL, declare

GOOD, SHORT = '{"lines":["a","b"]}', '{"lines":["a"]}'
VERSE = declare(with_rules=False)


class Shelf:
    """A catalog, and evidence, that stand still."""

    def __init__(self, models: tuple[Model, ...], tallies: tuple[Tally, ...] = ()) -> None:
        self._models, self._tallies = models, tallies

    def models(self) -> tuple[Model, ...]:
        return self._models

    def reference(self, complexity: int, day: Any) -> Model:
        return CLOUD

    async def tallies(self, now: float) -> tuple[Tally, ...]:
        return self._tallies


class House:
    def __init__(self, *lines: Line, models: tuple[Model, ...] = ALL, tallies: tuple[Tally, ...] = (), **settings: Any):
        self.store = MemoryStore()
        shelf = Shelf(models, tallies)
        self.ports = Ports(
            engines={"rules": RulesEngine(), "scripted": ScriptedEngine(lines)}, memory=self.store, ledger=self.store,
            catalog=shelf, outcomes=shelf, clock=FrozenClock(), settings=Settings(**settings),
            new_id=lambda: "a" * 28, new_seed=lambda: 7, in_flight={},
        )  # fmt: skip

    def make(self, request: Request[Any]) -> Any:
        return asyncio.run(make(request, self.ports))

    @property
    def row(self) -> LedgerRow:
        (row,) = self.store.rows()
        return row

    @property
    def weighed(self) -> list[tuple[str, float]]:
        return [(tally.model, tally.sound) for tally in self.store.evidence]


def test_each_turn_is_weighed_with_the_row_it_belongs_to() -> None:
    house = House(SHORT, SHORT, SHORT, GOOD)
    house.make(VERSE(about="rain"))
    assert house.weighed == [("little", 0.0), ("middling", 0.8)]
    assert house.row.attempts.startswith(b'[["little","x","it has 1 lines')
    assert house.row.attempts.endswith(b'["middling","r"]]')


def test_what_failed_in_the_end_is_weighed_too() -> None:
    house = House(SHORT, SHORT, models=(SMALL,))
    with pytest.raises(ChecksFailed):
        house.make(VERSE(about="rain"))
    assert house.weighed == [("little", 0.0)]
    assert house.row.ending == "failed"


def test_a_failure_and_a_hit_are_not_weighed() -> None:
    house = House(EngineFault("gone"), GOOD, models=(SMALL, MEDIUM))
    house.make(VERSE(about="rain"))
    house.store.evidence.clear()
    house.make(VERSE(about="rain"))
    assert house.weighed == []


def test_the_rules_are_not_weighed() -> None:
    house = House(models=(RULES,))
    house.make(declare()(about="rain"))
    assert house.weighed == []


def test_a_tally_says_which_task_and_how_hard_it_was() -> None:
    house = House(GOOD, models=(CLOUD,))
    house.make(VERSE(about="experimental rain").with_(options=Options(complexity=9)))
    assert [(t.task, t.model, t.complexity, t.at) for t in house.store.evidence] == [
        ("verse", "cumulus", 9, house.ports.clock.now())
    ]


def test_the_decision_is_kept_and_can_be_told() -> None:
    house = House(GOOD, models=(SMALL, MEDIUM))
    house.make(VERSE(about="rain"))
    assert house.row.decision == "a4 c:little c:middling"
    assert told(house.row.decision)[1] == "little: its reach covers the complexity"


def test_evidence_moves_the_route_of_the_whole_way_through() -> None:
    proven = (Tally("verse", "little", 8, 40.0, 1.0, FrozenClock().now()),)
    house = House(GOOD, models=(SMALL, CLOUD), tallies=proven, trial_share=0)
    result = house.make(VERSE(about="rain").with_(options=Options(complexity=8)))
    assert result.receipt.model == "little"
    assert house.row.decision.startswith("a8 p99:little c:cumulus")


def test_who_reads_along_is_told_who_is_left_out() -> None:
    house = House(GOOD, models=(SMALL, CLOUD), force_local=True)

    async def work() -> Started:
        async for event in run(VERSE(about="rain"), house.ports):
            if isinstance(event, Started):
                return event
        raise AssertionError("nothing started")

    started = asyncio.run(work())
    assert [(one.model, one.reason) for one in started.left_out] == [("cumulus", "force_local removes cloud models")]


def size_of(row: LedgerRow) -> int:
    """What a database needs for a row: texts and bytes as they are, numbers as eight bytes, one more a column."""
    values = [getattr(row, name) for name in row.__struct_fields__]
    return sum(1 + (len(value) if isinstance(value, str | bytes) else 8) for value in values)


def test_a_row_is_small() -> None:
    house = House(SHORT, GOOD, models=ALL)
    request = VERSE(about="rain").with_(caller=Caller(user="user-4711", key="k_3f9a2b", endpoint="shop.lessons"))
    house.make(request)
    row = house.row
    assert len(row.decision) <= 80
    assert size_of(row) - len(row.memory_id) <= 300
