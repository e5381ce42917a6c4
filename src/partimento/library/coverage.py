"""What the library has of what was wanted: counts by axis, a grid, and the holes. Pure but for the rows it reads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any, Final

from msgspec import Struct

from partimento.library.job import Job
from partimento.library.plan import Unfolded
from partimento.library.shelf import Shelf

_HOLES: Final = 200
"""Holes told one by one."""
_VALUES: Final = 200
"""Values of an axis that are told apart."""


class Tally(Struct, frozen=True):
    """Of one value of an axis: items wanted and made."""

    axis: str
    value: str
    wanted: int
    made: int


class Hole(Struct, frozen=True):
    """A combination that is wanted and has no item. `state`: pending, failed, duplicate or skipped."""

    task: str
    fields: dict[str, Any]
    state: str


class TaskCoverage(Struct, frozen=True):
    """One task's: by axis, and as a grid of two axes, whose cells are (row, column) → made of wanted."""

    task: str
    wanted: int
    made: int
    axes: tuple[Tally, ...]
    rows: str = ""
    columns: str = ""
    grid: dict[str, dict[str, tuple[int, int]]] = {}


class Coverage(Struct, frozen=True):
    """All tasks', and where nothing is; `holes_more` are not told one by one."""

    tasks: tuple[TaskCoverage, ...]
    holes: tuple[Hole, ...] = ()
    holes_more: int = 0

    @property
    def wanted(self) -> int:
        return sum(task.wanted for task in self.tasks)

    @property
    def made(self) -> int:
        return sum(task.made for task in self.tasks)


class _Counting:
    """One task's counts while they add up."""

    def __init__(self) -> None:
        self.wanted: Counter[tuple[str, str]] = Counter()
        self.made: Counter[tuple[str, str]] = Counter()
        self.pairs_wanted: Counter[tuple[str, str]] = Counter()
        self.pairs_made: Counter[tuple[str, str]] = Counter()
        self.all = self.done = 0

    def add(self, words: dict[str, str], rows: str, columns: str, made: int, wanted: int) -> None:
        self.all += wanted
        self.done += made
        for axis, value in words.items():
            self.wanted[axis, value] += wanted
            self.made[axis, value] += made
        if rows and columns:
            pair = words.get(rows, ""), words.get(columns, "")
            self.pairs_wanted[pair] += wanted
            self.pairs_made[pair] += made

    def told(self, task: str, rows: str, columns: str) -> TaskCoverage:
        tallies = [Tally(axis, value, wanted, self.made[axis, value]) for (axis, value), wanted in self.wanted.items()]
        several = Counter(tally.axis for tally in tallies)
        grid: dict[str, dict[str, tuple[int, int]]] = {}
        for (row, column), wanted in self.pairs_wanted.items():
            grid.setdefault(row, {})[column] = (self.pairs_made[row, column], wanted)
        shown = tuple(tally for tally in tallies if 1 < several[tally.axis] <= _VALUES)
        return TaskCoverage(task, self.all, self.done, shown, rows, columns, grid)


def planned_coverage(shelf: Shelf, job: Job, unfolded: Unfolded) -> Coverage:
    """A job's: its plan beside its rows."""
    states = dict(shelf.settled(job))
    axes = _axes(
        (block.block.task, {name: str(len(axis)) for name, axis in block.axes.items() if len(axis) > 1})
        for block in unfolded.blocks
    )
    counting: dict[str, _Counting] = {}
    holes: list[Hole] = []
    more = 0
    for item in unfolded.items():
        state = states.get(item.position, "pending")
        words = {name: str(value) for name, value in item.fields.items()}
        rows, columns = axes.get(item.task, ("", ""))
        counting.setdefault(item.task, _Counting()).add(words, rows, columns, int(state == "made"), 1)
        if state == "made":
            continue
        if len(holes) < _HOLES:
            holes.append(Hole(item.task, item.fields, state))
        else:
            more += 1
    told = tuple(one.told(task, *axes.get(task, ("", ""))) for task, one in counting.items())
    return Coverage(told, tuple(holes), more)


def covered(shelf: Shelf, job: Job | None = None) -> Coverage:
    """What is there, whatever was wanted."""
    counting: dict[str, _Counting] = {}
    for task, genre, key, level, kind, state, count in shelf.store.ask("library_coverage", job.id if job else ""):
        words = {
            name: value for name, value in (("genre", genre), ("key", key), ("level", level), ("kind", kind)) if value
        }
        counting.setdefault(task, _Counting()).add(words, "genre", "level", count if state == "made" else 0, count)
    return Coverage(tuple(one.told(task, "genre", "level") for task, one in counting.items()))


def _axes(blocks: Iterable[tuple[str, dict[str, str]]]) -> dict[str, tuple[str, str]]:
    """Which two axes make a task's grid: genre and level where they vary, else the first that do."""
    found: dict[str, list[str]] = {}
    for task, axes in blocks:
        known = found.setdefault(task, [])
        known += [name for name in axes if name not in known]
    chosen = {}
    for task, names in found.items():
        first = [name for name in ("genre", "level", "kind", "key") if name in names]
        rest = [name for name in names if name not in first]
        two = (*first, *rest)[:2]
        chosen[task] = (two[0], two[1]) if len(two) == 2 else ("", "")
    return chosen
