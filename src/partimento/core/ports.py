"""What the pipeline needs of the world, as protocols. Knows no implementation: engines, stores and clocks bring theirs.

Whoever implements a port is proven by the contract suite of that port in `partimento.testing`.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from datetime import date
from typing import Any, Literal, Protocol

import msgspec
from msgspec import Struct

from partimento.core.clock import Clock
from partimento.core.conversation import Conversation, ToolCall
from partimento.core.model import Model
from partimento.core.money import Money
from partimento.core.settings import Settings
from partimento.core.usage import NOTHING_USED, Usage

# ---- engines: whatever drafts ----------------------------------------------------------------------------------


class Call(Struct, frozen=True, kw_only=True):
    """One question to one model. `request` is the redacted Request, for engines that compose instead of reading.

    Asked is `user`, or the `conversation` where there is one (its last words are `user` then), or the vectors of
    `texts`; `system` comes before any of them.
    """

    model: Model
    request: Any
    system: str
    user: str
    max_tokens: int
    deadline: float
    """On the clock's monotonic scale."""
    schema: dict[str, Any] | None = None
    """JSON schema the text must follow; None for free text."""
    conversation: Conversation | None = None
    texts: tuple[str, ...] = ()
    dimensions: int | None = None
    """How long the vectors of `texts` are to be; None: as the model makes them."""
    stream: bool = True
    """Whether anybody reads along; else the upstream may answer in one piece."""
    temperature: float | None = None
    seed: int | None = None


class Drafted(Struct, frozen=True):
    """The last word of an engine: the whole text (or, from rules, the value itself) and what it used.

    `usage` is None where the upstream did not say. `truncated`: it stopped at max_tokens. The value of an answer to
    `texts` is a list of vectors (lists of floats), one for each, in their order.
    """

    text: str = ""
    value: Any = None
    usage: Usage | None = NOTHING_USED
    truncated: bool = False
    tool_calls: tuple[ToolCall, ...] = ()
    notes: tuple[str, ...] = ()
    """What the receipt should say of it: counts that cannot be, something the server left out."""


class Engine(Protocol):
    """Runs models. One instance serves many calls at once.

    One that ends its drafts by the call's deadline itself may say so with a true `keeps_time`; others are stopped. One
    whose models take time to load may tell by `warm(model)` which are in memory: of equals the route takes those first.
    """

    @property
    def name(self) -> str: ...

    def unready(self, model: Model, request: Any) -> str:
        """Why this model cannot be asked this request, with the mend, in a sentence; "" when it can. No I/O."""
        ...

    def draft(self, call: Call) -> AsyncGenerator[str | Drafted, None]:
        """Pieces of text as they come, then exactly one Drafted. Raises EngineError; closing it cancels upstream."""
        ...

    async def close(self) -> None:
        """Give back connections."""
        ...


# ---- memory: what was generated --------------------------------------------------------------------------------


class MemoryItem(Struct, frozen=True, kw_only=True):
    """A generated answer: immutable; `id` is the hex SHA-256 of task, version, value and maker (content-addressed)."""

    id: str
    task: str
    task_version: int
    value: bytes
    """The output as JSON."""
    prompt: str
    """What was asked, redacted."""
    options: bytes
    model: str
    engine: str
    tier: str
    provider: str
    input_tokens: int
    output_tokens: int
    cost_pico: int
    latency_ms: float
    created_at: float
    user: str = ""
    claims: str = ""
    """How many claims in its prose were confirmed, corrected and unrecognised, as "5,1,0"; "" where none were read."""


class CacheEntry(Struct, frozen=True):
    """Fingerprint → memory item, within a scope, until `expires_at` (Unix seconds; None: never).

    `scope` is "" for global, "key:…" or "user:…" for one account.
    """

    fingerprint: bytes
    scope: str
    memory_id: str
    expires_at: float | None


class Remembered(Struct, frozen=True):
    """A memory item as a hit needs it."""

    memory_id: str
    value: bytes
    model: str
    engine: str
    tier: str
    provider: str
    input_tokens: int
    output_tokens: int
    cost_pico: int
    claims: str = ""


class Memory(Protocol):
    """Reads what was generated; writing goes with the ledger row, through Ledger.record."""

    async def look_up(self, fingerprint: bytes, scope: str, now: float) -> Remembered | None:
        """The live item of that fingerprint, or None. A point read: where it takes microseconds it may block."""
        ...


# ---- ledger: every request, one row ----------------------------------------------------------------------------

Ending = Literal["hit", "served", "failed", "cancelled", "unknown"]
Saver = Literal["", "cache", "local", "flight"]


