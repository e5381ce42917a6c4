"""Several small requests of one task answered by one call: asked together, checked and recorded each by itself.

Knows how a question of many is put and its bill divided; what is left over goes the usual way, alone.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import aclosing
from itertools import groupby
from typing import Any, Final

import msgspec

from partimento.core.errors import BudgetExceeded, EngineError, PartimentoError
from partimento.core.model import Model
from partimento.core.money import FREE, Money
from partimento.core.ports import Call, Drafted, Ports
from partimento.core.request import Request
from partimento.core.result import Result
from partimento.core.usage import NOTHING_USED, Usage
from partimento.decoding.repair import read
from partimento.pipeline import budget, cache
from partimento.pipeline.generate import FREE_TEXT, call_for, generate
from partimento.pipeline.prepare import Prepared, prepare
from partimento.pipeline.record import Entry, record
from partimento.pipeline.route import prompt_tokens, router_for
from partimento.pipeline.run import make
from partimento.pipeline.validate import Sound, validate

Outcome = Result[Any] | PartimentoError
ROOM: Final = 4
"""Answers in one call may need this many times the tokens of one at most: beyond, they are cut off more often."""


async def make_together(requests: Sequence[Request[Any]], ports: Ports) -> list[Outcome]:
    """Each request's result, or why it has none, in their order.

    Neighbours of one task, that ask for the same model the same way, share calls of up to `task.together` requests;
    remembered ones are looked up, flawed ones and all others made alone.
    """
    outcomes: list[Outcome] = []
    for _, group in groupby(requests, key=_alike):
        alike = list(group)
        most = alike[0].task.together
        for start in range(0, len(alike), most):
            outcomes += await _made(alike[start : start + most], ports)
    return outcomes


def _alike(request: Request[Any]) -> tuple[Any, ...]:
    return (request.task.name, request.options, request.caller, request.cache, request.scope, request.privacy)


async def _made(requests: Sequence[Request[Any]], ports: Ports) -> list[Outcome]:
    ready = [prepare(request, ports) for request in requests]
    found: dict[int, Result[Any]] = {}
    open_ = [place for place, one in enumerate(ready) if not await _is_remembered(one, ports)]
    if len(open_) > 1 and requests[0].task.draft not in FREE_TEXT:
        made = await _in_one_call([ready[place] for place in open_], ports)
        found = {open_[place]: result for place, result in made.items()}
    alone = [place for place in range(len(ready)) if place not in found]
    wanted: Iterator[Any] = (make(ready[place], ports) for place in alone)
    rest: list[Result[Any] | BaseException] = await asyncio.gather(*wanted, return_exceptions=True)
    outcomes: dict[int, Outcome] = dict(found)
    for place, outcome in zip(alone, rest, strict=True):
        if isinstance(outcome, BaseException) and not isinstance(outcome, PartimentoError):
            raise outcome
        outcomes[place] = outcome
    return [outcomes[place] for place in range(len(ready))]


async def _is_remembered(one: Prepared, ports: Ports) -> bool:
    place = cache.place_of(one.request, one.key, one.scope, ports)
    return await cache.look_up(place, one.redacted.request, ports) is not None


async def _in_one_call(ready: Sequence[Prepared], ports: Ports) -> dict[int, Result[Any]]:
    """The sound ones of one model's answers, by their places. None where the rules would answer, or nobody does."""
    entries = [_entry(one, ports) for one in ready]
    first = entries[0]
    model = await _model(first, ready, ports)
    if model is None:
        return {}
    deadline = first.started + (ready[0].request.deadline_s or ports.settings.deadline_s)
    call = _call([one.redacted.sent for one in ready], model, deadline, ports)
    try:
        drafted, cost = await _asked(call, first, ports)
    except BudgetExceeded:  # together they may cost more than is left, and one by one not
        return {}
    verdicts = _verdicts(ready, drafted, model)
    usage = drafted.usage or NOTHING_USED
    if not verdicts:
        if cost:
            first.spent(usage, cost)
            await ports.ledger.record(first.row("failed", error="ChecksFailed: no answer of those asked for together"))
        return {}
    found: dict[int, Result[Any]] = {}
    for share, (place, sound) in enumerate(verdicts.items()):
        entry = entries[place]
        entry.spent(*_share(usage, cost, share, len(verdicts)))
        entry.attempted(model, "served", f"answered together with {len(ready) - 1} others")
        entry.proved(sound.claims, sound.notes)
        one = ready[place]
        kept = cache.place_of(one.request, one.key, one.scope, ports)
        receipt = await record(entry, model, one.redacted.kept(sound.value), kept)
        found[place] = Result(one.redacted.restored(sound.value), receipt)
    return found


