"""What exists to generate with. Knows models, tiers and prices as values; leaves the shipped list to `catalog`."""

from __future__ import annotations

from datetime import date
from typing import Final, Literal

from msgspec import Struct

from partimento.core.money import FREE, Money
from partimento.core.usage import Usage

Tier = Literal["rules", "small", "medium", "large", "cloud"]

TIERS: Final[tuple[Tier, ...]] = ("rules", "small", "medium", "large", "cloud")
SPOKEN_TIERS: Final[dict[str, tuple[Tier, ...]]] = {
    **{tier: (tier,) for tier in TIERS},
    # the seeds' words, accepted wherever a tier is
    "cheap": ("rules", "small"),
    "normal": ("medium", "large"),
    "premium": ("cloud",),
}


class Price(Struct, frozen=True):
    """What a model costs from a day on: dollars per million tokens, plus a fixed part per request."""

    since: date
    input: Money = FREE
    output: Money = FREE
    cached_input: Money | None = None
    request: Money = FREE

    def of(self, usage: Usage) -> Money:
        """The cost of one call. Rounds up to a whole pico-dollar, so a sum is never short."""
        cached_rate = self.input if self.cached_input is None else self.cached_input
        fresh = usage.input_tokens - usage.cached_tokens
        per_million = (
            fresh * self.input.pico + usage.cached_tokens * cached_rate.pico + usage.output_tokens * self.output.pico
        )
        return Money(-(-per_million // 1_000_000) + self.request.pico)


class Model(Struct, frozen=True):
    """A catalog entry. `id` is the house's name, `upstream` the engine's; `reach` the highest complexity it serves."""

    id: str
    engine: str
    tier: Tier
    reach: int
    provider: str = "local"
    upstream: str = ""
    base_url: str = ""
    api_key_setting: str = ""
    prices: tuple[Price, ...] = ()
    quality: float = 0.5
    context: int = 8192
    max_output_tokens: int = 4096
    capabilities: frozenset[str] = frozenset({"text", "json_schema"})
    default: bool = False
    active: bool = True
    adapter_version: int = 1

    def price_on(self, day: date) -> Price | None:
        """The price in force that day (before the first known one: that one), or None for a model without prices."""
        dated = sorted(self.prices, key=lambda price: price.since)
        in_force = [price for price in dated if price.since <= day]
        return in_force[-1] if in_force else dated[0] if dated else None

    def cost(self, usage: Usage, day: date) -> Money:
        """What this usage costs at that day's price."""
        price = self.price_on(day)
        return FREE if price is None else price.of(usage)
