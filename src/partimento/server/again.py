"""Requests that come again byte for byte are read, judged, fingerprinted once. Knows bytes and callers, no dialect."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from partimento.server.asked import Asked
from partimento.server.exchange import Ask

LONGEST = 32 * 1024
"""Bytes of a body worth keeping what it came to."""
MOST_KEPT, MOST_SEEN = 256, 4096
_HEADERS = (b"x-partimento-cache", b"x-partimento-privacy")


class Again:
    """For one door. A body seen for the second time is kept from then on, with what it was read as."""

    def __init__(self) -> None:
        self._seen: set[bytes] = set()
        self._kept: dict[Any, tuple[Any, Asked]] = {}

    def recall(self, ask: Ask) -> tuple[Any, Asked] | None:
        """What this very request was read as before: the door's own body, and what was asked."""
        return self._kept.get(_name(ask)) if len(ask.body) <= LONGEST else None

    def keep(self, ask: Ask, body: Any, wanted: Asked) -> Asked:
        """Remember it where it has come before; what is to be asked. Raises BadInput."""
        if len(ask.body) > LONGEST:
            return wanted
        name = _name(ask)
        if name[0] not in self._seen:
            if len(self._seen) >= MOST_SEEN:
                self._seen.clear()
            self._seen.add(name[0])
            return wanted
        if len(self._kept) >= MOST_KEPT:
            del self._kept[next(iter(self._kept))]
        ready = wanted.ready(ask)
        self._kept[name] = body, ready
        return ready


def _name(ask: Ask) -> tuple[Any, ...]:
    return (sha256(ask.body).digest(), ask.caller, ask.privacy, *(ask.raw_headers.get(name) for name in _HEADERS))
