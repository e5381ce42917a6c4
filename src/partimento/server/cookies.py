"""The cookies of the web page, and the mark against forged forms that follows from one. Knows names and attributes;
leaves sessions to `ledger`.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from urllib.parse import quote, unquote

from partimento.ledger.sessions import LASTS_S

SESSION, THEME, SAID = "partimento_session", "partimento_theme", "partimento_said"
_LONGEST_SAID = 1_000
_LONG_S = 400 * 86_400


def cookies_in(headers: Mapping[bytes, bytes]) -> dict[str, str]:
    """Every cookie that was sent; of a repeated one the first, as browsers put the most particular there."""
    found: dict[str, str] = {}
    for part in headers.get(b"cookie", b"").decode("latin-1").split(";"):
        name, _, value = part.strip().partition("=")
        found.setdefault(name, value)
    return found


def session_name(headers: Mapping[bytes, bytes]) -> str:
    """The session's cookie is named after the port: cookies know none, and two servers of one host must not mix."""
    port = headers.get(b"host", b"").decode("latin-1").rpartition(":")[2]
    return f"{SESSION}_{port}" if port.isdigit() else SESSION


def csrf_of(token: str) -> str:
    """What forms must send back: it follows from the cookie, and the cookie does not follow from it."""
    return hmac.new(token.encode(), b"partimento csrf", hashlib.sha256).hexdigest()[:40]


def same(told: str, meant: str) -> bool:
    """Whether they are equal, in a time that tells nothing."""
    return hmac.compare_digest(told.encode(), meant.encode())


def set_session(name: str, token: str, *, secure: bool) -> str:
    """The header's value for a session; "" ends it."""
    age = f"Max-Age={LASTS_S:.0f}" if token else "Max-Age=0"
    return f"{name}={token}; Path=/; HttpOnly; SameSite=Strict; {age}{'; Secure' if secure else ''}"


def set_theme(theme: str) -> str:
    """The header's value for the colours somebody likes."""
    return f"{THEME}={theme}; Path=/; HttpOnly; SameSite=Strict; Max-Age={_LONG_S}"


def set_said(words: str) -> str:
    """The header's value for what the next page tells; "" once it was told."""
    age = "Max-Age=60" if words else "Max-Age=0"
    return f"{SAID}={quote(words[:_LONGEST_SAID])}; Path=/; HttpOnly; SameSite=Strict; {age}"


def said_in(cookies: Mapping[str, str]) -> str:
    """What the last action left to be told."""
    return unquote(cookies.get(SAID, ""))[:_LONGEST_SAID]
