import sqlite3
from pathlib import Path

import pytest

from partimento.environment import SystemClock
from partimento.store.queries import queries, statements
from partimento.store.sqlite import SqliteStore

SOURCE = Path(__file__).parents[3] / "src" / "partimento"


@pytest.mark.parametrize("name", sorted(queries()))
def test_every_statement_fits_the_tables(name: str, tmp_path: Path) -> None:
    SqliteStore.open(tmp_path / "p.db", SystemClock()).close()
    db = sqlite3.connect(tmp_path / "p.db")
    for statement in statements(queries()[name]):
        db.execute(
            f"EXPLAIN {statement}", [None] * max(statement.count("?"), 0) if "?1" not in statement else [None] * 3
        )
    db.close()


@pytest.mark.parametrize("name", sorted(queries()))
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
