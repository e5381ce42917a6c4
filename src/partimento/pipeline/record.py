"""The last station: a ledger row for every exit, a memory item for every served answer. Leaves storage to Ledger."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

import msgspec
from msgspec import Struct

from partimento.core.errors import PartimentoError
from partimento.core.model import Model
from partimento.core.money import FREE, Money
from partimento.core.ports import CacheEntry, Ending, LedgerRow, MemoryItem, Ports, Remembered, Tally
from partimento.core.request import Request
from partimento.core.result import Attempt, Claims, Outcome, Receipt
from partimento.core.task import Prompt
from partimento.core.usage import NOTHING_USED, Usage
from partimento.decoding.schema import encode
from partimento.pipeline.cache import Place
from partimento.pipeline.claims import counted, spelled
from partimento.pipeline.outcomes import evidence_of, kept_attempts
from partimento.pipeline.ranking import verifiable

_json = msgspec.json.Encoder(order="deterministic")
_NOTHING = Decimal(0)


class Entry:
    """The ledger entry of one request while it is on its way: attempts, usage and cost add up here."""

    def __init__(self, request: Request[Any], ports: Ports) -> None:
        self.request = request
        self.ports = ports
        self.at = ports.clock.now()
        self.started = ports.clock.monotonic()
        self.id = ports.new_id()
        self.complexity = 0
        self.attempts: list[Attempt] = []
        self._noted: list[str] = []
        """For each attempt, what the ledger is to keep of its reason."""
        self._unweighed: set[str] = set()
        """Attempted models whose drafts tell nothing of an ability: the rules; what was put together of parts."""
        self.prompt: Prompt | None = None
        """What is asked, redacted; None where memory answers."""
        self.decision = ""
        """What the route decided, in its codes."""
        self.notes: list[str] = list(request.task.notes(request.inputs))
        self.usage: Usage = NOTHING_USED
        self.cost: Money = FREE
        self.claims: Claims | None = None
        self.closed = False
        self.waited = False
        """Whether somebody else's generation answered this one."""
        self.kept: Callable[[Any], Any] = lambda text: text
        """What makes a reason fit to be stored: an upstream may quote what it was asked."""

    def attempted(self, model: Model, outcome: Outcome, reason: str = "", *, noted: str | None = None) -> Attempt:
        """`noted`: what the ledger is to keep of the reason; None for all of it."""
        attempt = Attempt(model.id, outcome, reason)
        self.attempts.append(attempt)
        self._noted.append(reason if noted is None else noted)
        if model.engine in ("rules", "parts"):
            self._unweighed.add(model.id)
        return attempt

    def evidence(self) -> tuple[Tally, ...]:
        """What the attempts tell of the models' ability; nothing where no check could tell a sound draft."""
        if not (self.attempts and verifiable(self.request.task)):
            return ()
        return evidence_of(self.request.task.name, self.complexity, self.attempts, self.at, self._unweighed)

    def proved(self, claims: Claims | None, notes: Iterable[str]) -> None:
        """What proving the served draft came to."""
        self.claims = claims
        self.notes += notes

    def spent(self, usage: Usage, cost: Money) -> None:
        self.usage, self.cost = self.usage + usage, self.cost + cost

    @property
    def latency_ms(self) -> float:
        return (self.ports.clock.monotonic() - self.started) * 1000

    @cached_property
    def day(self) -> date:
        return datetime.fromtimestamp(self.at, UTC).date()

    def row(self, ending: Ending, **known: Any) -> LedgerRow:
        """The row as things stand; `known` fills in model, memory item, error."""
        request = self.request
        fields = {
            "id": self.id, "at": self.at, "task": request.task.name,
            "endpoint": request.caller.endpoint, "user": request.caller.user, "key": request.caller.key,
            "model": "", "engine": "", "tier": "", "provider": "",
            "selection_mode": request.options.selection_mode, "complexity": self.complexity, "ending": ending,
            "input_tokens": self.usage.input_tokens, "output_tokens": self.usage.output_tokens,
            "cost_pico": self.cost.pico, "saved_pico": 0, "latency_ms": self.latency_ms,
            "genre": getattr(request.inputs, "genre", None) or "",
            "attempts": kept_attempts(self._attempts_noted()) if self.attempts else b"[]",
            "decision": self.decision,
        }  # fmt: skip
        return LedgerRow(**(fields | known))

    def _attempts_noted(self) -> Iterator[tuple[Attempt, str]]:
        for attempt, note in zip(self.attempts, self._noted, strict=True):
            yield attempt, self.kept(note) if note else ""


class ledger_entry:  # noqa: N801  # read as a function; a generator would cost more than the ledger row
    """One row, whatever happens: what was not closed as hit or served is closed here as failed or cancelled.

    `begun`: the entry to go on with, where the request has been asked already.
    """

    __slots__ = ("_entry",)

    def __init__(self, request: Request[Any], ports: Ports, begun: Entry | None = None) -> None:
        self._entry = begun or Entry(request, ports)

    async def __aenter__(self) -> Entry:
        return self._entry

    async def __aexit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        entry = self._entry
        if error is None or entry.closed:
            return
        ledger = entry.ports.ledger
        if isinstance(error, PartimentoError):
            row = entry.row("failed", error=entry.kept(f"{type(error).__name__}: {error.what}"))
            await ledger.record(row, evidence=entry.evidence())
        elif isinstance(error, asyncio.CancelledError | GeneratorExit):
            # queued at the call; the wait is shielded so that a second cancellation cannot lose the row
            await asyncio.shield(ledger.record(entry.row("cancelled", error="cancelled by the caller")))
        elif isinstance(error, Exception):
            await ledger.record(entry.row("failed", error=type(error).__name__))


