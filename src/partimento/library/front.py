"""The library of one client: plans checked, jobs started, paused and gone on with, what is there. Knows the order of
things; leaves each to its file.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from importlib import metadata
from importlib.resources import files
from pathlib import Path
from typing import Final

import msgspec
from msgspec.structs import replace

from partimento.core.errors import BadInput, PartimentoError, UnknownName
from partimento.core.model import Model, meant
from partimento.core.money import Money
from partimento.core.ports import Ports
from partimento.core.request import Caller
from partimento.library.answers import Answers, Read
from partimento.library.batch import Written, share_of, write_batch
from partimento.library.bringing import Imported, Trust, bring_in
from partimento.library.checking import Estimate, checked, estimate
from partimento.library.coverage import Coverage, Look, covered, planned_coverage
from partimento.library.fill import Told, Workplace, fill
from partimento.library.job import Job, Listed, Progress
from partimento.library.pack import About, Exported, export
from partimento.library.plan import Known, Plan, Unfolded, encoded, read_plan
from partimento.library.shelf import Shelf
from partimento.library.signing import signer_at, signer_in
from partimento.store.store import Store

DEFAULT: Final = "default"
"""The plan that is shipped."""


def shipped() -> str:
    """The text of the plan that is shipped."""
    return files("partimento.library").joinpath("plans", f"{DEFAULT}.toml").read_text()


class Library:
    """What was generated ahead of time, and the jobs that generate it. `ports` gives those in force."""

    def __init__(self, store: Store, ports: Callable[[], Ports], known: Known, folder: Path) -> None:
        self.shelf = Shelf(store)
        self.known = known
        self.folder = folder
        """Where the key lies that packs are signed with."""
        self._ports = ports
        self._under_way: set[asyncio.Task[Progress]] = set()
        self._latest: dict[str, Progress] = {}
        """What jobs that were begun here last told of themselves."""

    @property
    def ports(self) -> Ports:
        return self._ports()

    # ---- plans -------------------------------------------------------------------------------------------------

    def plan(self, source: str | Path) -> Plan:
        """The plan in a file, or the shipped one by the name "default". Raises BadInput."""
        if str(source) == DEFAULT:
            return read_plan(shipped(), "the default plan")
        path = Path(source)
        try:
            return read_plan(path.read_bytes(), str(path))
        except OSError as error:
            raise BadInput(
                f"cannot read the plan {path}",
                why=error.strerror or str(error),
                mend='name a TOML or JSON file, or "default"',
            ) from error

    def unfolded(self, plan: Plan) -> Unfolded:
        """The plan checked, its items counted. Raises UnknownName, BadInput, TooLarge."""
        return checked(plan, self.known, self.ports.catalog.models(), self._today())

    def estimate(self, plan: Plan) -> Estimate:
        """What it comes to; nothing is spent. Raises as `unfolded`."""
        ports = self.ports
        return estimate(self.unfolded(plan), self.known, ports.catalog.models(), self._today())

    # ---- jobs --------------------------------------------------------------------------------------------------

    def new_job(self, plan: Plan, caller: Caller = Caller()) -> Job:
        """A job for a plan, not begun. Raises as `unfolded`."""
        unfolded = self.unfolded(plan)
        now = self.ports.clock.now()
        job = Job(
            id=self.ports.new_id(), name=plan.name, origin="plan", plan=encoded(plan), plan_hash=plan.hash,
            state="paused", why="not begun", total=unfolded.total, cap_pico=None if plan.cap is None else plan.cap.pico,
            caller=msgspec.json.encode(replace(caller, names=())).decode(), owner="", created_at=now, changed_at=now,
            seconds=0.0,
        )  # fmt: skip
        self.shelf.add(job)
        return job

    async def work(
        self, named: str, *, failed_only: bool = False, cap: Money | None = None, told: Told = lambda progress: None
    ) -> Progress:
        """Work at a job until it is done or is to stop. `cap`: in the place of the plan's. `failed_only`: only what
        failed, again.

        Raises UnknownName, BadInput where it is no job to work at or another process is at it, StoreError. Cancelled,
        the job is put down as paused.
        """
        taken = self._taken(named, cap)
        return await self._work(*taken, failed_only=failed_only, told=told)

    async def begin(self, named: str, *, failed_only: bool = False, cap: Money | None = None) -> Progress:
        """Work at a job beside what else goes on, until it ends or this client is closed. Raises as `work`."""
        job, unfolded = await asyncio.to_thread(self._taken, named, cap)

        def told(progress: Progress) -> None:
            self._latest[job.id] = progress

        work = self._work(job, unfolded, failed_only=failed_only, told=told)
        task = asyncio.create_task(work, name=f"library {job.id}")
        self._under_way.add(task)
        task.add_done_callback(lambda ended: self._ended(ended, job.id))
        return await asyncio.to_thread(self.progress, job.id)

    def pause(self, named: str) -> Progress:
        """Ask whoever works at it to stop after what is under way. Raises UnknownName, BadInput."""
        return self._stop(named, cancel=False)

    def cancel(self, named: str) -> Progress:
        """The same for good: what was made stays."""
        return self._stop(named, cancel=True)

    def watched(self, job: str) -> Progress:
        """How far a job is, for who looks again and again: one that was begun here tells it without its rows."""
        return self._latest.get(job) or self.progress(job)

    def progress(self, named: str) -> Progress:
        """How far a job is. Raises UnknownName."""
        return self.shelf.progress(self.shelf.job(named))

    def jobs(self) -> tuple[Progress, ...]:
        """Every job, the newest first."""
        return self.shelf.every_progress()

    # ---- what is there -----------------------------------------------------------------------------------------

    def items(self, **words: str) -> Iterator[Listed]:
        """What was made; by task, genre, key, level, kind, job. Raises UnknownName."""
        if words.get("job"):
            words["job"] = self.shelf.job(words["job"]).id
        return self.shelf.listing(**words)

    def coverage(self, named: str = "", look: Look | None = None) -> Coverage:
        """What a job's plan asks for and has, with its holes; without a job, all that is there."""
        if not named:
            return covered(self.shelf, look=look)
        job = self.shelf.job(named)
        if job.origin == "pack":
            return covered(self.shelf, job, look)
        return planned_coverage(self.shelf, job, Unfolded(read_plan(job.plan), self.known), look)

    # ---- batches -----------------------------------------------------------------------------------------------

    def batch_write(
        self,
        named: str,
        path: Path,
        model: str,
        *,
        failed: bool = False,
        share: Decimal | None = None,
        cap: Money | None = None,
    ) -> Written:
        """Write what a job still has to ask (or, `failed`, what failed) of that model as a batch file. `share`: what of
        the usual price a batch costs; None: what the model's vendor asks. Raises BadInput, UnknownName."""
        asked = self.model(model)
        job = self.shelf.job(named)
        if cap is not None:
            job = replace(job, cap_pico=cap.pico)
        unfolded = self.unfolded(read_plan(job.plan))
        wanted = ("failed",) if failed else ("pending",)
        of_price = share_of(asked) if share is None else share
        return write_batch(path, job, unfolded, wanted, asked, of_price, self.known, self.ports, self.shelf)

    async def batch_read(
        self,
        path: Path,
        model: str,
        *,
        share: Decimal | None = None,
        retries: Path | None = None,
        told: Callable[[int], None] = lambda lines: None,
    ) -> Read:
        """Record what a batch answered, each line once; `retries`: where those that failed are written to be asked
        again. Raises BadInput, UnknownName, StoreError."""
        asked = self.model(model)
        of_price = share_of(asked) if share is None else share
        return await Answers(self.shelf, self.known, self.ports, asked, of_price, retries).read(path, told)

    def model(self, name: str) -> Model:
        """The model of that name. Raises UnknownName."""
        models = self.ports.catalog.models()
        found = meant(name, models, self._today())
        if found is None:
            raise UnknownName("model", name, [model.id for model in models])
        return found[0]

    # ---- packs -------------------------------------------------------------------------------------------------

    def export(
        self,
        path: Path,
        *,
        name: str = "",
        version: str = "1",
        licence: str = "",
        sign_with: Path | None = None,
        **words: str,
    ) -> Exported:
        """Write what was made, or what `words` choose of it, to a signed pack. `sign_with`: a PEM file; None: the
        owner's key.

        Raises BadInput, UnknownName, StoreReadOnly.
        """
        if words.get("job"):
            name = name or self.shelf.job(words["job"]).name
        signer = signer_in(self.folder) if sign_with is None else signer_at(sign_with)
        about = About(
            name=name or "library", version=version, licence=licence, made_at=self.ports.clock.now(),
            made_with=f"partimento {metadata.version('partimento')}",
        )  # fmt: skip
        return export(self.shelf, self.items(**words), path, about, signer)

    def import_(
        self,
        path: Path,
        trust: Trust = Trust(),
        *,
        partly: bool = False,
        told: Callable[[int, int], None] = lambda done, of: None,
    ) -> Imported:
        """Take a pack in: its items are served from now on. Raises BadInput, TooLarge, NotAllowed, StoreError."""
        return bring_in(path, self.shelf, self.known, self.ports, trust, partly=partly, told=told)

    @property
    def public_key(self) -> str:
        """The other half of the key that packs are signed with, in hex."""
        return signer_in(self.folder).public_key

    async def close(self) -> None:
        """Put down what this client works at."""
        under_way = tuple(self._under_way)
        for task in under_way:
            task.cancel()
        if under_way:
            await asyncio.wait(under_way)

    def _taken(self, named: str, cap: Money | None) -> tuple[Job, Unfolded]:
        """A job that is from now on this process's."""
        job = self.shelf.job(named)
        if job.origin == "pack":
            raise BadInput(f"{job.name} is a pack", why="its items came with it", mend="import the file again")
        unfolded = self.unfolded(read_plan(job.plan))
        cap_pico = job.cap_pico if cap is None else cap.pico
        return self.shelf.take(job, cap_pico, self.ports.clock.now()), unfolded

    async def _work(self, job: Job, unfolded: Unfolded, *, failed_only: bool, told: Told) -> Progress:
        at = Workplace(self.known, self.ports, self.shelf)
        caller = msgspec.json.decode(job.caller, type=Caller)
        return await fill(job, unfolded, at, caller, told, failed_only=failed_only)

    def _ended(self, task: asyncio.Task[Progress], job: str) -> None:
        """What a job in the background fails with stands in its row; nobody waits for it here."""
        self._under_way.discard(task)
        self._latest.pop(job, None)
        with contextlib.suppress(asyncio.CancelledError, PartimentoError):
            task.result()

    def _stop(self, named: str, *, cancel: bool) -> Progress:
        job = self.shelf.job(named)
        state, why = ("cancelled", "cancelled by hand") if cancel else ("paused", "paused by hand")
        if not self.shelf.stop(job, state, why, self.ports.clock.now()):  # type: ignore[arg-type]
            raise BadInput(f"{job.name} cannot be {state}", why=f"it is {job.state}", mend="see library status")
        return self.progress(job.id)

    def _today(self) -> date:
        return datetime.fromtimestamp(self.ports.clock.now(), UTC).date()
