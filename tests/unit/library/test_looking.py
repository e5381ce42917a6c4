"""The library looked at otherwise: another grid, the holes of a cell, reasons, what came last, whose a job is."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from pathlib import Path

import pytest

from filling import LITTLE, Shop, verses
from partimento import AsyncPartimento
from partimento.core.errors import BadInput, EngineRefused, UnknownName
from partimento.core.request import Caller
from partimento.engines.scripted import Line
from partimento.library.coverage import Look, stock
from partimento.library.plan import read_plan
from partimento.library.whose import job_of, jobs_of

VERSE = LITTLE + 'about = "rain"\n'
GRID = """
name = "practice"
model = "rules"
[[items]]
task = "exercise"
genre = ["jazz", "blues"]
kind = ["lick", "voicing"]
level = "1-3"
key = ["C", "F"]
"""


def _shop(tmp_path: Path, lines: Iterable[Line] | None = None) -> Shop:
    return Shop(tmp_path / "shop.db", verses() if lines is None else lines, folder=tmp_path)


def test_items_go_on_from_a_place_and_none_is_told_twice(tmp_path: Path) -> None:
    async def work() -> None:
        shop = _shop(tmp_path)
        for _ in range(2):
            await shop.library.work(shop.library.new_job(read_plan(VERSE + "count = 7\n")).id)
        every = [one.place for one in shop.library.items()]
        seen = [one.place for one in shop.library.shelf.listing(after=every[4])]
        assert len(every) == len(set(every)) >= 7
        assert every[:5] + seen == every
        shop.close()

    asyncio.run(work())


@pytest.mark.parametrize("place", ["nothing", ":", "job:x", "job:-1", ":3", "job:99999999999", "job:²"])
def test_a_place_that_is_none_is_refused(tmp_path: Path, place: str) -> None:
    shop = _shop(tmp_path)
    with pytest.raises(BadInput, match="begin anew"):
        list(shop.library.shelf.listing(after=place))
    shop.close()


def test_what_came_last_stands_first_and_its_size_is_known(tmp_path: Path) -> None:
    async def work() -> None:
        shop = _shop(tmp_path)
        assert shop.library.shelf.size() == 0
        job = shop.library.new_job(read_plan(VERSE + "count = 9\n"))
        await shop.library.work(job.id)
        latest = shop.library.shelf.latest(job, 4)
        assert [one.position for one in latest] == [8, 7, 6, 5]
        values = [row[0] for row in (shop.store.ask("packed_item", one.memory_id)[0] for one in shop.library.items())]
        assert shop.library.shelf.size() == sum(len(value) for value in values)
        shop.close()

    asyncio.run(work())


def test_reasons_are_gathered_failures_first(tmp_path: Path) -> None:
    async def work() -> None:
        shop = _shop(tmp_path, [EngineRefused("no", why="quota")] * 40)
        job = shop.library.new_job(read_plan(VERSE + "count = 3\n"))
        await shop.library.work(job.id)
        (reason,) = shop.library.shelf.reasons(job, 10)
        assert (reason.state, reason.items) == ("failed", 3)
        assert "quota" in reason.error
        shop.close()

    asyncio.run(work())


def test_a_key_sees_its_own_jobs_and_nobody_elses(tmp_path: Path) -> None:
    shop = _shop(tmp_path)
    mine = shop.library.new_job(read_plan(VERSE), Caller(key="mine"))
    theirs = shop.library.new_job(read_plan("seed = 2\n" + VERSE), Caller(key="theirs"))
    owners = shop.library.new_job(read_plan("seed = 3\n" + VERSE))
    shelf = shop.library.shelf
    assert {job.id for job in jobs_of(shelf, None)} == {mine.id, theirs.id, owners.id}
    assert [job.id for job in jobs_of(shelf, "mine")] == [mine.id]
    assert job_of(shelf, "mine", "poems").id == mine.id
    assert job_of(shelf, None, owners.id).id == owners.id
    with pytest.raises(UnknownName, match="look under Jobs"):
        job_of(shelf, "mine", theirs.id, "look under Jobs")
    shop.close()


def test_stock_counts_what_was_made_of_some_jobs_or_all(tmp_path: Path) -> None:
    async def work() -> None:
        shop = _shop(tmp_path)
        first = shop.library.new_job(read_plan(VERSE + "count = 4\n"))
        second = shop.library.new_job(read_plan(VERSE + "count = 3\n"))
        await shop.library.work(first.id)
        await shop.library.work(second.id)
        assert sum(one.items for one in stock(shop.library.shelf)) == sum(1 for _ in shop.library.items())
        assert sum(one.items for one in stock(shop.library.shelf, [first])) == 4
        assert stock(shop.library.shelf, []) == ()
        shop.close()

    asyncio.run(work())


def test_another_grid_is_counted_where_it_is_asked_for(tmp_path: Path) -> None:
    async def work() -> None:
        async with AsyncPartimento(data_folder=str(tmp_path)) as client:
            library = client.library
            job = library.new_job(read_plan("max_items = 10\n" + GRID))
            await library.work(job.id)
            (usual,) = library.coverage(job.id).tasks
            assert (usual.rows, usual.columns) == ("genre", "level")
            look = Look(task="exercise", rows="kind", columns="key", only={"level": "1"})
            other = library.coverage(job.id, look)
            (task,) = other.tasks
            assert (task.rows, task.columns, task.wanted) == ("kind", "key", 10)
            assert sum(wanted for line in task.grid.values() for _, wanted in line.values()) == 4
            assert {tally.value for tally in task.axes if tally.axis == "level"} == {"1", "2", "3"}
            whole = library.coverage("", look)
            assert (whole.tasks[0].rows, whole.tasks[0].columns) == ("kind", "key")

    asyncio.run(work())


def test_the_holes_of_a_cell_are_told_alone(tmp_path: Path) -> None:
    async def work() -> None:
        async with AsyncPartimento(data_folder=str(tmp_path)) as client:
            job = client.library.new_job(read_plan(GRID))
            every = client.library.coverage(job.id)
            assert len(every.holes) == 24
            cell = {"genre": "blues", "level": "2"}
            look = Look(task="exercise", rows="genre", columns="level", only={"kind": "lick"}, cell=cell)
            found = client.library.coverage(job.id, look).holes
            assert len(found) == 2
            assert all(
                (hole.fields["genre"], hole.fields["level"], hole.fields["kind"]) == ("blues", 2, "lick")
                for hole in found
            )
            assert client.library.coverage(job.id, Look(task="quiz")).holes == ()

    asyncio.run(work())
