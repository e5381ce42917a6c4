"""Whether the server lives, and whether it could answer. Asks nothing of any model: that would cost on every look."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from partimento import __version__
from partimento.server.exchange import Ask, Door, Reply, as_json


class Health(Struct, frozen=True):
    """`status` is "ok", or "unready" with why."""

    status: str
    version: str = __version__
    why: str = ""


async def healthz(ask: Ask) -> Reply:
    """GET /healthz: this process answers."""
    return Reply(as_json(Health("ok")))


async def readyz(ask: Ask) -> Reply:
    """GET /readyz: the database answers, too, so that requests could be recorded. Raises StoreError."""
    await ask.client.ports.memory.look_up(b"ready?", "", 0.0)
    return Reply(as_json(Health("ok")))


def _door(path: str, opened: Any, summary: str) -> Door:
    return Door(method="GET", path=path, opened=opened, summary=summary, free=True, answer=Health)


doors = (
    _door("/healthz", healthz, "Whether this process lives"),
    _door("/readyz", readyz, "Whether requests could be answered and recorded"),
)
