"""Prices as they are shown and refreshed. Knows where lists are read; not their format."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from pathlib import Path

from msgspec import Struct

from partimento.catalog import published_prices
from partimento.catalog.price_list import FILE_NAME, PriceList, in_force, packed
from partimento.catalog.prices import ALWAYS
from partimento.core.errors import BadInput, EngineRefused, StoreReadOnly
from partimento.core.model import Model, Price
from partimento.core.money import Money
from partimento.wire.http import HttpTransport, host_of, is_url

FETCH_S = 60.0


class PriceRow(Struct, frozen=True, kw_only=True):
    """What a model costs today: dollars per million tokens, or characters; and the price that follows, where known."""

    id: str
    since: date | None
    """None where the list names no day."""
    input_usd: Decimal
    output_usd: Decimal
    cached_input_usd: Decimal | None
    cache_write_usd: Decimal | None
    characters_usd: Decimal
    longer_input: tuple[int, ...]
    """From how many tokens of input on other rates hold."""
    next_since: date | None
    next_input_usd: Decimal | None
    next_output_usd: Decimal | None
    source: str

    @property
    def cells(self) -> tuple[str, ...]:
        """The row as text."""
        coming = f"{self.next_since}: {self.next_input_usd} / {self.next_output_usd}" if self.next_since else ""
        more = " +" if self.longer_input else ""
        return (
            self.id, f"{self.input_usd:f}{more}", f"{self.output_usd:f}{more}",
            "" if self.cached_input_usd is None else f"{self.cached_input_usd:f}",
            f"{self.characters_usd:f}" if self.characters_usd else "", str(self.since or "-"), coming, self.brief,
        )  # fmt: skip

    @property
    def brief(self) -> str:
        """Where the price is from, in a word."""
        return self.source if self.source == "yours" else "list" if ", read " in self.source else "catalog"


def rows_of(models: Iterable[Model], today: date) -> list[PriceRow]:
    """The prices in force of every model that has one."""
    return [_row(model, price, today) for model in models if (price := model.price_on(today)) is not None]


async def fetched(place: str) -> bytes:
    """The list at a file or URL ("": where it is published). Raises BadInput, EngineError."""
    return await _downloaded(place or published_prices.URL) if is_url(place or published_prices.URL) else _read(place)


def keep(folder: Path, text: bytes, place: str, today: date) -> PriceList:
    """Check a list and keep it in the data folder. It goes on from the one in force: nothing known is lost.

    Raises BadInput, StoreReadOnly.
    """
    new = published_prices.read(text, place or "genai-prices", today)
    listing = published_prices.continued(in_force(folder), new, today)
    target = folder / FILE_NAME
    draft = target.with_name(f".{FILE_NAME}.part")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        draft.write_bytes(packed(listing))
        draft.replace(target)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise StoreReadOnly(
            f"cannot write {target}", why=error.strerror or str(error), mend="make the data folder writable"
        ) from error
    return listing


async def _downloaded(url: str) -> bytes:
    transport = HttpTransport()
    try:
        reply = await transport.fetch("GET", url, (("accept", "application/json"),), b"", FETCH_S)
    finally:
        await transport.close()
    if reply.status != 200:
        raise EngineRefused(
            f"{host_of(url)} did not give the list",
            why=f"it answered with status {reply.status}",
            mend="fetch the file by other means and name it: partimento providers prices --refresh FILE",
        )
    return reply.body


def _read(path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise BadInput(f"cannot read {path}", why=error.strerror or str(error), mend="name a file or a URL") from error


def _row(model: Model, price: Price, today: date) -> PriceRow:
    coming = min((one for one in model.prices if one.since > today), key=lambda one: one.since, default=None)
    if coming is price:  # not in force yet, but all there is
        coming = None
    return PriceRow(
        id=model.id,
        since=None if price.since == ALWAYS else price.since,
        input_usd=price.input.usd,
        output_usd=price.output.usd,
        cached_input_usd=_usd(price.cached_input),
        cache_write_usd=_usd(price.cache_write),
        characters_usd=price.characters.usd,
        longer_input=tuple(band.above for band in price.bands),
        next_since=coming.since if coming else None,
        next_input_usd=coming.input.usd if coming else None,
        next_output_usd=coming.output.usd if coming else None,
        source=price.source or "yours",
    )


def _usd(rate: Money | None) -> Decimal | None:
    return None if rate is None else rate.usd
