"""The contract of a store, on every store there is."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from partimento.environment import SystemClock
from partimento.store.opening import open_store
from partimento.testing import store_suite
from partimento.testing.memory_store import MemoryStore


@pytest.fixture(params=["memory", "sqlite", pytest.param("postgres", marks=pytest.mark.external)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[store_suite.Store]:
    if request.param == "memory":
        yield MemoryStore()
        return
    place = tmp_path / "p.db" if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    opened = open_store(place, SystemClock())
    yield opened
    opened.close()


@pytest.mark.parametrize("clause", store_suite.CLAUSES, ids=lambda clause: clause.__name__)
def test_a_store_keeps_its_contract(store: store_suite.Store, clause: Callable[[store_suite.Store], object]) -> None:
    asyncio.run(clause(store))  # type: ignore[arg-type]  # every clause is a coroutine function


def test_every_clause_of_the_suite_is_run() -> None:
    written = {
        name
        for name, value in vars(store_suite).items()
        if inspect.iscoroutinefunction(value) and value.__module__ == store_suite.__name__
    }
    assert written == {clause.__name__ for clause in store_suite.CLAUSES}
