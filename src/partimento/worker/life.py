"""How a child lives and dies: never longer than its parent, and with a reason given. Knows processes, no models.

Three ways to die, because each fails somewhere: the kernel's word when the parent dies (Linux), the end of
standard input (everywhere: it also ends when a parent is killed), and SIGTERM for those who ask.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import threading
import time
from pathlib import Path
from typing import NoReturn

from partimento.core.local import Heard
from partimento.worker.progress import tell

PR_SET_PDEATHSIG = 1
GRACE_S = 1.0
"""From the end of standard input to the end of the process, whatever it is at."""
_STDIN = 0


def live_with_parent() -> None:
    """End when the parent does. To be called first, from the main thread, before anything heavy is imported.

    The kernel means the parent's *thread* that started us: a pool must start children from one that lives as long as
    it does.
    """
    if sys.platform == "linux":
        _die_with(os.getppid())
    threading.Thread(target=_watch_stdin, name="stdin", daemon=True).start()


def hold_to(more_bytes: int) -> None:
    """Let this process take so much memory beyond what it has now; 0: no limit. Only on Linux.

    Limits RLIMIT_DATA, heap and private anonymous memory: RLIMIT_AS would count the whole address space, where weights
    mapped from a file, which the kernel can drop at any time, and addresses that allocators only reserve weigh as much
    as memory. A group of the kernel's would need rights that a user's program mostly lacks.
    """
    if more_bytes <= 0 or sys.platform != "linux":
        return
    import resource

    _, most = resource.getrlimit(resource.RLIMIT_DATA)
    wanted = _data_bytes() + more_bytes
    if most == resource.RLIM_INFINITY or wanted < most:
        resource.setrlimit(resource.RLIMIT_DATA, (wanted, most))


def left_bytes() -> int | None:
    """What `hold_to` leaves to be taken; None where there is no limit."""
    if sys.platform != "linux":
        return None
    import resource

    limit, _ = resource.getrlimit(resource.RLIMIT_DATA)
    return None if limit == resource.RLIM_INFINITY else max(limit - _data_bytes(), 0)


def end(reason: str = "", *, out_of_memory: bool = False) -> NoReturn:
    """End the process now, from any thread: with exit code 0, or with 1 after saying why. No destructor runs: those of
    accelerators' libraries hang or crash while another thread computes.
    """
    if reason:
        tell(Heard(reason=reason, out_of_memory=out_of_memory))
    sys.stderr.flush()
    os._exit(1 if reason else 0)


def _die_with(parent: int) -> None:
    """SIGKILL, since there is nothing to save: SIGTERM would wait for Python's turn, in the middle of a long load."""
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:  # it died before the kernel knew
        end("the process that started this one is gone")


def _watch_stdin() -> None:
    # not through sys.stdin: its lock, held here for ever, would block the interpreter's end
    try:
        while os.read(_STDIN, 4096):
            pass
    except OSError:
        pass  # closed counts as ended
    os.kill(os.getpid(), signal.SIGTERM)  # a clean end, where one is set up
    time.sleep(GRACE_S)
    end()


def _data_bytes() -> int:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmData:"):
            return int(line.split()[1]) * 1024
    return 0
