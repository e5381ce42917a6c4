"""The catalog in force: shipped models, changed by the owner's. Knows how layers fold; leaves prices to `prices`."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec

from partimento.catalog import price_list
from partimento.catalog.price_list import Listings, PriceList
from partimento.catalog.prices import continued, from_table, overridden, own_price
from partimento.catalog.vendors import VENDORS, place
from partimento.core.errors import SettingsError
from partimento.core.model import TIERS, Model, Price, Replica, Tier
from partimento.core.settings import ModelSetting, Settings
from partimento.core.usage import Usage

FILES = ("rules", "local", "openai", "anthropic", "gemini", "voices")
SEED_TIERS: dict[str, Tier] = {"cheap": "small", "normal": "medium", "premium": "cloud"}  # of a model's configuration
_TYPICAL = Usage(input_tokens=300, output_tokens=700)  # what the reference is chosen by
_OWN = ("input_usd_per_million", "output_usd_per_million", "since", "base_urls")


def catalog(
    rows: Iterable[Model], prices: Mapping[str, tuple[Price, ...]], settings: Settings, listing: PriceList
) -> tuple[Model, ...]:
    """All models in force: the shipped ones, under the owner's rows and prices, under the settings."""
    return priced(fold(owned(shipped(listing), rows, prices), settings.models, settings), listing)


def shipped(listing: PriceList | None = None) -> tuple[Model, ...]:
    """The models of this version, with the prices of the list (default: the one of this version)."""
    return priced(_written(), listing or price_list.shipped(), always=True)


@cache
def _written() -> tuple[Model, ...]:
    """The models of `models/*.toml`; fields of a file's [vendor] table are those of each of its models."""
    return tuple(
        _model({**table.get("vendor", {}), **row})
        for name in FILES
        for table in [tomllib.loads((files(__package__) / "models" / f"{name}.toml").read_text(encoding="utf-8"))]
        for row in table["models"]
    )


def _model(row: dict[str, Any]) -> Model:
    upstream = row["id"] if row.get("base_url") else ""
    prices = tuple(map(from_table, row.get("prices", ())))
    return msgspec.structs.replace(msgspec.convert({"upstream": upstream, **row, "prices": ()}, Model), prices=prices)


def priced(models: Iterable[Model], listing: PriceList, *, always: bool = False) -> tuple[Model, ...]:
    """The models with the list's prices: cloud models that have none, or `always` where the list goes on from theirs.

    So a cloud model that an owner adds is never taken for free while the list knows what its vendor asks.
    """
    read: dict[str, Listings] = {}
    found = []
    for model in models:
        if model.tier == "cloud" and (always or not model.prices):
            vendor = VENDORS[model.provider].listed_as if model.provider in VENDORS else model.provider
            if vendor not in read:
                read[vendor] = listing.listings(vendor)
            if rows := price_list.listed(read[vendor], model.upstream, model.id):
                told = f"{listing.source}, read {listing.read_on}"
                model = msgspec.structs.replace(model, prices=continued(model.prices, rows, told))
        found.append(model)
    return tuple(found)


def owned(known: Iterable[Model], rows: Iterable[Model], prices: Mapping[str, tuple[Price, ...]]) -> tuple[Model, ...]:
    """The models with the owner's rows: a row takes the place of a model of its id, prices of its own win."""
    models = {model.id: model for model in known}
    for row in rows:
        before = models[row.id].prices if row.id in models else ()
        models[row.id] = msgspec.structs.replace(row, prices=before)
    for name, own in prices.items():
        if name in models:
            models[name] = msgspec.structs.replace(models[name], prices=overridden(models[name].prices, own))
    return tuple(models.values())


def fold(known: Iterable[Model], changes: Iterable[ModelSetting], settings: Settings) -> tuple[Model, ...]:
    """The models with the owner's changes: fields of a known id are replaced, an unknown id is a new model.

    Raises SettingsError where a new model lacks what it needs.
    """
    models = {model.id: _at_its_place(model, settings) for model in known}
    for change in changes:
        models[change.id] = _changed(models.get(change.id), change, settings)
    return tuple(entry for model in models.values() for entry in (model, *_adapted(model)))


