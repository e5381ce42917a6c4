"""The daemon's end of its socket: lines in, lines out, for this user alone. Knows bytes and peers; leaves what is said
to `desk`.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import logging
import os
from collections.abc import Callable
from pathlib import Path
from typing import Final, Protocol

import msgspec

from partimento.pool.messages import Answer, Question, encode, question_of
from partimento.pool.peers import is_own

LONGEST_LINE: Final = 4 << 20
MOST_UNREAD: Final = 8 << 20
"""Of what a client has not read; one that reads nothing is hung up on."""
_log = logging.getLogger(__name__)


class Listener(Protocol):
    """Who is told of connections."""

    def opened(self, connection: Connection) -> None: ...

    def asked(self, connection: Connection, question: Question) -> None: ...

    def closed(self, connection: Connection) -> None: ...


class Connection(asyncio.Protocol):
    """One client. `number` is unlike any other's of this daemon."""

    _numbers = itertools.count(1)

    def __init__(self, listener: Listener) -> None:
        self._listener = listener
        self._transport: asyncio.Transport | None = None
        self._rest = b""
        self.number = next(self._numbers)

    def say(self, answer: Answer) -> None:
        """Nothing is heard any more where the client has gone."""
        transport = self._transport
        if transport is None or transport.is_closing():
            return
        if transport.get_write_buffer_size() > MOST_UNREAD:
            _log.warning("a client reads nothing; hung up")
            transport.abort()
            return
        transport.write(encode(answer) + b"\n")

    def hang_up(self) -> None:
        """After what was said has gone out."""
        if self._transport is not None:
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]  # a stream transport, since this is a stream protocol
        if not is_own(transport.get_extra_info("socket")):
            _log.warning("another user's process was turned away")
            self._transport.abort()  # type: ignore[union-attr]  # set just now
            self._transport = None
            return
        self._listener.opened(self)

    def data_received(self, data: bytes) -> None:
        if self._transport is None:
            return
        *lines, self._rest = (self._rest + data).split(b"\n")
        try:
            if len(self._rest) > LONGEST_LINE:
                raise msgspec.DecodeError("the line is too long")
            for line in lines:
                self._listener.asked(self, question_of(line))
        except msgspec.DecodeError as error:
            _log.warning("a client said what is no question: %s", error)
            self._transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        if self._transport is not None:
            self._transport = None
            self._listener.closed(self)


def _unlinked(path: Path) -> Path:
    with contextlib.suppress(FileNotFoundError):
        path.unlink()
    return path


async def listening(path: Path, listener: Callable[[], Listener]) -> asyncio.Server:
    """Listen there, in the place of whoever did before. Only who holds the daemon's lock may call it."""
    place = str(_unlinked(path))
    mask = os.umask(0o177)
    try:
        return await asyncio.get_running_loop().create_unix_server(lambda: Connection(listener()), place)
    finally:
        os.umask(mask)