async def _asked(call: Call, first: Entry, ports: Ports) -> tuple[Drafted, Money]:
    """The answer, empty where it failed, and what it cost. Raises BudgetExceeded."""
    drafted = Drafted()
    async with budget.reserve(call, first.request.caller, first.row("unknown"), ports) as held:
        try:
            async with aclosing(generate(call, ports.engines[call.model.engine], ports.clock)) as pieces:
                async for piece in pieces:
                    if isinstance(piece, Drafted):
                        drafted = piece
                        held.spent(held.amount if piece.usage is None else call.model.cost(piece.usage, first.day))
        except EngineError as error:
            if not error.may_be_billed:
                held.spent(FREE)
    return drafted, held.cost


def _entry(one: Prepared, ports: Ports) -> Entry:
    entry = Entry(one.request, ports)
    entry.request, entry.kept, entry.complexity = one.redacted.request, one.redacted.kept, one.complexity
    entry.prompt = entry.request.task.prompt(entry.request.inputs)
    return entry


async def _model(first: Entry, ready: Sequence[Prepared], ports: Ports) -> Model | None:
    """Who would be asked the hardest of them first; None for the rules."""
    request = first.request

    def unready(model: Model) -> str:
        engine = ports.engines.get(model.engine)
        return f"the engine {model.engine!r} is not installed" if engine is None else engine.unready(model, request)

    size = sum(
        prompt_tokens(one.redacted.request.task.prompt(one.redacted.request.inputs), request.options) for one in ready
    )
    router = await router_for(ports, first.day, first.at)
    routed = router.route(request, max(one.complexity for one in ready), unready, size)
    ranked = routed.ranked[0].model if routed.ranked else None
    return None if ranked is None or ranked.engine == "rules" else ranked


def _call(requests: Sequence[Request[Any]], model: Model, deadline: float, ports: Ports) -> Call:
    """One question of many: each one's own words under its number, and the schema of all answers."""
    seed = ports.new_seed()
    calls = [call_for(request, model, seed, deadline, ports, stream=False) for request in requests]
    asked = "\n\n".join(f"Question {number}:\n{call.user}" for number, call in enumerate(calls, 1))
    schema = {
        "type": "object",
        "properties": {f"answer_{number}": call.schema for number, call in enumerate(calls, 1)},
        "required": [f"answer_{number}" for number in range(1, len(calls) + 1)],
        "additionalProperties": False,
    }
    return msgspec.structs.replace(
        calls[0],
        system=f"{calls[0].system}\n\nThere are {len(calls)} questions; answer each by itself, as answer_1, answer_2 …",
        user=asked,
        schema=schema,
        max_tokens=min(calls[0].max_tokens * ROOM, model.max_output_tokens),
    )


def _verdicts(ready: Sequence[Prepared], drafted: Drafted, model: Model) -> dict[int, Sound]:
    """Those answers that can be read and are sound, by their places."""
    if not drafted.text.strip():
        return {}
    reading = read(drafted.text, dict[str, Any], whole=not drafted.truncated)
    answers: dict[str, Any] = {} if reading.flaw else reading.value
    verdicts: dict[int, Sound] = {}
    for place, one in enumerate(ready):
        answer = answers.get(f"answer_{place + 1}")
        if answer is None:
            continue
        text = msgspec.json.encode(answer).decode()
        verdict = validate(one.redacted.sent, Drafted(text=text), model.id)
        if isinstance(verdict, Sound):
            verdicts[place] = verdict
    return verdicts


def _share(usage: Usage, cost: Money, number: int, of: int) -> tuple[Usage, Money]:
    """What one of them bears; the first ones bear what cannot be divided."""

    def part(whole: int) -> int:
        return whole // of + (number < whole % of)

    return Usage(part(usage.input_tokens), part(usage.output_tokens)), Money(part(cost.pico))
