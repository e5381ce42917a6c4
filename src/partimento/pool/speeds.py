"""How quick models were when they were last measured, kept beside the pool for the route. Knows the file."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

NAME: Final = "speeds.json"


class Speed(Struct, frozen=True):
    """Of one model: seconds to load it, tokens a second of one answer, when it was measured (Unix seconds)."""

    load_s: float
    tokens_per_s: float
    at: float


def speeds(folder: Path) -> dict[str, Speed]:
    """By model; {} where nothing was measured."""
    try:
        return msgspec.json.decode((folder / NAME).read_bytes(), type=dict[str, Speed])
    except (OSError, msgspec.DecodeError):
        return {}


def keep(folder: Path, model: str, speed: Speed) -> None:
    """With this model's figures, whole or not at all. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    told = {**speeds(folder), model: speed}
    part = folder / f"{NAME}.{secrets.token_hex(4)}"
    part.write_bytes(msgspec.json.encode(told))
    part.replace(folder / NAME)


def too_slow(speed: Speed | None, tokens: int, within_s: float) -> str:
    """Why an answer of so many tokens would come too late, "" where it would not, or nothing was measured."""
    if speed is None or speed.tokens_per_s <= 0 or tokens / speed.tokens_per_s <= within_s:
        return ""
    return (
        f"measured at {speed.tokens_per_s:.1f} tokens a second, it would need {tokens / speed.tokens_per_s:.0f} s for "
        f"{tokens} tokens, and the request has {within_s:.0f}"
    )
