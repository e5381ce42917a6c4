"""Who may knock: host names, origins, the type of what is written. Pure; leaves who somebody is to `auth`.

A page in a browser can send requests to loopback, and can make its own host name point there; so being on loopback is
no proof of anything. What a browser cannot forge is the Host it asked and the Origin it comes from.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from msgspec import Struct

from partimento.core.errors import NotAllowed, WrongType
from partimento.core.settings import Settings
from partimento.wire.http import is_loopback

WRITES = ("POST", "PUT", "PATCH", "DELETE")


class Guard(Struct, frozen=True):
    """The host names and origins that are let in, besides loopback's; a listening address names itself."""

    hosts: frozenset[str]
    origins: frozenset[str]

    def check(self, headers: Mapping[bytes, bytes]) -> None:
        """Raises NotAllowed for a foreign host or origin."""
        host = headers.get(b"host", b"")
        if host not in _KNOWN and not self._is_ours(host.decode("latin-1")):
            raise NotAllowed(
                "this host name is not served",
                why="a request for a foreign name is how pages of other sites reach services on loopback",
                mend="call it by its own name, or add the name to allowed_hosts",
            )
        if (origin := headers.get(b"origin")) is not None:
            self._check_origin(origin.decode("latin-1"), host.decode("latin-1"))

    def check_type(self, method: str, headers: Mapping[bytes, bytes]) -> None:
        """Raises WrongType for a write that is not JSON; the web page's forms have a proof of their own."""
        if method in WRITES and not _is_json(headers):
            raise WrongType(
                "the content type is not JSON",
                why="forms of other sites can send anything else without asking",
                mend="send content-type: application/json",
            )

    def _is_ours(self, host: str) -> bool:
        """Whether the name is loopback's or listed; loopback names are remembered as they were written."""
        try:
            parts = urlsplit(f"//{host}")
            name = parts.hostname or ""
            whole = parts.netloc == host and parts.port != 0  # reading the port refuses what is no number
        except ValueError:  # brackets that do not close, a port that is no number
            return False
        if not (whole and name):
            return False
        if is_loopback(f"http://{host}"):
            if len(_KNOWN) < _MOST_KNOWN:
                _KNOWN.add(host.encode("latin-1"))
            return True
        return name in self.hosts

    def _check_origin(self, origin: str, host: str) -> None:
        try:
            same = bool(host) and urlsplit(origin).netloc == host
        except ValueError:
            same = False
        if not same and origin not in self.origins:
            raise NotAllowed(
                "requests from pages of this origin are refused",
                why=f"{origin[:200]} is not ours",
                mend="add it to allowed_origins if the page is yours",
            )


def guard_of(settings: Settings) -> Guard:
    """The guard of these settings."""
    listed = {name.lower() for name in settings.allowed_hosts}
    if settings.host not in ("", "0.0.0.0", "::"):  # noqa: S104  # these are addresses to listen on, nobody's name
        listed.add(settings.host.lower())
    return Guard(frozenset(listed), frozenset(settings.allowed_origins))


_KNOWN: set[bytes] = set()
_MOST_KNOWN = 64


def _is_json(headers: Mapping[bytes, bytes]) -> bool:
    kind = headers.get(b"content-type", b"")
    if kind == b"application/json":
        return True
    bare = kind.partition(b";")[0].strip().lower()
    empty = headers.get(b"content-length", b"0") == b"0" and b"transfer-encoding" not in headers
    return bare == b"application/json" or bare.endswith(b"+json") or (not bare and empty)
