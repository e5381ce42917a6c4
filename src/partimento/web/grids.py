"""Coverage as a table that fits a page: which rows and columns, which cells, what is left for the next part. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, Literal

from msgspec import Struct

from partimento.library.coverage import Tally, TaskCoverage

ROWS: Final = 24
COLUMNS: Final = 16
"""What of a grid stands on one page."""
Mark = Literal["full", "part", "hole", "none"]


class Cell(Struct, frozen=True):
    """Made of wanted, at one place; nothing wanted there is no hole."""

    row: str
    column: str
    made: int
    wanted: int

    @property
    def mark(self) -> Mark:
        if not self.wanted:
            return "none"
        if self.made >= self.wanted:
            return "full"
        return "part" if self.made else "hole"

    @property
    def words(self) -> str:
        """What stands in it; never the colour alone."""
        if not self.wanted:
            return "–"
        return f"{self.made:,}" if self.made == self.wanted else f"{self.made:,}/{self.wanted:,}"


class Line(Struct, frozen=True):
    """A row with its cells."""

    head: str
    cells: tuple[Cell, ...]


class Grid(Struct, frozen=True, kw_only=True):
    """A part of a task's grid. `columns` is "" where one axis alone varies; `heads` are the columns shown, `first_*`
    how many stand before this part, `all_*` how many there are."""

    rows: str
    columns: str
    heads: tuple[str, ...]
    lines: tuple[Line, ...]
    first_row: int
    first_column: int
    all_rows: int
    all_columns: int

    @property
    def next_row(self) -> int:
        """Where the part below begins; 0 where there is none."""
        end = self.first_row + len(self.lines)
        return end if end < self.all_rows else 0

    @property
    def next_column(self) -> int:
        """The same to the right."""
        end = self.first_column + len(self.heads)
        return end if end < self.all_columns else 0


class Choice(Struct, frozen=True):
    """An axis and its values, to choose one of."""

    axis: str
    values: tuple[str, ...]


def grid_of(told: TaskCoverage, first_row: int = 0, first_column: int = 0) -> Grid | None:
    """The part of a task's grid that begins there; None where nothing varies."""
    if told.grid:
        rows = in_order(told.grid)
        columns = in_order(column for line in told.grid.values() for column in line)
        shown, heads = _part(rows, first_row, ROWS), _part(columns, first_column, COLUMNS)
        lines = tuple(
            Line(row, tuple(Cell(row, head, *told.grid[row].get(head, (0, 0))) for head in heads)) for row in shown
        )
        return Grid(
            rows=told.rows, columns=told.columns, heads=tuple(heads), lines=lines, first_row=_within(first_row, rows),
            first_column=_within(first_column, columns), all_rows=len(rows), all_columns=len(columns),
        )  # fmt: skip
    axes = choices(told.axes)
    if not axes:
        return None
    by_value = {tally.value: tally for tally in told.axes if tally.axis == axes[0].axis}
    shown = _part(axes[0].values, first_row, ROWS)
    lines = tuple(Line(row, (Cell(row, "", by_value[row].made, by_value[row].wanted),)) for row in shown)
    return Grid(
        rows=axes[0].axis, columns="", heads=("",), lines=lines, first_row=_within(first_row, axes[0].values),
        first_column=0, all_rows=len(axes[0].values), all_columns=1,
    )  # fmt: skip


def choices(tallies: Iterable[Tally]) -> tuple[Choice, ...]:
    """The axes that vary, with their values in order."""
    found: dict[str, list[str]] = {}
    for tally in tallies:
        found.setdefault(tally.axis, []).append(tally.value)
    return tuple(Choice(axis, tuple(in_order(values))) for axis, values in found.items())


def in_order(words: Iterable[str]) -> list[str]:
    """Each once: numbers by size, words as they came."""
    each = list(dict.fromkeys(words))
    return sorted(each, key=int) if all(word.isascii() and word.isdigit() for word in each) else each


def _within(first: int, of: Sequence[str]) -> int:
    return first if 0 <= first < len(of) else 0


def _part(of: Sequence[str], first: int, most: int) -> Sequence[str]:
    begins = _within(first, of)
    return of[begins : begins + most]
