"""Takes personal data out before anything is stored or sent, and puts it back. Leaves what is personal to `patterns`.

A value found becomes a placeholder, "[EMAIL_1]": numbered by first occurrence in one request, the same for the same
value, so that equal prompts of different people have equal fingerprints. A number the caller's own text uses already
is left free; what he wrote himself is never mistaken for ours.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from hashlib import sha256
from typing import Any, Generic, TypeVar

import msgspec
from msgspec import Struct

from partimento.core.request import Request
from partimento.pipeline.patterns import Span, find

Out = TypeVar("Out")
Tree = TypeVar("Tree")

_NUMBERED = (
    r"(?i:\s?(?:EMAIL|PHONE|URL|IBAN|CARD|IP|HANDLE|BIRTHDATE|SECRET|NAME)"
    r"(?:\\?_|\s|-)?[0-9]{1,6}\s?)(?:\\?\]|］|】|〕)"
)
_BARE = r"(?<=E)MAIL|(?<=P)HONE|(?<=U)RL|(?<=I)(?:BAN|P)|(?<=C)ARD|(?<=H)ANDLE|(?<=B)IRTHDATE|(?<=S)ECRET|(?<=N)AME"
_PLACEHOLDER = re.compile(
    rf"[\\\[［【〔EPUICHBSN](?:(?:(?<=\\)\[|(?<=[\[［【〔])){_NUMBERED}"
    rf"|(?<![A-Za-z0-9_].)(?:{_BARE})\\?_[0-9]{{1,6}}(?![A-Za-z0-9_]))"
)
"""A placeholder, or what a model may make of one: other brackets or none, lower case, an escaped underscore.

It begins with one class of signs, which the engine skips ahead to; alternatives would be tried at every character.
"""
_PARTS = re.compile(r"([A-Za-z]+)[^0-9]*([0-9]+)")
_UNFINISHED = re.compile(r"(?:(?:\\?\[|[［【〔])[^\]］】〕\n]{0,24}|(?<![A-Za-z0-9_])[A-Z][A-Z_0-9\\]{0,20}|\\)\Z")


class RedactedText(Struct, frozen=True):
    """A text with placeholders, and what they stand for."""

    text: str
    values: dict[str, str]
    """Placeholder → original, in order of first occurrence."""

    def __repr__(self) -> str:
        return f"RedactedText(text={self.text!r}, values=<{len(self.values)} withheld>)"


class RedactedValue(Struct, Generic[Tree], frozen=True):
    """A tree of the same shape with placeholders in its texts, and what they stand for."""

    value: Tree
    values: dict[str, str]

    def __repr__(self) -> str:
        return f"RedactedValue(value={self.value!r}, values=<{len(self.values)} withheld>)"


class Redacted(Struct, Generic[Out], frozen=True):
    """A request in the two forms it goes on in, and the way back for its answer."""

    request: Request[Out]
    """What is fingerprinted, judged and stored."""
    sent: Request[Out]
    """What engines are given: the same, or with privacy "store-only" the caller's own words."""
    values: dict[str, str]

    def kept(self, value: Out) -> Out:
        """The answer as it may be stored: one made from the caller's own words is redacted like them."""
        if self.sent is self.request:
            return value
        return redact_value(value, self.request.caller.names, self.values).value

    def restored(self, value: Tree) -> Tree:
        """The answer, or a piece of it, with the originals put back."""
        return _mapped(value, lambda text: restore(text, self.values)) if self.values else value

    def __repr__(self) -> str:
        return f"Redacted({self.request.task.name!r}, values=<{len(self.values)} withheld>)"


def redact(request: Request[Out]) -> Redacted[Out]:
    """The request without personal data in its inputs and system text, as its privacy asks."""
    if request.privacy == "off":
        return Redacted(request, request, {})
    plain = (request.inputs, request.options.system)
    taken = redact_value(plain, request.caller.names)
    if taken.value is plain:
        return Redacted(request, request, {}) if request.privacy == "full" else Redacted(request, request.with_(), {})
    inputs, system = taken.value
    clean = request.with_(inputs=inputs, options=msgspec.structs.replace(request.options, system=system))
    return Redacted(clean, clean if request.privacy == "full" else request, taken.values)