async def record_hit(entry: Entry, found: Remembered) -> Receipt:
    """Book a hit: it costs nothing and saves what the original cost."""
    cost = _NOTHING if found.cost_pico == 0 else Money(found.cost_pico).usd
    latency_ms = entry.latency_ms
    entry.closed = True
    await entry.ports.ledger.record(
        entry.row(
            "hit", model=found.model, engine=found.engine, tier=found.tier, provider=found.provider,
            saved_pico=found.cost_pico, saved_by="flight" if entry.waited else "cache", memory_id=found.memory_id,
        )
    )  # fmt: skip
    tier: Any = found.tier
    return Receipt(
        model=found.model, engine=found.engine, tier=tier, task=entry.request.task.name, complexity=entry.complexity,
        cached=True, cost_usd=_NOTHING, saved_usd=cost, input_tokens=found.input_tokens,
        output_tokens=found.output_tokens, latency_ms=round(latency_ms, 3), memory_id=found.memory_id,
        provider=found.provider, notes=tuple(entry.notes), claims=counted(found.claims),
    )  # fmt: skip


async def record(entry: Entry, model: Model, value: Any, place: Place, parts: tuple[Receipt, ...] = ()) -> Receipt:
    """Book a served answer: memory item, cache entry and ledger row in one transaction. `value` is still redacted.

    What a whole cost stands in the rows of its `parts`, once; its item and its receipt tell the sum.
    """
    encoded = encode(value)
    task = entry.request.task
    bill = _bill(entry, model, encoded, parts)
    item = MemoryItem(
        id=content_id(task.name, task.version, encoded, model.id), task=task.name, task_version=task.version,
        value=encoded, prompt=_prompt(entry).user, options=_json.encode(entry.request.options), model=model.id,
        engine=model.engine, tier=model.tier, provider=model.provider, input_tokens=bill.usage.input_tokens,
        output_tokens=bill.usage.output_tokens, cost_pico=bill.cost.pico, latency_ms=entry.latency_ms,
        created_at=entry.at, user=entry.request.caller.user, claims=spelled(entry.claims),
    )  # fmt: skip
    own = FREE if parts else bill.saved
    row = entry.row(
        "served", model=model.id, engine=model.engine, tier="" if parts else model.tier, provider=model.provider,
        saved_pico=own.pico, saved_by="local" if own else "", memory_id=item.id,
    )  # fmt: skip
    kept = CacheEntry(place.key, place.scope, item.id, place.expires_at) if place.lives_at(entry.at) else None
    entry.closed = True
    await entry.ports.ledger.record(row, item, kept, entry.evidence())
    return Receipt(
        model=model.id, engine=model.engine, tier=model.tier, task=task.name, complexity=entry.complexity, cached=False,
        cost_usd=bill.cost.usd, saved_usd=bill.saved.usd, input_tokens=bill.usage.input_tokens,
        output_tokens=bill.usage.output_tokens, latency_ms=round(item.latency_ms, 3), attempts=tuple(entry.attempts),
        memory_id=item.id, provider=model.provider, notes=tuple(entry.notes), claims=entry.claims, parts=parts,
    )  # fmt: skip


class _Bill(Struct, frozen=True):
    """What an answer took, with its parts, and what it saved."""

    usage: Usage
    cost: Money
    saved: Money


def _bill(entry: Entry, model: Model, encoded: bytes, parts: tuple[Receipt, ...]) -> _Bill:
    usage = entry.usage
    for part in parts:
        usage += Usage(part.input_tokens, part.output_tokens)
    if parts:
        cost, saved = (
            Money.of(sum(sums, _NOTHING)) for sums in ((p.cost_usd for p in parts), (p.saved_usd for p in parts))
        )
        return _Bill(usage, entry.cost + cost, saved)
    weighed = usage if usage.output_tokens else Usage(len(_prompt(entry).user.encode()) // 4, len(encoded) // 4)
    return _Bill(usage, entry.cost, _saved(entry, model, weighed))


def _prompt(entry: Entry) -> Prompt:
    return entry.prompt or entry.request.task.prompt(entry.request.inputs)


def _saved(entry: Entry, model: Model, usage: Usage) -> Money:
    """That day's price of the cloud model the route would else have come to, for the same token counts."""
    if model.tier == "cloud":
        return FREE
    reference = entry.ports.catalog.reference(entry.complexity, entry.day)
    if reference is None:
        return FREE
    if model.tier == "rules":
        entry.notes.append(f"saved_usd is an estimate: the rendered answer at the price of {reference.id}")
    return reference.cost(usage, entry.day)


def content_id(task: str, version: int, value: bytes, maker: str) -> str:
    """The id of a memory item: the hex SHA-256 of what it is and who made it."""
    digest = hashlib.sha256(f"{task}\x00{version}\x00{maker}\x00".encode())
    digest.update(value)
    return digest.hexdigest()
