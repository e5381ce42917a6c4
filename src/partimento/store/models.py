"""Models and prices that the owner keeps in the database. Knows their columns; leaves folding to `catalog`."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import msgspec
from msgspec import Struct

from partimento.core.model import Band, Model, Price
from partimento.core.money import Money
from partimento.store.database import Session
from partimento.store.store import Store

_COLUMNS = (
    "id", "engine", "tier", "reach", "provider", "upstream", "base_url", "api_key_setting", "quality", "context",
    "max_output_tokens", "capabilities", "default", "active", "adapter_version", "aliases", "retired_on", "replaced_by",
    "weights", "local",
)  # fmt: skip
_JSON = ("capabilities", "aliases", "weights", "local")
_LOCAL = ("path", "slots", "pinned", "keep_s", "adapters", "options")
"""What the column `local` holds, as far as it was said."""


class Kept(Struct, frozen=True):
    """A row of the models table; `mine` where the owner made or changed it, not where it is as a set-up wrote it."""

    model: Model
    mine: bool


def put_models(store: Store, models: Iterable[Model], *, as_shipped: bool = False) -> None:
    """Add these models, or put them in the place of those of the same id; their prices are added.

    `as_shipped`: they are copies of the catalog, without prices; a newer catalog counts more than such a row.
    """
    kept = tuple(models)
    rows = [_columns(model) for model in kept]
    prices = [] if as_shipped else [_priced(model.id, price) for model in kept for price in model.prices]

    def work(db: Session) -> None:
        db.executemany("put_model", [(*row, _digest(row) if as_shipped else "") for row in rows])
        db.executemany("put_price", prices)

    store.write(work)


def list_models(store: Store) -> tuple[Model, ...]:
    """The models that are the owner's, with their prices, in the order they were added."""
    return tuple(kept.model for kept in kept_models(store) if kept.mine)


def kept_models(store: Store) -> tuple[Kept, ...]:
    """All models in the table, with the owner's prices, in the order they were added."""
    prices = list_prices(store)
    return tuple(Kept(_model(row, prices), written != _digest(row)) for written, *row in store.ask("list_models"))


def drop_model(store: Store, model_id: str) -> bool:
    """Take a model and its own prices out of the tables; whether anything was there."""

    def work(db: Session) -> bool:
        gone = [db.execute(name, (model_id,)).rowcount for name in ("drop_model", "drop_prices")]
        return any(gone)

    return store.write(work)


def put_price(store: Store, model_id: str, price: Price) -> None:
    """Set what a model, also a shipped one, costs from a day on; a price since the same day is replaced."""
    store.tell("put_price", *_priced(model_id, price))


def list_prices(store: Store) -> dict[str, tuple[Price, ...]]:
    """The owner's prices by model id, oldest first."""
    found: dict[str, tuple[Price, ...]] = {}
    for model_id, since, *rates in store.ask("list_prices"):
        found[model_id] = (*found.get(model_id, ()), _price(since, rates))
    return found


def _columns(model: Model) -> tuple[Any, ...]:
    fields = {name: getattr(model, name, None) for name in _COLUMNS}
    fields["local"] = {name: value for name in _LOCAL if (value := getattr(model, name))} or None
    fields |= {"default": int(model.default), "active": int(model.active), "quality": float(model.quality)}
    fields["capabilities"] = sorted(model.capabilities)
    fields["retired_on"] = model.retired_on.isoformat() if model.retired_on else None
    for name in _JSON:
        fields[name] = None if fields[name] is None else msgspec.json.encode(fields[name]).decode()
    return tuple(fields.values())


def _digest(row: Sequence[Any]) -> str:
    """Of the columns, which a database gives back as they were put; the last, which is younger than rows, only where
    it says something."""
    row = row if row[-1] is not None else row[:-1]
    return hashlib.sha256(msgspec.json.encode(list(row))).hexdigest()


def _model(row: Sequence[Any], prices: dict[str, tuple[Price, ...]]) -> Model:
    fields = dict(zip(_COLUMNS, row, strict=True))
    for name in _JSON:
        fields[name] = None if fields[name] is None else msgspec.json.decode(fields[name])
    fields |= fields.pop("local") or {}
    model = msgspec.convert(fields, Model, strict=False)
    return msgspec.structs.replace(model, prices=prices.get(model.id, ()))


def _priced(model_id: str, price: Price) -> tuple[Any, ...]:
    cached, cache_write, audio = (
        None if rate is None else rate.pico for rate in (price.cached_input, price.cache_write, price.audio_input)
    )
    return (
        model_id, price.since.isoformat(), price.input.pico, price.output.pico, cached, price.request.pico, cache_write,
        audio, price.characters.pico, msgspec.json.encode(price.bands).decode(),
    )  # fmt: skip


def _price(since: str, rates: Sequence[Any]) -> Price:
    given, written, cached, request, cache_write, audio, characters, bands = rates
    return Price(
        since=date.fromisoformat(since),
        input=Money(given),
        output=Money(written),
        cached_input=_rate(cached),
        request=Money(request),
        cache_write=_rate(cache_write),
        audio_input=_rate(audio),
        characters=Money(characters),
        bands=msgspec.json.decode(bands, type=tuple[Band, ...]),
    )


def _rate(pico: int | None) -> Money | None:
    return None if pico is None else Money(pico)
