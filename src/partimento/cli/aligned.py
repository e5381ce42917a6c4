"""Tables that are wider than a terminal, as plain lines. Knows columns; asks nobody."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence


def aligned(columns: Sequence[str], rows: Sequence[Sequence[str]], right: Collection[str]) -> Iterator[str]:
    """Lines of a table that is too wide to be boxed: cut nowhere, in a pipe as on a terminal."""
    widths = [max(map(len, column)) for column in zip(columns, *rows, strict=True)]
    for row in (columns, *rows):
        cells = zip(columns, row, widths, strict=True)
        yield "  ".join(f"{cell:>{w}}" if name in right else f"{cell:<{w}}" for name, cell, w in cells).rstrip()
