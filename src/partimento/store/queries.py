"""The statements of `sql/queries.sql` by name. Knows how the file is cut; leaves what they mean to its comments."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files

_NAME = re.compile(r"^-- name: (\w+)$", re.MULTILINE)


@cache
def queries() -> Mapping[str, str]:
    """Every named statement (some are several), without its comments' effect: SQLite reads over them."""
    text = files("partimento.store").joinpath("sql/queries.sql").read_text(encoding="utf-8")
    _, *parts = _NAME.split(text)
    names, bodies = parts[::2], parts[1::2]
    return {name: _uncommented(body) for name, body in zip(names, bodies, strict=True)}


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
