"""What the contract suite cannot see, on every database: other processes, and processes that died."""

import asyncio
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

import msgspec
import pytest

from databases import Place
from partimento.core.money import Money
from partimento.core.ports import Blocked, CacheEntry, Cap, LedgerRow, Reservation
from partimento.store.database import Session
from partimento.store.opening import database_at, open_store
from partimento.store.owner import may_live, this_process
from partimento.store.store import Store, sweep
from partimento.store.writer import Writer
from partimento.testing.store_suite import NOON, PRINT, item, reservation, row

DEAD = "/".join((this_process().split("/")[0], "1", "before the flood"))


class Stopped:
    """A clock that stands at noon."""

    def now(self) -> float:
        return NOON

    def monotonic(self) -> float:
        return 0.0


@pytest.fixture
def store(place: Place) -> Iterator[Store]:
    opened = open_store(place, Stopped())
    yield opened
    opened.close()


def left_open_by(owner: str, place: Place, held: Reservation) -> None:
    """A process reserved, and ended without a word."""
    store = open_store(place, Stopped(), owner=owner)

    async def reserve() -> None:
        assert await store.reserve(held, NOON) is None

    asyncio.run(reserve())
    store.close()


def spent_and_reserved(store: Store, holder: str, period: str) -> tuple[int, int]:
    ((spent, reserved),) = store.ask("total_of", holder, period)
    return spent, reserved


def test_what_was_kept_is_there_after_opening_again(store: Store, place: Place) -> None:
    async def keep() -> None:
        await store.record(row("1"), item("a"), CacheEntry(PRINT, "", "a", None))

    asyncio.run(keep())
    store.close()
    again = open_store(place, Stopped())
    assert asyncio.run(again.look_up(PRINT, "", NOON)) is not None
    assert again.rows() == (row("1"),)
    again.close()


def test_what_another_process_committed_is_seen_at_once(store: Store, place: Place) -> None:
    assert asyncio.run(store.look_up(PRINT, "", NOON)) is None
    program = (
        "import asyncio, sys\n"
        "from partimento.core.ports import CacheEntry; from partimento.environment import SystemClock\n"
        "from partimento.store.opening import open_store; from partimento.testing.store_suite import PRINT, item, row\n"
        "store = open_store(sys.argv[1], SystemClock())\n"
        "async def keep(): await store.record(row('1'), item('a'), CacheEntry(PRINT, '', 'a', None))\n"
        "asyncio.run(keep()); store.close()"
    )
    subprocess.run([sys.executable, "-c", program, str(place)], check=True)
    assert asyncio.run(store.look_up(PRINT, "", NOON)) is not None


