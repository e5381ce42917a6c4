"""Several small requests of one task answered by one call: asked together, checked and recorded each by itself.

Leaves how a question of many is put, read and paid to `sharing`; what is left over goes the usual way, alone.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, aclosing
from typing import Any, Final, TypeVar

import msgspec

from partimento.core.errors import EngineError, EngineTimeout, PartimentoError, StoreError
from partimento.core.model import Model
from partimento.core.money import FREE
from partimento.core.ports import Call, Drafted, Ports
from partimento.core.request import Request
from partimento.core.result import Result
from partimento.core.usage import NOTHING_USED
from partimento.pipeline import budget, cache, flight
from partimento.pipeline.decision import Ranked
from partimento.pipeline.generate import call_for, generate
from partimento.pipeline.prepare import Prepared, prepare
from partimento.pipeline.record import Entry, ledger_entry, record
from partimento.pipeline.route import nothing_to_ask, prompt_tokens, router_for
from partimento.pipeline.run import make
from partimento.pipeline.sharing import answers, divide, in_common, question
from partimento.pipeline.validate import Sound, validate

Outcome = Result[Any] | PartimentoError
Made = TypeVar("Made")
Answered = tuple[Mapping[int, Result[Any]], Mapping[int, Entry]]
"""Results by their places, and the entries of the others, to go on with."""
CALLS: Final = 8
"""How many calls are under way at once."""
_NONE: Final[Answered] = ({}, {})


async def make_together(asked: Sequence[Request[Any] | Prepared], ports: Ports) -> list[Outcome]:
    """Each request's result, or why it has none, in their order.

    Those of one task that ask the same way of the same model share calls of up to `task.together` requests. Remembered
    ones are looked up; what one call leaves without a sound answer, and all others, are made alone. Raises StoreError.
    """
    ready = [_ready(one, ports) for one in asked]
    turn = asyncio.Semaphore(CALLS)

    async def portion(places: Sequence[int]) -> dict[int, Outcome]:
        found, begun = _NONE
        if len(places) > 1:
            async with turn:
                found, begun = await _in_one_call({place: ready[place] for place in places}, ports)
        left = [place for place in places if place not in found]
        alone = await _all(_alone(ready[place], begun.get(place), turn, ports) for place in left)
        return {**found, **dict(zip(left, alone, strict=True))}

    outcomes: dict[int, Outcome] = {}
    for made in await _all(portion(places) for places in _portions(ready)):
        outcomes |= made
    return [outcomes[place] for place in range(len(ready))]


async def _all(wanted: Iterable[Coroutine[Any, Any, Made]]) -> list[Made]:
    """What each comes to, when all have ended. Raises what the first of them raised."""
    tasks = [asyncio.ensure_future(one) for one in wanted]
    await asyncio.gather(*tasks, return_exceptions=True)
    return [one.result() for one in tasks]


def _ready(asked: Request[Any] | Prepared, ports: Ports) -> Any:
    """Made ready; as it is where it cannot be: asked alone, it tells why."""
    try:
        return asked if isinstance(asked, Prepared) else prepare(asked, ports)
    except PartimentoError:
        return asked


async def _alone(one: Any, begun: Entry | None, turn: asyncio.Semaphore, ports: Ports) -> Outcome:
    async with turn:
        if begun is not None:
            begun.started = ports.clock.monotonic()  # its time begins anew: the others' took what there was
        try:
            return await make(one, ports, begun=begun)
        except StoreError:
            raise
        except PartimentoError as error:
            return error


def _portions(ready: Sequence[Any]) -> Iterator[list[int]]:
    """Places of requests that may share a call, as many as their task allows; the others one by one."""
    groups: dict[Any, list[int]] = {}
    for place, one in enumerate(ready):
        common = in_common(one.request) if isinstance(one, Prepared) else None
        groups.setdefault(place if common is None else common, []).append(place)
    for places in groups.values():
        most = ready[places[0]].request.task.together if len(places) > 1 else 1
        for start in range(0, len(places), most):
            yield places[start : start + most]


# ---- one call for many -----------------------------------------------------------------------------------------


async def _in_one_call(ready: Mapping[int, Prepared], ports: Ports) -> Answered:
    """What is sound of one model's answers.

    Nobody is asked where the rules would answer, or all but one are remembered, or the money does not suffice.
    """
    async with AsyncExitStack() as stack:
        entries = await _entries(ready, stack, ports)
        if len(entries) < 2:
            return {}, entries
        try:
            ranked = await _chosen(entries, ports)
            if ranked.model.engine == "rules":
                return {}, entries
            call = _call([ready[place].redacted.sent for place in entries], ranked.model, entries, ports)
            drafted = await _asked(call, entries, ports)
        except StoreError:
            raise
        except PartimentoError:  # no candidate, or together they may cost more than is left: each tells for itself
            return {}, entries
        sound = {} if drafted is None else _sound(ready, entries, drafted, ranked)
        divide(next(iter(entries.values())), [entries[place] for place in sound])
        receipts = await _all(
            record(entries[place], ranked.model, ready[place].redacted.kept(verdict.value), _place(ready[place], ports))
            for place, verdict in sound.items()
        )  # at once, that they are one commit
        found = {
            place: Result(ready[place].redacted.restored(verdict.value), receipt)
            for (place, verdict), receipt in zip(sound.items(), receipts, strict=True)
        }
        return found, {place: entry for place, entry in entries.items() if place not in sound}


async def _entries(ready: Mapping[int, Prepared], stack: AsyncExitStack, ports: Ports) -> dict[int, Entry]:
    """Entries of those that are neither remembered nor being made, in the order of their places; nobody else makes
    them while the stack stands."""
    entries: dict[int, Entry] = {}
    for place, one in sorted(ready.items(), key=lambda pair: (pair[1].key, pair[1].scope)):  # no two wait crosswise
        request, kept = one.redacted.request, _place(one, ports)
        if await cache.look_up(kept, request, ports) is not None or kept.key + kept.scope.encode() in ports.in_flight:
            continue
        entry = await stack.enter_async_context(ledger_entry(one.request, ports))
        entry.request, entry.kept, entry.complexity = request, one.redacted.kept, one.complexity
        entry.prompt = request.task.prompt(request.inputs)
        deadline = entry.started + (one.request.deadline_s or ports.settings.deadline_s)
        try:
            first = await stack.enter_async_context(flight.turn(kept, request, ports, deadline, entry))
        except EngineTimeout:
            first = False
        if first:
            entries[place] = entry
    return dict(sorted(entries.items()))


def _place(one: Prepared, ports: Ports) -> cache.Place:
    return cache.place_of(one.request, one.key, one.scope, ports)


async def _chosen(entries: Mapping[int, Entry], ports: Ports) -> Ranked:
    """Who would be asked the hardest of them first. Raises PartimentoError where nobody can be."""
    hardest = max(entries.values(), key=lambda entry: entry.complexity)
    request = hardest.request

    def unready(model: Model) -> str:
        engine = ports.engines.get(model.engine)
        return f"the engine {model.engine!r} is not installed" if engine is None else engine.unready(model, request)

    size = sum(prompt_tokens(entry.prompt, request.options) for entry in entries.values() if entry.prompt)
    router = await router_for(ports, hardest.day, hardest.at)
    routed = router.route(request, hardest.complexity, unready, size)
    for entry in entries.values():
        entry.decision = routed.decision
    if not routed.ranked:
        raise nothing_to_ask(routed, request)
    return routed.ranked[0]


def _call(requests: Sequence[Request[Any]], model: Model, entries: Mapping[int, Entry], ports: Ports) -> Call:
    """The question of all of them, to be answered before the first one's deadline."""
    given, most_s = requests[0].options.seed, requests[0].deadline_s or ports.settings.deadline_s
    deadline = min(entry.started for entry in entries.values()) + most_s
    seed = ports.new_seed() if given is None else given
    return question([call_for(request, model, seed, deadline, ports, stream=False) for request in requests])


