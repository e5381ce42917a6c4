"""A job at work: several items at once, what they came to written in groups, until it is done or is to stop.

Knows when to stop — paused, cancelled, the cap, failures in a row — and leaves one item's way to `making`. What was
answered before a crash but not yet written here is remembered by the pipeline, so asking again costs nothing.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from partimento.core.errors import BudgetExceeded, ChecksFailed, PartimentoError, StoreError
from partimento.core.ports import Ports
from partimento.core.request import Caller
from partimento.core.result import Result
from partimento.library.cap import CappedLedger
from partimento.library.job import ItemState, Job, JobState, Progress
from partimento.library.making import (
    ATTEMPTS,
    Asked,
    Bookkeeper,
    Maker,
    PipelineMaker,
    asked,
    entries_of,
    refused,
    settled,
)
from partimento.library.plan import Item, Known, Unfolded
from partimento.library.shelf import Placed, Shelf

IN_A_ROW: Final = 25
"""So many failures one after another are the job's, not the items'."""
_WRITE_S: Final = 0.25
_LOOK_S: Final = 0.5
_TWICE: Final = "the plan asks for the same twice"

Told = Callable[[Progress], None]


class Workplace(Struct, frozen=True):
    """What every job works with. `maker` is made for a job's own ports, which hold its cap."""

    known: Known
    ports: Ports
    shelf: Shelf
    maker: Callable[[Ports], Maker] = PipelineMaker


async def fill(
    job: Job, unfolded: Unfolded, at: Workplace, caller: Caller, told: Told, *, failed_only: bool = False
) -> Progress:
    """Work at a job that this process has taken, and put it down: done, failed, or paused with the reason.

    Cancelled, it is put down as paused, and nothing that was made is lost. Raises StoreError.
    """
    run = _Run(job, unfolded, at, caller, told, failed_only=failed_only)
    started = time.monotonic()
    state: JobState = "paused"
    why = "interrupted; resume goes on where it stood"
    try:
        await run.work()
        state, why = run.ending(await at.shelf.state(job))
    except StoreError as error:
        why = f"the store failed: {error.what}"
        raise
    finally:
        run.write()
        at.shelf.leave(job, state, why, time.monotonic() - started, at.ports.clock.now())
    return at.shelf.progress(at.shelf.job(job.id))


