"""Whatever an upstream does wrong ends in an error that says what, why and the mend, tells whether it may pass, and
holds no secret; and when the client goes away, the upstream hears of it within a second.

Asked through the engine as any engine is asked, streamed and in one piece, against a server that speaks the real
protocol; then through the whole house.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable
from contextlib import aclosing
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from asking import PRICED, SECRET, Asked
from partimento import AsyncPartimento
from partimento.core.errors import (
    EngineError,
    EngineFault,
    EngineOverloaded,
    EngineRefused,
    EngineTimeout,
    EngineUnreachable,
    PartimentoError,
)
from partimento.core.result import Delta
from partimento.tasks import text
from partimento.testing import upstream as up
from partimento.testing.upstream import Answer, Upstream, said

SELF_SIGNED = Path(__file__).parents[1] / "data" / "self_signed.pem"
A_SECOND = 1.0
BOTH = pytest.mark.parametrize("stream", [True, False], ids=["streamed", "whole"])

FAULTS: dict[str, tuple[Callable[[], Answer], type[EngineError], bool, bool]] = {
    # what happens: the answer, its error, whether the same call may succeed later, whether it may have been billed
    "429 with Retry-After": (lambda: up.rate_limited("3600"), EngineOverloaded, True, False),
    "429 without Retry-After": (up.rate_limited, EngineOverloaded, True, False),
    "500": (up.server_error, EngineFault, True, False),
    "200 with an error body": (lambda: up.error_within(f"out of memory, key {SECRET}"), EngineFault, True, True),
    "200 with an error body that means 429": (up.busy_within, EngineOverloaded, True, False),
    "cut without a word": (up.dropped, EngineFault, True, True),
    "cut before the first token": (lambda: up.cut("Dm7 G7", after=0), EngineFault, True, True),
    "cut after the first token": (lambda: up.cut("Dm7 G7", after=1), EngineFault, True, True),
    "silence before the head": (up.hang, EngineTimeout, True, True),
    "silence after the first token": (lambda: up.stall("Dm7 G7"), EngineTimeout, True, True),
    "slow drip": (lambda: up.slow("word " * 500, gap_s=0.05), EngineTimeout, True, True),
    "garbage": (up.garbage, EngineFault, True, True),
    "a web page": (up.web_page, EngineFault, True, True),
    "a wrong content type": (
        lambda: Answer(raw=b"\x89PNG\r\n", content_type="image/png"), EngineFault, True, True,
    ),
    "an answer beyond all measure": (lambda: up.huge(40_000_000), EngineFault, True, True),
    "a wrong key": (lambda: up.refused(401, f"bad key {SECRET}"), EngineRefused, False, False),
}  # fmt: skip


def sound(error: PartimentoError) -> None:
    assert error.what
    assert error.why
    assert error.mend
    assert SECRET not in f"{error} {error!r} {error.__cause__!r} {error.__context__!r}"


@BOTH
@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_ends_in_its_error(fault: str, stream: bool) -> None:
    answer, kind, retryable, billed = FAULTS[fault]
    with Upstream(otherwise=answer()) as upstream:
        error = Asked(upstream, key=SECRET, prices=PRICED).failed(stream=stream, left_s=0.6)
        assert type(error) is kind
        assert (error.retryable, error.may_be_billed) == (retryable, billed)
        assert upstream.wait_for(lambda server: server.connections == 0)


@BOTH
def test_a_limit_is_waited_out_as_long_as_the_server_says_in_seconds_or_as_a_date(stream: bool) -> None:
    with Upstream(up.rate_limited("7"), said("Dm7")) as upstream:
        asked = Asked(upstream, prices=PRICED)
        assert asked.last(stream=stream).text == "Dm7"
        assert 7 <= asked.slept[0] < 8
    with Upstream() as upstream:
        asked = Asked(upstream, prices=PRICED)
        at = datetime.fromtimestamp(asked.clock.now(), UTC) + timedelta(seconds=9)
        upstream.then(up.rate_limited(format_datetime(at, usegmt=True)), said("Dm7"))
        assert asked.last(stream=stream).text == "Dm7"
        assert 7 < asked.slept[0] < 10


@BOTH
def test_a_limit_without_a_time_is_tried_again_after_a_short_pause_that_differs(stream: bool) -> None:
    with Upstream(up.rate_limited(), up.rate_limited(), said("Dm7")) as upstream:
        asked = Asked(upstream, prices=PRICED)
        assert asked.last(stream=stream).text == "Dm7"
        assert len(set(asked.slept)) == 2
        assert all(0 < pause < 2 for pause in asked.slept)


def test_nobody_there_a_name_that_leads_nowhere_and_a_false_certificate_are_out_of_reach_and_free() -> None:
    certified = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certified.load_cert_chain(SELF_SIGNED)
    with Upstream() as gone, Upstream(tls=certified) as stranger:
        closed = Asked(gone, key=SECRET)
        nowhere = Asked(gone, key=SECRET, base_url="http://nobody.invalid/v1")
        false = Asked(stranger, key=SECRET)
        whys = [nowhere.failed().why, false.failed().what]
        assert stranger.requests == []
    for asked in (closed, nowhere, false):
        error = asked.failed(stream=False)
        assert isinstance(error, EngineUnreachable)
        assert (error.retryable, error.may_be_billed) == (True, False)
        sound(error)
    assert all(whys)


@BOTH
def test_an_answer_of_ten_megabytes_is_an_answer(stream: bool) -> None:
    with Upstream(up.huge(10_000_000)) as upstream:
        assert len(Asked(upstream).last(stream=stream).text) >= 10_000_000


@BOTH
@pytest.mark.parametrize(
    "usage",
    [None, {}, {"prompt_tokens": -5, "completion_tokens": 2}, {"prompt_tokens": "11", "completion_tokens": 2.5}],
)
def test_tokens_that_are_not_counted_or_counted_wrongly_are_unknown(usage: Any, stream: bool) -> None:
    with Upstream(said("Dm7", usage=usage)) as upstream:
        drafted = Asked(upstream).last(stream=stream)
    assert (drafted.text, drafted.usage) == ("Dm7", None)


@BOTH
def test_a_good_answer_under_a_wrong_content_type_is_read(stream: bool) -> None:
    for kind in ("text/plain", "application/octet-stream", "application/json"):
        with Upstream(up.mislabelled(said("Dm7 G7"), kind)) as upstream:
            assert Asked(upstream).last(stream=stream).text == "Dm7 G7"


# ---- the client goes away --------------------------------------------------------------------------------------


def heard_of_it(upstream: Upstream) -> bool:
    return upstream.wait_for(lambda server: server.left_early == 1 and server.connections == 0, A_SECOND)


@pytest.mark.parametrize("stream", [True, False], ids=["streamed", "whole"])
@pytest.mark.parametrize("answer", [up.hang(), up.stall("Dm7 G7")], ids=["before the head", "within the answer"])
def test_a_client_that_goes_away_ends_the_call_upstream_within_a_second(answer: Answer, stream: bool) -> None:
    async def call() -> bool:
        async def read() -> None:
            async with aclosing(asked.engine.draft(asked.call(stream=stream))) as pieces:
                async for _ in pieces:
                    pass

        task = asyncio.create_task(read())
        await asyncio.to_thread(upstream.wait_for, lambda server: len(server.requests) == 1)
        await asyncio.sleep(0.1)  # so that what the answer begins with is there
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return await asyncio.to_thread(heard_of_it, upstream)

    with Upstream(answer) as upstream:
        asked = Asked(upstream)
        assert asyncio.run(call())


# ---- through the whole house -----------------------------------------------------------------------------------


def house(tmp_path: Path, server: Upstream, **settings: Any) -> AsyncPartimento:
    models = [
        {
            "id": "mine", "base_url": server.base_url, "upstream": "little", "tier": "small", "reach": 10,
            "input_usd_per_million": "1", "output_usd_per_million": "2", "api_key_setting": "SKY_KEY",
        }
    ]  # fmt: skip
    return AsyncPartimento(folder=tmp_path, data_folder=str(tmp_path / "data"), models=models, **settings)


@pytest.mark.parametrize("fault", [name for name in FAULTS if name != "an answer beyond all measure"])
def test_through_the_house_a_fault_is_told_as_it_is(
    tmp_path: Path, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer, kind, _, _ = FAULTS[fault]
    monkeypatch.setenv("SKY_KEY", SECRET)

    async def ask() -> None:
        async with house(tmp_path, server, deadline_s=0.6) as pt:
            with pytest.raises(EngineError) as raised:
                await pt.make(text(prompt="a verse"), model="mine")
            assert isinstance(raised.value, kind)
            sound(raised.value)

    with Upstream(otherwise=answer()) as server:
        asyncio.run(ask())


def test_through_the_house_a_reader_that_stops_reading_ends_the_call_upstream(tmp_path: Path) -> None:
    async def ask() -> None:
        async with house(tmp_path, server) as pt:
            async with aclosing(pt.stream(text(prompt="a verse"), model="mine")) as events:
                async for event in events:
                    if isinstance(event, Delta):
                        break
            assert await asyncio.to_thread(heard_of_it, server)

    with Upstream(up.stall("Dm7 G7")) as server:
        asyncio.run(ask())
