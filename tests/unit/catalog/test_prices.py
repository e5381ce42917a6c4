"""Exact money from rates, and whose price counts on which day."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from partimento.catalog.prices import ALWAYS, ListedBand, ListedPrice, continued, overridden
from partimento.core.model import Band, Model, Price
from partimento.core.money import Money
from partimento.core.usage import Usage

PRICE = Price(
    since=ALWAYS,
    input=Money.of(2),
    output=Money.of(10),
    cached_input=Money.of("0.2"),
    cache_write=Money.of("2.5"),
    audio_input=Money.of(6),
    request=Money.of("0.001"),
    bands=(
        Band(100, Money.of(4), Money.of(15), Money.of("0.4"), Money.of(5)),
        Band(200, Money.of(8), Money.of(30)),
    ),
)
FIXED = Money.of("0.001")


def on(day: int, rate: int) -> Price:
    return Price(date(2026, 1, day), Money.of(rate))


@pytest.mark.parametrize(
    ("usage", "dollars_per_million"),
    [
        (Usage(100, 10), 100 * 2 + 10 * 10),
        (Usage(100, 0, cached_tokens=40), 60 * 2 + Decimal("0.2") * 40),
        (Usage(100, 0, cache_write_tokens=40), 60 * 2 + Decimal("2.5") * 40),
        (Usage(100, 0, audio_tokens=50), 50 * 2 + 50 * 6),
        (Usage(100, 0, 10, cache_write_tokens=20, audio_tokens=30), 40 * 2 + 2 + 50 + 180),
        (Usage(101, 10), 101 * 4 + 10 * 15),
        (Usage(101, 0, cached_tokens=101), Decimal("0.4") * 101),
        (Usage(101, 0, audio_tokens=101), 101 * 4),
        (Usage(201, 10, cached_tokens=100), 201 * 8 + 10 * 30),
        (Usage(10, 0, cached_tokens=10, audio_tokens=10), 10 * Decimal("0.2") + 10 * 6),
    ],
    ids=str,
)
def test_each_kind_of_token_has_its_rate_and_a_long_input_its_own(usage: Usage, dollars_per_million: Decimal) -> None:
    assert PRICE.of(usage) == Money.of(Decimal(dollars_per_million) / 1_000_000) + FIXED


@pytest.mark.parametrize("tokens", [1, 100, 101, 200, 201, 1_000])
@pytest.mark.parametrize("kind", ["cached_tokens", "cache_write_tokens", "audio_tokens", "reasoning_tokens"])
def test_the_most_a_call_can_cost_is_no_less_than_what_any_use_of_it_costs(tokens: int, kind: str) -> None:
    most = PRICE.most(Usage(tokens, 50))
    for part in (0, tokens // 2, tokens):
        for used in (tokens, tokens // 2 + part // 2):
            assert PRICE.of(Usage(used, 50, **{kind: min(part, used)})) <= most


def test_characters_are_counted_beside_tokens() -> None:
    price = Price(ALWAYS, characters=Money.of(15))
    assert price.of(Usage(characters=1_000)) == price.most(Usage(characters=1_000)) == Money.of("0.015")


def test_the_price_in_force_does_not_hang_on_the_order_of_the_list() -> None:
    model = Model("m", "e", "cloud", 5, prices=(on(20, 3), on(1, 1), on(10, 2)))
    for day, rate in ((1, 1), (9, 1), (10, 2), (19, 2), (20, 3), (31, 3)):
        price = model.price_on(date(2026, 1, day))
        assert price is not None
        assert price.input == Money.of(rate)
    first = model.price_on(date(2020, 1, 1))
    assert first is not None
    assert first.input == Money.of(1)


def test_from_his_first_day_on_the_owner_s_prices_alone_count() -> None:
    listed, own = (on(1, 1), on(10, 2), on(20, 3)), (on(25, 9), on(15, 8))
    assert overridden(listed, own) == (on(1, 1), on(10, 2), on(15, 8), on(25, 9))
    assert overridden(listed, ()) == listed


def test_an_undated_price_goes_on_from_the_last_day_of_the_history() -> None:
    rows = (ListedPrice(input=Decimal(5)), ListedPrice(since=date(2026, 1, 20), input=Decimal(7)))
    prices = continued((on(1, 1), on(10, 2)), rows, "the list")
    assert [(price.since.day, price.input) for price in prices] == [
        (1, Money.of(1)),
        (10, Money.of(5)),
        (20, Money.of(7)),
    ]
    assert [price.source for price in prices] == ["", "the list", "the list"]
    assert [price.since for price in continued((), rows, "")] == [ALWAYS, date(2026, 1, 20)]


def test_bands_go_upwards_however_they_are_listed() -> None:
    row = ListedPrice(input=Decimal(1), bands=(ListedBand(above=20), ListedBand(above=10, input=Decimal("0.5"))))
    assert [band.above for band in row.price().bands] == [10, 20]
