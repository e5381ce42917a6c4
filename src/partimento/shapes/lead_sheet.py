"""Chords bar by bar: what a model is asked to write. Knows the shape; leaves proving it to `music.proof`."""

from __future__ import annotations

from typing import Any

from msgspec import Struct


class LeadSheet(Struct, frozen=True):
    """The key, and for each bar its chord symbols; several in a bar share it evenly."""

    key: str
    bars: tuple[tuple[str, ...], ...]


def schema_for(key: str, bars: int) -> dict[str, Any]:
    """The JSON schema of the lead sheet of this request: this key and no other, exactly so many bars."""
    bar = {"type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": 4}
    return {
        "type": "object",
        "properties": {
            "key": {"type": "string", "const": key},
            "bars": {"type": "array", "items": bar, "minItems": bars, "maxItems": bars},
        },
        "required": ["key", "bars"],
        "additionalProperties": False,
    }
