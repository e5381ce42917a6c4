"""What a child says of itself: one JSON line of `core.local.Heard` on its standard output. Both ends are here."""

from __future__ import annotations

import contextlib
import os

import msgspec

from partimento.core.local import Heard

_heard = msgspec.json.Decoder(Heard)
_STDOUT = 1


def tell(heard: Heard) -> None:
    """Say it at once: one write, which no other thread's words can come into."""
    line = msgspec.json.encode(heard) + b"\n"
    with contextlib.suppress(OSError):  # whoever listened may be gone; the end of the process is another's business
        os.write(_STDOUT, line)


def hear(line: str) -> Heard | None:
    """What a line of a child's output tells; None for what a library printed."""
    if not line.lstrip().startswith("{"):
        return None
    try:
        return _heard.decode(line)
    except msgspec.DecodeError:
        return None
