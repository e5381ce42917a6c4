"""A whole made of parts: who makes which, what is remembered, what it cost, and what happens when a part fails."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any

import msgspec

from partimento.core.money import Money
from partimento.core.ports import Call
from partimento.core.request import Caller, Options, Request
from partimento.core.result import Attempted, Claims, Done, Partial, Started
from partimento.core.task import Part
from partimento.core.usage import Usage
from partimento.engines.scripted import Line, Script
from partimento.pipeline.cache import fingerprint
from partimento.pipeline.run import run
from verse import CHEAP_CLOUD, CLOUD, RULES, SMALL
from wholes import BOOK, CHAPTER, OUTLINE, PARTS, Book, Chapter, House, book, ruled, written

OFF = Options(in_parts=False)
ON = Options(in_parts=True)


def events_of(house: House, request: Request[Any]) -> list[Any]:
    async def read() -> list[Any]:
        return [event async for event in run(request, house.ports)]

    return asyncio.run(read())


# ---- who makes what --------------------------------------------------------------------------------------------


def test_the_outline_is_the_strongest_s_and_the_details_are_the_cheapest_s() -> None:
    house = House()
    result = asyncio.run(house.make(BOOK(about="rain")))
    assert house.asked == ["cumulus: 3 chapters about rain", "little: rain 1", "little: rain 2", "little: rain 3"]
    assert result.value.titles == ("rain 1", "rain 2", "rain 3")
    assert result.value.chapters[1] == Chapter("All of rain 2, plainly.")
    assert result.value.generation_method == "cumulus + little"


def test_details_are_made_side_by_side() -> None:
    under_way: list[int] = []

    def counting(call: Call) -> Line:
        under_way.append(len(house.ports.in_flight))
        return msgspec.structs.replace(written(call), delay_s=0.001)

    house = House(counting)
    asyncio.run(house.make(BOOK(about="rain", chapters=8)))
    assert max(under_way) == 1 + 6  # the whole, and six of its eight parts


def test_the_caller_s_choice_of_a_model_goes_for_every_part() -> None:
    house = House(models=(CLOUD, CHEAP_CLOUD, SMALL))
    request = BOOK(about="rain").with_(options=Options(selection_mode="manual", model="cirrus"))
    asyncio.run(house.make(request))
    assert {call.model.id for call in house.engine.calls} == {"cirrus"}


def test_a_tier_that_the_caller_names_bounds_every_part() -> None:
    house = House(models=(CLOUD, SMALL))
    asyncio.run(house.make(BOOK(about="rain").with_(options=Options(model="small"))))
    assert {call.model.id for call in house.engine.calls} == {"little"}


def test_each_part_is_the_same_caller_s() -> None:
    house = House()
    asyncio.run(house.make(BOOK(about="rain").with_(caller=Caller(user="42", key="k", endpoint="/books"))))
    assert Counter((row.task, row.user, row.key, row.endpoint) for row in house.rows) == {
        ("book", "42", "k", "/books"): 1,
        ("outline", "42", "k", "/books"): 1,
        ("chapter", "42", "k", "/books"): 3,
    }


def test_a_caller_held_to_some_models_is_held_to_them_in_every_part() -> None:
    house = House()
    asyncio.run(house.make(BOOK(about="rain").with_(caller=Caller(models=("small",)))))
    assert {call.model.id for call in house.engine.calls} == {"little"}


def test_what_is_kept_for_one_user_is_kept_for_him_in_every_part() -> None:
    house = House(models=(SMALL,))

    async def work() -> Any:
        mine = BOOK(about="rain").with_(scope="user", caller=Caller(user="1"))
        await house.make(mine)
        return await house.make(mine.with_(caller=Caller(user="2")))

    assert [part.cached for part in asyncio.run(work()).receipt.parts] == [False] * 4


def test_how_hard_the_whole_is_says_nothing_of_its_parts() -> None:
    house = House(models=(CLOUD, SMALL))
    receipt = asyncio.run(house.make(BOOK(about="rain").with_(options=Options(complexity=9)))).receipt
    assert (receipt.complexity, [part.complexity for part in receipt.parts]) == (9, [4, 3, 3, 3])


def test_what_stays_on_your_machines_stays_there_in_its_parts() -> None:
    house = House(models=(CLOUD, SMALL), tasks=(book(local=True), OUTLINE, CHAPTER))
    asked = book(local=True)(about="rain")
    result = asyncio.run(house.make(asked))
    assert {call.model.id for call in house.engine.calls} == {"little"}
    assert "add outline to local_tasks" in result.receipt.attempts[0].reason
    at_home = House(models=(CLOUD, SMALL), local_tasks=("outline", "chapter"))
    assert len(asyncio.run(at_home.make(asked)).receipt.parts) == 4
    assert {call.model.id for call in at_home.engine.calls} == {"little"}


# ---- in parts or in one piece ----------------------------------------------------------------------------------


def test_where_it_is_left_open_the_task_knows_what_pays() -> None:
    small, large = House(), House()
    asyncio.run(small.make(BOOK(about="rain", chapters=2)))
    asyncio.run(large.make(BOOK(about="rain", chapters=3)))
    assert len(small.engine.calls) == 1
    assert len(large.engine.calls) == 4


def test_the_options_decide_against_the_task() -> None:
    small, large = House(), House()
    asyncio.run(small.make(BOOK(about="rain", chapters=2).with_(options=ON)))
    asyncio.run(large.make(BOOK(about="rain", chapters=3).with_(options=OFF)))
    assert len(small.engine.calls) == 3
    assert len(large.engine.calls) == 1


def test_the_rules_alone_make_it_in_one_piece_unless_asked() -> None:
    tasks = ruled()
    house = House(models=(RULES,), tasks=tasks)
    whole = asyncio.run(house.make(tasks[0](about="rain")))
    assert not whole.receipt.parts
    assert whole.value.generation_method == "rules"
    asked = asyncio.run(house.make(tasks[0](about="rain").with_(options=ON)))
    assert [part.task for part in asked.receipt.parts] == ["outline", "chapter", "chapter", "chapter"]
    assert asked.receipt.tier == "rules"
    assert asked.value.generation_method == "rules"


def test_a_request_that_says_nothing_of_parts_is_found_where_it_was_before_there_were_any() -> None:
    plain = fingerprint(CHAPTER(title="rain"))
    assert plain.hex() == "481312baf42b8664d162cf75a6e8913b493443361fb9368b5385672a2e09d246"
    assert fingerprint(CHAPTER(title="rain").with_(options=Options(in_parts=None))) == plain
    assert fingerprint(BOOK(about="rain").with_(options=ON)) != fingerprint(BOOK(about="rain").with_(options=OFF))


# ---- remembered ------------------------------------------------------------------------------------------------


def test_a_whole_that_is_remembered_is_one_hit() -> None:
    house = House()

    async def twice() -> Any:
        return [await house.make(BOOK(about="rain")) for _ in range(2)]

    first, second = asyncio.run(twice())
    assert second.value == first.value
    assert second.receipt.cached
    assert second.receipt.saved_usd == first.receipt.cost_usd > 0
    assert second.receipt.cost_usd == 0
    assert len(house.engine.calls) == 4
    assert Counter(row.ending for row in house.rows) == {"served": 5, "hit": 1}


def test_a_whole_with_one_other_detail_pays_for_that_alone() -> None:
    house = House(models=(CLOUD,))

    async def work() -> Any:
        first = await house.make(BOOK(about="rain"))
        return first, await house.make(BOOK(about="rain", last_tone="grave"))

    first, second = asyncio.run(work())
    assert house.asked[4:] == ["cumulus: rain 3 grave"]
    assert [part.cached for part in second.receipt.parts] == [True, True, True, False]
    assert second.receipt.cost_usd == second.receipt.parts[3].cost_usd == first.receipt.cost_usd / 4
    assert second.value.chapters[:2] == first.value.chapters[:2]


def test_without_the_cache_every_part_is_made_anew_and_remembered() -> None:
    house = House()

    async def work() -> Any:
        await house.make(BOOK(about="rain"))
        await house.make(BOOK(about="rain").with_(cache="skip"))
        return await house.make(CHAPTER(title="rain 1"))

    assert asyncio.run(work()).receipt.cached
    assert len(house.engine.calls) == 8


# ---- the bill --------------------------------------------------------------------------------------------------


def test_the_receipt_of_the_whole_sums_its_parts_and_the_ledger_counts_each_dollar_once() -> None:
    house = House(models=(CLOUD, SMALL))
    receipt = asyncio.run(house.make(BOOK(about="rain"))).receipt
    assert [part.task for part in receipt.parts] == ["outline", "chapter", "chapter", "chapter"]
    assert receipt.cost_usd == sum(part.cost_usd for part in receipt.parts) > 0
    assert receipt.saved_usd == sum(part.saved_usd for part in receipt.parts) > 0
    assert (receipt.input_tokens, receipt.output_tokens) == (4000, 2000)
    assert house.booked == Money.of(receipt.cost_usd).pico == house.spent
    assert sum(row.saved_pico for row in house.rows) == Money.of(receipt.saved_usd).pico
    assert sum(row.input_tokens for row in house.rows) == 4000
    assert (receipt.tier, receipt.engine, receipt.model) == ("cloud", "parts", "cumulus + little")
    assert house.store.items[receipt.memory_id].cost_pico == house.booked


def test_the_whole_s_own_row_counts_as_no_generation_of_any_tier() -> None:
    house = House(models=(CLOUD, SMALL))
    asyncio.run(house.make(BOOK(about="rain")))
    assert Counter((row.task, row.tier) for row in house.rows if row.ending == "served") == {
        ("book", ""): 1, ("outline", "cloud"): 1, ("chapter", "small"): 3,
    }  # fmt: skip


def test_what_was_put_together_tells_nothing_of_a_model_s_ability() -> None:
    house = House(models=(CLOUD, SMALL))
    asyncio.run(house.make(BOOK(about="rain")))
    assert Counter((tally.task, tally.model) for tally in house.store.evidence) == {
        ("outline", "cumulus"): 1, ("chapter", "little"): 3,
    }  # fmt: skip


def test_a_whole_within_a_whole_is_paid_for_once() -> None:
    shelf = book(parts=msgspec.structs.replace(
        PARTS,
        outline=lambda inputs: Part(name="outline", task="outline", fields={"about": inputs.about, "chapters": 2}),
        details=lambda inputs, outline: tuple(
            Part(name=title, task="book", fields={"about": title}) for title in outline.titles
        ),
        whole=lambda inputs, outline, details: Book((*outline.titles, ""), tuple(b.chapters[0] for b in details)),
    ))  # fmt: skip
    named = msgspec.structs.replace(shelf, name="shelf")
    house = House(models=(CLOUD,), tasks=(named, BOOK, OUTLINE, CHAPTER))
    receipt = asyncio.run(house.make(named(about="rain"))).receipt
    assert [len(part.parts) for part in receipt.parts] == [0, 4, 4]
    assert house.booked == Money.of(receipt.cost_usd).pico
    assert len(house.engine.calls) == 9


# ---- what is told ----------------------------------------------------------------------------------------------


def test_a_reader_sees_each_part_as_it_is_finished() -> None:
    events = events_of(House(models=(CLOUD, SMALL)), BOOK(about="rain"))
    assert [type(event) for event in events] == [Started, Partial, Partial, Partial, Partial, Attempted, Done]
    parts = [event for event in events if isinstance(event, Partial)]
    assert [(part.part, part.model) for part in parts] == [
        ("outline", "cumulus"), ("chapter 1", "little"), ("chapter 2", "little"), ("chapter 3", "little"),
    ]  # fmt: skip
    assert parts[0].value == {"titles": ["rain 1", "rain 2", "rain 3"]}
    assert parts[1].value == {"text": "All of rain 1, plainly."}


def test_personal_data_reaches_no_model_in_any_part_and_is_put_back_in_the_whole() -> None:
    house = House(models=(CLOUD, SMALL))
    events = events_of(house, BOOK(about="anna@example.com"))
    assert all("[EMAIL_1]" in call.user for call in house.engine.calls)
    assert "anna@" not in repr(house.engine.calls) + repr(house.rows) + repr(house.store.items)
    assert events[-1].result.value.titles[0] == "anna@example.com 1"
    assert events[1].value == {"titles": [f"anna@example.com {n}" for n in (1, 2, 3)]}


def test_where_only_the_store_is_redacted_each_part_hears_the_caller_s_own_words() -> None:
    about = book(
        proofs=(lambda inputs, made: [] if inputs.about in made.titles[0] else ["it is about something else"],)
    )
    house = House(models=(CLOUD, SMALL), tasks=(about, OUTLINE, CHAPTER))
    result = asyncio.run(house.make(about(about="anna@example.com").with_(privacy="store-only")))
    assert result.receipt.parts
    assert all("anna@example.com" in call.user for call in house.engine.calls)
    assert "anna@" not in repr(house.rows) + repr(house.store.items)
    assert result.value.titles[0] == "anna@example.com 1"


def test_the_claims_of_the_whole_are_counted_on_its_receipt() -> None:
    def teaching(call: Call) -> Line:
        if call.request.task.name != "chapter":
            return written(call)
        false = "Cmaj7 has four notes: C, E, G and Bb." if "rain 1" in call.user else "The V7 of Bb is F7."
        return Script(pieces=(msgspec.json.encode(Chapter(false)).decode(),), usage=Usage(1, 1))

    checked, chapter = book(claims="checked"), msgspec.structs.replace(CHAPTER, claims="checked")
    house = House(teaching, models=(SMALL,), tasks=(checked, OUTLINE, chapter))
    receipt = asyncio.run(house.make(checked(about="rain"))).receipt
    assert receipt.parts[1].claims == Claims(0, 1, 0)
    assert "Cmaj7 is C E G B" in receipt.parts[1].notes[0]
    assert receipt.claims == Claims(3, 0, 0)


def test_two_wholes_at_once_make_what_they_share_once() -> None:
    house = House(lambda call: msgspec.structs.replace(written(call), delay_s=0.001), models=(SMALL,))

    async def work() -> Any:
        return await asyncio.gather(*(house.make(BOOK(about="rain", last_tone=tone)) for tone in ("grave", "merry")))

    first, second = asyncio.run(work())
    assert Counter(house.asked) == {
        "little: 3 chapters about rain": 1, "little: rain 1": 1, "little: rain 2": 1, "little: rain 3 grave": 1,
        "little: rain 3 merry": 1,
    }  # fmt: skip
    assert first.value.chapters[:2] == second.value.chapters[:2]
