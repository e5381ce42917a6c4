"""What the pool weighs: a model as it is asked for, what it takes, what the machine has, how it is set. Values only."""

from __future__ import annotations

from typing import Final, Literal

from msgspec import Struct

from partimento.core.local import Files
from partimento.core.model import Tier
from partimento.core.request import Priority

PRIORITIES: Final[tuple[Priority, ...]] = ("interactive", "background", "batch")

Mode = Literal["auto", "exclusive", "manual"]
"""auto: as many models as fit; exclusive: one at a time; manual: nothing is loaded or evicted but by hand."""

State = Literal[
    "absent", "downloading", "cold", "waiting", "starting", "loading", "warming", "ready",
    "draining", "sleeping", "stopping", "reclaiming", "failed", "quarantined",
]  # fmt: skip
"""Of a model. waiting: for memory; draining: ends what it has begun, takes nothing new; reclaiming: its process has
ended, its memory is not back yet; quarantined: it crashed too often."""


class Cache(Struct, frozen=True):
    """The keys and values of some layers: bytes for a token of context, in a window of so many tokens (0: all)."""

    token_bytes: int
    window: int = 0


class Footprint(Struct, frozen=True, kw_only=True):
    """What a model takes in memory, read from its files: all experts, all layers."""

    weights_bytes: int
    caches: tuple[Cache, ...] = ()
    slot_bytes: int = 0
    """For each slot, whatever its context: recurrent state, sampling, logits."""
    buffer_bytes: int = 0
    """For computing, the projector, the engine itself."""
    token_bytes: int = 0
    """For each token that a slot may have, once for all slots: the masks of attention."""
    trained_context: int = 0
    """What it was trained for; 0: not told."""
    words: str = ""
    """The architecture in words: "phi3, 32 layers, 32 key-value heads of 96"."""

    def kv_bytes(self, context: int, slots: int) -> int:
        """Keys and values of `slots` answers of `context` tokens each."""
        each = sum(
            cache.token_bytes * (min(context, cache.window) if cache.window else context) for cache in self.caches
        )
        return each * slots

    def bytes(self, context: int, slots: int) -> int:
        """All of it."""
        once = self.weights_bytes + self.buffer_bytes + self.token_bytes * context
        return once + self.kv_bytes(context, slots) + self.slot_bytes * slots


class Wanted(Struct, frozen=True, kw_only=True):
    """A model as a client asks for it. Two that are equal but for `context`, `slots`, `pinned` and `keep_s` are one."""

    model: str
    engine: str
    files: Files
    tier: Tier = "small"
    embeds: bool = False
    context: int = 8192
    """Tokens of a slot, unless a request needs more."""
    context_limit: int = 8192
    """The most a slot may have."""
    slots: int = 1
    pinned: bool = False
    """Not evicted for others, nor for want of use."""
    keep_s: float | None = None
    """How long it stays unused; None: as the pool is set; 0: it goes with its last request; inf: for ever."""
    sleeps: bool = False
    """Whether its engine can give the device's memory back and keep the weights in main memory."""
    devices: tuple[str, ...] = ()
    """Which it can run on, by name or kind ("cuda" for any GPU of that kind); (): all."""
    options: dict[str, str] = {}
    mark: str = ""
    """Of the files as they are now: others at the same path are another model."""

    @property
    def key(self) -> str:
        """What tells one resident model from another."""
        adapters = "".join(f"+{adapter.name}={adapter.path}" for adapter in self.files.adapters)
        options = "".join(f",{name}={value}" for name, value in sorted(self.options.items()))
        mark = f"@{self.mark}" if self.mark else ""
        return f"{self.engine}:{self.files.path}{mark}{adapters}{'#embeds' if self.embeds else ''}{options}"


class Device(Struct, frozen=True, kw_only=True):
    """One memory that models live in: the main memory, a GPU's, or what both share on Apple's chips."""

    name: str
    """"cpu", "metal" or "cuda:N"."""
    total_bytes: int
    recommended_bytes: int = 0
    """The most its maker lets one program have; 0: all of it."""
    free_bytes: int = 0
    """When last looked at: what could be taken without pushing others out."""
    bandwidth: float = 0.0
    """Bytes a second that can be read from it; 0: not known."""
    words: str = ""


class PoolSettings(Struct, frozen=True, kw_only=True):
    """How the pool is set. Times in seconds."""

    mode: Mode = "auto"
    budget_bytes: dict[str, int] = {}
    """The most that models may have together, by device; what is not named: what is free."""
    headroom_bytes: int = 1 << 30
    """What is left free for others on each device."""
    keep_s: float = 300.0
    """How long an unused model stays."""
    hold_s: float = 5.0
    """A model that has just become ready is not evicted sooner."""
    quantum_loads: float = 4.0
    """While another model waits, the resident ones serve so many mean load times before they make room."""
    queue_length: int = 256
    """Of each model; beyond it a request is refused."""
    stall_s: float = 60.0
    """An answer without a new token for so long, or a load without a sign: the child is ended."""
    start_s: float = 600.0
    """The longest a load may take in all."""
    stop_s: float = 5.0
    """From asking a child to end to killing it."""
    remembered_s: float = 600.0
    """How long it is remembered that a way of running a model failed."""
    crashes: int = 3
    """So many within `remembered_s` put a model into quarantine, for as long."""
    idle_exit_s: float = 900.0
    """The daemon ends after so long without a model in memory and without a client."""


class Measured(Struct, frozen=True):
    """What was seen of a model when it ran so: the most memory it had, how long it took to load, tokens a second."""

    context: int
    slots: int
    peak_bytes: int = 0
    load_s: float = 0.0
    tokens_per_s: float = 0.0


def gigabytes(size: float) -> str:
    """A size in words: "2.3 GB", of 10^9 bytes as in the settings; what is small in MB."""
    return f"{size / 1e9:.1f} GB" if size >= 10**8 else f"{size / 1e6:.1f} MB"
