"""A plan file: what is to be generated, how many of each, within which caps. Pure: reads, counts, unfolds lazily.

Leaves whether its words mean anything to `checking`, the making to `fill`.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from math import prod
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta, Struct

from partimento.core.errors import BadInput, TooLarge, UnknownName
from partimento.core.money import Money
from partimento.core.settings import MOST_USD
from partimento.core.task import Task
from partimento.library.axes import Axis, axis, hints_of

LIMIT: Final = 100_000
"""Items that one plan may ask for."""
MOST_BYTES: Final = 16_000_000
RESERVED: Final = ("task", "count", "model", "spread", "fields")
"""Words of an entry that are not fields of its task; such a field is written under `fields`."""

_encoder = msgspec.json.Encoder(order="deterministic", decimal_format="number")


class Known(Struct, frozen=True):
    """What a plan may name: tasks by name, and genres."""

    task: Callable[[str], Task[..., Any]]
    task_names: Callable[[], Sequence[str]]
    genres: Callable[[], Sequence[str]]


class Block(Struct, frozen=True, kw_only=True):
    """One entry: every combination of its fields' values, `count` times with another seed. The fields named in `spread`
    do not multiply: each combination takes their next value in turn."""

    task: str
    fields: dict[str, Any]
    count: Annotated[int, Meta(ge=1, le=1_000_000)] = 1
    model: str | None = None
    spread: tuple[str, ...] = ()


class Plan(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a plan file says. `cost_cap_usd`: the most it may cost; `complete`: refuse rather than stop at `max_items`;
    `merge`: let small requests share a call where their task allows it."""

    items: tuple[Block, ...]
    name: Annotated[str, Meta(min_length=1, max_length=100)] = "library"
    model: str | None = None
    seed: Annotated[int, Meta(ge=0, le=1_000_000_000)] = 0
    cost_cap_usd: Decimal | None = None
    max_items: Annotated[int, Meta(ge=1)] | None = None
    complete: bool = False
    parallel: Annotated[int, Meta(ge=1, le=256)] = 16
    merge: bool = True

    @property
    def hash(self) -> str:
        """The hex SHA-256 of what it says."""
        return hashlib.sha256(_encoder.encode(self)).hexdigest()

    @property
    def cap(self) -> Money | None:
        return None if self.cost_cap_usd is None else Money.of(self.cost_cap_usd)


class Item(Struct, frozen=True, kw_only=True):
    """One thing to make. `seed` None: whoever makes it may draw one; so requests can share a call."""

    position: int
    task: str
    fields: dict[str, Any]
    seed: int | None
    model: str | None = None
    keyed: bool = False
    """Whether its key is one of several that the plan asks for by name."""

    @property
    def space(self) -> str:
        """Within which it must be unlike every other: its task, or its task in that key."""
        return f"{self.task} in {self.fields['key']}" if self.keyed else self.task

    def reseeded(self, attempt: int) -> Item:
        """The same with the seed of a later attempt; attempt 0 is itself."""
        if not attempt:
            return self
        return msgspec.structs.replace(self, seed=_seed(self.task, self.fields, self.seed or 0, attempt))