async def _asked(call: Call, entries: Mapping[int, Entry], ports: Ports) -> Drafted | None:
    """The answer, None where it failed. The first entry bears what it cost until more is known. Raises
    BudgetExceeded."""
    first = next(iter(entries.values()))
    drafted: Drafted | None = None
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
            for entry in entries.values():
                entry.attempted(call.model, "failed", str(error))
        finally:
            used = None if drafted is None else drafted.usage
            first.spent(used or NOTHING_USED, held.cost)
    if drafted is not None:
        silent = drafted.usage is None and held.amount
        notes = (f"{call.model.id} did not say what it used: charged as reserved",) if silent else ()
        for entry in entries.values():
            entry.notes += (*drafted.notes, *notes)
    return drafted


def _sound(
    ready: Mapping[int, Prepared], entries: Mapping[int, Entry], drafted: Drafted, ranked: Ranked
) -> dict[int, Sound]:
    """Those answers that can be read and are sound, by their places; each entry is told of its own."""
    found, missing = answers(drafted)
    sound: dict[int, Sound] = {}
    for number, (place, entry) in enumerate(entries.items(), 1):
        answer = found.get(f"answer_{number}")
        if answer is None:
            # how many it can answer at once tells nothing of how well it answers one
            entry.attempted(ranked.model, "failed", f"asked together with {len(entries) - 1} others: {missing}")
            continue
        text = msgspec.json.encode(answer).decode()
        verdict = validate(ready[place].redacted.sent, Drafted(text=text), ranked.model.id)
        if isinstance(verdict, Sound):
            entry.attempted(ranked.model, "served", f"{ranked.reason}; together with {len(entries) - 1} others")
            entry.proved(verdict.claims, verdict.notes)
            sound[place] = verdict
        else:
            entry.attempted(ranked.model, "flawed", "; ".join(verdict.reasons), noted=verdict.noted)
    return sound
