"""How a PostgreSQL database is named, and called in messages. Knows spellings of URLs; leaves connecting to
`postgres`.
"""

from __future__ import annotations

import re
from typing import Any

from msgspec import Struct

from partimento.core.errors import NotConfigured, SettingsError

_SCHEME = re.compile(r"^(postgres|postgresql)(\+\w+)?://", re.IGNORECASE)
_DEFAULTS = {"connect_timeout": 5, "tcp_user_timeout": 10_000, "keepalives_idle": 5, "application_name": "partimento"}
HIDDEN = "•••"


class Address(Struct, frozen=True):
    """Where a database is: what libpq is told, and `place`, the same without the password."""

    parameters: dict[str, Any]
    place: str

    def __repr__(self) -> str:
        return f"Address({self.place!r})"

    def masked(self, text: str) -> str:
        """The text without the password."""
        password = self.parameters.get("password")
        return text.replace(password, HIDDEN) if password else text


def is_postgres(url: str) -> bool:
    """Whether a URL names a PostgreSQL database: postgresql://, postgres://, also as postgresql+psycopg://."""
    return _SCHEME.match(url) is not None


def address(url: str) -> Address:
    """Read a URL in any of libpq's spellings. Raises SettingsError, and NotConfigured where the driver is missing."""
    conninfo = driver().conninfo
    try:
        given = conninfo.conninfo_to_dict(_SCHEME.sub("postgresql://", url))
    except driver().Error:
        raise SettingsError(
            "cannot read the database's URL",
            why="it is not one that PostgreSQL knows",  # what libpq says might quote the password
            mend="write postgresql://user:password@host:5432/name, with %40 for @, %23 for # and so on in the password",
        ) from None
    return Address(_DEFAULTS | given, shown(url))


def driver() -> Any:
    """The psycopg module. Raises NotConfigured."""
    try:
        import psycopg
    except ImportError as error:
        raise NotConfigured(
            "the driver for PostgreSQL is not installed",
            why=str(error),
            mend="pip install 'partimento[postgres]'",
        ) from error
    return psycopg


def shown(url: str) -> str:
    """The URL as messages may have it: user, host, name and schema, without password, whatever is wrong with it."""
    rest = _SCHEME.sub("", url)
    userinfo, at, host = rest.rpartition("@")
    user = re.split("[:/?]", userinfo, maxsplit=1)[0]
    place, _, query = host.partition("?")
    schema = re.search(r"(?:^|&)(options=-c(?:%20)?search_path(?:%3D|=)\w+)(?:&|$)", query)
    return f"postgresql://{user}{at}{place}{'?' + schema[1] if schema else ''}"
