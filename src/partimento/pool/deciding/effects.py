"""What the pool does. `decide` gives a list of these; `daemon` carries them out in their order, nothing else."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from partimento.core.local import Plan
from partimento.pool.values import Measured, State, Wanted

Why = Literal["full", "busy", "late", "failed", "quarantined", "too large", "manual", "closing", "unknown", "pinned"]
"""full: the queue; busy: it would push others out; late: the deadline; too large: for this machine."""


class Refusal(Struct, frozen=True, kw_only=True):
    """Why not. `would_evict`: models that a forced load would push out."""

    kind: Why
    what: str
    why: str = ""
    mend: str = ""
    retry_after_s: float | None = None
    would_evict: tuple[str, ...] = ()


class Progress(Struct, frozen=True, kw_only=True):
    """How far what somebody waits for is. `position` counts from 1; 0: not in a queue."""

    model: str
    state: State
    stage: str = ""
    fraction: float | None = None
    position: int = 0
    eta_s: float | None = None


class Start(Struct, frozen=True, tag=True):
    """Start a child. Events `Started`, `Told`, then `BecameReady` or `Exited` follow."""

    worker: int
    wanted: Wanted
    plan: Plan


class Stop(Struct, frozen=True, tag=True):
    """Ask a child to end, kill it after `grace_s`. `Exited` follows."""

    worker: int
    grace_s: float


class Sleep(Struct, frozen=True, tag=True):
    """Have a child give its device memory back. `Slept` follows, or `Exited`."""

    worker: int


class Wake(Struct, frozen=True, tag=True):
    """Have a sleeping child take it again. `BecameReady` follows, or `Exited`."""

    worker: int


class Reclaim(Struct, frozen=True, tag=True):
    """See that the memory of an ended child comes back. `Reclaimed` follows."""

    worker: int
    device: str
    bytes: int


class Grant(Struct, frozen=True, tag=True):
    """The lease is given: that worker is to be asked. `notes` are for the receipt."""

    lease: str
    worker: int
    notes: tuple[str, ...] = ()


class Refuse(Struct, frozen=True, tag=True):
    """The lease is not given, or what was asked by hand is not done. `to`: a lease or a ticket."""

    to: str
    refusal: Refusal


class Revoke(Struct, frozen=True, tag=True):
    """A granted lease has lost its worker."""

    lease: str
    reason: str


class Tell(Struct, frozen=True, tag=True):
    """Say to who waits how far it is."""

    to: str
    progress: Progress


class Done(Struct, frozen=True, tag=True):
    """What was asked by hand is done. `notes`: what it meant for others."""

    ticket: str
    notes: tuple[str, ...] = ()


class Remember(Struct, frozen=True, tag=True):
    """Keep for later daemons what was measured."""

    key: str
    measured: tuple[Measured, ...]


class Close(Struct, frozen=True, tag=True):
    """All children are gone: end."""


Effect = Start | Stop | Sleep | Wake | Reclaim | Grant | Refuse | Revoke | Tell | Done | Remember | Close
