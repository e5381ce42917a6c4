import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from partimento.core.ports import CacheEntry
from partimento.environment import SystemClock
from partimento.ledger.retention import expire, expire_daily
from partimento.store.sqlite import SqliteStore
from partimento.testing.store_suite import DAY, NOON, PRINT, item, row


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    opened = SqliteStore.open(tmp_path / "p.db", SystemClock())

    async def keep() -> None:
        await opened.record(row("old", at=NOON - 31 * DAY), item("a"), CacheEntry(PRINT, "", "a", None))
        await asyncio.gather(*(opened.record(row(f"{n}", at=NOON - 40 * DAY)) for n in range(4500)))
        await opened.record(row("new", at=NOON - 30 * DAY))

    asyncio.run(keep())
    yield opened
    opened.close()


def test_rows_older_than_the_days_go_and_are_counted(store: SqliteStore) -> None:
    assert expire(store, NOON, 30) == 4501
    assert [kept.id for kept in store.rows()] == ["new"]
    assert expire(store, NOON, 30) == 0


def test_memory_stays_however_old_its_row(store: SqliteStore) -> None:
    expire(store, NOON, 30)
    assert store.look_up(PRINT, "", NOON) is not None


def test_no_days_means_for_ever(store: SqliteStore) -> None:
    assert expire(store, NOON, 0) == 0
    assert len(store.rows(most=10_000)) == 4502


def test_at_every_start_it_is_done_once_a_day(store: SqliteStore) -> None:
    assert expire_daily(store, NOON, 30) == 4501
    asyncio.run(_one_more(store))
    assert expire_daily(store, NOON + 60, 30) == 0
    assert expire_daily(store, NOON + DAY, 30) == 2


async def _one_more(store: SqliteStore) -> None:
    await store.record(row("older", at=NOON - 50 * DAY))
