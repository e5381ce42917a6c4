import asyncio
import logging
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from partimento.core.errors import StoreError
from partimento.store.database import Session
from partimento.store.queries import queries
from partimento.store.sqlite import SqliteConnection, SqliteDatabase
from partimento.store.sqlite_connections import connect
from partimento.store.writer import Job, Writer

SQL = {
    **queries("sqlite"),
    "add": "INSERT INTO kept (value) VALUES (?)",
    "calculate": "SELECT 6 * 7",
}


class Held:
    """A job that occupies the writer until it is let go, so that others gather behind it."""

    def __init__(self) -> None:
        self.begun = threading.Event()
        self._go = threading.Event()

    def job(self) -> Job:
        def work(_: Session) -> None:
            self.begun.set()
            self._go.wait(30)

        return Job(work=work)

    def let_go(self) -> None:
        self._go.set()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    db = sqlite3.connect(tmp_path / "w.db")
    db.execute("CREATE TABLE kept (value INTEGER UNIQUE)")
    db.close()
    return tmp_path / "w.db"


@pytest.fixture
def commits() -> list[str]:
    return []


@pytest.fixture
def writer(path: Path, commits: list[str]) -> Iterator[Writer]:
    db = connect(path)
    db.set_trace_callback(lambda sql: commits.append(sql))
    opened = Writer(SqliteDatabase(path), SqliteConnection(db, SQL))
    yield opened
    opened.close()


def kept(path: Path) -> list[int]:
    db = sqlite3.connect(path)
    values = [value for (value,) in db.execute("SELECT value FROM kept ORDER BY value")]
    db.close()
    return values


def add(value: int) -> Job:
    return Job(statements=(("add", (value,)),))


def test_what_is_awaited_together_is_committed_together(writer: Writer, path: Path, commits: list[str]) -> None:
    async def many() -> None:
        await asyncio.gather(*(writer.put(add(n)) for n in range(100)))

    asyncio.run(many())
    assert kept(path) == list(range(100))
    assert commits.count("COMMIT") == 1


def test_the_answer_comes_after_the_commit(writer: Writer, path: Path) -> None:
    async def one() -> list[int]:
        await writer.put(add(1))
        return kept(path)

    assert asyncio.run(one()) == [1]


def test_only_the_job_that_fails_is_undone(writer: Writer, path: Path) -> None:
    async def many() -> list[Any]:
        jobs = [add(1), Job(statements=(("add", (2,)), ("add", (1,)))), add(3)]
        return await asyncio.gather(*map(writer.put, jobs), return_exceptions=True)

    first, second, third = asyncio.run(many())
    assert (first, third) == (None, None)
    assert isinstance(second, StoreError)
    assert isinstance(second.__cause__, sqlite3.IntegrityError)
    assert kept(path) == [1, 3]


def test_an_error_of_a_jobs_own_reaches_only_its_waiter(writer: Writer, path: Path) -> None:
    def work(db: Session) -> None:
        db.execute("add", (7,))
        raise LookupError("mine")

    async def many() -> list[Any]:
        return await asyncio.gather(*map(writer.put, [add(1), Job(work=work)]), return_exceptions=True)

    fine, failed = asyncio.run(many())
    assert fine is None
    assert isinstance(failed, LookupError)
    assert kept(path) == [1]


def test_work_returns_what_it_found(writer: Writer) -> None:
    assert writer.run(Job(work=lambda db: db.execute("calculate").fetchone()[0])) == 42


def test_plain_threads_and_event_loops_may_write_at_once(writer: Writer, path: Path) -> None:
    async def some(first: int) -> None:
        await asyncio.gather(*(writer.put(add(first + n)) for n in range(50)))

    def plain(first: int) -> None:
        for n in range(50):
            writer.run(add(first + n))

    threads = [threading.Thread(target=lambda n=n: asyncio.run(some(n * 100))) for n in range(3)]
    threads += [threading.Thread(target=plain, args=(n * 100,)) for n in range(3, 6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert kept(path) == [n * 100 + m for n in range(6) for m in range(50)]


def test_cancelling_a_wait_leaves_the_write(writer: Writer, path: Path) -> None:
    async def one() -> None:
        held = Held()
        blocking = writer.put(held.job())
        await asyncio.to_thread(held.begun.wait, 30)
        waiting = writer.put(add(1))
        waiting.cancel()
        held.let_go()
        await blocking
        await writer.put(add(2))

    asyncio.run(one())
    assert kept(path) == [1, 2]


def test_a_failed_write_that_nobody_waits_for_is_logged(writer: Writer, caplog: pytest.LogCaptureFixture) -> None:
    async def one() -> None:
        await writer.put(add(1))
        writer.put(add(1)).cancel()
        await writer.put(add(2))

    with caplog.at_level(logging.ERROR):
        asyncio.run(one())
    assert "UNIQUE" in caplog.text


def test_closing_commits_what_is_queued(writer: Writer, path: Path) -> None:
    async def left() -> None:
        for n in range(5):
            writer.put(add(n))
        writer.close()

    asyncio.run(left())
    assert kept(path) == list(range(5))


def test_after_closing_a_write_is_refused_and_closing_again_is_nothing(writer: Writer) -> None:
    writer.close()
    writer.close()
    with pytest.raises(StoreError, match="closed"):
        writer.run(add(1))


def test_an_event_loop_that_is_gone_does_not_stop_the_writer(writer: Writer, path: Path) -> None:
    held = Held()

    async def leave() -> None:
        writer.put(held.job())
        writer.put(add(1))
        await asyncio.to_thread(held.begun.wait, 30)

    asyncio.run(leave())
    held.let_go()
    writer.run(add(2))
    assert kept(path) == [1, 2]


def test_money_is_synced_to_the_disk_and_the_rest_is_not(writer: Writer, commits: list[str]) -> None:
    writer.run(add(1))
    writer.run(Job(statements=(("add", (2,)),), durable=True))
    writer.run(Job(statements=(("add", (3,)),), durable=True))
    writer.run(add(4))
    said = [sql for sql in commits if sql.startswith("PRAGMA synchronous") or sql == "COMMIT"]
    full, normal = "PRAGMA synchronous = FULL;", "PRAGMA synchronous = NORMAL;"
    assert said == ["COMMIT", full, "COMMIT", "COMMIT", normal, "COMMIT"]


def test_who_waits_on_a_locked_database_is_told(path: Path) -> None:
    db = connect(path)
    db.execute("PRAGMA busy_timeout = 0")
    writer, other = Writer(SqliteDatabase(path), SqliteConnection(db, SQL)), sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="stayed locked"):
        writer.run(add(1))
    other.execute("ROLLBACK")
    writer.run(add(2))
    writer.close()
    other.close()
    assert kept(path) == [2]


def test_a_fault_after_the_commit_reaches_its_waiter_and_ends_nothing(writer: Writer, path: Path) -> None:
    def after(_: Any) -> None:
        raise LookupError("mine")

    with pytest.raises(LookupError):
        writer.run(Job(statements=(("add", (1,)),), after=after))
    writer.run(add(2))
    assert kept(path) == [1, 2]
