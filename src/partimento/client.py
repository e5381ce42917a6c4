"""The front door: AsyncPartimento. The one place where the parts are wired together."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Mapping, Sequence
from contextlib import aclosing
from datetime import date
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeVar

import msgspec

from partimento import environment, plugins
from partimento.catalog.lookup import ModelCatalog, catalog
from partimento.catalog.price_list import in_force
from partimento.core.errors import PartimentoError, PartlyDone, UnknownName
from partimento.core.model import SPOKEN_TIERS, Model, meant
from partimento.core.ports import Engine, Ports
from partimento.core.request import Caller, Request, SelectionMode
from partimento.core.result import Done, Event, Result, Started
from partimento.core.settings import Configured, Settings
from partimento.flywheel.export import training_pairs
from partimento.ledger.report import Statistics, UsageReport, reset_statistics, statistics, usage
from partimento.ledger.retention import expire_daily
from partimento.pipeline.run import make, run
from partimento.pool.later import LaterEngine
from partimento.shapes.text import GeneratedText
from partimento.store.models import list_models, list_prices
from partimento.store.opening import open_store
from partimento.store.outcomes import KeptOutcomes
from partimento.store.store import Store
from partimento.tasks.text import text_request

if TYPE_CHECKING:
    from partimento.flywheel.reviews import Reviews
    from partimento.learner.curricula import Curricula
    from partimento.learner.learners import Learners
    from partimento.ledger.lately import Lately
    from partimento.library.front import Library
    from partimento.music.grading.grade import Grade
    from partimento.pool.front import LocalModels
    from partimento.shapes.arrangement import Arrangement
    from partimento.shapes.learner_context import LearnerContext
    from partimento.shapes.theory import TheoryAnalysis

Out = TypeVar("Out")
SIDE_BY_SIDE = 8
"""How many requests `make_many` has under way at once."""


class AsyncPartimento:
    """Everything, on one event loop. Opens the store at once; engines are made at the first generation.

    `folder`: where to look for partimento.toml and .env (default: the working folder). `settings` fields given by
    name win over files and environment. Raises SettingsError, StoreError.
    """

    def __init__(
        self,
        *,
        folder: Path | None = None,
        caller: Caller = Caller(),
        engines: Mapping[str, Engine] | None = None,
        **settings: Any,
    ) -> None:
        self.configured: Configured = environment.configured(folder, **settings)
        self.caller = caller
        _check_ttl(self.settings)
        clock = environment.SystemClock()
        self.store = open_store(environment.database(self.settings), clock)
        expire_daily(self.store, clock.now(), self.settings.retention_days)
        self.ports = Ports(
            engines={**plugins.engines(self.settings, clock), **self._later()} if engines is None else engines,
            memory=self.store,
            ledger=self.store,
            catalog=ModelCatalog(_catalog(self.store, self.settings)),
            clock=clock,
            settings=self.settings,
            new_id=environment.new_id,
            new_seed=environment.new_seed,
            in_flight={},
            flights=self.store if self.store.is_shared or self.settings.workers > 1 else None,
            outcomes=KeptOutcomes(self.store.read),
            task_named=plugins.task,
        )

    @property
    def settings(self) -> Settings:
        return self.configured.settings

    @cached_property
    def lately(self) -> Lately:
        """What was asked, spent and saved in the last days."""
        from partimento.ledger.lately import Lately
        from partimento.ledger.period import period

        return Lately(partial(period, self.store), self.ports.clock)

    @cached_property
    def learners(self) -> Learners:
        """Who learns: profiles, skills, reviews, results, preferences, what to practise next."""
        from partimento.learner.learners import Learners

        return Learners(self.store, self.ports.clock, self.ports.new_id)

    @cached_property
    def curricula(self) -> Curricula:
        """Curricula that are kept: templates, versions, progress, plans that follow results."""
        from partimento.learner.curricula import Curricula
        from partimento.learner.templates import CurriculumWanted

        def made(wanted: CurriculumWanted) -> Awaitable[Result[Any]]:
            caller = msgspec.structs.replace(self.caller, user=wanted.user, key=wanted.holder)
            request = plugins.task("curriculum").ask(wanted.fields)  # what is made for one is nobody else's answer
            return self.make(request.with_(caller=caller, cache="off" if wanted.user else "use"), model="rules")

        return Curricula(self.store, self.ports.clock, self.ports.new_id, made)

    @cached_property
    def reviews(self) -> Reviews:
        """What the owner says of what was made: a queue, verdicts, ratings, tags, edits; each can be taken back."""
        from partimento.flywheel.reviews import Reviews

        return Reviews(self.store, self.ports.clock, self.ports.new_id, plugins.task)

    @cached_property
    def library(self) -> Library:
        """What is generated ahead of time: plans, jobs, packs."""
        from partimento.library.front import Library
        from partimento.library.plan import Known
        from partimento.music import genres

        known = Known(plugins.task, plugins.task_names, genres.names)
        return Library(self.store, lambda: self.ports, known, environment.data_folder(self.settings))

    @cached_property
    def local(self) -> LocalModels:
        """The models of this machine: fetched, loaded, looked at. The daemon that holds them starts when one is first
        asked."""
        from partimento.pool.client.leases import Leases
        from partimento.pool.client.starting import COMMAND
        from partimento.pool.files.shelf import shelf
        from partimento.pool.front import LocalModels
        from partimento.pool.settings import pool_settings

        settings, engines, clock = self.settings, plugins.local_engines(), self.ports.clock
        pool, folder = environment.pool_folder(settings), environment.models_folder(settings)
        leases = Leases(pool, COMMAND, pool_settings(settings), clock)
        here = shelf(settings, folder, engines, clock)
        return LocalModels(
            settings, clock, engines, here, leases, lambda: self.ports.catalog.models(), self.store, folder, pool
        )

    async def make(self, request: Request[Out], *, model: str | None = None) -> Result[Out]:
        """Make what is asked. `model`: a model's id (that one and no other), or a tier word that bounds the choice."""
        return await make(self._prepared(request, model), self.ports)

    async def make_many(self, requests: Sequence[Request[Out]], *, model: str | None = None) -> list[Result[Out]]:
        """Make several, a few at a time; each has its own receipt.

        Raises what the first of them raised where none could be made, and PartlyDone where some could: those are
        remembered, so that asking again goes on from there.
        """
        turn = asyncio.Semaphore(SIDE_BY_SIDE)

        async def in_turn(request: Request[Out]) -> Result[Out]:
            caller = self.caller if request.caller == Caller() else request.caller
            if caller.priority == "interactive":  # of many, none is waited for alone
                request = request.with_(caller=msgspec.structs.replace(caller, priority="background"))
            async with turn:
                return await self.make(request, model=model)

        made = await asyncio.gather(*map(in_turn, requests), return_exceptions=True)
        results = [one for one in made if isinstance(one, Result)]
        failed = [one for one in made if isinstance(one, BaseException)]
        for error in failed:
            if not results or not isinstance(error, PartimentoError):
                raise error
        if failed:
            why = f"the first that failed: {failed[0]}"
            mend = "ask again: what was made is remembered"
            raise PartlyDone(f"{len(results)} of {len(made)} were made", why=why, mend=mend) from failed[0]
        return results

    async def stream(self, request: Request[Out], *, model: str | None = None) -> AsyncGenerator[Event[Out], None]:
        """The events on the way: Started, Attempted, Delta; Done is the last."""
        async with aclosing(run(self._prepared(request, model), self.ports)) as events:
            async for event in events:
                yield event

    async def told(self, request: Request[Out], *, model: str | None = None) -> tuple[Result[Out], Started | None]:
        """The result, and what the route decided; None where memory answered."""
        started = None
        async with aclosing(self.stream(request, model=model)) as events:
            async for event in events:
                if isinstance(event, Started):
                    started = event
                elif isinstance(event, Done):
                    return event.result, started
        raise AssertionError("a stream ends with Done or an error")

    def composition(
        self, genre: str, description: str = "", *, seed: int | None = None, cache: bool = True, **fields: Any
    ) -> Request[Arrangement]:
        """The request behind `compose`."""
        request: Request[Arrangement] = plugins.task("arrangement").ask(
            {"genre": genre, "description": description, **_given(fields)}
        )
        options = msgspec.structs.replace(request.options, seed=seed)
        return request.with_(options=options, cache="use" if cache else "skip")

    async def compose(
        self, genre: str, description: str = "", *, model: str | None = None, **fields: Any
    ) -> Result[Arrangement]:
        """A two-hand arrangement; fields: key, tempo, bars, level, application, meter, seed, cache."""
        return await self.make(self.composition(genre, description, **fields), model=model)

    def coaching(
        self,
        message: str,
        context: LearnerContext | Mapping[str, Any] | None = None,
        *,
        history: Sequence[Mapping[str, str]] = (),
        learner: str = "",
        language: str = "",
        holder: str = "",
    ) -> Request[str]:
        """The request behind `coach`. What `context` says goes before what is kept of `learner`, which `holder` (the
        id of an API key; "" for the owner) must be allowed to read. Raises UnknownName for a learner not kept here."""
        given = dict(context or {}) if context is None or isinstance(context, Mapping) else msgspec.to_builtins(context)
        if learner:
            given = msgspec.to_builtins(self.learners.context(learner, holder=holder)) | given
        fields = {"message": message, "context": given, "history": list(history), "language": language}
        request: Request[str] = plugins.task("coaching").ask(fields)
        if not learner:
            return request
        # his alone: what the coach was told of him must not outlive him as an answer for others
        return request.with_(caller=msgspec.structs.replace(self.caller, user=learner), scope="user")

    async def coach(
        self,
        user_message: str,
        user_context: LearnerContext | Mapping[str, Any] | None = None,
        *,
        model: str | None = None,
        **fields: Any,
    ) -> Result[str]:
        """The coach's reply; fields: history, learner, language. To read along, stream `coaching(...)`."""
        return await self.make(self.coaching(user_message, user_context, **fields), model=model)

    async def analyze(self, chords: Sequence[str] | str, key: str | None = None) -> Result[TheoryAnalysis]:
        """Numerals, functions and reasons of a progression, from the theory engine."""
        request = plugins.task("theory").ask(_given({"chords": chords, "key": key}))
        return await self.make(request)

    async def grade(
        self,
        take: Any,
        task: Any = None,
        *,
        criterion: str | None = None,
        index: int | None = None,
        tempo: float | None = None,
        cache: bool = True,
    ) -> Result[Grade]:
        """What was played wrongly, a score, and what to practise.

        `take`: the bytes of a MIDI file, or notes {"start", "duration", "midi", "velocity"}; `task`: an exercise, an
        arrangement or their JSON; or a `criterion` in words. Raises BadInput.
        """
        fields = {"take": take, "task": task, "criterion": criterion, "index": index, "tempo": tempo}
        request: Request[Grade] = plugins.task("grading").ask(_given(fields))
        return await self.make(request.with_(cache="use" if cache else "skip"))

    async def generate_text(
        self,
        request_type: str,
        prompt: str,
        options: Mapping[str, Any] | None = None,
        *,
        provider: str | None = None,
        model: str | None = None,
        selection_mode: SelectionMode = "auto",
        user: str = "",
        endpoint: str = "",
    ) -> GeneratedText:
        """Free text of the wanted quality; unpacks as (text, provider)."""
        request = text_request(request_type, prompt, options or {}, provider, model, selection_mode)
        caller = msgspec.structs.replace(self.caller, user=user or self.caller.user, endpoint=endpoint)
        result = await make(request.with_(caller=caller), self.ports)
        return GeneratedText(result.value, result.receipt)

    def knows(self, model: str) -> bool:
        """Whether the catalog has a model of that name: id, alias, or the upstream's own."""
        return meant(model, self.ports.catalog.models(), date.min) is not None

    def usage(self, days: int = 30, by: str = "task") -> UsageReport:
        """What was asked and spent in the last days, grouped by task, model, user or endpoint."""
        return usage(self.store, self.ports.clock.now(), days, by)

    def stats(self) -> Statistics:
        """Counts since the last reset: local, cloud and rule generations, hits, dollars saved."""
        return statistics(self.store)

    def reset_stats(self) -> None:
        """Count `stats` from now on; the ledger keeps its rows."""
        reset_statistics(self.store, self.ports.clock.now())

    def rate(self, memory_id: str, rating: int) -> None:
        """Say how good an answer was, 0 to 5; `memory_id` stands on its receipt. Raises BadInput."""
        self.reviews.rate(memory_id, rating)

    def export_training_data(self, min_rating: float = 4.0, verified_only: bool = True) -> list[dict[str, Any]]:
        """What was approved, as [{"prompt", "completion", "tags", "difficulty", "weight"}]."""
        pairs = training_pairs(self.store, min_rating, verified_only)
        return [msgspec.structs.asdict(pair) | {"tags": list(pair.tags)} for pair in pairs]

    def status(self) -> dict[str, Any]:
        """What could answer now: models with their state, whether local and cloud ones are there, the budget mode."""
        models = {
            model.id: (engine.unready(model, None) if (engine := self.ports.engines.get(model.engine)) else "no engine")
            for model in self.ports.catalog.models()
        }
        by_id = {model.id: model for model in self.ports.catalog.models()}
        return {
            "local_llm_available": any(
                not why and by_id[i].tier not in ("rules", "cloud") for i, why in models.items()
            ),
            "gemini_available": any(not why and by_id[i].provider == "gemini" for i, why in models.items()),
            "budget_mode": self.settings.budget_mode,
            "models": {i: why or "ready" for i, why in models.items()},
        }

    async def close(self) -> None:
        """Finish writes and give back connections."""
        if "library" in vars(self):
            await self.library.close()
        for engine in self.ports.engines.values():
            await engine.close()
        if "local" in vars(self):
            await self.local.close()
        self.store.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    def _later(self) -> dict[str, Engine]:
        return {name: LaterEngine(name, lambda: self.local) for name in plugins.local_engine_names()}

    def _prepared(self, request: Request[Out], model: str | None) -> Request[Out]:
        if request.caller == Caller():
            request = request.with_(caller=self.caller)
        if model is None:
            return request
        mode: SelectionMode = "auto" if model == "auto" or model in SPOKEN_TIERS else "manual"
        return request.with_(options=msgspec.structs.replace(request.options, model=model, selection_mode=mode))


def _check_ttl(settings: Settings) -> None:
    """A misspelt task in [ttl] would silently not count. Raises UnknownName."""
    for name in settings.ttl:
        if name not in plugins.task_names():
            raise UnknownName("task in [ttl]", name, plugins.task_names())


def _catalog(store: Store, settings: Settings) -> tuple[Model, ...]:
    """Shipped models, under the owner's database rows, under the settings."""
    listing = in_force(environment.data_folder(settings))
    return catalog(list_models(store), list_prices(store), settings, listing)


def _given(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}
