"""The list of vendors' prices, shipped and refreshed. Knows its file and how a model is found in it; fetches nothing.

A zlib-packed JSON file: vendors → models → dated prices, or the name of the model whose prices they are.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path

import msgspec
from msgspec import Raw, Struct

from partimento.catalog.prices import ListedPrice

STALE_DAYS = 90
LARGEST = 16 * 1024 * 1024  # unpacked; a file that grows beyond is no price list
FILE_NAME = "prices.json.z"
_DATED = re.compile(r"(-\d{8}|-\d{4}-\d{2}-\d{2}|-latest|@\d+)$")

Listings = dict[str, tuple[ListedPrice, ...] | str]
"""A vendor's models: their prices, or the name of the model that has them."""


class PriceList(Struct, frozen=True):
    """Prices read on a day. A vendor's part stays packed until one of its models is asked for."""

    source: str
    read_on: date
    vendors: Mapping[str, Raw]

    def listings(self, vendor: str) -> Listings:
        """All of a vendor's models; empty for a vendor that is not listed."""
        return msgspec.json.decode(self.vendors[vendor], type=Listings) if vendor in self.vendors else {}

    def is_stale(self, today: date) -> bool:
        return (today - self.read_on).days > STALE_DAYS


def listed(listings: Listings, *names: str) -> tuple[ListedPrice, ...]:
    """The prices of a model by the first of these names that is known, with or without a date at its end; else ()."""
    bare = [_DATED.sub("", name) for name in names]
    for name in (*names, *bare, *(f"{name}-latest" for name in bare)):
        found = listings.get(name)
        if isinstance(found, str):
            found = listings.get(found)
        if isinstance(found, tuple):
            return found
    return ()


def shipped() -> PriceList:
    """The list of this version."""
    return _shipped()


@cache
def _shipped() -> PriceList:
    return unpacked((files(__package__) / "data" / FILE_NAME).read_bytes())


def unpacked(packed: bytes) -> PriceList:
    """Raises ValueError for what is no price list."""
    unpacking = zlib.decompressobj()
    try:
        text = unpacking.decompress(packed, LARGEST)
    except zlib.error as error:
        raise ValueError(str(error)) from error
    if unpacking.unconsumed_tail or not unpacking.eof:
        raise ValueError("it is cut off, or too large")
    return msgspec.json.decode(text, type=PriceList)


def packed(prices: PriceList) -> bytes:
    return zlib.compress(msgspec.json.encode(prices), 9)


def made(source: str, read_on: date, vendors: Mapping[str, Listings]) -> PriceList:
    """A list of these vendors."""
    return PriceList(source, read_on, {name: Raw(msgspec.json.encode(vendors[name])) for name in sorted(vendors)})


def in_force(folder: Path) -> PriceList:
    """The list that was read later: this version's, or a refreshed one in the data folder. A damaged one counts for
    nothing (`partimento doctor` tells)."""
    try:
        fetched = refreshed(folder)
    except ValueError:
        fetched = None
    return fetched if fetched is not None and fetched.read_on >= shipped().read_on else shipped()


def refreshed(folder: Path) -> PriceList | None:
    """The refreshed list in the data folder, None where there is none. Raises ValueError for a damaged one."""
    try:
        content = (folder / FILE_NAME).read_bytes()
    except OSError:
        return None
    return unpacked(content)
