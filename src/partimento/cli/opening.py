"""A page of ours in the browser, by the server that runs or by one started for it. Knows addresses and browsers."""

from __future__ import annotations

import http.client
import json
import threading
import time
import webbrowser
from typing import Final

import click

from partimento import environment
from partimento.core.errors import NotConfigured
from partimento.core.settings import Settings

_PATIENCE_S: Final = 30.0
_LOOK_S: Final = 2.0
_ANY: Final = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104
"""Where a server that listens everywhere is reached."""


def show(path: str) -> None:
    """Open a page: at once where our server runs, else as soon as the one started here listens; that one stays until
    Ctrl-C. Raises NotConfigured where another program has the address, or our server another database."""
    settings = environment.configured().settings
    address = _address(settings)
    status = _status(address, "/healthz")
    if status is None:
        _serve_and_open(settings, path)
        return
    if not _is_ours(address):
        raise NotConfigured(
            f"another program answers at http://{address}", why="the page is ours to serve", mend="set PARTIMENTO_PORT"
        )
    if _status(address, path) == 404:
        raise NotConfigured(
            f"the server at http://{address} does not have it",
            why="it keeps another database than this command",
            mend="run the command in the folder of that server, or set PARTIMENTO_PORT to start another",
        )
    _open(f"http://{address}{path}")


def _serve_and_open(settings: Settings, path: str) -> None:
    from partimento.server.serve import serve

    if settings.port == 0:
        raise NotConfigured(
            "the port is not known", why="the settings say 0: any that is free", mend="set PARTIMENTO_PORT"
        )
    address = _address(settings)
    threading.Thread(target=_open_when_there, args=(address, path), daemon=True).start()
    serve(settings)


def _open_when_there(address: str, path: str) -> None:
    end = time.monotonic() + _PATIENCE_S
    while time.monotonic() < end:
        if _is_ours(address):
            _open(f"http://{address}{path}")
            return
        time.sleep(0.1)


def _open(url: str) -> None:
    """In the browser; where there is none, the address is told."""
    try:
        opened = webbrowser.open(url)
    except webbrowser.Error:
        opened = False
    click.echo(f"opened {url}" if opened else f"no browser could be opened here; open {url}", err=True)


def _address(settings: Settings) -> str:
    host = _ANY.get(settings.host, settings.host)
    return f"[{host}]:{settings.port}" if ":" in host else f"{host}:{settings.port}"


def _is_ours(address: str) -> bool:
    """Whether it is our server that answers there."""
    told = _asked(address, "/healthz")
    if told is None or told[0] != 200:
        return False
    try:
        health = json.loads(told[1])
    except ValueError:
        return False
    return isinstance(health, dict) and {"status", "version"} <= health.keys()


def _status(address: str, path: str) -> int | None:
    told = _asked(address, path)
    return None if told is None else told[0]


def _asked(address: str, path: str) -> tuple[int, bytes] | None:
    """Status and body; None where nobody answers."""
    connection = http.client.HTTPConnection(address, timeout=_LOOK_S)
    try:
        connection.request("GET", path)
        reply = connection.getresponse()
        return reply.status, reply.read()
    except http.client.HTTPException:
        return 0, b""  # somebody does, who does not speak HTTP
    except OSError:
        return None
    finally:
        connection.close()
