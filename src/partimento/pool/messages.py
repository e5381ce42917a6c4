"""What clients and the daemon say to each other: one JSON object a line, over a Unix socket, both ways at any time.

Several requests may be under way on one connection; each carries an `id` of the client's. What a connection holds is
given back when it breaks.
"""

from __future__ import annotations

from typing import Final

import msgspec
from msgspec import Struct

from partimento.core.request import Priority
from partimento.pool.deciding.effects import Progress, Refusal
from partimento.pool.deciding.events import Outcome
from partimento.pool.values import Device, Mode, PoolSettings, State, Wanted

VERSION: Final = 1
"""A client and a daemon of different versions do not talk: the client says so, and how to restart the daemon."""


class Hello(Struct, frozen=True, kw_only=True, tag="hello"):
    """The first word of both sides."""

    version: int = VERSION
    pid: int = 0
    program: str = ""


class Lease(Struct, frozen=True, kw_only=True, tag="lease"):
    """Ask for a model. Answered by any number of Waiting, then Granted or Refused; after Granted, Revoked may come."""

    id: str
    wanted: Wanted
    need: int
    within_s: float
    priority: Priority = "interactive"
    user: str = ""


class Release(Struct, frozen=True, tag="release"):
    """A lease is no longer needed, granted or not. Not answered."""

    id: str
    outcome: Outcome = "done"


class Load(Struct, frozen=True, kw_only=True, tag="load"):
    """Load by hand. Answered by any number of Waiting, then Finished or Refused."""

    id: str
    wanted: Wanted
    force: bool = False


class Unload(Struct, frozen=True, kw_only=True, tag="unload"):
    """Unload by hand; "" for all. Answered by Finished or Refused."""

    id: str
    model: str = ""
    force: bool = False


class Pin(Struct, frozen=True, kw_only=True, tag="pin"):
    """How long a model stays. Answered by Finished or Refused."""

    id: str
    model: str
    pinned: bool | None = None
    keep_s: float | None = None


class Set(Struct, frozen=True, kw_only=True, tag="set"):
    """New settings. Answered by Finished."""

    id: str
    settings: PoolSettings


class Ask(Struct, frozen=True, tag="status"):
    """Answered by Status."""

    id: str


class Watch(Struct, frozen=True, tag="watch"):
    """Answered by a Status now and after each change of a state, until the connection ends or a Release of the id."""

    id: str


class End(Struct, frozen=True, tag="end"):
    """End the daemon, after its answers or (`force`) at once. Answered by Finished when all children are gone."""

    id: str
    force: bool = False


class Granted(Struct, frozen=True, kw_only=True, tag="granted"):
    """Where to ask, with which secret, under which name; `notes` are for the receipt."""

    id: str
    base_url: str
    secret: str
    upstream: str
    notes: tuple[str, ...] = ()


class Waiting(Struct, frozen=True, tag="waiting"):
    """Not yet."""

    id: str
    progress: Progress


class Refused(Struct, frozen=True, tag="refused"):
    """No."""

    id: str
    refusal: Refusal


class Revoked(Struct, frozen=True, tag="revoked"):
    """The model behind a granted lease is gone."""

    id: str
    reason: str


class Finished(Struct, frozen=True, tag="finished"):
    """Done."""

    id: str
    notes: tuple[str, ...] = ()


class Resident(Struct, frozen=True, kw_only=True):
    """A model that the pool knows. Bytes, and seconds; `pid` 0: no process."""

    model: str
    engine: str
    state: State
    stage: str = ""
    fraction: float | None = None
    device: str = ""
    context: int = 0
    slots: int = 0
    estimated_bytes: int = 0
    measured_bytes: int = 0
    reserved_bytes: int = 0
    leases: int = 0
    queued: int = 0
    pinned: bool = False
    keep_s: float | None = None
    unused_s: float | None = None
    load_s: float = 0.0
    tokens: int = 0
    crashes: int = 0
    reason: str = ""
    """Why it failed, why it was evicted, what it was asked with less for."""
    retry_s: float | None = None
    pid: int = 0


class Budgeted(Struct, frozen=True, kw_only=True):
    """A device, what models may have of it now, and what they have been promised."""

    device: Device
    budget_bytes: int
    reserved_bytes: int


class Status(Struct, frozen=True, kw_only=True, tag="status"):
    """The whole pool now."""

    id: str = ""
    pid: int
    since_s: float
    mode: Mode
    devices: tuple[Budgeted, ...]
    models: tuple[Resident, ...]
    clients: int = 0


Question = Hello | Lease | Release | Load | Unload | Pin | Set | Ask | Watch | End
Answer = Hello | Granted | Waiting | Refused | Revoked | Finished | Status

encode = msgspec.json.Encoder().encode
question_of = msgspec.json.Decoder(Question).decode
answer_of = msgspec.json.Decoder(Answer).decode
