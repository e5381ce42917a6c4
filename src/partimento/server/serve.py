"""Running the application: its parts wired together, uvicorn beneath, one process or several. Knows start and end."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import math
import os
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Any

import msgspec
import uvicorn
from uvicorn.supervisors import Multiprocess

from partimento import environment, plugins
from partimento.client import AsyncPartimento
from partimento.core.errors import NotConfigured
from partimento.core.settings import Settings
from partimento.ledger.accounts import KeyRing, list_keys
from partimento.ledger.rates import Rates
from partimento.ledger.retention import keep_house
from partimento.ledger.sessions import Sessions
from partimento.pipeline.generate import FREE_TEXT
from partimento.server import (
    anthropic,
    coach,
    curricula,
    embeddings,
    health,
    learners,
    library,
    listing,
    memory,
    models,
    native,
    ollama,
    openai,
    openapi,
    responses,
    speech,
)
from partimento.server.app import Application
from partimento.server.auth import Entrance
from partimento.server.connection import Connection
from partimento.server.counters import folder_of as counts_of
from partimento.server.counters import make_folder
from partimento.server.exchange import Door
from partimento.server.guard import guard_of
from partimento.server.logs import opened as opened_log
from partimento.server.metrics import Counted, Metrics, door_of
from partimento.server.pages import page_doors
from partimento.server.types import make_ready
from partimento.server.watch import Watch
from partimento.store.opening import open_store
from partimento.wire.http import is_loopback

if TYPE_CHECKING:
    from partimento.server.otel import Traces

BACKLOG = 2048
OTEL_ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
_log = logging.getLogger(__name__)


def every_door(metrics: Metrics) -> tuple[Door, ...]:
    """All doors of this server."""
    doors = (
        *openai.doors, *responses.doors, *anthropic.doors, *ollama.doors, *embeddings.doors, *speech.doors,
        *listing.doors, *models.doors, *native.doors, *coach.doors, native.rating_door(metrics), *library.doors,
        *learners.doors, *curricula.doors, *memory.doors, *health.doors, door_of(metrics),
    )  # fmt: skip
    return (*doors, openapi.door_of(doors), *page_doors())


def application() -> Application:
    """The application as the settings of this process's folder and environment have it; uvicorn's factory."""
    settings = environment.configured().settings
    make_ready()
    # of several processes each counts where all can read it; the one that started them made the folder
    folder = counts_of(environment.data_folder(settings), os.getppid()) if settings.workers > 1 else None
    metrics = Metrics(_structured(), folder)
    log = opened_log(settings)
    traces = opened_traces(settings)
    living = AsyncExitStack()
    if log is not None:
        living.callback(log.close)
    if traces is not None:
        living.push_async_callback(asyncio.to_thread, traces.close)

    async def open_client() -> tuple[AsyncPartimento, Entrance]:
        client = await living.enter_async_context(AsyncPartimento())
        engines = client.ports.engines if traces is None else traces.engines(client.ports.engines)
        client.ports = msgspec.structs.replace(client.ports, ledger=Counted(client.store, metrics), engines=engines)
        rates = Rates(client.store)
        living.push_async_callback(rates.close)
        living.callback(asyncio.create_task(keep_house(client.store, client.ports.clock, settings)).cancel)
        return client, Entrance(settings, KeyRing(client.store), rates, Sessions(client.store))

    doors = every_door(metrics)
    watch = Watch(metrics, log, traces)
    return Application(doors, guard_of(settings), settings.largest_request, open_client, living.aclose, watch)


def opened_traces(settings: Settings) -> Traces | None:
    """Traces, where they are wanted. Raises NotConfigured where the settings want them and the extra is missing."""
    wanted = settings.otel_endpoint or any(os.environ.get(name) for name in OTEL_ENDPOINTS)
    if not wanted or os.environ.get("OTEL_SDK_DISABLED", "").lower() == "true":
        return None
    try:
        from partimento.server.otel import exporting
    except ImportError as error:
        if settings.otel_endpoint:
            raise NotConfigured(
                "traces cannot be sent", why=str(error), mend="pip install 'partimento[otel]', or unset otel_endpoint"
            ) from error
        _log.warning("no traces are sent: OTEL_EXPORTER_OTLP_ENDPOINT is set, but the extra `otel` is not installed")
        return None
    return exporting(settings.otel_endpoint)


def _structured() -> frozenset[str]:
    """Tasks whose drafts must be JSON."""
    tasks = map(plugins.task, plugins.task_names())
    return frozenset(task.name for task in tasks if task.draft not in FREE_TEXT and task.name != "embedding")


class _Server(uvicorn.Server):
    """Ends well when it is told to end: uvicorn would give itself the same signal again, and die of it."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        before = {sign: signal.signal(sign, self.handle_exit) for sign in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for sign, handler in before.items():
                signal.signal(sign, handler)


