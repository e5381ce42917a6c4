"""What any engine must do, as clauses to run on it. Knows the Engine port; leaves protocols and faults to the tests of
each engine.

    @pytest.mark.parametrize("clause", engine_suite.CLAUSES, ids=lambda clause: clause.__name__)
    def test_my_engine(clause): asyncio.run(clause(Subject(MyEngine(), call)))
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import aclosing
from typing import Any

import msgspec
from msgspec import Struct

from partimento.core.errors import EngineError
from partimento.core.ports import Call, Drafted, Engine
from partimento.core.usage import Usage


class Subject(Struct, frozen=True):
    """An engine, a call it answers as often as it is asked, and (where there is one) a call it must fail on."""

    engine: Engine
    call: Call
    failing: Call | None = None


Clause = Callable[[Subject], Coroutine[Any, Any, None]]


async def everything(engine: Engine, call: Call) -> list[str | Drafted]:
    """All that one call yields."""
    async with aclosing(engine.draft(call)) as pieces:
        return [piece async for piece in pieces]


async def it_has_a_name(subject: Subject) -> None:
    assert subject.engine.name


async def it_is_ready_for_the_call_and_without_one(subject: Subject) -> None:
    assert subject.engine.unready(subject.call.model, subject.call.request) == ""
    assert subject.engine.unready(subject.call.model, None) == ""


async def pieces_come_first_and_one_last_word(subject: Subject) -> None:
    *pieces, last = await everything(subject.engine, subject.call)
    assert isinstance(last, Drafted)
    assert all(isinstance(piece, str) and piece for piece in pieces)


async def the_last_word_holds_all_the_pieces_or_a_value(subject: Subject) -> None:
    *pieces, last = await everything(subject.engine, subject.call)
    assert isinstance(last, Drafted)
    assert last.text == "".join(map(str, pieces))
    assert last.text or last.value is not None


async def where_nobody_reads_along_the_last_word_may_come_alone(subject: Subject) -> None:
    *pieces, last = await everything(subject.engine, msgspec.structs.replace(subject.call, stream=False))
    assert isinstance(last, Drafted)
    assert not pieces or last.text == "".join(map(str, pieces))
    assert last.text or last.value is not None


async def usage_is_counted_or_unknown_and_never_negative(subject: Subject) -> None:
    last = (await everything(subject.engine, subject.call))[-1]
    assert isinstance(last, Drafted)
    if last.usage is not None:
        assert isinstance(last.usage, Usage)
        assert min(last.usage.input_tokens, last.usage.output_tokens) >= 0
        assert 0 <= last.usage.cached_tokens <= last.usage.input_tokens
        assert 0 <= last.usage.reasoning_tokens <= last.usage.output_tokens


async def one_instance_serves_many_calls_at_once(subject: Subject) -> None:
    answers = await asyncio.gather(*(everything(subject.engine, subject.call) for _ in range(8)))
    assert all(isinstance(answer[-1], Drafted) for answer in answers)


async def a_stream_left_early_does_no_harm(subject: Subject) -> None:
    pieces = subject.engine.draft(subject.call)
    await anext(pieces)
    await pieces.aclose()
    assert isinstance((await everything(subject.engine, subject.call))[-1], Drafted)


async def a_stream_never_begun_does_no_harm(subject: Subject) -> None:
    await subject.engine.draft(subject.call).aclose()
    assert isinstance((await everything(subject.engine, subject.call))[-1], Drafted)


async def a_cancelled_call_ends_at_once_and_harms_no_other(subject: Subject) -> None:
    task = asyncio.create_task(everything(subject.engine, subject.call))
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert isinstance((await everything(subject.engine, subject.call))[-1], Drafted)


async def a_failure_says_what_why_and_the_mend(subject: Subject) -> None:
    if subject.failing is None:
        return
    failure = await asyncio.gather(everything(subject.engine, subject.failing), return_exceptions=True)
    assert isinstance(failure[0], EngineError)
    assert failure[0].what
    assert failure[0].why
    assert failure[0].mend


async def closing_twice_does_no_harm(subject: Subject) -> None:
    await everything(subject.engine, subject.call)
    await subject.engine.close()
    await subject.engine.close()


CLAUSES: tuple[Clause, ...] = (
    it_has_a_name,
    it_is_ready_for_the_call_and_without_one,
    pieces_come_first_and_one_last_word,
    the_last_word_holds_all_the_pieces_or_a_value,
    where_nobody_reads_along_the_last_word_may_come_alone,
    usage_is_counted_or_unknown_and_never_negative,
    one_instance_serves_many_calls_at_once,
    a_stream_left_early_does_no_harm,
    a_stream_never_begun_does_no_harm,
    a_cancelled_call_ends_at_once_and_harms_no_other,
    a_failure_says_what_why_and_the_mend,
    closing_twice_does_no_harm,
)
