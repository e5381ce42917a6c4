"""A child's door on its port, from bind to end. Knows sockets, uvicorn and signals; leaves routes to `application`."""

from __future__ import annotations

import contextlib
import signal
import socket
from collections.abc import Iterator

import uvicorn

from partimento.core.local import Door
from partimento.worker.application import Application
from partimento.worker.life import end
from partimento.worker.ports import Generator

DRAIN_S = 2
"""For answers under way, when it is told to end."""
BACKLOG = 256


class _Server(uvicorn.Server):
    """Ends well when it is told to: uvicorn would give itself the same signal again, and die of it."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def serve(model: str, door: Door, generator: Generator) -> None:
    """Listen on loopback and answer until told to end; then the process ends. From the main thread; never returns."""
    config = uvicorn.Config(
        Application(model, door.secret, generator), http="httptools", ws="none", lifespan="off", log_config=None,
        log_level="error", access_log=False, server_header=False, date_header=False, proxy_headers=False,
        backlog=BACKLOG, timeout_graceful_shutdown=DRAIN_S, timeout_keep_alive=600,
    )  # fmt: skip
    server = _Server(config)
    for sign in (signal.SIGINT, signal.SIGTERM):  # before anybody can know that we are here
        signal.signal(sign, server.handle_exit)
    server.run(sockets=[_bound(door.port)])
    end()


def _bound(port: int) -> socket.socket:
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind(("127.0.0.1", port))
    except OSError as error:
        end(f"cannot listen on 127.0.0.1:{port}: {error.strerror or error}")
    listening.listen(BACKLOG)
    return listening