class _Run:
    """The job while it is at work in this process."""

    def __init__(
        self, job: Job, unfolded: Unfolded, at: Workplace, caller: Caller, told: Told, *, failed_only: bool
    ) -> None:
        self._job, self._at, self._told = job, at, told
        self._caller = replace(caller, endpoint=job.endpoint, priority="batch")
        self._parallel = unfolded.plan.parallel
        self._ledger = CappedLedger(at.ports.ledger, job.cap, at.shelf.cost(job))
        self._ports = replace(at.ports, ledger=self._ledger)
        self._maker = at.maker(self._ports)
        self._books = Bookkeeper(at.shelf, job.id)
        self._before = at.shelf.progress(job)
        self._counts: dict[ItemState, int] = {}
        self._waiting: list[Placed] = []
        self._writing: list[asyncio.Task[None]] = []
        """The last write that was handed to a thread."""
        self._begun: set[bytes] = set()
        """The fingerprints that were asked for in this run."""
        self._in_a_row = 0
        self._halt: tuple[JobState, str] | None = None
        self._stopped = False
        self._started = time.monotonic()
        states = bytearray(unfolded.total)
        for position, how in at.shelf.settled(job):
            if position < len(states):
                states[position] = 2 if how == "failed" else 1
        wanted = 2 if failed_only else 0
        self._retrying = states.count(2) if failed_only else 0
        self._items = unfolded.items(lambda position: states[position] != wanted)
        together = unfolded.plan.merge
        self._portions = self._portioned(together)

    async def work(self) -> None:
        """Until every item is settled, or there is a reason to stop."""
        looking = asyncio.create_task(self._look(), name="library look")
        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(self._parallel):
                    group.create_task(self._worker())
        except* StoreError as errors:
            raise errors.exceptions[0] from None
        finally:
            looking.cancel()
            await asyncio.wait([looking, *self._writing])
        self._told(self.progress())

    def ending(self, told: JobState) -> tuple[JobState, str]:
        """The state it is left in, and why."""
        if self._halt is not None:
            return self._halt
        if told != "running":
            return told, "paused by hand" if told == "paused" else "cancelled by hand"
        progress = self.progress()
        if progress.failed and not progress.made:
            return "failed", "no item could be made"
        return "done", f"{progress.failed} items failed" if progress.failed else ""

    def progress(self) -> Progress:
        """How far it is, without asking the store."""
        new, before = self._counts, self._before
        seconds = time.monotonic() - self._started
        rate = sum(new.values()) / seconds if new and seconds else None
        failed = before.failed + new.get("failed", 0) - min(self._retrying, sum(new.values()))
        told = replace(
            before,
            made=before.made + new.get("made", 0),
            failed=failed,
            skipped=before.skipped + new.get("skipped", 0),
            duplicates=before.duplicates + new.get("duplicate", 0),
            cost_usd=self._ledger.spent.usd,
            rate=rate,
            seconds=before.seconds + seconds,
            interrupted=False,
        )
        left = self._retrying - sum(new.values()) if self._retrying else told.total - told.settled
        return replace(told, left_s=None if rate is None else max(0, left) / rate)

    def write(self) -> None:
        """Write down what has been settled."""
        self._write_some(self._taken())

    def _taken(self) -> list[Placed]:
        waiting, self._waiting = self._waiting, []
        return sorted(waiting, key=lambda one: one.row.position)

    def _write_some(self, waiting: Sequence[Placed]) -> None:
        self._at.shelf.settle(waiting, self._ports.clock.now())

    # ---- beside the workers ------------------------------------------------------------------------------------

    async def _look(self) -> None:
        """Every now and then: write, tell, and see whether somebody wants it to stop."""
        looked = time.monotonic()
        while True:
            await asyncio.sleep(_WRITE_S)
            if self._waiting:
                self._writing = [asyncio.create_task(asyncio.to_thread(self._write_some, self._taken()))]
                await asyncio.shield(self._writing[0])
            self._told(self.progress())
            if time.monotonic() - looked >= _LOOK_S:
                looked = time.monotonic()
                self._stopped = await self._at.shelf.state(self._job) != "running"

    # ---- the workers -------------------------------------------------------------------------------------------

    def _portioned(self, together: bool) -> Iterator[list[Item]]:
        """Items one by one, or as many neighbours of a task as may share a call."""
        portion: list[Item] = []
        most = 1
        for item in self._items:
            if portion and (item.task != portion[0].task or item.model != portion[0].model or len(portion) >= most):
                yield portion
                portion = []
            shared = together and item.model != "rules"
            most = self._maker.together(self._at.known.task(item.task)) if shared else 1
            portion.append(item)
        if portion:
            yield portion

    async def _worker(self) -> None:
        for portion in self._portions:
            if len(portion) > 1:
                await self._together(portion)
            else:
                await self._one(portion[0])
            if self._halt is not None or self._stopped:
                return

    async def _together(self, portion: Sequence[Item]) -> None:
        """Several in one call; what is a near-duplicate, or failed in company, has its turn alone."""
        taken = [(item, of) for item in portion if (of := self._asked(item)) is not None]
        alone: list[tuple[Item, Asked]] = []
        new: list[tuple[Item, Asked]] = []
        for item, of in taken:
            if not await self._known(of):
                new.append((item, of))
        if new:
            try:
                made = await self._maker.make_together([of.ready for _, of in new])
            except PartimentoError as error:
                made = [error] * len(new)
            for (item, of), one in zip(new, made, strict=True):
                if isinstance(one, Result) and not self._twin(of, one):
                    self._made(of, one.receipt.memory_id)
                else:
                    alone.append((item, of))
        for item, of in alone:
            if self._halt is not None:
                return
            self._begun.discard(of.ready.key)
            await self._one(item)

    async def _one(self, item: Item) -> None:
        twin = last = ""
        of: Asked | None = None
        tries = 0
        for attempt in range(ATTEMPTS):
            of = self._asked(item.reseeded(attempt))
            if of is None or await self._known(of):
                return
            tries += 1
            try:
                result = await self._maker.make(of.ready)
            except StoreError:
                raise
            except PartimentoError as error:
                if isinstance(error, ChecksFailed) and item.model == "rules" and tries < ATTEMPTS:
                    continue  # they cost nothing, and fail at the same seed for ever
                self._failed(of, error)
                return
            except Exception as error:  # noqa: BLE001  # a fault in one task must not end a night's work
                self._place(of, "failed", error=f"{type(error).__name__}: {error}", attempts=tries)
                return
            twin = self._twin(of, result)
            if not twin:
                self._made(of, result.receipt.memory_id, tries)
                return
            if result.receipt.memory_id == last:
                break  # the seed makes no difference
            last = result.receipt.memory_id
        assert of is not None
        self._place(of, "duplicate", error=f"a near-duplicate of {twin}", attempts=tries)

    def _asked(self, item: Item) -> Asked | None:
        try:
            return asked(item, self._at.known, self._caller, self._ports)
        except PartimentoError as error:
            row = refused(item, self._job.id, self._ports.clock.now(), error)
            self._count(Placed(row))
            return None

    async def _known(self, of: Asked) -> bool:
        """Whether the library has it already, from whatever job: then it is served from there."""
        if of.ready.key in self._begun:
            self._place(of, "duplicate", error=_TWICE)
            return True
        self._begun.add(of.ready.key)
        found = await self._at.shelf.store.read("library_item_of_key", of.key)
        if not found:
            return False
        job, memory_id = found[0]
        if job == self._job.id:
            self._place(of, "duplicate", error=_TWICE)
        else:
            self._made(of, memory_id)
        return True

    def _twin(self, of: Asked, result: Result[Any]) -> str:
        key = getattr(of.ready.request.inputs, "key", None)
        return self._books.alike(of.item.space, result.receipt.memory_id, result.value, key or "")

    def _made(self, of: Asked, memory_id: str, attempts: int = 1) -> None:
        self._in_a_row = 0
        self._place(of, "made", memory_id=memory_id, attempts=attempts)

    def _failed(self, of: Asked, error: PartimentoError) -> None:
        """Money that is not there stops the job, and the item stays to be made; other failures are the item's."""
        if self._ledger.exhausted:
            self._halt = ("paused", f"its cost cap is reached: {self._ledger.exhausted}")
        elif isinstance(error, BudgetExceeded):
            self._halt = ("paused", f"a budget is used up: {error}")
        else:
            self._place(of, "failed", error=str(error))
            self._in_a_row += not isinstance(error, ChecksFailed)  # which tells of this item, and of no other
            if self._in_a_row >= IN_A_ROW:
                self._halt = ("failed", f"{self._in_a_row} items failed one after another, the last with: {error}")

    def _place(self, of: Asked, state: ItemState, *, memory_id: str = "", error: str = "", attempts: int = 1) -> None:
        row = settled(
            of, self._job.id, self._ports.clock.now(), state=state, memory_id=memory_id, error=error, attempts=attempts
        )
        self._count(Placed(row, entries_of(of.ready.request, memory_id, self._ports) if memory_id else ()))

    def _count(self, placed: Placed) -> None:
        self._waiting.append(placed)
        self._counts[placed.row.state] = self._counts.get(placed.row.state, 0) + 1
