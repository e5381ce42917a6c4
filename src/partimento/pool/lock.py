"""One daemon a folder: where it listens, and the locks that see to there being one. Knows files and folders; leaves
what is said to `door` and `line`.

Locks are the kernel's (flock): they go with the process that holds them, however it ends.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
from pathlib import Path
from typing import Final

from partimento.core.errors import NotConfigured

LONGEST_SOCKET: Final = 100
"""Bytes of a socket's path: the kernels take 104 (macOS) and 108 (Linux)."""
SOCKET: Final = "pool.sock"
DAEMON_LOCK: Final = "pool.lock"
_OURS: Final = re.compile(r"(pool|start)\.(sock|lock|log(\.\d+)?)|\.?measured\.json.*|children|[0-9a-f]{24}\.sock")


class Lock:
    """A file that one process at a time can hold."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: int | None = None

    def taken(self) -> bool:
        """Take it, if nobody has it; whether it is ours now."""
        import fcntl

        if self._file is not None:
            return True
        file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(file)
            return False
        except OSError:
            os.close(file)
            raise
        os.ftruncate(file, 0)
        os.pwrite(file, str(os.getpid()).encode(), 0)
        self._file = file
        return True

    def give_back(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None


def daemon_lock(folder: Path) -> Lock:
    """Held by the daemon as long as it lives."""
    return Lock(folder / DAEMON_LOCK)


def holder(folder: Path) -> int:
    """The process that holds the daemon's lock; 0: none does."""
    lock = daemon_lock(folder)
    try:
        if lock.taken():
            lock.give_back()
            return 0
        return int((folder / DAEMON_LOCK).read_text() or 0)
    except (OSError, ValueError):
        return 0


def start_lock(folder: Path) -> Lock:
    """Held by the client that starts a daemon, until that answers."""
    return Lock(folder / "start.lock")


def own_folder(folder: Path) -> Path:
    """The folder, made if need be, for this user alone. Raises NotConfigured."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = folder.stat()
        if found.st_uid != os.getuid():
            raise NotConfigured(
                f"the pool cannot use {folder}", why="it belongs to another user", mend="set pool_folder to your own"
            )
        if stat.S_IMODE(found.st_mode) & 0o077:
            if not all(_OURS.fullmatch(entry.name) for entry in folder.iterdir()):
                raise NotConfigured(
                    f"the pool cannot use {folder}",
                    why="others may read it, and there are other things in it",
                    mend="set pool_folder to a folder of its own",
                )
            folder.chmod(0o700)
    except OSError as error:
        raise NotConfigured(
            f"the pool cannot use {folder}", why=str(error), mend="set pool_folder to one that can be written"
        ) from error
    return folder


def socket_path(folder: Path) -> Path:
    """Where the daemon of this folder listens: in the folder, or where that is too deep, in a short one of this user's
    that all his programs find without asking the environment. Raises NotConfigured where that is another's."""
    path = folder.absolute() / SOCKET
    if len(os.fsencode(path)) <= LONGEST_SOCKET:
        return path
    runtime = Path("/run/user") / str(os.getuid())
    short = runtime / "partimento" if _is_own(runtime) else Path("/tmp") / f"partimento-{os.getuid()}"  # noqa: S108
    if short.is_symlink():
        raise NotConfigured(f"the pool cannot use {short}", why="it leads elsewhere", mend=f"rm {short}")
    name = hashlib.sha256(os.fsencode(folder.resolve())).hexdigest()[:24]
    return own_folder(short) / f"{name}.sock"


def _is_own(folder: Path) -> bool:
    try:
        return folder.is_dir() and folder.stat().st_uid == os.getuid() and os.access(folder, os.W_OK)
    except OSError:
        return False
