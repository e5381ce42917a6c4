"""What the library has of what was wanted: counts by axis, a grid, and the holes. Pure but for the rows it reads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, Final

from msgspec import Struct

from partimento.library.job import Job
from partimento.library.plan import Unfolded
from partimento.library.shelf import Shelf

_HOLES: Final = 200
"""Holes told one by one."""
_VALUES: Final = 200
"""Values of an axis that are told apart."""
_USUAL: Final = ("genre", "level")


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


class Stock(Struct, frozen=True):
    """How many items there are of one kind; "" where it has no such field."""

    task: str
    genre: str
    key: str
    level: str
    kind: str
    items: int


class Look(Struct, frozen=True, kw_only=True):
    """Which grid is wanted of a task in the place of the usual one: its two axes, what other fields must be (`only`),
    and what a hole must be, beside that, to be told (`cell`)."""

    task: str
    rows: str = ""
    columns: str = ""
    only: Mapping[str, str] = {}
    cell: Mapping[str, str] = {}

    def takes(self, words: Mapping[str, str]) -> bool:
        """Whether it is in the grid."""
        return _agrees(words, self.only)

    def tells(self, task: str, words: Mapping[str, str]) -> bool:
        """Whether it is a hole to be told."""
        return task == self.task and self.takes(words) and _agrees(words, self.cell)


class _Counting:
    """One task's counts while they add up."""

    def __init__(self) -> None:
        self.wanted: Counter[tuple[str, str]] = Counter()
        self.made: Counter[tuple[str, str]] = Counter()
        self.pairs_wanted: Counter[tuple[str, str]] = Counter()
        self.pairs_made: Counter[tuple[str, str]] = Counter()
        self.all = self.done = 0

    def add(
        self, words: dict[str, str], axes: tuple[str, str], made: int, wanted: int, look: Look | None = None
    ) -> None:
        """`look`: that of this task, where there is one."""
        self.all += wanted
        self.done += made
        for axis, value in words.items():
            self.wanted[axis, value] += wanted
            self.made[axis, value] += made
        rows, columns = axes
        if rows and columns and (look is None or look.takes(words)):
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


def planned_coverage(shelf: Shelf, job: Job, unfolded: Unfolded, look: Look | None = None) -> Coverage:
    """A job's: its plan beside its rows. `look`: at one task's otherwise, and at no holes but its."""
    states = dict(shelf.settled(job))
    axes = _axes(
        (block.block.task, {name: str(len(axis)) for name, axis in block.axes.items() if len(axis) > 1})
        for block in unfolded.blocks
    ) | _looked(look)
    counting: dict[str, _Counting] = {}
    holes: list[Hole] = []
    more = 0
    for item in unfolded.items():
        state = states.get(item.position, "pending")
        words = {name: str(value) for name, value in item.fields.items()}
        closer = look if look is not None and look.task == item.task else None
        two = axes.get(item.task, ("", ""))
        counting.setdefault(item.task, _Counting()).add(words, two, int(state == "made"), 1, closer)
        if state == "made" or (look is not None and not look.tells(item.task, words)):
            continue
        if len(holes) < _HOLES:
            holes.append(Hole(item.task, item.fields, state))
        else:
            more += 1
    told = tuple(one.told(task, *axes.get(task, ("", ""))) for task, one in counting.items())
    return Coverage(told, tuple(holes), more)


def covered(shelf: Shelf, job: Job | None = None, look: Look | None = None) -> Coverage:
    """What is there, whatever was wanted."""
    counting: dict[str, _Counting] = {}
    axes = _looked(look)
    for task, genre, key, level, kind, state, count in shelf.store.ask("library_coverage", job.id if job else ""):
        words = {
            name: value for name, value in (("genre", genre), ("key", key), ("level", level), ("kind", kind)) if value
        }
        closer = look if look is not None and look.task == task else None
        made = count if state == "made" else 0
        counting.setdefault(task, _Counting()).add(words, axes.get(task, _USUAL), made, count, closer)
    return Coverage(tuple(one.told(task, *axes.get(task, _USUAL)) for task, one in counting.items()))


def stock(shelf: Shelf, jobs: Iterable[Job] | None = None) -> tuple[Stock, ...]:
    """What is there of each kind, of these jobs or of all."""
    named = [""] if jobs is None else [job.id for job in jobs]
    counts: Counter[tuple[str, str, str, str, str]] = Counter()
    for one in named:
        for *words, state, count in shelf.store.ask("library_coverage", one):
            if state == "made":
                counts[words[0], words[1], words[2], words[3], words[4]] += count
    return tuple(Stock(*words, items=count) for words, count in counts.items())


def _looked(look: Look | None) -> dict[str, tuple[str, str]]:
    return {look.task: (look.rows, look.columns)} if look is not None and look.rows and look.columns else {}


def _agrees(words: Mapping[str, str], wanted: Mapping[str, str]) -> bool:
    return all(words.get(name, "") == value for name, value in wanted.items())


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
