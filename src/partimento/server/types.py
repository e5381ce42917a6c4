"""Types made ready by one thread, before many read them. Knows every struct that is loaded; leaves tasks to `plugins`.

msgspec works out a struct when it is first decoded, and dies (0.22: a segmentation fault) where two threads do so for
the same one at once. Pages and reports read on threads, so a server works them all out before it listens.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import msgspec

from partimento import plugins


def make_ready() -> int:
    """Work out every struct of ours and of the tasks; how many there were."""
    for name in plugins.task_names():
        plugins.task(name)  # loads its types, those of plugins too
    number = 0
    for kind in _every(msgspec.Struct):
        # what cannot be decoded (a struct that holds functions) is never decoded
        with contextlib.suppress(TypeError, NameError):
            msgspec.json.Decoder(kind)
            number += 1
    return number


def _every(kind: type[Any]) -> Iterator[type[Any]]:
    for inner in kind.__subclasses__():
        yield inner
        yield from _every(inner)
