"""The way through, from request to result: the page that explains the product. Knows only the ports.

request ─ redact ─ cache ─ route ─ budget ─ generate ─ validate ─ record ─ result
                     │hit               │        └ flawed? repair once, then the next candidate
                     └──────────────────┴──────────────────────────── receipt
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from typing import TypeVar

from partimento.core.errors import (
    BudgetExceeded,
    ChecksFailed,
    EngineError,
    NotConfigured,
    NothingServed,
    PartimentoError,
)
from partimento.core.model import TIERS, Model
from partimento.core.money import FREE, Money
from partimento.core.ports import Call, Drafted, Ports, Remembered
from partimento.core.request import Request
from partimento.core.result import Attempted, Delta, Done, Event, Outcome, Result, Started
from partimento.core.usage import NOTHING_USED, Usage
from partimento.decoding.schema import decode
from partimento.pipeline import budget, cache
from partimento.pipeline.generate import asked_again, call_for, generate, turn_ends
from partimento.pipeline.hold import Gate, replayed
from partimento.pipeline.record import Entry, ledger_entry, record, record_hit
from partimento.pipeline.redact import Redacted, redact
from partimento.pipeline.route import Ranked, complexity, route, tier_for
from partimento.pipeline.validate import Flawed, Sound, validate

Out = TypeVar("Out")


async def make(request: Request[Out], ports: Ports) -> Result[Out]:
    """The result, without the events on the way. Raises PartimentoError."""
    async for event in run(request, ports):
        if isinstance(event, Done):
            result = event.result
    return result


async def run(request: Request[Out], ports: Ports) -> AsyncGenerator[Event[Out], None]:
    """Started, then Attempted and Delta as they happen, then Done after the commit. Raises PartimentoError."""
    async with ledger_entry(request, ports) as entry:
        if request.privacy is None:
            request = request.with_(privacy=ports.settings.privacy)
        redacted = redact(request)
        entry.request, entry.kept = redacted.request, redacted.kept
        entry.complexity = complexity(redacted.request)
        deadline = entry.started + (request.deadline_s or ports.settings.deadline_s)
        place = cache.place_of(redacted.request, ports)
        found = cache.look_up(place, request, ports)
        async with cache.turn(place, request, ports, deadline, entry, skip=found is not None) as first:
            if not first:
                found = cache.look_up(place, request, ports)
            answer: AsyncGenerator[Event[Out], None] = (
                _again(entry, found, redacted) if found else _anew(entry, redacted, place, deadline, ports)
            )
            async with aclosing(answer) as events:
                async for event in events:
                    yield event


async def _again(entry: Entry, found: Remembered, redacted: Redacted[Out]) -> AsyncGenerator[Event[Out], None]:
    """A remembered answer: in the same chunks, at no cost."""
    value = redacted.restored(decode(found.value, entry.request.task.output))
    receipt = await record_hit(entry, found)
    for text in replayed(value):
        yield Delta(text)
    yield Done(Result(value, receipt))


async def _anew(
    entry: Entry, redacted: Redacted[Out], place: cache.Place, deadline: float, ports: Ports
) -> AsyncGenerator[Event[Out], None]:
    """Ask the candidates in turn until one serves: fallback is only the next turn of this loop."""
    candidates = _candidates(entry, ports)
    tier = tier_for(entry.complexity, ports.settings)
    yield Started(entry.complexity, tier, tuple(ranked.candidate for ranked in candidates))
    seed = entry.request.options.seed
    seed = ports.new_seed() if seed is None else seed
    errors: list[PartimentoError] = []
    for position, ranked in enumerate(candidates):
        ends = turn_ends(candidates[position:], deadline, ports.clock.monotonic())
        call = call_for(redacted.sent, ranked.model, seed, ends, ports)
        sound: Sound | None = None
        try:
            async with aclosing(_ask(entry, ranked, call, redacted.values, ports)) as steps:
                async for step in steps:
                    if isinstance(step, Sound):
                        sound = step
                    else:
                        yield step
        except (EngineError, BudgetExceeded) as error:
            errors.append(error)
            outcome: Outcome = "passed over" if isinstance(error, BudgetExceeded) else "failed"
            yield Attempted(entry.attempted(ranked.model, outcome, str(error)))
            continue
        if sound is None:
            errors.append(ChecksFailed())
            continue
        receipt = await record(entry, ranked.model, redacted.kept(sound.value), place)
        yield Done(Result(redacted.restored(sound.value), receipt))
        return
    raise _unserved(entry, errors)


async def _ask(
    entry: Entry, ranked: Ranked, call: Call, values: Mapping[str, str], ports: Ports
) -> AsyncGenerator[Attempted | Delta | Sound, None]:
    """One candidate's turn: a draft and, where it is flawed, one repair of it. Ends with Sound, or without."""
    model = ranked.model
    for repairing in (False, True):
        gate = Gate(call.request, values)
        drafted = Drafted()
        async with budget.reserve(call, entry.request.caller, entry.row("unknown"), ports) as held:
            try:
                async with aclosing(generate(call, ports.engines[model.engine], ports.clock)) as pieces:
                    async for piece in pieces:
                        if isinstance(piece, Drafted):
                            drafted = piece
                            held.spent(_cost(entry, model, piece.usage, held.amount))
                        elif text := gate.enter(piece):
                            yield Delta(text)
                        if gate.flaws:
                            break  # closing the stream tells the upstream to stop
            except EngineError as error:
                if not error.may_be_billed:
                    held.spent(FREE)
                raise
            finally:
                entry.spent(drafted.usage or NOTHING_USED, held.cost)
        verdict = Flawed(gate.flaws) if gate.flaws else validate(call.request, drafted, model.id)
        if isinstance(verdict, Sound):
            if text := gate.rest():
                yield Delta(text)
            if drafted.truncated:
                entry.notes.append(f"{model.id} stopped at its token limit; raise max_tokens for more")
            mended = f"; {verdict.mended}" if verdict.mended else ""
            reason = f"mended at the second asking{mended}" if repairing else ranked.reason + mended
            yield Attempted(entry.attempted(model, "served", reason))
            yield verdict
            return
        yield Attempted(entry.attempted(model, "flawed", "; ".join(verdict.reasons)))
        if model.engine == "rules":
            return
        call = asked_again(call, drafted.text, verdict.reasons)


