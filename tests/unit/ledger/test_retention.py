import asyncio
import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from databases import Place
from partimento.core.ports import CacheEntry, MemoryItem
from partimento.core.settings import Settings
from partimento.environment import SystemClock
from partimento.ledger.retention import Kept, expire, expire_daily, keep_house, tidy
from partimento.store.opening import open_store
from partimento.store.store import Store
from partimento.testing.clock import FrozenClock
from partimento.testing.store_suite import DAY, NOON, PRINT, item, row


@pytest.fixture
def store(place: Place) -> Iterator[Store]:
    opened = open_store(place, SystemClock())
    yield opened
    opened.close()


@pytest.fixture
def full(store: Store) -> Store:
    async def keep() -> None:
        await store.record(row("old", at=NOON - 31 * DAY), item("a"), CacheEntry(PRINT, "", "a", None))
        await asyncio.gather(*(store.record(row(f"{n}", at=NOON - 40 * DAY)) for n in range(4500)))
        await store.record(row("new", at=NOON - 30 * DAY))

    asyncio.run(keep())
    return store


def old(name: str) -> MemoryItem:
    return msgspec.structs.replace(item(name), created_at=NOON - 31 * DAY)


def keep(store: Store, kept: MemoryItem, entry: CacheEntry | None = None) -> None:
    async def record() -> None:
        await store.record(row(f"of {kept.id}"), kept, entry)

    asyncio.run(record())


def items(store: Store) -> set[str]:
    return {name for name, *_ in store.ask("copy_memory", "", 10_000)}


def test_rows_older_than_the_days_go_and_are_counted(full: Store) -> None:
    assert expire(full, NOON, 30) == 4501
    assert [kept.id for kept in full.rows()] == ["new"]
    assert expire(full, NOON, 30) == 0


def test_memory_stays_however_old_its_row(full: Store) -> None:
    expire(full, NOON, 30)
    assert asyncio.run(full.look_up(PRINT, "", NOON)) is not None


def test_no_days_means_for_ever(full: Store) -> None:
    keep(full, old("alone"))
    assert expire(full, NOON, 0) == 0
    assert asyncio.run(tidy(full, NOON, 0, pause_s=0)) == Kept()
    assert len(full.rows(most=10_000)) == 4503
    assert items(full) == {"a", "alone"}


def test_at_every_start_it_is_done_once_a_day(full: Store) -> None:
    assert expire_daily(full, NOON, 30) == 4501
    asyncio.run(_one_more(full))
    assert expire_daily(full, NOON + 60, 30) == 0
    assert expire_daily(full, NOON + DAY, 30) == 2


def test_a_start_does_not_wait_for_a_long_clean_up(full: Store) -> None:
    async def more() -> None:
        await asyncio.gather(*(full.record(row(f"more {n}", at=NOON - 50 * DAY)) for n in range(6000)))

    asyncio.run(more())
    assert expire_daily(full, NOON, 30) == 10_000
    assert expire_daily(full, NOON, 30) == 501
    assert expire_daily(full, NOON + 60, 30) == 0


async def _one_more(store: Store) -> None:
    await store.record(row("older", at=NOON - 50 * DAY))


def test_an_old_item_that_nothing_leads_to_is_forgotten(store: Store) -> None:
    keep(store, old("alone"))
    keep(store, item("young"))
    keep(store, old("found"), CacheEntry(PRINT, "", "found", None))
    assert asyncio.run(tidy(store, NOON, 30, pause_s=0)).items == 1
    assert items(store) == {"young", "found"}


@pytest.mark.parametrize("mark", ["rating = 0", "verified = 1", "kept = 1"])
def test_what_somebody_judged_or_keeps_is_never_forgotten(tmp_path: Path, mark: str) -> None:
    store = open_store(tmp_path / "p.db", SystemClock())
    keep(store, old("judged"))
    with contextlib.closing(sqlite3.connect(tmp_path / "p.db")) as db:
        db.execute(f"UPDATE memory SET {mark}")
        db.commit()
    assert asyncio.run(tidy(store, NOON, 30, pause_s=0)).items == 0
    assert items(store) == {"judged"}
    store.close()


def test_an_expired_entry_goes_and_its_old_item_with_it(store: Store) -> None:
    keep(store, old("a"), CacheEntry(PRINT, "", "a", NOON))
    keep(store, old("b"), CacheEntry(PRINT, "user:42", "b", NOON + 1))
    assert asyncio.run(tidy(store, NOON, 30, pause_s=0)) == Kept(rows=0, entries=1, items=1)
    assert items(store) == {"b"}


def test_a_memory_of_many_portions_is_walked_to_its_end(store: Store) -> None:
    async def fill() -> None:
        await asyncio.gather(*(store.record(row(f"{n}"), old(f"{n:064x}")) for n in range(1700)))

    asyncio.run(fill())
    assert asyncio.run(tidy(store, NOON, 30, pause_s=0)).items == 1700
    assert items(store) == set()


def test_a_running_server_keeps_house_on_each_day_once(full: Store) -> None:
    clock = FrozenClock(NOON)

    async def some_time() -> None:
        house = asyncio.create_task(keep_house(full, clock, Settings(retention_days=30)))
        while len(full.rows(most=10)) > 1:  # noqa: ASYNC110  # no event tells of a deletion
            await asyncio.sleep(0.01)
        house.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await house

    asyncio.run(some_time())
    today = int(NOON // DAY)
    assert full.tell("claim_fact", "tidied_last_day", str(today)) == 0
    assert full.tell("claim_fact", "tidied_last_day", str(today + 1)) == 1


def test_housekeeping_outlives_a_store_that_fails(full: Store, caplog: pytest.LogCaptureFixture) -> None:
    full.close()

    async def some_time() -> None:
        house = asyncio.create_task(keep_house(full, FrozenClock(NOON), Settings()))
        while not caplog.messages:  # noqa: ASYNC110  # no event tells of a warning
            await asyncio.sleep(0.01)
        assert not house.done()
        house.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await house

    asyncio.run(some_time())
    assert "cut short" in caplog.text
