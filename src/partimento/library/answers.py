"""What a batch came back with: each line read, proven like any draft, and recorded once. Knows lines and what becomes
of them; leaves reading a completion to the engine that speaks the protocol.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import msgspec
from msgspec import Struct
from msgspec.structs import astuple, replace

from partimento.core.errors import BadInput, PartimentoError, UnknownName
from partimento.core.model import Model
from partimento.core.money import FREE, Money
from partimento.core.ports import CacheEntry, Call, Drafted, LedgerRow, MemoryItem, Ports, Reservation, Tally
from partimento.core.request import Caller
from partimento.core.usage import NOTHING_USED
from partimento.library.batch import BatchLine, at_share, body_of, call_of, model_named, read_custom_id, today
from partimento.library.job import ItemState, Job
from partimento.library.making import Asked, Bookkeeper, asked, entries_of, settled
from partimento.library.plan import Known, Unfolded, read_plan
from partimento.library.shelf import Placed, Shelf, put
from partimento.pipeline.budget import upper_bound
from partimento.pipeline.cache import place_of
from partimento.pipeline.prepare import Prepared
from partimento.pipeline.record import Entry, record
from partimento.pipeline.validate import Sound, validate
from partimento.store import reservations
from partimento.store.database import Session

_MOST_LINE: Final = 16_000_000
_TOLD: Final = 20


class _Response(Struct):
    status_code: int = 200
    body: Any = None
    request_id: str | None = None


class _Line(Struct):
    custom_id: str
    response: _Response | None = None
    error: Any = None


class Trouble(Struct, frozen=True):
    """A line that gave no item, and why."""

    line: int
    custom_id: str
    why: str


class Read(Struct, frozen=True, kw_only=True):
    """What a file came to. `again`: lines that had been read before; `foreign`: lines of no job here. `cost_usd` at the
    batch's price. The first troubles are told one by one."""

    lines: int = 0
    made: int = 0
    duplicates: int = 0
    failed: int = 0
    again: int = 0
    foreign: int = 0
    cost_usd: Decimal = Decimal(0)
    troubles: tuple[Trouble, ...] = ()


class _Counts:
    """A file's figures while they add up."""

    def __init__(self) -> None:
        self.of: dict[str, int] = {}
        self.cost = FREE
        self.troubles: list[Trouble] = []

    def add(self, what: str, trouble: Trouble | None = None) -> None:
        self.of[what] = self.of.get(what, 0) + 1
        if trouble is not None and len(self.troubles) < _TOLD:
            self.troubles.append(trouble)


class _Opened(Struct, frozen=True):
    """A job whose answers are read."""

    job: Job
    unfolded: Unfolded
    caller: Caller
    books: Bookkeeper


class Gathered:
    """The Ledger's `record`, keeping what it is told: a batch's rows are written together with the library's."""

    def __init__(self) -> None:
        self.statements: list[tuple[str, tuple[Any, ...]]] = []

    def record(
        self,
        row: LedgerRow,
        item: MemoryItem | None = None,
        entry: CacheEntry | None = None,
        evidence: Sequence[Tally] = (),
    ) -> Awaitable[None]:
        self.statements.append(("record_row", astuple(row)))
        if item is not None:
            self.statements.append(("record_item", astuple(item)))
        if entry is not None:
            self.statements.append(("record_entry", astuple(entry)))
        self.statements += [("record_tally", astuple(tally)) for tally in evidence]
        return asyncio.sleep(0)


