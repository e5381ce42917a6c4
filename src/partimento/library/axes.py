"""What a plan may write for a field: one value, a list, a range of levels, "all". Pure; leaves which values are good to
the task.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from types import UnionType
from typing import Any, Final, Literal, Union, get_args, get_origin, get_type_hints

from partimento.core.errors import BadInput
from partimento.music.key import keys_named
from partimento.music.teaching.concepts import concepts
from partimento.music.teaching.kinds import chord_kinds, interval_uses, scale_kinds

Axis = Sequence[Any]
"""The values of one field, in order. A range is one of them, so that a million levels take no room."""

_RANGE = re.compile(r"(\d{1,9})\s*(?:-|–|\.\.)\s*(\d{1,9})")
_KEY_WORDS: Final = ("all", "major", "minor", "every")
LEVELS: Final = range(1, 11)


def _chords() -> Axis:
    return tuple(f"C{kind.suffix}" for kind in chord_kinds())


def _scales() -> Axis:
    return tuple(f"C {name} scale" for name in scale_kinds())


def _intervals() -> Axis:
    return tuple(interval_uses())


def _concepts() -> Axis:
    return tuple(concept.title for concept in concepts())


TOPICS: Final[Mapping[str, Callable[[], Axis]]] = {
    "all chords": _chords,
    "all scales": _scales,
    "all intervals": _intervals,
    "all concepts": _concepts,
}
"""What a plan may write for every kind that the theory engine knows, so that it keeps up with it."""


def axis(task: str, name: str, written: Any, hint: Any, genres: Callable[[], Sequence[str]]) -> Axis:
    """The values a plan's entry stands for. `hint`: the type of the task's field. Raises BadInput.

    A list holds alternatives; a field that is itself a list is written as a list of lists.
    """
    values = written if isinstance(written, list) else [written]
    if not values:
        raise BadInput(
            f"the plan gives {task} no {name}", why="the list is empty", mend=f"write a value, or leave {name} out"
        )
    if len(values) == 1:
        return _spread_out(task, name, values[0], hint, genres)
    found: list[Any] = []
    for value in values:
        found += _spread_out(task, name, value, hint, genres)
    return tuple(dict.fromkeys(found)) if all(isinstance(one, str | int) for one in found) else tuple(found)


def _spread_out(task: str, name: str, value: Any, hint: Any, genres: Callable[[], Sequence[str]]) -> Axis:
    if not isinstance(value, str):
        return (value,)
    word = value.strip().lower()
    if name == "genre" and word == "all":
        return tuple(genres())
    if name == "key" and word in _KEY_WORDS:
        return _keys(word)
    if name == "level" and word == "all":
        return LEVELS
    if name == "topic" and word in TOPICS:
        return TOPICS[word]()
    if name == "scale" and word == "all":
        return scale_kinds()
    if (match := _RANGE.fullmatch(word)) and (name == "level" or int in _parts(hint)):
        return _range(task, name, int(match[1]), int(match[2]))
    if word == "all" and (choices := _choices(hint)):
        return choices
    return (value,)


def _keys(word: str) -> tuple[str, ...]:
    """Twelve of a mode; "every" is both modes' twenty-four."""
    if word == "every":
        return _keys("major") + _keys("minor")
    return tuple(key.symbol for key in keys_named(word))


def _range(task: str, name: str, first: int, last: int) -> range:
    if first > last:
        raise BadInput(
            f"the plan's {name} of {task} goes from {first} to {last}",
            why="a range goes upwards",
            mend=f"write {last}-{first}",
        )
    return range(first, last + 1)


def _choices(hint: Any) -> tuple[Any, ...]:
    """What a field may be where its type says so."""
    return tuple(value for part in _parts(hint) if get_origin(part) is Literal for value in get_args(part))


def _parts(hint: Any) -> tuple[Any, ...]:
    return get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,)


def hints_of(inputs: Any) -> Mapping[str, Any]:
    """The types of a task's fields by name."""
    return get_type_hints(inputs)
