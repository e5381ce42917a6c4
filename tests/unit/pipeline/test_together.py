"""Several small requests answered by one call: who shares it, what each one bears of it, and what is made alone."""

from __future__ import annotations

import asyncio
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest

from partimento.core.errors import (
    BudgetExceeded,
    ChecksFailed,
    EngineFault,
    EngineOverloaded,
    ModelMissing,
    NotConfigured,
    StoreError,
)
from partimento.core.money import Money
from partimento.core.ports import Call
from partimento.core.request import Caller, Options
from partimento.core.result import Claims, Result
from partimento.core.usage import Usage
from partimento.engines.scripted import Line, Script
from partimento.pipeline.prepare import prepare
from partimento.pipeline.together import make_together
from partimento.store.opening import open_store
from partimento.testing.clock import FrozenClock
from partimento.testing.store_suite import NOON
from verse import CLOUD, MEDIUM, RULES, SMALL, declare
from wholes import CARD, Card, House, card, explained, words

THREE = (CARD(word="rain"), CARD(word="snow"), CARD(word="hail"))


def meanings(outcomes: Any) -> list[str]:
    return [outcome.value.meaning for outcome in outcomes]


def asked(house: House) -> list[list[str]]:
    return [words(call) for call in house.engine.calls]


# ---- one call --------------------------------------------------------------------------------------------------


def test_one_call_answers_them_all_in_their_order() -> None:
    house = House(explained, models=(SMALL,))
    outcomes = house.make_together(*THREE)
    assert meanings(outcomes) == ["rain is rain", "snow is snow", "hail is hail"]
    assert asked(house) == [["rain", "snow", "hail"]]
    assert [outcome.receipt.attempts[0].outcome for outcome in outcomes] == ["served"] * 3
    assert outcomes[0].receipt.attempts[0].reason.endswith("together with 2 others")
    assert Counter((row.task, row.ending) for row in house.rows) == {("card", "served"): 3}


def test_the_question_says_the_standing_instruction_once_and_binds_every_answer() -> None:
    house = House(explained, models=(SMALL,))
    house.make_together(*THREE)
    (call,) = house.engine.calls
    assert call.system.count("You write plain cards.") == 1
    assert call.user == "Question 1:\nWhat is rain?\n\nQuestion 2:\nWhat is snow?\n\nQuestion 3:\nWhat is hail?"
    assert call.schema is not None
    assert call.schema["required"] == ["answer_1", "answer_2", "answer_3"]
    assert call.schema["additionalProperties"] is False
    assert call.schema["properties"]["answer_2"]["required"] == ["meaning"]


def test_no_more_share_a_call_than_their_task_allows() -> None:
    house = House(explained, models=(SMALL,))
    outcomes = house.make_together(*(CARD(word=f"w{number}") for number in range(9)))
    assert [len(one) for one in asked(house)] == [4, 4, 1]
    assert meanings(outcomes) == [f"w{number} is w{number}" for number in range(9)]


def test_a_task_that_does_not_allow_it_is_asked_alone() -> None:
    alone = card(together=1)
    house = House(explained, models=(SMALL,), tasks=(alone,))
    house.make_together(alone(word="rain"), alone(word="snow"))
    assert asked(house) == [["rain"], ["snow"]]


def test_what_is_asked_in_another_way_shares_no_call_with_it() -> None:
    other = card()
    requests = [
        CARD(word="a"),
        CARD(word="b").with_(options=Options(temperature=0.5)),
        CARD(word="c").with_(caller=Caller(user="42")),
        CARD(word="d").with_(cache="skip"),
        CARD(word="e").with_(privacy="off"),
        CARD(word="f", deck="rude"),
        other(word="g"),
    ]
    house = House(explained, models=(SMALL,))
    again = [request.with_(inputs=msgspec.structs.replace(request.inputs, word=f"{request.inputs.word}2"))
             for request in requests]  # fmt: skip
    outcomes = house.make_together(*requests, *again)
    assert sorted(asked(house)) == [[word, f"{word}2"] for word in "abcdefg"]
    assert meanings(outcomes)[0] == "a is a"
    assert meanings(outcomes)[7] == "a2 is a2"
    assert Counter(row.user for row in house.rows) == {"": 12, "42": 2}


