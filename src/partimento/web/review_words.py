"""The words in a value, one by one, as fields to edit: where each stands, what it says, and the value with others in
their place. Pure; knows no task.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec
from msgspec import Struct

from partimento.core.errors import BadInput

MOST: Final = 60
"""Fields on one page; what has more words is edited as JSON."""
PREFIX: Final = "word "
_NAMES: Final = frozenset({"title", "subject", "name", "summary", "text", "question", "answer", "explanation"})
_LONG: Final = 90

Path = tuple[str | int, ...]


class Word(Struct, frozen=True):
    """A text within a value. `field`: its name in the form; `long`: whether it wants more than a line."""

    path: Path
    text: str

    @property
    def field(self) -> str:
        return PREFIX + msgspec.json.encode(self.path).decode()

    @property
    def label(self) -> str:
        """Where it stands, as people count: "Sections 2, text"."""
        told: list[str] = []
        for step in self.path:
            if isinstance(step, int) and told:
                told[-1] += f" {step + 1}"
            else:
                told.append(str(step).replace("_", " "))
        words = ", ".join(told)
        return words[:1].upper() + words[1:]

    @property
    def long(self) -> bool:
        return len(self.text) > _LONG or "\n" in self.text


def words_of(value: Any) -> tuple[Word, ...]:
    """The texts people would edit; none where the value is one text, or there are too many for a page."""
    found = [] if isinstance(value, str) else list(_walk(value, ()))
    return tuple(found) if len(found) <= MOST else ()


def with_words(value: Any, fields: Mapping[str, str]) -> Any:
    """The value with these texts in place of its own. Raises BadInput for a place where no text stands."""
    for name, text in fields.items():
        try:
            path = msgspec.json.decode(name.removeprefix(PREFIX), type=tuple[str | int, ...])
            value = _put(value, path, text)
        except (msgspec.MsgspecError, LookupError, TypeError) as error:
            raise BadInput(
                "a field of this form is not in the item", why=f"{name[:80]!r}", mend="open the item again"
            ) from error
    return value


def _walk(value: Any, path: Path) -> Iterator[Word]:
    if isinstance(value, Mapping):
        for name, part in value.items():
            yield from _walk(part, (*path, name))
    elif isinstance(value, list):
        for number, part in enumerate(value):
            yield from _walk(part, (*path, number))
    elif isinstance(value, str) and path:
        name = next((step for step in reversed(path) if isinstance(step, str)), "")
        if name in _NAMES or " " in value.strip():
            yield Word(path, value)


def _put(value: Any, path: Path, text: str) -> Any:
    if not path:
        if not isinstance(value, str):
            raise TypeError("no text stands there")
        return text
    step, rest = path[0], path[1:]
    if isinstance(value, dict) and isinstance(step, str):
        return {**value, step: _put(value[step], rest, text)}
    if isinstance(value, list) and isinstance(step, int) and step >= 0:
        return [*value[:step], _put(value[step], rest, text), *value[step + 1 :]]
    raise TypeError("no such place")
