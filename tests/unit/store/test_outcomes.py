from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest

from partimento.core.errors import StoreError
from partimento.core.ports import Tally
from partimento.environment import SystemClock
from partimento.pipeline.reach import added
from partimento.store.opening import open_store
from partimento.store.outcomes import READ_AGAIN_S, KeptOutcomes
from partimento.store.store import Store
from partimento.testing.store_suite import row

NOON = 1_790_000_000.0


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path / "p.db", SystemClock())
    yield opened
    opened.close()


def seen(store: Store, at: float = NOON) -> tuple[Tally, ...]:
    return tuple(asyncio.run(KeptOutcomes(store.read).tallies(at)))


def recorded(store: Store, *evidence: Tally, name: str = "1") -> None:
    async def work() -> None:
        await store.record(row(name), evidence=evidence)

    asyncio.run(work())


def test_evidence_is_kept_with_the_ledger_row_and_read_back(store: Store) -> None:
    tallies = (Tally("verse", "a", 4, 1.0, 0.0, NOON), Tally("verse", "b", 4, 0.0, 1.0, NOON))
    recorded(store, *tallies)
    assert seen(store) == tallies


def test_what_the_statement_adds_up_is_what_the_arithmetic_says(store: Store) -> None:
    rng = Random(3)
    at, expected = NOON, None
    for number in range(60):
        at += rng.choice((0.0, 5.0, 86_400.0, 2_000_000.0))
        sound = rng.choice((0.0, 0.8, 1.0))
        more = Tally("verse", "a", 4, sound, 1.0 - sound, at)
        recorded(store, more, name=str(number))
        expected = more if expected is None else added(expected, more)
    assert expected is not None
    (kept,) = seen(store)
    assert kept.sound == pytest.approx(expected.sound, rel=1e-9)
    assert kept.unsound == pytest.approx(expected.unsound, rel=1e-9)
    assert kept.at == at


def test_evidence_that_comes_late_moves_no_clock_back(store: Store) -> None:
    recorded(store, Tally("verse", "a", 4, 10.0, 0.0, NOON))
    recorded(store, Tally("verse", "a", 4, 1.0, 0.0, NOON - 90 * 86_400), name="2")
    assert seen(store) == (Tally("verse", "a", 4, pytest.approx(10.9), 0.0, NOON),)  # type: ignore[arg-type]


def test_news_is_read_within_seconds_and_the_same_tallies_are_the_same_object(store: Store) -> None:
    async def work() -> None:
        kept = KeptOutcomes(store.read)
        assert await kept.tallies(NOON) == ()
        await store.record(row("1"), evidence=(Tally("verse", "a", 4, 1.0, 0.0, NOON),))
        before = await kept.tallies(NOON + READ_AGAIN_S - 0.1)
        assert before == ()
        after = await kept.tallies(NOON + READ_AGAIN_S)
        assert len(after) == 1
        assert await kept.tallies(NOON + 3 * READ_AGAIN_S) is after

    asyncio.run(work())


def test_a_store_that_cannot_be_read_leaves_what_was_known(caplog: pytest.LogCaptureFixture) -> None:
    answers: list[Any] = [[("verse", "a", 4, 1.0, 0.0, NOON)], StoreError("gone")]

    async def read(name: str) -> list[Any]:
        answer = answers.pop(0)
        if isinstance(answer, StoreError):
            raise answer
        return list(answer)

    async def work() -> None:
        kept = KeptOutcomes(read)
        known = await kept.tallies(NOON)
        with caplog.at_level(logging.WARNING):
            assert await kept.tallies(NOON + 60) is known

    asyncio.run(work())
    assert "without news" in caplog.text
