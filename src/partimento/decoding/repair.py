"""From a model's text to a typed value, or to a sentence it can act on. Never invents: what is mended in the text
must hold nothing the text does not, and must then pass the same strict reading as any other.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import msgspec
from msgspec import Struct

from partimento.decoding.extract import Span, spans
from partimento.decoding.schema import decode, schema_of

_LONGEST_MENDED = 200_000  # characters; beyond, mending takes longer than asking again
_CUT = "the JSON stops before its end; write all of it, or less"


class Reading(Struct, frozen=True):
    """Either a value, with what was done to its text ("" for nothing), or the flaw that keeps it from being read."""

    value: Any = None
    mended: str = ""
    flaw: str = ""
    unreadable: bool = False
    """Whether the flaw is that no JSON could be read, rather than that it says something else than it should."""


def read(text: str, kind: Any, *, whole: bool = True) -> Reading:
    """Read a model's answer as `kind`: as it stands, else the JSON within it, else that JSON mended.

    A forgotten last bracket is closed only where no field is missing, and not where `whole` is False: the answer
    stopped at its token limit. Two different sound values in one answer are a flaw; which one was meant would be a
    guess.
    """
    bare = text.strip()
    try:
        return Reading(decode(bare, kind))
    except ValueError as error:
        flaw = str(error)
    found = spans(text)
    if not found:
        return Reading(flaw=f"the answer holds no JSON; write {_wanted(kind)} and nothing else", unreadable=True)
    if len(found) == 1 and found[0].text == bare:
        return _mended(found[0], kind, flaw, whole)
    sound, flaws = _strictly(found, kind)
    if len(sound) > 1:
        return Reading(
            flaw=f"the answer holds {len(sound)} different JSON values; write {_wanted(kind)} and nothing else"
        )
    if sound:
        return Reading(sound[0], "took the JSON out of the text around it")
    longest = max(found, key=lambda span: len(span.text))
    return _mended(longest, kind, flaws[found.index(longest)], whole)


def _strictly(found: Iterable[Span], kind: Any) -> tuple[list[Any], list[str]]:
    """The different values that read strictly, and for each span what kept it from reading ("" for nothing)."""
    sound: list[Any] = []
    flaws: list[str] = []
    for span in found:
        try:
            value = decode(span.text, kind)
        except ValueError as error:
            flaws.append(str(error))
            continue
        flaws.append("")
        if value not in sound:
            sound.append(value)
    return sound, flaws


def _mended(span: Span, kind: Any, flaw: str, whole: bool) -> Reading:
    if span.mid_value or span.unclosed > 1 or (span.unclosed and not whole):
        return Reading(flaw=_CUT, unreadable=True)
    if _is_json(span.text):
        return Reading(flaw=flaw)  # where the syntax is sound, what is wrong is not for repair to mend
    if len(span.text) > _LONGEST_MENDED:
        return Reading(flaw=flaw, unreadable=True)
    import json_repair

    try:
        loose = json_repair.loads(span.text, skip_json_loads=True, strict=True)
    except (ValueError, RecursionError):
        return Reading(flaw=flaw, unreadable=True)
    if span.unclosed and not _has_all_fields(loose, kind):
        return Reading(flaw=_CUT, unreadable=True)
    if not all(_stands_in(leaf, span.text) for leaf in _leaves(loose)):
        return Reading(flaw=flaw, unreadable=True)
    try:
        value = decode(msgspec.json.encode(loose), kind)
    except ValueError as error:
        return Reading(flaw=str(error))
    return Reading(value, "closed the JSON's last bracket" if span.unclosed else "mended the JSON's syntax")


def _is_json(text: str) -> bool:
    try:
        msgspec.json.decode(text)
    except msgspec.DecodeError:
        return False
    except RecursionError:
        return True
    return True


def _has_all_fields(value: Any, kind: Any) -> bool:
    """Optional ones included: what stands open may have been about to name them."""
    return isinstance(value, dict) and value.keys() >= set(schema_of(kind).get("properties", value.keys()))


def _leaves(value: Any) -> Iterable[Any]:
    """Every string and number within, keys included."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from _leaves(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _leaves(inner)
    else:
        yield value


def _stands_in(leaf: Any, text: str) -> bool:
    if leaf is None or isinstance(leaf, bool):
        return str(leaf).lower() in text.lower() or (leaf is None and "null" in text)
    if leaf == "":
        return '""' in text or "''" in text
    written = json.dumps(leaf), json.dumps(leaf, ensure_ascii=False)
    return str(leaf) in text or any(form.strip('"') in text for form in written)


def _wanted(kind: Any) -> str:
    """What to write, for the re-ask: with the names of the fields where there are any."""
    schema = schema_of(kind)
    names = ", ".join(schema.get("properties", ()))
    return f"one JSON object with the fields {names}" if names else "one JSON value"
