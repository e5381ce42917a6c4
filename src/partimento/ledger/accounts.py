"""API keys: made, listed, revoked, asked at the door. Knows who may; leaves how often to `rates`, money to `budgets`.

A key is 256 random bits, so its plain SHA-256 is kept and nothing else: there is no list of likely keys to try a stolen
hash against. Looking up a hash takes as long for one that is nearly right as for any other, and tells nothing.
"""

from __future__ import annotations

import base64
import hashlib
import math
from collections.abc import Callable, Collection, Sequence
from typing import Literal, get_args

import msgspec
from msgspec import Struct

from partimento.core.errors import BadInput, KeyNeeded, UnknownName
from partimento.core.model import SPOKEN_TIERS
from partimento.core.money import Money
from partimento.core.request import Privacy
from partimento.core.settings import Secret
from partimento.ledger.books import Books
from partimento.ledger.budgets import Period, remove_budget, set_budget

KEY_PREFIX = "pk-"
FRESH_S = 3.0  # a revocation by another process counts after this at the latest
_MOST_HELD = 10_000  # living keys in memory; a stranger's guesses are never held
_MOST_RATE = 1_000_000_000  # a minute; what nobody reaches
Role = Literal["", "owner", "app"]
"""Whose a key is; "": what follows from its limits."""
_models = msgspec.json.Decoder(tuple[str, ...])


