"""A grid of coverage fits a page: parts of it, order, marks, and the one axis that varies alone."""

from __future__ import annotations

import pytest

from partimento.library.coverage import Tally, TaskCoverage
from partimento.web.grids import COLUMNS, ROWS, Cell, choices, grid_of, in_order


def _task(rows: int, columns: int) -> TaskCoverage:
    grid = {f"row {row}": {str(column): (1, 2) for column in range(columns)} for row in range(rows)}
    return TaskCoverage("exercise", 2 * rows * columns, rows * columns, (), "genre", "level", grid)


@pytest.mark.parametrize(
    ("made", "wanted", "mark", "words"),
    [
        (0, 0, "none", "–"),
        (0, 3, "hole", "0/3"),
        (1, 3, "part", "1/3"),
        (3, 3, "full", "3"),
        (1200, 1200, "full", "1,200"),
    ],
)
def test_a_cell_says_by_words_what_it_says_by_colour(made: int, wanted: int, mark: str, words: str) -> None:
    cell = Cell("jazz", "1", made, wanted)
    assert (cell.mark, cell.words) == (mark, words)


def test_a_small_grid_stands_whole() -> None:
    grid = grid_of(_task(3, 4))
    assert grid is not None
    assert (len(grid.lines), grid.heads) == (3, ("0", "1", "2", "3"))
    assert (grid.next_row, grid.next_column) == (0, 0)


def test_a_large_grid_comes_in_parts_that_hold_each_cell_once() -> None:
    told = _task(2 * ROWS + 1, COLUMNS + 3)
    seen: list[tuple[str, str]] = []
    for row in (0, ROWS, 2 * ROWS):
        for column in (0, COLUMNS):
            grid = grid_of(told, row, column)
            assert grid is not None
            assert grid.next_row == (row + ROWS if row < 2 * ROWS else 0)
            assert grid.next_column == (COLUMNS if not column else 0)
            seen += [(cell.row, cell.column) for line in grid.lines for cell in line.cells]
    assert len(seen) == len(set(seen)) == (2 * ROWS + 1) * (COLUMNS + 3)


def test_a_part_that_is_not_there_is_the_first() -> None:
    grid = grid_of(_task(3, 3), 400, 999)
    assert grid is not None
    assert (grid.first_row, grid.first_column, grid.lines[0].head) == (0, 0, "row 0")


def test_one_axis_alone_is_a_column() -> None:
    tallies = (Tally("topic", "swing", 2, 2), Tally("topic", "clave", 2, 0))
    grid = grid_of(TaskCoverage("tutorial", 4, 2, tallies))
    assert grid is not None
    assert (grid.rows, grid.columns) == ("topic", "")
    assert [(line.head, line.cells[0].words) for line in grid.lines] == [("swing", "2"), ("clave", "0/2")]


def test_where_nothing_varies_there_is_no_grid() -> None:
    assert grid_of(TaskCoverage("quiz", 1, 1, ())) is None


def test_numbers_come_by_size_and_words_as_they_came() -> None:
    assert in_order(["10", "9", "1", "9"]) == ["1", "9", "10"]
    assert in_order(["F", "C", "Bb"]) == ["F", "C", "Bb"]
    assert in_order(["²", "1"]) == ["²", "1"]


def test_axes_to_choose_from_keep_their_values_together() -> None:
    found = choices([Tally("level", "2", 1, 1), Tally("genre", "jazz", 1, 1), Tally("level", "1", 1, 1)])
    assert [(one.axis, one.values) for one in found] == [("level", ("1", "2")), ("genre", ("jazz",))]