def read_plan(text: str | bytes, where: str = "the plan") -> Plan:
    """The plan in a TOML or JSON text. Raises BadInput, TooLarge."""
    raw = text.encode() if isinstance(text, str) else text
    if len(raw) > MOST_BYTES:
        raise _too_large(where)
    try:
        words = raw.decode()
        told = msgspec.json.decode(words) if words.lstrip()[:1] == "{" else tomllib.loads(words)
    except (msgspec.DecodeError, tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadInput(f"cannot read {where}", why=str(error), mend="write it as TOML, or as JSON") from error
    return plan_of(told, where)


def plan_of(told: Any, where: str = "the plan") -> Plan:
    """The plan in a table. Raises BadInput naming the entry."""
    if not isinstance(told, dict) or not isinstance(told.get("items"), list) or not told["items"]:
        raise BadInput(
            f"{where} asks for nothing",
            why="it has no [[items]]",
            mend='write [[items]] with task = "exercise", genre = "all", level = "1-10"',
        )
    try:
        plan: Plan = msgspec.convert({**told, "items": [_block(entry) for entry in told["items"]]}, Plan, strict=False)
    except msgspec.ValidationError as error:
        raise BadInput(
            f"cannot use {where}", why=str(error), mend=f"known words: {', '.join(Plan.__struct_fields__)}"
        ) from error
    if len(encoded(plan)) > MOST_BYTES // 4:  # of characters, as which it is kept
        raise _too_large(where)
    if not plan.name.isprintable():
        raise BadInput(f"cannot call {where} {plan.name!r}", why="a name is printable", mend="write plain words")
    cap = plan.cost_cap_usd
    if cap is not None and not (cap.is_finite() and 0 <= cap <= MOST_USD):
        raise BadInput(
            f"cannot use the cost cap of {where}",
            why=f"{cap} is no amount of dollars from 0 to {MOST_USD}",
            mend="write a number such as 2.50",
        )
    return plan


def _too_large(where: str) -> TooLarge:
    return TooLarge(
        f"{where} is too large", why=f"it has more than {MOST_BYTES // 4} characters", mend="make several plans of it"
    )


def encoded(plan: Plan) -> str:
    """The plan as the store keeps it; `read_plan` reads it back."""
    return _encoder.encode(plan).decode()


def _block(entry: Any) -> Any:
    """An entry with its fields gathered; `fields` holds those whose names an entry needs for itself."""
    if not isinstance(entry, dict):
        return entry
    given = entry.get("fields", {})
    inline = {name: value for name, value in entry.items() if name not in RESERVED}
    own = {name: entry[name] for name in RESERVED if name in entry and name != "fields"}
    return {**own, "fields": {**inline, **given} if isinstance(given, dict) else given}


class Unfolded:
    """A plan's entries with their values known, counted by multiplication; items are made as they are asked for."""

    def __init__(self, plan: Plan, known: Known) -> None:
        """Raises UnknownName, BadInput naming the entry."""
        self.plan = plan
        self.blocks = tuple(_Axes(block, known) for block in plan.items)

    @property
    def combined(self) -> int:
        """How many items all entries come to."""
        return sum(block.size for block in self.blocks)

    @property
    def total(self) -> int:
        """How many are to be made: `max_items` cuts."""
        most = self.plan.max_items
        return self.combined if most is None else min(most, self.combined)

    def items(self, skip: Callable[[int], bool] = lambda position: False) -> Iterator[Item]:
        """Every item in order, but those whose positions are skipped."""
        begins, total = 0, self.total
        for block in self.blocks:
            for position in range(begins, min(begins + block.size, total)):
                if not skip(position):
                    yield block.item(position, position - begins, self.plan)
            begins += block.size

    def at(self, position: int) -> Item:
        """The item of that position, from 0."""
        begins = 0
        for block in self.blocks:
            if position < begins + block.size:
                return block.item(position, position - begins, self.plan)
            begins += block.size
        raise IndexError(position)


class _Axes:
    """One entry's fields as axes. The last seed, then the last field, changes first."""

    def __init__(self, block: Block, known: Known) -> None:
        self.block = block
        if block.task not in known.task_names():
            raise UnknownName("task", block.task, known.task_names())
        inputs: Any = known.task(block.task).inputs
        for name in (*block.fields, *block.spread):
            if name not in inputs.__struct_fields__:
                raise UnknownName(f"field of {block.task}", name, inputs.__struct_fields__)
        hints = hints_of(inputs)
        self.axes: dict[str, Axis] = {
            name: axis(block.task, name, written, hints[name], known.genres) for name, written in block.fields.items()
        }
        for name in block.spread:
            if name not in block.fields:
                raise BadInput(
                    f"the plan spreads {name} of {block.task}, but names no values for it",
                    why="spread says which of the lists are dealt out in turn",
                    mend=f'write {name} = "all", or take it out of spread',
                )
        self._multiplied = [name for name in self.axes if name not in block.spread]
        self.size = prod(len(self.axes[name]) for name in self._multiplied) * block.count
        self._keyed = "key" in self._multiplied and len(self.axes["key"]) > 1

    def item(self, position: int, index: int, plan: Plan) -> Item:
        combination, number = divmod(index, self.block.count)
        left, fields = combination, {}
        for name in reversed(self._multiplied):
            left, at = divmod(left, len(self.axes[name]))
            fields[name] = self.axes[name][at]
        for name in self.block.spread:
            # each seed, too, takes the next value: what is dealt out is to be heard in all of them
            fields[name] = self.axes[name][index % len(self.axes[name])]
        fields = {name: fields[name] for name in self.axes}
        model = self.block.model or plan.model
        return Item(
            position=position,
            task=self.block.task,
            fields=fields,
            seed=_seed(self.block.task, fields, plan.seed, number) if number or model == "rules" else None,
            model=model,
            keyed=self._keyed,
        )


def _seed(task: str, fields: Mapping[str, Any], seed: int, number: int) -> int:
    """A seed of its own for each: the same for all, like requests would begin alike."""
    told = _encoder.encode((task, fields, seed, number))
    return int.from_bytes(hashlib.sha256(told).digest()[:4], "big") % 1_000_000
