"""Who is at the other end of a Unix socket, as the kernel tells it. Knows the two systems' ways; decides nothing."""

from __future__ import annotations

import os
import socket
import struct
import sys
from typing import Final

_SOL_LOCAL: Final = 0  # macOS: <sys/un.h>
_LOCAL_PEERCRED: Final = 1


def peer_uid(connected: socket.socket) -> int | None:
    """The user whose process is at the other end; None where the system does not tell."""
    try:
        if sys.platform == "linux":
            told = connected.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
            _, uid, _ = struct.unpack("3i", told)
        else:
            told = connected.getsockopt(_SOL_LOCAL, _LOCAL_PEERCRED, 76)  # struct xucred: version, uid, groups
            _, uid = struct.unpack_from("II", told)
        return int(uid)
    except (OSError, struct.error):
        return None


def is_own(connected: socket.socket) -> bool:
    """Whether the other end is this user's."""
    uid = peer_uid(connected)
    return uid is None or uid == os.getuid()
