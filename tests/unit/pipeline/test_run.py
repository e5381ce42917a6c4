"""The way through, on fakes: no model, no file, no network."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
import pydantic
import pytest

from partimento.core.errors import (
    BudgetExceeded,
    ChecksFailed,
    EngineFault,
    EngineOverloaded,
    EngineRefused,
    EngineTimeout,
    NotConfigured,
    NothingServed,
)
from partimento.core.model import Model
from partimento.core.ports import Ports
from partimento.core.request import Caller, Options, Request
from partimento.core.result import Attempted, Delta, Done, Started
from partimento.core.settings import Settings
from partimento.core.task import Prompt, Task, task
from partimento.core.usage import Usage
from partimento.engines.rules import RulesEngine
from partimento.engines.scripted import Line, Script, ScriptedEngine
from partimento.pipeline.run import make, run
from partimento.testing.clock import FrozenClock
from partimento.testing.memory_store import MemoryStore
from verse import ALL, CHEAP_CLOUD, CLOUD, MEDIUM, RULES, SMALL, Verse, declare

GOOD = '{"lines":["a","b"]}'
SHORT = '{"lines":["a"]}'
VERSE = declare()
UNRULED = declare(with_rules=False)


class FixedCatalog:
    def __init__(self, models: Sequence[Model]) -> None:
        self._models = models

    def models(self) -> Sequence[Model]:
        return self._models

    def reference(self, complexity: int, day: date) -> Model | None:
        return CLOUD


class House:
    """The pipeline's surroundings in one test."""

    def __init__(self, *lines: Line, models: Sequence[Model] = ALL, endless: Iterable[Line] = (), **settings: Any):
        self.store = MemoryStore()
        self.engine = ScriptedEngine(itertools.chain(lines, endless))
        self.clock = FrozenClock()
        ids = itertools.count()
        self.ports = Ports(
            engines={"rules": RulesEngine(), "scripted": self.engine},
            memory=self.store,
            ledger=self.store,
            catalog=FixedCatalog(models),
            clock=self.clock,
            settings=Settings(**settings),
            new_id=lambda: f"id-{next(ids)}",
            new_seed=lambda: 7,
            in_flight={},
        )

    async def make(self, request: Request[Any]) -> Any:
        return await make(request, self.ports)

    @property
    def rows(self) -> Any:
        return self.store.rows()


def test_the_rules_answer_where_no_model_is() -> None:
    house = House(models=(RULES,))
    result = asyncio.run(house.make(VERSE(about="rain")))
    assert result.value == Verse(("rain 7 0", "rain 7 1"))
    assert result.receipt.tier == "rules"
    assert result.receipt.cost_usd == 0
    assert [(row.ending, row.model) for row in house.rows] == [("served", "rules")]


def test_a_remembered_request_costs_nothing() -> None:
    house = House(GOOD, models=(CLOUD,))

    async def twice() -> Any:
        return await house.make(UNRULED(about="rain")), await house.make(UNRULED(about="  rain\n"))

    first, second = asyncio.run(twice())
    assert second.value == first.value
    assert (first.receipt.cached, second.receipt.cached) == (False, True)
    assert first.receipt.cost_usd > 0
    assert second.receipt.cost_usd == 0
    assert second.receipt.saved_usd == first.receipt.cost_usd
    assert second.receipt.memory_id == first.receipt.memory_id
    assert len(house.engine.calls) == 1
    assert sorted(row.ending for row in house.rows) == ["hit", "served"]


def test_without_the_cache_a_new_answer_takes_the_old_one_s_place() -> None:
    house = House(GOOD, '{"lines":["c","d"]}', models=(SMALL,))

    async def work() -> Any:
        await house.make(UNRULED(about="rain"))
        anew = await house.make(UNRULED(about="rain").with_(cache="skip"))
        return anew, await house.make(UNRULED(about="rain"))

    anew, again = asyncio.run(work())
    assert anew.value == again.value == Verse(("c", "d"))
    assert again.receipt.cached


def test_a_stale_answer_is_not_served() -> None:
    house = House(GOOD, GOOD, models=(SMALL,), ttl={"verse": 1})

    async def work() -> Any:
        await house.make(UNRULED(about="rain"))
        house.clock.advance(86_399)
        fresh = await house.make(UNRULED(about="rain"))
        house.clock.advance(2)
        return fresh, await house.make(UNRULED(about="rain"))

    fresh, stale = asyncio.run(work())
    assert (fresh.receipt.cached, stale.receipt.cached) == (True, False)


