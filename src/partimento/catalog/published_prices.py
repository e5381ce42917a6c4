"""Price data as genai-prices publishes it. Knows that format, what of it counts here, and how a newer list continues an
older one; fetches nothing, writes nothing.

Prices by hour of the day count as the dearest of them. Batch and priority prices are left out: no call asks for them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
from msgspec import Struct

from partimento.catalog.price_list import Listings, PriceList, made
from partimento.catalog.prices import ListedBand, ListedPrice
from partimento.core.errors import BadInput
from partimento.core.settings import MOST_USD

URL = "https://raw.githubusercontent.com/pydantic/genai-prices/refs/heads/main/prices/new_data/v2/data.json"
NEEDED = ("openai", "anthropic", "google")
_EXACT = Decimal("1e-12")  # dollars: what is finer comes from floating point


class _Step(Struct, frozen=True):
    start: int
    price: Decimal


class _Stepped(Struct, frozen=True):
    base: Decimal
    tiers: tuple[_Step, ...] = ()


class _Rates(Struct, frozen=True):
    input_mtok: Decimal | _Stepped | None = None
    output_mtok: Decimal | _Stepped | None = None
    cache_read_mtok: Decimal | _Stepped | None = None
    cache_write_mtok: Decimal | _Stepped | None = None
    input_audio_mtok: Decimal | _Stepped | None = None
    input_mchars: Decimal | _Stepped | None = None
    requests_kcount: Decimal | _Stepped | None = None


class _When(Struct, frozen=True):
    start_date: date | None = None


class _Conditional(Struct, frozen=True):
    prices: _Rates
    constraint: _When | None = None


class _Match(Struct, frozen=True):
    equals: str | None = None
    or_: tuple[Any, ...] = msgspec.field(default=(), name="or")


class _Model(Struct, frozen=True):
    id: str
    match: _Match = _Match()
    prices: _Rates | tuple[_Conditional, ...] = ()


class _Provider(Struct, frozen=True):
    id: str
    models: tuple[_Model, ...] = ()


def read(text: bytes, source: str, today: date) -> PriceList:
    """The list in this text. Raises BadInput for what is no price data, whole or in a part that counts."""
    try:
        providers = msgspec.json.decode(text, type=tuple[_Provider, ...])
        vendors = {provider.id: _listings(provider) for provider in providers}
    except (msgspec.DecodeError, ValueError) as error:
        raise _unusable(str(error)) from error
    missing = [name for name in NEEDED if not vendors.get(name)]
    if missing:
        raise _unusable(f"it has no prices of {', '.join(missing)}")
    return made(source, today, {name: listings for name, listings in vendors.items() if listings})


def continued(old: PriceList, new: PriceList, today: date) -> PriceList:
    """The new list without loss of what only the old one tells: models no longer listed, and earlier prices.

    A price that changed without a date of its own holds from today on.
    """
    vendors: dict[str, Listings] = {}
    for name in {*old.vendors, *new.vendors}:
        before, listings = old.listings(name), dict(new.listings(name))
        for model, rows in before.items():
            now = listings.get(model)
            if now is None:
                listings[model] = rows
            elif isinstance(rows, tuple) and isinstance(now, tuple):
                listings[model] = _history(rows, now, today)
        vendors[name] = listings
    return made(new.source, new.read_on, vendors)


def _history(old: tuple[ListedPrice, ...], new: tuple[ListedPrice, ...], today: date) -> tuple[ListedPrice, ...]:
    before, now = _in_force(old, today), _in_force(new, today)
    undated = msgspec.structs.replace(now, since=None)
    if undated == msgspec.structs.replace(before, since=None):
        past = [row for row in old if row is before or _since(row) < _since(before)]
        return (*past, *(row for row in new if _since(row) > today))
    since = now.since or today
    past = [row for row in old if _since(row) < since]
    return (*past, msgspec.structs.replace(now, since=since), *(row for row in new if _since(row) > since))


def _in_force(rows: tuple[ListedPrice, ...], day: date) -> ListedPrice:
    begun = [row for row in rows if _since(row) <= day]
    return max(begun, key=_since) if begun else rows[0]


def _since(row: ListedPrice) -> date:
    return row.since or date.min


def _listings(provider: _Provider) -> Listings:
    listings: Listings = {}
    for model in provider.models:
        if rows := _rows(model.prices):
            listings[model.id] = rows
            for name in _names(model.match):
                listings.setdefault(name, model.id)
    return listings


def _names(match: _Match) -> Iterator[str]:
    if match.equals:
        yield match.equals
    for one in match.or_:
        if isinstance(one, Mapping) and isinstance(name := one.get("equals"), str):
            yield name


def _rows(prices: _Rates | tuple[_Conditional, ...]) -> tuple[ListedPrice, ...]:
    """Dated rows, oldest first; where prices go by the hour, the dearest takes the place of the last."""
    if isinstance(prices, _Rates):
        return (row,) if (row := _row(prices, None)) else ()
    dated: dict[date, ListedPrice] = {}
    by_hour: list[ListedPrice] = []
    for conditional in prices:
        hourly = conditional.constraint is not None and conditional.constraint.start_date is None
        since = conditional.constraint.start_date if conditional.constraint else None
        row = _row(conditional.prices, since)
        if row and hourly:
            by_hour.append(row)
        elif row:
            dated[_since(row)] = row
    if by_hour and dated:
        last = dated[max(dated)]
        dearest = max([last, *by_hour], key=lambda row: row.input + row.output)
        dated[_since(last)] = msgspec.structs.replace(dearest, since=last.since)
    return tuple(dated[since] for since in sorted(dated))


def _row(rates: _Rates, since: date | None) -> ListedPrice | None:
    if rates.input_mtok is None and rates.output_mtok is None and rates.input_mchars is None:
        return None
    starts = sorted({step.start for rate in _values(rates) if isinstance(rate, _Stepped) for step in rate.tiers})
    return ListedPrice(
        since=since,
        input=_at(rates.input_mtok, 0) or Decimal(0),
        output=_at(rates.output_mtok, 0) or Decimal(0),
        cached_input=_at(rates.cache_read_mtok, 0),
        cache_write=_at(rates.cache_write_mtok, 0),
        audio_input=_at(rates.input_audio_mtok, 0),
        characters=_at(rates.input_mchars, 0) or Decimal(0),
        request=(_at(rates.requests_kcount, 0) or Decimal(0)) / 1000,
        bands=tuple(
            ListedBand(
                above=start,
                input=_at(rates.input_mtok, start + 1) or Decimal(0),
                output=_at(rates.output_mtok, start + 1) or Decimal(0),
                cached_input=_at(rates.cache_read_mtok, start + 1),
                cache_write=_at(rates.cache_write_mtok, start + 1),
                audio_input=_at(rates.input_audio_mtok, start + 1),
            )
            for start in starts
        ),
    )


def _values(rates: _Rates) -> list[Decimal | _Stepped | None]:
    return [getattr(rates, name) for name in rates.__struct_fields__]


def _at(rate: Decimal | _Stepped | None, tokens: int) -> Decimal | None:
    """The rate for an input of so many tokens. Raises ValueError for what is no price."""
    if rate is None:
        return None
    if isinstance(rate, _Stepped):
        reached = [step for step in rate.tiers if tokens > step.start]
        rate = max(reached, key=lambda step: step.start).price if reached else rate.base
    if not (rate.is_finite() and 0 <= rate <= MOST_USD):
        raise ValueError(f"{rate} is no price")
    return rate.quantize(_EXACT).normalize() if rate != rate.quantize(_EXACT) else rate


def _unusable(why: str) -> BadInput:
    return BadInput(
        "this is no price list",
        why=why,
        mend="give a data.json of genai-prices, by file or URL; the prices in force stay as they were",
    )
