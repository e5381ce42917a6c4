"""What any store must do, as clauses to run on it. Knows the Memory, Ledger and Flights ports; leaves files and crashes
to the tests of each store.

    @pytest.mark.parametrize("clause", store_suite.CLAUSES, ids=lambda clause: clause.__name__)
    def test_my_store(clause): asyncio.run(clause(MyStore()))
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

import msgspec

from partimento.core.errors import StoreError
from partimento.core.money import Money
from partimento.core.ports import Blocked, CacheEntry, Cap, Flights, Ledger, LedgerRow, Memory, MemoryItem, Reservation

NOON = 1_795_262_400.0  # 2026-11-21 12:00 UTC
DAY = 86_400.0
PRINT = bytes(range(32))


class Store(Memory, Ledger, Flights, Protocol):
    """The ports, and a way to see the rows."""

    def rows(self, since: float = 0.0, most: int = 100) -> tuple[LedgerRow, ...]: ...


Clause = Callable[[Store], Awaitable[None]]


def row(name: str, **changed: Any) -> LedgerRow:
    """A ledger row of a request that rules served for nothing."""
    plain = LedgerRow(
        id=name, at=NOON, task="progression", endpoint="", user="", key="", model="rules", engine="rules", tier="rules",
        provider="rules", selection_mode="auto", complexity=4, ending="served", input_tokens=0, output_tokens=0,
        cost_pico=0, saved_pico=0, latency_ms=1.5,
    )  # fmt: skip
    return msgspec.structs.replace(plain, **changed)


def item(name: str, value: bytes = b'{"chords":["Dm7","G7","Cmaj7"]}') -> MemoryItem:
    """A memory item of that id."""
    return MemoryItem(
        id=name, task="progression", task_version=1, value=value, prompt="a cadence", options=b"{}", model="rules",
        engine="rules", tier="rules", provider="rules", input_tokens=3, output_tokens=9, cost_pico=7, latency_ms=1.5,
        created_at=NOON, claims="5,1,0",
    )  # fmt: skip


def reservation(name: str, pico: int, *caps: Cap, **changed: Any) -> Reservation:
    """Money put aside for a paid call; `changed` are fields of its row."""
    paid: dict[str, Any] = {"model": "gpt-4o", "engine": "openai", "tier": "cloud", "ending": "unknown"}
    unknown = row(f"row of {name}", cost_pico=pico, **(paid | changed))
    return Reservation(id=name, row=unknown, amount=Money(pico), caps=caps, lapses_at=NOON + 3600)


async def an_item_is_found_by_its_fingerprint(store: Store) -> None:
    await store.record(row("1", memory_id="a"), item("a"), CacheEntry(PRINT, "", "a", None))
    found = await store.look_up(PRINT, "", NOON)
    assert found is not None
    assert (found.memory_id, found.value, found.model, found.cost_pico) == ("a", item("a").value, "rules", 7)
    assert (found.input_tokens, found.output_tokens) == (3, 9)


async def an_unknown_fingerprint_finds_nothing(store: Store) -> None:
    assert (await store.look_up(PRINT, "", NOON)) is None


async def an_answer_stays_within_its_scope(store: Store) -> None:
    await store.record(row("1"), item("a"), CacheEntry(PRINT, "user:42", "a", None))
    assert (await store.look_up(PRINT, "", NOON)) is None
    assert (await store.look_up(PRINT, "user:43", NOON)) is None
    assert (await store.look_up(PRINT, "user:42", NOON)) is not None


async def a_stale_entry_is_never_served(store: Store) -> None:
    await store.record(row("1"), item("a"), CacheEntry(PRINT, "", "a", NOON + 10))
    assert (await store.look_up(PRINT, "", NOON + 9.999)) is not None
    assert (await store.look_up(PRINT, "", NOON + 10)) is None


async def the_newest_answer_is_served(store: Store) -> None:
    await store.record(row("1"), item("a", b"1"), CacheEntry(PRINT, "", "a", NOON + 10))
    await store.record(row("2"), item("b", b"2"), CacheEntry(PRINT, "", "b", None))
    found = await store.look_up(PRINT, "", NOON + 20)
    assert found is not None
    assert found.value == b"2"


async def an_item_never_changes(store: Store) -> None:
    await store.record(row("1"), item("a", b"first"), CacheEntry(PRINT, "", "a", None))
    await store.record(row("2"), item("a", b"second"), CacheEntry(PRINT, "", "a", None))
    found = await store.look_up(PRINT, "", NOON)
    assert found is not None
    assert found.value == b"first"


async def an_entry_may_lead_to_an_item_kept_before(store: Store) -> None:
    await store.record(row("1"), item("a"))
    await store.record(row("2"), None, CacheEntry(PRINT, "", "a", None))
    assert (await store.look_up(PRINT, "", NOON)) is not None


async def a_row_comes_back_as_it_went_in(store: Store) -> None:
    full = row(
        "1", endpoint="shop.views", user="42", key="k", ending="failed", error="EngineFault: cut",
        attempts=b'[{"a":1}]', saved_pico=9_000_000_000_000_000, memory_id="a", genre="gospel", saved_by="flight",
        decision="small: 0.91",
    )  # fmt: skip
    await store.record(full)
    assert store.rows() == (full,)


async def a_row_is_written_once(store: Store) -> None:
    await store.record(row("1", latency_ms=1.0))
    await store.record(row("1", latency_ms=2.0))
    assert [kept.latency_ms for kept in store.rows()] == [1.0]


async def an_unknown_ending_gives_way_to_the_true_one(store: Store) -> None:
    await store.record(row("1", ending="unknown"))
    await store.record(row("1", ending="served"))
    await store.record(row("1", ending="failed"))
    assert [kept.ending for kept in store.rows()] == ["served"]


async def a_true_ending_brings_all_that_is_known_by_then(store: Store) -> None:
    known = row("1", genre="jazz", saved_by="local", saved_pico=5, decision="cloud", input_tokens=7, memory_id="a")
    await store.record(row("1", ending="unknown", cost_pico=3))
    await store.record(known)
    assert store.rows() == (known,)


async def many_rows_at_once_are_all_written(store: Store) -> None:
    await asyncio.gather(*(store.record(row(f"{n:04}")) for n in range(500)))
    assert {kept.id for kept in store.rows(most=1000)} == {f"{n:04}" for n in range(500)}


async def a_write_that_fails_fails_alone(store: Store) -> None:
    writes = [store.record(row(f"good {n}"), item(f"i{n}")) for n in range(5)]
    bad = store.record(row("bad"), item("i-bad"), CacheEntry(PRINT, "", "no such item", None))
    writes += [store.record(row(f"good {n}")) for n in range(5, 10)]
    outcomes = await asyncio.gather(*writes, bad, return_exceptions=True)
    assert [outcome for outcome in outcomes[:-1] if outcome is not None] == []
    assert isinstance(outcomes[-1], StoreError)
    assert {kept.id for kept in store.rows()} == {f"good {n}" for n in range(10)}
    assert (await store.look_up(PRINT, "", NOON)) is None


async def cancelling_the_wait_does_not_undo_the_write(store: Store) -> None:
    async def write() -> None:
        await store.record(row("1"))

    writing = asyncio.create_task(write())
    await asyncio.sleep(0)
    writing.cancel()
    await asyncio.gather(writing, return_exceptions=True)
    await store.record(row("2"))
    assert {kept.id for kept in store.rows()} == {"1", "2"}


async def a_write_is_queued_by_the_call_itself(store: Store) -> None:
    forgotten = store.record(row("1"))
    await store.record(row("2"))
    assert {kept.id for kept in store.rows()} == {"1", "2"}
    await forgotten


async def a_cap_holds_what_is_spent_and_reserved(store: Store) -> None:
    cap = Cap("", "month", Money(100))
    assert await store.reserve(reservation("1", 60, cap), NOON) is None
    await store.settle("1", Money(50), NOON)
    assert await store.reserve(reservation("2", 30, cap), NOON) is None
    assert await store.reserve(reservation("3", 30, cap), NOON) == Blocked(cap, Money(50), Money(30))
    assert await store.reserve(reservation("4", 20, cap), NOON) is None


async def what_is_blocked_leaves_nothing_behind(store: Store) -> None:
    wide, narrow = Cap("", "month", Money(100)), Cap("user:42", "day", Money(10))
    assert await store.reserve(reservation("1", 50, wide, narrow, user="42"), NOON) == Blocked(
        narrow, Money(0), Money(0)
    )
    assert await store.reserve(reservation("2", 100, wide), NOON) is None


async def the_cap_that_no_settlement_clears_is_named(store: Store) -> None:
    month, day = Cap("", "month", Money(100)), Cap("", "day", Money(90))
    await store.reserve(reservation("1", 30), NOON - DAY)
    await store.settle("1", Money(30), NOON)
    await store.reserve(reservation("2", 50), NOON)
    blocked = await store.reserve(reservation("3", 80, day, month), NOON)
    assert blocked == Blocked(month, Money(30), Money(50))
    assert not blocked.may_clear(Money(80))


async def a_new_day_and_a_new_month_start_from_nothing(store: Store) -> None:
    day, month = Cap("", "day", Money(100)), Cap("", "month", Money(150))
    for turn, later in enumerate((0.0, DAY, 10 * DAY)):
        blocked = await store.reserve(reservation(str(turn), 100, day, month), NOON + later)
        assert (blocked is None) == (turn != 1)
        await store.settle(str(turn), Money(100), NOON + later)
    assert await store.reserve(reservation("again", 1, day), NOON + 10 * DAY) is not None


async def a_cap_on_one_holder_leaves_others_alone(store: Store) -> None:
    his = Cap("user:42", "day", Money(10))
    assert await store.reserve(reservation("1", 10, his, user="42"), NOON) is None
    assert await store.reserve(reservation("2", 10, his, user="42"), NOON) is not None
    assert await store.reserve(reservation("3", 10, Cap("user:43", "day", Money(10)), user="43"), NOON) is None
    assert await store.reserve(reservation("4", 10, Cap("key:42", "day", Money(10)), key="42"), NOON) is None


async def money_spent_before_a_cap_was_set_counts(store: Store) -> None:
    await store.reserve(reservation("1", 10, user="42", key="k"), NOON)
    await store.settle("1", Money(10), NOON)
    for late in (Cap("user:42", "day", Money(15)), Cap("key:k", "month", Money(15)), Cap("", "month", Money(15))):
        blocked = await store.reserve(reservation(f"2 {late.holder}", 10, late, user="42", key="k"), NOON)
        assert blocked == Blocked(late, Money(10), Money(0))


async def what_it_cost_beyond_the_reservation_is_booked(store: Store) -> None:
    cap = Cap("", "day", Money(100))
    await store.reserve(reservation("1", 60, cap), NOON)
    await store.settle("1", Money(130), NOON)
    assert await store.reserve(reservation("2", 1, cap), NOON) == Blocked(cap, Money(130), Money(0))


async def settling_twice_changes_nothing(store: Store) -> None:
    cap = Cap("", "day", Money(100))
    await store.reserve(reservation("1", 60, cap), NOON)
    await store.settle("1", Money(40), NOON)
    await store.settle("1", Money(40), NOON)
    await store.settle("never reserved", Money(40), NOON)
    assert await store.reserve(reservation("2", 61, cap), NOON) == Blocked(cap, Money(40), Money(0))


async def a_settlement_counts_where_it_was_reserved(store: Store) -> None:
    cap = Cap("", "day", Money(100))
    await store.reserve(reservation("1", 100, cap), NOON)
    await store.settle("1", Money(100), NOON + DAY)
    assert await store.reserve(reservation("2", 100, cap), NOON + DAY) is None
    assert await store.reserve(reservation("3", 1, cap), NOON) == Blocked(cap, Money(100), Money(0))


async def free_rows_spend_nothing(store: Store) -> None:
    await store.record(row("1", saved_pico=50))
    assert await store.reserve(reservation("1", 100, Cap("", "day", Money(100))), NOON) is None


async def what_was_paid_is_in_the_ledger_before_the_request_ends(store: Store) -> None:
    held = reservation("1", 60)
    await store.reserve(held, NOON)
    assert store.rows() == ()
    await store.settle("1", Money(40), NOON)
    assert store.rows() == (msgspec.structs.replace(held.row, cost_pico=40),)
    await store.record(msgspec.structs.replace(held.row, ending="served", cost_pico=40))
    assert [kept.ending for kept in store.rows()] == ["served"]


async def two_hundred_at_once_cannot_overspend(store: Store) -> None:
    cap = Cap("", "month", Money(1000))
    wanted = [store.reserve(reservation(str(n), 70, cap), NOON) for n in range(200)]
    granted = [n for n, blocked in enumerate(await asyncio.gather(*wanted)) if blocked is None]
    assert len(granted) == 1000 // 70


async def a_settlement_wakes_who_waits_for_one(store: Store) -> None:
    await store.reserve(reservation("1", 10), NOON)
    waiting = asyncio.ensure_future(store.settled(30.0))
    await store.settle("1", Money(1), NOON)
    await asyncio.wait_for(waiting, 20.0)


async def a_wait_for_a_settlement_ends_by_itself(store: Store) -> None:
    await asyncio.wait_for(store.settled(0.01), 20.0)


async def what_lapsed_stands_in_nobodys_way(store: Store) -> None:
    cap = Cap("", "day", Money(100))
    held = msgspec.structs.replace(reservation("1", 60, cap), lapses_at=NOON + 10)
    await store.reserve(held, NOON)
    assert await store.reserve(reservation("2", 60, cap), NOON + 10) == Blocked(cap, Money(60), Money(0))
    assert store.rows() == (held.row,)
    assert await store.reserve(reservation("3", 40, cap), NOON + 10) is None


async def a_flight_is_one_callers_until_it_lands(store: Store) -> None:
    assert await store.take_off(b"f", NOON, NOON + 60)
    assert not await store.take_off(b"f", NOON, NOON + 60)
    assert await store.take_off(b"g", NOON, NOON + 60)
    await store.land(b"f")
    assert await store.take_off(b"f", NOON, NOON + 60)


async def a_flight_that_lapsed_counts_for_nothing(store: Store) -> None:
    assert await store.take_off(b"f", NOON, NOON + 60)
    assert not await store.take_off(b"f", NOON + 59.9, NOON + 120)
    assert await store.take_off(b"f", NOON + 60, NOON + 120)


async def of_many_at_once_one_takes_off(store: Store) -> None:
    granted = await asyncio.gather(*(store.take_off(b"f", NOON, NOON + 60 + n) for n in range(50)))
    assert granted.count(True) == 1


async def landing_what_never_took_off_is_nothing(store: Store) -> None:
    await store.land(b"f")
    assert await store.take_off(b"f", NOON, NOON + 60)
    await store.land(b"f")
    await store.land(b"f")
    assert await store.take_off(b"f", NOON, NOON + 60)


async def who_stops_waiting_for_his_turn_holds_no_flight(store: Store) -> None:
    async def ask() -> bool:
        return await store.take_off(b"f", NOON, NOON + 3600)

    asking = asyncio.create_task(ask())
    await asyncio.sleep(0)
    if asking.cancel():
        await asyncio.gather(asking, return_exceptions=True)
        assert await store.take_off(b"f", NOON, NOON + 60)


CLAUSES: tuple[Clause, ...] = (
    an_item_is_found_by_its_fingerprint,
    an_unknown_fingerprint_finds_nothing,
    an_answer_stays_within_its_scope,
    a_stale_entry_is_never_served,
    the_newest_answer_is_served,
    an_item_never_changes,
    an_entry_may_lead_to_an_item_kept_before,
    a_row_comes_back_as_it_went_in,
    a_row_is_written_once,
    an_unknown_ending_gives_way_to_the_true_one,
    a_true_ending_brings_all_that_is_known_by_then,
    many_rows_at_once_are_all_written,
    a_write_that_fails_fails_alone,
    cancelling_the_wait_does_not_undo_the_write,
    a_write_is_queued_by_the_call_itself,
    a_cap_holds_what_is_spent_and_reserved,
    what_is_blocked_leaves_nothing_behind,
    the_cap_that_no_settlement_clears_is_named,
    a_new_day_and_a_new_month_start_from_nothing,
    a_cap_on_one_holder_leaves_others_alone,
    money_spent_before_a_cap_was_set_counts,
    what_it_cost_beyond_the_reservation_is_booked,
    settling_twice_changes_nothing,
    a_settlement_counts_where_it_was_reserved,
    free_rows_spend_nothing,
    what_was_paid_is_in_the_ledger_before_the_request_ends,
    two_hundred_at_once_cannot_overspend,
    a_settlement_wakes_who_waits_for_one,
    a_wait_for_a_settlement_ends_by_itself,
    what_lapsed_stands_in_nobodys_way,
    a_flight_is_one_callers_until_it_lands,
    a_flight_that_lapsed_counts_for_nothing,
    of_many_at_once_one_takes_off,
    landing_what_never_took_off_is_nothing,
    who_stops_waiting_for_his_turn_holds_no_flight,
)
