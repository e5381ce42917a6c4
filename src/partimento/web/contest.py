"""Two answers to one request: who is asked, the asking side by side, and what came. Knows how both get the same chance;
leaves votes to `flywheel.votes`.
"""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec
from msgspec import Struct

from partimento import plugins
from partimento.core.errors import NotAllowed, PartimentoError
from partimento.core.model import SPOKEN_TIERS
from partimento.core.request import Request
from partimento.core.result import Receipt
from partimento.core.task import Task
from partimento.flywheel.votes import Comparison, Side
from partimento.web.item import Item, item_of
from partimento.web.visit import Visit

DRAWN: Final = "any"
"""The word for a model that is drawn among the ready ones."""
AUTO: Final = "auto"
_QUIET: Final = "generation_method"


class Came(Struct, frozen=True):
    """What one of the two came to: an item, or the error."""

    wanted: str
    item: Item | None = None
    error: PartimentoError | None = None


class Contest(Struct, frozen=True):
    """Both, in the order in which they are shown."""

    first: Came
    second: Came

    @property
    def may_be_judged(self) -> bool:
        """Whether there are two answers that differ."""
        return self.first.item is not None and self.second.item is not None and not self.is_alike

    @property
    def is_alike(self) -> bool:
        """Whether both made the very same."""
        first, second = self.first.item, self.second.item
        return first is not None and second is not None and _bare(first) == _bare(second)


def ready_models(visit: Visit) -> tuple[str, ...]:
    """Who could write now, the rules among them, of those the visitor may ask."""
    states = visit.client.status()["models"]
    return tuple(
        model.id
        for model in visit.client.ports.catalog.models()
        if model.active and states.get(model.id) == "ready" and _may_ask(visit, model)
        and (model.tier == "rules" or "text" in model.capabilities)
    )  # fmt: skip


def drawn(wanted: Sequence[str], ready: Sequence[str]) -> list[str]:
    """The two who are asked: names as they are, `any` drawn so that the two differ where there are two."""
    chosen = [name for name in wanted if name != DRAWN]
    for _ in range(len(wanted) - len(chosen)):
        others = [name for name in ready if name not in chosen] or list(ready) or [AUTO]
        chosen.append(secrets.choice(others))
    return chosen


async def held(
    visit: Visit, task: Task[..., Any], inputs: Mapping[str, Any], wanted: Sequence[str], seed: str
) -> Contest:
    """Ask both side by side, and mix their order. The same `seed` asks both the same again. Raises BadInput for inputs
    that the task refuses."""
    request = await asyncio.to_thread(task.ask, inputs)
    asked = [_asked(visit, request, f"{seed} {place}") for place in range(2)]
    made = await asyncio.gather(*(_made(visit, one, name) for one, name in zip(asked, wanted, strict=True)))
    # one after the other: a type that two threads read for the first time at once crashes msgspec
    came = await asyncio.to_thread(lambda: [_came(visit, name, one) for name, one in zip(wanted, made, strict=True)])
    if secrets.randbelow(2):
        came.reverse()
    return Contest(*came)


def compared(contest: Contest, *, name: str, task: str, asked: dict[str, Any], visit: Visit) -> Comparison:
    """The contest as it is kept."""
    assert contest.first.item is not None
    assert contest.second.item is not None
    return Comparison(
        id=name, at=visit.now, task=task, asked=asked, first=_side(contest.first.item),
        second=_side(contest.second.item), holder=visit.caller.key,
    )  # fmt: skip


def _asked(visit: Visit, request: Request[Any], seed: str) -> Request[Any]:
    number = int.from_bytes(hashlib.sha256(seed.encode()).digest()[:4]) >> 1
    options = msgspec.structs.replace(request.options, seed=number)
    return request.with_(options=options)


async def _made(visit: Visit, request: Request[Any], wanted: str) -> Receipt | PartimentoError:
    try:
        return (await visit.make(request, wanted)).receipt
    except PartimentoError as error:
        return error


def _came(visit: Visit, wanted: str, made: Receipt | PartimentoError) -> Came:
    if isinstance(made, PartimentoError):
        return Came(wanted, error=made)
    if not made.memory_id:
        why = "only what is kept can be looked at again"
        unkept = NotAllowed("the answer is not kept", why=why, mend="compare what another task makes")
        return Came(wanted, error=unkept)
    return Came(wanted, item_of(visit, made.memory_id))


def _side(item: Item) -> Side:
    return Side(item.id, item.row.model)


def _may_ask(visit: Visit, model: Any) -> bool:
    allowed = visit.caller.models
    tiers = {tier for name in allowed for tier in SPOKEN_TIERS.get(name, ())}
    return not allowed or model.id in allowed or model.tier in tiers


def _bare(item: Item) -> Any:
    """The value without who made it."""
    return _without(msgspec.json.decode(item.row.value))


def _without(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without(part) for name, part in value.items() if name != _QUIET}
    return [_without(part) for part in value] if isinstance(value, list) else value


def compared_tasks() -> tuple[str, ...]:
    """The tasks whose answers are worth comparing, of those installed."""
    return tuple(name for name in _COMPARED if name in plugins.task_names())


_COMPARED: Final = (
    "arrangement", "progression", "exercise", "creative", "tutorial", "lesson", "quiz", "practice_tips", "coaching",
    "text",
)  # fmt: skip
