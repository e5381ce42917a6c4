"""The head of a request as bytes, and where it leads. Pure; leaves sockets to `direct`."""

from __future__ import annotations

from base64 import b64encode
from functools import lru_cache
from urllib.parse import quote, unquote, urlsplit

from msgspec import Struct

from partimento.wire.faults import unsendable
from partimento.wire.url import Headers, host_of

_AS_THEY_ARE = "/%:@!$&'()*+,;=~"  # characters of a URL that need no escape
_FORBIDDEN = frozenset(map(chr, (*range(9), *range(10, 32), 127)))


class Origin(Struct, frozen=True):
    """Where connections lead; those of one origin are alike."""

    secure: bool
    host: str
    port: int
    where: str


@lru_cache(maxsize=512)
def head_of(method: str, url: str, headers: Headers) -> tuple[Origin, bytes]:
    """Where the request goes, and its head up to the number of its content-length. Raises EngineRefused."""
    origin, target, password = _read(url)
    fields = [("host", _authority(origin)), ("user-agent", "partimento"), *headers]
    if password and not any(name.lower() == "authorization" for name, _ in headers):
        fields.append(("authorization", password))
    if not any(name.lower() == "accept" for name, _ in headers):
        fields.append(("accept", "*/*"))
    if any(_FORBIDDEN & {*name, *value} for name, value in fields):
        raise unsendable(origin.where)
    lines = "".join(f"{name}: {value}\r\n" for name, value in fields)
    try:
        return origin, f"{method} {target} HTTP/1.1\r\n{lines}content-length: ".encode("latin-1")
    except UnicodeEncodeError:
        raise unsendable(origin.where) from None


def _read(url: str) -> tuple[Origin, str, str]:
    """Origin, request target, and what user and password in the URL amount to as a header."""
    where = host_of(url)
    if not where.startswith("http"):
        raise unsendable(where)
    parts = urlsplit(url)
    host = parts.hostname or ""
    try:
        host = host if ":" in host else host.encode("idna").decode()
    except UnicodeError:
        raise unsendable(where) from None
    secure = parts.scheme == "https"
    target = quote(parts.path or "/", safe=_AS_THEY_ARE)
    if parts.query:
        target += "?" + quote(parts.query, safe=_AS_THEY_ARE + "?")
    password = ""
    if parts.username:
        pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        password = f"Basic {b64encode(pair.encode()).decode()}"
    return Origin(secure, host, parts.port or (443 if secure else 80), where), target, password


def _authority(origin: Origin) -> str:
    name = f"[{origin.host}]" if ":" in origin.host else origin.host
    return name if origin.port == (443 if origin.secure else 80) else f"{name}:{origin.port}"
