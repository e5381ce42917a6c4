"""The form of an item's task, filled with what the item still tells of how it was asked. Pure; knows no page."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlencode

import msgspec

from partimento.core.request import Options
from partimento.shapes.arrangement import Arrangement
from partimento.web.item import Item
from partimento.web.studio.asked import Asked
from partimento.web.studio.changes import wish_of
from partimento.web.titles import chords_of

LONGEST: Final = 1_500
"""Letters of a value that goes into a link."""
_CALLED: Final = {
    "exercise": {"kind": "type"}, "lesson": {"minutes": "duration_minutes"}, "curriculum": {"weeks": "duration_weeks"},
}  # fmt: skip
"""Where an output has another name for what was asked: task → input → output."""
_COUNTED: Final = frozenset({"questions"})
"""Inputs that say how many there are to be."""


def ask_again(item: Item) -> str:
    """The link to the form. What was asked is not kept field by field; much of it stands in the answer."""
    place = f"/studio/tasks/{item.row.task}"
    if item.task is None:
        return place
    if isinstance(item.value, Arrangement):
        return _of_piece(item)
    known: Any = item.task.inputs
    names = _CALLED.get(item.row.task, {})
    fields = {name: told for name in known.__struct_fields__ if (told := _told(item, name, names.get(name, name)))}
    options = msgspec.json.decode(item.row.options or b"{}", type=Options)
    if options.model:
        fields["o-model"] = options.model
    if options.language and "language" not in fields:
        fields["o-language"] = options.language
    return f"{place}?{urlencode(fields)}" if fields else place


def _of_piece(item: Item) -> str:
    """A piece is asked for in the Studio itself."""
    piece = item.value
    return Asked(
        genre=piece.genre, description=wish_of(item.row.prompt), key=piece.key, tempo=f"{piece.tempo:g}",
        bars=str(piece.bars), level=str(piece.level), application=piece.application, meter=piece.meter,
        tracks=tuple(track.name for track in piece.tracks),
    ).link  # fmt: skip


def _told(item: Item, name: str, called: str) -> str:
    value = item.value
    if item.row.task == "text" and name == "prompt":
        told: Any = item.row.prompt
    elif name == "chords":
        told = chords_of(value)
    else:
        told = getattr(value, called, None)
        told = len(told) if name in _COUNTED and isinstance(told, tuple) else told
    if isinstance(told, tuple) and all(isinstance(one, str) for one in told):
        told = "\n".join(told)
    if isinstance(told, bool) or not isinstance(told, str | int | float) or len(str(told)) > LONGEST:
        return ""
    return f"{told:g}" if isinstance(told, float) else str(told)
