"""A model as it is shown and tested: tier, price, key, why it cannot be asked. Knows states in words; leaves showing it
to commands and pages.
"""

from __future__ import annotations

import os
from collections.abc import Awaitable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Literal, Protocol

import msgspec
from msgspec import Struct

from partimento.catalog.lookup import ModelCatalog
from partimento.catalog.vendors import key_setting, key_variable
from partimento.core.errors import PartimentoError
from partimento.core.model import Model
from partimento.core.ports import Catalog, Engine
from partimento.core.request import Request
from partimento.core.result import Result
from partimento.core.settings import Settings
from partimento.tasks.text import text
from partimento.wire.http import is_loopback

Key = Literal["present", "absent", "not needed"]
ENOUGH = 512  # tokens: a model that thinks needs room before its one word
PATIENCE_S = 60.0  # a local model may have to be loaded first


class Row(Struct, frozen=True, kw_only=True):
    """One model of the list. Prices are dollars per million tokens, or characters, today; no key is ever shown."""

    id: str
    tier: str
    reach: int
    provider: str
    engine: str
    context: int
    capabilities: tuple[str, ...]
    input_usd: Decimal | None
    output_usd: Decimal | None
    characters_usd: Decimal | None
    key: Key
    key_variable: str
    status: str
    replaced_by: str
    ready: bool
    state: str

    @property
    def cells(self) -> tuple[str, ...]:
        """The row as text."""
        rates = [self.characters_usd] if self.characters_usd else [self.input_usd, self.output_usd]
        price = "/".join(f"{rate:f}" for rate in rates if rate is not None)
        can = [word for word in self.capabilities if word not in ("text", "json_schema")]
        return (
            self.id, self.tier, str(self.reach), self.engine, _short(self.context), " ".join(can), price or "-",
            "-" if self.key == "not needed" else self.key, self.brief,
        )  # fmt: skip

    @property
    def brief(self) -> str:
        """The state in a word or two."""
        if self.ready:
            return "ready"
        if self.status == "retired":
            return f"retired: {self.replaced_by}"
        return "no key" if self.key == "absent" else "no engine" if self.state.startswith("engine") else self.state


class Asked(Struct, frozen=True, kw_only=True):
    """How a model answered one short question; the last three fields where it did not."""

    model: str
    latency_ms: float = 0.0
    cost_usd: Decimal = Decimal(0)
    error: str = ""
    cause: str = ""
    mend: str = ""

    def line(self) -> str:
        """The same for people."""
        if self.error:
            return f"✗ {self.model}: {self.error}\n  cause: {self.cause}\n  mend: {self.mend}"
        return f"✓ {self.model}: {self.latency_ms:.0f} ms, {f'${self.cost_usd:f}' if self.cost_usd else 'free'}"


def day_of(now: float) -> date:
    """The day of a moment, in UTC: prices and retirements go by it."""
    return datetime.fromtimestamp(now, UTC).date()


def rows_of(catalog: Catalog, engines: Mapping[str, Engine], settings: Settings, today: date) -> list[Row]:
    """Every model of the catalog, in its order, inactive and retired ones too."""
    return [_row(model, engines, settings, today) for model in every(catalog)]


def every(catalog: Catalog) -> Sequence[Model]:
    """The models of a catalog, inactive ones too, where it knows them."""
    return catalog.known if isinstance(catalog, ModelCatalog) else catalog.models()


def state_of(model: Model, engines: Mapping[str, Engine], today: date) -> str:
    """Why a model cannot be asked today, with the mend where there is one; "" when it can."""
    if model.status(today) == "retired":
        return f"retired {model.retired_on}, replaced by {model.replaced_by}"
    if not model.active:
        return "inactive"
    engine = engines.get(model.engine)
    return f"engine {model.engine} is not installed" if engine is None else engine.unready(model, None)


def key_of(model: Model, settings: Settings) -> Key:
    """Whether a model's key is there."""
    variable = key_variable(model)
    if not variable or not model.base_url or (is_loopback(model.base_url) and not model.api_key_setting):
        return "not needed"
    setting = key_setting(model)
    there = bool(getattr(settings, setting)) if setting else bool(os.environ.get(variable, "").strip())
    return "present" if there else "absent"


class Make(Protocol):
    """What makes things: a client's `make`."""

    def __call__(self, request: Request[Any], *, model: str | None = None) -> Awaitable[Result[Any]]: ...


async def asked_once(make: Make, model_id: str) -> tuple[Asked, PartimentoError | None]:
    """Ask one model for one word, and what went wrong. The call is in the ledger like any other."""
    request = text(prompt="Answer with the single word: ready").with_(cache="off", deadline_s=PATIENCE_S)
    request = request.with_(options=msgspec.structs.replace(request.options, max_tokens=ENOUGH))
    try:
        receipt = (await make(request, model=model_id)).receipt
    except PartimentoError as error:
        return Asked(model=model_id, error=error.what, cause=error.why, mend=error.mend), error
    return Asked(model=receipt.model, latency_ms=receipt.latency_ms, cost_usd=receipt.cost_usd), None


def _row(model: Model, engines: Mapping[str, Engine], settings: Settings, today: date) -> Row:
    price, state = model.price_on(today), state_of(model, engines, today)
    spoken = price is not None and bool(price.characters)
    return Row(
        id=model.id,
        tier=model.tier,
        reach=model.reach,
        provider=model.provider,
        engine=model.engine,
        context=model.context,
        capabilities=tuple(sorted(model.capabilities)),
        input_usd=price.input.usd if price and not spoken else None,
        output_usd=price.output.usd if price and not spoken else None,
        characters_usd=price.characters.usd if price and spoken else None,
        key=key_of(model, settings),
        key_variable=key_variable(model),
        status=model.status(today),
        replaced_by=model.replaced_by,
        ready=not state,
        state=state or "ready",
    )


def _short(tokens: int) -> str:
    return f"{tokens / 1e6:.3g}M" if tokens >= 1_000_000 else f"{tokens // 1000}k" if tokens >= 1000 else str(tokens)
