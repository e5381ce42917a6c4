"""What the rules give where they cannot serve honestly: nothing, and why. A check tells it; knows no task."""

from __future__ import annotations

from msgspec import Struct

ENGLISH_ONLY = "the rules write English only"


class Unserved(Struct, frozen=True):
    """A draft that is none."""

    flaw: str


def is_english(language: str) -> bool:
    """Whether the rules can write in the language asked for."""
    return language in ("", "en")
