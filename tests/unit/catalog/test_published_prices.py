"""A published price list is read, checked, and goes on from the one before it."""

from __future__ import annotations

import json
import zlib
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from partimento.catalog import price_list
from partimento.catalog.price_list import FILE_NAME, PriceList, in_force, listed, packed, refreshed, unpacked
from partimento.catalog.prices import ListedBand, ListedPrice
from partimento.catalog.published_prices import continued, read
from partimento.core.errors import BadInput

DAY, LATER = date(2026, 11, 1), date(2026, 12, 1)
PLAIN = {"input_mtok": 1, "output_mtok": 2.5}


def published(**openai: Any) -> bytes:
    def models(prices: dict[str, Any]) -> list[dict[str, Any]]:
        return [{"id": name, "match": {"equals": name}, "prices": price} for name, price in prices.items()]

    others = {"anthropic": {"claude": PLAIN}, "google": {"gemini": PLAIN}}
    return json.dumps([{"id": v, "models": models(p)} for v, p in {"openai": openai, **others}.items()]).encode()


def reading(day: date = DAY, **openai: Any) -> PriceList:
    return read(published(**openai), "a test", day)


def rows(prices: PriceList, name: str) -> tuple[ListedPrice, ...]:
    return listed(prices.listings("openai"), name)


def inputs(prices: PriceList, name: str = "m") -> list[tuple[date | None, float]]:
    return [(row.since, float(row.input)) for row in rows(prices, name)]


def test_every_rate_that_counts_here_is_read_exactly() -> None:
    rates = {
        "input_mtok": 0.1,
        "output_mtok": 0.5,
        "cache_read_mtok": 0.01,
        "cache_write_mtok": 0.125,
        "input_audio_mtok": 0.3,
        "requests_kcount": 12,
        "output_image_mtok": 30,
    }
    (row,) = rows(reading(m=rates), "m")
    assert (row.input, row.output, row.cached_input) == (Decimal("0.1"), Decimal("0.5"), Decimal("0.01"))
    assert (row.cache_write, row.audio_input, row.request) == (Decimal("0.125"), Decimal("0.3"), Decimal("0.012"))


def test_steps_become_bands_that_hold_for_the_whole_call() -> None:
    steps = {
        "input_mtok": {"base": 1, "tiers": [{"start": 200, "price": 2}, {"start": 100, "price": 1.5}]},
        "output_mtok": 5,
        "cache_read_mtok": {"base": 0.1, "tiers": [{"start": 200, "price": 0.2}]},
    }
    (row,) = rows(reading(m=steps), "m")
    assert row.bands == (
        ListedBand(above=100, input=Decimal("1.5"), output=Decimal(5), cached_input=Decimal("0.1")),
        ListedBand(above=200, input=Decimal(2), output=Decimal(5), cached_input=Decimal("0.2")),
    )


def test_voices_have_a_price_by_the_character_and_what_has_no_rate_we_know_is_left_out() -> None:
    prices = reading(voice={"input_mchars": 15}, hours={"audio_hours": 3}, nothing={})
    assert rows(prices, "voice")[0].characters == 15
    assert not rows(prices, "hours")
    assert not rows(prices, "nothing")


def test_prices_with_days_come_in_order_and_hours_count_as_the_dearest() -> None:
    dated = [
        {"prices": {"input_mtok": 1}},
        {"constraint": {"start_date": "2027-01-01"}, "prices": {"input_mtok": 4}},
        {"constraint": {"start_date": "2026-06-01"}, "prices": {"input_mtok": 2}},
    ]
    assert inputs(reading(m=dated)) == [(None, 1), (date(2026, 6, 1), 2), (date(2027, 1, 1), 4)]
    hourly = [
        *dated[:1],
        {"constraint": {"start_time": "01:00:00Z", "end_time": "04:00:00Z"}, "prices": {"input_mtok": 3}},
    ]
    assert inputs(reading(m=hourly)) == [(None, 3)]