def test_a_seed_of_one_s_own_keeps_nobody_from_sharing() -> None:
    house = House(explained, models=(SMALL,))
    outcomes = house.make_together(
        *(request.with_(options=Options(seed=number)) for number, request in enumerate(THREE))
    )
    assert asked(house) == [["rain", "snow", "hail"]]
    assert len({outcome.receipt.memory_id for outcome in outcomes}) == 3


def test_what_is_ready_already_is_taken_as_it_is() -> None:
    house = House(explained, models=(SMALL,))
    outcomes = house.make_together(*(prepare(request, house.ports) for request in THREE))
    assert asked(house) == [["rain", "snow", "hail"]]
    assert meanings(outcomes)[2] == "hail is hail"


def test_nothing_asked_is_nothing_made() -> None:
    assert House(explained).make_together() == []


def test_the_rules_answer_one_by_one() -> None:
    ruled = card(rules=lambda inputs, seed: Card(f"by rule {inputs.word}"))
    house = House(explained, models=(RULES,), tasks=(ruled,))
    outcomes = house.make_together(ruled(word="rain"), ruled(word="snow"))
    assert meanings(outcomes) == ["by rule rain", "by rule snow"]
    assert [len(outcome.receipt.attempts) for outcome in outcomes] == [1, 1]


def test_what_the_rules_answer_exactly_is_left_to_them() -> None:
    ruled = card(rules=lambda inputs, seed: Card(f"by rule {inputs.word}"), exact=lambda inputs: inputs.word == "snow")
    house = House(explained, models=(SMALL, RULES), tasks=(ruled,))
    outcomes = house.make_together(*(ruled(word=word) for word in ("rain", "snow", "hail")))
    assert meanings(outcomes) == ["rain is rain", "by rule snow", "hail is hail"]
    assert asked(house) == [["rain", "hail"]]


def test_free_text_is_asked_alone() -> None:
    text = card(draft=str, output=str, checks=())
    house = House(lambda call: Script(pieces=("a word",)), models=(SMALL,), tasks=(text,))
    outcomes = house.make_together(text(word="rain"), text(word="snow"))
    assert [outcome.value for outcome in outcomes] == ["a word", "a word"]
    assert len(house.engine.calls) == 2


# ---- remembered, and once --------------------------------------------------------------------------------------


def test_what_is_remembered_is_not_asked_again() -> None:
    house = House(explained, models=(SMALL,))

    async def work() -> Any:
        await house.make(CARD(word="snow"))
        first = await make_together(THREE, house.ports)
        return first, await make_together(THREE, house.ports)

    first, second = asyncio.run(work())
    assert asked(house) == [["snow"], ["rain", "hail"]]
    assert [outcome.receipt.cached for outcome in first] == [False, True, False]
    assert [outcome.receipt.cached for outcome in second] == [True] * 3
    assert Counter(row.ending for row in house.rows) == {"served": 3, "hit": 4}


def test_identical_requests_are_asked_once() -> None:
    house = House(explained, models=(SMALL,))
    outcomes = house.make_together(CARD(word="rain"), CARD(word="snow"), CARD(word=" rain "))
    assert asked(house) == [["rain", "snow"]]
    assert meanings(outcomes) == ["rain is rain", "snow is snow", "rain is rain"]
    assert [outcome.receipt.cached for outcome in outcomes] == [False, False, True]


def test_without_the_cache_each_is_asked_for_itself() -> None:
    house = House(explained, models=(SMALL,))
    house.make_together(*(CARD(word="rain").with_(cache="off") for _ in range(2)))
    assert asked(house) == [["rain", "rain"]]
    assert not house.store.items.keys() - {row.memory_id for row in house.rows}


def test_whoever_asks_the_same_meanwhile_waits_for_the_one_call() -> None:
    house = House(lambda call: msgspec.structs.replace(explained(call), delay_s=0.01), models=(SMALL,))

    async def work() -> Any:
        many = asyncio.create_task(make_together(THREE, house.ports))
        await asyncio.sleep(0.001)
        return await house.make(CARD(word="snow")), await many

    one, _ = asyncio.run(work())
    assert one.receipt.cached
    assert asked(house) == [["rain", "snow", "hail"]]
    assert not house.ports.in_flight


def test_what_is_being_made_already_is_waited_for() -> None:
    house = House(lambda call: msgspec.structs.replace(explained(call), delay_s=0.01), models=(SMALL,))

    async def work() -> Any:
        one = asyncio.create_task(house.make(CARD(word="snow")))
        await asyncio.sleep(0.001)
        return await make_together(THREE, house.ports), await one

    many, _ = asyncio.run(work())
    assert [outcome.receipt.cached for outcome in many] == [False, True, False]
    assert asked(house) == [["snow"], ["rain", "hail"]]


