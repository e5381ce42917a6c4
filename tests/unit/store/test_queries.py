import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from databases import Place
from partimento.environment import SystemClock
from partimento.store.copying import TABLES
from partimento.store.opening import open_store
from partimento.store.queries import queries, statements

SOURCE = Path(__file__).parents[3] / "src" / "partimento"
SQL = SOURCE / "store" / "sql"
KINDS = ("sqlite", "postgres")
NAME = re.compile(r"^-- name: (\w+)$", re.MULTILINE)
TYPES = {"TEXT": "text", "INTEGER": "bigint", "REAL": "double precision", "BLOB": "bytea"}


@pytest.fixture
def sqlite_file(tmp_path: Path) -> Path:
    open_store(tmp_path / "p.db", SystemClock()).close()
    return tmp_path / "p.db"


@pytest.fixture
def server(postgres_url: str) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    open_store(postgres_url, SystemClock()).close()
    with psycopg.connect(postgres_url, autocommit=True) as opened:
        yield opened


def names(kind: str) -> dict[str, list[str]]:
    """By file, the statements in their order."""
    return {file.name: NAME.findall(file.read_text()) for file in (SQL / kind).iterdir()}


def test_the_databases_share_the_names_of_all_but_their_own_statements() -> None:
    sqlite, postgres = (names(kind) for kind in KINDS)
    assert sqlite.keys() == postgres.keys()
    assert {f: n for f, n in sqlite.items() if f != "connections.sql"} == {
        f: n for f, n in postgres.items() if f != "connections.sql"
    }


@pytest.mark.parametrize("kind", KINDS)
def test_no_name_stands_for_two_statements(kind: str) -> None:
    found = [name for many in names(kind).values() for name in many]
    assert len(found) == len(set(found)) == len(queries(kind))


def test_every_statement_fits_the_tables_of_sqlite(sqlite_file: Path) -> None:
    db = sqlite3.connect(sqlite_file)
    for text in queries("sqlite").values():
        for statement in statements(text):
            numbered = max(map(int, re.findall(r"\?(\d+)", statement)), default=0)
            db.execute(f"EXPLAIN {statement}", [None] * (numbered or statement.count("?")))
    db.close()


@pytest.mark.external
def test_every_statement_fits_the_tables_of_postgres(server: psycopg.Connection[tuple[object, ...]]) -> None:
    for name, text in queries("postgres").items():
        if text.count(";") == 1:
            told = server.pgconn.prepare(name.encode(), text.encode())
            assert not told.error_message, f"{name}: {told.error_message!r}"


@pytest.mark.external
def test_the_tables_are_the_same_column_by_column(
    sqlite_file: Path, server: psycopg.Connection[tuple[object, ...]]
) -> None:
    db = sqlite3.connect(sqlite_file)
    tables = {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    here = {
        (table, name, TYPES[kind], bool(required))
        for table in tables
        for _, name, kind, required, _, key in db.execute(f"PRAGMA table_info({table})")
        if not (key and table == "migrations")
    }
    there = {
        (str(table), str(name), str(kind), nullable == "NO")
        for table, name, kind, nullable in server.execute(
            "SELECT table_name, column_name, data_type, is_nullable FROM information_schema.columns "
            "WHERE table_schema = current_schema() AND NOT (table_name = 'migrations' AND column_name = 'number')"
        )
    }
    assert there - here == {("models", "rowid", "bigint", True)}  # SQLite keeps the order of rows by itself
    assert here - there == set()
    db.close()


def test_every_column_is_copied(sqlite_file: Path) -> None:
    db = sqlite3.connect(sqlite_file)
    tables = {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    each_ones_own, derived = {"migrations", "flights", "sessions"}, {"usage_days", "summed_days"}
    assert {table.name for table in TABLES} == tables - each_ones_own - derived
    for table in TABLES:
        columns = [name for _, name, *_ in db.execute(f"PRAGMA table_info({table.name})")]
        read = db.execute(queries("sqlite")[table.read], (*table.first, 1))
        found = [name for name, *_ in read.description]
        assert sorted(name for name in found if name != "rowid") == sorted(columns)
        for kind in KINDS:
            inserted = re.search(r"\((.*?)\)", queries(kind)[table.put], re.DOTALL)
            assert inserted is not None
            assert [name.strip().strip('"') for name in inserted[1].split(",")] == found
    db.close()


@pytest.mark.parametrize("name", sorted({name for kind in KINDS for name in queries(kind)}))
def test_every_statement_is_used(name: str) -> None:
    assert any(f'"{name}"' in file.read_text(encoding="utf-8") for file in SOURCE.rglob("*.py"))


def test_a_script_falls_into_its_statements() -> None:
    script = "-- first\nCREATE TABLE a (b TEXT); -- a ; in a comment\nINSERT INTO a VALUES (';');\n-- last\n"
    assert [part.splitlines()[-1] for part in statements(script)] == [
        "CREATE TABLE a (b TEXT); -- a ; in a comment",
        "INSERT INTO a VALUES (';');",
    ]


def test_a_script_that_breaks_off_is_refused() -> None:
    with pytest.raises(ValueError, match="without an end"):
        list(statements("CREATE TABLE a (b TEXT"))


def test_no_sql_is_pasted_together_in_python() -> None:
    for file in (SOURCE / "store").rglob("*.py"):
        text = file.read_text(encoding="utf-8")
        for word in ("SELECT ", "INSERT ", "UPDATE ", "DELETE FROM", "PRAGMA "):
            assert word not in text, f"{file.name} says {word}"


def test_a_new_database_of_any_kind_is_up_to_date(place: Place) -> None:
    store = open_store(place, SystemClock())
    assert store.ask("counts")[0][-1] == len(list((SQL / "migrations" / store.database.kind).iterdir()))
    store.close()
