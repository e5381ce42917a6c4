"""A process is heard line by line, and ends with all it has started; so does a program that is not ours."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from partimento.core.local import Launch
from partimento.pool.processes.leash import leashed
from partimento.pool.processes.process import LONGEST_LINE, TAIL_LINES, Process, free_port, is_taken, started
from pools import finished, gone, is_alive


async def _ended(program: str, lines: list[str]) -> tuple[int, Process]:
    process = await started(Launch((sys.executable, "-c", program)), lines.append)
    code = await process.ended
    await process.last_words()
    return code, process


def test_output_and_errors_come_line_by_line_and_the_last_are_kept() -> None:
    program = (
        "import sys; print('one\\rtwo'); [print(n) for n in range(60)]; sys.stdout.flush(); sys.exit('no newline')"
    )

    async def work() -> None:
        lines: list[str] = []
        code, process = await _ended(program, lines)
        assert code == 1
        assert lines[:3] == ["one", "two", "0"]
        assert lines[-1] == "no newline"
        assert len(process.tail) == TAIL_LINES

    finished(work())


def test_a_line_without_an_end_is_cut() -> None:
    async def work() -> None:
        lines: list[str] = []
        await _ended("import sys; sys.stdout.write('x' * 100_000)", lines)
        assert lines
        assert max(map(len, lines)) <= LONGEST_LINE

    finished(work())


def test_what_is_no_text_is_heard_all_the_same() -> None:
    async def work() -> None:
        lines: list[str] = []
        await _ended("import os; os.write(1, b'\\xff\\xfe ok\\n')", lines)
        assert lines == ["�� ok"]

    finished(work())


def test_what_a_child_has_started_goes_with_it(tmp_path: Path) -> None:
    sleeper = "import subprocess, sys; p = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']); "
    told = tmp_path / "pid"

    async def work() -> None:
        _, process = await _ended(sleeper + f"open({str(told)!r}, 'w').write(str(p.pid))", [])
        assert process.ended.result() == 0

    finished(work())
    assert gone(int(told.read_text()))


def test_a_program_that_is_not_there_is_told_by_name() -> None:
    async def work() -> None:
        lines: list[str] = []
        process = await started(Launch(("no-such-llama-server", "--port", "1")), lines.append)
        assert await process.ended == 1
        await process.last_words()
        assert lines == ["cannot run no-such-llama-server: No such file or directory"]

    finished(work())


PARENT = """
import subprocess, sys, time
from partimento.pool.processes.leash import leashed
child = subprocess.Popen(leashed(["sleep", "60"], hold=sys.argv[1] == "hold"), stdin=subprocess.PIPE)
print(child.pid, flush=True)
time.sleep(60)
"""


@pytest.mark.parametrize("way", ["exec", "hold"])
def test_a_program_on_a_leash_ends_with_a_parent_that_is_killed(way: str) -> None:
    parent = subprocess.Popen([sys.executable, "-c", PARENT, way], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    with parent.stdout:
        child = int(parent.stdout.readline())
    shown = _descendants(child, "sleep")
    assert shown
    parent.kill()
    parent.wait()
    assert all(gone(pid) for pid in (child, *shown))


def _descendants(pid: int, name: str) -> list[int]:
    """The process itself or its children, once one of them runs that program."""
    until_s = time.monotonic() + 10
    while time.monotonic() < until_s:
        try:
            process = psutil.Process(pid)
            found = [one.pid for one in (process, *process.children()) if one.name() == name]
        except psutil.NoSuchProcess:
            return []
        if found:
            return found
    return []


@pytest.mark.parametrize("hold", [False, True])
def test_a_program_on_a_leash_ends_when_it_is_asked_to(hold: bool) -> None:
    child = subprocess.Popen(leashed(["sleep", "60"], hold=hold), stdin=subprocess.PIPE)
    assert _descendants(child.pid, "sleep")
    child.send_signal(signal.SIGTERM)
    assert child.wait(5) in (-signal.SIGTERM, 128 + signal.SIGTERM)
    assert child.stdin is not None
    child.stdin.close()


def test_a_leash_whose_holder_has_gone_starts_nothing() -> None:
    command = leashed(["sleep", "60"], hold=False)
    command[command.index(str(os.getpid()))] = "1"
    done = subprocess.run(command, capture_output=True, text=True, timeout=10, stdin=subprocess.DEVNULL)
    assert done.returncode == 1
    assert "is gone" in done.stderr


def test_a_free_port_can_be_listened_on_and_a_taken_one_is_known() -> None:
    port = free_port()
    assert not is_taken(port)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()
        assert is_taken(port)


def test_a_killed_process_is_known_to_have_been_killed_by_us() -> None:
    async def work() -> None:
        process = await started(Launch((sys.executable, "-c", "import time; time.sleep(60)")), lambda _: None)
        process.kill()
        assert await process.ended == -signal.SIGKILL
        assert process.killed
        await process.last_words()
        process.terminate()
        assert not is_alive(process.pid)
        await asyncio.sleep(0)

    finished(work())
