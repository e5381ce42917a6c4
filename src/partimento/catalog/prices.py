"""What models cost on which day. Knows how published prices become exact money; leaves the arithmetic to `core`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from partimento.core.errors import SettingsError
from partimento.core.model import Price
from partimento.core.money import FREE, Money
from partimento.core.settings import ModelSetting

ALWAYS = date(2020, 1, 1)  # an own price without a date is in force for every request that can exist


def listed_price(row: Mapping[str, Any]) -> Price:
    """A price as models.toml lists it: `since`, and dollars per million tokens as exact strings."""
    cached = row.get("cached_input")
    return Price(
        row["since"], Money.of(row["input"]), Money.of(row["output"]), None if cached is None else Money.of(cached)
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


def _dollars(value: Decimal | None) -> Money:
    return FREE if value is None else Money.of(value)
