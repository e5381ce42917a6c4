"""What a set-up and a change of models write. Knows which rows are whose; leaves columns to `store`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

import msgspec
from msgspec import Struct

from partimento.catalog.lookup import moved, owned, shipped, tier_named
from partimento.core.errors import BadInput, UnknownName
from partimento.core.model import Model, Price
from partimento.core.money import FREE, Money
from partimento.core.settings import MOST_USD, Configured
from partimento.store.models import drop_model, kept_models, list_models, list_prices, put_models, put_price
from partimento.store.store import Store
from partimento.upkeep.found import described, lacking, models_of
from partimento.wire.discovery import Found

_PRICES = ("input_usd", "output_usd", "cached_usd")


class SetUp(Struct, frozen=True, kw_only=True):
    """What a set-up did, by model id: `yours` was left alone, `offered` waits for --found."""

    written: tuple[str, ...] = ()
    refreshed: tuple[str, ...] = ()
    yours: tuple[str, ...] = ()
    unchanged: int = 0
    found: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    offered: tuple[str, ...] = ()

    def lines(self) -> Iterator[str]:
        """The same for people."""
        if self.written:
            yield f"wrote {len(self.written)} rows; `partimento providers list` shows them"
        if self.refreshed:
            yield f"brought {len(self.refreshed)} rows up to date: {', '.join(self.refreshed)}"
        if self.added:
            yield f"added {', '.join(self.added)}"
        if self.yours:
            yield f"left as you changed them: {', '.join(self.yours)}"
        if not (self.written or self.refreshed or self.added):
            yield f"nothing to do: {self.unchanged} models have their rows"
        for server in self.found:
            yield f"found {server}"
        if self.offered:
            yield f"run `partimento providers setup --found` to add {', '.join(self.offered)}"


def set_up(store: Store, servers: Iterable[Found], wanted: Callable[[Found, list[Model]], bool], today: date) -> SetUp:
    """Write what is missing or was written by an earlier version, and the models of servers that are `wanted`."""
    known, kept = shipped(), {row.model.id: row for row in kept_models(store)}
    rows = {model.id: msgspec.structs.replace(model, prices=()) for model in known if model.engine != "rules"}
    written = [name for name in rows if name not in kept]
    yours = [name for name in rows if name in kept and kept[name].mine]
    stale = [
        name
        for name, row in rows.items()
        if name in kept and not kept[name].mine and msgspec.structs.replace(kept[name].model, prices=()) != row
    ]
    if written or stale:
        put_models(store, [rows[name] for name in (*written, *stale)], as_shipped=True)
    added: list[str] = []
    offered: list[str] = []
    for server in servers:
        names = {found.name for found in lacking(server, owned(known, list_models(store), {}))}
        fresh = [m for m in models_of(server, known, today) if m.upstream in names and m.id not in kept]
        if fresh and wanted(server, fresh):
            put_models(store, fresh)
            added += [model.id for model in fresh]
        else:
            offered += [model.id for model in fresh]
    return SetUp(
        written=tuple(written),
        refreshed=tuple(stale),
        yours=tuple(yours),
        unchanged=len(rows) - len(written) - len(stale) - len(yours),
        found=tuple(map(described, servers)),
        added=tuple(added),
        offered=tuple(offered),
    )


def change(store: Store, model_id: str, given: Mapping[str, Any], today: date) -> None:
    """Set fields and price of a model, or add one. Raises BadInput, UnknownName, SettingsError."""
    known = {model.id: model for model in owned(shipped(), list_models(store), {})}
    fields, price = _fields(given, model_id), _price(given, today)
    if not fields and price is None:
        raise BadInput(
            f"there is nothing to set for {model_id}",
            why="no option says what",
            mend="see `partimento providers set --help`",
        )
    model = known.get(model_id)
    if model is None:
        if "base_url" not in fields:
            raise UnknownName("model", model_id, known, mend="name a known model, or give --base-url to add one")
        model = Model(id=model_id, engine="openai", tier="small", reach=4, upstream=model_id)
    if fields:
        there = moved(model, fields.get("base_url", ""))
        put_models(store, [msgspec.structs.replace(there, **fields, prices=())])
    if price is not None:
        put_price(store, model_id, price)


def reset(store: Store, model_id: str) -> None:
    """Take the owner's row and prices away. Raises UnknownName where there are none."""
    if not drop_model(store, model_id):
        raise UnknownName("row", model_id, [*(row.model.id for row in kept_models(store)), *list_prices(store)])


def stronger(configured: Configured, model_id: str) -> str:
    """A word on settings that say something of the same model, and count more; "" where they do not."""
    if any(model.id == model_id for model in configured.settings.models):
        return f"{configured.origins['models']} has a [[models]] table for {model_id}; what it says counts more"
    return ""


def _fields(given: Mapping[str, Any], model_id: str) -> dict[str, Any]:
    fields = {name: value for name, value in given.items() if value is not None and name not in (*_PRICES, "since")}
    if abilities := frozenset(fields.pop("capabilities", ())):
        fields["capabilities"] = abilities
    if "key_variable" in fields:
        fields["api_key_setting"] = fields.pop("key_variable")
    if "tier" in fields:
        fields["tier"] = tier_named(fields["tier"], model_id)
    return fields


def _price(given: Mapping[str, Any], today: date) -> Price | None:
    asked, written, cached = (_dollars(given.get(name)) for name in _PRICES)
    since = given.get("since")
    if asked is None and written is None:
        if since or cached is not None:
            raise BadInput(
                "a price needs a rate",
                why="--since and --cached-input only say more about one",
                mend="add --input and --output, in dollars per million tokens",
            )
        return None
    try:
        day = date.fromisoformat(since) if since else today
    except ValueError as error:
        raise BadInput(f"cannot read the day {since!r}", why=str(error), mend="write it as 2026-01-31") from error
    return Price(day, asked or FREE, written or FREE, cached)


def _dollars(text: str | None) -> Money | None:
    if text is None:
        return None
    try:
        amount = Decimal(text.removeprefix("$"))
    except InvalidOperation:
        amount = Decimal("NaN")
    if not (amount.is_finite() and 0 <= amount <= MOST_USD):
        raise BadInput(f"cannot use the price {text!r}", why="it is no amount of dollars", mend="write 0.15")
    return Money.of(amount)
