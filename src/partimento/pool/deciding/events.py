"""What happens to the pool. Every event carries when, on the monotonic clock; `decide` takes one at a time."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from partimento.core.local import Heard
from partimento.core.request import Priority
from partimento.pool.values import Device, Footprint, Measured, PoolSettings, Wanted

Outcome = Literal["done", "gone", "failed", "stalled"]
"""Of a lease: answered; given up by the client; the child broke off; no token came for too long."""


class Asked(Struct, frozen=True, kw_only=True, tag=True):
    """A client wants to ask a model something. `need`: tokens of prompt and answer together."""

    at: float
    lease: str
    client: str
    wanted: Wanted
    footprint: Footprint
    need: int
    deadline: float
    priority: Priority = "interactive"
    user: str = ""


class Ended(Struct, frozen=True, tag=True):
    """A client is done with a lease, whether it was granted yet or not."""

    at: float
    lease: str
    outcome: Outcome = "done"


class LoadAsked(Struct, frozen=True, kw_only=True, tag=True):
    """Somebody wants a model in memory, by hand. `force`: others make room, in use or pinned or not."""

    at: float
    ticket: str
    wanted: Wanted
    footprint: Footprint
    force: bool = False


class UnloadAsked(Struct, frozen=True, tag=True):
    """Somebody wants a model gone ("" for all). `force`: without waiting for its answers."""

    at: float
    ticket: str
    model: str = ""
    force: bool = False


class PinAsked(Struct, frozen=True, tag=True):
    """Somebody says how long a model stays. `pinned` None: as it was."""

    at: float
    ticket: str
    model: str
    pinned: bool | None = None
    keep_s: float | None = None


class Started(Struct, frozen=True, tag=True):
    """The child of a worker runs."""

    at: float
    worker: int
    pid: int


class Told(Struct, frozen=True, tag=True):
    """The child said something of how far it is."""

    at: float
    worker: int
    heard: Heard


class BecameReady(Struct, frozen=True, tag=True):
    """The child answers; it has so much memory."""

    at: float
    worker: int
    used_bytes: int


class Slept(Struct, frozen=True, tag=True):
    """The child has given its device memory back and can be woken."""

    at: float
    worker: int


class Seen(Struct, frozen=True, tag=True):
    """A look at a running child: memory, and tokens made since it started."""

    at: float
    worker: int
    used_bytes: int
    tokens: int


class Stalled(Struct, frozen=True, tag=True):
    """The watchdog found a child that makes no progress."""

    at: float
    worker: int
    reason: str


class Exited(Struct, frozen=True, tag=True):
    """A child has ended, wished or not; `reason` tells how."""

    at: float
    worker: int
    reason: str
    out_of_memory: bool = False


class Reclaimed(Struct, frozen=True, tag=True):
    """The memory of an ended child is back, or was waited for long enough."""

    at: float
    worker: int


class Looked(Struct, frozen=True, tag=True):
    """Time has passed; the machine's memory now."""

    at: float
    devices: tuple[Device, ...]


class Recalled(Struct, frozen=True, tag=True):
    """What earlier daemons measured of a model, by its key."""

    at: float
    measured: dict[str, tuple[Measured, ...]]


class Reset(Struct, frozen=True, tag=True):
    """New settings."""

    at: float
    settings: PoolSettings


class Closing(Struct, frozen=True, tag=True):
    """The daemon is to end: nothing new is begun. `force`: without waiting for answers."""

    at: float
    force: bool = False


Event = (
    Asked | Ended | LoadAsked | UnloadAsked | PinAsked | Started | Told | BecameReady | Slept | Seen | Stalled | Exited
    | Reclaimed | Looked | Recalled | Reset | Closing
)  # fmt: skip