class LedgerRow(Struct, frozen=True, kw_only=True):
    """One finished request. Times in Unix seconds and milliseconds, money in pico-dollars."""

    id: str
    at: float
    task: str
    endpoint: str
    user: str
    key: str
    model: str
    engine: str
    tier: str
    provider: str
    selection_mode: str
    complexity: int
    ending: Ending
    input_tokens: int
    output_tokens: int
    cost_pico: int
    saved_pico: int
    latency_ms: float
    memory_id: str = ""
    error: str = ""
    attempts: bytes = b"[]"
    genre: str = ""
    saved_by: Saver = ""
    """What `saved_pico` is owed to: an answer remembered, one made here for nothing, one that somebody waited for."""
    decision: str = ""
    """What the route weighed, short enough to keep; "" where there was nothing to decide."""


class Tally(Struct, frozen=True):
    """How many drafts of a model were sound, at a task of some complexity: counts that fade, as of `at` (Unix s)."""

    task: str
    model: str
    complexity: int
    sound: float
    unsound: float
    at: float


class Cap(Struct, frozen=True):
    """At most `limit` in each `period`, counted over `holder`: "" everybody, "user:42", "key:abc"."""

    holder: str
    period: Literal["day", "month"]
    limit: Money


class Reservation(Struct, frozen=True, kw_only=True):
    """Money put aside for one call, before it is made. `row` is what the ledger will say should nobody return."""

    id: str
    row: LedgerRow
    amount: Money
    caps: tuple[Cap, ...]
    lapses_at: float
    """Unix seconds; open beyond this, it is settled in full as "unknown"."""


class Blocked(Struct, frozen=True):
    """A reservation that did not fit: the cap, what is spent and what is only reserved within its period."""

    cap: Cap
    spent: Money
    reserved: Money

    def may_clear(self, amount: Money) -> bool:
        """Whether the settlement of open reservations could make room for `amount`."""
        return self.spent + amount <= self.cap.limit


class Ledger(Protocol):
    """Writes. A write is queued by the call itself; its awaitable returns after the commit, and cancelling the wait
    never undoes it."""

    def record(
        self,
        row: LedgerRow,
        item: MemoryItem | None = None,
        entry: CacheEntry | None = None,
        evidence: Sequence[Tally] = (),
    ) -> Awaitable[None]:
        """The row, and with it the item, its cache entry and what the drafts came to, in one transaction."""
        ...

    async def caps(self, holders: Sequence[str]) -> Sequence[Cap]:
        """The caps that rows set for these holders. A point read: where it takes microseconds it may block."""
        ...

    def reserve(self, reservation: Reservation, now: float) -> Awaitable[Blocked | None]:
        """Put the money aside durably under every cap at once, or say which cap blocks. Nothing is kept if blocked."""
        ...

    def settle(self, reservation_id: str, cost: Money, now: float) -> Awaitable[None]:
        """Turn a reservation into what it did cost, also beyond its amount. Settling twice changes nothing."""
        ...

    def settled(self, timeout_s: float) -> Awaitable[None]:
        """Return when any reservation may have been settled since the call, at the latest after `timeout_s`."""
        ...


class Outcomes(Protocol):
    """What drafts came to so far, read back for the route."""

    async def tallies(self, now: float) -> Sequence[Tally]:
        """Every tally, at most seconds old, and the same object until there is news. Asked at every request."""
        ...


# ---- several processes on one store ----------------------------------------------------------------------------


class Flights(Protocol):
    """Who generates, among processes that share a store: one lease for each request under way."""

    def take_off(self, flight: bytes, now: float, lapses_at: float) -> Awaitable[bool]:
        """True: it is this process's to generate, until it lands or `lapses_at`. False: another one is at it. The
        lease of a process that is gone counts for nothing."""
        ...

    def land(self, flight: bytes) -> Awaitable[None]:
        """Give the lease back. Queued at the call, like every write."""
        ...


# ---- the whole -------------------------------------------------------------------------------------------------


class Catalog(Protocol):
    """Which models exist today."""

    def models(self) -> Sequence[Model]:
        """Every active model, in catalog order."""
        ...

    def reference(self, complexity: int, day: date) -> Model | None:
        """The cloud model `auto` would come to for this complexity that day: its price tells what was saved."""
        ...


class Ports(Struct, frozen=True, kw_only=True):
    """All that the pipeline is given. `in_flight` is its own: the requests being generated now, by fingerprint."""

    engines: Mapping[str, Engine]
    memory: Memory
    ledger: Ledger
    catalog: Catalog
    clock: Clock
    settings: Settings
    new_id: Callable[[], str]
    new_seed: Callable[[], int]
    in_flight: dict[bytes, Any]
    flights: Flights | None = None
    """None where this process is the only one on its store."""
    outcomes: Outcomes | None = None
    """None: the route keeps to the catalog."""
    task_named: Callable[[str], Any] | None = None
    """name → Task, for wholes that are made of parts; None where there are none."""
    routes: dict[str, Any] = msgspec.field(default_factory=dict)
    """The pipeline's own, like `in_flight`: what of the route holds for many requests."""
