"""A whole made of parts that goes wrong: parts that fail, money and time that end, processes that die."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest

from partimento.core.errors import BudgetExceeded, EngineFault, EngineOverloaded, NothingServed
from partimento.core.money import Money
from partimento.core.ports import Call
from partimento.core.result import Partial
from partimento.core.task import Part
from partimento.engines.scripted import Line, Script
from partimento.pipeline.run import run
from partimento.store.opening import open_store
from partimento.testing.clock import FrozenClock
from partimento.testing.store_suite import NOON
from verse import CLOUD, RULES, SMALL
from wholes import BOOK, CHAPTER, OUTLINE, PARTS, Book, Chapter, House, book, ruled, written


class Failing:
    """Answers well, but for the calls whose words hold `word`: the first `times` of them it fails."""

    def __init__(self, word: str, times: int, line: Line = EngineFault("cut")) -> None:
        self.word, self.times, self.line = word, times, line

    def __call__(self, call: Call) -> Line:
        if self.word in call.user and self.times:
            self.times -= 1
            return self.line
        return written(call)


def test_a_part_that_fails_is_made_again_alone() -> None:
    house = House(Failing("rain 2", 1), models=(CLOUD,))
    result = asyncio.run(house.make(BOOK(about="rain")))
    assert Counter(house.asked) == {
        "cumulus: 3 chapters about rain": 1, "cumulus: rain 1": 1, "cumulus: rain 2": 2, "cumulus: rain 3": 1,
    }  # fmt: skip
    assert result.value.chapters[1] == Chapter("All of rain 2, plainly.")
    assert Counter(row.ending for row in house.rows) == {"served": 5, "failed": 1}


def test_what_a_failed_part_may_have_cost_stands_in_the_ledger() -> None:
    house = House(Failing("rain 2", 1), models=(CLOUD,), max_tokens=1000)
    receipt = asyncio.run(house.make(BOOK(about="rain"))).receipt
    failed = next(row for row in house.rows if row.ending == "failed")
    assert failed.cost_pico > 0
    assert house.booked == Money.of(receipt.cost_usd).pico + failed.cost_pico == house.spent


def test_a_part_whose_draft_is_flawed_is_mended_like_any_other() -> None:
    house = House(Failing("rain 2", 1, Script(pieces=('{"text":""}',))), models=(CLOUD,))
    receipt = asyncio.run(house.make(BOOK(about="rain"))).receipt
    assert [attempt.outcome for attempt in receipt.parts[2].attempts] == ["flawed", "served"]


def test_where_a_part_cannot_be_made_the_others_are_and_the_whole_is_made_in_one_piece() -> None:
    house = House(Failing("rain 2", 2, EngineOverloaded("busy")), models=(CLOUD,))
    result = asyncio.run(house.make(BOOK(about="rain")))
    assert "cumulus: rain 3" in house.asked
    assert house.asked[-1] == "cumulus: A book of 3 about rain"
    assert [(a.model, a.outcome) for a in result.receipt.attempts] == [("parts", "failed"), ("cumulus", "served")]
    assert result.receipt.attempts[0].reason == "part 'chapter 2': busy"
    assert not result.receipt.parts
    assert result.value.chapters[0].text.startswith("In one piece")


def test_asked_again_only_the_parts_are_made_that_were_not() -> None:
    failing = Failing("about rain", 9, EngineOverloaded("busy"))  # the whole; and the outline
    failing.word = "rain 2"
    house = House(lambda call: EngineOverloaded("busy") if "A book" in call.user else failing(call), models=(CLOUD,))

    async def work() -> Any:
        with pytest.raises(NothingServed) as caught:
            await house.make(BOOK(about="rain"))
        failing.times = 0
        return caught.value, await house.make(BOOK(about="rain"))

    error, result = asyncio.run(work())
    assert "part 'chapter 2': busy" in error.why
    assert [part.cached for part in result.receipt.parts] == [True, True, False, True]
    assert Counter(house.asked)["cumulus: rain 1"] == 1


def test_an_outline_that_cannot_be_made_leads_to_no_details() -> None:
    house = House(Failing("chapters about", 9), models=(SMALL,))
    result = asyncio.run(house.make(BOOK(about="rain")))
    assert result.receipt.attempts[0].reason.startswith("part 'outline': cut")
    assert [row.task for row in house.rows if row.ending == "served"] == ["book"]


def test_an_outline_that_asks_for_what_cannot_be_made_leaves_the_whole_to_one_piece() -> None:
    unknown = msgspec.structs.replace(
        PARTS, details=lambda inputs, outline: (Part(name="odd", task="chapter", fields={"subject": "x"}),)
    )
    odd = book(parts=unknown)
    house = House(models=(SMALL,), tasks=(odd, OUTLINE, CHAPTER))
    result = asyncio.run(house.make(odd(about="rain")))
    assert result.receipt.attempts[0].reason.startswith("part 'odd': unknown field of chapter 'subject'")
    assert result.value.chapters[0].text.startswith("In one piece")


def test_a_whole_that_its_checks_refuse_is_made_in_one_piece() -> None:
    short = book(parts=msgspec.structs.replace(PARTS, whole=lambda inputs, outline, details: Book((), details)))
    house = House(models=(SMALL,), tasks=(short, OUTLINE, CHAPTER))
    result = asyncio.run(house.make(short(about="rain")))
    assert [(a.model, a.outcome) for a in result.receipt.attempts] == [("parts", "flawed"), ("little", "served")]
    assert "it has 0 titles; 3 were asked for" in result.receipt.attempts[0].reason
    assert next(tally for tally in house.store.evidence if tally.task == "book").sound == 1.0


def test_a_bug_in_a_part_is_not_taken_for_a_failure() -> None:
    broken = book(parts=msgspec.structs.replace(PARTS, whole=lambda inputs, outline, details: 1 // 0))
    house = House(models=(SMALL,), tasks=(broken, OUTLINE, CHAPTER))
    with pytest.raises(ZeroDivisionError):
        asyncio.run(house.make(broken(about="rain")))
    assert Counter(row.ending for row in house.rows) == {"served": 4, "failed": 1}


# ---- money, time, cancellation ---------------------------------------------------------------------------------


def test_a_budget_that_does_not_allow_the_parts_is_told_as_such() -> None:
    house = House(models=(CLOUD,), daily_budget_usd=Decimal(0))
    with pytest.raises(BudgetExceeded):
        asyncio.run(house.make(BOOK(about="rain")))
    assert not house.engine.calls
    assert Counter((row.task, row.ending) for row in house.rows) == {("outline", "failed"): 1, ("book", "failed"): 1}


def test_a_budget_that_ends_half_way_is_kept_and_what_was_made_is_remembered() -> None:
    # an outline and a chapter cost $0.0075 each; the bound of the next is higher than what is left
    house = House(models=(CLOUD,), daily_budget_usd=Decimal("0.02"), max_tokens=1000)

    async def work() -> Any:
        with pytest.raises(BudgetExceeded):
            await house.make(BOOK(about="rain"))
        chapter = CHAPTER(title="rain 1")
        return await house.make(chapter)

    assert asyncio.run(work()).receipt.cached
    assert 0 < house.booked <= Money.of("0.02").pico
    assert house.reserved == 0


def test_a_budget_that_is_spent_leaves_the_whole_to_the_rules() -> None:
    tasks = ruled()
    house = House(models=(CLOUD, RULES), tasks=(tasks[0], OUTLINE, CHAPTER), daily_budget_usd=Decimal(0))
    result = asyncio.run(house.make(tasks[0](about="rain")))
    assert [(a.model, a.outcome) for a in result.receipt.attempts] == [
        ("parts", "passed over"), ("cumulus", "passed over"), ("rules", "served"),
    ]  # fmt: skip


def test_who_stops_in_the_middle_leaves_a_row_for_each_request_and_no_reservation() -> None:
    busy = asyncio.Event()

    def slow(call: Call) -> Line:
        if len(house.engine.calls) == 7:
            busy.set()
        return msgspec.structs.replace(written(call), delay_s=0.0 if "chapters" in call.user else 30.0)

    async def reluctant(seconds: float) -> None:
        try:
            await asyncio.sleep(seconds)
        finally:
            await asyncio.sleep(0.01)  # an upstream that takes its time to hang up

    house = House(slow, models=(CLOUD,), sleep=reluctant)

    async def work() -> None:
        whole = asyncio.create_task(house.make(BOOK(about="rain", chapters=8)))
        await busy.wait()
        whole.cancel()
        with pytest.raises(asyncio.CancelledError):
            await whole
        assert Counter((row.task, row.ending) for row in house.rows) == {
            ("book", "cancelled"): 1, ("outline", "served"): 1, ("chapter", "cancelled"): 6,
        }  # fmt: skip

    asyncio.run(work())
    assert house.reserved == 0
    assert house.booked == house.spent > 0
    assert not house.ports.in_flight


def test_closing_the_stream_after_the_first_part_stops_the_others() -> None:
    house = House(models=(CLOUD,))

    async def work() -> None:
        events = run(BOOK(about="rain"), house.ports)
        async for event in events:
            if isinstance(event, Partial):
                break
        await events.aclose()

    asyncio.run(work())
    assert Counter((row.task, row.ending) for row in house.rows) == {("book", "cancelled"): 1, ("outline", "served"): 1}
    assert not house.ports.in_flight


def test_the_parts_share_the_whole_s_deadline() -> None:
    def slow(call: Call) -> Line:
        house.clock.advance(10)
        return written(call)

    house = House(slow, models=(SMALL,))
    begun = house.clock.monotonic()
    asyncio.run(house.make(BOOK(about="rain").with_(deadline_s=200.0)))
    assert {call.deadline for call in house.engine.calls} == {begun + 200.0}


HALF = """
import asyncio, os, sys
from msgspec.structs import replace
from partimento.store.opening import open_store
from partimento.testing.clock import FrozenClock
from partimento.testing.store_suite import NOON
from verse import CLOUD
from wholes import BOOK, House, written

