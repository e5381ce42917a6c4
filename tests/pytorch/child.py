"""A child of the engine, started and asked as the pool and its clients do."""

from __future__ import annotations

import base64
import http.client
import json
import os
import secrets
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from partimento.core.local import Adapter, Door, Files, Heard, Plan
from partimento.engines.transformers import local_engine

PATIENCE_S = 180.0


class Child:
    def __init__(self, plan: Plan) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.door = Door(free.getsockname()[1], secrets.token_hex(8))
        launch = local_engine.launch(plan, self.door)
        self.process = subprocess.Popen(
            launch.argv,
            env={**os.environ, **launch.environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.heard: list[Heard] = []
        self._reader = threading.Thread(target=self._listen)
        self._reader.start()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            heard = local_engine.heard(line)
            if heard is not None:
                self.heard.append(heard)

    def ready(self) -> Child:
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            if self.process.poll() is not None:
                raise RuntimeError(f"it has ended: {self.heard[-1:]}")
            try:
                if self.ask("GET", "/health")[0] == 200:
                    return self
            except OSError:
                pass
            time.sleep(0.05)
        raise TimeoutError("it does not get ready")

    def ask(self, method: str, path: str, body: Any = None, secret: str | None = None) -> tuple[int, Any]:
        status, text = self.raw(method, path, body, secret)
        return status, json.loads(text)

    def raw(self, method: str, path: str, body: Any = None, secret: str | None = None) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.door.port, timeout=PATIENCE_S)
        told = {"authorization": f"Bearer {self.door.secret if secret is None else secret}"}
        try:
            connection.request(method, path, None if body is None else json.dumps(body), told)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def chat(self, content: Any, **more: Any) -> Any:
        """The answer's body; greedy and short unless said otherwise."""
        body = {"messages": [{"role": "user", "content": content}], "temperature": 0, "max_tokens": 16} | more
        status, answer = self.ask("POST", "/v1/chat/completions", body)
        assert status == 200, answer
        return answer

    def text(self, content: Any, **more: Any) -> str:
        found: str = self.chat(content, **more)["choices"][0]["message"]["content"]
        return found

    def end(self) -> int:
        assert self.process.stdin is not None
        self.process.stdin.close()
        try:
            return self.process.wait(20)
        finally:
            if self.process.poll() is None:
                self.process.kill()
            self._reader.join()


@contextmanager
def child(folder: Path, **more: Any) -> Iterator[Child]:
    adapters = tuple(Adapter(name, str(path)) for name, path in more.pop("adapters", {}).items())
    plan: dict[str, Any] = {"model": "tried", "context": 512, "slots": 4, "options": {"dtype": "fp32"}} | more
    one = Child(Plan(files=Files(str(folder), "safetensors", adapters=adapters), **plan))
    try:
        yield one.ready()
    finally:
        one.end()


def image(data: bytes) -> dict[str, Any]:
    return {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{base64.b64encode(data).decode()}"}}


def audio(data: bytes) -> dict[str, Any]:
    return {"type": "input_audio", "input_audio": {"data": base64.b64encode(data).decode(), "format": "wav"}}


def words(text: str) -> dict[str, Any]:
    return {"type": "text", "text": text}
