"""The rules answer at no cost, from the task's own declaration."""

from __future__ import annotations

import asyncio

from partimento.core.ports import Call, Drafted
from partimento.core.settings import Settings
from partimento.core.usage import NOTHING_USED
from partimento.engines.rules import engine
from partimento.testing.clock import FrozenClock
from partimento.testing.engine_suite import everything
from verse import RULES, declare

ENGINE = engine(Settings(), FrozenClock())


def drafted(seed: int | None) -> Drafted:
    request = declare()(about="rain")
    call = Call(model=RULES, request=request, system="", user="", max_tokens=1, deadline=0.0, seed=seed)
    (last,) = asyncio.run(everything(ENGINE, call))
    assert isinstance(last, Drafted)
    return last


def test_the_draft_is_what_the_rules_of_the_task_make_of_inputs_and_seed() -> None:
    assert drafted(7).value.lines == ("rain 7 0", "rain 7 1")
    assert drafted(None).value.lines == ("rain 0 0", "rain 0 1")


def test_nothing_is_used() -> None:
    assert drafted(7).usage == NOTHING_USED


def test_a_task_without_rules_is_refused_in_words() -> None:
    assert ENGINE.unready(RULES, declare()(about="rain")) == ""
    assert "verse has no rules" in ENGINE.unready(RULES, declare(with_rules=False)(about="rain"))