def test_every_thread_reads_what_is_committed(store: Store) -> None:
    async def keep() -> None:
        await store.record(row("1"), item("a"), CacheEntry(PRINT, "", "a", None))

    asyncio.run(keep())
    found: list[object] = []
    threads = [
        threading.Thread(target=lambda: found.append(asyncio.run(store.look_up(PRINT, "", NOON)))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert None not in found


def test_a_reservation_of_a_dead_process_is_charged_in_full_at_the_next_start(place: Place) -> None:
    held = reservation("1", 600, user="42")
    left_open_by(DEAD, place, held)
    store = open_store(place, Stopped())
    assert store.rows() == (held.row,)
    assert store.rows()[0].ending == "unknown"
    assert spent_and_reserved(store, "", "2026-11") == (600, 0)
    assert spent_and_reserved(store, "user:42", "2026-11-21") == (600, 0)
    store.close()


def test_it_is_charged_and_written_once_however_often_one_starts(place: Place) -> None:
    left_open_by(DEAD, place, reservation("1", 600))
    for _ in range(3):
        store = open_store(place, Stopped())
        assert len(store.rows()) == 1
        assert spent_and_reserved(store, "", "2026-11-21") == (600, 0)
        store.close()


def test_a_reservation_of_a_living_process_is_left_alone(place: Place) -> None:
    left_open_by(this_process(), place, reservation("1", 600))
    store = open_store(place, Stopped())
    assert store.rows() == ()
    assert spent_and_reserved(store, "", "2026-11-21") == (0, 600)
    store.close()


def test_a_reservation_that_lapsed_is_charged_whoever_holds_it(place: Place) -> None:
    left_open_by(this_process(), place, msgspec.structs.replace(reservation("1", 600), lapses_at=NOON))
    store = open_store(place, Stopped())
    assert [kept.ending for kept in store.rows()] == ["unknown"]
    store.close()


def test_of_another_machine_a_reservation_is_left_until_it_lapses(place: Place) -> None:
    left_open_by("elsewhere/1/1", place, reservation("1", 600))
    store = open_store(place, Stopped())
    assert store.rows() == ()
    store.close()


def test_who_comes_back_after_all_writes_the_true_row(place: Place) -> None:
    held = reservation("1", 600)
    left_open_by(DEAD, place, held)
    store = open_store(place, Stopped())
    true: LedgerRow = msgspec.structs.replace(held.row, ending="served", cost_pico=10)

    async def come_back() -> None:
        await store.settle("1", Money(10), NOON)
        await store.record(true)

    asyncio.run(come_back())
    assert store.rows() == (true,)
    assert spent_and_reserved(store, "", "2026-11-21") == (600, 0)
    store.close()


def test_a_reservation_is_kept_with_the_ledgers_of_day_and_month_of_all_it_concerns(store: Store) -> None:
    async def reserve() -> None:
        await store.reserve(reservation("1", 5, user="42", key="k"), NOON)

    asyncio.run(reserve())
    for holder in ("", "user:42", "key:k"):
        for period in ("2026-11", "2026-11-21"):
            assert spent_and_reserved(store, holder, period) == (0, 5)


def test_threads_with_loops_of_their_own_cannot_overspend(store: Store) -> None:
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
from partimento.core.money import Money
from partimento.core.ports import Cap
from partimento.store.opening import open_store
from partimento.testing.clock import FrozenClock
from partimento.testing.store_suite import NOON, reservation

store, name = open_store(sys.argv[1], FrozenClock(NOON)), sys.argv[2]

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


def test_processes_cannot_overspend_together(place: Place) -> None:
    children = [
        subprocess.Popen(
            [sys.executable, "-c", SPENDER, str(place), name], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for name in "ab"
    ]
    for child in children:
        assert child.stdin is not None
        child.stdin.write("go\n")
        child.stdin.flush()
    spent = sum(int(child.communicate()[0]) for child in children)
    store = open_store(place, Stopped())
    assert 4800 < spent <= 5000
    assert spent_and_reserved(store, "", "2026-11") == (spent, 0)
    assert sum(kept.cost_pico for kept in store.rows(most=1000)) == spent
    store.close()


def test_caps_of_the_budgets_table_are_those_of_the_holders_asked(store: Store) -> None:
    store.tell("set_budget", "user:42", "day", 5)
    store.tell("set_budget", "user:42", "month", 50)
    store.tell("set_budget", "user:43", "day", 7)
    assert set(asyncio.run(store.caps(["", "user:42"]))) == {
        Cap("user:42", "day", Money(5)),
        Cap("user:42", "month", Money(50)),
    }


def test_the_newest_rows_come_first_and_no_more_than_asked(store: Store) -> None:
    async def keep() -> None:
        await asyncio.gather(*(store.record(row(str(n), at=NOON + n)) for n in range(5)))

    asyncio.run(keep())
    assert [kept.id for kept in store.rows(NOON + 1, most=3)] == ["4", "3", "2"]
    assert [kept.id for kept in store.rows(NOON + 3)] == ["4", "3"]


def test_closing_twice_is_nothing(store: Store) -> None:
    store.close()
    store.close()


def test_a_statement_that_is_told_says_how_many_rows_it_changed(store: Store) -> None:
    store.tell("set_budget", "user:42", "day", 5)
    assert store.tell("remove_budget", "user:42", "month") == 0
    assert store.tell("remove_budget", "user:42", "day") == 1


def test_work_that_fails_leaves_nothing_and_the_next_succeeds(store: Store) -> None:
    def work(db: Session) -> None:
        db.execute("set_budget", ("user:42", "day", 5))
        raise LookupError("mine")

    with pytest.raises(LookupError):
        store.write(work)
    assert store.ask("list_budgets") == []
    assert store.write(lambda db: db.execute("list_budgets").fetchall()) == []


def test_a_question_may_be_asked_from_a_coroutine(store: Store) -> None:
    store.tell("set_budget", "user:42", "day", 5)
    assert asyncio.run(store.read("budgets_of", "user:42")) == [("user:42", "day", 5)]


def test_text_with_a_nul_is_kept_as_far_as_the_database_can(store: Store) -> None:
    async def keep() -> None:
        await store.record(row("1", error="cut\0here"))

    asyncio.run(keep())
    assert store.rows()[0].error in ("cut\0here", "cut\N{REPLACEMENT CHARACTER}here")


def test_the_flight_of_a_dead_process_counts_for_nothing(place: Place) -> None:
    async def take_off(store: Store) -> bool:
        return await store.take_off(b"f", NOON, NOON + 3600)

    dead, living, third = (open_store(place, Stopped(), owner=owner) for owner in (DEAD, None, None))
    assert asyncio.run(take_off(dead))
    assert asyncio.run(take_off(living))
    assert not asyncio.run(take_off(third))
    for store in (dead, living, third):
        store.close()


def test_who_comes_back_late_cannot_land_anothers_flight(place: Place) -> None:
    one, other, third = (open_store(place, Stopped()) for _ in range(3))

    async def fly() -> None:
        assert await one.take_off(b"f", NOON, NOON + 1)
        assert await other.take_off(b"f", NOON + 2, NOON + 60)
        await one.land(b"f")
        assert not await third.take_off(b"f", NOON + 3, NOON + 60)

    asyncio.run(fly())
    for store in (one, other, third):
        store.close()


def test_what_a_dead_process_holds_stands_in_nobodys_way(place: Place) -> None:
    cap = Cap("", "day", Money(100))
    store, dead = open_store(place, Stopped()), open_store(place, Stopped(), owner=DEAD)

    async def reserve() -> None:
        assert await dead.reserve(reservation("1", 60, cap), NOON) is None
        assert await store.reserve(reservation("2", 60, cap), NOON) == Blocked(cap, Money(60), Money(0))

    asyncio.run(reserve())
    assert [kept.ending for kept in store.rows()] == ["unknown"]
    store.close()
    dead.close()


def test_the_writer_looks_for_what_dead_processes_left_while_nobody_asks(place: Place) -> None:
    database = database_at(place)
    store, dead = open_store(place, Stopped()), open_store(place, Stopped(), owner=DEAD)

    async def leave() -> None:
        await dead.reserve(reservation("1", 60), NOON)
        await dead.take_off(b"f", NOON, NOON + 3600)

    asyncio.run(leave())
    dead.close()
    writer = Writer(database, database.connect(), lambda db: sweep(db, NOON, may_live), chore_s=0.01)
    while store.ask("open_reservations") or store.ask("flights"):
        time.sleep(0.005)
    writer.close()
    assert [kept.ending for kept in store.rows()] == ["unknown"]
    assert spent_and_reserved(store, "", "2026-11-21") == (60, 0)
    database.close()
    store.close()
