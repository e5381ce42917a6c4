"""What the store needs of a database, as protocols. Knows no database: `sqlite` and `postgres` bring theirs."""

from __future__ import annotations

from collections.abc import Awaitable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

from partimento.core.errors import StoreError

Row = tuple[Any, ...]
PATIENCE_S = 10.0
"""How long a write or a point read waits for a database that is locked or away, before it says so."""


class Rows(Protocol):
    """What a statement came to."""

    @property
    def rowcount(self) -> int: ...

    def fetchone(self) -> Any: ...

    def fetchall(self) -> list[Any]: ...


class Session(Protocol):
    """A connection, as work within a transaction sees it. Statements go by their names in `sql/`."""

    def execute(self, name: str, values: Sequence[Any] = (), /) -> Rows:
        """Run a statement; its failure may show only at the next fetch, `rowcount` or at the commit."""
        ...

    def executemany(self, name: str, rows: Iterable[Sequence[Any]], /, *, any_order: bool = False) -> None:
        """Run a statement for each row of values; `any_order`: theirs matters only where their first columns agree."""
        ...

    def find(self, name: str, keys: Iterable[Sequence[Any]], /) -> list[Any]:
        """The first row a question has for each key, None where it has none; in one go."""
        ...


class Connection(Session, Protocol):
    """The connection of one thread. One that broke is made again by the next `begin`."""

    def begin(self, *, durable: bool, alone: bool) -> None:
        """`durable`: the commit survives a power cut. `alone`: no other process's transaction of that kind runs beside
        this one, so that what it reads stays true until it commits."""
        ...

    def commit(self) -> None: ...

    def rollback(self) -> None:
        """Undo; also after a failure of any kind. Raises nothing."""
        ...

    def script(self, text: str) -> None:
        """Run the statements of a migration."""
        ...

    def close(self) -> None: ...


class Database(Protocol):
    """One database of one kind: how it is reached, and what its failures mean."""

    @property
    def kind(self) -> str:
        """The folder of its statements in `sql/`."""
        ...

    @property
    def place(self) -> str:
        """What messages call it: a path, or a URL without its password."""
        ...

    @property
    def sql(self) -> Mapping[str, str]:
        """Its statements by name."""
        ...

    def connect(self) -> Connection:
        """A connection that writes. Raises StoreError."""
        ...

    def snapshot(self) -> Connection:
        """A connection that only reads, and all of it as of one moment. Raises StoreError; makes nothing."""
        ...

    def enter(self, db: Connection) -> None:
        """Set up what is kept in the database, once it is known to be ours."""
        ...

    def keep_copy(self, number: int) -> None:
        """Keep the database as it is before migration `number`, where that is a matter of copying a file."""
        ...

    def ask(self, name: str, values: Sequence[Any]) -> list[Any]:
        """All rows of a question, for plain code. Raises StoreError."""
        ...

    def read(self, name: str, values: Sequence[Any]) -> Awaitable[list[Any]]:
        """All rows of a question that takes microseconds, for coroutines; never blocks long. Raises StoreError."""
        ...

    async def read_each(self, name: str, keys: Sequence[Sequence[Any]]) -> list[list[Any]]:
        """The same for each key, in one go."""
        ...

    def explanation(self, error: Exception) -> Exception:
        """The StoreError for a failure of the database; any other error as it is."""
        ...

    def may_pass(self, error: Exception) -> bool:
        """Whether the same transaction may succeed in a moment: the connection broke, another one was in the way."""
        ...

    def concerns_all(self, error: Exception) -> bool:
        """Whether it would fail each write of a group alike, so that trying them one by one is of no use."""
        ...

    def close(self) -> None:
        """Give back what reads hold open."""
        ...


@contextmanager
def explained(database: Database) -> Iterator[None]:
    """Turn failures of the database into StoreErrors that say what, why and the mend."""
    try:
        yield
    except Exception as error:
        told = database.explanation(error)
        if told is error:
            raise
        raise told from error


def closed(place: str) -> StoreError:
    """Somebody asks a store that was closed."""
    return StoreError(
        f"the database {place} is closed",
        why="this client was closed, and was asked afterwards",
        mend="open a new client, and close it last",
    )