def test_two_batches_that_cross_each_other_both_come_to_an_end() -> None:
    house = House(lambda call: msgspec.structs.replace(explained(call), delay_s=0.001), models=(SMALL,))

    async def work() -> Any:
        return await asyncio.gather(make_together(THREE, house.ports), make_together(THREE[::-1], house.ports))

    first, second = asyncio.run(work())
    assert meanings(first) == meanings(second)[::-1]
    assert sum(map(len, asked(house))) == 3


# ---- the bill --------------------------------------------------------------------------------------------------


def test_the_bill_is_divided_to_the_last_pico_dollar() -> None:
    house = House(explained, models=(CLOUD,))
    outcomes = house.make_together(*THREE)
    costs = [Money.of(outcome.receipt.cost_usd).pico for outcome in outcomes]
    whole = 1503 * 5_000_000  # $5 a million tokens
    assert sum(costs) == whole == house.booked == house.spent
    assert max(costs) - min(costs) <= 1
    assert [outcome.receipt.input_tokens for outcome in outcomes] == [334, 334, 333]
    assert sum(row.output_tokens for row in house.rows) == 502
    assert house.reserved == 0


def test_an_answer_that_nobody_could_use_is_borne_by_the_others() -> None:
    house = House(lambda call: explained(call, answer_1={"meaning": "?"}), models=(CLOUD,))
    outcomes = house.make_together(*THREE)
    costs = [Money.of(outcome.receipt.cost_usd).pico for outcome in outcomes]
    assert costs[1] + costs[2] == costs[0] == 1503 * 5_000_000
    assert sum(costs) == house.booked == house.spent


def test_in_a_database_too_each_dollar_stands_once(tmp_path: Path) -> None:
    store = open_store(tmp_path / "cards.db", FrozenClock(NOON))
    try:
        house = House(lambda call: explained(call, answer_1={"meaning": "?"}), models=(CLOUD,), store=store)
        outcomes = house.make_together(*THREE)
        assert sum(Money.of(outcome.receipt.cost_usd).pico for outcome in outcomes) == house.booked == 2 * 7_515_000_000
        assert Counter(row.ending for row in store.rows()) == {"served": 3}
    finally:
        store.close()


def test_a_call_without_usage_is_charged_as_reserved_and_every_receipt_says_so() -> None:
    house = House(lambda call: msgspec.structs.replace(explained(call), usage=None), models=(CLOUD,), max_tokens=100)
    outcomes = house.make_together(*THREE)
    assert house.booked == house.spent > 0
    assert all("did not say" in outcome.receipt.notes[0] for outcome in outcomes)


def test_no_more_is_put_aside_than_one_call_can_cost() -> None:
    house = House(explained, models=(CLOUD,), max_tokens=100)
    house.make_together(*THREE)
    assert house.engine.calls[0].max_tokens == 300
    many = House(explained, models=(CLOUD,), max_tokens=100)
    many_cards = card(together=20)
    many.make_together(*(many_cards(word=f"w{number}") for number in range(20)))
    assert many.engine.calls[0].max_tokens == 400


def test_a_budget_too_small_for_all_at_once_serves_them_one_by_one_while_it_lasts() -> None:
    # each may cost $0.0018 and does cost $0.00055; all at once may cost $0.004
    house = House(
        lambda call: msgspec.structs.replace(explained(call), usage=Usage(10, 100)), models=(CLOUD,), max_tokens=100,
        daily_budget_usd=Decimal("0.0019"),
    )  # fmt: skip
    outcomes = house.make_together(*THREE)
    assert [len(one) for one in asked(house)] == [1] * len(house.engine.calls)
    assert isinstance(outcomes[0], Result)
    assert isinstance(outcomes[2], BudgetExceeded)
    assert house.booked == house.spent <= Money.of("0.0019").pico


# ---- what is left over -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("answer", [{"meaning": "?"}, {"meaning": 7}, None, "rain"])
def test_an_answer_that_is_flawed_or_missing_is_asked_for_alone(answer: Any) -> None:
    house = House(lambda call: explained(call, answer_2=answer), models=(SMALL,))
    outcomes = house.make_together(*THREE)
    assert asked(house) == [["rain", "snow", "hail"], ["snow"]]
    assert meanings(outcomes) == ["rain is rain", "snow is snow", "hail is hail"]
    outcome = "failed" if answer is None else "flawed"
    assert [a.outcome for a in outcomes[1].receipt.attempts] == [outcome, "served"]
    assert Counter(row.ending for row in house.rows) == {"served": 3}


