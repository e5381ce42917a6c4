"""The catalog in force: shipped models, changed by the owner's. Knows how layers fold; leaves prices to `prices`."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from importlib.resources import files
from typing import Any

import msgspec
from msgspec import Struct

from partimento.catalog.prices import listed_price, own_price
from partimento.core.errors import SettingsError
from partimento.core.model import TIERS, Model, Price
from partimento.core.settings import ModelSetting, Settings
from partimento.core.usage import Usage

_WORDS = {"cheap": "small", "normal": "medium", "premium": "cloud"}  # the seeds' tiers of a model's configuration
_TYPICAL = Usage(input_tokens=300, output_tokens=700)  # what the reference is chosen by
_OWN = ("input_usd_per_million", "output_usd_per_million", "since")


def shipped() -> tuple[Model, ...]:
    """The models of `models.toml`."""
    text = files(__package__).joinpath("models.toml").read_text(encoding="utf-8")
    rows = tomllib.loads(text)["models"]
    return tuple(
        msgspec.structs.replace(
            msgspec.convert({**row, "prices": ()}, Model), prices=tuple(map(listed_price, row.get("prices", ())))
        )
        for row in rows
    )


def owned(known: Iterable[Model], rows: Iterable[Model], prices: Mapping[str, tuple[Price, ...]]) -> tuple[Model, ...]:
    """The models with the owner's rows: a row takes the place of a model of its id, prices of its own are added."""
    models = {model.id: model for model in known}
    for row in rows:
        before = models[row.id].prices if row.id in models else ()
        models[row.id] = msgspec.structs.replace(row, prices=before)
    for name, own in prices.items():
        if name in models:
            dated = {price.since: price for price in (*models[name].prices, *own)}
            models[name] = msgspec.structs.replace(models[name], prices=tuple(dated.values()))
    return tuple(models.values())


def fold(known: Iterable[Model], changes: Iterable[ModelSetting], settings: Settings) -> tuple[Model, ...]:
    """The models with the owner's changes: fields of a known id are replaced, an unknown id is a new model.

    Raises SettingsError where a new model lacks what it needs.
    """
    models = {model.id: model for model in known}
    for change in changes:
        models[change.id] = _changed(models.get(change.id), change)
    if settings.openai_base_url:
        for model in models.values():
            if model.provider == "openai":
                models[model.id] = msgspec.structs.replace(model, base_url=settings.openai_base_url)
    return tuple(models.values())


class ModelCatalog(Struct, frozen=True):
    """Answers the pipeline's Catalog port from a folded list."""

    known: tuple[Model, ...]

    def models(self) -> Sequence[Model]:
        return [model for model in self.known if model.active]

    def reference(self, complexity: int, day: date) -> Model | None:
        """The active cloud model whose reach covers the complexity and that is cheapest that day."""
        able = [m for m in self.models() if m.tier == "cloud" and m.prices and m.reach >= complexity]
        return min(able, key=lambda m: m.cost(_TYPICAL, day).pico, default=None)


def _changed(model: Model | None, change: ModelSetting) -> Model:
    fields: dict[str, Any] = {
        name: value
        for name in change.__struct_fields__
        if name not in _OWN and (value := getattr(change, name)) is not None
    }
    tier = fields.get("tier")
    fields["tier"] = _WORDS.get(tier, tier) if tier else (model.tier if model else "small")
    if fields["tier"] not in TIERS:
        raise SettingsError(
            f"the model {change.id!r} has an unknown tier {tier!r}", why=f"tiers: {', '.join(TIERS)}", mend="name one"
        )
    if change.input_usd_per_million is not None or change.output_usd_per_million is not None:
        fields["prices"] = (*(model.prices if model else ()), own_price(change))
    if model is not None:
        return msgspec.structs.replace(model, **fields)
    if not change.base_url:
        raise SettingsError(
            f"the model {change.id!r} has no base_url",
            why="it is not one of the shipped models, so nothing tells where it runs",
            mend='add base_url = "http://127.0.0.1:11434/v1" (Ollama), or the URL of your server',
        )
    defaults: dict[str, Any] = {
        "engine": "openai",
        "upstream": change.id,
        "reach": {"small": 4, "medium": 7}.get(fields["tier"], 10),
    }
    return Model(**(defaults | fields))
