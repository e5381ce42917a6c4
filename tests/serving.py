"""`partimento serve` as a process of its own, and a plain way to talk to it. Knows no test."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from msgspec import Struct


class Answer(Struct, frozen=True):
    """A reply: header names in lower case, the body as it came."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def events(self) -> list[Any]:
        """The data of server-sent events, decoded where it is JSON."""
        data = [line.removeprefix(b"data: ") for line in self.body.split(b"\n") if line.startswith(b"data: ")]
        return [json.loads(one) if one.startswith(b"{") else one.decode() for one in data]


class Served:
    """A running server. `process` may be killed; `folder` holds its settings and data."""

    def __init__(self, url: str, process: subprocess.Popen[str], folder: Path) -> None:
        self.url, self.process, self.folder = url, process, folder
        self.address = urlsplit(url).netloc

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """One request; bytes go as they are, anything else as JSON. `x_api_key="…"` becomes x-api-key."""
        connection = http.client.HTTPConnection(self.address, timeout=30)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if body is not None:
            named = {"content-type": "application/json", **named}
        try:
            content = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
            connection.request(method, path, content, named)
            reply = connection.getresponse()
            return Answer(reply.status, {name.lower(): value for name, value in reply.getheaders()}, reply.read())
        finally:
            connection.close()

    def post(self, path: str, body: Any, **headers: str) -> Answer:
        return self.send("POST", path, body, **headers)

    def get(self, path: str, **headers: str) -> Answer:
        return self.send("GET", path, **headers)

    def stop(self) -> int:
        """SIGTERM, and its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=40)


def settings_for(base_url: str = "", **more: Any) -> str:
    """A partimento.toml with one model at that URL, where there is one."""
    lines = [f"{name} = {json.dumps(value)}" for name, value in more.items()]
    if base_url:
        lines += ["[[models]]", 'id = "little"', f'base_url = "{base_url}"', 'upstream = "little"', 'tier = "small"']
        lines += ["reach = 6"]
    return "\n".join(lines) + "\n"


@contextmanager
def serving(folder: Path, settings: str = "", *options: str, **environ: str) -> Iterator[Served]:
    """A server on a free port with these settings, until the block ends."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "partimento.toml").write_text(f'data_folder = "{folder / "data"}"\n{settings}')
    command = [sys.executable, "-m", "partimento", "serve", "--port", "0", "--json", *options]
    process = subprocess.Popen(
        command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, **environ}
    )
    assert process.stdout is not None
    assert process.stderr is not None
    try:
        told = process.stdout.readline()
        assert told, process.stderr.read()
        yield Served(json.loads(told)["url"], process, folder)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(timeout=40)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        process.stdout.close()
        process.stderr.close()
