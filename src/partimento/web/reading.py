"""Any value as people read it: facts, paragraphs, lists, tables, parts with a heading. Pure; knows no task and no page.

What a task makes is a struct, or plain JSON where the task is gone; both are read by the names of their fields.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, Literal

import msgspec
from msgspec import Struct

from partimento.web.figures import count

Kind = Literal["facts", "text", "list", "chips", "table", "part", "raw"]

SHORT: Final = 90
"""Letters of a text that is a fact; a longer one is a paragraph."""
SENTENCE: Final = 40
"""Letters from which on a full sentence is a paragraph too."""
CHIP: Final = 14
LONGEST_CELL: Final = 70
"""Letters in a cell of a table; records with longer texts are told one by one."""
MOST_ROWS: Final = 400
"""Of a table or list that are shown; the rest is in the raw value."""
DEEPEST: Final = 6
QUIET: Final = frozenset({"generation_method"})
"""What the page tells elsewhere."""
TITLES: Final = ("title", "name", "question", "symbol", "subject", "step")


class Cell(Struct, frozen=True):
    """A value in a fact or a table: `text`, or `chips`; `number`: whether it is one."""

    text: str = ""
    chips: tuple[str, ...] = ()
    number: bool = False


class Block(Struct, frozen=True, kw_only=True):
    """A piece of a page. Which fields count depends on its kind: facts are `rows` of name and value; a table has
    `columns` too; a list and chips have `items`; a part has a `title` and `blocks`; a text and raw JSON have `text`."""

    kind: Kind
    title: str = ""
    text: str = ""
    items: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()
    blocks: tuple[Block, ...] = ()
    left_out: int = 0


def read(value: Any, title: str = "") -> tuple[Block, ...]:
    """The value as blocks. `title`: what the page calls it already, which is not told twice."""
    return tuple(_read(_plain(value), title, 0))


def words(name: str) -> str:
    """A field's name as a label: "roman_numerals" → "Roman numerals"."""
    told = name.replace("_", " ").strip()
    return told[:1].upper() + told[1:]


def _plain(value: Any) -> Any:
    """Structs as mappings, all the way down; bytes say how many there are."""
    if isinstance(value, Struct):
        return {name: _plain(getattr(value, name)) for name in value.__struct_fields__}
    if isinstance(value, Mapping):
        return {str(name): _plain(part) for name, part in value.items()}
    if isinstance(value, bytes | bytearray):
        return f"{count(len(value))} bytes"
    if isinstance(value, Sequence | frozenset | set) and not isinstance(value, str):
        return [_plain(part) for part in value]
    if value is None or isinstance(value, str | bool | int | float):
        return value
    return str(value)


def _read(value: Any, title: str, depth: int) -> Iterator[Block]:
    if depth > DEEPEST:
        yield Block(kind="raw", text=msgspec.json.format(msgspec.json.encode(value), indent=2).decode())
    elif isinstance(value, dict):
        yield from _fields(value, title, depth)
    elif isinstance(value, list):
        yield from _several(value, depth)
    elif isinstance(value, str):
        if value.strip():
            yield Block(kind="text", text=value)
    elif value is not None:
        yield Block(kind="facts", rows=((Cell("Value"), cell(value)),))


def _fields(fields: dict[str, Any], title: str, depth: int) -> Iterator[Block]:
    """Facts together at the top, then what takes more room, each under its heading, in the order of the fields."""
    told = {name: value for name, value in fields.items() if name not in QUIET and not _is_empty(value)}
    if depth == 0 or title:
        told = {name: value for name, value in told.items() if not (name in TITLES and value == title)}
    facts = {name: value for name, value in told.items() if _is_fact(value)}
    if facts:
        yield Block(kind="facts", rows=tuple((Cell(words(name)), cell(value)) for name, value in facts.items()))
    for name, value in told.items():
        if name in facts:
            continue
        if isinstance(value, str) and depth > 0:  # a heading over each paragraph would shout
            yield Block(kind="text", title=words(name), text=value)
        else:
            yield Block(kind="part", title=words(name), blocks=tuple(_read(value, "", depth + 1)))


def _several(values: list[Any], depth: int) -> Iterator[Block]:
    shown, left = values[:MOST_ROWS], max(0, len(values) - MOST_ROWS)
    if all(isinstance(one, str | int | float) for one in shown):
        texts = tuple(cell(one).text for one in shown)
        kind: Kind = "chips" if _are_chips(shown) else "list"
        yield Block(kind=kind, items=texts, left_out=left)
    elif all(isinstance(one, list) and all(map(_is_fact, one)) for one in shown):
        yield Block(kind="table", rows=tuple(tuple(map(cell, one)) for one in shown), left_out=left)
    elif _is_table(shown):
        names = [name for name in _names(shown) if any(not _is_empty(one.get(name)) for one in shown)]
        rows = tuple(tuple(cell(one.get(name)) for name in names) for one in shown)
        yield Block(kind="table", columns=tuple(map(words, names)), rows=rows, left_out=left)
    elif len(shown) == 1 and not _title(shown[0]):
        yield from _read(shown[0], "", depth + 1)
    else:
        for place, one in enumerate(shown, 1):
            title = _title(one) or f"No. {place}"
            yield Block(kind="part", title=title, blocks=tuple(_read(one, title, depth + 1)))
        if left:
            yield Block(kind="list", left_out=left)


def cell(value: Any) -> Cell:
    """A small value as it stands in a fact or a table."""
    if value is None:
        return Cell("–")
    if isinstance(value, bool):
        return Cell("yes" if value else "no")
    if isinstance(value, int):
        return Cell(str(value), number=True)
    if isinstance(value, float):
        return Cell(f"{value:.4g}" if abs(value) < 1e6 else f"{value:g}", number=True)
    if isinstance(value, list):
        return Cell(chips=tuple(cell(one).text for one in value))
    return Cell(str(value))


def _is_empty(value: Any) -> bool:
    return value is None or value in ("", [], {})


def _is_fact(value: Any) -> bool:
    if isinstance(value, list):
        return len(value) <= 8 and _are_chips(value)
    return not isinstance(value, dict) and not (
        isinstance(value, str) and (len(value) > SHORT or "\n" in value or _is_sentence(value))
    )


def _is_sentence(text: str) -> bool:
    return len(text) > SENTENCE and text.rstrip()[-1:] in (".", "!", "?", "。")


def _are_chips(values: list[Any]) -> bool:
    return all(isinstance(one, str | int | float) and len(str(one)) <= CHIP for one in values)


def _is_table(values: list[Any]) -> bool:
    """Records of a few small fields; one record alone reads better as facts."""
    if len(values) < 2 or not all(isinstance(one, dict) for one in values):
        return False
    told = [part for one in values for part in one.values() if not _is_empty(part)]
    short = all(_is_fact(part) or (isinstance(part, str) and len(part) <= LONGEST_CELL) for part in told)
    return short and len(_names(values)) <= 8


def _names(values: list[Any]) -> list[str]:
    return [name for name in dict.fromkeys(name for one in values for name in one) if name not in QUIET]


def _title(value: Any) -> str:
    if not isinstance(value, dict):
        return ""
    found = (value.get(name) for name in TITLES)
    return next((one for one in found if isinstance(one, str) and 0 < len(one) <= SHORT), "")
