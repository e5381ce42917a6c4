"""Musical claims in an output's prose: proven, put right, or the draft refused. Pure; leaves reading them to `music`.

Every string of the output is read, but those whose type says that they may be untrue (`shapes.prose.Unproven`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Any, Final, get_args, get_origin, get_type_hints

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

    def __init__(self, how: ProseClaims) -> None:
        self.claims = Claims()
        self.corrections: list[str] = []
        self.flaws: list[str] = []
        self._how = how

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

    def _struct(self, value: Struct) -> Struct:
        changed = {
            name: new for name in _prose_fields(type(value)) if (new := self.of(old := getattr(value, name))) is not old
        }
        return msgspec.structs.replace(value, **changed) if changed else value

    def _text(self, text: str) -> str:
        found = proven_text(text, self._how)
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