def redact_text(text: str, names: tuple[str, ...] | list[str] = ()) -> RedactedText:
    """The text with placeholders for all that is personal, `names` among it (any case, whole words)."""
    spans = find(text, tuple(names))
    if not spans:
        return RedactedText(text, {})
    numbering = _Numbering({}, [text])
    return RedactedText(numbering.replaced(text, spans), numbering.values)


def redact_value(
    value: Tree, names: tuple[str, ...] | list[str] = (), known: Mapping[str, str] | None = None
) -> RedactedValue[Tree]:
    """Every text in a tree of structs, dicts, lists, tuples and sets, with one numbering; the same object if clean.

    Mappings are numbered in the order of their keys, not of insertion, as a fingerprint reads them.
    `known`: placeholders given before, which are used again for the same originals.
    """
    names = tuple(names)
    found: dict[str, list[Span]] = {}
    for text in _texts(value):
        if (len(text) > 2 and text not in found) or (names and text not in found):
            found[text] = find(text, names) if names else _remembered(text)
    if not any(found.values()):
        return RedactedValue(value, dict(known or {}))
    numbering = _Numbering(known or {}, found)
    clean = {text: numbering.replaced(text, spans) for text, spans in found.items() if spans}
    return RedactedValue(_mapped(value, lambda text: clean.get(text, text)), numbering.values)


def _remembered(text: str) -> list[Span]:
    """What is found in the text; clean ones (chord symbols, keys, prompts asked again) are known without a search."""
    known: str | bytes = text if len(text) <= _SHORT else sha256(text.encode("utf-8", "surrogatepass")).digest()
    if known in _known_clean:
        return []
    spans = find(text, ())
    if not spans:
        if len(_known_clean) >= _MOST_KNOWN:
            _known_clean.clear()
        _known_clean.add(known)
    return spans


_SHORT, _MOST_KNOWN = 24, 8192
_known_clean: set[str | bytes] = set()
"""Only what has nothing personal in it, and of longer texts only a digest: no memory of anybody is kept here."""


def restore(text: str, values: Mapping[str, str]) -> str:
    """The text with the originals in place of their placeholders; other people's placeholders stay as they are."""
    if not values or not _may_hold_one(text):
        return text

    def original(match: re.Match[str]) -> str:
        bent = match[0]
        own = "\\" if bent.startswith("\\") and not bent.endswith("\\]") else ""  # the text's, not an escape of ours
        value = values.get(_canonical(bent))
        return bent if value is None else own + value

    return _PLACEHOLDER.sub(original, text)


