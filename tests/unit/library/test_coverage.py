"""Coverage tells what there is of what was wanted, and where nothing is."""

from __future__ import annotations

import asyncio
from pathlib import Path

from filling import LITTLE, Shop, verses
from partimento import AsyncPartimento
from partimento.core.errors import EngineRefused
from partimento.engines.scripted import Line
from partimento.library.plan import read_plan
from verse import declare

PLAN = """
name = "practice"
model = "rules"
[[items]]
task = "exercise"
genre = ["jazz", "blues"]
level = "1-3"
kind = ["lick", "scale"]
scale = ""
"""


def test_a_plans_grid_counts_what_is_made_of_what_is_wanted(tmp_path: Path) -> None:
    async def work() -> None:
        async with AsyncPartimento(data_folder=str(tmp_path)) as client:
            library = client.library
            job = library.new_job(read_plan("max_items = 8\n" + PLAN.replace('scale = ""\n', "")))
            before = library.coverage(job.id)
            assert (before.wanted, before.made) == (8, 0)
            assert {hole.state for hole in before.holes} == {"pending"}
            done = await library.work(job.id)
            (task,) = library.coverage(job.id).tasks
            assert (task.rows, task.columns) == ("genre", "level")
            assert task.wanted == 8
            assert task.made == done.made
            assert task.grid["jazz"]["1"][1] == 2
            assert {tally.axis for tally in task.axes} == {"genre", "level", "kind"}
            everything = library.coverage()
            assert everything.made == done.made

    asyncio.run(work())


def test_a_hole_says_why_it_is_one(tmp_path: Path) -> None:
    lines: list[Line] = [EngineRefused("no"), *verses(1)]
    shop = Shop(tmp_path / "p.db", lines, folder=tmp_path, task=declare(with_rules=False))
    job = shop.library.new_job(shop.plan("parallel = 1\n" + LITTLE + 'about = ["a", "b"]'))
    asyncio.run(shop.library.work(job.id))
    told = shop.library.coverage(job.id)
    assert [(hole.fields["about"], hole.state) for hole in told.holes] == [("a", "failed")]
    assert told.holes_more == 0
    shop.close()
