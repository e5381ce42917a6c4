"""The one HTTP client, on a real loopback server."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from partimento.core.errors import EngineError, EngineFault, EngineRefused, EngineTimeout, EngineUnreachable
from partimento.testing.upstream import Answer, Upstream, cut, hang, huge, rate_limited, said, slow, stall
from partimento.wire.http import HttpTransport, Reply, host_of, is_loopback, is_url

SECRET = "sk-very-secret"
BODY = b'{"model": "little", "stream": true}'


@asynccontextmanager
async def sent(url: str, timeout_s: float = 20.0, largest_reply: int = 2**24) -> AsyncIterator[Reply]:
    transport = HttpTransport(largest_reply=largest_reply)
    headers = (("authorization", f"Bearer {SECRET}"),)
    try:
        async with transport.send("POST", url, headers, BODY, timeout_s) as reply:
            yield reply
    finally:
        await transport.close()


def failure(url: str, timeout_s: float = 20.0, largest_reply: int = 2**24) -> EngineError:
    """The error of a call that is read to its end."""

    async def call() -> None:
        async with sent(url, timeout_s, largest_reply) as reply:
            await reply.whole()

    with pytest.raises(EngineError) as raised:
        asyncio.run(call())
    error = raised.value
    assert error.what
    assert error.why
    assert error.mend
    shown = f"{error} {error!r} {error.__cause__!r} {error.__context__!r}"
    assert SECRET not in shown
    assert "hunter2" not in shown
    return error


def refusing_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


def test_status_headers_and_body_come_back() -> None:
    async def call() -> tuple[int, str, bytes]:
        async with sent(f"{upstream.base_url}/x") as reply:
            return reply.status, reply.header("Retry-AFTER") + reply.header("no-such"), await reply.whole()

    with Upstream(rate_limited("7")) as upstream:
        status, after, body = asyncio.run(call())
    assert (status, after) == (429, "7")
    assert b"Rate limit" in body
    seen = upstream.requests[0]
    assert (seen.method, seen.path, seen.body) == ("POST", "/v1/x", {"model": "little", "stream": True})
    assert seen.headers["authorization"] == f"Bearer {SECRET}"


def test_a_stream_is_given_as_it_comes_and_leaving_it_closes_the_connection() -> None:
    async def call() -> bytes:
        async with sent(upstream.base_url) as reply:
            return await anext(reply.chunks())

    with Upstream(stall("a b c")) as upstream:
        assert b'"a"' in asyncio.run(call())
        assert upstream.wait_for(lambda server: server.left_early == 1 and server.connections == 0)


def test_cancelling_within_the_body_closes_the_connection() -> None:
    async def call() -> None:
        async def reading() -> None:
            async with sent(upstream.base_url) as reply:
                begun.set()
                await reply.whole()
                pytest.fail("it ended")

        begun = asyncio.Event()
        task = asyncio.create_task(reading())
        await begun.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    with Upstream(stall("a b c")) as upstream:
        asyncio.run(call())
        assert upstream.wait_for(lambda server: server.left_early == 1 and server.connections == 0)


@pytest.mark.parametrize("whole", [True, False])
def test_cancelling_before_the_head_came_closes_the_connection(whole: bool) -> None:
    async def call() -> None:
        transport = HttpTransport()

        async def hanging() -> None:
            if whole:
                await transport.fetch("POST", upstream.base_url, (), BODY, 60.0)
            else:
                async with transport.send("POST", upstream.base_url, (), BODY, 60.0):
                    pytest.fail("it answered")

        task = asyncio.create_task(hanging())
        assert await asyncio.to_thread(upstream.wait_for, lambda server: len(server.requests) == 1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await asyncio.to_thread(upstream.wait_for, lambda server: server.connections == 0)

    with Upstream(hang()) as upstream:
        asyncio.run(call())
        assert upstream.left_early == 1


def test_connections_are_used_again() -> None:
    async def call() -> None:
        transport = HttpTransport()
        for _ in range(5):
            async with transport.send("POST", upstream.base_url, (), BODY, 20.0) as reply:
                await reply.whole()
        await transport.close()

    with Upstream() as upstream:
        asyncio.run(call())
        assert (len(upstream.requests), upstream.accepted) == (5, 1)


def test_one_transport_serves_one_event_loop_after_another() -> None:
    transport = HttpTransport()

    async def call() -> int:
        async with transport.send("POST", upstream.base_url, (), BODY, 20.0) as reply:
            await reply.whole()
            return reply.status

    with Upstream() as upstream:
        assert [asyncio.run(call()) for _ in range(3)] == [200, 200, 200]
        asyncio.run(transport.close())


def test_nobody_there_is_unreachable_and_free() -> None:
    error = failure(f"http://user:hunter2@127.0.0.1:{refusing_port()}/v1")
    assert isinstance(error, EngineUnreachable)
    assert not error.may_be_billed


def test_a_name_that_does_not_resolve_is_unreachable() -> None:
    assert isinstance(failure("http://nobody.invalid/v1"), EngineUnreachable)


def test_a_server_that_hangs_is_out_of_time_not_out_of_reach() -> None:
    with Upstream(hang()) as upstream:
        error = failure(upstream.base_url, timeout_s=0.2)
        assert isinstance(error, EngineTimeout)
        assert error.may_be_billed


def test_a_stream_that_never_ends_is_out_of_time() -> None:
    with Upstream(slow("word " * 500, gap_s=0.02)) as upstream:
        assert isinstance(failure(upstream.base_url, timeout_s=0.2), EngineTimeout)


def test_no_time_left_sends_nothing() -> None:
    with Upstream() as upstream:
        assert isinstance(failure(upstream.base_url, timeout_s=0.0), EngineTimeout)
        assert upstream.accepted == 0


def test_a_cut_connection_is_a_fault_that_may_be_billed() -> None:
    with Upstream(cut("a b c")) as upstream:
        error = failure(upstream.base_url)
        assert isinstance(error, EngineFault)
        assert error.may_be_billed


def test_a_body_beyond_the_limit_is_not_read_to_its_end() -> None:
    with Upstream(huge(50_000_000)) as upstream:
        error = failure(upstream.base_url, largest_reply=200_000)
        assert "200000 bytes" in error.what
        assert upstream.wait_for(lambda server: server.left_early == 1)


def test_a_redirect_is_not_followed_and_the_key_stays_here() -> None:
    with Upstream() as elsewhere:
        moved = Answer(status=307, headers=(("location", elsewhere.base_url),))
        with Upstream(moved) as upstream:

            async def call() -> int:
                async with sent(upstream.base_url) as reply:
                    return reply.status

            assert asyncio.run(call()) == 307
            assert elsewhere.accepted == 0


@pytest.mark.parametrize("url", ["not a url", "/v1", "", "http://[::bad/v1", "ftp://127.0.0.1/v1"])
def test_what_is_no_url_is_refused_in_words(url: str) -> None:
    assert isinstance(failure(url), EngineError)


def test_a_key_with_a_line_break_is_refused_without_being_shown() -> None:
    async def call() -> None:
        transport = HttpTransport()
        headers = (("authorization", f"Bearer {SECRET}\nx"),)
        async with transport.send("POST", "http://127.0.0.1:9", headers, b"", 5.0):
            pass

    with pytest.raises(EngineRefused) as refused:
        asyncio.run(call())
    assert SECRET not in f"{refused.value} {refused.value.__cause__!r}"


def test_a_proxy_of_the_environment_is_not_asked_for_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{refusing_port()}")
    monkeypatch.delenv("NO_PROXY", raising=False)

    async def call() -> int:
        async with sent(upstream.base_url) as reply:
            return reply.status

    with Upstream(said("ok")) as upstream:
        assert asyncio.run(call()) == 200


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("http://user:hunter2@example.org:8080/v1?key=hunter2", "http://example.org:8080"),
        ("https://[::1]:1/v1", "https://[::1]:1"),
        ("http://h:99999999/", "an unreadable URL"),
        ("x", "an unreadable URL"),
    ],
)
def test_what_is_shown_of_a_url_is_its_host(url: str, shown: str) -> None:
    assert host_of(url) == shown
    assert is_url(url) == shown.startswith("http")


@pytest.mark.parametrize(
    ("url", "here"),
    [
        ("http://localhost:11434/v1", True),
        ("http://127.0.0.1:1/v1", True),
        ("http://127.9.9.9/v1", True),
        ("http://[::1]:1/v1", True),
        ("http://localhost.example.org/v1", False),
        ("http://127.0.0.1.example.org/v1", False),
        ("http://127.0.0.1@example.org/v1", False),
        ("http://192.168.1.5/v1", False),
        ("https://api.openai.com/v1", False),
        ("", False),
    ],
)
def test_this_machine_is_told_from_the_network(url: str, here: bool) -> None:
    assert is_loopback(url) is here


def test_the_client_is_loaded_at_the_first_call_and_not_before() -> None:
    program = "import sys, partimento.engines.openai; assert 'pyreqwest' not in sys.modules"
    subprocess.run([sys.executable, "-c", program], check=True)


def test_without_the_client_for_proxies_a_host_behind_one_is_out_of_reach_and_the_mend_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setattr("partimento.wire.proxied.find_spec", lambda name: None)

    async def ask() -> None:
        transport = HttpTransport()
        with pytest.raises(EngineUnreachable) as raised:
            await transport.fetch("GET", "http://upstream.example/v1/models", (), b"", 2.0)
        assert "partimento[proxy]" in raised.value.mend
        await transport.close()

    asyncio.run(ask())
