"""The local models of one program: what is here, what is in memory, and everything that can be done about it. Knows who
is to be asked; leaves files to `shelf`, fetching to `download`, memory and turns to the daemon.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import AsyncGenerator, Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from partimento.core.clock import Clock
from partimento.core.errors import BadInput, PartimentoError, UnknownName
from partimento.core.local import LocalEngine
from partimento.core.model import Model, meant
from partimento.core.request import Request
from partimento.core.settings import Settings
from partimento.pipeline.route import TYPICAL_OUTPUT
from partimento.pool import speeds
from partimento.pool.bench import Benched, answered, roof, switched, together
from partimento.pool.client.leases import Leases
from partimento.pool.daemon.footprints import weighed
from partimento.pool.deciding.effects import Progress
from partimento.pool.engine import PooledEngine
from partimento.pool.files import choose, download, entry
from partimento.pool.files.download import Pulled
from partimento.pool.files.manifest import Pulling
from partimento.pool.files.remove import Removed, remove
from partimento.pool.files.shelf import Shelf, is_apple
from partimento.pool.files.wish import wished
from partimento.pool.foresight import Foresight, foreseen
from partimento.pool.memory.fit import footprint
from partimento.pool.memory.fitting import explain
from partimento.pool.memory.machine import devices, measured_bandwidth
from partimento.pool.messages import Resident, Status
from partimento.pool.settings import pool_settings
from partimento.pool.speeds import Speed, too_slow
from partimento.pool.underway import Underway
from partimento.pool.values import State
from partimento.store.models import put_models
from partimento.store.store import Store

IN_MEMORY: tuple[State, ...] = ("ready", "draining")
LOST: tuple[State, ...] = ("reclaiming", "cold", "waiting", "starting", "loading", "warming", "failed")
"""Where a model may be whose process has broken off: it was in memory, and the next request brings it back."""


class LocalRow(Struct, frozen=True, kw_only=True):
    """One local model. Bytes; 0: not known. `state` is the pool's where it knows the model, else the shelf's."""

    model: str
    tier: str
    engine: str
    state: State
    path: str = ""
    format: str = ""
    place: str = ""
    disk_bytes: int = 0
    licence: str = ""
    estimated_bytes: int = 0
    reserved_bytes: int = 0
    fraction: float | None = None
    loaded: bool = False
    why: str = ""
    """What keeps it from being asked, with the mend."""


class Loaded(Struct, frozen=True, kw_only=True):
    """A model that is in memory now."""

    model: str
    state: State
    notes: tuple[str, ...] = ()


class PoolState(Struct, frozen=True, kw_only=True):
    """The pool, and which model was asked last of those in memory (None: none is), also where its process has just
    broken off. `status` None: no daemon runs."""

    current_model: str | None
    status: Status | None


class LocalModels:
    """One program's door to them. Nothing is started before it is needed."""

    def __init__(
        self,
        settings: Settings,
        clock: Clock,
        engines: Mapping[str, LocalEngine],
        shelf: Shelf,
        leases: Leases,
        models: Callable[[], Sequence[Model]],
        store: Store,
        models_folder: Path,
        pool_folder: Path,
    ) -> None:
        self._settings, self._clock, self._engines, self._shelf, self._leases = settings, clock, engines, shelf, leases
        self._models, self._store, self._folder, self._pool_folder = models, store, models_folder, pool_folder
        self._speeds = speeds.speeds(pool_folder)
        self.underway = Underway(clock)
        """What goes on though nobody waits for it."""
        self._made: dict[str, PooledEngine] = {}
        self._ready: frozenset[str] = frozenset()
        self._following: asyncio.Task[None] | None = None

    # ---- for the pipeline --------------------------------------------------------------------------------------

    def engine(self, name: str) -> PooledEngine:
        """The local engine of that name as the pipeline asks it."""
        made = self._made.get(name)
        if made is None:
            made = self._made[name] = PooledEngine(
                name, self._shelf, self._leases, self._clock, self._is_warm, self._too_slow
            )
        return made

    def _too_slow(self, model: Model, request: Request[Any]) -> str:
        tokens = min(request.options.max_tokens or TYPICAL_OUTPUT, TYPICAL_OUTPUT)
        return too_slow(self._speeds.get(model.id), tokens, request.deadline_s or self._settings.deadline_s)

    def _is_warm(self, model: Model) -> bool:
        if self._following is None or self._following.done():
            with contextlib.suppress(RuntimeError):
                self._following = asyncio.get_running_loop().create_task(self._follow(), name="pool follower")
        return model.base in self._ready

    async def _follow(self) -> None:
        """Keep in mind what is in memory, as long as a daemon runs."""
        try:
            async for status in self._leases.watch():
                self._ready = frozenset(one.model for one in status.models if one.state in IN_MEMORY)
        except PartimentoError:
            pass
        finally:
            self._ready = frozenset()
        await asyncio.sleep(1.0)  # no daemon, or it has ended: look again at a later request

    # ---- what there is -----------------------------------------------------------------------------------------

    async def status(self) -> PoolState:
        """What is in memory; a daemon is not started for the question."""
        told = await self._leases.status()
        ready = [one for one in told.models if one.state in IN_MEMORY] if told else []
        lost = [one for one in told.models if one.crashes and one.state in LOST] if told else []
        last = min(ready or lost, key=lambda one: (one.leases == 0, one.unused_s or 0.0), default=None)
        return PoolState(current_model=last.model if last else None, status=told)

    async def rows(self, told: PoolState | None = None) -> list[LocalRow]:
        """Every local model of the catalog."""
        status = (told or await self.status()).status
        known = {one.model: one for one in status.models} if status else {}
        return [self._row(model, known.get(model.id)) for model in self._local() if not model.adapter]

    def _row(self, model: Model, held: Resident | None) -> LocalRow:
        here = self._shelf.standing(model)
        in_pool = held is not None and held.state not in ("absent", "cold")
        reason = held.reason if held is not None and held.state in ("failed", "quarantined") else ""
        return LocalRow(
            model=model.id,
            tier=model.tier,
            engine=here.engine or model.engine,
            state=held.state if held is not None and in_pool else here.state,
            path=here.path,
            format=f"{here.format} {here.quantisation}".strip(),
            place=here.place,
            disk_bytes=here.bytes or _bytes(model.weights.disk_gb if model.weights else 0),
            licence=model.weights.licence if model.weights else "",
            estimated_bytes=held.estimated_bytes
            if held
            else int((model.weights.memory_gb if model.weights else 0) * 1e9),
            reserved_bytes=held.reserved_bytes if held else 0,
            fraction=held.fraction if held is not None and in_pool else here.fraction,
            loaded=held is not None and held.state in IN_MEMORY,
            why=reason or here.why,
        )

    def fits(self, names: Iterable[str], context: int | None = None, slots: int | None = None) -> list[choose.Fit]:
        """What fits this machine: of the named models, or of all that can be had."""
        told = [self._named(name) for name in names] or [
            model for model in self._local() if choose.is_to_be_had(model, self._today())
        ]
        machine = self.machine()
        return [self._fit(model, machine, context, slots) for model in told]

    def _fit(self, model: Model, machine: choose.Machine, context: int | None, slots: int | None) -> choose.Fit:
        tokens = context or self._settings.local_context
        here = self._shelf.standing(model)
        if here.state != "cold" or here.why:
            return choose.fit_of(model, machine, context=tokens, slots=slots or 0)
        wanted = self._shelf.wanted(model)
        found = footprint(wanted.files, wanted.engine)
        fit = choose.fit_of(
            model, machine, footprint=found, engine=wanted.engine, context=tokens, slots=slots or wanted.slots
        )
        return replace(fit, why=f"{fit.why}; {explain(model.id, found, fit.context, fit.slots)}")

    def measured(self) -> Mapping[str, Speed]:
        """How quick models were when they were last measured, by model."""
        return speeds.speeds(self._pool_folder)

    def foresee(self, told: PoolState) -> dict[str, Foresight]:
        """For each model that is here and not in memory, what would go if it were loaded now. Reads their files."""
        residents = {one.model for one in told.status.models if one.reserved_bytes} if told.status else set()
        machine = self.machine()
        found = {}
        for model in self._local():
            if model.adapter or model.id in residents or self._shelf.missing(model):
                continue
            wanted = self._shelf.wanted(model)
            with contextlib.suppress(PartimentoError, OSError):  # what cannot be read is told when it is loaded
                taken = weighed(self._engines.get(wanted.engine), wanted)
                found[model.id] = foreseen(told.status, machine.devices, machine.settings, wanted, taken)
        return found

    async def changes(self) -> AsyncGenerator[PoolState, None]:
        """The pool after each change, as long as a daemon runs; nothing where none does."""
        async for _ in self._leases.watch():
            yield await self.status()

    def machine(self) -> choose.Machine:
        """What models would run on."""
        ready = {name for name, engine in self._engines.items() if not engine.unready()}
        bound = choose.devices_of(bool(self._settings.llama_server))
        return choose.machine(devices(), pool_settings(self._settings), choose.order(is_apple()), ready, bound)

    def suggested(self) -> tuple[choose.Choice, ...]:
        """What to pull for this machine, a model for each tier."""
        return choose.suggested(self._local(), self.machine(), self._today())

    def holds(self, name: str) -> bool:
        """Whether the name means a model that the pool would run."""
        return meant(name, self._local(), self._today()) is not None

    # ---- what can be done --------------------------------------------------------------------------------------

    async def load(
        self, name: str, *, force: bool = False, told: Callable[[Progress], None] | None = None, by_path: bool = False
    ) -> Loaded:
        """Load a model, and return when it is ready. `by_path`: a name that is a path becomes a model first.

        Raises UnknownName, ModelMissing, NoRoom, EngineError.
        """
        model = self._at_path(name) if by_path and _is_path(name) else self._named(name)
        notes = await self._leases.load(self._shelf.wanted(model), force=force, told=told)
        return Loaded(model=model.id, state="ready", notes=notes)

    async def unload(self, name: str = "", *, force: bool = False) -> tuple[str, ...]:
        """Take a model out of memory, or all. What is not there is unloaded already."""
        return await self._leases.unload(self._named(name).id if name else "", force=force)

    async def pin(self, name: str, pinned: bool | None, keep_s: float | None = None) -> tuple[str, ...]:
        """Say how long a model stays in memory; one that is to stay and is not there is loaded."""
        model = self._named(name)
        if pinned or keep_s:
            await self._leases.load(self._shelf.wanted(model))
        else:
            told = (await self.status()).status
            if told is None or model.id not in {one.model for one in told.models}:
                return ("it was not in memory",)
        return await self._leases.pin(model.id, pinned, keep_s)

    async def pull(self, name: str, told: Callable[[Pulling], None]) -> Pulled:
        """Fetch a model's files, in a thread. A cancelled pull goes on when it is asked for again.

        Raises as `wished` and `download.pull` do.
        """
        wish = wished(name, self._local(), self.machine(), self._today())
        if isinstance(wish, Path):
            raise BadInput(f"{name} is on this machine", why="a pull fetches", mend=f"partimento models load {name}")
        stopped = threading.Event()

        def heard(at: Pulling) -> None:
            if stopped.is_set():
                raise KeyboardInterrupt  # in the thread that fetches: what came is kept
            told(at)

        token = self._settings.hf_token.value
        work = asyncio.get_running_loop().run_in_executor(
            None, lambda: download.pull(wish, self._folder, self._clock, token=token, told=heard)
        )
        try:
            pulled = await asyncio.shield(work)
        except asyncio.CancelledError:
            stopped.set()
            with contextlib.suppress(BaseException):
                await work
            raise
        self._shelf.forget()
        if wish.model is None:
            put_models(self._store, [entry.model_at(Path(pulled.path), self._models())])
        return pulled

    async def remove(self, name: str) -> tuple[Removed, ...]:
        """Delete what pulls fetched of a model, or of a repository."""
        found = meant(name, self._local(), self._today())
        if found is not None:
            await self.unload(found[0].id)
        gone = remove(self._folder, found[0].id if found else name, self._local())
        self._shelf.forget()
        return gone

    async def bench(
        self, names: Sequence[str], tokens: int, told: Callable[[str], None]
    ) -> AsyncGenerator[Benched, None]:
        """Measure the named models, or all that are here, one after the other; the figures are kept for the route."""
        models = [self._named(name) for name in names] or [m for m in self._local() if not self._shelf.missing(m)]
        bandwidth = await asyncio.to_thread(measured_bandwidth)
        before: Model | None = None
        for model in models:
            wanted = self._shelf.wanted(model)
            engine = self.engine(wanted.engine)
            held = {one.model: one for one in status.models} if (status := (await self.status()).status) else {}
            was_there = model.id in held and held[model.id].state in IN_MEMORY
            told(f"{model.id}: loading")
            began = self._clock.monotonic()
            await self._leases.load(wanted)
            load_s = 0.0 if was_there else self._clock.monotonic() - began
            told(f"{model.id}: one answer")
            alone = await answered(engine, model, 0, tokens)
            told(f"{model.id}: {wanted.slots} answers at once")
            found = footprint(wanted.files, wanted.engine)
            yield Benched(
                model=model.id,
                engine=wanted.engine,
                context=wanted.context,
                slots=wanted.slots,
                load_s=load_s,
                first_token_s=alone.first_s,
                tokens_per_s=alone.per_s,
                together_per_s=await together(engine, model, wanted.slots, tokens),
                roof_per_s=roof(found, wanted, bandwidth, tokens),
                switch_s=await switched(engine, model, self.engine(before.engine), before) if before else None,
            )
            speeds.keep(self._pool_folder, model.id, Speed(load_s, alone.per_s, self._clock.now()))
            before = model

    async def close(self) -> None:
        """Give back the connection to the daemon. The models stay."""
        await self.underway.close()
        if self._following is not None:
            self._following.cancel()
        for engine in self._made.values():
            await engine.close()
        await self._leases.close()

    def _at_path(self, name: str) -> Model:
        form = entry.best_at(Path(name).expanduser().absolute()).files.format
        able = [engine for engine, kind in choose.order(is_apple()) if kind == form and engine in self._engines]
        ready = next((engine for engine in able if not self._engines[engine].unready()), "")
        model = entry.model_at(Path(name), self._models(), engine=ready)
        put_models(self._store, [model])
        return model

    def _local(self) -> list[Model]:
        return [model for model in self._models() if model.engine in self._engines and not model.base_url]

    def _named(self, name: str) -> Model:
        found = meant(name, self._local(), self._today())
        if found is None:
            raise UnknownName("local model", name, {model.id for model in self._local()})
        return found[0]

    def _today(self) -> Any:
        return datetime.fromtimestamp(self._clock.now(), UTC).date()


def _bytes(gb: float) -> int:
    return int(gb * 1e9)


def _is_path(name: str) -> bool:
    return name.endswith(".gguf") or "/" in name or Path(name).exists()
