"""What was measured of models, kept from one daemon to the next. Knows the file; leaves what it means to `decide`."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path
from typing import Final

import msgspec

from partimento.pool.values import Measured

NAME: Final = "measured.json"
MOST: Final = 1000
"""Models remembered; the ones not measured for longest go first."""
_decoder = msgspec.json.Decoder(dict[str, tuple[Measured, ...]])


def recalled(folder: Path) -> dict[str, tuple[Measured, ...]]:
    """By the models' keys; {} where there is nothing, or nothing that can be read."""
    try:
        return _decoder.decode((folder / NAME).read_bytes())
    except (OSError, msgspec.DecodeError):
        return {}


def remembered(
    before: dict[str, tuple[Measured, ...]], key: str, measured: tuple[Measured, ...]
) -> dict[str, tuple[Measured, ...]]:
    """With one model's figures, as the newest."""
    others = {known: seen for known, seen in before.items() if known != key}
    while len(others) >= MOST:
        del others[next(iter(others))]
    return {**others, key: measured}


def keep(folder: Path, measured: dict[str, tuple[Measured, ...]]) -> None:
    """Write all of it, whole or not at all. Raises OSError."""
    written = folder / f".{NAME}.{secrets.token_hex(4)}"
    try:
        with written.open("wb") as file:
            file.write(msgspec.json.format(msgspec.json.encode(measured), indent=1))
            file.flush()
            os.fsync(file.fileno())
        written.replace(folder / NAME)
    finally:
        with contextlib.suppress(OSError):
            written.unlink()
