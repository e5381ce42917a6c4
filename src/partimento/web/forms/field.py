"""The fields of a task's form, read off the type of its inputs, their docstring, and a few names that recur.

Knows types and names; leaves drawing them to the template, and reading what was filled in to `filled`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final, Literal

import msgspec
from msgspec import Struct, inspect

from partimento.core.conversation import Conversation, Message
from partimento.core.task import Task
from partimento.music import genres, scale
from partimento.music.key import usual_keys
from partimento.music.teaching.concepts import concepts
from partimento.music.voicing.reach import KINDS
from partimento.web.forms.example import example_of

Kind = Literal["text", "long", "number", "tick", "choice", "lines", "numbers", "json", "document", "take"]

LEVELS: Final = ("beginner", "intermediate", "advanced", *map(str, range(1, 11)))
ANY: Final = "as it fits"
"""What an option is called that leaves a field open."""
_LONG: Final = frozenset("description message prompt text problem melody purpose story content".split())
_APART: Final = frozenset("chords tracks top".split())
"""Lists of short words that are written in one line."""
_COUNTS: Final = frozenset(
    "bars minutes weeks questions lessons_per_week minutes_per_day k index dimensions tempo".split()
)
_SHOWN: Final = {
    "chords": "Dm7 G7 | Cmaj7", "key": "C, Bb, F#m", "level": "1 to 10, or a word", "meter": "4/4",
    "melody": "E4 G4:2 | r:1 A4", "language": "en, de, ja", "take": '[{"start": 0.5, "duration": 0.4, "midi": 60}]',
    "answers": "q1: Bb7", "figures": "minutes: 320", "options": "tone: friendly", "lowest": "C3", "highest": "G5",
}  # fmt: skip
"""What stands in an empty field, for names that recur."""
_KNOWN: Final = {"key": "keys", "level": "levels", "voicing": "voicings", "scale": "scales", "topic": "topics"}
"""Fields of free text for which the house knows what is usual: name → id of the list."""
_HINTS: Final = {
    "genre": "", "key": "", "level": "", "meter": "", "tempo": "Quarter notes a minute", "take": "",
    "lowest": "The lowest note that is used", "highest": "The highest note that is used",
    "start": "The MIDI numbers that the first chord is already held with",
    "melody": 'Bars parted by "|", notes as "E4 G4:2 r:1"', "task": "The exercise or piece it is held against",
    "criterion": 'Or in words: "play G7 in first inversion"',
    "application": 'A use of the genre: "bossa", "worship"',
    "assessment": "The quiz or assessment that was answered", "conversation": "",
    "answers": "A line for each question: q1: Bb7, q2: true, and q3: 0 for the first option",
}  # fmt: skip
"""What is said under fields that recur, in place of what their docstrings say."""


class Field(Struct, frozen=True, kw_only=True):
    """One input of a task. `default` is how it is filled in when nobody was there; `spoken`: a text alone is a
    user's message; `pairs`: lines of "name: value" do as well as JSON; `plain`: so does any
    text; `apart`: a list in one line, by blanks."""

    name: str
    label: str
    kind: Kind
    needed: bool
    default: str = ""
    options: tuple[tuple[str, str], ...] = ()
    hint: str = ""
    shown: str = ""
    known: str = ""
    """The id of a list of what is usual, for the browser to suggest."""
    low: float | None = None
    high: float | None = None
    whole: bool = False
    example: str = ""
    spoken: bool = False
    pairs: bool = False
    plain: bool = False
    apart: bool = False


def fields_of(task: Task[..., Any]) -> tuple[Field, ...]:
    """Every input of the task, those that are needed first."""
    known: Any = task.inputs
    told = inspect.type_info(known)
    assert isinstance(told, inspect.StructType)
    found = [_field(one, known.__doc__ or "") for one in told.fields]
    return tuple(sorted(found, key=lambda one: not one.needed))


def hint_in(doc: str, name: str) -> str:
    """What a docstring says of a field that it names in backticks; "" where it says nothing of its own."""
    text = " ".join(doc.split())
    match = re.search(rf"`{re.escape(name)}`\s*[:,(]?\s*([^`;]*?)(?=,\s*`|;|\.(?:\s|$)|$|(`))", text)
    said = (match[1] if match and not match[2] else "").strip(" ,.")
    said = re.sub(r"^(?:is|are)\s+", "", said)
    if len(said) < 3 or said.split()[0] in ("and", "or", "of", "in", "the") or said.count("(") != said.count(")"):
        return f"In {said[3:]}" if said.startswith("in ") else ""
    return said[:1].upper() + said[1:]


def _field(one: inspect.Field, doc: str) -> Field:
    name = one.encode_name
    parts = tuple(_parts(one.type))
    kind = _kind(name, parts)
    bounds = next((part for part in parts if isinstance(part, inspect.IntType | inspect.FloatType)), None)
    optional = any(isinstance(part, inspect.NoneType) for part in _alternatives(one.type))
    known = _KNOWN.get(name, "") if kind == "text" else ""
    if name == "kind" and kind == "text" and "kind of voicing" in doc:
        known = "voicings"
    default = _default(one)
    return Field(
        name=name, label=_label(name), kind=kind, needed=one.required, default=default,
        options=_options(name, parts, one.required, default, optional=optional) if kind == "choice" else (),
        hint=_HINTS[name] if name in _HINTS else hint_in(doc, name), shown=_SHOWN.get(name, ""), known=known,
        low=_low(bounds, name), high=None if bounds is None else _first(bounds.le, bounds.lt),
        whole=isinstance(bounds, inspect.IntType),
        example=_example(one.type) if kind == "json" else "",
        spoken=_mentions(one.type, Message) or _mentions(one.type, Conversation),
        pairs=kind == "document" or any(isinstance(part, inspect.DictType) for part in parts),
        plain=any(isinstance(part, inspect.StrType) for part in parts), apart=name in _APART,
    )  # fmt: skip


def _alternatives(kind: inspect.Type) -> tuple[inspect.Type, ...]:
    kind = kind.type if isinstance(kind, inspect.Metadata) else kind
    return kind.types if isinstance(kind, inspect.UnionType) else (kind,)


def _parts(kind: inspect.Type) -> Iterator[inspect.Type]:
    """The alternatives of a type without None."""
    for part in _alternatives(kind):
        if not isinstance(part, inspect.NoneType):
            yield part.type if isinstance(part, inspect.Metadata) else part


def _kind(name: str, parts: tuple[inspect.Type, ...]) -> Kind:
    if any(isinstance(part, inspect.AnyType) for part in parts):
        return "take" if name == "take" else "document"
    if name == "genre" or any(isinstance(part, inspect.LiteralType | inspect.EnumType) for part in parts):
        return "choice"
    items = [item for part in parts if (item := _item(part)) is not None]
    if items:
        if all(isinstance(item, inspect.StrType) for item in items):
            return "lines"
        return "numbers" if all(isinstance(item, inspect.IntType) for item in items) else "json"
    if any(isinstance(part, inspect.BoolType) for part in parts):
        return "tick"
    if any(isinstance(part, inspect.StrType) for part in parts):
        return "long" if name in _LONG else "text"
    return "number" if all(isinstance(part, inspect.IntType | inspect.FloatType) for part in parts) else "json"


def _item(kind: inspect.Type) -> inspect.Type | None:
    """What a sequence is made of; None for what is none."""
    if isinstance(kind, inspect.CollectionType | inspect.VarTupleType):
        return kind.item_type
    return None


def _label(name: str) -> str:
    told = {"k": "At most", "top": "Top voice", "at": "At bar", "ask": "What it asks for"}.get(
        name, name.replace("_", " ")
    )
    return told[:1].upper() + told[1:]


def _options(
    name: str, parts: tuple[inspect.Type, ...], needed: bool, default: str, *, optional: bool
) -> tuple[tuple[str, str], ...]:
    if name == "genre":
        values: tuple[str, ...] = genres.names()
    else:
        values = tuple(str(value) for part in parts for value in _values(part))
    told = tuple((value, value.replace("_", " ")) for value in values if value)
    open_end = optional or "" in values or (name == "genre" and not needed and not default)
    return (("", ANY), *told) if open_end else told


def _values(kind: inspect.Type) -> tuple[Any, ...]:
    if isinstance(kind, inspect.LiteralType):
        return tuple(kind.values)
    return tuple(one.value for one in kind.cls) if isinstance(kind, inspect.EnumType) else ()


def _default(one: inspect.Field) -> str:
    value = one.default
    if isinstance(value, bool):
        return "yes" if value else ""
    if isinstance(value, str | int | float):
        return str(value)
    if isinstance(value, tuple) and all(isinstance(part, str) for part in value):
        return "\n".join(value)
    return ""


def _low(bounds: inspect.IntType | inspect.FloatType | None, name: str) -> float | None:
    told = None if bounds is None else _first(bounds.ge, bounds.gt)
    return 1 if told is None and bounds is not None and name in _COUNTS else told


def _first(*values: float | None) -> float | None:
    return next((value for value in values if value is not None), None)


def _mentions(kind: inspect.Type, wanted: type) -> bool:
    for part in _parts(kind):
        whole = _item(part) or part
        if isinstance(whole, inspect.StructType) and whole.cls is wanted:
            return True
    return False


def _example(kind: inspect.Type) -> str:
    return msgspec.json.encode(example_of(kind)).decode()


def known_lists(fields: Iterable[Field]) -> dict[str, tuple[str, ...]]:
    """What browsers may suggest in these fields, by the id of the list."""
    lists: dict[str, Callable[[], Iterable[str]]] = {
        "keys": lambda: (key.symbol for mode in ("major", "minor") for key in usual_keys(mode)),
        "levels": lambda: LEVELS,
        "voicings": lambda: KINDS,
        "scales": scale.kinds,
        "topics": lambda: (concept.title for concept in concepts()),
    }
    return {name: tuple(lists[name]()) for name in dict.fromkeys(field.known for field in fields) if name in lists}