def test_a_call_that_fails_leaves_each_to_be_made_alone() -> None:
    house = House(lambda call: EngineFault("cut") if len(words(call)) > 1 else explained(call), models=(CLOUD,))
    outcomes = house.make_together(*THREE)
    assert asked(house) == [["rain", "snow", "hail"], ["rain"], ["snow"], ["hail"]]
    assert [[a.outcome for a in outcome.receipt.attempts] for outcome in outcomes] == [["failed", "served"]] * 3
    assert house.booked == house.spent
    assert sum(Money.of(outcome.receipt.cost_usd).pico for outcome in outcomes) == house.booked  # the fault, too


def test_a_call_that_was_refused_costs_nothing() -> None:
    house = House(lambda call: EngineOverloaded("busy") if len(words(call)) > 1 else explained(call), models=(CLOUD,))
    outcomes = house.make_together(*THREE)
    assert {outcome.receipt.cost_usd for outcome in outcomes} == {Money(1503 * 5_000_000).usd}
    assert house.booked == house.spent


def test_of_an_answer_that_was_cut_off_all_but_the_last_is_kept() -> None:
    def cut(call: Call) -> Line:
        if len(words(call)) == 1:
            return explained(call)
        text = explained(call).pieces[0]
        return Script(pieces=(text[: text.index("hail is hail") + 4],), truncated=True)

    house = House(cut, models=(SMALL,))
    outcomes = house.make_together(*THREE)
    assert asked(house) == [["rain", "snow", "hail"], ["snow"], ["hail"]]
    assert meanings(outcomes) == ["rain is rain", "snow is snow", "hail is hail"]
    assert "stops before its end" in outcomes[2].receipt.attempts[0].reason


@pytest.mark.parametrize("text", ["I would rather not.", "", "[]", '{"meaning": "rain is rain"}', '{"answer_9": {}}'])
def test_an_answer_to_something_else_serves_nobody(text: str) -> None:
    house = House(lambda call: Script(pieces=(text,)) if len(words(call)) > 1 else explained(call), models=(SMALL,))
    outcomes = house.make_together(*THREE)
    assert meanings(outcomes) == ["rain is rain", "snow is snow", "hail is hail"]
    assert len(house.engine.calls) == 4


def test_an_answer_with_prose_around_it_is_read() -> None:
    def chatty(call: Call) -> Line:
        return Script(pieces=(f"Here you are:\n```json\n{explained(call).pieces[0]}\n```\nAnything else?",))

    house = House(chatty, models=(SMALL,))
    house.make_together(*THREE)
    assert len(house.engine.calls) == 1


def test_one_that_nobody_can_answer_takes_nothing_from_the_others() -> None:
    house = House(lambda call: explained(call, answer_2={"meaning": "?"}) if len(words(call)) > 1
                  else Script(pieces=('{"meaning": "?"}',)), models=(SMALL, MEDIUM))  # fmt: skip
    outcomes = house.make_together(*THREE)
    assert [isinstance(outcome, Result) for outcome in outcomes] == [True, False, True]
    assert isinstance(outcomes[1], ChecksFailed)
    assert outcomes[1].why.count("little: it is not about snow") == 3  # with the others, alone, and mended
    assert "middling: it is not about snow" in outcomes[1].why
    assert Counter(row.ending for row in house.rows) == {"served": 2, "failed": 1}


def test_where_nobody_can_be_asked_each_is_told() -> None:
    outcomes = House(explained, models=()).make_together(*THREE)
    assert [type(outcome) for outcome in outcomes] == [NotConfigured] * 3
    named = Options(selection_mode="manual", model="little")
    house = House(explained, models=(SMALL,))
    house.engine._reasons = {"little": "asleep"}
    outcomes = house.make_together(*(request.with_(options=named) for request in THREE))
    assert [type(outcome) for outcome in outcomes] == [ModelMissing] * 3
    assert Counter(row.ending for row in house.rows) == {"failed": 3}


def test_a_request_that_cannot_be_made_ready_takes_nothing_from_the_others() -> None:
    house = House(explained, models=(SMALL,))
    outcomes = house.make_together(CARD(word="rain"), CARD(word="snow").with_(scope="user"), CARD(word="hail"))
    assert [type(outcome).__name__ for outcome in outcomes] == ["Result", "BadInput", "Result"]
    assert asked(house) == [["rain", "hail"]]


