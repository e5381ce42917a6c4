"""How a job stands: its state in a word, and what may be done with it."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from filling import LITTLE, Shop, verses
from partimento.library.job import Job, Progress
from partimento.library.plan import read_plan
from partimento.web.standing import Standing, makers, pace, standing, standings, told

VERSE = LITTLE + 'about = "rain"\n'
JOB = Job(
    id="one", name="practice", origin="plan", plan="", plan_hash="", state="running", why="", total=4, cap_pico=None,
    caller="{}", owner="", created_at=0.0, changed_at=0.0, seconds=0.0,
)  # fmt: skip


def _at(state: Any, *, stopping: bool = False, job: Job = JOB, **more: Any) -> Standing:
    return Standing(
        job=job, progress=Progress(job="one", name="practice", state=state, why="", total=4, **more), stopping=stopping
    )


@pytest.mark.parametrize(
    ("at", "word", "may"),
    [
        (_at("running"), "running", "pause cancel"),
        (_at("running", interrupted=True), "interrupted", "resume cancel"),
        (_at("paused"), "paused", "resume cancel"),
        (_at("paused", stopping=True), "pausing", ""),
        (_at("paused", failed=1), "paused", "resume retry cancel"),
        (_at("done"), "done", ""),
        (_at("done", failed=2), "done", "retry"),
        (_at("failed", failed=25), "failed", "resume retry"),
        (_at("cancelled"), "cancelled", ""),
    ],
)
def test_a_state_says_what_may_be_done(at: Standing, word: str, may: str) -> None:
    assert at.state[0] == word
    allowed = {name for name in ("pause", "resume", "retry", "cancel") if getattr(at, f"may_{name}")}
    assert allowed == set(may.split())


def test_done_with_failures_is_not_told_as_good() -> None:
    assert _at("done").state[1] == "good"
    assert _at("done", failed=1).state[1] == "warn"


def test_figures_in_words_are_those_of_the_page() -> None:
    words = told(_at("running", made=2, failed=1, left_s=75.0, seconds=3.0))
    assert (words.words, words.made, words.failed, words.left) == ("3 of 4 items", "2", "1", "1 min 15 s left")
    assert told(_at("paused", left_s=75.0)).left == ""


def test_a_job_stands_as_its_rows_say_and_shows_its_pace(tmp_path: Path) -> None:
    async def work() -> None:
        shop = Shop(tmp_path / "shop.db", verses(), folder=tmp_path)
        plan = read_plan(VERSE + "count = 12\n")
        job = shop.library.new_job(plan)
        before = standing(shop.library, job)
        assert (before.state[0], before.at_work, before.may_resume) == ("paused", False, True)
        await shop.library.work(job.id)
        done = shop.library.shelf.job(job.id)
        (at,) = standings(shop.library, [done])
        assert (at.state[0], at.progress.made) == ("done", 12)
        assert standing(shop.library, done).progress == at.progress
        seconds = pace(shop.library, [done], plan, 24)
        assert seconds is not None
        assert seconds == pytest.approx(24 / (at.progress.rate or 0))
        assert pace(shop.library, [done], read_plan(VERSE.replace("little", "cumulus")), 24) is None
        shop.close()

    asyncio.run(work())


def test_the_makers_of_a_plan_are_its_own_and_those_of_its_entries() -> None:
    text = 'model = "rules"\n[[items]]\ntask = "quiz"\n[[items]]\ntask = "quiz"\nmodel = "small"\n'
    assert makers(read_plan(text)) == {"rules", "small"}
