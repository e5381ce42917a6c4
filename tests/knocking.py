"""One request put to a door in this process, without a server around it. Knows no dialect."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from partimento.client import AsyncPartimento
from partimento.core.request import Caller
from partimento.server.app import Doors
from partimento.server.exchange import Ask, Door, Reply


class House:
    """Doors, and the folder whose settings hold behind them."""

    def __init__(self, doors: tuple[Door, ...], folder: Path, settings: str = "") -> None:
        self.doors, self.folder = Doors(doors), folder
        self.told: list[int] = []
        (folder / "partimento.toml").write_text(f'data_folder = "{folder / "data"}"\n{settings}')

    def asked(
        self, method: str, path: str, body: Any = None, headers: Mapping[bytes, bytes] | None = None, **caller: Any
    ) -> Reply:
        """The reply in one piece. Raises what the door raises."""

        async def ask() -> Reply:
            async with AsyncPartimento(folder=self.folder) as client:
                door, names = self.doors.find(method, path)
                asked = Ask(client, method, path, b"", headers or {}, client.ports.clock.monotonic())
                asked.names, asked.caller, asked.spent = names, Caller(**caller), self.told.append
                asked.body = json.dumps(body).encode()
                reply = await door.opened(asked)
                assert isinstance(reply, Reply)
                return reply

        return asyncio.run(ask())

    def json(self, *request: Any, **more: Any) -> Any:
        """The body of that reply."""
        return json.loads(self.asked(*request, **more).body)
