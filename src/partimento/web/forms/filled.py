"""What was filled into a task's form, as the fields that the task is asked with. Knows fields; leaves checking what
they mean to the task.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

import msgspec
from msgspec import Struct

from partimento.core.errors import BadInput, ChordSyntaxError, KeySyntaxError, UnknownName
from partimento.web.forms.field import Field
from partimento.web.visit import Form

Found = Callable[[str], Any]
"""The value of an item by its id, as plain values. Raises UnknownName."""
_ITEM: Final = re.compile(r"(?:\S*/)?([0-9a-f]{64})")
_PAIR: Final = re.compile(r"^([^:\n]{1,80}?)\s*:\s*(.+)$")
_PATH: Final = re.compile(r"\$\.(\w+)")


class Filled(Struct, frozen=True):
    """The inputs; or the error that tells why there are none, and the field it is about ("" for the whole form)."""

    inputs: dict[str, Any]
    error: BadInput | None = None
    at: str = ""


def first_values(fields: Iterable[Field], query: Mapping[str, str]) -> dict[str, str]:
    """What stands in an untouched form: what a link brought, or else the defaults."""
    return {field.name: query.get(field.name, field.default) for field in fields}


def kept_values(fields: Iterable[Field], form: Form) -> dict[str, str]:
    """What was filled in, to be shown again."""
    return {field.name: form.get(field.name) or "\n".join(_parted(field, form)) for field in fields}


def inputs_of(fields: Iterable[Field], form: Form, found: Found) -> Filled:
    """The fields to ask the task with; those left empty are left out. Stops at the first that cannot be read."""
    given: dict[str, Any] = {}
    for field in fields:
        try:
            told = _read(field, form, found)
        except BadInput as error:
            return Filled({}, error, field.name)
        if told is not None:
            given[field.name] = told
        elif field.needed:
            return Filled(
                {}, BadInput(f"{field.label} is needed", why="it was left empty", mend="fill it in"), field.name
            )
    return Filled(given)


def field_meant(error: BadInput, fields: Iterable[Field]) -> str:
    """The field that an error of the task is about, as far as it says; "" where it does not."""
    names = [field.name for field in fields]
    path = _PATH.search(error.why)
    if path and path[1] in names:
        return path[1]
    if isinstance(error, UnknownName) and error.kind.split()[-1] in names:
        return error.kind.split()[-1]
    for kind, name in ((ChordSyntaxError, "chords"), (KeySyntaxError, "key")):
        if isinstance(error, kind) and name in names:
            return name
    said = re.findall(r"\w+", f"{error.what} {error.why}".lower())
    return next((name for name in names if {name, name.removesuffix("s"), f"{name}s"} & {*said}), "")


def _read(field: Field, form: Form, found: Found) -> Any:
    """What a field holds; None where it was left empty."""
    if field.kind == "take" and field.name in form.files:
        return form.files[field.name].content
    text = form.get(field.name) or "\n".join(_parted(field, form))
    if field.kind == "tick":
        return bool(text)
    if not text:
        return None
    if field.kind == "number":
        return _number(field, text)
    if field.kind == "numbers":
        return [_whole(field, part) for part in text.replace(",", " ").split()]
    if field.kind == "lines":
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        return " ".join(lines) if field.apart else lines
    if field.kind in ("json", "document", "take"):
        return _structured(field, text, found)
    return text


def _parted(field: Field, form: Form) -> list[str]:
    """What was filled in part by part ("answers.q1"), where the field takes pairs: lines of "name: value"."""
    if not field.pairs:
        return []
    parts = [name for name in form.fields if name.startswith(f"{field.name}.")]
    return [f"{name.partition('.')[2]}: {' '.join(told.split())}" for name in parts if (told := form.get(name))]


def _number(field: Field, text: str) -> int | float:
    if field.whole:
        return _whole(field, text)
    try:
        return float(text.replace(",", "."))
    except ValueError as error:
        raise BadInput(f"{field.label} is no number", why=f"it is {text[:80]!r}", mend="write digits only") from error


def _whole(field: Field, text: str) -> int:
    try:
        return int(text)
    except ValueError as error:
        why = f"{text[:80]!r} is none"
        raise BadInput(f"{field.label} takes whole numbers", why=why, mend="write digits only") from error


def _structured(field: Field, text: str, found: Found) -> Any:
    """JSON; an item by its id or link; lines of "name: value"; a message by itself; each where the field takes it."""
    if field.kind == "document" and (item := _ITEM.fullmatch(text)):
        return found(item[1])
    if field.spoken and text[:1] not in "[{":
        message = {"role": "user", "parts": [{"type": "text", "text": text}]}
        return {"messages": [message]} if '"messages"' in field.example else [message]
    if field.plain and text[:1] not in "[{":
        return text
    pairs = [_PAIR.match(line.strip()) for line in text.splitlines() if line.strip()]
    if field.pairs and text[:1] not in "[{" and all(pairs):
        return {pair[1]: _scalar(pair[2]) for pair in pairs if pair}
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError as error:
        ways = "give an item's id or link, or its JSON" if field.kind == "document" else f"for example {field.example}"
        mend = f"for example {field.shown}" if field.shown else ways
        raise BadInput(f"{field.label} cannot be read as JSON", why=str(error), mend=mend) from error


def _scalar(text: str) -> Any:
    """A number, true or false as such; anything else is a text."""
    try:
        told = msgspec.json.decode(text)
    except msgspec.DecodeError:
        return text
    return told if isinstance(told, bool | int | float) else text