def _adapted(model: Model) -> tuple[Model, ...]:
    """The model with each of its adapters, as models of their own: "tutor+style"."""
    return tuple(
        msgspec.structs.replace(model, id=f"{model.id}+{name}", adapter=name, aliases=(), default=False)
        for name in model.adapters
        if not model.adapter
    )


def _at_its_place(model: Model, settings: Settings) -> Model:
    """The model where the settings have its vendor's models; one that the owner put elsewhere stays there."""
    vendor = VENDORS.get(model.provider)
    at_home = vendor is not None and model.base_url == vendor.base_url
    return moved(model, place(model.provider, settings)) if at_home else model


def moved(model: Model, url: str) -> Model:
    """The model at another place (as it is, for ""). Who serves it there has not retired it, and speaks OpenAI's
    protocol where the model had no server before."""
    if not url or url == model.base_url:
        return model
    if model.base_url:
        return msgspec.structs.replace(model, base_url=url, retired_on=None)
    return msgspec.structs.replace(model, base_url=url, engine="openai", upstream=model.upstream or model.id)


class ModelCatalog:
    """Answers the pipeline's Catalog port from a folded list."""

    def __init__(self, known: Iterable[Model]) -> None:
        self.known = tuple(known)
        self._active = tuple(model for model in self.known if model.active)
        self._reference: dict[tuple[int, date], Model | None] = {}

    def models(self) -> Sequence[Model]:
        return self._active

    def reference(self, complexity: int, day: date) -> Model | None:
        """The active cloud model that writes, whose reach covers the complexity and that is cheapest that day."""
        if (complexity, day) not in self._reference:
            if len(self._reference) > 100:  # days go by while a server runs
                self._reference.clear()
            able = [m for m in self._active if _writes(m, day) and m.reach >= complexity]
            cheapest = min(able, key=lambda m: m.cost(_TYPICAL, day).pico, default=None)
            self._reference[complexity, day] = cheapest
        return self._reference[complexity, day]


def local_engine_for(path: str) -> str:
    """What usually runs files of that kind."""
    return "llamacpp" if path.lower().endswith(".gguf") else "transformers"


def tier_named(word: str, model_id: str) -> Tier:
    """The tier of this name, or of the seeds' word for it. Raises SettingsError."""
    for tier in TIERS:
        if SEED_TIERS.get(word, word) == tier:
            return tier
    raise SettingsError(
        f"the model {model_id!r} has an unknown tier {word!r}", why=f"tiers: {', '.join(TIERS)}", mend="name one"
    )


def _writes(model: Model, day: date) -> bool:
    return (
        model.tier == "cloud" and bool(model.prices) and "text" in model.capabilities and model.status(day) != "retired"
    )


def _changed(model: Model | None, change: ModelSetting, settings: Settings) -> Model:
    fields: dict[str, Any] = {
        name: value
        for name in change.__struct_fields__
        if name not in _OWN and (value := getattr(change, name)) is not None
    }
    if change.base_urls:
        several = tuple(url if isinstance(url, Replica) else Replica(url) for url in change.base_urls)
        fields |= {"base_url": several[0].base_url, "replicas": several if len(several) > 1 else ()}
    tier = fields.get("tier")
    fields["tier"] = tier_named(tier, change.id) if tier else (model.tier if model else "small")
    if change.input_usd_per_million is not None or change.output_usd_per_million is not None:
        fields["prices"] = overridden(model.prices if model else (), [own_price(change)])
    if model is not None:
        return msgspec.structs.replace(moved(model, fields.get("base_url", "")), **fields)
    vendor = VENDORS.get(fields.get("provider", ""))
    if not (fields.get("base_url") or fields.get("path") or vendor):
        raise SettingsError(
            f"the model {change.id!r} has neither base_url nor path",
            why="it is not one of the shipped models, so nothing tells where it runs",
            mend='add base_url = "http://127.0.0.1:11434/v1" (Ollama), its server, or the path of its files',
        )
    here = "" if fields.get("base_url") else fields.get("path", "")
    defaults: dict[str, Any] = {
        "capabilities": frozenset({"text", "json_schema", "tools"}),  # most chat servers have them, and say so if not
        "engine": vendor.engine if vendor else local_engine_for(here) if here else "openai",
        "upstream": change.id,
        "base_url": place(vendor.provider, settings) if vendor else "",
        "reach": {"small": 4, "medium": 7}.get(fields["tier"], 10),
    }
    return Model(**(defaults | fields))
