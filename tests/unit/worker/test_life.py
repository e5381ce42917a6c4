"""A child ends with its parent, on request, and with a reason: proven on processes of their own."""

from __future__ import annotations

import os
import select
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from partimento.core.local import Door, Files, Heard, Plan
from partimento.worker.progress import hear
from partimento.worker.start import launch

LIVES = """
import time
from partimento.worker.life import live_with_parent
live_with_parent()
print("alive", flush=True)
time.sleep(60)
"""
PARENT = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", sys.argv[1]], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
child.stdout.readline()
print(child.pid, flush=True)
time.sleep(60)
"""


def _started(program: str, *arguments: str, **environ: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", program, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        env={**os.environ, **environ},
    )  # fmt: skip


def _close(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate()


def test_a_child_ends_when_its_standard_input_does() -> None:
    child = _started(LIVES)
    try:
        assert child.stdout is not None
        assert child.stdin is not None
        assert child.stdout.readline() == "alive\n"
        child.stdin.close()
        child.wait(timeout=30)
    finally:
        child.stdin = None
        _close(child)


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's word at a parent's death is Linux's")
def test_a_child_ends_when_its_parent_is_killed() -> None:
    parent = _started(PARENT, LIVES)
    try:
        assert parent.stdout is not None
        watched = os.pidfd_open(int(parent.stdout.readline()))
        parent.kill()
        ended, _, _ = select.select([watched], [], [], 30)
        assert ended
        os.close(watched)
    finally:
        _close(parent)


def test_an_end_tells_its_reason() -> None:
    child = _started("from partimento.worker.life import end; end('no room', out_of_memory=True)")
    told, _ = child.communicate(timeout=30)
    assert child.returncode == 1
    assert hear(told) == Heard(reason="no room", out_of_memory=True)


@pytest.mark.skipif(sys.platform != "linux", reason="the limit is Linux's")
def test_a_child_that_takes_more_than_its_limit_fails_alone() -> None:
    program = """
from partimento.worker.life import hold_to
hold_to(64 << 20)
kept = [bytearray(8 << 20) for _ in range(4)]
try:
    bytearray(256 << 20)
except MemoryError:
    print("held")
"""
    child = _started(program)
    assert child.communicate(timeout=30)[0] == "held\n"


@pytest.mark.parametrize("line", ["", "loading…", "{broken", "[1]", '{"fraction": "half"}'])
def test_what_a_library_prints_is_no_progress(line: str) -> None:
    assert hear(line) is None


def test_progress_goes_through_a_line() -> None:
    child = _started(
        "from partimento.core.local import Heard\nfrom partimento.worker.progress import tell\n"
        "tell(Heard(stage='weights', fraction=0.5, buffer_bytes=7))"
    )
    assert hear(child.communicate(timeout=30)[0]) == Heard(stage="weights", fraction=0.5, buffer_bytes=7)


def test_a_child_is_told_its_plan_and_its_secret_is_in_no_list_of_processes() -> None:
    plan = Plan(model="little", files=Files("/a", "mlx"), context=256, slots=2, options={"queue": "3"})
    started = launch("some.module", plan, Door(4711, "a secret"), {"OMP_NUM_THREADS": "1"})
    assert not any("a secret" in word for word in started.argv)
    program = "from partimento.worker.start import told; import os; print(told(), 'a secret' in str(os.environ))"
    child = _started(program, **started.environment)
    said = child.communicate(timeout=30)[0]
    assert "'queue': '3'" in said
    assert "port=4711, secret='a secret'" in said
    assert said.endswith("False\n")


def test_a_taken_port_is_a_reason_to_end(tmp_path: Path) -> None:
    program = """
import sys
from partimento.core.local import Door
from partimento.worker.serve import serve
serve("little", Door(int(sys.argv[1]), "x"), None)
"""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        child = _started(program, str(taken.getsockname()[1]))
        heard = hear(child.communicate(timeout=30)[0])
    assert child.returncode == 1
    assert heard is not None
    assert "cannot listen" in heard.reason


def test_a_door_ends_well_when_it_is_told_to() -> None:
    program = """
import sys
from partimento.core.local import Door
from partimento.worker.serve import serve
serve("little", Door(int(sys.argv[1]), "x"), None)
"""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    child = _started(program, str(port))
    try:
        _reached(port)
        child.send_signal(signal.SIGTERM)
        assert child.wait(timeout=30) == 0
    finally:
        _close(child)


def _reached(port: int) -> None:
    for _ in range(3000):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.01)
        else:
            return
    raise AssertionError("it never listened")
