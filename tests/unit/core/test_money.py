from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partimento.core.model import Model, Price
from partimento.core.money import FREE, Money
from partimento.core.usage import Usage


def test_a_price_finer_than_a_micro_dollar_is_exact() -> None:
    assert Money.of("0.0000000375").usd == Decimal("0.0000000375")


@given(st.decimals(min_value=0, max_value=9_000_000, places=12))
def test_dollars_come_back_as_they_went_in(usd: Decimal) -> None:
    assert Money.of(usd).usd == usd


def test_what_is_finer_than_the_unit_is_rounded_up() -> None:
    assert Money.of("0.0000000000001") == Money(1)


def test_whole_dollars_print_without_an_exponent() -> None:
    assert str(Money.of(1_000_000)) == "$1000000"
    assert str(FREE) == "$0"


def test_a_call_costs_its_tokens_at_their_own_rates() -> None:
    from datetime import date

    price = Price(date(2024, 1, 1), Money.of("2.5"), Money.of(10), Money.of("1.25"), Money.of("0.001"))
    cost = price.of(Usage(input_tokens=1000, output_tokens=100, cached_tokens=400))
    assert cost.usd == Decimal("0.0015") + Decimal("0.0005") + Decimal("0.001") + Decimal("0.001")


@pytest.mark.parametrize(("day", "input_rate"), [("2024-06-01", "5"), ("2024-10-02", "2.5"), ("2026-01-01", "2.5")])
def test_a_request_is_priced_by_its_day(day: str, input_rate: str) -> None:
    from datetime import date

    model = Model(
        id="m", engine="e", tier="cloud", reach=10,
        prices=(Price(date(2024, 5, 13), Money.of(5)), Price(date(2024, 10, 2), Money.of("2.5"))),
    )  # fmt: skip
    assert model.cost(Usage(1_000_000), date.fromisoformat(day)) == Money.of(input_rate)


def test_before_its_first_known_price_that_one_counts() -> None:
    from datetime import date

    model = Model(id="m", engine="e", tier="cloud", reach=10, prices=(Price(date(2024, 5, 13), Money.of(5)),))
    assert model.cost(Usage(1_000_000), date(2023, 1, 1)) == Money.of(5)


def test_a_model_without_prices_is_free() -> None:
    from datetime import date

    model = Model(id="m", engine="e", tier="small", reach=10)
    assert model.cost(Usage(10), date(2023, 1, 1)) == FREE
