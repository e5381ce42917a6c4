import asyncio
import sqlite3
from pathlib import Path

import pytest

from partimento.core.errors import BadInput, StoreCorrupt, StoreError, StoreTooNew
from partimento.environment import SystemClock
from partimento.store.backup import back_up, restore
from partimento.store.opening import open_store
from partimento.testing.store_suite import NOON, row


def with_rows(path: Path, *names: str) -> None:
    store = open_store(path, SystemClock())

    async def keep() -> None:
        await asyncio.gather(*(store.record(row(name)) for name in names))

    asyncio.run(keep())
    store.close()


def rows_of(path: Path) -> set[str]:
    store = open_store(path, SystemClock())
    found = {kept.id for kept in store.rows()}
    store.close()
    return found


@pytest.fixture
def path(tmp_path: Path) -> Path:
    database = tmp_path / "p.db"
    with_rows(database, "1", "2")
    return database


def test_a_backup_of_a_database_in_use_can_be_brought_back(path: Path, tmp_path: Path) -> None:
    store = open_store(path, SystemClock())
    back_up(path, tmp_path / "copies" / "one.db")
    store.close()
    with_rows(path, "3")
    aside = restore(path, tmp_path / "copies" / "one.db", NOON)
    assert rows_of(path) == {"1", "2"}
    assert aside == tmp_path / "p.db.replaced-20261121T120000Z"
    assert rows_of(aside) == {"1", "2", "3"}


def test_a_backup_is_one_file_that_needs_no_other(path: Path, tmp_path: Path) -> None:
    back_up(path, tmp_path / "one.db")
    assert sorted(file.name for file in tmp_path.iterdir() if not file.name.startswith("p.db")) == ["one.db"]
    db = sqlite3.connect(f"{(tmp_path / 'one.db').as_uri()}?immutable=1", uri=True)
    assert db.execute("SELECT count(*) FROM ledger").fetchone() == (2,)
    db.close()


def test_a_backup_never_writes_over_a_file(path: Path, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("dear")
    with pytest.raises(BadInput):
        back_up(path, tmp_path / "letter.txt")
    assert (tmp_path / "letter.txt").read_text() == "dear"


def test_what_is_not_there_cannot_be_backed_up_or_restored(path: Path, tmp_path: Path) -> None:
    with pytest.raises(BadInput):
        back_up(tmp_path / "none.db", tmp_path / "copy.db")
    with pytest.raises(BadInput):
        restore(path, tmp_path / "none.db", NOON)
    assert not (tmp_path / "none.db").exists()


def test_a_damaged_database_can_be_replaced_and_is_kept(path: Path, tmp_path: Path) -> None:
    back_up(path, tmp_path / "one.db")
    path.write_bytes(b"rubbish" * 1000)
    with pytest.raises(StoreCorrupt):
        open_store(path, SystemClock())
    aside = restore(path, tmp_path / "one.db", NOON)
    assert rows_of(path) == {"1", "2"}
    assert aside is not None
    assert aside.read_bytes() == b"rubbish" * 1000


def test_a_damaged_backup_changes_nothing(path: Path, tmp_path: Path) -> None:
    (tmp_path / "bad.db").write_bytes(b"rubbish" * 1000)
    with pytest.raises(StoreCorrupt):
        restore(path, tmp_path / "bad.db", NOON)
    assert rows_of(path) == {"1", "2"}
    assert not [file for file in tmp_path.iterdir() if "restored" in file.name or "partial" in file.name]


def test_a_strangers_database_is_no_backup(path: Path, tmp_path: Path) -> None:
    db = sqlite3.connect(tmp_path / "other.db")
    db.execute("CREATE TABLE recipes (name TEXT)")
    db.close()
    with pytest.raises(StoreError, match="another program"):
        restore(path, tmp_path / "other.db", NOON)
    sqlite3.connect(tmp_path / "empty.db").close()
    (tmp_path / "empty.db").touch()
    with pytest.raises(BadInput, match="no tables"):
        restore(path, tmp_path / "empty.db", NOON)
    assert rows_of(path) == {"1", "2"}


def test_a_backup_of_a_newer_version_is_refused(path: Path, tmp_path: Path) -> None:
    back_up(path, tmp_path / "one.db")
    db = sqlite3.connect(tmp_path / "one.db")
    db.execute("INSERT INTO migrations VALUES (9999, 'of_the_future', 'x', 0)")
    db.commit()
    db.close()
    with pytest.raises(StoreTooNew):
        restore(path, tmp_path / "one.db", NOON)
    assert rows_of(path) == {"1", "2"}


def test_a_database_in_use_is_not_replaced(path: Path, tmp_path: Path) -> None:
    back_up(path, tmp_path / "one.db")
    store = open_store(path, SystemClock())
    asyncio.run(store.look_up(b"", "", NOON))
    with pytest.raises(StoreError, match="is in use"):
        restore(path, tmp_path / "one.db", NOON)
    store.close()
    assert rows_of(path) == {"1", "2"}


def test_restoring_twice_keeps_both_old_files(path: Path, tmp_path: Path) -> None:
    back_up(path, tmp_path / "one.db")
    first, second = (restore(path, tmp_path / "one.db", NOON) for _ in range(2))
    assert first != second
    assert first is not None
    assert second is not None
    assert first.exists()
    assert second.exists()


def test_restoring_where_nothing_was_makes_the_database(path: Path, tmp_path: Path) -> None:
    back_up(path, tmp_path / "one.db")
    assert restore(tmp_path / "new" / "q.db", tmp_path / "one.db", NOON) is None
    assert rows_of(tmp_path / "new" / "q.db") == {"1", "2"}
