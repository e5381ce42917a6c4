"""Looking after the database: cache figures, pruning, checks. Knows what may go; leaves ledger rows to `ledger`."""

from __future__ import annotations

from msgspec import Struct

from partimento.store.database import Session
from partimento.store.store import Store


class CacheStats(Struct, frozen=True):
    """What the cache holds; `value_bytes` counts answers only, `kept` are items that pruning never takes."""

    entries: int
    expired: int
    items: int
    value_bytes: int
    kept: int


class Pruned(Struct, frozen=True):
    """What pruning took away."""

    entries: int
    items: int


class Checked(Struct, frozen=True):
    """The state of the database: `problems` is empty when it is sound; `version` is its last migration; `file_bytes`
    are those of the file, or of all tables on a server.
    """

    problems: tuple[str, ...]
    items: int
    entries: int
    ledger_rows: int
    open_reservations: int
    version: int
    file_bytes: int


def cache_stats(store: Store, now: float) -> CacheStats:
    """What the cache holds at this moment (Unix seconds)."""
    return CacheStats(*store.ask("cache_stats", now)[0])


def prune(store: Store, now: float, task: str | None = None) -> Pruned:
    """Remove expired entries or, with `task`, every entry of that task; and the items that only they led to.

    Items that are rated, verified or kept (by a training run, by a pack) stay.
    """

    def work(db: Session) -> Pruned:
        if task is None:
            items = db.execute("prune_expired_items", (now, now)).rowcount
            entries = db.execute("prune_expired_entries", (now,)).rowcount
        else:
            items = db.execute("prune_task_items", (task,)).rowcount
            entries = db.execute("prune_task_entries", (task,)).rowcount
        return Pruned(entries, items)

    return store.write(work)


def check(store: Store) -> Checked:
    """Read a whole file for damage. Takes seconds for gigabytes. Raises StoreCorrupt where it cannot even be read."""
    told = [line for (line,) in store.ask("integrity") if line != "ok"]
    dangling = [
        f"{table}: row {rowid} refers to a missing {parent}" for table, rowid, parent, _ in store.ask("dangling")
    ]
    items, entries, rows, open_, version = store.ask("counts")[0]
    return Checked((*told, *dangling), items, entries, rows, open_, version, store.ask("size")[0][0])
