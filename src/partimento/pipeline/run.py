"""The way through, from request to result: the page that explains the product. Knows only the ports.

request ─ redact ─ cache ─ route ─ budget ─ generate ─ validate ─ record ─ result
                     │hit               │        └ flawed? repair once, then the next candidate
                     └──────────────────┴──────────────────────────── receipt
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from typing import Any, TypeVar

from partimento.core.errors import (
    BudgetExceeded,
    ChecksFailed,
    EngineError,
    NothingServed,
    PartimentoError,
    StoreError,
)
from partimento.core.model import Model
from partimento.core.money import FREE, Money
from partimento.core.ports import Call, Drafted, Ports, Remembered
from partimento.core.request import Request
from partimento.core.result import Attempted, Delta, Done, Event, Outcome, Partial, Result, Started
from partimento.core.task import Parts
from partimento.core.usage import NOTHING_USED, Usage
from partimento.decoding.schema import decode
from partimento.pipeline import budget, cache, flight
from partimento.pipeline.decision import Ranked
from partimento.pipeline.generate import asked_again, call_for, generate, turn_ends
from partimento.pipeline.hold import Gate, replayed
from partimento.pipeline.parts import IN_PARTS, Assembled, failure, in_parts, parts_of
from partimento.pipeline.prepare import Prepared, prepare
from partimento.pipeline.record import Entry, ledger_entry, record, record_hit
from partimento.pipeline.redact import Redacted
from partimento.pipeline.route import Routed, nothing_to_ask, prompt_tokens, router_for, tier_for
from partimento.pipeline.validate import Flawed, Sound, validate

Out = TypeVar("Out")


async def make(asked: Request[Out] | Prepared, ports: Ports, *, begun: Entry | None = None) -> Result[Out]:
    """The result, without the events on the way. Raises PartimentoError."""
    async for event in run(asked, ports, stream=False, begun=begun):
        if isinstance(event, Done):
            result = event.result
    return result


async def run(
    asked: Request[Out] | Prepared, ports: Ports, *, stream: bool = True, begun: Entry | None = None
) -> AsyncGenerator[Event[Out], None]:
    """Started, then Attempted, Delta and Partial as they happen, then Done after the commit. Raises PartimentoError.

    `stream`: whether anybody reads along; if nobody does, models may answer in one piece. `begun`: the request's entry,
    where it was asked together with others and is now asked alone.
    """
    async with ledger_entry(asked.request if isinstance(asked, Prepared) else asked, ports, begun) as entry:
        ready = asked if isinstance(asked, Prepared) else prepare(asked, ports)
        request, redacted = ready.request, ready.redacted
        entry.request, entry.kept = redacted.request, redacted.kept
        entry.complexity = ready.complexity
        deadline = entry.started + (request.deadline_s or ports.settings.deadline_s)
        place = cache.place_of(request, ready.key, ready.scope, ports)
        found = await cache.look_up(place, request, ports)
        if found is None:
            async with flight.turn(place, request, ports, deadline, entry) as first:
                if not first:
                    found = await cache.look_up(place, request, ports)
                    entry.waited = found is not None
                if found is None:
                    async with aclosing(_anew(entry, redacted, place, deadline, ports, stream=stream)) as events:
                        async for event in events:
                            yield event
                    return
        result = await _again(entry, found, redacted)
        if stream:
            for text in replayed(entry.request.task.told(result.value)):
                yield Delta(text, found.model, cached=True)
        yield Done(result)


async def _again(entry: Entry, found: Remembered, redacted: Redacted[Out]) -> Result[Out]:
    """A remembered answer, at no cost."""
    value = redacted.restored(decode(found.value, entry.request.task.output))
    return Result(value, await record_hit(entry, found))


async def _anew(
    entry: Entry, redacted: Redacted[Out], place: cache.Place, deadline: float, ports: Ports, *, stream: bool
) -> AsyncGenerator[Event[Out], None]:
    """Ask the candidates in turn until one serves: fallback is only the next turn of this loop."""
    routed = await _routed(entry, ports)
    candidates = routed.ranked
    if stream:
        tier = tier_for(entry.complexity, ports.settings)
        yield Started(entry.complexity, tier, routed.candidates, routed.left_out)
    seed = entry.request.options.seed
    seed = ports.new_seed() if seed is None else seed
    errors: list[PartimentoError] = []
    if parts := parts_of(entry.request, routed, ports):
        async with aclosing(_of_parts(entry, redacted, parts, place, deadline, errors)) as events:
            async for event in events:
                yield event
        if entry.closed:
            return
    begun = False
    for position, ranked in enumerate(candidates):
        ends = turn_ends(candidates[position:], deadline, ports.clock.monotonic())
        call = call_for(redacted.sent, ranked.model, seed, ends, ports, stream=stream)
        sound: Sound | None = None
        try:
            async with aclosing(_ask(entry, ranked, call, redacted.values, ports)) as steps:
                async for step in steps:
                    if isinstance(step, Sound):
                        sound = step
                    elif isinstance(step, Partial):
                        yield Partial(redacted.restored(step.value), step.model)
                    else:
                        begun = begun or (stream and isinstance(step, Delta))
                        yield step
        except (EngineError, BudgetExceeded) as error:
            errors.append(error)
            outcome: Outcome = "passed over" if isinstance(error, BudgetExceeded) else "failed"
            yield Attempted(entry.attempted(ranked.model, outcome, str(error)))
            if begun and isinstance(error, EngineError):
                raise  # half an answer has been read; another model's would begin in the middle of it
            continue
        if sound is None:
            errors.append(ChecksFailed())
            continue
        entry.proved(sound.claims, sound.notes)
        receipt = await record(entry, ranked.model, redacted.kept(sound.value), place)
        yield Done(Result(redacted.restored(sound.value), receipt))
        return
    raise _unserved(entry, errors) if candidates else nothing_to_ask(routed, entry.request)


async def _of_parts(
    entry: Entry,
    redacted: Redacted[Out],
    parts: Parts,
    place: cache.Place,
    deadline: float,
    errors: list[PartimentoError],
) -> AsyncGenerator[Partial | Attempted | Done[Out], None]:
    """The whole from its parts. Ends with Done, or with one more error: then it is made in one piece."""

    async def part(request: Request[Any]) -> Result[Any]:
        return await make(request, entry.ports)

    try:
        async with aclosing(in_parts(redacted.sent, parts, entry.ports, deadline, part)) as steps:
            async for step in steps:
                if isinstance(step, Assembled):
                    assembled = step
                else:
                    yield Partial(redacted.restored(step.value), step.model, step.part)
    except StoreError:
        raise
    except PartimentoError as error:
        errors.append(error)
        outcome: Outcome = "passed over" if isinstance(error, BudgetExceeded) else "failed"
        yield Attempted(entry.attempted(IN_PARTS, outcome, failure(error)))
        return
    verdict = validate(redacted.sent, Drafted(value=assembled.draft), assembled.method)
    if isinstance(verdict, Flawed):
        errors.append(ChecksFailed())
        yield Attempted(entry.attempted(IN_PARTS, "flawed", "; ".join(verdict.reasons), noted=verdict.noted))
        return
    yield Attempted(entry.attempted(assembled.maker, "served", f"made of {len(assembled.receipts)} parts"))
    entry.proved(verdict.claims, verdict.notes)
    receipt = await record(entry, assembled.maker, redacted.kept(verdict.value), place, assembled.receipts)
    yield Done(Result(redacted.restored(verdict.value), receipt))


async def _ask(
    entry: Entry, ranked: Ranked, call: Call, values: Mapping[str, str], ports: Ports
) -> AsyncGenerator[Attempted | Delta | Partial | Sound, None]:
    """One candidate's turn: a draft and, where it is flawed, one repair of it. Ends with Sound, or without."""
    model = ranked.model
    for repairing in (False, True):
        gate = Gate(call.request, values, along=call.stream)
        drafted = Drafted()
        async with budget.reserve(call, entry.request.caller, entry.row("unknown"), ports) as held:
            try:
                async with aclosing(generate(call, ports.engines[model.engine], ports.clock)) as pieces:
                    async for piece in pieces:
                        if isinstance(piece, Drafted):
                            drafted = piece
                            entry.notes += piece.notes
                            held.spent(_cost(entry, model, piece.usage, held.amount))
                        elif told := gate.take(piece, model.id):
                            yield told
                        if gate.flaws:
                            drafted = Drafted(gate.heard)
                            break  # closing the stream tells the upstream to stop
            except EngineError as error:
                if not error.may_be_billed:
                    held.spent(FREE)
                raise
            finally:
                entry.spent(drafted.usage or NOTHING_USED, held.cost)
        verdict = Flawed(gate.flaws) if gate.flaws else validate(call.request, drafted, model.id)
        if isinstance(verdict, Sound):
            if text := gate.rest(call.request.task.told(verdict.value)):
                yield Delta(text, model.id)
            if drafted.truncated:
                entry.notes.append(f"{model.id} stopped at its token limit; raise max_tokens for more")
            mended = f"; {verdict.mended}" if verdict.mended else ""
            reason = f"mended at the second asking{mended}" if repairing else ranked.reason + mended
            yield Attempted(entry.attempted(model, "served", reason, noted=verdict.mended))
            yield verdict
            return
        yield Attempted(entry.attempted(model, "flawed", "; ".join(verdict.reasons), noted=verdict.noted))
        if model.engine == "rules":
            return
        call = asked_again(call, drafted.text, verdict.reasons)


