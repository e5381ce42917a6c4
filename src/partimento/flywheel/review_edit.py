"""An edited value: read as the task's own output, and proven as far as the theory engine can tell. Changes nothing."""

from __future__ import annotations

from typing import Any, Final

import msgspec
from msgspec import Struct

from partimento.core.errors import BadInput, ChecksFailed
from partimento.core.task import Task
from partimento.decoding.schema import decode, encode
from partimento.shapes.checking import checked_content, checked_text

_MOST_TOLD: Final = 5


class Edited(Struct, frozen=True):
    """The value as it would be kept (JSON), and a sentence for everything the theory engine has against it."""

    text: str
    findings: tuple[str, ...]


def read_json(text: str) -> Any:
    """A document somebody wrote. Raises BadInput that tells the line."""
    try:
        return msgspec.json.decode(text.encode("utf-8", "surrogatepass"))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadInput(
            "the edited value is no JSON", why=_placed(str(error), text), mend="mend it there, and save again"
        ) from error


def read_edit(task: Task[..., Any] | None, value: Any) -> Edited:
    """A value as the output of its task; any JSON where that is gone. Raises BadInput naming the field."""
    raw = encode(value)
    if task is not None:
        try:
            raw = encode(decode(raw, task.output))
        except ValueError as error:
            raise BadInput(
                f"the edited value is no {task.name.replace('_', ' ')}", why=str(error), mend="mend that field"
            ) from error
    told = msgspec.json.decode(raw)
    found = checked_text(told) if isinstance(told, str) else checked_content(told)
    return Edited(raw.decode(), found.findings)


def refuse(findings: tuple[str, ...]) -> ChecksFailed:
    """The error for an edit that the theory engine contradicts."""
    more = f"; and {len(findings) - _MOST_TOLD} more" if len(findings) > _MOST_TOLD else ""
    return ChecksFailed(
        "the theory engine contradicts the edited value",
        why="; ".join(findings[:_MOST_TOLD]) + more,
        mend="correct it, or insist on it (force) where you know better",
    )


def _placed(why: str, text: str) -> str:
    """The reader counts bytes; people count lines."""
    head, _, rest = why.partition("(byte ")
    number = rest.rstrip(").")
    if not number.isdigit():
        return why
    before = text.encode("utf-8", "surrogatepass")[: int(number)].decode(errors="ignore")
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    return f"{head.strip()} at line {line}, column {column}"
