"""The contract of an engine, on every engine there is."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from itertools import repeat
from random import Random

import msgspec
import pytest

from partimento.core.errors import EngineFault
from partimento.core.model import Model
from partimento.core.ports import Call
from partimento.core.settings import Settings
from partimento.engines import rules
from partimento.engines.anthropic import AnthropicEngine
from partimento.engines.gemini import GeminiEngine
from partimento.engines.openai import OpenAIEngine
from partimento.engines.scripted import Script, ScriptedEngine
from partimento.testing import engine_suite, upstream_anthropic, upstream_gemini
from partimento.testing.clock import FrozenClock
from partimento.testing.engine_suite import Clause, Subject
from partimento.testing.upstream import Upstream, refused
from partimento.wire.http import HttpTransport
from verse import RULES, SMALL, declare

CLOCK = FrozenClock(running=True)


def call(model: Model) -> Call:
    request = declare()(about="rain")
    deadline = CLOCK.monotonic() + 60.0
    return Call(model=model, request=request, system="", user="Two lines.", max_tokens=64, deadline=deadline)


@contextmanager
def by_rules() -> Iterator[Subject]:
    yield Subject(rules.engine(Settings(), CLOCK), call(RULES))


@contextmanager
def by_script() -> Iterator[Subject]:
    other = msgspec.structs.replace(SMALL, id="other")
    fault = EngineFault("it broke", why="it was told to", mend="tell it something else")
    lines = {"little": repeat(Script(pieces=("two ", "lines"))), "other": repeat(fault)}
    yield Subject(ScriptedEngine(lines), call(SMALL), failing=call(other))


@contextmanager
def by_chat_completions() -> Iterator[Subject]:
    with Upstream() as serving, Upstream(otherwise=refused(401, "no")) as refusing:
        made = OpenAIEngine(HttpTransport(), lambda _: "", CLOCK, Random(1))
        asked, failing = (msgspec.structs.replace(SMALL, base_url=server.base_url) for server in (serving, refusing))
        yield Subject(made, call(asked), failing=call(failing))


@contextmanager
def by_messages() -> Iterator[Subject]:
    refusal = upstream_anthropic.refused(401, "no")
    with upstream_anthropic.serving() as serving, upstream_anthropic.serving(otherwise=refusal) as refusing:
        made = AnthropicEngine(HttpTransport(), lambda _: "", CLOCK, Random(1))
        asked, failing = (msgspec.structs.replace(SMALL, base_url=server.base_url) for server in (serving, refusing))
        yield Subject(made, call(asked), failing=call(failing))


@contextmanager
def by_gemini() -> Iterator[Subject]:
    with upstream_gemini.serving() as serving, upstream_gemini.serving(otherwise=upstream_gemini.bad_key()) as refusing:
        made = GeminiEngine(HttpTransport(), lambda _: "", CLOCK, Random(1))
        asked, failing = (msgspec.structs.replace(SMALL, base_url=server.base_url) for server in (serving, refusing))
        yield Subject(made, call(asked), failing=call(failing))


SUBJECTS = [by_rules, by_script, by_chat_completions, by_messages, by_gemini]


@pytest.mark.parametrize("subject", SUBJECTS, ids=lambda made: made.__name__)
@pytest.mark.parametrize("clause", engine_suite.CLAUSES, ids=lambda clause: clause.__name__)
def test_an_engine_keeps_its_contract(clause: Clause, subject: Callable[[], AbstractContextManager[Subject]]) -> None:
    with subject() as made:
        asyncio.run(clause(made))
