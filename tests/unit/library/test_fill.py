"""A job fills the library: it can stop anywhere and go on, pays nothing twice, and never more than its cap."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from databases import Place
from filling import LITTLE, PAID, Shop, until, verses
from partimento.core.errors import BadInput, EngineRefused, UnknownName
from partimento.core.money import Money
from partimento.core.request import Caller, Options
from partimento.engines.scripted import Line, Script
from partimento.ledger.report import usage
from partimento.library.job import Progress
from partimento.store.maintenance import prune
from partimento.testing.clock import FrozenClock
from partimento.testing.store_suite import NOON
from verse import Verse, declare


def topics(count: int) -> str:
    return f"about = {[f'topic {number}' for number in range(count)]}\n"


def worked(shop: Shop, job: str, **how: Any) -> Progress:
    return asyncio.run(shop.library.work(job, **how))


@pytest.fixture
def shop(place: Place, tmp_path: Path) -> Any:
    opened = Shop(place, verses(), folder=tmp_path)
    yield opened
    opened.close()


def test_what_a_plan_asks_for_is_made_and_served_from_then_on(shop: Shop) -> None:
    job = shop.library.new_job(shop.plan(LITTLE + topics(30)))
    done = worked(shop, job.id)
    assert (done.state, done.made, done.failed, done.settled) == ("done", 30, 0, 30)
    asked = len(shop.engine.calls)
    request = shop.task(about="topic 3")
    ways = [Options(), Options(model="little", selection_mode="manual")]
    results = [asyncio.run(shop.make(request.with_(options=options))) for options in ways]
    assert [result.receipt.cached for result in results] == [True, True]
    assert len(shop.engine.calls) == asked == 30
    assert {item.topic for item in shop.library.items(task="verse")} == {""}
    assert len(list(shop.library.items(job=job.id))) == 30


def test_its_requests_stand_in_the_ledger_under_the_job_and_wait_for_everybody_else(shop: Shop) -> None:
    job = shop.library.new_job(shop.plan(LITTLE + topics(3)), Caller(user="42", names=("Zoe",)))
    worked(shop, job.id)
    assert {row.endpoint for row in shop.store.rows()} == {f"library.{job.id}"}
    assert {row.user for row in shop.store.rows()} == {"42"}
    assert {call.request.caller.priority for call in shop.engine.calls} == {"batch"}
    assert "Zoe" not in shop.library.shelf.job(job.id).caller
    assert usage(shop.store, NOON, 1, "endpoint").lines[0].name == f"library.{job.id}"


def test_what_the_library_made_does_not_expire_and_is_not_pruned(place: Place, tmp_path: Path) -> None:
    clock = FrozenClock(NOON)
    shop = Shop(place, verses(), folder=tmp_path, clock=clock, ttl={"verse": 1.0})
    job = shop.library.new_job(shop.plan(LITTLE + topics(2)))
    worked(shop, job.id)
    clock.advance(86_400 * 40)
    prune(shop.store, clock.now())
    assert asyncio.run(shop.make(shop.task(about="topic 1"))).receipt.cached
    prune(shop.store, clock.now(), "verse")  # by hand: the entries go, and the items stay
    assert len(list(shop.library.items())) == 2
    again = shop.library.new_job(shop.plan(LITTLE + topics(2)))
    assert worked(shop, again.id).made == 2
    assert asyncio.run(shop.make(shop.task(about="topic 1"))).receipt.cached
    assert len(shop.engine.calls) == 2
    shop.close()


def test_an_answer_that_is_there_already_keeps_its_place(shop: Shop) -> None:
    mine = asyncio.run(shop.make(shop.task(about="topic 0")))
    job = shop.library.new_job(shop.plan(LITTLE + topics(1)))
    worked(shop, job.id)
    assert asyncio.run(shop.make(shop.task(about="topic 0"))).receipt.memory_id == mine.receipt.memory_id


def test_a_job_that_was_stopped_goes_on_where_it_stood(place: Place, tmp_path: Path) -> None:
    shop = Shop(place, (Script(pieces=(text,), delay_s=0.01) for text in verses()), folder=tmp_path)
    job = shop.library.new_job(shop.plan("parallel = 2\n" + LITTLE + topics(400)))

    async def paused() -> Progress:
        work = asyncio.create_task(shop.library.work(job.id))
        await until(lambda: len(shop.engine.calls) >= 20)
        shop.library.pause(job.id)
        return await work

    first = asyncio.run(paused())
    assert (first.state, first.why) == ("paused", "paused by hand")
    assert 20 <= first.made < 400
    asked = len(shop.engine.calls)
    assert asked == first.made
    shop.close()
    again = Shop(place, verses(chance=2), folder=tmp_path)
    done = worked(again, job.id)
    assert (done.state, done.made) == ("done", 400)
    assert len(again.engine.calls) == 400 - asked
    again.close()


def test_cancelled_like_by_ctrl_c_it_is_put_down_as_paused(place: Place, tmp_path: Path) -> None:
    shop = Shop(place, (Script(pieces=(text,), delay_s=0.01) for text in verses()), folder=tmp_path)
    job = shop.library.new_job(shop.plan(LITTLE + topics(200)))

    async def broken_off() -> None:
        work = asyncio.create_task(shop.library.work(job.id))
        await until(lambda: len(shop.engine.calls) >= 30)
        work.cancel()
        with pytest.raises(asyncio.CancelledError):
            await work

    asyncio.run(broken_off())
    left = shop.library.progress(job.id)
    assert left.state == "paused"
    assert left.why.startswith("interrupted")
    assert left.made > 0
    assert worked(shop, job.id).made == 200
    shop.close()


def test_a_job_may_be_begun_beside_other_work_and_is_put_down_with_the_client(place: Place, tmp_path: Path) -> None:
    shop = Shop(place, (Script(pieces=(text,), delay_s=0.02) for text in verses()), folder=tmp_path)
    job = shop.library.new_job(shop.plan(LITTLE + topics(500)))

    async def served() -> Progress:
        begun = await shop.library.begin(job.id)
        with pytest.raises(BadInput, match="another process is at the job"):
            await shop.library.begin(job.id)
        await until(lambda: shop.library.progress(job.id).made)
        await shop.library.close()
        return begun

    assert asyncio.run(served()).state == "running"
    assert shop.library.progress(job.id).state == "paused"
    shop.close()


def test_what_fails_is_told_and_can_be_made_again_alone(place: Place, tmp_path: Path) -> None:
    good = verses()
    lines: Iterator[Line] = (EngineRefused("no", why="busy") if number % 3 == 0 else next(good) for number in range(30))
    shop = Shop(place, lines, folder=tmp_path, task=declare(with_rules=False))
    job = shop.library.new_job(shop.plan("parallel = 1\n" + LITTLE + topics(30)))
    first = worked(shop, job.id)
    assert (first.state, first.made, first.failed) == ("done", 20, 10)
    assert "no" in first.errors[0].error
    assert first.errors[0].items == 10
    assert worked(shop, job.id).failed == 10  # going on makes only what is not settled
    asked = len(shop.engine.calls)
    shop.close()
    again = Shop(place, verses(chance=3), folder=tmp_path, task=declare(with_rules=False))
    done = worked(again, job.id, failed_only=True)
    assert (done.state, done.made, done.failed) == ("done", 30, 0)
    assert (asked, len(again.engine.calls)) == (30, 10)
    again.close()


def test_failures_in_a_row_end_the_job_and_not_the_whole_plan(place: Place, tmp_path: Path) -> None:
    shop = Shop(place, itertools.repeat(EngineRefused("no")), folder=tmp_path, task=declare(with_rules=False))
    job = shop.library.new_job(shop.plan("parallel = 1\n" + LITTLE + topics(400)))
    ended = worked(shop, job.id)
    assert ended.state == "failed"
    assert "one after another" in ended.why
    assert ended.failed == 25
    assert len(shop.engine.calls) == 25
    shop.close()


def test_a_fault_of_one_item_does_not_end_the_job(place: Place, tmp_path: Path) -> None:
    lines: list[Line] = [RuntimeError("a bug"), *verses(4)]
    shop = Shop(place, lines, folder=tmp_path, task=declare(with_rules=False))
    job = shop.library.new_job(shop.plan("parallel = 1\n" + LITTLE + topics(5)))
    done = worked(shop, job.id)
    assert (done.made, done.failed) == (4, 1)
    assert done.errors[0].error == "RuntimeError: a bug"
    shop.close()


def test_a_cap_is_never_passed_and_more_money_goes_on(place: Place, tmp_path: Path) -> None:
    usage = Script(pieces=()).usage
    assert usage is not None
    lines = (Script(pieces=(text,), delay_s=0.001) for text in verses())
    shop = Shop(place, lines, folder=tmp_path, task=declare(with_rules=False), max_tokens=100)
    job = shop.library.new_job(shop.plan("cost_cap_usd = 0.005\n" + PAID + topics(100)))
    first = worked(shop, job.id)
    assert first.state == "paused"
    assert "the cap is $0.005" in first.why
    assert first.made > 5
    assert first.failed == 0
    spent = sum(row.cost_pico for row in shop.store.rows())
    assert first.cost_usd == Money(spent).usd
    assert 0 < first.cost_usd <= 0.005
    done = worked(shop, job.id, cap=Money.of("1"))
    assert (done.state, done.made) == ("done", 100)
    assert done.cost_usd > 0.005
    shop.close()


def test_a_cap_holds_while_calls_are_under_way_side_by_side(place: Place, tmp_path: Path) -> None:
    lines = (Script(pieces=(text,), delay_s=0.005) for text in verses())
    shop = Shop(place, lines, folder=tmp_path, task=declare(with_rules=False), max_tokens=100)
    job = shop.library.new_job(shop.plan("parallel = 64\ncost_cap_usd = 0.004\n" + PAID + topics(200)))
    done = worked(shop, job.id)
    assert done.state == "paused"
    assert sum(row.cost_pico for row in shop.store.rows(most=500)) <= Money.of("0.004").pico
    shop.close()


def test_the_money_of_a_broken_process_counts_under_the_cap(place: Place, tmp_path: Path) -> None:
    shop = Shop(place, verses(), folder=tmp_path, task=declare(with_rules=False), max_tokens=100)
    job = shop.library.new_job(shop.plan("cost_cap_usd = 0.003\n" + PAID + topics(100)))
    first = worked(shop, job.id)
    again = worked(shop, job.id)
    assert again.made == first.made
    assert again.state == "paused"
    shop.close()


def test_another_budget_that_is_used_up_pauses_it_too(place: Place, tmp_path: Path) -> None:
    shop = Shop(
        place, verses(), folder=tmp_path, task=declare(with_rules=False), max_tokens=100, monthly_budget_usd="0.003"
    )
    job = shop.library.new_job(shop.plan(PAID + topics(50)))
    paused = worked(shop, job.id)
    assert paused.state == "paused"
    assert "a budget is used up" in paused.why
    assert paused.made > 0
    shop.close()


def test_a_near_duplicate_is_asked_again_with_another_seed_and_then_refused(place: Place, tmp_path: Path) -> None:
    (text,) = verses(1)
    fresh = verses(chance=9)
    lines = itertools.chain([text, text, next(fresh), next(fresh)], itertools.repeat(text))
    shop = Shop(place, lines, folder=tmp_path, task=declare(with_rules=False))
    job = shop.library.new_job(shop.plan("parallel = 1\n" + LITTLE + topics(4)))
    done = worked(shop, job.id)
    assert (done.made, done.duplicates) == (3, 1)
    assert (
        len(shop.engine.calls) == 1 + 2 + 1 + 2
    )  # the last one's seed made no difference: it was not asked a third time
    hole = shop.library.coverage(job.id).holes[0]
    assert (hole.fields["about"], hole.state) == ("topic 3", "duplicate")
    shop.close()


def test_the_rules_are_asked_for_another_seed(shop: Shop) -> None:
    job = shop.library.new_job(shop.plan(LITTLE.replace("little", "rules") + 'about = "rain"\ncount = 5'))
    done = worked(shop, job.id)
    assert done.made == 5  # their lines differ by the seed alone


def test_a_plan_that_asks_for_the_same_twice_has_it_once(shop: Shop) -> None:
    job = shop.library.new_job(shop.plan("parallel = 1\n" + LITTLE + 'about = ["rain", " rain "]'))
    done = worked(shop, job.id)
    assert (done.made, done.duplicates) == (1, 1)
    assert len(shop.engine.calls) == 1


def test_what_another_job_made_is_taken_from_there(shop: Shop) -> None:
    first = shop.library.new_job(shop.plan(LITTLE + topics(6)))
    worked(shop, first.id)
    second = shop.library.new_job(shop.plan(LITTLE + topics(8)))
    assert worked(shop, second.id).made == 8
    assert len(shop.engine.calls) == 8


def test_small_requests_share_a_call_where_their_task_allows_it(place: Place, tmp_path: Path) -> None:
    task = msgspec.structs.replace(declare(with_rules=False), together=4)
    answers = verses()

    def many() -> Any:
        while True:
            yield "{" + ",".join(f'"answer_{number}":{next(answers)}' for number in range(1, 5)) + "}"

    shop = Shop(place, many(), folder=tmp_path, task=task)
    job = shop.library.new_job(shop.plan(LITTLE + topics(16)))
    done = worked(shop, job.id)
    assert (done.made, done.failed) == (16, 0)
    assert len(shop.engine.calls) == 4
    shop.close()
    alone = Shop(place, verses(chance=5), folder=tmp_path, task=task)
    job = alone.library.new_job(
        alone.plan("merge = false\n" + LITTLE.replace("poems", "b") + 'mood = "x"\n' + topics(4))
    )
    assert worked(alone, job.id).made == 4
    assert len(alone.engine.calls) == 4
    alone.close()


def test_progress_is_told_on_the_way(place: Place, tmp_path: Path) -> None:
    lines = (Script(pieces=(text,), delay_s=0.02) for text in verses())
    shop = Shop(place, lines, folder=tmp_path)
    job = shop.library.new_job(shop.plan("parallel = 4\n" + LITTLE + topics(120)))
    heard: list[Progress] = []
    worked(shop, job.id, told=heard.append)
    assert len(heard) >= 2
    settled = [progress.settled for progress in heard]
    assert settled == sorted(settled)
    assert settled[-1] == 120
    assert heard[0].rate is not None
    assert heard[0].left_s is not None
    assert heard[0].left_s > 0
    assert "of 120" in heard[0].line()
    shop.close()


def test_a_process_that_is_gone_holds_no_job(place: Place, tmp_path: Path) -> None:
    shop = Shop(place, verses(), folder=tmp_path)
    job = shop.library.new_job(shop.plan(LITTLE + topics(3)))
    shop.store.tell("take_library_job", "gone/1/never", None, NOON, job.id, "")
    here: Callable[[str], bool] = lambda owner: owner != "gone/1/never"  # noqa: E731
    shop.library.shelf._alive = lambda owner: True
    with pytest.raises(BadInput, match="another process"):
        worked(shop, job.id)
    shop.library.shelf._alive = here
    assert shop.library.progress(job.id).interrupted
    assert worked(shop, job.id).state == "done"
    shop.close()


def test_what_has_ended_is_not_paused_and_what_is_cancelled_stays_so(shop: Shop) -> None:
    job = shop.library.new_job(shop.plan(LITTLE + topics(2)))
    cancelled = shop.library.cancel(job.id)
    assert cancelled.state == "cancelled"
    with pytest.raises(BadInput, match="it is cancelled"):
        shop.library.pause(job.id)
    done = shop.library.new_job(shop.plan(LITTLE + topics(2)))
    worked(shop, done.id)
    with pytest.raises(BadInput, match="it is done"):
        shop.library.pause(done.id)


def test_a_job_is_found_by_its_name_or_the_beginning_of_its_id(shop: Shop) -> None:
    job = shop.library.new_job(shop.plan(LITTLE + topics(2)))
    assert shop.library.progress("poems").job == job.id
    assert shop.library.progress(job.id[:16]).job == job.id
    with pytest.raises(UnknownName):
        shop.library.progress("sonnets")


def test_what_is_personal_in_a_plan_is_not_kept(shop: Shop) -> None:
    job = shop.library.new_job(shop.plan(LITTLE + 'about = "write to anna@example.org"'))
    worked(shop, job.id)
    (item,) = shop.library.items()
    assert "anna@" not in item.fields
    assert "EMAIL_1" in item.fields


def test_rules_whose_draft_is_flawed_draw_again(place: Place, tmp_path: Path) -> None:
    def fickle(inputs: Any, seed: int) -> Verse:
        return Verse(("one line",) if seed % 2 else (f"{inputs.about} {seed}", "and another"))

    task = msgspec.structs.replace(declare(), rules=fickle)
    shop = Shop(place, folder=tmp_path, task=task)
    job = shop.library.new_job(shop.plan(LITTLE.replace("little", "rules") + topics(20)))
    done = worked(shop, job.id)
    assert done.made > 15
    assert done.made + done.failed == 20
    shop.close()


def test_every_jobs_cost_is_told_at_once(shop: Shop) -> None:
    first = shop.library.new_job(shop.plan(PAID + topics(2)))
    second = shop.library.new_job(shop.plan(PAID + topics(5)))
    worked(shop, first.id)
    worked(shop, second.id)
    told = {job.job: job.cost_usd for job in shop.library.jobs()}
    assert told == {job.id: shop.library.progress(job.id).cost_usd for job in (first, second)}
    assert 0 < told[first.id] < told[second.id]
