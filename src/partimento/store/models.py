"""Models and prices that the owner keeps in the database. Knows their columns; leaves folding to `catalog`."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import msgspec

from partimento.core.model import Model, Price
from partimento.core.money import Money
from partimento.store.queries import queries
from partimento.store.sqlite import SqliteStore


def put_models(store: SqliteStore, models: Iterable[Model]) -> None:
    """Add these models, or put them in the place of those of the same id; their prices are added."""
    kept = tuple(models)

    def work(db: sqlite3.Connection) -> None:
        db.executemany(queries()["put_model"], [_columns(model) for model in kept])
        prices = [_priced(model.id, price) for model in kept for price in model.prices]
        db.executemany(queries()["put_price"], prices)

    store.write(work)


def list_models(store: SqliteStore) -> tuple[Model, ...]:
    """The owner's models with their prices, in the order they were added."""
    prices = list_prices(store)
    return tuple(_model(row, prices) for row in store.ask("list_models"))


def put_price(store: SqliteStore, model_id: str, price: Price) -> None:
    """Set what a model, also a shipped one, costs from a day on; a price since the same day is replaced."""
    store.tell("put_price", *_priced(model_id, price))


def list_prices(store: SqliteStore) -> dict[str, tuple[Price, ...]]:
    """The owner's prices by model id, oldest first."""
    found: dict[str, tuple[Price, ...]] = {}
    for model_id, since, *rates in store.ask("list_prices"):
        found[model_id] = (*found.get(model_id, ()), _price(since, rates))
    return found


def _columns(model: Model) -> tuple[Any, ...]:
    return (
        model.id, model.engine, model.tier, model.reach, model.provider, model.upstream, model.base_url,
        model.api_key_setting, model.quality, model.context, model.max_output_tokens,
        msgspec.json.encode(sorted(model.capabilities)).decode(), model.default, model.active, model.adapter_version,
    )  # fmt: skip


def _model(row: tuple[Any, ...], prices: dict[str, tuple[Price, ...]]) -> Model:
    names = (
        "id", "engine", "tier", "reach", "provider", "upstream", "base_url", "api_key_setting", "quality", "context",
        "max_output_tokens", "capabilities", "default", "active", "adapter_version",
    )  # fmt: skip
    fields = dict(zip(names, row, strict=True))
    fields["capabilities"] = msgspec.json.decode(fields["capabilities"])
    model = msgspec.convert(fields, Model, strict=False)
    return msgspec.structs.replace(model, prices=prices.get(model.id, ()))


def _priced(model_id: str, price: Price) -> tuple[Any, ...]:
    cached = None if price.cached_input is None else price.cached_input.pico
    return (model_id, price.since.isoformat(), price.input.pico, price.output.pico, cached, price.request.pico)


def _price(since: str, rates: Sequence[Any]) -> Price:
    given, written, cached, request = rates
    return Price(
        date.fromisoformat(since),
        Money(given),
        Money(written),
        None if cached is None else Money(cached),
        Money(request),
    )
