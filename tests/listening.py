"""An ASGI application served in a thread of this process, for tests that put their own doors or patience into it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn

from partimento.server.connection import Connection, Patience


@contextmanager
def listening(application: Any, patience: Patience = Patience(), drain_s: int = 5) -> Iterator[str]:
    """The address of a server of that application, until the block ends."""

    class Patient(Connection):
        """With the patience of this test."""

    Patient.patience = patience
    config = uvicorn.Config(
        application, port=0, http=Patient, ws="none", log_config=None, log_level="critical", access_log=False,
        timeout_graceful_shutdown=drain_s,
    )  # fmt: skip
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started and thread.is_alive():
            time.sleep(0.005)
        host, port = server.servers[0].sockets[0].getsockname()
        yield f"{host}:{port}"
    finally:
        server.should_exit = True
        thread.join()
