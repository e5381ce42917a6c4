"""How a child ended is told in words that help."""

from __future__ import annotations

import signal

import pytest

from partimento.core.local import Heard
from partimento.pool.processes.exits import ending, says_port_is_taken


@pytest.mark.parametrize(
    ("code", "tail", "words"),
    [
        (1, ["loading", "no such tensor"], "it ended with exit code 1: no such tensor"),
        (1, ['{"stage":"weights"}'], "it ended with exit code 1"),
        (0, [], "it ended with exit code 0"),
        (-signal.SIGSEGV, ["ggml"], "it crashed on a bad memory access (SIGSEGV): ggml"),
        (-signal.SIGILL, [], "it uses instructions this processor lacks (SIGILL)"),
        (-signal.SIGTERM, [], "it was ended by SIGTERM"),
        (-200, [], "it was ended by signal 200"),
    ],
)
def test_an_exit_code_becomes_words_with_the_last_line(code: int, tail: list[str], words: str) -> None:
    assert ending(code, [], tail, asked=False, killed=False).reason == words


def test_a_long_last_line_is_cut() -> None:
    assert len(ending(1, [], ["x" * 5000], asked=False, killed=False).reason) < 400


def test_what_the_child_said_itself_counts_most() -> None:
    heard = [Heard(reason="the file is cut"), Heard(stage="weights")]
    assert ending(1, heard, ["Traceback"], asked=False, killed=False).reason == "the file is cut"


def test_a_kill_that_was_not_ours_is_taken_for_want_of_memory() -> None:
    assert ending(-signal.SIGKILL, [], [], asked=False, killed=False).out_of_memory
    assert ending(-signal.SIGKILL, [], [], asked=False, killed=False, system_killed=True).out_of_memory
    assert not ending(-signal.SIGKILL, [], [], asked=False, killed=False, system_killed=False).out_of_memory
    assert not ending(-signal.SIGKILL, [], [], asked=True, killed=True).out_of_memory
    assert ending(1, [Heard(out_of_memory=True)], [], asked=False, killed=False).out_of_memory


@pytest.mark.parametrize("code", [0, -signal.SIGTERM])
def test_an_end_that_was_asked_for_is_no_failure(code: int) -> None:
    assert ending(code, [], ["bye"], asked=True, killed=False).reason == "it ended as asked"


@pytest.mark.parametrize(
    "line",
    [
        "OSError: [Errno 98] Address already in use",
        "main: couldn't bind HTTP server socket, hostname: 127.0.0.1, port: 8080",
        "cannot listen on 127.0.0.1:4000: Address already in use",
    ],
)
def test_a_taken_port_is_recognised(line: str) -> None:
    assert says_port_is_taken([line], [])
    assert says_port_is_taken([], [Heard(reason=line)])
    assert not says_port_is_taken(["the file is cut"], [Heard(reason="no such tensor")])