class Restorer:
    """Restores a text that comes in pieces: what may be the beginning of a placeholder waits for its end."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values
        self._waiting = ""

    def enter(self, piece: str) -> str:
        """Take in a piece; what may leave now."""
        if not self._values:
            return piece
        text = self._waiting + piece
        unfinished = _UNFINISHED.search(text, max(0, len(text) - 26))
        cut = unfinished.start() if unfinished else len(text)
        self._waiting = text[cut:]
        return restore(text[:cut], self._values)

    def rest(self) -> str:
        """What still waited when the text ended."""
        text, self._waiting = self._waiting, ""
        return restore(text, self._values)


class _Numbering:
    """Gives placeholders to originals, past the numbers that the texts use themselves."""

    def __init__(self, known: Mapping[str, str], texts: Mapping[str, Any] | list[str]) -> None:
        self.values = dict(known)
        self._placeholders = {(key[1:].rpartition("_")[0], value): key for key, value in known.items()}
        self._used = set(known)
        self._counts: dict[str, int] = {}
        for text in texts:
            for match in _PLACEHOLDER.finditer(text) if _may_hold_one(text) else ():
                self._used.add(_canonical(match[0]))

    def replaced(self, text: str, spans: list[Span]) -> str:
        pieces: list[str] = []
        at = 0
        for start, end, kind in spans:
            pieces += text[at:start], self._placeholder(kind, text[start:end])
            at = end
        return "".join((*pieces, text[at:]))

    def _placeholder(self, kind: str, original: str) -> str:
        placeholder = self._placeholders.get((kind, original))
        while placeholder is None:
            number = self._counts[kind] = self._counts.get(kind, 0) + 1
            if f"[{kind}_{number}]" not in self._used:
                placeholder = f"[{kind}_{number}]"
                self._placeholders[kind, original] = placeholder
                self.values[placeholder] = original
        return placeholder


def _canonical(bent: str) -> str:
    parts = _PARTS.search(bent)
    assert parts, "a placeholder has a kind and a number"
    return f"[{parts[1].upper()}_{int(parts[2])}]"


def _may_hold_one(text: str) -> bool:
    """Whether to look for placeholders at all: most texts have not a sign of what every placeholder needs."""
    return "_" in text or "[" in text or (not text.isascii() and any(sign in text for sign in "［【〔"))


def _texts(value: Any) -> Iterator[str]:
    """Every text in the tree, mapping keys among them, in an order that does not depend on insertion."""
    ahead = [value]
    while ahead:
        part = ahead.pop()
        kind = type(part)
        if kind is str:
            yield part
        elif kind in _PLAIN:
            continue
        elif names := _fields(part):
            ahead += [getattr(part, name) for name in reversed(names)]
        elif isinstance(part, Mapping):
            ahead += [side for key in sorted(part, key=str, reverse=True) for side in (part[key], key)]
        elif isinstance(part, list | tuple):
            ahead += reversed(part)
        elif isinstance(part, set | frozenset):
            ahead += sorted(part, key=str, reverse=True)


_PLAIN = frozenset({type(None), bool, int, float, bytes})


def _fields(value: Any) -> tuple[str, ...]:
    """The fields of a struct, a dataclass or a pydantic model (known by its attribute); none of anything else."""
    return _fields_of(type(value))  # type: ignore[arg-type]  # types are hashable; the stubs doubt it


@lru_cache(maxsize=512)
def _fields_of(kind: Any) -> tuple[str, ...]:
    for attribute in ("__struct_fields__", "__dataclass_fields__", "model_fields"):
        if names := getattr(kind, attribute, None):
            return tuple(names)
    return ()


def _replaced(value: Any, changes: dict[str, Any]) -> Any:
    if isinstance(value, Struct):
        return msgspec.structs.replace(value, **changes)
    return value.model_copy(update=changes) if hasattr(value, "model_copy") else dataclasses.replace(value, **changes)


def _mapped(value: Any, change: Callable[[str], str]) -> Any:
    """The tree with each text changed; the very same object where nothing was."""
    if type(value) is str:
        return change(value)
    if type(value) in _PLAIN:
        return value
    if names := _fields(value):
        fields = {name: getattr(value, name) for name in names}
        mapped = {name: _mapped(part, change) for name, part in fields.items()}
        changes = {name: part for name, part in mapped.items() if part is not fields[name]}
        return _replaced(value, changes) if changes else value
    if isinstance(value, Mapping):
        pairs = {_mapped(key, change): _mapped(part, change) for key, part in value.items()}
        same = all(a is c and b is d for (a, b), (c, d) in zip(value.items(), pairs.items(), strict=False))
        return value if same and len(pairs) == len(value) else pairs
    if isinstance(value, list | tuple | set | frozenset):
        parts = [_mapped(part, change) for part in value]
        if all(a is b for a, b in zip(value, parts, strict=True)):
            return value
        if isinstance(value, tuple) and hasattr(value, "_fields"):
            return type(value)(*parts)
        return type(value)(parts)
    return value