class Answers:
    """Reads a batch's answers into the library of one store."""

    def __init__(
        self, shelf: Shelf, known: Known, ports: Ports, model: Model, share: Decimal, retries: Path | None = None
    ) -> None:
        self._shelf, self._known, self._ports, self._model, self._share = shelf, known, ports, model, share
        self._retries = retries
        self._jobs: dict[str, _Opened | None] = {}
        self._counts = _Counts()

    async def read(self, path: Path, told: Callable[[int], None] = lambda lines: None) -> Read:
        """Record every line of the file that was not recorded before. Raises BadInput, StoreError."""
        again: list[bytes] = []
        number = 0
        for number, raw in enumerate(_lines(path), 1):
            retry = await self._line(number, raw)
            if retry:
                again.append(retry)
            told(number)
        if self._retries is not None and again:
            self._retries.write_bytes(b"".join(again))
        counted = self._counts
        return Read(
            lines=number, made=counted.of.get("made", 0), duplicates=counted.of.get("duplicate", 0),
            failed=counted.of.get("failed", 0), again=counted.of.get("again", 0), foreign=counted.of.get("foreign", 0),
            cost_usd=counted.cost.usd, troubles=tuple(counted.troubles),
        )  # fmt: skip

    async def _line(self, number: int, raw: bytes) -> bytes:
        """Read one line; what to ask again, b"" for nothing."""
        name = ""
        try:
            line = msgspec.json.decode(raw, type=_Line)
            name = line.custom_id
            job_id, position, key = read_custom_id(name)
            opened = self._opened(job_id)
            if position >= opened.job.total:
                raise BadInput(f"the job has no item {position}", why=f"it has {opened.job.total}")
            item = model_named(opened.unfolded.at(position), self._model)
            of = asked(item, self._known, opened.caller, self._ports)
            if not of.key.startswith(key):
                raise BadInput(
                    "the line is the answer to another question",
                    why="the model is another than was asked, or its task has changed since",
                    mend="name the model of the batch with --model",
                )
        except (msgspec.DecodeError, UnicodeDecodeError, PartimentoError) as error:
            self._counts.add("foreign", Trouble(number, name[:100], str(error)))
            return b""
        answer = hashlib.sha256(raw.strip()).hexdigest()
        return await self._recorded(number, line, of, opened, answer)

    def _opened(self, job_id: str) -> _Opened:
        if job_id not in self._jobs:
            self._jobs[job_id] = None
            found = self._shelf.store.ask("library_job", job_id)
            if found:
                job = self._shelf.job(job_id)
                caller = msgspec.json.decode(job.caller, type=Caller)
                caller = replace(caller, endpoint=job.endpoint, priority="batch")
                self._jobs[job_id] = _Opened(
                    job, Unfolded(read_plan(job.plan), self._known), caller, Bookkeeper(self._shelf, job.id)
                )
        opened = self._jobs[job_id]
        if opened is None:
            raise UnknownName("library job", job_id, [], "read it where its plan was written")
        return opened

    async def _recorded(self, number: int, line: _Line, of: Asked, opened: _Opened, answer: str) -> bytes:
        """Prove the answer and write what became of it: ledger row, item and library row in one transaction."""
        if self._shelf.store.ask("library_answer", answer):
            self._counts.add("again")
            return b""
        call = call_of(of, self._model, self._ports)
        gathered = Gathered()
        ledger: Any = gathered
        entry = Entry(of.ready.request, replace(self._ports, ledger=ledger))
        entry.complexity = of.ready.complexity
        entry.kept = of.ready.redacted.kept
        entry.notes.append(f"by a batch, at {self._share} of the usual price")
        memory_id, why, cost = "", "", FREE
        state: ItemState = "failed"
        try:
            drafted = self._drafted(line, call)
            cost = self._cost(entry, call, drafted)
            memory_id, why = await self._served(entry, of, call, drafted, opened.books)
            state = "duplicate" if memory_id and why else "made" if memory_id else "failed"
        except PartimentoError as error:
            why = str(error)
            if getattr(error, "may_be_billed", False) and line.response and line.response.status_code == 200:
                cost = at_share(upper_bound(call, self._ports.clock.now()), self._share)
                entry.spent(NOTHING_USED, cost)  # it was answered, and nobody says what for: charged in full
        if not memory_id:
            await gathered.record(entry.row("failed", model=self._model.id, error=entry.kept(why[:500])))
        fresh = self._write(of, opened, state, memory_id, why, gathered, answer, self._spending(entry, cost))
        if not fresh:
            self._counts.add("again")
            return b""
        self._counts.cost += cost
        self._counts.add(state, None if state == "made" else Trouble(number, line.custom_id, why))
        if state == "made":
            return b""
        return msgspec.json.encode(BatchLine(custom_id=line.custom_id, body=body_of(call))) + b"\n"

    def _drafted(self, line: _Line, call: Call) -> Drafted:
        """What the line holds. Raises EngineError for one that holds no answer."""
        from partimento.engines.openai.answer import Answer, Quoting

        quoting = Quoting("the batch", "", "", self._ports.clock.now())
        response = line.response
        if line.error or response is None:
            raise quoting.fault("has no answer to this line", _short(line.error) or "the line holds none")
        if response.status_code != 200:
            told = _short(response.body)
            raise quoting.fault(f"answered {response.status_code}", told or "without a word")
        reading = Answer(call, quoting, one_tool="tools" in body_of(call))
        reading.whole(msgspec.json.encode(response.body))
        return reading.drafted()

    def _cost(self, entry: Entry, call: Call, drafted: Drafted) -> Money:
        """What the answer cost: by the vendor's count, or in full where there is none."""
        if drafted.usage is None:
            usual = upper_bound(call, self._ports.clock.now())
        else:
            usual = self._model.cost(drafted.usage, today(self._ports))
        cost = at_share(usual, self._share)
        entry.spent(drafted.usage or NOTHING_USED, cost)
        return cost

    async def _served(
        self, entry: Entry, of: Asked, call: Call, drafted: Drafted, books: Bookkeeper
    ) -> tuple[str, str]:
        """The memory id of a sound answer; and why it is no item all the same, where it is none."""
        verdict = validate(call.request, drafted, self._model.id)
        if not isinstance(verdict, Sound):
            entry.attempted(self._model, "flawed", "; ".join(verdict.reasons), noted=verdict.noted)
            return "", "; ".join(verdict.reasons)
        entry.attempted(self._model, "served", f"by a batch; {verdict.mended}".rstrip("; "))
        entry.proved(verdict.claims, verdict.notes)
        ready: Prepared = of.ready
        place = place_of(ready.request, ready.key, ready.scope, self._ports)
        receipt = await record(entry, self._model, ready.redacted.kept(verdict.value), place)
        key = getattr(ready.request.inputs, "key", None)
        twin = books.alike(of.item.space, receipt.memory_id, verdict.value, key or "")
        return receipt.memory_id, f"a near-duplicate of {twin}" if twin else ""

    def _spending(self, entry: Entry, cost: Money) -> Reservation | None:
        """What the accounts are told: money that is spent already counts under every cap, whatever they say."""
        if not cost:
            return None
        row = entry.row("unknown", model=self._model.id, engine=self._model.engine)
        return Reservation(id=entry.id, row=row, amount=cost, caps=(), lapses_at=entry.at)

    def _write(
        self,
        of: Asked,
        opened: _Opened,
        state: ItemState,
        memory_id: str,
        why: str,
        gathered: Gathered,
        answer: str,
        spending: Reservation | None,
    ) -> bool:
        """False where somebody read the same line in the meantime."""
        now = self._ports.clock.now()
        kept = memory_id if state == "made" else ""
        row = settled(of, opened.job.id, now, state=state, memory_id=kept, error=why)
        entries = entries_of(of.ready.request, kept, self._ports) if kept else ()

        def work(db: Session) -> bool:
            if not db.execute("add_library_answer", (answer, opened.job.id, of.item.position, now)).rowcount:
                return False
            if spending is not None:
                reservations.reserve(db, spending, opened.job.id, now)
                reservations.settle(db, spending.id, spending.amount)
            for name, values in gathered.statements:
                db.execute(name, values)
            put(db, [Placed(row, entries)], now)
            return True

        return self._shelf.store.write(work)


def _lines(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as file:
            while raw := file.readline(_MOST_LINE + 1):
                if len(raw) > _MOST_LINE:
                    raise BadInput(f"a line of {path} is too long", why=f"over {_MOST_LINE} bytes")
                if raw.strip():
                    yield raw
    except OSError as error:
        raise BadInput(
            f"cannot read {path}", why=error.strerror or str(error), mend="name the batch's output file"
        ) from error


def _short(told: Any) -> str:
    return "" if told in (None, "") else msgspec.json.encode(told).decode()[:300]
