"""A plan in words: what each of its entries comes to, and what people write for amounts and names in its forms. Pure.

Leaves what a plan may say to `library.plan`.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, Final
from urllib.parse import urlencode

import msgspec
from msgspec import Struct

from partimento.core.errors import BadInput, TooLarge
from partimento.core.money import Money
from partimento.core.settings import MOST_USD
from partimento.library.plan import Plan, Unfolded, read_plan
from partimento.web.visit import LONGEST_FIELD, Form

_VALUES: Final = 6
_LONGEST: Final = 60
_SPOKEN: Final = {"topic": "", "genre": "", "kind": "", "scale": "", "key": "in", "level": "level"}
MOST_ENTRIES: Final = 60
"""Entries of a plan that are told one by one."""
EXAMPLE: Final = """\
name = "jazz practice"
model = "rules"

[[items]]
task = "exercise"
genre = ["jazz", "blues"]
kind = ["lick", "voicing"]
level = "1-5"
"""


class AxisTold(Struct, frozen=True):
    """A field, the first of its values, and how many there are; `spread`: they are dealt out in turn."""

    name: str
    values: tuple[str, ...]
    count: int
    spread: bool = False


class Entry(Struct, frozen=True, kw_only=True):
    """An entry of a plan: `size` items, `count` of each combination, made by `model` ("" where the route decides)."""

    task: str
    axes: tuple[AxisTold, ...]
    size: int
    count: int
    model: str


def entries(unfolded: Unfolded) -> tuple[Entry, ...]:
    """The plan's entries, as far as they are told."""
    return tuple(
        Entry(
            task=block.block.task, size=block.size, count=block.block.count,
            model=block.block.model or unfolded.plan.model or "",
            axes=tuple(
                AxisTold(name, tuple(map(word, values[:_VALUES])), len(values), name in block.block.spread)
                for name, values in block.axes.items()
            ),
        )
        for block in unfolded.blocks[:MOST_ENTRIES]
    )  # fmt: skip


def word(value: Any) -> str:
    """A value as a short word."""
    told = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    return told if len(told) <= _LONGEST else told[: _LONGEST - 1] + "…"


def fields_told(fields: Any) -> str:
    """An item's fields in one line; `fields` as JSON text or as a table."""
    table = msgspec.json.decode(fields) if isinstance(fields, str | bytes) else dict(fields)
    first = [_said(name, table.pop(name)) for name in _SPOKEN if name in table]
    return " · ".join([*first, *(_said(name, value) for name, value in table.items())]) or "nothing said"


def _said(name: str, value: Any) -> str:
    """A field as people say it: what it is called where its value does not tell."""
    return f"{_SPOKEN.get(name, name.replace('_', ' '))} {word(value)}".strip()


def studio_link(task: str, fields: Any) -> str:
    """Where the Studio has the form of a task, filled with these fields."""
    told: list[tuple[str, str]] = []
    for name, value in fields.items():
        several = value if isinstance(value, list | tuple) else [value]
        told += [(name, one if isinstance(one, str) else msgspec.json.encode(one).decode()) for one in several]
    return f"/studio/tasks/{task}" + (f"?{urlencode(told)}" if told else "")


def plan_text(form: Form) -> str:
    """The plan that a form brings: its file where one came, else what was written. Raises BadInput, TooLarge."""
    upload = form.files.get("file")
    if upload is None:
        return form.get("plan")
    if len(upload.content) > LONGEST_FIELD:
        raise TooLarge(
            f"the plan {upload.name[:80]!r} is too large for the browser",
            why=f"it has {len(upload.content):,} bytes, and {LONGEST_FIELD:,} are taken",
            mend="build it on the command line: partimento library build FILE",
        )
    try:
        return upload.content.decode()
    except UnicodeDecodeError as error:
        raise BadInput(
            f"cannot read {upload.name[:80]!r}", why="it is no text in UTF-8", mend="send a TOML or JSON file"
        ) from error


def plan_in(text: str) -> Plan:
    """The plan in a text. Raises BadInput, TooLarge."""
    if not text.strip():
        raise BadInput("there is no plan yet", why="nothing was written and no file came", mend="write one below")
    return read_plan(text)


def dollars(told: str) -> Money | None:
    """An amount as people write it: 2.50 or $2.50; None where nothing was written. Raises BadInput."""
    plain = told.strip().removeprefix("$").strip()
    if not plain:
        return None
    try:
        amount = Decimal(plain)
        if amount.is_finite() and 0 <= amount <= MOST_USD:
            return Money.of(amount)
    except InvalidOperation:
        pass
    raise BadInput(
        "cannot use that cost cap", why=f"{told[:40]!r} is no amount from 0 to {MOST_USD} dollars", mend="write 2.50"
    )


def tasks_told(tasks: dict[str, int]) -> Sequence[tuple[str, int]]:
    """The tasks that items come of, the largest first."""
    return sorted(((task, count) for task, count in tasks.items() if count), key=lambda one: -one[1])
