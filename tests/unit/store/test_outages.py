"""The database is locked, full or away: a request waits or fails clearly, and nothing is answered unrecorded."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
import pytest

from databases import Place, Server
from partimento.core.errors import StoreError, StoreFull
from partimento.core.ports import CacheEntry
from partimento.environment import SystemClock
from partimento.store.opening import open_store
from partimento.store.sqlite import SqliteConnection, SqliteDatabase
from partimento.store.sqlite_connections import connect
from partimento.store.store import Store
from partimento.testing.store_suite import NOON, PRINT, item, reservation, row

AWAY_S = 5.0


@contextmanager
def locked_by_another(place: Place) -> Iterator[threading.Event]:
    """The ledger is locked; the event is set when it is free again, after some seconds."""
    free = threading.Event()
    if isinstance(place, Path):
        db = sqlite3.connect(place, isolation_level=None, check_same_thread=False)
        db.execute("BEGIN EXCLUSIVE")

        def let_go() -> None:
            free.set()
            db.close()
    else:
        server = psycopg.connect(place)
        server.execute("LOCK TABLE ledger IN ACCESS EXCLUSIVE MODE")

        def let_go() -> None:
            free.set()
            server.close()

    timer = threading.Timer(AWAY_S, let_go)
    timer.start()
    yield free
    timer.join()


def test_who_writes_to_a_locked_database_waits_and_who_reads_does_not(place: Place) -> None:
    store = open_store(place, SystemClock())

    async def ask() -> None:
        await store.record(row("0"), item("a"), CacheEntry(PRINT, "", "a", None))
        with locked_by_another(place) as free:
            writing = store.record(row("1"))
            assert await store.look_up(PRINT, "", NOON) is not None
            assert not free.is_set()
            await writing
            assert free.is_set()

    asyncio.run(ask())
    assert {kept.id for kept in store.rows()} == {"0", "1"}
    store.close()


async def until_it_fails(store: Store, name: str) -> tuple[set[str], StoreError]:
    """Record until the store refuses; what was answered, and the refusal."""
    answered: set[str] = set()
    try:
        for number in range(100_000):
            made = item(f"{name} {number}", b"x" * 5000)
            await store.record(row(f"{name} {number}"), made, CacheEntry(made.id.encode(), "", made.id, None))
            answered.add(f"{name} {number}")
    except StoreError as error:
        return answered, error
    raise AssertionError("it never was full")


def assert_full_and_then_free(store: Store, make_room: threading.Event) -> None:
    async def fill() -> set[str]:
        ends = await asyncio.gather(*(until_it_fails(store, name) for name in "abc"))
        assert all(isinstance(error, StoreFull) and error.mend for _, error in ends)
        return set().union(*(answered for answered, _ in ends))

    answered = asyncio.run(fill())
    assert {kept.id for kept in store.rows(most=100_000)} == answered
    make_room.set()


def test_a_full_disk_refuses_and_loses_nothing_that_was_answered(tmp_path: Path) -> None:
    path = tmp_path / "p.db"
    open_store(path, SystemClock()).close()
    db = connect(path)
    db.execute("PRAGMA max_page_count = 150")
    store = Store(SqliteDatabase(path), SqliteConnection(db), SystemClock(), None)
    assert_full_and_then_free(store, threading.Event())
    db.execute("PRAGMA max_page_count = 100000")
    asyncio.run(_one(store, "after"))
    assert "after" in {kept.id for kept in store.rows(most=100_000)}
    store.close()


FULL_AFTER_30 = """
CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF (SELECT count(*) FROM memory) >= 30 THEN
        RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = 'disk_full';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER no_room BEFORE INSERT ON memory FOR EACH ROW EXECUTE FUNCTION no_room();