def test_one_user_s_answer_is_not_another_s() -> None:
    house = House(GOOD, GOOD, models=(SMALL,))

    async def work() -> Any:
        mine = UNRULED(about="rain").with_(scope="user", caller=Caller(user="1"))
        yours = UNRULED(about="rain").with_(scope="user", caller=Caller(user="2"))
        return [(await house.make(request)).receipt.cached for request in (mine, mine, yours)]

    assert asyncio.run(work()) == [False, True, False]


def test_a_flawed_draft_is_mended_once_with_the_reason_told() -> None:
    house = House(SHORT, GOOD, models=(SMALL,))
    result = asyncio.run(house.make(UNRULED(about="rain")))
    assert [a.outcome for a in result.receipt.attempts] == ["flawed", "served"]
    assert "it has 1 lines; 2 were asked for" in result.receipt.attempts[0].reason
    assert "it has 1 lines; 2 were asked for" in house.engine.calls[1].user
    assert SHORT in house.engine.calls[1].user


def test_a_draft_that_stays_flawed_is_passed_over_for_the_next_candidate() -> None:
    house = House(SHORT, "no json at all", GOOD, models=(SMALL, MEDIUM))
    result = asyncio.run(house.make(UNRULED(about="rain")))
    assert [(a.model, a.outcome) for a in result.receipt.attempts] == [
        ("little", "flawed"),
        ("little", "flawed"),
        ("middling", "served"),
    ]


@pytest.mark.parametrize(
    "failure", [EngineOverloaded("busy"), EngineFault("cut"), EngineRefused("no"), EngineTimeout("slow")]
)
def test_a_model_that_fails_is_passed_over(failure: Exception) -> None:
    house = House(failure, models=(SMALL, RULES))
    result = asyncio.run(house.make(VERSE(about="rain")))
    assert [(a.model, a.outcome) for a in result.receipt.attempts] == [("little", "failed"), ("rules", "served")]
    assert str(failure) in result.receipt.attempts[0].reason


def test_the_ledger_row_sums_all_attempts() -> None:
    usage = Usage(1_000_000, 1_000_000)
    house = House(
        Script(pieces=(SHORT,), usage=usage), Script(pieces=(SHORT,), usage=usage), Script(pieces=(GOOD,), usage=usage),
        models=(CHEAP_CLOUD, CLOUD),
    )  # fmt: skip
    result = asyncio.run(house.make(UNRULED(about="rain")))
    assert result.receipt.cost_usd == Decimal(1 + 1 + 10)
    assert house.rows[0].cost_pico == 12 * 10**12
    assert (house.rows[0].input_tokens, house.rows[0].output_tokens) == (3_000_000, 3_000_000)


def test_when_nothing_serves_the_error_tells_of_every_attempt_and_a_row_is_written() -> None:
    house = House(EngineFault("cut"), EngineOverloaded("busy"), models=(SMALL, MEDIUM))
    with pytest.raises(NothingServed) as caught:
        asyncio.run(house.make(UNRULED(about="rain")))
    assert "little: cut" in caught.value.why
    assert "middling: busy" in caught.value.why
    assert [(row.ending, row.error[:13]) for row in house.rows] == [("failed", "NothingServed")]


def test_when_every_draft_is_flawed_it_is_the_checks_that_failed() -> None:
    house = House(endless=itertools.repeat(SHORT), models=(SMALL, MEDIUM))
    with pytest.raises(ChecksFailed):
        asyncio.run(house.make(UNRULED(about="rain")))


def test_with_nothing_to_ask_the_mend_says_what_to_set_up() -> None:
    with pytest.raises(NotConfigured) as caught:
        asyncio.run(House(models=(RULES,)).make(UNRULED(about="rain")))
    assert "OPENAI_BASE_URL" in caught.value.mend


