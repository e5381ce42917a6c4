"""What exists to generate with. Knows models, tiers and prices as values; leaves the shipped list to `catalog`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Final, Literal

from msgspec import Meta, Struct

from partimento.core.money import FREE, Money
from partimento.core.usage import Usage

Tier = Literal["rules", "small", "medium", "large", "cloud"]
Capability = Literal["text", "json_schema", "tools", "image", "audio", "embeddings", "speech"]
"""What a model takes and makes: writes `text`, keeps to a `json_schema`, calls `tools`, sees an `image`, hears `audio`,
makes `embeddings`, makes `speech`."""
Dialect = Literal["", "chat", "responses"]
Status = Literal["current", "older", "retired"]

TIERS: Final[tuple[Tier, ...]] = ("rules", "small", "medium", "large", "cloud")
SPOKEN_TIERS: Final[dict[str, tuple[Tier, ...]]] = {
    **{tier: (tier,) for tier in TIERS},
    # the seeds' words, accepted wherever a tier is
    "cheap": ("rules", "small"),
    "normal": ("medium", "large"),
    "premium": ("cloud",),
}


class Band(Struct, frozen=True):
    """Rates of a whole call, once its input is longer than `above` tokens: dollars per million tokens."""

    above: int
    input: Money = FREE
    output: Money = FREE
    cached_input: Money | None = None
    cache_write: Money | None = None
    audio_input: Money | None = None


class Price(Struct, frozen=True):
    """What a model costs from a day on: dollars per million tokens (or `characters` spoken), plus a part per request.

    What is cached, written to a cache or audio costs as other input does, where no rate of its own is named. `bands`
    go upwards. `source` tells where the price was read; empty: set by the owner.
    """

    since: date
    input: Money = FREE
    output: Money = FREE
    cached_input: Money | None = None
    request: Money = FREE
    cache_write: Money | None = None
    audio_input: Money | None = None
    characters: Money = FREE
    bands: tuple[Band, ...] = ()
    source: str = ""

    def of(self, usage: Usage) -> Money:
        """The cost of one call. Rounds up to a whole pico-dollar, so a sum is never short."""
        rates: Price | Band = self
        for band in self.bands:
            if usage.input_tokens > band.above:
                rates = band
        plain = rates.input.pico
        fresh = usage.input_tokens - usage.cached_tokens - usage.cache_write_tokens - usage.audio_tokens
        per_million = max(0, fresh) * plain + usage.output_tokens * rates.output.pico
        per_million += usage.cached_tokens * (plain if rates.cached_input is None else rates.cached_input.pico)
        per_million += usage.cache_write_tokens * (plain if rates.cache_write is None else rates.cache_write.pico)
        per_million += usage.audio_tokens * (plain if rates.audio_input is None else rates.audio_input.pico)
        per_million += usage.characters * self.characters.pico
        return Money(-(-per_million // 1_000_000) + self.request.pico)

    def most(self, usage: Usage) -> Money:
        """The most a call can cost that uses no more than this: whatever of the input the vendor calls it."""
        reached: list[Price | Band] = [self, *(band for band in self.bands if usage.input_tokens > band.above)]
        dearest = max(_dearest(rates) for rates in reached)
        output = max(rates.output.pico for rates in reached)
        per_million = usage.input_tokens * dearest + usage.output_tokens * output
        per_million += usage.characters * self.characters.pico
        return Money(-(-per_million // 1_000_000) + self.request.pico)


class Weights(Struct, frozen=True):
    """A model that one can have: its size, its licence, and where it is. Sizes in GB (10⁹ bytes), of the 4-bit form.

    `memory_gb`: in use with one request of 8,192 tokens; 0: not known. `sources`: repositories on the Hugging Face hub
    by format ("original", "mlx", "gguf").
    """

    parameters: str
    disk_gb: float
    licence: str
    memory_gb: float = 0
    sources: dict[str, str] = {}
    revision: str = ""
    """The state of the original repository that our engines can read; "": the latest."""


class Replica(Struct, frozen=True, forbid_unknown_fields=True):
    """One of several servers of a model; calls go to it in proportion to `weight`."""

    base_url: str
    weight: Annotated[float, Meta(gt=0)] = 1.0


class Model(Struct, frozen=True):
    """A catalog entry. `id` is the house's name, `upstream` the engine's; `reach` the highest complexity it serves.

    A model that its vendor has turned off (`retired_on`) keeps its entry: its name then means `replaced_by`.
    """

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
    capabilities: frozenset[Capability] = frozenset({"text", "json_schema"})
    default: bool = False
    active: bool = True
    adapter_version: int = 1
    aliases: tuple[str, ...] = ()
    retired_on: date | None = None
    replaced_by: str = ""
    weights: Weights | None = None
    replicas: tuple[Replica, ...] = ()
    """Where it runs on several servers: all of them; `base_url` is then the first."""
    dialect: Dialect = ""
    """Which of its engine's protocols it is asked in; "": the engine's usual one."""
    path: str = ""
    """Where its files are, if the owner said so: a GGUF file, or the folder of a checkpoint."""
    slots: int = 0
    """How many answers it writes at once on this machine; 0: as the settings say for its tier."""
    pinned: bool = False
    """Whether it stays in memory once it is there."""
    keep_s: float | None = None
    """How long it stays in memory unused, in seconds; None: as the settings say."""
    adapters: dict[str, str] = {}
    """LoRA weights that may be switched on over it: names and paths."""
    adapter: str = ""
    """Which of them is on; the model's id then ends with "+" and its name."""
    options: dict[str, str] = {}
    """Its local engine's own."""

    @property
    def base(self) -> str:
        """The id of the model without its adapter."""
        return self.id.removesuffix(f"+{self.adapter}") if self.adapter else self.id

    def price_on(self, day: date) -> Price | None:
        """The price in force that day (before the first known one: that one), or None for a model without prices."""
        in_force = first = None
        for price in self.prices:  # few, in any order; a sort would cost more than the rest of the call
            if first is None or price.since < first.since:
                first = price
            if price.since <= day and (in_force is None or price.since >= in_force.since):
                in_force = price
        return in_force or first

    def cost(self, usage: Usage, day: date) -> Money:
        """What this usage costs at that day's price."""
        price = self.price_on(day)
        return FREE if price is None else price.of(usage)

    def most(self, usage: Usage, day: date) -> Money:
        """The most a call can cost that day that uses no more than this."""
        price = self.price_on(day)
        return FREE if price is None else price.most(usage)

    def status(self, day: date) -> Status:
        """Whether it is offered that day: retired, or older where a successor is named."""
        if self.retired_on is not None and self.retired_on <= day:
            return "retired"
        return "older" if self.replaced_by else "current"


def meant(name: str, models: Iterable[Model], day: date) -> tuple[Model, str] | None:
    """The model that a name means that day (id, the engine's own name, alias), and a note where a successor answers.

    A retired model without a successor among `models` is given as it is.
    """
    known = list(models)
    found = (  # what a server calls so comes before what the catalog also calls so
        next((model for model in known if name == model.id), None)
        or next((model for model in known if name == model.upstream), None)
        or next((model for model in known if name in model.aliases), None)
        or next((model for model in known if name.lower() in map(str.lower, (model.id, *model.aliases))), None)
    )
    if found is None:
        return None
    note, by_id = "", {model.id: model for model in known}
    while found.status(day) == "retired" and found.replaced_by in by_id:
        note = f"{note}{found.id} was retired on {found.retired_on}; {found.replaced_by} stands in for it. "
        found = by_id[found.replaced_by]
    return found, note.strip()


def _dearest(rates: Price | Band) -> int:
    kinds = (rates.input, rates.cached_input, rates.cache_write, rates.audio_input)
    return max(rate.pico for rate in kinds if rate is not None)
