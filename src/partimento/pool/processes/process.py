"""One child process: started in a group of its own, heard line by line, ended with its group. Knows processes; leaves
which one and when to `children`, and the words of an end to `exits`.

Start it from a thread that lives as long as the daemon (its event loop's): the kernel's "end with your parent" means
that thread.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable
from typing import Final

from partimento.core.local import Launch
from partimento.pool.processes.leash import leashed

TAIL_LINES: Final = 50
LONGEST_LINE: Final = 4096
LAST_WORDS_S: Final = 0.5
"""How long the output of an ended process is waited for."""
_BREAK: Final = re.compile(rb"[\r\n]+")
_QUIET: Final = {"OMP_WAIT_POLICY": "passive", "PYTHONUNBUFFERED": "1"}  # threads that spin starve their neighbours


class Process:
    """A started child. `ended` gives its exit code, below 0 for a signal."""

    def __init__(self, started: subprocess.Popen[bytes], told: Callable[[str], None]) -> None:
        self._started = started
        self._told = told
        self.pid = started.pid
        self.tail: deque[str] = deque(maxlen=TAIL_LINES)
        self.killed = False
        self._loop = asyncio.get_running_loop()
        self.ended: asyncio.Future[int] = self._loop.create_future()
        self._silent: asyncio.Future[None] = self._loop.create_future()
        self._output: asyncio.ReadTransport | None = None
        self._waiter = threading.Thread(target=self._wait, name=f"wait-{self.pid}", daemon=True)

    async def listen(self) -> None:
        """Hear its output from now on, and its end."""
        assert self._started.stdout is not None
        self._output, _ = await self._loop.connect_read_pipe(
            lambda: _Lines(self._line, self._silent), self._started.stdout
        )
        self._waiter.start()

    def terminate(self) -> None:
        """Ask it and its group to end."""
        self._signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it and its group now."""
        if not self.ended.done():
            self.killed = True
        self._signal(signal.SIGKILL)

    async def last_words(self) -> None:
        """Until its output has been heard to the end, or for a moment; then no more is heard."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LAST_WORDS_S):
                await asyncio.shield(self._silent)
        if self._output is not None:
            self._output.close()
        if self._started.stdin is not None:
            with contextlib.suppress(OSError):
                self._started.stdin.close()

    def _signal(self, sign: signal.Signals) -> None:
        if not self.ended.done():
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pid, sign)

    def _line(self, line: str) -> None:
        self.tail.append(line)
        self._told(line)

    def _wait(self) -> None:
        """In a thread of its own. What the child has started itself goes with it: before the system may give its
        number to another, where the system lets us look first."""
        if sys.platform == "linux":
            with contextlib.suppress(ChildProcessError):
                os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOWAIT)
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pid, signal.SIGKILL)
        code = self._started.wait()
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody is there to be told
            self._loop.call_soon_threadsafe(self._set_ended, code)

    def _set_ended(self, code: int) -> None:
        if not self.ended.done():
            self.ended.set_result(code)


class _Lines(asyncio.Protocol):
    """Cuts an output into lines, none of them endless."""

    def __init__(self, told: Callable[[str], None], silent: asyncio.Future[None]) -> None:
        self._told, self._silent = told, silent
        self._rest = b""

    def data_received(self, data: bytes) -> None:
        *lines, self._rest = _BREAK.split(self._rest + data)
        if len(self._rest) > LONGEST_LINE:
            lines.append(self._rest)
            self._rest = b""
        for line in lines:
            if line:
                self._told(line[:LONGEST_LINE].decode("utf-8", "replace"))

    def connection_lost(self, exc: Exception | None) -> None:
        if self._rest:
            self._told(self._rest[:LONGEST_LINE].decode("utf-8", "replace"))
            self._rest = b""
        if not self._silent.done():
            self._silent.set_result(None)


async def started(launch: Launch, told: Callable[[str], None]) -> Process:
    """Start it. Our own Python sees to its end itself; any other program is put on a leash. Raises OSError."""
    argv = list(launch.argv) if launch.argv[0] == sys.executable else leashed(launch.argv)
    process = Process(
        subprocess.Popen(  # noqa: S603, ASYNC220  # returns as soon as the program has been found
            argv,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env={**_QUIET, **os.environ, **launch.environment},
            start_new_session=True,
            bufsize=0,
        ),
        told,
    )
    await process.listen()
    return process


def free_port() -> int:
    """A port of loopback that nobody listens on now."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def is_taken(port: int) -> bool:
    """Whether somebody listens there."""
    with socket.socket() as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind(("127.0.0.1", port))
        except OSError:
            return True
        return False
