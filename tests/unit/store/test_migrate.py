import sqlite3
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from partimento.core.errors import StoreError, StoreTooNew
from partimento.environment import SystemClock
from partimento.store.migrate import Migration, migrate, shipped
from partimento.store.opening import open_store
from partimento.store.sqlite import SqliteDatabase

FIRST = Migration(1, "first", "CREATE TABLE a (b TEXT);\nINSERT INTO a VALUES ('kept; whole');")
SECOND = Migration(2, "second", "-- one more\nALTER TABLE a ADD COLUMN c TEXT;\nUPDATE a SET c = 'new';")
BROKEN = Migration(2, "broken", "ALTER TABLE a ADD COLUMN c TEXT;\nINSERT INTO nowhere VALUES (1);")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "p.db"


def up_to(path: Path, *migrations: Migration) -> tuple[Migration, ...]:
    database = SqliteDatabase(path)
    db = database.connect()
    try:
        return migrate(db, database, 1.0, migrations)
    finally:
        db.close()


def read(path: Path, sql: str) -> list[tuple[object, ...]]:
    db = sqlite3.connect(path)
    found = db.execute(sql).fetchall()
    db.close()
    return found


def test_a_new_database_gets_every_migration_and_no_backup(path: Path) -> None:
    assert up_to(path, FIRST, SECOND) == (FIRST, SECOND)
    assert read(path, "SELECT b, c FROM a") == [("kept; whole", "new")]
    assert not list(path.parent.glob("*.bak"))


def test_what_was_applied_is_not_applied_again(path: Path) -> None:
    up_to(path, FIRST)
    assert up_to(path, FIRST) == ()


def test_a_database_with_data_is_copied_before_it_changes(path: Path) -> None:
    up_to(path, FIRST)
    assert up_to(path, FIRST, SECOND) == (SECOND,)
    assert read(path.with_name("p.db.before-0002.bak"), "SELECT * FROM a") == [("kept; whole",)]
    assert read(path, "SELECT number, name FROM migrations") == [(1, "first"), (2, "second")]


def test_a_migration_that_fails_leaves_everything_as_it_was(path: Path) -> None:
    up_to(path, FIRST)
    with pytest.raises(sqlite3.OperationalError):
        up_to(path, FIRST, BROKEN)
    assert read(path, "SELECT * FROM a") == [("kept; whole",)]
    assert up_to(path, FIRST, SECOND) == (SECOND,)


def test_a_migration_changed_after_it_was_applied_is_refused(path: Path) -> None:
    up_to(path, FIRST)
    with pytest.raises(StoreError, match="0001_first") as caught:
        up_to(path, msgspec.structs.replace(FIRST, script="CREATE TABLE a (b INTEGER);"), SECOND)
    assert caught.value.mend
    assert read(path, "SELECT * FROM a") == [("kept; whole",)]


def test_a_newer_database_is_left_alone(path: Path) -> None:
    up_to(path, FIRST, SECOND)
    before = path.read_bytes()
    with pytest.raises(StoreTooNew, match="0002_second"):
        up_to(path, FIRST)
    assert path.read_bytes() == before


def test_the_store_refuses_a_newer_database(path: Path) -> None:
    open_store(path, SystemClock()).close()
    db = sqlite3.connect(path)
    db.execute("INSERT INTO migrations VALUES (9999, 'of_the_future', 'x', 0)")
    db.commit()
    db.close()
    with pytest.raises(StoreTooNew, match="pip install --upgrade"):
        open_store(path, SystemClock())


def test_the_shipped_migrations_count_from_one_without_gaps() -> None:
    assert [migration.number for migration in shipped("sqlite")] == list(range(1, len(shipped("sqlite")) + 1))


def test_processes_starting_at_once_migrate_once(path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from partimento.store.opening import open_store\n"
        "from partimento.environment import SystemClock\n"
        "input(); open_store(Path(sys.argv[1]), SystemClock()).close(); print('open')"
    )
    children = [
        subprocess.Popen(
            [sys.executable, "-c", program, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(4)
    ]
    for child in children:
        assert child.stdin is not None
        child.stdin.write("go\n")
        child.stdin.flush()
    assert [child.communicate()[0] for child in children] == ["open\n"] * 4
    assert read(path, "SELECT number FROM migrations") == [(m.number,) for m in shipped("sqlite")]