def slow(call):
    return replace(written(call), delay_s=3600.0 if "rain 3" in call.user else 0.0)

async def main(store):
    making = asyncio.create_task(House(slow, models=(CLOUD,), store=store, name="first").make(BOOK(about="rain")))
    while sum(row.task == "chapter" for row in store.rows()) < 2:
        await asyncio.sleep(0.01)
    os._exit(9)

asyncio.run(main(open_store(sys.argv[1], FrozenClock(NOON))))
"""


def test_a_process_that_dies_half_way_has_paid_for_no_part_twice(tmp_path: Path) -> None:
    place = tmp_path / "books.db"
    tests = str(Path(__file__).parents[2])
    died = subprocess.run(
        [sys.executable, "-c", HALF, str(place)], env={**os.environ, "PYTHONPATH": tests}, check=False, timeout=60
    )
    assert died.returncode == 9
    store = open_store(place, FrozenClock(NOON))
    try:
        house = House(models=(CLOUD,), store=store, name="second")
        receipt = asyncio.run(house.make(BOOK(about="rain"))).receipt
        rows = Counter((row.task, row.ending) for row in store.rows())
    finally:
        store.close()
    assert house.asked == ["cumulus: rain 3"]
    assert [part.cached for part in receipt.parts] == [True, True, True, False]
    assert rows == {
        ("outline", "served"): 1, ("outline", "hit"): 1, ("chapter", "served"): 3, ("chapter", "hit"): 2,
        ("chapter", "unknown"): 1, ("book", "served"): 1,
    }  # fmt: skip