def test_a_store_that_fails_fails_them_all() -> None:
    house = House(explained, models=(SMALL,))
    house.ports = msgspec.structs.replace(house.ports, ledger=_Refusing(house.store))
    with pytest.raises(StoreError):
        house.make_together(*THREE)


class _Refusing:
    """A ledger that cannot write rows."""

    def __init__(self, store: Any) -> None:
        self._store = store

    def record(self, *_: Any, **__: Any) -> Any:
        raise StoreError("the disk is full")

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)


def test_who_stops_in_the_middle_leaves_a_row_for_each_and_no_reservation() -> None:
    house = House(lambda call: msgspec.structs.replace(explained(call), delay_s=30.0), models=(CLOUD,))

    async def work() -> None:
        many = asyncio.create_task(make_together(THREE, house.ports))
        await asyncio.sleep(0.01)
        many.cancel()
        with pytest.raises(asyncio.CancelledError):
            await many

    asyncio.run(work())
    assert Counter(row.ending for row in house.rows) == {"cancelled": 3}
    assert house.booked == house.spent > 0
    assert house.reserved == 0
    assert not house.ports.in_flight


# ---- evidence, claims, personal data ---------------------------------------------------------------------------


def test_each_sound_answer_weighs_and_one_that_was_mended_alone_weighs_less() -> None:
    house = House(lambda call: explained(call, answer_2={"meaning": "?"}), models=(SMALL,))
    house.make_together(*THREE)
    assert sorted((tally.model, tally.sound) for tally in house.store.evidence) == [
        ("little", 0.8), ("little", 1.0), ("little", 1.0),
    ]  # fmt: skip


def test_that_a_model_cannot_answer_so_many_at_once_is_not_held_against_it() -> None:
    def overwhelmed(call: Call) -> Line:
        return Script(pieces=("Too many!",)) if len(words(call)) > 1 else explained(call)

    house = House(overwhelmed, models=(SMALL,))
    house.make_together(*THREE)
    assert not [tally for tally in house.store.evidence if tally.unsound]


def test_wrong_claims_in_one_answer_are_put_right_there_alone() -> None:
    checked = card(claims="checked", checks=())
    wrong = {"meaning": "Cmaj7 has four notes: C, E, G and Bb."}
    house = House(lambda call: explained(call, answer_2=wrong), models=(SMALL,), tasks=(checked,))
    outcomes = house.make_together(*(checked(word=word) for word in ("rain", "snow", "hail")))
    assert outcomes[1].value.meaning == "Cmaj7 has four notes: C, E, G and B."
    assert [outcome.receipt.claims for outcome in outcomes] == [Claims(), Claims(0, 1, 0), Claims()]
    assert "Cmaj7 is C E G B" in outcomes[1].receipt.notes[0]


@pytest.mark.parametrize("privacy", ["full", "store-only"])
def test_personal_data_of_each_is_put_back_in_his_own_answer(privacy: Any) -> None:
    house = House(explained, models=(SMALL,))
    names = ("anna@example.com", "bert@example.com of all")
    outcomes = house.make_together(*(CARD(word=name).with_(privacy=privacy) for name in names))
    assert len(house.engine.calls) == 1
    assert meanings(outcomes) == [f"{name} is {name}" for name in names]
    assert "@example" not in repr(house.rows) + repr(house.store.items)
    assert ("@example" in house.engine.calls[0].user) is (privacy == "store-only")


def test_two_who_ask_the_same_of_other_people_share_one_answer() -> None:
    house = House(explained, models=(SMALL,))
    outcomes = house.make_together(CARD(word="anna@example.com"), CARD(word="bert@example.com"))
    assert asked(house) == [["[EMAIL_1]"]]
    assert meanings(outcomes) == [f"{name}@example.com is {name}@example.com" for name in ("anna", "bert")]


def test_different_tasks_are_not_mixed() -> None:
    house = House(lambda call: explained(call) if words(call) else '{"lines":["a","b"]}', models=(SMALL,))
    verses = declare(with_rules=False)
    outcomes = house.make_together(CARD(word="rain"), verses(about="rain"), CARD(word="snow"))
    assert [type(outcome.value).__name__ for outcome in outcomes] == ["Card", "Verse", "Card"]
    assert asked(house) == [["rain", "snow"], []]