def test_a_hanging_model_leaves_time_for_the_next_and_the_rules_always_answer() -> None:
    slow = Script(pieces=(GOOD,), delay_s=30)
    house = House(slow, slow, models=(SMALL, MEDIUM, RULES))
    house.ports = msgspec.structs.replace(house.ports, clock=FrozenClock(running=True))
    result = asyncio.run(house.make(VERSE(about="rain").with_(deadline_s=0.2)))
    assert [(a.model, a.outcome) for a in result.receipt.attempts] == [
        ("little", "failed"),
        ("middling", "failed"),
        ("rules", "served"),
    ]


def test_a_hundred_identical_requests_lead_to_one_generation() -> None:
    house = House(Script(pieces=(GOOD,), delay_s=0.01), models=(SMALL,))

    async def work() -> Any:
        return await asyncio.gather(*(house.make(UNRULED(about="rain")) for _ in range(100)))

    results = asyncio.run(work())
    assert len(house.engine.calls) == 1
    assert sum(result.receipt.cached for result in results) == 99
    assert len(house.rows) == 100
    assert not house.ports.in_flight


def test_if_the_one_fails_those_who_waited_fail_with_it() -> None:
    house = House(Script(error=EngineFault("dead"), delay_s=0.01), models=(SMALL,))

    async def work() -> Any:
        return await asyncio.gather(*(house.make(UNRULED(about="rain")) for _ in range(10)), return_exceptions=True)

    assert {str(error) for error in asyncio.run(work())} == {"dead"}
    assert [row.ending for row in house.rows] == ["failed"] * 10
    assert not house.ports.in_flight


def test_if_the_one_is_cancelled_the_next_takes_its_place() -> None:
    house = House(Script(pieces=(GOOD,), delay_s=0.01), Script(pieces=(GOOD,), delay_s=0.01), models=(SMALL,))

    async def work() -> Any:
        tasks = [asyncio.create_task(house.make(UNRULED(about="rain"))) for _ in range(5)]
        await asyncio.sleep(0.001)
        tasks[0].cancel()
        return await asyncio.gather(*tasks, return_exceptions=True)

    results = asyncio.run(work())
    assert isinstance(results[0], asyncio.CancelledError)
    assert all(result.value == Verse(("a", "b")) for result in results[1:])
    assert len(house.engine.calls) == 2
    assert sorted(row.ending for row in house.rows) == ["cancelled", "hit", "hit", "hit", "served"]


def test_a_waiting_twin_gives_up_at_its_own_deadline() -> None:
    house = House(Script(pieces=(GOOD,), delay_s=0.3), models=(SMALL,))
    house.ports = msgspec.structs.replace(house.ports, clock=FrozenClock(running=True))

    async def work() -> Any:
        patient = asyncio.create_task(house.make(UNRULED(about="rain")))
        await asyncio.sleep(0.001)
        with pytest.raises(EngineTimeout):
            await house.make(UNRULED(about="rain").with_(deadline_s=0.01))
        return await patient

    assert asyncio.run(work()).value == Verse(("a", "b"))


def test_events_come_in_order_and_done_is_the_last() -> None:
    async def work() -> list[Any]:
        return [event async for event in run(VERSE(about="rain"), House(SHORT, GOOD, models=(SMALL, RULES)).ports)]

    events = asyncio.run(work())
    assert [type(event) for event in events] == [Started, Attempted, Attempted, Done]
    assert [candidate.model for candidate in events[0].candidates] == ["little", "rules"]


class Say(msgspec.Struct, frozen=True):
    words: str


def speech(**more: Any) -> Task[..., str]:
    return task(
        name="speech", summary="", version=1, complexity=1, inputs=Say, draft=str, output=str,
        prompt=lambda inputs: Prompt("", inputs.words), finish=lambda inputs, draft, method: draft, **more,
    )  # fmt: skip


def test_text_streams_as_it_comes_and_a_hit_replays_it() -> None:
    house = House(Script(pieces=("One. ", "Two", ". ", "Three.")), models=(SMALL,))
    ask = speech(hold="none")

    async def work() -> Any:
        return [[event async for event in run(ask("x"), house.ports)] for _ in range(2)]

    first, second = asyncio.run(work())
    assert [event.text for event in first if isinstance(event, Delta)] == ["One. ", "Two", ". ", "Three."]
    assert [event.text for event in second if isinstance(event, Delta)] == ["One. ", "Two. ", "Three."]
    assert first[-1].result.value == second[-1].result.value == "One. Two. Three."


