"""The pool as values: who waits for what, what runs, what was learnt. Knows how they hang together and what follows
from them at a moment; leaves every change to `turn` and the subjects of `decide`."""

from __future__ import annotations

from math import exp, inf
from typing import Final, Literal

from msgspec import Struct

from partimento.core.local import Plan
from partimento.pool.values import PRIORITIES, Device, Footprint, Measured, PoolSettings, State, Wanted

RANKS: Final = {priority: rank for rank, priority in enumerate(PRIORITIES)}
"""0 is the most urgent."""
NOBODY: Final = len(PRIORITIES)
"""The rank of a model that nobody asks anything."""
RECENT_S: Final = 600.0
"""Over which the rate of use of a model is averaged."""
READ_BYTES_PER_S: Final = 1.5e9
SPAWN_S: Final = 1.0
LOADING: Final[frozenset[State]] = frozenset({"starting", "loading", "warming"})
LEAVING: Final[frozenset[State]] = frozenset({"draining", "stopping", "reclaiming"})


class Waiting(Struct, frozen=True, kw_only=True):
    """A lease that was asked for. `rank`: of its priority; `who`: between whom it is shared out."""

    lease: str
    key: str
    who: str
    rank: int
    need: int
    deadline: float
    since: float


class Held(Struct, frozen=True, kw_only=True):
    """A lease that was given."""

    lease: str
    key: str
    worker: int
    rank: int
    since: float


class Failed(Struct, frozen=True, kw_only=True):
    """A way of running a model that failed. `alone`: nothing else was on its device."""

    context: int
    slots: int
    alone: bool
    until: float
    reason: str


class Ticket(Struct, frozen=True, kw_only=True):
    """What was asked by hand and is not done yet: `keys` are to be in memory, or `workers` to be gone."""

    ticket: str
    kind: Literal["load", "unload"]
    keys: tuple[str, ...] = ()
    workers: tuple[int, ...] = ()
    force: bool
    since: float
    notes: tuple[str, ...] = ()


class Known(Struct, frozen=True, kw_only=True):
    """A model that was asked for once. `lines`: who waits, by rank and who asks, in the order of arrival."""

    key: str
    wanted: Wanted
    footprint: Footprint
    lines: dict[tuple[int, str], dict[str, Waiting]] = {}
    waiting: int = 0
    served: dict[str, float] = {}
    """Tokens promised to each who waits, since all were last even; `level` is where a newcomer begins."""
    level: float = 0.0
    worker: int = 0
    """The living one, 0 for none."""
    promised: int = NOBODY
    """Room is being made for it, as if for a request of this rank; NOBODY: it is not."""
    failed: tuple[Failed, ...] = ()
    crashes: tuple[float, ...] = ()
    quarantined_until: float = 0.0
    retry_at: float = 0.0
    reason: str = ""
    rate: float = 0.0
    """Requests a second, as of `rate_at`."""
    rate_at: float = 0.0
    service_s: float = 0.0
    """Of an answer, on the average; 0: not known."""
    largest: int = 0
    """The largest need of late, as of `largest_at`."""
    largest_at: float = 0.0
    short_since: float | None = None
    """Since when it fits only because of what other programs have taken."""
    pinned: bool | None = None
    keep_s: float | None = None
    """Set by hand; None: as it is wanted."""
    by_hand: bool = False
    """Loaded by hand, and not unloaded since."""
    told_at: float = 0.0

    @property
    def stays(self) -> bool:
        """Whether it is pinned."""
        return self.wanted.pinned if self.pinned is None else self.pinned

    def keeps_s(self, settings: PoolSettings) -> float:
        """How long it stays unused."""
        for given in (self.keep_s, self.wanted.keep_s):
            if given is not None:
                return given
        return settings.keep_s

    def rate_now(self, now: float) -> float:
        """Requests a second, of late."""
        return self.rate * exp(-max(0.0, now - self.rate_at) / RECENT_S)


class Worker(Struct, frozen=True, kw_only=True):
    """A child process, from the wish to start it until its memory is back."""

    number: int
    key: str
    plan: Plan
    since: float
    told_at: float
    """When it last gave a sign of life."""
    state: State = "starting"
    stage: str = ""
    fraction: float | None = None
    estimated_bytes: int = 0
    reserved_bytes: int = 0
    host_bytes: int = 0
    """Of main memory, for what sleeps out of a GPU's."""
    used_bytes: int = 0
    peak_bytes: int = 0
    buffers_bytes: int = 0
    leases: tuple[str, ...] = ()
    rank: int = NOBODY
    """The most urgent of its leases."""
    was_ready: bool = False
    ready_at: float = 0.0
    last_used: float = 0.0
    load_s: float = 0.0
    pid: int = 0
    tokens: int = 0
    seen_at: float = 0.0
    tokens_per_s: float = 0.0
    alone: bool = False
    used: bool = False
    """Whether it has had a lease."""
    makes_room_for: str = ""
    """The key of the model it drains for."""
    failure: str = ""
    """Why it is being ended, if not by wish."""
    out_of_memory: bool = False
    note: str = ""
    """What it runs with less than was wanted, and why."""
    before: str = ""
    """How its forerunner broke off; told with its first answer."""
    waking: bool = False

    @property
    def asleep(self) -> bool:
        return self.state == "sleeping" and not self.reserved_bytes

    @property
    def leaving(self) -> bool:
        """Whether its memory is on its way back."""
        return self.state in LEAVING or (self.state == "sleeping" and self.reserved_bytes > 0)

    def on(self, device: str) -> int:
        """What is reserved for it on a device."""
        return (self.reserved_bytes if self.plan.device == device else 0) + (self.host_bytes if device == "cpu" else 0)


class PoolState(Struct, frozen=True, kw_only=True):
    """Everything that is decided on. `queued`: keys with somebody waiting or to be loaded by hand; `due`: when each
    waiting lease must be refused at the latest, in order."""

    settings: PoolSettings
    devices: tuple[Device, ...]
    begun_at: float = 0.0
    now: float = 0.0
    looked_at: float = 0.0
    """What time brings was last weighed then."""
    room_at: float = inf
    """When the next resident model may have to make room for one that waits."""
    known: dict[str, Known] = {}
    workers: dict[int, Worker] = {}
    waiting: dict[str, Waiting] = {}
    held: dict[str, Held] = {}
    due: tuple[tuple[float, str], ...] = ()
    queued: dict[str, None] = {}
    tickets: dict[str, Ticket] = {}
    measured: dict[str, tuple[Measured, ...]] = {}
    next_worker: int = 1
    closing: Literal["", "gently", "at once", "closed"] = ""

    @classmethod
    def begin(cls, settings: PoolSettings, devices: tuple[Device, ...], now: float = 0.0) -> PoolState:
        """An empty pool on these devices, at `now` on the monotonic clock."""
        return cls(settings=settings, devices=devices, begun_at=now, now=now)

    def named(self, model: str) -> tuple[str, ...]:
        """The keys of a model, by its name or its key; "" for all."""
        return tuple(key for key, known in self.known.items() if model in ("", key, known.wanted.model))


def measured_so(measured: tuple[Measured, ...], context: int, slots: int) -> Measured | None:
    """What was seen of a model when it ran just so."""
    return next((seen for seen in measured if (seen.context, seen.slots) == (context, slots)), None)


def load_seconds(known: Known, measured: tuple[Measured, ...]) -> float:
    """How long a model takes to load: as it last did, or guessed from its size."""
    taken = next((seen.load_s for seen in reversed(measured) if seen.load_s), 0.0)
    return taken or SPAWN_S + known.footprint.weights_bytes / READ_BYTES_PER_S