def serve(settings: Settings, *, as_json: bool = False) -> None:
    """Listen and answer until told to stop; then let requests under way end. Raises NotConfigured.

    Says on stderr where it listens, or with `as_json` on stdout as {"url"}.
    """
    check_store(settings)
    listening = _bound(settings)
    alone = settings.workers == 1
    if not alone:
        make_folder(environment.data_folder(settings))
        opened_log(settings)
    served = application() if alone else None
    config = uvicorn.Config(
        served or "partimento.server.serve:application",
        factory=not alone,
        host=settings.host,
        port=settings.port,
        workers=settings.workers,
        http=Connection,
        ws="none",
        loop=_loop(),
        lifespan="on",
        log_config=None,
        log_level="critical" if alone else "error",
        access_log=False,
        server_header=False,
        date_header=False,
        proxy_headers=False,
        backlog=BACKLOG,
        timeout_graceful_shutdown=math.ceil(settings.drain_s),
    )
    host, port, *_ = listening.getsockname()
    url = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    if as_json:
        sys.stdout.write(f'{{"url": "{url}"}}\n')
        sys.stdout.flush()
    else:
        sys.stderr.write(f"Partimento answers at {url} (OpenAI clients: {url}/v1); stop it with Ctrl-C\n")
    try:
        if served is None:
            Multiprocess(config, [listening]).run()
        else:
            try:
                _Server(config).run(sockets=[listening])
            except SystemExit:  # how some versions of uvicorn take a start that failed
                if served.failure is None:
                    raise
            if served.failure is not None:
                raise served.failure
    finally:
        listening.close()


def check_store(settings: Settings) -> None:
    """Before anybody is told that we listen: the database opens, and beyond loopback there is a key to ask for.

    Raises StoreError, NotConfigured.
    """
    public = not is_loopback(f"http://{settings.host}") and not settings.basic_auth
    if not public and settings.workers == 1:
        return  # the one process opens it in a moment, and says what is wrong itself
    store = open_store(environment.database(settings), environment.SystemClock())
    try:
        keys = list_keys(store)
    finally:
        store.close()
    if public and not any(key.revoked_at is None for key in keys):
        raise NotConfigured(
            f"will not listen on {settings.host} without a key",
            why="anybody on the network could spend your money",
            mend="make one with `partimento keys create NAME`, or listen on 127.0.0.1",
        )


def _bound(settings: Settings) -> socket.socket:
    """The listening socket, made here so that a taken port is a clear error and port 0 can be told."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listening = socket.socket(family)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((settings.host, settings.port))
    except OSError as error:
        listening.close()
        raise NotConfigured(
            f"cannot listen on {settings.host}:{settings.port}",
            why=error.strerror or str(error),
            mend="choose another port with --port (0: any that is free)",
        ) from error
    listening.listen(BACKLOG)  # from here on clients wait instead of being refused
    listening.set_inheritable(True)
    return listening


def _loop() -> Any:
    with contextlib.suppress(ImportError):
        import uvloop  # noqa: F401

        return "uvloop"
    return "asyncio"