class Key(Struct, frozen=True, kw_only=True):
    """An account. `id` is what the ledger and `key:<id>` budgets say; rates are per minute, times in Unix seconds."""

    id: str
    name: str
    models: tuple[str, ...] = ()
    """The models or tiers that may answer it; empty: all."""
    privacy: Privacy | Literal[""] = ""
    requests_per_minute: int | None = None
    tokens_per_minute: int | None = None
    created_at: float
    expires_at: float | None = None
    revoked_at: float | None = None
    role: Role = ""

    def lives_at(self, now: float) -> bool:
        """Whether it opens the door at that moment."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)


class NewKey(Struct, frozen=True):
    """A key just made. `secret` is in no other place, and nobody can tell it again."""

    key: Key
    secret: Secret


def create_key(
    store: Books,
    name: str,
    *,
    budgets: Sequence[tuple[Money, Period]] = (),
    requests_per_minute: int | None = None,
    tokens_per_minute: int | None = None,
    models: Sequence[str] = (),
    privacy: Privacy | Literal[""] = "",
    expires_at: float | None = None,
    role: Role = "",
    now: float,
    new_secret: Callable[[], str],
) -> NewKey:
    """Make a key and its caps. `new_secret`: 43 url-safe characters of 256 random bits. Raises BadInput."""
    rates = {"requests_per_minute": requests_per_minute, "tokens_per_minute": tokens_per_minute}
    _check(name, rates, privacy, expires_at, now)
    if role not in get_args(Role):
        raise UnknownName("role", role, ("owner", "app"))
    secret = f"{KEY_PREFIX}{new_secret()}"
    digest = _digest(secret)
    key = Key(
        id=f"key_{base64.b32encode(digest)[:8].decode().lower()}", name=name, models=tuple(models), privacy=privacy,
        requests_per_minute=requests_per_minute, tokens_per_minute=tokens_per_minute, created_at=now,
        expires_at=expires_at, role=role,
    )  # fmt: skip
    for limit, period in budgets:  # before the key: it never lives without its caps
        set_budget(store, f"key:{key.id}", period, limit)
    listed = msgspec.json.encode(key.models).decode()
    made = store.tell(
        "put_key", key.id, name, digest, listed, privacy, requests_per_minute, tokens_per_minute, now, expires_at,
        role,
    )  # fmt: skip
    if not made:
        for _, period in budgets:
            remove_budget(store, f"key:{key.id}", period)
        raise BadInput(
            f"there is a key {name!r} already",
            why="keys are told apart by their names",
            mend=f"choose another name, or revoke it first: partimento keys revoke {name}",
        )
    return NewKey(key, Secret(secret))


def check_models(names: Sequence[str], known: Collection[str]) -> None:
    """A misspelt model would lock its key out. `known`: ids of models. Raises UnknownName, BadInput."""
    for name in names:
        if name == "auto":
            raise BadInput("auto is no model", why="a key is held to models or tiers", mend="name none for all of them")
        if name not in known and name not in SPOKEN_TIERS:
            raise UnknownName("model", name, {*known, *SPOKEN_TIERS})


def list_keys(store: Books) -> tuple[Key, ...]:
    """Every key, revoked and expired ones too, in the order they were made."""
    return tuple(map(_key, store.ask("list_keys")))


def named_key(store: Books, name_or_id: str) -> Key:
    """The living key of that name, or the key of that id. Raises UnknownName."""
    keys = list_keys(store)
    for key in keys:
        if key.id == name_or_id or (key.name == name_or_id and key.revoked_at is None):
            return key
    raise UnknownName("key", name_or_id, {key.name for key in keys if key.revoked_at is None})


def revoke_key(store: Books, name_or_id: str, now: float) -> Key:
    """End a key, everywhere within seconds. Revoking a revoked one changes nothing. Raises UnknownName."""
    key = named_key(store, name_or_id)
    if key.revoked_at is None:
        store.tell("revoke_key", now, key.id)
        store.tell("drop_sessions_of", key.id)
        key = msgspec.structs.replace(key, revoked_at=now)
    return key


def find_key(store: Books, digest: bytes) -> Key | None:
    """The key of that SHA-256, living or not."""
    found = store.ask("key_of", digest)
    return _key(found[0]) if found else None


def key_with_id(store: Books, name: str) -> Key | None:
    """The key of that id, living or not."""
    found = store.ask("key_by_id", name)
    return _key(found[0]) if found else None


class _Held(Struct, frozen=True):
    key: Key
    read_at: float


class KeyRing:
    """The keys that have been shown lately. One thread uses it; every process has its own."""

    def __init__(self, store: Books) -> None:
        self._store = store
        self._held: dict[bytes, _Held] = {}

    def admit(self, secret: str, now: float) -> Key:
        """The living key of that secret: microseconds, and one point read every few seconds.

        Raises KeyNeeded, in the same words for a key that never was, is revoked or has expired.
        """
        digest = _digest(secret)
        held = self._held.get(digest)
        if held is None or not 0 <= now - held.read_at < FRESH_S:
            held = self._read(digest, now)
        if held is None or not held.key.lives_at(now):
            raise KeyNeeded(
                "this key is not valid",
                why="it was never given out, or is revoked, or has expired",
                mend="ask whoever runs this server; `partimento keys create NAME` makes one",
            )
        return held.key

    @property
    def held(self) -> int:
        """How many keys are in memory."""
        return len(self._held)

    def _read(self, digest: bytes, now: float) -> _Held | None:
        self._held.pop(digest, None)
        key = find_key(self._store, digest)
        if key is None or not key.lives_at(now):
            return None
        if len(self._held) >= _MOST_HELD:
            del self._held[next(iter(self._held))]  # the one that has been here longest
        held = self._held[digest] = _Held(key, now)
        return held


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


def _key(row: tuple[object, ...]) -> Key:
    fields = dict(zip(_COLUMNS, row, strict=True))
    return msgspec.convert({**fields, "models": _models.decode(str(fields["models"]))}, Key)


_COLUMNS = (
    "id", "name", "models", "privacy", "requests_per_minute", "tokens_per_minute", "created_at", "expires_at",
    "revoked_at", "role",
)  # fmt: skip


def _check(name: str, rates: dict[str, int | None], privacy: str, expires_at: float | None, now: float) -> None:
    """Refuse a key that could not be used, or that would not hold what its maker thinks. Raises BadInput."""
    if not name.strip() or not name.isprintable() or len(name) > 100 or name.startswith("key_"):
        raise BadInput(
            f"cannot call a key {name[:100]!r}",
            why="a name has 1 to 100 printable characters, and ids alone begin with key_",
            mend="name who will use it: phone-app",
        )
    for what, rate in rates.items():
        if rate is not None and not 1 <= rate <= _MOST_RATE:
            raise BadInput(
                f"cannot allow {rate} {what.replace('_', ' ')}",
                why=f"a rate goes from 1 to {_MOST_RATE}",
                mend="leave it out for no limit, or revoke the key",
            )
    if privacy and privacy not in get_args(Privacy):
        raise UnknownName("privacy", privacy, get_args(Privacy))
    if expires_at is not None and not (math.isfinite(expires_at) and expires_at > now):
        raise BadInput("the key would have expired already", why="its last moment is past", mend="name a later date")
