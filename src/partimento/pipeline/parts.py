"""A whole made of parts: an outline, then its details side by side, each a request of its own on the same way through.

Knows the order of parts and how their receipts add up; leaves making a part to who is given as `make`.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Any, Final

import msgspec
from msgspec import Struct

from partimento.core.errors import BudgetExceeded, PartimentoError
from partimento.core.model import TIERS, Model
from partimento.core.ports import Ports
from partimento.core.request import Request
from partimento.core.result import Partial, Receipt, Result
from partimento.core.task import Part, Parts
from partimento.pipeline.route import Routed

SIDE_BY_SIDE: Final = 6
ENGINE: Final = "parts"
"""In the place of an engine, where a whole is told of."""
TRIES: Final = 2
"""A part that fails is made again, alone, before the whole is given up."""

Make = Callable[[Request[Any]], Awaitable[Result[Any]]]


class Assembled(Struct, frozen=True):
    """The draft of the whole, and what its parts took."""

    draft: Any
    receipts: tuple[Receipt, ...]

    @property
    def method(self) -> str:
        """Who made it, as `generation_method` tells it: each maker once."""
        return " + ".join(dict.fromkeys(receipt.model for receipt in self.receipts))

    @property
    def maker(self) -> Model:
        """All of them as one: of the highest tier among them."""
        tier = max((receipt.tier for receipt in self.receipts), key=TIERS.index)
        providers = dict.fromkeys(receipt.provider for receipt in self.receipts)
        return Model(self.method, ENGINE, tier, 10, provider=" + ".join(providers))


def parts_of(request: Request[Any], routed: Routed) -> Parts | None:
    """How to make this request in parts; None where it is made in one piece.

    Asked for, it always is. Left open, it is where the task finds that it pays and a model could take part: rules are
    as fast in one piece.
    """
    parts: Parts | None = request.task.parts
    wanted = request.options.in_parts
    if parts is None or wanted is False:
        return None
    if wanted:
        return parts
    by_models = bool(routed.ranked) and routed.ranked[0].model.engine != "rules"
    return parts if by_models and parts.pay(request.inputs) else None


async def in_parts(
    request: Request[Any], parts: Parts, ports: Ports, deadline: float, make: Make
) -> AsyncGenerator[Partial | Assembled, None]:
    """Each part as it is finished, then the whole. Raises what the first part that could not be made raised; those
    that were made are remembered, so that asking again makes only the others."""
    outline = await _made(parts.outline(request.inputs), request, ports, deadline, make)
    yield _told("outline", outline)
    wanted = parts.details(request.inputs, outline.value)
    turn = asyncio.Semaphore(SIDE_BY_SIDE)

    async def in_turn(part: Part) -> Result[Any]:
        async with turn:
            return await _made(part, request, ports, deadline, make)

    tasks = {asyncio.ensure_future(in_turn(part)): part for part in wanted}
    try:
        pending: set[asyncio.Future[Result[Any]]] = set(tasks)
        failed: BaseException | None = None
        while pending:
            done, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
            for one in done:
                if error := one.exception():
                    failed = failed or error
                else:
                    yield _told(tasks[one].name, one.result())  # type: ignore[index]
        if failed is not None:
            raise failed
    finally:
        for one in tasks:
            one.cancel()
    made = [one.result() for one in tasks]
    draft = parts.whole(request.inputs, outline.value, tuple(result.value for result in made))
    yield Assembled(draft, (outline.receipt, *(result.receipt for result in made)))


async def _made(part: Part, whole: Request[Any], ports: Ports, deadline: float, make: Make) -> Result[Any]:
    for attempt in range(TRIES):
        request = _request(part, whole, ports, deadline)
        try:
            return await make(request)
        except BudgetExceeded:
            raise
        except PartimentoError:
            if attempt + 1 == TRIES or deadline <= ports.clock.monotonic():
                raise
    raise AssertionError("the last try returns or raises")


def _request(part: Part, whole: Request[Any], ports: Ports, deadline: float) -> Request[Any]:
    assert ports.task_named is not None
    asked: Request[Any] = ports.task_named(part.task).ask(part.fields)
    options = whole.options
    if options.selection_mode == "auto" and options.model in (None, "auto"):
        options = msgspec.structs.replace(options, model=part.tier or None)
    options = msgspec.structs.replace(options, in_parts=None, complexity=None)
    return asked.with_(
        options=options,
        caller=whole.caller,
        cache=whole.cache,
        scope=whole.scope,
        privacy=whole.privacy,
        deadline_s=max(0.001, deadline - ports.clock.monotonic()),
    )


def _told(name: str, result: Result[Any]) -> Partial:
    return Partial(msgspec.to_builtins(result.value), result.receipt.model, name)