def test_a_sentence_that_fails_its_check_never_leaves() -> None:
    def no_lies(inputs: Say, draft: str) -> list[str]:
        return ["it lies"] if "lie" in draft else []

    house = House(Script(pieces=("True. ", "A lie. ", "More.")), "True all through.", models=(SMALL,))
    ask = speech(hold="sentence", checks=(no_lies,))

    async def work() -> Any:
        return [event async for event in run(ask("x"), house.ports)]

    events = asyncio.run(work())
    assert "A lie. " not in [event.text for event in events if isinstance(event, Delta)]
    assert events[-1].result.value == "True all through."


def test_once_half_an_answer_is_read_no_other_model_goes_on_in_the_middle_of_it() -> None:
    broken = Script(pieces=("Half an ans",), error=EngineFault("the process ended"))
    ask = speech(hold="none")

    async def read(house: House) -> list[Any]:
        return [event async for event in run(ask("x"), house.ports)]

    streamed, whole = (House(broken, "Whole.", models=(SMALL, MEDIUM)) for _ in range(2))
    with pytest.raises(EngineFault, match="the process ended"):
        asyncio.run(read(streamed))
    assert [row.ending for row in streamed.rows] == ["failed"]
    assert asyncio.run(whole.make(ask("x"))).value == "Whole."


def test_closing_the_stream_early_is_written_down_as_cancelled() -> None:
    house = House(Script(pieces=("One. ", "Two."), delay_s=0.001), models=(SMALL,))

    async def work() -> None:
        events = run(speech(hold="none")("x"), house.ports)
        async for event in events:
            if isinstance(event, Delta):
                break
        await events.aclose()

    asyncio.run(work())
    assert [row.ending for row in house.rows] == ["cancelled"]
    assert not house.ports.in_flight


def test_two_hundred_requests_at_once_cannot_overspend() -> None:
    usage = Usage(100, 1000)  # $0.0055 at $5 per million; the bound is higher, since bytes count as tokens
    house = House(
        endless=itertools.repeat(Script(pieces=(GOOD,), usage=usage, delay_s=0.001)),
        models=(CLOUD,), daily_budget_usd=Decimal("0.10"), max_tokens=1000,
    )  # fmt: skip

    async def work() -> Any:
        asked = (house.make(UNRULED(about=f"rain {n}")) for n in range(200))
        return await asyncio.gather(*asked, return_exceptions=True)

    results = asyncio.run(work())
    served = [result for result in results if not isinstance(result, Exception)]
    assert all(isinstance(result, BudgetExceeded) for result in results if isinstance(result, Exception))
    spent = sum(result.receipt.cost_usd for result in served)
    assert spent <= Decimal("0.10")
    assert spent > Decimal("0.10") - 2 * Decimal("0.007")


def test_a_budget_that_is_spent_leaves_the_rules() -> None:
    house = House(models=(CLOUD, RULES), daily_budget_usd=Decimal(0))
    result = asyncio.run(house.make(VERSE(about="rain")))
    assert [(a.model, a.outcome) for a in result.receipt.attempts] == [("cumulus", "passed over"), ("rules", "served")]
    assert "cap" in result.receipt.attempts[0].reason


def test_each_user_has_a_cap_of_his_own() -> None:
    house = House(endless=itertools.repeat(Script(pieces=(GOOD,), usage=Usage(0, 1000))), models=(CLOUD,),
                  user_daily_budget_usd=Decimal("0.02"), max_tokens=1000)  # fmt: skip

    async def spend(user: str, times: int) -> int:
        served = 0
        for n in range(times):
            try:
                await house.make(UNRULED(about=f"{user} {n}").with_(caller=Caller(user=user)))
                served += 1
            except BudgetExceeded:
                break
        return served

    async def work() -> Any:
        return await spend("anna", 10), await spend("bert", 1)

    anna, bert = asyncio.run(work())
    assert 0 < anna < 10
    assert bert == 1


