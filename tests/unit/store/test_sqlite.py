"""What the contract suite cannot see: files, other processes, and processes that died."""

import asyncio
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from partimento.core.money import Money
from partimento.core.ports import CacheEntry, Cap, LedgerRow, Reservation
from partimento.environment import SystemClock
from partimento.store.owner import this_process
from partimento.store.sqlite import SqliteStore
from partimento.testing.store_suite import NOON, PRINT, item, reservation, row

DEAD = "/".join((this_process().split("/")[0], "1", "before the flood"))


class Stopped:
    """A clock that stands at noon."""

    def now(self) -> float:
        return NOON

    def monotonic(self) -> float:
        return 0.0


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "p.db"


@pytest.fixture
def store(path: Path) -> Iterator[SqliteStore]:
    opened = SqliteStore.open(path, Stopped())
    yield opened
    opened.close()


def left_open_by(owner: str, path: Path, held: Reservation) -> None:
    """A process reserved, and ended without a word."""
    store = SqliteStore.open(path, Stopped(), owner=owner)

    async def reserve() -> None:
        assert await store.reserve(held, NOON) is None

    asyncio.run(reserve())
    store.close()


def spent_and_reserved(store: SqliteStore, holder: str, period: str) -> tuple[int, int]:
    ((spent, reserved),) = store.ask("total_of", holder, period)
    return spent, reserved


def test_what_was_kept_is_there_after_opening_again(store: SqliteStore, path: Path) -> None:
    async def keep() -> None:
        await store.record(row("1"), item("a"), CacheEntry(PRINT, "", "a", None))

    asyncio.run(keep())
    store.close()
    again = SqliteStore.open(path, Stopped())
    assert again.look_up(PRINT, "", NOON) is not None
    assert again.rows() == (row("1"),)
    again.close()


def test_what_another_process_committed_is_seen_at_once(store: SqliteStore, path: Path) -> None:
    assert store.look_up(PRINT, "", NOON) is None
    program = (
        "import asyncio, sys; from pathlib import Path\n"
        "from partimento.core.ports import CacheEntry; from partimento.environment import SystemClock\n"
        "from partimento.store.sqlite import SqliteStore; from partimento.testing.store_suite import PRINT, item, row\n"
        "store = SqliteStore.open(Path(sys.argv[1]), SystemClock())\n"
        "async def keep(): await store.record(row('1'), item('a'), CacheEntry(PRINT, '', 'a', None))\n"
        "asyncio.run(keep()); store.close()"
    )
    subprocess.run([sys.executable, "-c", program, str(path)], check=True)
    assert store.look_up(PRINT, "", NOON) is not None