def test_a_model_is_found_by_other_names_and_with_a_date_at_its_end() -> None:
    text = json.loads(published(m=PLAIN))
    text[0]["models"][0]["match"] = {"or": [{"equals": "other"}, {"starts_with": "m-"}]}
    prices = read(json.dumps(text).encode(), "a test", DAY)
    for name in ("m", "other", "m-2026-01-31", "m-20260131", "m-latest"):
        assert rows(prices, name), name
    assert not rows(prices, "m-mini")
    assert not listed(prices.listings("nobody"), "m")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (b"", "truncated"),
        (b"<html>", "malformed"),
        (b"{}", "array"),
        (b"[]", "openai"),
        (json.dumps(json.loads(published(m=PLAIN))[:2]).encode(), "google"),
        (published(m={"input_mtok": -1}), "-1"),
        (published(m={"input_mtok": 1e12}), "no price"),
        (published(m={"input_mtok": "NaN"}), "no price"),
        (published(m={"input_mtok": "cheap"}), "decimal"),
        (published(m=[{"constraint": {"start_date": "soon"}, "prices": PLAIN}]), "date"),
    ],
)
def test_what_is_no_price_list_is_refused_with_the_reason(text: bytes, says: str) -> None:
    with pytest.raises(BadInput) as caught:
        read(text, "a test", DAY)
    assert says in caught.value.why.lower()


def test_a_newer_list_loses_nothing_the_older_one_told() -> None:
    both = continued(reading(m=PLAIN, gone=PLAIN), reading(LATER, m=PLAIN, new=PLAIN), LATER)
    assert both.read_on == LATER
    assert rows(both, "gone")
    assert rows(both, "new")
    assert inputs(both) == [(None, 1)]


def test_a_price_that_changed_without_a_day_holds_from_the_day_it_was_read() -> None:
    both = continued(reading(m={"input_mtok": 1}), reading(LATER, m={"input_mtok": 2}), LATER)
    assert inputs(both) == [(None, 1), (LATER, 2)]
    third = continued(both, reading(date(2027, 1, 1), m={"input_mtok": 2}), date(2027, 1, 1))
    assert inputs(third) == [(None, 1), (LATER, 2)]


def test_a_price_that_changed_on_a_told_day_holds_from_that_day() -> None:
    new = [{"prices": {"input_mtok": 1}}, {"constraint": {"start_date": "2026-11-15"}, "prices": {"input_mtok": 3}}]
    both = continued(reading(m={"input_mtok": 1}), reading(LATER, m=new), LATER)
    assert inputs(both) == [(None, 1), (date(2026, 11, 15), 3)]


def test_a_coming_price_may_be_announced_and_called_off() -> None:
    coming = [{"prices": {"input_mtok": 1}}, {"constraint": {"start_date": "2027-01-01"}, "prices": {"input_mtok": 3}}]
    announced = continued(reading(m={"input_mtok": 1}), reading(LATER, m=coming), LATER)
    assert inputs(announced) == [(None, 1), (date(2027, 1, 1), 3)]
    assert inputs(continued(announced, reading(LATER, m={"input_mtok": 1}), LATER)) == [(None, 1)]


def test_a_refreshed_list_counts_while_it_is_the_newer_one(tmp_path: Path) -> None:
    assert in_force(tmp_path) is price_list.shipped()
    newer = reading(date(2099, 1, 1), m=PLAIN)
    (tmp_path / FILE_NAME).write_bytes(packed(newer))
    assert in_force(tmp_path) == newer
    (tmp_path / FILE_NAME).write_bytes(packed(reading(date(2020, 1, 1), m=PLAIN)))
    assert in_force(tmp_path) is price_list.shipped()


@pytest.mark.parametrize(
    "content",
    [b"", b"no zlib", packed(reading(m=PLAIN))[:-9], zlib.compress(b"{}"), zlib.compress(b"x" * (17 * 1024 * 1024))],
    ids=["empty", "text", "cut off", "another JSON", "a bomb"],
)
def test_a_damaged_list_is_told_of_and_counts_for_nothing(content: bytes, tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_bytes(content)
    assert in_force(tmp_path) is price_list.shipped()
    with pytest.raises(ValueError):
        refreshed(tmp_path)


def test_a_list_comes_back_as_it_was_packed() -> None:
    prices = reading(m=PLAIN)
    assert unpacked(packed(prices)) == prices