def test_what_the_upstream_reports_beyond_its_reservation_is_booked_and_blocks_the_next_call() -> None:
    house = House(Script(pieces=(GOOD,), usage=Usage(0, 1_000_000)), GOOD, models=(CLOUD,),
                  daily_budget_usd=Decimal("0.02"), max_tokens=100)  # fmt: skip

    async def work() -> Any:
        first = await house.make(UNRULED(about="rain"))
        with pytest.raises(BudgetExceeded):
            await house.make(UNRULED(about="snow"))
        return first

    assert asyncio.run(work()).receipt.cost_usd == Decimal(5)


@pytest.mark.parametrize(
    ("failure", "charged"),
    [(EngineRefused("no"), False), (EngineOverloaded("busy"), False), (EngineFault("cut"), True)],
)
def test_a_failed_call_is_charged_only_where_the_upstream_may_charge(failure: Exception, charged: bool) -> None:
    house = House(failure, models=(CLOUD,))
    with pytest.raises(type(failure)):
        asyncio.run(house.make(UNRULED(about="rain")))
    assert (house.rows[0].cost_pico > 0) is charged


def test_a_reply_without_usage_is_charged_as_reserved_and_says_so() -> None:
    house = House(Script(pieces=(GOOD,), usage=None), models=(CLOUD,), max_tokens=1000)
    result = asyncio.run(house.make(UNRULED(about="rain")))
    assert result.receipt.cost_usd > Decimal("0.005")
    assert any("did not say" in note for note in result.receipt.notes)


def test_personal_data_reaches_neither_engine_nor_store_and_is_put_back_for_the_caller() -> None:
    house = House('{"lines":["Dear [EMAIL_1]","bye"]}', models=(SMALL,))
    result = asyncio.run(house.make(UNRULED(about="a verse for anna@example.com")))
    assert result.value == Verse(("Dear anna@example.com", "bye"))
    assert "anna@" not in house.engine.calls[0].user
    assert "anna@" not in repr(house.rows) + repr(house.store.items)


def test_a_seed_that_is_given_reaches_the_engine() -> None:
    house = House(GOOD, models=(SMALL,))
    request = UNRULED(about="rain")
    asyncio.run(house.make(request.with_(options=Options(seed=3, temperature=0.2, system="Be brief.", language="ja"))))
    call = house.engine.calls[0]
    assert (call.seed, call.temperature) == (3, 0.2)
    assert "Be brief." in call.system
    assert "ja" in call.system


@dataclass(frozen=True)
class Letter:
    to: str


class LetterModel(pydantic.BaseModel):
    to: str


class LetterInputs(msgspec.Struct, frozen=True):
    to: str


@pytest.mark.parametrize("kind", [Letter, LetterModel])
@pytest.mark.parametrize("privacy", ["full", "store-only"])
def test_a_user_s_own_dataclass_or_pydantic_model_is_an_output_like_any_other(kind: Any, privacy: Any) -> None:
    letter = task(
        name="letter", summary="", version=1, complexity=1, inputs=LetterInputs, draft=kind, output=kind,
        prompt=lambda inputs: Prompt("", inputs.to), finish=lambda inputs, draft, method: draft,
    )  # fmt: skip
    said = "[EMAIL_1]" if privacy == "full" else "anna@example.com"
    house = House(f'{{"to":"{said}"}}', models=(SMALL,))
    request = letter("anna@example.com").with_(privacy=privacy)

    async def twice() -> Any:
        return [await house.make(request) for _ in range(2)]

    first, second = asyncio.run(twice())
    assert first.value == second.value == kind(to="anna@example.com")
    assert second.receipt.cached
    assert "anna@" not in repr(house.store.items)


def test_an_output_that_cannot_be_written_down_still_leaves_its_row() -> None:
    broken = task(
        name="broken", summary="", version=1, complexity=1, inputs=LetterInputs, draft=Letter, output=object,
        prompt=lambda inputs: Prompt("", inputs.to), finish=lambda inputs, draft, method: object(),
    )  # fmt: skip
    house = House('{"to":"x"}', models=(SMALL,))
    with pytest.raises(TypeError):
        asyncio.run(house.make(broken("x")))
    assert [row.ending for row in house.rows] == ["failed"]


def test_a_text_that_stopped_at_its_token_limit_says_so() -> None:
    house = House(Script(pieces=("Once upon",), truncated=True), models=(SMALL,))
    result = asyncio.run(house.make(speech(hold="none")("x")))
    assert any("token limit" in note for note in result.receipt.notes)