def _candidates(entry: Entry, ports: Ports) -> tuple[Ranked, ...]:
    def unready(model: Model) -> str:
        return _unready(entry, model)

    return route(entry.request, entry.complexity, ports.catalog.models(), unready, ports.settings, entry.day)


def _unready(entry: Entry, model: Model) -> str:
    """Why this model cannot be asked now, "" when it can."""
    engine = entry.ports.engines.get(model.engine)
    if engine is None:
        return f"the engine {model.engine!r} is not installed"
    return engine.unready(model, entry.request)


def _cost(entry: Entry, model: Model, usage: Usage | None, reserved: Money) -> Money:
    if usage is None:
        if reserved:
            entry.notes.append(f"{model.id} did not say what it used: charged as reserved")
        return reserved
    return model.cost(usage, entry.day)


def _unserved(entry: Entry, errors: list[PartimentoError]) -> PartimentoError:
    """Why nothing was served: nothing to ask, no money, no sound draft, or no answer."""
    name = entry.request.task.name
    if not errors:
        reasons = [f"{m.id}: {why}" for m in entry.ports.catalog.models() if (why := _unready(entry, m))]
        wanted = entry.request.options.model
        return NotConfigured(
            f"no model {f'of tier {wanted} ' if wanted in TIERS else ''}can make {name} now",
            why="; ".join(reasons) or "none is configured for it",
            mend="set OPENAI_BASE_URL or OPENAI_API_KEY, or add a [[models]] table to partimento.toml",
        )
    told = "; ".join(f"{a.model}: {a.reason}" for a in entry.attempts)
    if all(isinstance(error, BudgetExceeded) for error in errors):
        return errors[0]
    if len(errors) == 1 and isinstance(errors[0], EngineError):
        return errors[0]
    if all(isinstance(error, ChecksFailed) for error in errors):
        return ChecksFailed(
            f"no draft of {name} passed its checks", why=told, mend="choose an abler model with --model"
        )
    return NothingServed(
        f"no candidate could serve {name}", why=told, mend="see `partimento doctor` for what is reachable"
    )