"""


@pytest.mark.external
def test_a_full_server_refuses_and_loses_nothing_that_was_answered(postgres_url: str) -> None:
    store = open_store(postgres_url, SystemClock())
    with psycopg.connect(postgres_url, autocommit=True) as server:
        server.execute(FULL_AFTER_30)
        assert_full_and_then_free(store, threading.Event())
        server.execute("DROP TRIGGER no_room ON memory")
    asyncio.run(_one(store, "after"))
    assert "after" in {kept.id for kept in store.rows(most=100_000)}
    store.close()


async def _one(store: Store, name: str) -> None:
    await store.record(row(name), item(name))


class Load:
    """Callers that reserve, record and look up, one after the other, until told to stop: what was answered, was not
    found again, was refused."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.recorded: set[str] = set()
        self.reserved: set[str] = set()
        self.lost: set[str] = set()
        self.refused: list[StoreError] = []
        self.stopped = False
        self._thread = threading.Thread(target=lambda: asyncio.run(self._callers()))

    def __enter__(self) -> Load:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopped = True
        self._thread.join()

    def wait_for_more(self, count: int = 20) -> None:
        """Until so many more were answered."""
        wanted = len(self.recorded) + count
        while len(self.recorded) < wanted and self._thread.is_alive():
            time.sleep(0.005)

    async def _callers(self) -> None:
        await asyncio.gather(*(self._caller(name) for name in "abcdefgh"))

    async def _caller(self, name: str) -> None:
        number = 0
        while not self.stopped:
            number += 1
            here = f"{name}{number}"
            with suppress(StoreError):
                await self._ask(here)

    async def _ask(self, name: str) -> None:
        try:
            assert await self.store.reserve(reservation(name, 1), NOON) is None
            self.reserved.add(name)
            await self.store.record(row(name), item(name), CacheEntry(name.encode(), "", name, None))
            self.recorded.add(name)
            if await self.store.look_up(name.encode(), "", NOON) is None:
                self.lost.add(name)
        except StoreError as error:
            self.refused.append(error)
            raise

    def assert_all_is_there(self) -> None:
        assert {kept.id for kept in self.store.rows(most=10**6)} >= self.recorded
        assert self.lost == set()
        held = {name for name, *_ in self.store.ask("open_reservations")}
        assert held >= self.reserved
        ((spent, reserved),) = self.store.ask("total_of", "", "2026-11")
        assert (spent, reserved) == (0, len(held))


@pytest.mark.external
def test_a_server_that_is_away_for_seconds_is_waited_for(own_server: Server) -> None:
    store = open_store(own_server.url, SystemClock())
    with Load(store) as load:
        load.wait_for_more()
        own_server.stop("fast")
        time.sleep(AWAY_S)
        own_server.start()
        load.wait_for_more()
    assert all("cannot be reached" in error.what for error in load.refused)
    load.assert_all_is_there()
    store.close()


@pytest.mark.external
def test_a_server_that_crashes_keeps_the_money(own_server: Server) -> None:
    store = open_store(own_server.url, SystemClock())
    with Load(store) as load:
        for _ in range(2):
            load.wait_for_more()
            own_server.stop("immediate")
            own_server.start()
        load.wait_for_more()
    load.lost.clear()
    load.recorded.clear()  # what costs nothing may lose its last moments when a server crashes
    load.assert_all_is_there()
    store.close()


@pytest.mark.external
def test_connections_that_break_are_made_again(postgres_url: str) -> None:
    name = f"broken-{os.getpid()}"
    store = open_store(f"{postgres_url}&application_name={name}", SystemClock())
    with Load(store) as load, psycopg.connect(postgres_url, autocommit=True) as server:
        for _ in range(5):
            load.wait_for_more()
            server.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = %s", (name,)
            )
        load.wait_for_more()
    assert load.refused == []
    load.assert_all_is_there()
    assert store.ask("counts")[0][2] == len(store.rows(most=10**6))
    store.close()


@pytest.mark.external
def test_who_asks_a_server_that_stays_away_is_told(own_server: Server) -> None:
    store = open_store(own_server.url, SystemClock())
    own_server.stop("fast")
    with pytest.raises(StoreError, match="cannot be reached") as caught:
        store.ask("counts")
    assert "start the server" in caught.value.mend
    with pytest.raises(StoreError, match="cannot be reached"):
        asyncio.run(_one(store, "1"))
    own_server.start()
    asyncio.run(_one(store, "2"))
    assert [kept.id for kept in store.rows()] == ["2"]
    store.close()


def test_a_file_that_was_moved_away_is_told_and_nothing_is_written_where_nobody_finds_it(tmp_path: Path) -> None:
    path, aside = tmp_path / "partimento.db", tmp_path / "aside.db"
    store = open_store(path, SystemClock())

    async def ask() -> None:
        await store.record(row("before"))
        path.rename(aside)
        with pytest.raises(StoreError, match="no longer the one"):
            await store.record(row("meanwhile"))
        aside.rename(path)
        await store.record(row("after"))

    asyncio.run(ask())
    store.close()
    with sqlite3.connect(path) as db:
        assert [name for (name,) in db.execute("SELECT id FROM ledger ORDER BY id")] == ["after", "before"]
