"""What the accounts need of a store: its named statements. Knows no database; any of them is handed in from above."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from partimento.store.database import Session

T = TypeVar("T")


class Books(Protocol):
    """A store, asked by the names of its statements. Any thread may; each call waits for its answer or its commit."""

    def ask(self, name: str, *values: Any) -> list[Any]:
        """All rows of a named question. Raises StoreError."""
        ...

    def tell(self, name: str, *values: Any) -> int:
        """Run a named statement and commit it; the number of rows it changed. Raises StoreError."""
        ...

    def write(self, work: Callable[[Session], T]) -> T:
        """Run `work` in one transaction; it may be run twice, the first time undone. Raises StoreError."""
        ...
