"""How a process ended, in words. Pure: knows exit codes, signals and the last lines of an output."""

from __future__ import annotations

import re
import signal
from collections.abc import Iterable, Sequence
from typing import Final

from msgspec import Struct

from partimento.core.local import Heard

_TAKEN: Final = re.compile(
    r"address already in use|EADDRINUSE|cannot listen on|couldn.t bind|failed to bind|port \d+ is (?:taken|in use)",
    re.IGNORECASE,
)
_CRASHES: Final = {
    signal.SIGSEGV: "it crashed on a bad memory access",
    signal.SIGBUS: "it crashed on a bad memory access, or a file shrank under it",
    signal.SIGABRT: "it gave up on an inner error",
    signal.SIGILL: "it uses instructions this processor lacks",
    signal.SIGFPE: "it crashed in arithmetic",
}
_LONGEST: Final = 300


class Ending(Struct, frozen=True):
    """How a child ended."""

    reason: str
    out_of_memory: bool = False


def ending(
    code: int,
    heard: Iterable[Heard],
    tail: Sequence[str],
    *,
    asked: bool,
    killed: bool,
    system_killed: bool | None = None,
) -> Ending:
    """`code` as subprocess tells it, below 0 for a signal; `asked`, `killed`: whether we told it to end, or killed it;
    `system_killed`: whether the system has ended processes for want of memory meanwhile.

    A child that is killed, and not by us, is taken for one that the system ended, unless the system says it did not.
    """
    told = list(heard)
    out_of_memory = any(one.out_of_memory for one in told)
    said = next((one.reason for one in reversed(told) if one.reason), "")
    if said:
        return Ending(said, out_of_memory)
    if killed:
        return Ending("it did not end when asked to, and was killed", out_of_memory)
    if asked and code in (0, -signal.SIGTERM):
        return Ending("it ended as asked", out_of_memory)
    if code == -signal.SIGKILL and system_killed is False:
        return Ending("it was killed from outside (SIGKILL)", out_of_memory)
    if code == -signal.SIGKILL:
        return Ending("it was killed (SIGKILL), most likely by the system for want of memory", True)
    how = by_signal(-code) if code < 0 else f"it ended with exit code {code}"
    last = last_line(tail)
    return Ending(f"{how}: {last}" if last else how, out_of_memory)


def by_signal(number: int) -> str:
    """A signal in words."""
    try:
        named = signal.Signals(number)
    except ValueError:
        return f"it was ended by signal {number}"
    meaning = _CRASHES.get(named)
    return f"{meaning} ({named.name})" if meaning else f"it was ended by {named.name}"


def last_line(tail: Sequence[str]) -> str:
    """The last line that says something, shortened; progress lines of our own children say nothing here."""
    for line in reversed(tail):
        text = line.strip()
        if text and not text.startswith("{"):
            return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
    return ""


def says_port_is_taken(tail: Iterable[str], heard: Iterable[Heard]) -> bool:
    """Whether the child ended because somebody else listens there."""
    return any(_TAKEN.search(line) for line in (*tail, *(one.reason for one in heard)))
