"""Every way a database can be unusable, made for real, ends in an error that says what, why and the mend."""

import asyncio
import errno
import os
import shutil
import sqlite3
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from partimento.core.errors import StoreCorrupt, StoreError, StoreFull, StoreReadOnly
from partimento.environment import SystemClock
from partimento.store.opening import open_store
from partimento.store.sqlite_faults import explained


@contextmanager
def a_folder_nobody_may_write() -> Iterator[Path]:
    """Read-only for whoever runs the tests: root, whom no permission stops, becomes nobody for a while."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(stat.S_IRUSR | stat.S_IXUSR | stat.S_IRGRP | stat.S_IXGRP | stat.S_IROTH | stat.S_IXOTH)
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    try:
        yield folder
    finally:
        if root:
            os.seteuid(0)
        folder.chmod(stat.S_IRWXU)
        shutil.rmtree(folder)


def assert_told(error: StoreError) -> None:
    assert error.what
    assert error.why
    assert error.mend


def test_a_read_only_folder_is_refused_at_the_start() -> None:
    with a_folder_nobody_may_write() as folder, pytest.raises(StoreReadOnly) as caught:
        open_store(folder / "p.db", SystemClock())
    assert_told(caught.value)


def test_a_folder_that_cannot_be_made_is_refused() -> None:
    with a_folder_nobody_may_write() as folder, pytest.raises(StoreReadOnly) as caught:
        open_store(folder / "new" / "p.db", SystemClock())
    assert_told(caught.value)
    assert isinstance(caught.value.__cause__, PermissionError)


def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("not a folder")
    with pytest.raises(StoreError) as caught:
        open_store(tmp_path / "data" / "p.db", SystemClock())
    assert_told(caught.value)


def test_a_folder_in_the_place_of_the_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="it is a folder"):
        open_store(tmp_path, SystemClock())


def test_a_file_that_is_no_database_is_damaged_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "p.db"
    path.write_bytes(b"this is a letter, not a database" * 100)
    with pytest.raises(StoreCorrupt, match="partimento db restore") as caught:
        open_store(path, SystemClock())
    assert_told(caught.value)
    assert isinstance(caught.value.__cause__, sqlite3.DatabaseError)
    assert path.read_bytes() == b"this is a letter, not a database" * 100


def test_a_database_cut_short_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "p.db"
    open_store(path, SystemClock()).close()
    path.write_bytes(path.read_bytes()[:6000])
    with pytest.raises(StoreCorrupt):
        open_store(path, SystemClock())


def test_a_database_of_another_program_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    db = sqlite3.connect(path)
    db.execute("CREATE TABLE recipes (name TEXT)")
    db.close()
    before = path.read_bytes()
    with pytest.raises(StoreError, match="another program") as caught:
        open_store(path, SystemClock())
    assert_told(caught.value)
    assert path.read_bytes() == before


def test_a_full_database_is_told_and_nothing_is_half_written(tmp_path: Path) -> None:
    path = tmp_path / "p.db"
    db = sqlite3.connect(path, isolation_level=None)
    db.execute("PRAGMA max_page_count = 4")
    db.execute("CREATE TABLE a (b TEXT)")
    with pytest.raises(StoreFull) as caught, explained(path):
        db.execute("INSERT INTO a VALUES (zeroblob(100000))")
    assert_told(caught.value)
    assert db.execute("SELECT count(*) FROM a").fetchone() == (0,)
    db.close()


def test_a_database_locked_for_too_long_is_told(tmp_path: Path) -> None:
    path = tmp_path / "p.db"
    one, other = (sqlite3.connect(path, isolation_level=None, timeout=0.0) for _ in range(2))
    one.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="stayed locked") as caught, explained(path):
        other.execute("BEGIN IMMEDIATE")
    assert_told(caught.value)
    one.close()
    other.close()


def test_writing_where_only_reading_is_allowed_is_told(tmp_path: Path) -> None:
    path = tmp_path / "p.db"
    open_store(path, SystemClock()).close()
    db = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)
    with pytest.raises(StoreReadOnly) as caught, explained(path):
        db.execute("DELETE FROM meta")
    assert_told(caught.value)
    db.close()


def test_a_full_disk_told_by_the_system_is_a_full_store(tmp_path: Path) -> None:
    with pytest.raises(StoreFull), explained(tmp_path / "p.db"):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_closed_store_says_that_it_is_closed(tmp_path: Path) -> None:
    store = open_store(tmp_path / "p.db", SystemClock())
    asyncio.run(store.look_up(b"", "", 0.0))
    store.close()
    with pytest.raises(StoreError, match="is closed"):
        asyncio.run(store.look_up(b"", "", 0.0))
    with pytest.raises(StoreError, match="is closed"):
        store.tell("remove_budget", "", "day")
