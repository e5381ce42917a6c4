"""What a failure of PostgreSQL means to the owner. Knows its error codes; leaves raising to the caller.

Only the first line of what the server says is told: the rest may quote rows.
"""

from __future__ import annotations

import re

import psycopg
from psycopg import errors

from partimento.core.errors import StoreCorrupt, StoreError, StoreFull, StoreReadOnly
from partimento.store.postgres_url import Address

_LOST = ("08", "57P")  # the connection's own errors; an administrator or a crash ended it, the server starts up
_READ_ONLY = ("25006", "42501")
_FULL = ("53100", "53400")
_CROWDED = "53300"
_DAMAGED = ("XX001", "XX002")
_IN_THE_WAY = ("40001", "40P01", "55P03", "57014", "25P03")

_REFUSALS = (  # on connecting, the driver hands on no code but only words
    (re.compile(r"password authentication failed|no password supplied|authentication failed"), "password"),
    (re.compile(r"database .* does not exist"), "database"),
    (re.compile(r"role .* does not exist"), "password"),
    (re.compile(r"too many clients|remaining connection slots|too many connections"), "crowded"),
    (re.compile(r"no pg_hba.conf entry|permission denied"), "password"),
)
_MENDS = {
    "password": "check user and password in database_url (DATABASE_URL), or in PGPASSWORD and ~/.pgpass",
    "database": "make it with `createdb NAME`, or name another one in database_url (DATABASE_URL)",
    "crowded": "raise max_connections of the server, or run fewer workers: each holds up to three connections",
    "away": "start the server, or mend host and port in database_url (DATABASE_URL)",
}


def explanation(error: psycopg.Error | OSError, address: Address) -> StoreError:
    """The StoreError for a failure; the caller raises it from the failure itself."""
    place, code, why = address.place, getattr(error, "sqlstate", None) or "", address.masked(_said(error))
    if code in _READ_ONLY:
        return StoreReadOnly(
            f"the database {place} cannot be written", why=why, mend="give the user rights, or name the primary server"
        )
    if code in _FULL:
        return StoreFull(f"the disk of {place} is full", why=why, mend="free some space; nothing was half written")
    if code in _DAMAGED:
        return StoreCorrupt(f"the database {place} is damaged", why=why, mend="bring back a copy of the server's data")
    if code in _IN_THE_WAY:
        return StoreError(
            f"the database {place} stayed locked",
            why=f"something else has been holding it for seconds ({why})",
            mend="wait for it to finish, or end it; then try again",
        )
    if code == _CROWDED:
        return _unreachable(place, why, "crowded")
    if is_lost(error):
        return _unreachable(place, why, next((kind for words, kind in _REFUSALS if words.search(why)), "away"))
    return StoreError(f"the database {place} refused", why=why, mend="look at it with `partimento doctor`")


def is_lost(error: BaseException) -> bool:
    """Whether the connection is gone, or none came about."""
    if isinstance(error, OSError):
        return True
    code = getattr(error, "sqlstate", None)
    if code:
        return str(code).startswith(_LOST) and code not in _IN_THE_WAY
    return isinstance(error, psycopg.OperationalError | psycopg.InterfaceError)


def may_pass(error: BaseException) -> bool:
    """Whether the same transaction may succeed in a moment."""
    if isinstance(error, errors.DeadlockDetected | errors.SerializationFailure | errors.TooManyConnections):
        return True
    if isinstance(error, errors.IdleInTransactionSessionTimeout):
        return True
    if not is_lost(error):
        return False
    return not any(words.search(str(error)) for words, kind in _REFUSALS if kind in ("password", "database"))


def concerns_all(error: BaseException) -> bool:
    """Whether it would fail each write of a group alike."""
    return is_lost(error) or getattr(error, "sqlstate", None) in (*_IN_THE_WAY, *_READ_ONLY, _CROWDED)


def _unreachable(place: str, why: str, kind: str) -> StoreError:
    return StoreError(f"the database {place} cannot be reached", why=why, mend=_MENDS[kind])


def _said(error: psycopg.Error | OSError) -> str:
    primary = error.diag.message_primary if isinstance(error, psycopg.Error) else None
    lines = str(error).strip().splitlines()
    return primary or (lines[0].removeprefix("connection failed: ") if lines else type(error).__name__)
