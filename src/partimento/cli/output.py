"""How results reach a terminal: JSON or a table on stdout, all else on stderr. Knows rendering, makes nothing."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
import msgspec

from partimento.core.errors import BadInput
from partimento.decoding.schema import encode

if TYPE_CHECKING:
    from rich.console import Console

    from partimento.core.result import Receipt

Command = TypeVar("Command", bound=Callable[..., Any])


def json_option(command: Command) -> Command:
    """Every command has --json."""
    return click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")(command)


def print_json(value: Any) -> None:
    """One JSON document, indented on a terminal and compact in a pipe."""
    encoded = encode(value)
    text = msgspec.json.format(encoded, indent=2) if sys.stdout.isatty() else encoded
    click.echo(text.decode())


def print_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[str]], right: Sequence[str] = ()) -> None:
    """A table people like to read; columns named in `right` are aligned to the right."""
    from rich import box
    from rich.table import Table

    table = Table(title=title or None, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False, title_style="bold")
    for column in columns:
        table.add_column(column, justify="right" if column in right else "left")
    for row in rows:
        table.add_row(*row)
    console().print(table)


def console() -> Console:
    """Where people read. A reader who has gone is no error of ours (`main` says how that ends)."""
    from rich.console import Console

    class Terminal(Console):
        def on_broken_pipe(self) -> None:
            raise BrokenPipeError

    return Terminal(soft_wrap=False, highlight=False)


def receipt_line(receipt: Receipt) -> str:
    """The receipt in one line of words."""
    source = "from memory" if receipt.cached else f"by {receipt.model} ({receipt.tier})"
    cost = "free" if not receipt.cost_usd else f"${receipt.cost_usd:f}"
    saved = f", saved ${receipt.saved_usd:f}" if receipt.saved_usd else ""
    return f"{source} · {cost}{saved} · {receipt.latency_ms:.1f} ms · complexity {receipt.complexity}"


def read_text(value: str) -> str:
    """The argument itself, or all of stdin for "-"."""
    return sys.stdin.read().strip() if value == "-" else value


def check_out(paths: Sequence[Path], suffixes: Sequence[str]) -> None:
    """Refuse what could not be written before anything is made. Raises BadInput."""
    for path in paths:
        if path.suffix.lower() not in suffixes:
            raise BadInput(
                f"cannot write {path.name}: unknown suffix {path.suffix!r}",
                why="the suffix chooses the format",
                mend=f"use one of {', '.join(suffixes)}",
            )
        if path.is_dir():
            raise BadInput(f"cannot write {path}", why="it is a folder", mend="name a file in it")
        if not path.parent.is_dir():
            raise BadInput(
                f"cannot write {path}", why=f"the folder {path.parent} does not exist", mend=f"mkdir -p {path.parent}"
            )
