"""A job at filling the library, and its items, as values. Knows their states; leaves rows to `shelf`."""

from __future__ import annotations

from decimal import Decimal
from typing import Final, Literal

from msgspec import Struct

from partimento.core.money import Money

JobState = Literal["running", "paused", "done", "failed", "cancelled"]
ItemState = Literal["made", "failed", "duplicate", "skipped"]
Origin = Literal["plan", "pack"]
"""Where a job's items come from: they are made, or were brought in."""
ENDPOINT: Final = "library"


class Job(Struct, frozen=True, kw_only=True):
    """A job's row. Times in Unix seconds; `seconds` is the time it has been worked at, `cap_pico` its cost cap."""

    id: str
    name: str
    origin: Origin
    plan: str
    plan_hash: str
    state: JobState
    why: str
    total: int
    cap_pico: int | None
    caller: str
    owner: str
    created_at: float
    changed_at: float
    seconds: float

    @property
    def cap(self) -> Money | None:
        return None if self.cap_pico is None else Money(self.cap_pico)

    @property
    def endpoint(self) -> str:
        """What its requests are called in the ledger."""
        return f"{ENDPOINT}.{self.id}"


class ItemRow(Struct, frozen=True, kw_only=True):
    """A settled item, in the order of its columns. `fields` and `options` are JSON."""

    job: str
    position: int
    item_key: str
    state: ItemState
    memory_id: str
    task: str
    genre: str
    music_key: str
    level: str
    kind: str
    topic: str
    space: str
    fields: str
    options: str
    error: str
    attempts: int
    settled_at: float


class Listed(Struct, frozen=True, kw_only=True):
    """An item of the library as it is listed. `task_version`, `model` and `created_at` (Unix seconds) are those of its
    making."""

    job: str
    position: int
    memory_id: str
    item_key: str
    task: str
    genre: str
    key: str
    level: str
    kind: str
    topic: str
    space: str
    fields: str
    options: str
    model: str
    task_version: int
    created_at: float

    @property
    def place(self) -> str:
        """Where it stands among all, for who goes on from there."""
        return f"{self.job}:{self.position}"


class Reason(Struct, frozen=True):
    """Why items failed, and how many."""

    error: str
    items: int


class Unmade(Struct, frozen=True):
    """Why items were not made, and how many."""

    state: ItemState
    error: str
    items: int


class Progress(Struct, frozen=True, kw_only=True):
    """How far a job is. Money in US dollars; `rate` in items a second and `left_s` in seconds, None before it can be
    told. `interrupted`: it was running in a process that is gone."""

    job: str
    name: str
    state: JobState
    why: str
    total: int
    made: int = 0
    failed: int = 0
    duplicates: int = 0
    skipped: int = 0
    cost_usd: Decimal = Decimal(0)
    cap_usd: Decimal | None = None
    seconds: float = 0.0
    rate: float | None = None
    left_s: float | None = None
    interrupted: bool = False
    errors: tuple[Reason, ...] = ()

    @property
    def settled(self) -> int:
        return self.made + self.failed + self.duplicates + self.skipped

    def line(self) -> str:
        """The same for a terminal."""
        parts = [f"{self.name}: {self.settled:,} of {self.total:,}"]
        if self.rate is not None:
            parts.append(f"{self.rate:.1f}/s")
        if self.left_s is not None and self.state == "running":
            parts.append(f"{spoken(self.left_s)} left")
        parts.append(f"${self.cost_usd:f}" + (f" of ${self.cap_usd:f}" if self.cap_usd is not None else ""))
        parts += [
            f"{count:,} {word}"
            for count, word in ((self.failed, "failed"), (self.duplicates, "near-duplicates"))
            if count
        ]
        return " · ".join(parts)


def spoken(seconds: float) -> str:
    """A time as people say it: 45 s, 12 min, 3 h 20 min."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60:02} min"
