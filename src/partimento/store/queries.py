"""The statements of the files in `sql/` by name. Knows how they are cut; leaves what they mean to their comments."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files

_NAME = re.compile(r"^-- name: (\w+)$", re.MULTILINE)


@cache
def queries(kind: str = "sqlite") -> Mapping[str, str]:
    """Every named statement (some are several) for a kind of database, without the comments that stand above them."""
    found: dict[str, str] = {}
    for file in files("partimento.store").joinpath("sql", kind).iterdir():
        _, *parts = _NAME.split(file.read_text(encoding="utf-8"))
        found |= {name: _uncommented(body) for name, body in zip(parts[::2], parts[1::2], strict=True)}
    return found


def statements(script: str) -> Iterator[str]:
    """The single statements of a script, so that they can run within one transaction."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement.strip()
            statement = ""
    if _uncommented(statement):
        raise ValueError(f"a statement without an end: {statement.strip()[:60]!r}")


def _uncommented(body: str) -> str:
    return "\n".join(line for line in body.splitlines() if not line.lstrip().startswith("--")).strip()
