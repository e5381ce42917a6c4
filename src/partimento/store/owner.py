"""Which process put money aside, and whether it still lives. Knows how systems tell; leaves what follows to the store.

A process number alone is given out again, so an owner is host, process and the moment the process started.
"""

from __future__ import annotations

import os
import socket
import subprocess
from functools import cache
from itertools import count
from pathlib import Path

_PROC = Path("/proc")
_numbers = count()


def this_process() -> str:
    """This process, as a text that no other process ever has."""
    pid = os.getpid()
    return f"{_host()}/{pid}/{_started(pid)}"


def new_lease(owner: str) -> str:
    """The name of one of a process's leases: no other has it, of this process or any other."""
    return f"{owner}#{next(_numbers)}"


def may_live(owner: str) -> bool:
    """Whether that process, or the one whose lease this is, may still be running. Of another machine's it cannot be
    told, so it may.
    """
    host, _, process = owner.partition("#")[0].partition("/")
    pid, _, started = process.partition("/")
    if host != _host() or not pid.isdigit():
        return host != _host()
    return _started(int(pid)) == started


@cache
def _host() -> str:
    """The machine; containers that see different processes count as different machines."""
    try:
        seen = str((_PROC / "self/ns/pid").readlink()).strip("pid:[]")
    except OSError:
        return socket.gethostname()
    return f"{socket.gethostname()}:{seen}"


def _started(pid: int) -> str:
    """When a process started, in its system's own words; "" if there is none."""
    if (_PROC / "self").exists():
        try:
            stat = (_PROC / str(pid) / "stat").read_text()
            boot = (_PROC / "sys/kernel/random/boot_id").read_text()[:8]
        except OSError:
            return ""
        fields = stat.rpartition(")")[2].split()  # the name before may hold blanks and brackets
        return "" if fields[0] in "ZX" else f"{boot}-{fields[19]}"  # state; field 22 of the whole line
    listed = subprocess.run(  # noqa: S603  # a fixed program, and a number as its argument
        ["/bin/ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return "-".join(listed.stdout.split())
