from hypothesis import given
from hypothesis import strategies as st

from partimento.core.money import Money
from partimento.core.ports import Blocked, Cap
from partimento.store.books import Total, blocking, day_of, holders_of, month_of, places_of, settled_row
from partimento.testing.store_suite import NOON, reservation, row

DAY = day_of(NOON)


def test_days_and_months_are_those_of_utc() -> None:
    assert day_of(NOON) == "2026-11-21"
    assert day_of(NOON + 12 * 3600 - 0.001) == "2026-11-21"
    assert day_of(NOON + 12 * 3600) == "2026-11-22"
    assert month_of("2026-11-21") == "2026-11"


def test_money_counts_for_everybody_the_user_the_key_and_whoever_a_cap_names() -> None:
    held = reservation("1", 5, Cap("user:42", "day", Money(9)), Cap("key:other", "day", Money(9)), user="42", key="k")
    assert holders_of(held) == ("", "user:42", "key:k", "key:other")
    assert holders_of(reservation("1", 5)) == ("",)


def test_a_holder_counts_by_day_and_by_month() -> None:
    assert places_of(("", "user:42"), "2026-11-21") == (
        ("", "2026-11-21"), ("", "2026-11"), ("user:42", "2026-11-21"), ("user:42", "2026-11"),
    )  # fmt: skip


def test_a_cap_may_be_filled_to_the_last_pico_dollar() -> None:
    cap, totals = Cap("", "day", Money(100)), {("", DAY): Total(40, 20)}
    assert blocking((cap,), totals, DAY, Money(40)) is None
    assert blocking((cap,), totals, DAY, Money(41)) == Blocked(cap, Money(40), Money(20))


def test_of_several_broken_caps_the_one_with_the_least_room_is_told() -> None:
    wide, narrow = Cap("", "month", Money(100)), Cap("user:42", "day", Money(50))
    assert blocking((wide, narrow), {}, DAY, Money(200)) == Blocked(narrow, Money(0), Money(0))


def test_a_cap_that_waiting_cannot_clear_is_told_before_one_that_it_can() -> None:
    waiting, hopeless = Cap("", "day", Money(100)), Cap("", "month", Money(100))
    totals = {("", DAY): Total(0, 100), ("", month_of(DAY)): Total(99, 0)}
    assert blocking((waiting, hopeless), totals, DAY, Money(10)) == Blocked(hopeless, Money(99), Money(0))


@given(st.lists(st.integers(0, 60), max_size=30), st.integers(0, 100))
def test_what_passes_never_adds_up_to_more_than_the_cap(amounts: list[int], limit: int) -> None:
    cap, total = Cap("", "day", Money(limit)), Total()
    for amount in amounts:
        if blocking((cap,), {("", DAY): total}, DAY, Money(amount)) is None:
            total = Total(total.spent, total.reserved + amount)
    assert total.reserved <= limit


def test_the_row_of_a_settlement_keeps_what_the_request_did_cost_before() -> None:
    told = settled_row(row("1", ending="failed", cost_pico=130), amount=100, spent=70)
    assert (told.ending, told.cost_pico) == ("unknown", 100)


def test_a_row_that_tells_no_cost_gets_that_of_the_settlement() -> None:
    assert settled_row(row("1", cost_pico=0), amount=100, spent=70).cost_pico == 70
