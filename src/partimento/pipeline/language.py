"""Whether an answer is in the language that was asked for. Pure; leaves telling languages apart to `decoding`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from msgspec import Struct

from partimento.core.request import Request

_BLANKS: Final = 3
"""A string with fewer words than this would have is a name or a label, which any language may borrow."""


def language_flaws(request: Request[Any], value: Any) -> Iterator[str]:
    """One sentence where the prose of a value is surely in another language than the options ask for."""
    wanted = request.options.language
    if not wanted:
        return
    from partimento.decoding.language import wrong_language

    yield from wrong_language("\n".join(_prose(value)), wanted)


def rules_language_notes(request: Request[Any]) -> Iterator[str]:
    """What the receipt says where rules answered and another language than theirs was asked for."""
    wanted = request.options.language
    if not wanted:
        return
    from partimento.decoding.language import language_code, language_name

    if language_code(wanted) != "en":
        yield f"the rules write English; a model would write {language_name(wanted)}"


def _prose(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        if value.count(" ") >= _BLANKS or not value.isascii():
            yield value
    elif isinstance(value, Struct):
        for name in value.__struct_fields__:
            yield from _prose(getattr(value, name))
    elif isinstance(value, tuple | list):
        for part in value:
            yield from _prose(part)
    elif isinstance(value, Mapping):
        yield from _prose(tuple(value.values()))
