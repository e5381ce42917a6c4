"""A local engine's child, started as the pool would start it, and a plain way to talk to it. Knows no test."""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from msgspec import Struct

from partimento.core.local import Door, Heard, LocalEngine, Plan

SECRET = "of this test"
LOADING_S = 120


class Told(Struct, frozen=True):
    """A reply."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def choice(self) -> Any:
        return self.json["choices"][0]

    @property
    def text(self) -> str:
        """What a chat completion says, whole or streamed."""
        if not self.headers["content-type"].startswith("text/event-stream"):
            return self.choice["message"]["content"] or ""
        deltas = (event["choices"][0]["delta"] for event in self.events if event["choices"])
        return "".join(delta.get("content") or "" for delta in deltas)

    @property
    def events(self) -> list[Any]:
        """The data of server-sent events that is JSON."""
        data = [line.removeprefix(b"data: ") for line in self.body.split(b"\n\n") if line.startswith(b"data: {")]
        return [json.loads(one) for one in data]


class Child:
    """A running child. `lines` is what it has printed so far, `heard` what its engine takes from that."""

    def __init__(self, engine: LocalEngine, plan: Plan) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.door = Door(free.getsockname()[1], SECRET)
        self.plan = plan
        self.lines: list[str] = []
        self._engine = engine
        launch = engine.launch(plan, self.door)
        self.process = subprocess.Popen(
            launch.argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            env={**os.environ, **launch.environment},
        )  # fmt: skip
        self._reading = threading.Thread(target=self._read)
        self._reading.start()

    @property
    def heard(self) -> list[Heard]:
        return [heard for line in list(self.lines) if (heard := self._engine.heard(line)) is not None]

    def ready(self) -> Child:
        """The same, once it answers; AssertionError where it ends instead."""
        until = time.monotonic() + LOADING_S
        while self.process.poll() is None and time.monotonic() < until:
            try:
                if self.send("GET", "/health").status == 200:
                    return self
            except OSError:
                pass
            time.sleep(0.02)
        raise AssertionError(f"it does not answer: {''.join(self.lines)}")

    def ended(self) -> int:
        """Its exit code, when it has ended."""
        code = self.process.wait(timeout=LOADING_S)
        self._reading.join()
        return code

    def send(self, method: str, path: str, body: Any = None, secret: str = SECRET) -> Told:
        connection = http.client.HTTPConnection("127.0.0.1", self.door.port, timeout=LOADING_S)
        try:
            content = None if body is None else json.dumps(body).encode()
            connection.request(method, path, content, {"authorization": f"Bearer {secret}"})
            reply = connection.getresponse()
            return Told(reply.status, {name.lower(): value for name, value in reply.getheaders()}, reply.read())
        finally:
            connection.close()

    def chat(self, said: str | list[Any], **fields: Any) -> Told:
        """One turn, or messages; greedy unless `fields` say otherwise."""
        messages = [{"role": "user", "content": said}] if isinstance(said, str) else said
        return self.send("POST", "/v1/chat/completions", {"messages": messages, "temperature": 0, **fields})

    def begun(self, said: str, **fields: Any) -> http.client.HTTPConnection:
        """A streamed turn whose first piece has come; closing the connection is to go away."""
        connection = http.client.HTTPConnection("127.0.0.1", self.door.port, timeout=LOADING_S)
        body = {"messages": [{"role": "user", "content": said}], "temperature": 0, "stream": True, **fields}
        headers = {"authorization": f"Bearer {SECRET}"}
        connection.request("POST", "/v1/chat/completions", json.dumps(body).encode(), headers)
        reply = connection.getresponse()
        assert reply.status == 200
        assert reply.readline().startswith(b"data: ")
        return connection

    def busy(self) -> int:
        """How many slots are at work."""
        return sum(slot["is_processing"] for slot in self.send("GET", "/slots").json)

    def until_busy(self, slots: int) -> None:
        """Wait until so many slots are at work."""
        until = time.monotonic() + LOADING_S
        while self.busy() != slots:
            assert time.monotonic() < until, f"{self.busy()} slots are at work"
            time.sleep(0.01)

    def end(self) -> None:
        """End it, kindly where that helps."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self._reading.join()

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout:
            for line in self.process.stdout:
                self.lines.append(line)


@contextmanager
def living(engine: LocalEngine, plan: Plan) -> Iterator[Child]:
    """A child of that engine, from its start to the end of the block; ask `ready` before it is talked to."""
    child = Child(engine, plan)
    try:
        yield child
    finally:
        child.end()
