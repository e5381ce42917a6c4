"""A scripted engine says what it was told to say, and remembers what it was asked."""

from __future__ import annotations

import asyncio
from itertools import repeat

import pytest

from partimento.core.errors import EngineFault, EngineTimeout
from partimento.core.model import Model
from partimento.core.ports import Call, Drafted
from partimento.engines.scripted import Script, ScriptedEngine
from partimento.testing.engine_suite import everything
from verse import MEDIUM, SMALL, declare


def call(model: Model = SMALL) -> Call:
    return Call(model=model, request=declare()(about="rain"), system="", user="", max_tokens=1, deadline=0.0)


def ask(engine: ScriptedEngine, model: Model = SMALL) -> list[str | Drafted]:
    return asyncio.run(everything(engine, call(model)))


def text(engine: ScriptedEngine, model: Model = SMALL) -> str:
    last = ask(engine, model)[-1]
    assert isinstance(last, Drafted)
    return last.text


def test_lines_are_said_in_order_and_the_calls_kept() -> None:
    engine = ScriptedEngine(["one", Script(pieces=("t", "wo"), truncated=True)])
    assert text(engine) == "one"
    assert ask(engine)[:2] == ["t", "wo"]
    assert [asked.model for asked in engine.calls] == [SMALL, SMALL]


def test_an_exception_in_the_script_is_raised_after_its_pieces() -> None:
    with pytest.raises(EngineTimeout):
        ask(ScriptedEngine([EngineTimeout()]))

    async def first_and_then() -> None:
        pieces = ScriptedEngine([Script(pieces=("a",), error=EngineFault())]).draft(call())
        assert await anext(pieces) == "a"
        with pytest.raises(EngineFault):
            await anext(pieces)

    asyncio.run(first_and_then())


def test_each_model_may_have_lines_of_its_own() -> None:
    engine = ScriptedEngine({"little": ["small"], "middling": repeat("medium")})
    assert [text(engine, MEDIUM), text(engine), text(engine, MEDIUM)] == ["medium", "small", "medium"]


def test_a_script_that_is_too_short_says_so() -> None:
    with pytest.raises(EngineFault, match="no line left for little"):
        ask(ScriptedEngine([]))


def test_pauses_go_through_the_given_sleep() -> None:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    ask(ScriptedEngine([Script(pieces=("a", "b"), delay_s=3.0)], sleep=sleep))
    assert slept == [3.0, 3.0, 3.0]


def test_a_model_can_be_made_unready() -> None:
    engine = ScriptedEngine([], reasons={"little": "it sleeps"})
    assert engine.unready(SMALL, None) == "it sleeps"
    assert engine.unready(MEDIUM, None) == ""