async def _routed(entry: Entry, ports: Ports) -> Routed:
    def unready(model: Model) -> str:
        return _unready(entry, model)

    def warm(model: Model) -> bool:
        return bool(getattr(ports.engines.get(model.engine), "warm", _never)(model))

    request = entry.request
    entry.prompt = request.task.prompt(request.inputs)
    size = prompt_tokens(entry.prompt, request.options)
    router = await router_for(ports, entry.day, entry.at)
    routed = router.route(request, entry.complexity, unready, size, entry.id, warm)
    entry.decision = routed.decision
    if routed.note:
        entry.notes.append(routed.note)
    return routed


def _never(model: Model) -> bool:
    return False


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
    """Why nothing was served by those who were asked: no money, no sound draft, or no answer."""
    name = entry.request.task.name
    told = "; ".join(f"{a.model}: {a.reason}" for a in entry.attempts)
    if all(isinstance(error, BudgetExceeded) for error in errors):
        return errors[0]
    if len(errors) == 1 and isinstance(errors[0], EngineError):
        return errors[0]
    if all(isinstance(error, ChecksFailed) for error in errors):
        by_rules = all(attempt.model == "rules" for attempt in entry.attempts)
        mend = "ask for what the rules know, or set a model up: `partimento providers setup`"
        return ChecksFailed(
            f"no draft of {name} passed its checks",
            why=told,
            mend=mend if by_rules else "choose an abler model with --model",
        )
    return NothingServed(
        f"no candidate could serve {name}", why=told, mend="see `partimento doctor` for what is reachable"
    )