def test_every_thread_reads_what_is_committed(store: SqliteStore) -> None:
    async def keep() -> None:
        await store.record(row("1"), item("a"), CacheEntry(PRINT, "", "a", None))

    asyncio.run(keep())
    found: list[object] = []
    threads = [threading.Thread(target=lambda: found.append(store.look_up(PRINT, "", NOON))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert None not in found


def test_a_reservation_of_a_dead_process_is_charged_in_full_at_the_next_start(path: Path) -> None:
    held = reservation("1", 600, user="42")
    left_open_by(DEAD, path, held)
    store = SqliteStore.open(path, Stopped())
    assert store.rows() == (held.row,)
    assert store.rows()[0].ending == "unknown"
    assert spent_and_reserved(store, "", "2026-11") == (600, 0)
    assert spent_and_reserved(store, "user:42", "2026-11-21") == (600, 0)
    store.close()


def test_it_is_charged_and_written_once_however_often_one_starts(path: Path) -> None:
    left_open_by(DEAD, path, reservation("1", 600))
    for _ in range(3):
        store = SqliteStore.open(path, Stopped())
        assert len(store.rows()) == 1
        assert spent_and_reserved(store, "", "2026-11-21") == (600, 0)
        store.close()


def test_a_reservation_of_a_living_process_is_left_alone(path: Path) -> None:
    left_open_by(this_process(), path, reservation("1", 600))
    store = SqliteStore.open(path, Stopped())
    assert store.rows() == ()
    assert spent_and_reserved(store, "", "2026-11-21") == (0, 600)
    store.close()


def test_a_reservation_that_lapsed_is_charged_whoever_holds_it(path: Path) -> None:
    left_open_by(this_process(), path, msgspec.structs.replace(reservation("1", 600), lapses_at=NOON))
    store = SqliteStore.open(path, Stopped())
    assert [kept.ending for kept in store.rows()] == ["unknown"]
    store.close()


def test_of_another_machine_a_reservation_is_left_until_it_lapses(path: Path) -> None:
    left_open_by("elsewhere/1/1", path, reservation("1", 600))
    store = SqliteStore.open(path, Stopped())
    assert store.rows() == ()
    store.close()


def test_who_comes_back_after_all_writes_the_true_row(path: Path) -> None:
    held = reservation("1", 600)
    left_open_by(DEAD, path, held)
    store = SqliteStore.open(path, Stopped())
    true: LedgerRow = msgspec.structs.replace(held.row, ending="served", cost_pico=10)

    async def come_back() -> None:
        await store.settle("1", Money(10), NOON)
        await store.record(true)

    asyncio.run(come_back())
    assert store.rows() == (true,)
    assert spent_and_reserved(store, "", "2026-11-21") == (600, 0)
    store.close()


def test_a_reservation_is_kept_with_the_ledgers_of_day_and_month_of_all_it_concerns(store: SqliteStore) -> None:
    async def reserve() -> None:
        await store.reserve(reservation("1", 5, user="42", key="k"), NOON)

    asyncio.run(reserve())
    for holder in ("", "user:42", "key:k"):
        for period in ("2026-11", "2026-11-21"):
            assert spent_and_reserved(store, holder, period) == (0, 5)


def test_threads_with_loops_of_their_own_cannot_overspend(store: SqliteStore) -> None:
    cap = Cap("", "month", Money(1000))
    granted: list[None] = []

    async def reserve(thread: int) -> None:
        wanted = [store.reserve(reservation(f"{thread}-{n}", 30, cap), NOON) for n in range(25)]
        granted.extend([blocked for blocked in await asyncio.gather(*wanted) if blocked is None])

    threads = [threading.Thread(target=lambda n=n: asyncio.run(reserve(n))) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(granted) == 1000 // 30
    assert spent_and_reserved(store, "", "2026-11") == (0, 990)


SPENDER = """
import asyncio, sys
from pathlib import Path
from partimento.core.money import Money
from partimento.core.ports import Cap
from partimento.environment import SystemClock
from partimento.store.sqlite import SqliteStore
from partimento.testing.store_suite import NOON, reservation

store, name = SqliteStore.open(Path(sys.argv[1]), SystemClock()), sys.argv[2]

async def spend(n):
    held = reservation(f"{name}-{n}", 30, Cap("", "month", Money(5000)))
    if await store.reserve(held, NOON) is None:
        await store.settle(held.id, Money(20 if n % 2 else 30), NOON)
        return 20 if n % 2 else 30
    return 0

async def caller(numbers):
    return sum([await spend(n) for n in numbers])

async def all_of_it():
    input()
    numbers = iter(range(200))
    print(sum(await asyncio.gather(*(caller(numbers) for _ in range(4)))))

asyncio.run(all_of_it())
store.close()
"""


def test_processes_cannot_overspend_together(path: Path) -> None:
    children = [
        subprocess.Popen(
            [sys.executable, "-c", SPENDER, str(path), name], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for name in "ab"
    ]
    for child in children:
        assert child.stdin is not None
        child.stdin.write("go\n")
        child.stdin.flush()
    spent = sum(int(child.communicate()[0]) for child in children)
    store = SqliteStore.open(path, Stopped())
    assert 4800 < spent <= 5000
    assert spent_and_reserved(store, "", "2026-11") == (spent, 0)
    assert sum(kept.cost_pico for kept in store.rows(most=1000)) == spent
    store.close()


def test_caps_of_the_budgets_table_are_those_of_the_holders_asked(store: SqliteStore) -> None:
    store.tell("set_budget", "user:42", "day", 5)
    store.tell("set_budget", "user:42", "month", 50)
    store.tell("set_budget", "user:43", "day", 7)
    assert set(store.caps(["", "user:42"])) == {Cap("user:42", "day", Money(5)), Cap("user:42", "month", Money(50))}


def test_the_newest_rows_come_first_and_no_more_than_asked(store: SqliteStore) -> None:
    async def keep() -> None:
        await asyncio.gather(*(store.record(row(str(n), at=NOON + n)) for n in range(5)))

    asyncio.run(keep())
    assert [kept.id for kept in store.rows(NOON + 1, most=3)] == ["4", "3", "2"]
    assert [kept.id for kept in store.rows(NOON + 3)] == ["4", "3"]


def test_closing_twice_is_nothing(store: SqliteStore) -> None:
    store.close()
    store.close()


def test_opening_a_sound_database_leaves_its_bytes_alone(path: Path) -> None:
    SqliteStore.open(path, SystemClock()).close()
    before = path.read_bytes()
    SqliteStore.open(path, SystemClock()).close()
    assert path.read_bytes() == before
