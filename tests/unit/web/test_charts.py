"""The chart of days: shapes that say what the lines say."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as some

from partimento.ledger.report import UsageLine
from partimento.web.charts import (
    MONEY_HEIGHT,
    REQUESTS_HEIGHT,
    WIDTH,
    day_chart,
    requests,
    rounded_up,
    shares,
)


def days(*told: tuple[int, str, str]) -> list[UsageLine]:
    """Requests, spent and saved of days that follow one another, from Saturday, 21 November 2026 on."""
    first = date(2026, 11, 21)
    return [
        UsageLine(
            name=(first + timedelta(number)).isoformat(),
            requests=asked,
            cost_usd=Decimal(spent),
            saved_usd=Decimal(saved),
        )
        for number, (asked, spent, saved) in enumerate(told)
    ]


def test_what_was_saved_stands_on_what_was_spent() -> None:
    (column,) = day_chart(days((10, "0.25", "0.75"))).columns
    assert column.spent is not None
    assert column.saved is not None
    assert column.spent.height == MONEY_HEIGHT / 4
    assert column.spent.y + column.spent.height == MONEY_HEIGHT
    assert column.saved.y == 0
    assert column.saved.y + column.saved.height < column.spent.y


def test_a_day_says_all_of_it_in_words() -> None:
    (column,) = day_chart(days((1234, "0.25", "12"))).columns
    assert column.words == "Sat 21 Nov: 1,234 requests, spent $0.25, saved $12.00"
    assert requests(1) == "1 request"


def test_the_summary_names_the_days_that_stand_out() -> None:
    told = day_chart(days((1, "0", "2"), (9, "0", "1"), (2, "0.5", "0"))).summary
    assert told == (
        "From Sat 21 Nov to Mon 23 Nov: 12 requests, spent $0.50, saved $3.00. "
        "Most was asked on Sun 22 Nov (9 requests). Most was spent on Mon 23 Nov ($0.50). "
        "Most was saved on Sat 21 Nov ($2.00)."
    )


def test_days_of_nothing_have_no_bars_and_no_division_by_nothing() -> None:
    chart = day_chart(days((0, "0", "0"), (3, "0", "0")))
    assert not chart.has_money
    assert [column.spent or column.saved for column in chart.columns] == [None, None]
    assert chart.columns[0].asked is None
    assert chart.columns[1].asked is not None
    assert chart.columns[1].asked.height == REQUESTS_HEIGHT
    assert day_chart([]).columns == ()


def test_the_smallest_amount_can_be_seen_beside_the_largest() -> None:
    least = day_chart(days((1, "0.000001", "1000"), (100_000, "0", "0"))).columns[0]
    for bar in (least.spent, least.asked):
        assert bar is not None
        assert bar.height >= 2


@pytest.mark.parametrize(
    ("count", "marks"),
    [
        (7, ("Sat", "Sun", "Mon", "Tue", "Wed", "Thu", "Fri")),
        (30, ("21 Nov", "26 Nov", "1 Dec", "6 Dec", "11 Dec", "16 Dec")),
        (90, ("21 Nov", "6 Dec", "21 Dec", "5 Jan", "20 Jan", "4 Feb")),
    ],
)
def test_each_mark_stands_for_an_equal_part(count: int, marks: tuple[str, ...]) -> None:
    assert day_chart(days(*[(1, "0", "0")] * count)).marks == marks


@pytest.mark.parametrize(
    ("most", "marks"),
    [
        ("0.105", ("$0.12", "$0.06", "$0")), ("0.13", ("$0.150", "$0.075", "$0")), ("1", ("$1.00", "$0.50", "$0")),
        ("8123", ("$10,000.00", "$5,000.00", "$0")), ("0.0003", ("$0.00030", "$0.00015", "$0")),
    ],
)  # fmt: skip
def test_the_scale_has_as_many_digits_as_its_half_needs(most: str, marks: tuple[str, ...]) -> None:
    assert day_chart(days((1, most, "0"))).money_marks == marks


@given(some.decimals(Decimal("1e-12"), Decimal("1e9"), places=12))
def test_a_scale_is_never_below_its_amount_and_never_far_above(amount: Decimal) -> None:
    if amount > 0:
        assert amount <= rounded_up(amount) <= amount * Decimal("1.51")


_amounts = some.decimals(0, 1000, places=6)


@given(some.lists(some.tuples(some.integers(0, 10**6), _amounts, _amounts), min_size=1, max_size=90))
def test_no_bar_leaves_the_drawing_or_its_column(told: list[tuple[int, Decimal, Decimal]]) -> None:
    chart = day_chart(days(*((asked, str(spent), str(saved)) for asked, spent, saved in told)))
    assert len(chart.columns) == len(told)
    for column in chart.columns:
        for bar, height in (
            (column.spent, MONEY_HEIGHT), (column.saved, MONEY_HEIGHT), (column.asked, REQUESTS_HEIGHT),
        ):  # fmt: skip
            if bar is not None:
                assert column.x <= bar.x <= bar.x + bar.width <= column.x + column.width + 0.02
                assert 0 <= bar.y <= height
                assert bar.height >= 2
                assert bar.y + bar.height <= height + 2


def test_parts_fill_the_whole_bar_and_none_is_lost() -> None:
    found = shares((("a", Decimal(3), "x"), ("b", Decimal(0), "y"), ("c", Decimal("0.0001"), "z")))
    assert [part.name for part in found] == ["a", "c"]
    assert found[1].width >= WIDTH / 110
    assert sum(part.width for part in found) == pytest.approx(WIDTH)
    assert shares((("a", Decimal(0), "x"),)) == ()
