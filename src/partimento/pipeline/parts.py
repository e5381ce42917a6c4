"""A whole made of parts: an outline, then its details side by side, each a request of its own on the same way through.

Knows the order of parts and how their receipts add up; leaves making a part to who is given as `make`.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Any, Final

import msgspec
from msgspec import Struct

from partimento.core.errors import ChecksFailed, EngineError, NotAllowed, PartimentoError
from partimento.core.model import TIERS, Model
from partimento.core.ports import Ports
from partimento.core.request import Request
from partimento.core.result import Partial, Receipt, Result
from partimento.core.task import Part, Parts
from partimento.decoding.schema import encode
from partimento.pipeline.ranking import stays_here
from partimento.pipeline.route import Routed

SIDE_BY_SIDE: Final = 6
ENGINE: Final = "parts"
"""In the place of an engine, where a whole is told of."""
TRIES: Final = 2
"""A part that fails is made again, alone, before the whole is given up."""

IN_PARTS: Final = Model("parts", ENGINE, "rules", 10)
"""Who had a turn, where the parts or what they were put together to did not serve."""

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


def parts_of(request: Request[Any], routed: Routed, ports: Ports) -> Parts | None:
    """How to make this request in parts; None where it is made in one piece.

    Asked for, it always is. Left open, it is where the task finds that it pays and a model could take part: rules are
    as fast in one piece.
    """
    parts: Parts | None = request.task.parts
    wanted = request.options.in_parts
    if parts is None or wanted is False or ports.task_named is None:
        return None
    if wanted:
        return parts
    by_models = bool(routed.ranked) and routed.ranked[0].model.engine != "rules"
    return parts if by_models and parts.pay(request.inputs) else None


async def in_parts(
    request: Request[Any], parts: Parts, ports: Ports, deadline: float, make: Make
) -> AsyncGenerator[Partial | Assembled, None]:
    """Each part as it is finished, then the whole.

    Where parts cannot be made, the others still are, then raises what the first of them raised, with the part's name
    in a note. Those that were made are remembered, so that asking again makes only the others.
    """
    outline = await _made(parts.outline(request.inputs), request, ports, deadline, make)
    yield _told("outline", outline)
    turn = asyncio.Semaphore(SIDE_BY_SIDE)

    async def in_turn(part: Part) -> Result[Any]:
        async with turn:
            return await _made(part, request, ports, deadline, make)

    wanted = parts.details(request.inputs, outline.value)
    named = {asyncio.ensure_future(in_turn(part)): part.name for part in wanted}
    try:
        pending = set(named)
        failed: BaseException | None = None
        while pending:
            done, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
            for one in filter(done.__contains__, named):  # of several at once, in their order
                if error := one.exception():
                    failed = failed or error
                else:
                    yield _told(named[one], one.result())
        if failed is not None:
            raise failed
    finally:
        for one in named:
            one.cancel()
        # whoever stops reading waits until each part has written its row and settled its reservation
        await asyncio.gather(*named, return_exceptions=True)
    made = [one.result() for one in named]
    draft = parts.whole(request.inputs, outline.value, tuple(result.value for result in made))
    yield Assembled(draft, (outline.receipt, *(result.receipt for result in made)))


def failure(error: PartimentoError) -> str:
    """Which part could not be made, and why."""
    return ": ".join((*getattr(error, "__notes__", ())[:1], str(error)))


async def _made(part: Part, whole: Request[Any], ports: Ports, deadline: float, make: Make) -> Result[Any]:
    for attempt in range(TRIES):
        try:
            return await make(_request(part, whole, ports, deadline))
        except PartimentoError as error:
            last = attempt + 1 == TRIES or deadline <= ports.clock.monotonic()
            if last or not isinstance(error, EngineError | ChecksFailed):
                error.add_note(f"part {part.name!r}")
                raise
    raise AssertionError("the last try returns or raises")


def _request(part: Part, whole: Request[Any], ports: Ports, deadline: float) -> Request[Any]:
    """The part as a request of the same caller, to be made in the same way. Raises BadInput, NotAllowed."""
    assert ports.task_named is not None
    asked: Request[Any] = ports.task_named(part.task).ask(part.fields)
    if stays_here(whole.task, ports.settings) and not stays_here(asked.task, ports.settings):
        raise NotAllowed(
            f"what {whole.task.name} is asked stays on your machines",
            why=f"its part {part.name!r} is a {part.task}, which may go to the cloud",
            mend=f"add {part.task} to local_tasks",
        )
    options = whole.options
    if options.selection_mode == "auto" and options.model in (None, "auto"):
        options = msgspec.structs.replace(options, model=part.tier or None)
    return asked.with_(
        options=msgspec.structs.replace(options, in_parts=None, complexity=None),
        caller=whole.caller,
        cache=whole.cache,
        scope=whole.scope,
        privacy=whole.privacy,
        deadline_s=max(0.001, deadline - ports.clock.monotonic()),
    )


def _told(name: str, result: Result[Any]) -> Partial:
    return Partial(msgspec.json.decode(encode(result.value)), result.receipt.model, name)
