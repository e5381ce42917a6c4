"""Browsers that showed a key: sessions opened, asked at the door, closed. Knows who is signed in, and which keys are
the owner's; leaves cookies to the server.

The cookie holds 256 random bits and the database their SHA-256, as with keys. A session ends with its key.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from msgspec import Struct

from partimento.ledger.accounts import FRESH_S, Key, key_with_id
from partimento.ledger.books import Books
from partimento.ledger.budgets import list_budgets

LASTS_S = 14 * 86_400.0
_MOST_HELD = 1_000


class SignedIn(Struct, frozen=True):
    """Whose session it is. `owner`: whether the key may see and change everything."""

    key: Key
    owner: bool


def open_session(store: Books, key: Key, now: float, new_secret: Callable[[], str]) -> str:
    """Sign in with a key that was admitted; the token for the cookie, which is kept nowhere."""
    token = new_secret()
    store.tell("drop_sessions_before", now)
    store.tell("put_session", _digest(token), key.id, now, now + LASTS_S)
    return token


def close_session(store: Books, token: str) -> None:
    """Sign out. One that is closed already stays closed."""
    store.tell("drop_session", _digest(token))


def is_owner(store: Books, key: Key) -> bool:
    """Whether a key is the owner's, and may see and change everything."""
    return owns(key, any(cap.holder == f"key:{key.id}" for cap in list_budgets(store)))


def owns(key: Key, capped: bool) -> bool:
    """As its role says. Without one, a key is the owner's where it carries no limit: neither a cap, nor a rate, nor
    chosen models."""
    if key.role:
        return key.role == "owner"
    return not (capped or key.models or key.requests_per_minute is not None or key.tokens_per_minute is not None)


class _Held(Struct, frozen=True):
    signed_in: SignedIn | None
    read_at: float


class Sessions:
    """The sessions that were shown lately. One thread uses it; every process has its own."""

    def __init__(self, store: Books) -> None:
        self._store = store
        self._held: dict[bytes, _Held] = {}

    def admit(self, token: str, now: float) -> SignedIn | None:
        """Who is signed in by that cookie; None where it has ended, or its key has. One read every few seconds."""
        digest = _digest(token)
        held = self._held.get(digest)
        if held is None or not 0 <= now - held.read_at < FRESH_S:
            held = self._read(digest, now)
        found = held.signed_in
        return found if found is not None and found.key.lives_at(now) else None

    def forget(self, token: str) -> None:
        """It was closed here: do not wait until that is read."""
        self._held.pop(_digest(token), None)

    def _read(self, digest: bytes, now: float) -> _Held:
        self._held.pop(digest, None)
        rows = self._store.ask("session_of", digest, now)
        key = key_with_id(self._store, rows[0][0]) if rows else None
        if key is None or not key.lives_at(now):
            return _Held(None, now)
        if len(self._held) >= _MOST_HELD:
            del self._held[next(iter(self._held))]
        held = self._held[digest] = _Held(SignedIn(key, is_owner(self._store, key)), now)
        return held


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
