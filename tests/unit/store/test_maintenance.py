import asyncio
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from databases import Place, by_hand
from partimento.core.ports import CacheEntry
from partimento.environment import SystemClock
from partimento.store.maintenance import CacheStats, Pruned, cache_stats, check, prune
from partimento.store.migrate import shipped
from partimento.store.opening import open_store
from partimento.store.store import Store
from partimento.testing.store_suite import NOON, item, row


@pytest.fixture
def store(place: Place) -> Iterator[Store]:
    opened = open_store(place, SystemClock())
    yield opened
    opened.close()


def keep(store: Store, name: str, expires_at: float | None = None, task: str = "progression") -> None:
    async def record() -> None:
        kept = msgspec.structs.replace(item(name, b"12345"), task=task)
        await store.record(row(name), kept, CacheEntry(name.encode(), "", name, expires_at))

    asyncio.run(record())


def point_to(store: Store, name: str, fingerprint: bytes) -> None:
    async def record() -> None:
        await store.record(row(f"{name} again"), None, CacheEntry(fingerprint, "", name, None))

    asyncio.run(record())


def items(place: Place) -> set[str]:
    return {name for (name,) in by_hand(place, "SELECT id FROM memory")}


def test_the_cache_is_counted(store: Store) -> None:
    keep(store, "a")
    keep(store, "b", NOON)
    keep(store, "c", NOON + 1)
    assert cache_stats(store, NOON) == CacheStats(entries=3, expired=1, items=3, value_bytes=15, kept=0)


def test_an_empty_cache_is_counted(store: Store) -> None:
    assert cache_stats(store, NOON) == CacheStats(0, 0, 0, 0, 0)


def test_pruning_takes_what_expired_and_nothing_else(store: Store, place: Place) -> None:
    keep(store, "stale", NOON)
    keep(store, "live", NOON + 1)
    keep(store, "for ever")
    assert prune(store, NOON) == Pruned(entries=1, items=1)
    assert items(place) == {"live", "for ever"}
    assert prune(store, NOON) == Pruned(0, 0)


def test_an_item_that_another_entry_leads_to_stays(store: Store) -> None:
    keep(store, "a", NOON)
    point_to(store, "a", b"another request")
    assert prune(store, NOON) == Pruned(entries=1, items=0)
    assert asyncio.run(store.look_up(b"another request", "", NOON)) is not None


@pytest.mark.parametrize("mark", ["rating = 0", "rating = 5", "verified = 1", "kept = 1"])
def test_what_somebody_judged_or_keeps_is_never_pruned(store: Store, place: Place, mark: str) -> None:
    keep(store, "a", NOON)
    by_hand(place, f"UPDATE memory SET {mark}")
    assert prune(store, NOON) == Pruned(entries=1, items=0)
    assert prune(store, NOON, task="progression") == Pruned(0, 0)
    assert items(place) == {"a"}
    assert cache_stats(store, NOON).kept == 1


def test_a_task_can_be_pruned_by_name(store: Store, place: Place) -> None:
    keep(store, "a", task="tutorial")
    keep(store, "b", task="progression")
    assert prune(store, NOON, task="tutorial") == Pruned(entries=1, items=1)
    assert items(place) == {"b"}
    assert asyncio.run(store.look_up(b"b", "", NOON)) is not None


def test_pruning_leaves_the_ledger_alone(store: Store) -> None:
    keep(store, "a", NOON)
    prune(store, NOON)
    assert [kept.id for kept in store.rows()] == ["a"]


def test_a_sound_database_has_no_problems(store: Store) -> None:
    keep(store, "a")
    found = check(store)
    assert found.problems == ()
    assert (found.items, found.entries, found.ledger_rows, found.open_reservations) == (1, 1, 1, 0)
    assert found.version == len(shipped(store.database.kind))
    assert found.file_bytes > 0


def test_a_row_that_leads_nowhere_is_a_problem(tmp_path: Path) -> None:
    store = open_store(tmp_path / "p.db", SystemClock())
    keep(store, "a")
    by_hand(tmp_path / "p.db", "DELETE FROM memory")
    assert "missing memory" in check(store).problems[0]
    store.close()
