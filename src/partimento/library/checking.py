"""Whether a plan can be made, before anything is: sizes, names, caps that contradict each other. Pure.

Every value of every list is shown to its task once; that two values do not go together shows when their item is made,
unless the plan is small enough to try them all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final

import msgspec
from msgspec import Struct

from partimento.core.errors import BadInput, PartimentoError, TooLarge, UnknownName
from partimento.core.model import SPOKEN_TIERS, Model, meant
from partimento.core.money import FREE, Money
from partimento.core.request import Options, Request, SelectionMode
from partimento.core.task import Task
from partimento.core.usage import Usage
from partimento.decoding.schema import schema_of
from partimento.library.axes import Axis
from partimento.library.plan import LIMIT, Item, Known, Plan, Unfolded
from partimento.pipeline.budget import FRAMING
from partimento.pipeline.generate import FREE_TEXT
from partimento.pipeline.route import TYPICAL_OUTPUT

_TRY_ALL: Final = 2_000
"""Plans up to this size have every combination shown to its task."""
_SAMPLES: Final = 64
_TRIES: Final = 12
"""Combinations in which a value is shown before it is refused."""


class Estimate(Struct, frozen=True, kw_only=True):
    """What a plan comes to. `combined`: all combinations; `total`: those to be made. Money in US dollars: what is to be
    expected, and the most it can be; None where the route decides. `refused`: how many no task would take, of a plan
    small enough to try them all."""

    combined: int
    total: int
    tasks: dict[str, int]
    expected_usd: Decimal | None
    most_usd: Decimal | None
    cap_usd: Decimal | None
    refused: int = 0
    first_refusal: str = ""


def checked(plan: Plan, known: Known, models: Sequence[Model], day: date) -> Unfolded:
    """The plan unfolded. Raises UnknownName, BadInput, TooLarge."""
    unfolded = Unfolded(plan, known)
    _check_size(unfolded)
    for block in unfolded.blocks:
        task = known.task(block.block.task)
        _check_model(task, block.block.model or plan.model, plan, models, day)
        for name, values in block.axes.items():
            for value in _shown(values):
                _check_value(task, block.axes, name, value)
    return unfolded


def estimate(unfolded: Unfolded, known: Known, models: Sequence[Model], day: date) -> Estimate:
    """What it comes to, from a sample of its items; nothing is spent."""
    tasks: dict[str, int] = {}
    left = unfolded.total
    for block in unfolded.blocks:
        taken = min(block.size, left)
        tasks[block.block.task] = tasks.get(block.block.task, 0) + taken
        left -= taken
    refused, first_refusal = _refused(unfolded, known) if unfolded.total <= _TRY_ALL else (0, "")
    expected, most = _costs(unfolded, known, models, day)
    return Estimate(
        combined=unfolded.combined,
        total=unfolded.total,
        tasks=tasks,
        expected_usd=None if expected is None else expected.usd,
        most_usd=None if most is None else most.usd,
        cap_usd=unfolded.plan.cost_cap_usd,
        refused=refused,
        first_refusal=first_refusal,
    )


def options_of(item: Item) -> Options:
    """How an item is to be made: by the model its plan names, or as the route decides."""
    return Options(selection_mode=_mode(item.model), model=None if item.model == "auto" else item.model, seed=item.seed)


def request_of(item: Item, known: Known) -> Request[Any]:
    """The request for an item. Raises BadInput, UnknownName."""
    request: Request[Any] = known.task(item.task).ask(item.fields).with_(options=options_of(item))
    return request


def _mode(model: str | None) -> SelectionMode:
    return "auto" if model is None or model == "auto" or model in SPOKEN_TIERS else "manual"


def _check_size(unfolded: Unfolded) -> None:
    plan = unfolded.plan
    if unfolded.total > LIMIT:
        raise TooLarge(
            f"the plan comes to {unfolded.total:,} items",
            why=f"its lists multiply ({_product(unfolded)}), and {LIMIT:,} are the most of one plan",
            mend='shorten its lists, deal one of them out with spread = ["key"], or set max_items',
        )
    if plan.complete and plan.max_items is not None and plan.max_items < unfolded.combined:
        raise BadInput(
            "the plan's caps contradict each other",
            why=f"complete = true, but max_items = {plan.max_items} is less than its {unfolded.combined:,} items",
            mend="raise max_items, or leave one of them out",
        )


def _product(unfolded: Unfolded) -> str:
    return " + ".join(
        " × ".join([*(str(len(axis)) for axis in block.axes.values() if len(axis) > 1), str(block.block.count)])
        for block in unfolded.blocks[:3]
    ) + (" + …" if len(unfolded.blocks) > 3 else "")


def _check_model(task: Task[..., Any], named: str | None, plan: Plan, models: Sequence[Model], day: date) -> None:
    """Raises BadInput, UnknownName for a model that could never make it."""
    if named == "rules" and task.rules is None:
        raise BadInput(
            f"the plan has {task.name} made by rules",
            why="there are no rules for it",
            mend='name a model, or leave model out for "auto"',
        )
    if _mode(named) == "auto":
        if plan.cap == FREE and named in ("cloud", "premium"):
            raise _contradiction(str(named))
        return
    found = meant(str(named), models, day)
    if found is None:
        raise UnknownName("model", str(named), [model.id for model in models])
    if plan.cap == FREE and found[0].most(Usage(1_000, 1_000), day):
        raise _contradiction(found[0].id)


def _contradiction(model: str) -> BadInput:
    return BadInput(
        "the plan's caps contradict each other",
        why=f"it asks {model}, which costs money, and cost_cap_usd is 0",
        mend="raise cost_cap_usd, or name a model that costs nothing",
    )


def _shown(values: Axis) -> Sequence[Any]:
    """Of a range its ends tell all."""
    if isinstance(values, range):
        return (values[0], values[-1]) if len(values) > 1 else (values[0],)
    return values[:_TRY_ALL]


def _check_value(task: Task[..., Any], axes: Mapping[str, Axis], name: str, value: Any) -> None:
    """Show the task a value among others of the plan: what one of them takes may be made. Raises BadInput."""
    tries = min(_TRIES, max(len(values) for values in axes.values()))
    refusal: PartimentoError | None = None
    for turn in range(tries):
        try:
            task.ask({**{other: values[turn % len(values)] for other, values in axes.items()}, name: value})
        except PartimentoError as error:
            refusal = refusal or error
        else:
            return
    if refusal is not None:
        raise BadInput(
            f"the plan's {name} of {task.name} cannot be used: {refusal.what}", why=refusal.why, mend=refusal.mend
        ) from refusal


def _refused(unfolded: Unfolded, known: Known) -> tuple[int, str]:
    count, first = 0, ""
    for item in unfolded.items():
        try:
            request_of(item, known)
        except PartimentoError as error:
            count += 1
            first = first or f"{item.task} {msgspec.json.encode(item.fields).decode()}: {error}"
    return count, first


def _costs(unfolded: Unfolded, known: Known, models: Sequence[Model], day: date) -> tuple[Money | None, Money | None]:
    expected = most = FREE
    sample = list(_sample(unfolded))
    for item in sample:
        if item.model == "rules":
            continue
        if _mode(item.model) == "auto":
            return None, None
        found = meant(str(item.model), models, day)
        try:
            request = request_of(item, known)
        except PartimentoError:
            continue
        if found is None:
            continue
        one, other = _cost(request, found[0], day)
        expected, most = expected + one, most + other
    share = len(sample) or 1
    return Money(expected.pico * unfolded.total // share), Money(-(-most.pico * unfolded.total // share))


def _sample(unfolded: Unfolded) -> Iterator[Item]:
    step = max(1, unfolded.total // _SAMPLES)
    for position in range(0, unfolded.total, step):
        yield unfolded.at(position)


def _cost(request: Request[Any], model: Model, day: date) -> tuple[Money, Money]:
    task: Task[..., Any] = request.task
    prompt = task.prompt(request.inputs)
    asked = len(prompt.system.encode()) + len(prompt.user.encode())
    if task.draft not in FREE_TEXT:
        asked += len(msgspec.json.encode((task.schema or (lambda _: schema_of(task.draft)))(request.inputs)))
    likely = model.cost(Usage(asked // 4, min(TYPICAL_OUTPUT, model.max_output_tokens)), day)
    return likely, model.most(Usage(asked + FRAMING, model.max_output_tokens), day)
