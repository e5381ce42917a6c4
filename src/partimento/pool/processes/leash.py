"""Starts a program that is not ours so that it ends with the daemon that started it. Knows processes only, and stands
alone: it is run as a file by a bare interpreter, so that it costs milliseconds.

    leash.py exec PARENT PROGRAM ARGUMENT…   Linux: the kernel kills it with its parent; the program takes this process
    leash.py hold PARENT PROGRAM ARGUMENT…   elsewhere: this process stays, and ends it at the end of standard input
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence

GRACE_S = 1.0
_PR_SET_PDEATHSIG = 1
_STDIN = 0


def leashed(argv: Sequence[str], *, hold: bool = sys.platform != "linux") -> list[str]:
    """The command that runs `argv` on a leash held by this process."""
    way = "hold" if hold else "exec"
    return [sys.executable, "-I", "-S", __file__, way, str(os.getpid()), *argv]


def main(arguments: list[str]) -> None:
    way, parent, *argv = arguments
    try:
        if way == "exec":
            run_in_place(int(parent), argv)
        else:
            sys.exit(hold(argv))
    except OSError as error:
        sys.exit(f"cannot run {argv[0]}: {error.strerror or error}")


def run_in_place(parent: int, argv: list[str]) -> None:
    import ctypes

    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:  # it died before the kernel knew
        sys.exit("the process that started this one is gone")
    os.execvp(argv[0], argv)  # noqa: S606  # the engine's own program, with no shell


def hold(argv: list[str]) -> int:
    """The program's exit code; its signals are told as a shell tells them."""
    held = subprocess.Popen(argv, stdin=subprocess.DEVNULL)  # noqa: S603
    signal.signal(signal.SIGTERM, lambda *_: held.terminate())
    threading.Thread(target=_watch, args=(held,), daemon=True).start()
    code = held.wait()
    return code if code >= 0 else 128 - code


def _watch(held: subprocess.Popen[bytes]) -> None:
    while os.read(_STDIN, 4096):
        pass
    held.terminate()
    time.sleep(GRACE_S)
    held.kill()


if __name__ == "__main__":
    main(sys.argv[1:])
