"""`compose --open`: the piece in the browser, by the server that runs or by one that the command starts."""

from __future__ import annotations

import json
import os
import queue
import signal
import socket
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from serving import serving

COMPOSE = ("compose", "gospel", "slow worship ballad", "--key", "Ab", "--bars", "8", "--seed", "7", "--open")
PATIENCE_S = 60


class Browser:
    """A program that tells this test which address it was given."""

    def __init__(self, folder: Path) -> None:
        self._pipe, self._told = folder / "opened", queue.Queue[str]()
        os.mkfifo(self._pipe)
        script = folder / "browser"
        script.write_text(f'#!/bin/sh\nprintf "%s" "$1" > "{self._pipe}"\n')
        script.chmod(script.stat().st_mode | stat.S_IXUSR)
        self.setting = f"{script} %s"
        threading.Thread(target=lambda: self._told.put(self._pipe.read_text()), daemon=True).start()

    def opened(self) -> str:
        return self._told.get(timeout=PATIENCE_S)

    def close(self) -> None:
        """Let go who still waits to be told."""
        with suppress(OSError):  # nobody waits
            os.close(os.open(self._pipe, os.O_WRONLY | os.O_NONBLOCK))


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Browser]:
    folder = tmp_path / "browser"
    folder.mkdir()
    one = Browser(folder)
    yield one
    one.close()


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def environ(port: int, browser: str) -> dict[str, str]:
    return {**os.environ, "PARTIMENTO_PORT": str(port), "BROWSER": browser}


@contextmanager
def composing(folder: Path, port: int, browser: str, *more: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "partimento", *COMPOSE, *more]
    process = subprocess.Popen(
        command, cwd=folder, env=environ(port, browser), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def test_the_server_that_runs_shows_the_piece(tmp_path: Path, browser: Browser) -> None:
    with serving(tmp_path / "house") as served:
        port = int(served.address.rpartition(":")[2])
        with composing(served.folder, port, browser.setting, "--json") as process:
            out, told = process.communicate(timeout=PATIENCE_S)
        memory_id = json.loads(out)["receipt"]["memory_id"]
        assert browser.opened() == f"{served.url}/items/{memory_id}"
        assert f"opened {served.url}/items/{memory_id}" in told
        assert process.returncode == 0
        assert served.get(f"/items/{memory_id}").status == 200


def test_without_a_server_it_serves_the_piece_until_it_is_told_to_stop(tmp_path: Path, browser: Browser) -> None:
    (tmp_path / "partimento.toml").write_text(f'data_folder = "{tmp_path / "data"}"\n')
    port = free_port()
    with composing(tmp_path, port, browser.setting, "--json") as process:
        assert process.stdout is not None
        memory_id = json.loads(process.stdout.readline())["receipt"]["memory_id"]
        assert browser.opened() == f"http://127.0.0.1:{port}/items/{memory_id}"
        process.send_signal(signal.SIGINT)
        rest, _ = process.communicate(timeout=PATIENCE_S)
    assert rest == ""
    assert process.returncode == 0


def test_where_no_browser_can_be_opened_the_address_is_told(tmp_path: Path) -> None:
    with serving(tmp_path / "house") as served:
        port = int(served.address.rpartition(":")[2])
        with composing(served.folder, port, "/nowhere/browser %s") as process:
            _, told = process.communicate(timeout=PATIENCE_S)
        assert f"no browser could be opened here; open {served.url}/items/" in told
        assert process.returncode == 0


def test_a_server_with_another_database_is_no_place_to_look(tmp_path: Path, browser: Browser) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "partimento.toml").write_text(f'data_folder = "{elsewhere / "data"}"\n')
    with serving(tmp_path / "house") as served:
        port = int(served.address.rpartition(":")[2])
        with composing(elsewhere, port, browser.setting) as process:
            _, told = process.communicate(timeout=PATIENCE_S)
    assert f"error: the server at http://127.0.0.1:{port} does not have it" in told
    assert process.returncode == 3


def test_another_program_at_the_address_is_left_alone(tmp_path: Path, browser: Browser) -> None:
    (tmp_path / "partimento.toml").write_text(f'data_folder = "{tmp_path / "data"}"\n')
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]

        def answer() -> None:
            while True:
                try:
                    caller, _ = other.accept()
                except OSError:
                    return
                with caller:
                    caller.recv(1000)
                    caller.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nhi")

        threading.Thread(target=answer, daemon=True).start()
        with composing(tmp_path, port, browser.setting) as process:
            _, told = process.communicate(timeout=PATIENCE_S)
        other.shutdown(socket.SHUT_RDWR)  # closing alone would leave the thread waiting
    assert f"error: another program answers at http://127.0.0.1:{port}" in told
    assert process.returncode == 3
