"""Musical claims in an output's prose: proven, put right, or the draft refused. Pure; leaves reading them to `music`.

Every string of the output is read, but those whose type says that they may be untrue (`shapes.prose.Unproven`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from types import UnionType
from typing import TYPE_CHECKING, Annotated, Any, Final, Union, get_args, get_origin, get_type_hints

import msgspec
from msgspec import Struct

from partimento.core.result import Claims
from partimento.core.task import ProseClaims

if TYPE_CHECKING:
    from partimento.music.claims import Finding

_WRONG_AT_MOST: Final = 2
"""Wrong claims that are put right whatever their share: one slip does not make a draft a bad one."""
_SHARE_WRONG: Final = 0.34
"""Of the claims that could be read; a draft with more is not to be trusted where nothing could be read either."""

_CLOSING: Final = re.compile(r"^[.!?…)\"”]+")


class Proven(Struct, frozen=True):
    """`value` with what was wrong put right; `corrections` and `flaws` are a sentence each."""

    value: Any
    claims: Claims = Claims()
    corrections: tuple[str, ...] = ()
    flaws: tuple[str, ...] = ()


def proven(value: Any, how: ProseClaims) -> Proven:
    """Prove every string of a value. Flaws: what is wrong and has no one certain correction, or too much was wrong."""
    if how == "left":
        return Proven(value)
    reading = _Reading(how)
    value = reading.of(value)
    claims = reading.claims
    flaws = tuple(reading.flaws)
    read = claims.confirmed + claims.corrected
    if claims.corrected > _WRONG_AT_MOST and claims.corrected > _SHARE_WRONG * read and not flaws:
        flaws = (f"{claims.corrected} of {read} musical claims are not so", *reading.corrections)
    return Proven(value, claims, tuple(reading.corrections), flaws)


def proven_so_far(value: Any, kind: Any, how: ProseClaims, known: dict[str, Proven]) -> Proven:
    """What is complete of a draft of this type, in plain values, proven as the whole will be; but how much of it is
    wrong, the whole alone tells. `known` keeps what was proven, for the next time there is more of it."""
    if how == "left":
        return Proven(value)
    reading = _Reading(how, known)
    return Proven(reading.of_plain(value, kind), reading.claims, tuple(reading.corrections), tuple(reading.flaws))


def proven_text(text: str, how: ProseClaims, before: str = "") -> Proven:
    """The same for one text, of which `before` has been told already and is only read along."""
    if how == "left":
        return Proven(text)
    from partimento.music.claims import corrected  # a fifth of a second, and most requests make no claims

    first = _findings(text, before)
    mended = corrected(text, first)
    found = first if mended == text else _findings(mended, before)
    confirmed, unrecognised = (sum(f.verdict == verdict for f in found) for verdict in ("confirmed", "unrecognised"))
    corrections = tuple(
        f"corrected {f.text!r}: {f.reason}" for f in first if f.verdict == "contradicted" and f.correction
    )
    flaws = [f"{f.text!r} is not so: {f.reason}" for f in found if f.verdict == "contradicted"]
    if how == "strict":
        mended = _without(mended, [(f.start, f.end) for f in found if f.verdict == "unrecognised"])
        if text.strip() and not mended.strip() and not before.strip():
            flaws.append("none of it could be proven")
    wrong = 0 if mended == text else len(corrections)
    return Proven(mended, Claims(confirmed - min(wrong, confirmed), wrong, unrecognised), corrections, tuple(flaws))


def spelled(claims: Claims | None) -> str:
    """The counts as the store keeps them."""
    return "" if claims is None else f"{claims.confirmed},{claims.corrected},{claims.unrecognised}"


def counted(kept: str) -> Claims | None:
    """The same read back."""
    return Claims(*map(int, kept.split(","))) if kept else None


class _Reading:
    """One walk through a value; what is found adds up."""

    def __init__(self, how: ProseClaims, known: dict[str, Proven] | None = None) -> None:
        self.claims = Claims()
        self.corrections: list[str] = []
        self.flaws: list[str] = []
        self._how = how
        self._known = {} if known is None else known

    def of(self, value: Any) -> Any:
        """The value with its strings proven; the same object where nothing changed."""
        if isinstance(value, str):
            return self._text(value) if " " in value else value
        if isinstance(value, Struct):
            return self._struct(value)
        if isinstance(value, tuple | list):
            parts = [self.of(part) for part in value]
            same = all(new is old for new, old in zip(parts, value, strict=True))
            return value if same else type(value)(parts)
        if isinstance(value, Mapping):
            return {name: self.of(part) for name, part in value.items()}
        return value

    def of_plain(self, value: Any, kind: Any) -> Any:
        """The same of JSON that is to become `kind`; what `of` would not look into is left."""
        if isinstance(value, str):
            return self._text(value) if " " in value else value
        if isinstance(value, list):
            inner = _kind_of_elements(kind)
            return value if inner is None else [self.of_plain(part, inner) for part in value]
        if isinstance(value, dict):
            kinds = _kinds_of_keys(kind, frozenset(value))
            return {name: self.of_plain(part, kinds[name]) if name in kinds else part for name, part in value.items()}
        return value

    def _struct(self, value: Struct) -> Struct:
        changed = {
            name: new for name in _prose_fields(type(value)) if (new := self.of(old := getattr(value, name))) is not old
        }
        return msgspec.structs.replace(value, **changed) if changed else value

    def _text(self, text: str) -> str:
        found = self._known.get(text)
        if found is None:
            found = self._known[text] = proven_text(text, self._how)
        self.claims += found.claims
        self.corrections += found.corrections
        self.flaws += found.flaws
        mended: str = found.value
        return text if mended == text else mended


@lru_cache(maxsize=256)
def _prose_fields(kind: type[Struct]) -> tuple[str, ...]:
    """The fields of a struct that are to be proven, or hold what is."""
    hints = get_type_hints(kind, include_extras=True)
    return tuple(name for name in kind.__struct_fields__ if not _is_left(hints[name]))


@lru_cache(maxsize=256)
def _prose_keys(kind: type[Struct]) -> Mapping[str, Any]:
    """The same as JSON names them, with what they are to become."""
    hints = get_type_hints(kind, include_extras=True)
    names = dict(zip(kind.__struct_fields__, kind.__struct_encode_fields__, strict=True))
    return {names[name]: hints[name] for name in _prose_fields(kind)}


def _kinds_of_keys(kind: Any, keys: frozenset[str]) -> Mapping[str, Any]:
    """What the values of these keys are to become in an object of that kind; without those that are to be left."""
    for arm in _arms(kind):
        if isinstance(arm, type) and issubclass(arm, Struct):
            if keys <= {*arm.__struct_encode_fields__, arm.__struct_config__.tag_field}:
                return _prose_keys(arm)
        elif arm is Any or get_origin(arm) in (dict, Mapping):
            return dict.fromkeys(keys, (Any, *get_args(arm))[-1])
    return {}


def _kind_of_elements(kind: Any) -> Any:
    """What the elements of an array of that kind are to become; None where nothing looks into it."""
    for arm in _arms(kind):
        if arm is Any:
            return Any
        if get_origin(arm) in (list, tuple, Sequence):
            return tuple(part for part in get_args(arm) if part is not Ellipsis)
    return None


def _arms(kind: Any) -> tuple[Any, ...]:
    """The kinds that one kind stands for: those of a union, of a tuple of kinds, or itself."""
    if get_origin(kind) is Annotated:
        return _arms(get_args(kind)[0])
    several = kind if isinstance(kind, tuple) else get_args(kind) if get_origin(kind) in (Union, UnionType) else None
    return (kind,) if several is None else tuple(arm for part in several for arm in _arms(part))


def _is_left(hint: Any) -> bool:
    """Whether a type, or what it is a tuple or list of, is marked as free to be untrue."""
    if get_origin(hint) is Annotated:
        _, *marks = get_args(hint)
        if any(isinstance(mark, msgspec.Meta) and (mark.extra or {}).get("claims") == "left" for mark in marks):
            return True
    return any(_is_left(part) for part in get_args(hint) if part is not Ellipsis)


def _findings(text: str, before: str) -> tuple[Finding, ...]:
    """What the check finds in the text, told by places in it; what it finds in `before` is passed over."""
    from partimento.music.claims import check_claims

    told = len(before)
    return tuple(
        msgspec.structs.replace(
            finding,
            start=finding.start - told,
            end=finding.end - told,
            wrong=None if finding.wrong is None else (finding.wrong[0] - told, finding.wrong[1] - told),
        )
        for finding in check_claims(before + text)
        if finding.start >= told
    )


def _without(text: str, places: list[tuple[int, int]]) -> str:
    """The text with these places taken out, and the gaps they leave."""
    for start, end in sorted(places, reverse=True):
        text = text[:start] + _CLOSING.sub("", text[end:], count=1)
    return re.sub(r"(?<=\S) {2,}(?=\S)", " ", text) if places else text
