"""What models cost on which day. Knows how published and own prices become exact money; leaves sums to `core`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

import msgspec
from msgspec import Struct

from partimento.core.errors import SettingsError
from partimento.core.model import Band, Price
from partimento.core.money import FREE, Money
from partimento.core.settings import ModelSetting

ALWAYS = date(2020, 1, 1)  # a price without a date is in force for every request that can exist


class ListedBand(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """The rates of a call whose input is longer than `above` tokens."""

    above: int
    input: Decimal = Decimal(0)
    output: Decimal = Decimal(0)
    cached_input: Decimal | None = None
    cache_write: Decimal | None = None
    audio_input: Decimal | None = None


class ListedPrice(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A price as it is written down: dollars per million tokens or characters; without a date, always in force."""

    since: date | None = None
    input: Decimal = Decimal(0)
    output: Decimal = Decimal(0)
    cached_input: Decimal | None = None
    cache_write: Decimal | None = None
    audio_input: Decimal | None = None
    characters: Decimal = Decimal(0)
    request: Decimal = Decimal(0)
    bands: tuple[ListedBand, ...] = ()
    source: str = ""

    def price(self, source: str = "", otherwise_since: date = ALWAYS) -> Price:
        """The same in exact money."""
        bands = tuple(
            Band(
                band.above,
                Money.of(band.input),
                Money.of(band.output),
                _rate(band.cached_input),
                _rate(band.cache_write),
                _rate(band.audio_input),
            )
            for band in sorted(self.bands, key=lambda band: band.above)
        )
        return Price(
            since=self.since or otherwise_since,
            input=Money.of(self.input),
            output=Money.of(self.output),
            cached_input=_rate(self.cached_input),
            request=Money.of(self.request),
            cache_write=_rate(self.cache_write),
            audio_input=_rate(self.audio_input),
            characters=Money.of(self.characters),
            bands=bands,
            source=self.source or source,
        )


def own_price(change: ModelSetting) -> Price:
    """The price an owner set for a model. Raises SettingsError for a date that is none."""
    try:
        since = date.fromisoformat(change.since) if change.since else ALWAYS
    except ValueError as error:
        raise SettingsError(
            f"the model {change.id!r} has a price since {change.since!r}",
            why=str(error),
            mend="write the day as 2026-01-31",
        ) from error
    return Price(since, _dollars(change.input_usd_per_million), _dollars(change.output_usd_per_million))


def overridden(listed: Iterable[Price], own: Iterable[Price]) -> tuple[Price, ...]:
    """The prices with the owner's: from the day of his first one on, his alone count."""
    mine = {price.since: price for price in own}
    if not mine:
        return tuple(listed)
    first = min(mine)
    before = [price for price in listed if price.since < first]
    return (*before, *(mine[since] for since in sorted(mine)))


def continued(history: Iterable[Price], listed: Iterable[ListedPrice], source: str) -> tuple[Price, ...]:
    """The list's prices after a history that it does not tell: its undated price holds since the history's last day."""
    dated = {price.since: price for price in history}
    last = max(dated, default=ALWAYS)
    for row in listed:
        price = row.price(source, otherwise_since=last)
        dated[price.since] = price
    return tuple(dated[since] for since in sorted(dated))


def from_table(row: object) -> Price:
    """A price as a table of the shipped catalog has it."""
    return msgspec.convert(row, ListedPrice, strict=False).price()


def _rate(value: Decimal | None) -> Money | None:
    return None if value is None else Money.of(value)


def _dollars(value: Decimal | None) -> Money:
    return FREE if value is None else Money.of(value)
