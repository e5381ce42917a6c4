"""HTTP without anybody between: framing, connections that are kept, and who is at the other end."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from partimento.core.errors import EngineFault, EngineUnreachable
from partimento.testing.upstream import Upstream, said
from partimento.wire import direct
from partimento.wire.connection import Fetched
from partimento.wire.http import HttpTransport

SELF_SIGNED = Path(__file__).parents[2] / "data" / "self_signed.pem"
OK = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"


def secured() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(SELF_SIGNED)
    return context


class Canned:
    """A server that sends the same bytes to every request, and counts. `closes`: after each of them."""

    def __init__(self, reply: bytes, *, closes: bool = False, then: bytes = b"") -> None:
        self.reply, self.closes, self.then = reply, closes, then
        self.heads: list[bytes] = []
        self.accepted = 0

    async def serve(self, ask: Callable[[str], Awaitable[None]]) -> None:
        server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        try:
            await ask(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1")
        finally:
            server.close()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.accepted += 1
        try:
            while True:
                self.heads.append(await reader.readuntil(b"\r\n\r\n"))
                writer.write(self.reply)
                await writer.drain()
                if self.closes:
                    break
                if self.then:
                    await asyncio.sleep(0.05)
                    writer.write(self.then)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


def fetched(server: Canned, times: int = 1, path: str = "") -> list[Fetched]:
    replies: list[Fetched] = []

    async def ask(url: str) -> None:
        transport = HttpTransport()
        for _ in range(times):
            replies.append(await transport.fetch("POST", url + path, (), b"{}", 20.0))
            await asyncio.sleep(0.1 if server.then else 0.0)
        await transport.close()

    asyncio.run(server.serve(ask))
    return replies


@pytest.mark.parametrize(
    ("reply", "closes"),
    [
        (OK, False),
        (b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\no\r\n1\r\nk\r\n0\r\n\r\n", False),
        (b"HTTP/1.1 200 OK\r\n\r\nok", True),
        (b"HTTP/1.0 200 OK\r\n\r\nok", True),
        (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\nlink: x\r\n\r\n" + OK, False),
    ],
)
def test_a_body_ends_where_its_framing_says(reply: bytes, closes: bool) -> None:
    (got,) = fetched(Canned(reply, closes=closes))
    assert (got.status, got.body) == (200, b"ok")
    assert got.header("link") == ""


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        (b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nok", "before it was whole"),
        (b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n", "before it was whole"),
        (b"HTTP/1.1 200 OK\r\ncontent-le", "without a word"),
        (b"", "without a word"),
        (b"SSH-2.0-OpenSSH_9\r\n", "HTTP"),
        (b"HTTP/1.1 101 Switching\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n", ""),
    ],
)
def test_half_an_answer_is_a_fault(reply: bytes, why: str) -> None:
    with pytest.raises(EngineFault) as raised:
        fetched(Canned(reply, closes=True))
    assert why in raised.value.why
    assert raised.value.may_be_billed


def test_a_connection_serves_call_after_call() -> None:
    server = Canned(OK)
    assert len(fetched(server, times=4)) == 4
    assert server.accepted == 1


@pytest.mark.parametrize(
    "server",
    [
        Canned(OK, closes=True),
        Canned(b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\nok"),
        Canned(b"HTTP/1.1 200 OK\r\nkeep-alive: timeout=1, max=100\r\ncontent-length: 2\r\n\r\nok"),
        Canned(OK + b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nevil"),
        Canned(OK, then=b"HTTP/1.1 408 Timeout\r\ncontent-length: 4\r\n\r\nlate"),
    ],
    ids=["closed", "says it closes", "keeps it for too short a time", "answers twice", "speaks unasked"],
)
def test_a_connection_that_cannot_be_trusted_with_the_next_call_is_not(server: Canned) -> None:
    replies = fetched(server, times=3)
    assert [reply.body for reply in replies] == [b"ok"] * 3
    assert server.accepted == 3


def test_what_waited_too_long_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(direct, "PLAIN_IDLE_S", 0.0)

    async def ask() -> None:
        transport = HttpTransport()
        await transport.fetch("POST", upstream.base_url, (), b"{}", 20.0)
        assert await asyncio.to_thread(upstream.wait_for, lambda server: server.connections == 0)

    with Upstream() as upstream:
        asyncio.run(ask())


def test_a_user_in_the_url_is_told_to_the_server_as_http_has_it() -> None:
    server = Canned(OK)

    async def ask(url: str) -> None:
        transport = HttpTransport()
        named = url.replace("http://", "http://ann:s%C3%A9cret@")
        await transport.fetch("POST", f"{named}/a b?q=1 2", (), b"", 20.0)
        await transport.fetch("POST", named, (("authorization", "Bearer x"),), b"", 20.0)
        await transport.close()

    asyncio.run(server.serve(ask))
    first, second = server.heads
    assert first.startswith(b"POST /v1/a%20b?q=1%202 HTTP/1.1\r\n")
    assert b"authorization: Basic YW5uOnPDqWNyZXQ=\r\n" in first
    assert b"\r\nhost: 127.0.0.1:" in first
    assert b"Basic" not in second


def test_a_large_question_goes_out_whole() -> None:
    body = b'{"text": "' + b"x" * 3_000_000 + b'"}'

    async def ask() -> None:
        transport = HttpTransport()
        await transport.fetch("POST", upstream.base_url, (), body, 20.0)
        await transport.close()

    with Upstream() as upstream:
        asyncio.run(ask())
        assert len(upstream.requests[0].body["text"]) == 3_000_000


def test_a_reader_that_is_slow_makes_the_server_wait_and_loses_nothing() -> None:
    async def ask() -> int:
        transport = HttpTransport()
        size = 0
        async with transport.send("POST", upstream.base_url, (), b'{"stream": true}', 20.0) as reply:
            while (chunk := await reply.some()) is not None:
                size += len(chunk)
                await asyncio.sleep(0.001)
        await transport.close()
        return size

    with Upstream(said("x" * 3_000_000 + " " + "y" * 3_000_000)) as upstream:
        assert asyncio.run(ask()) > 6_000_000


# ---- who is at the other end -----------------------------------------------------------------------------------


def test_a_certificate_that_nobody_vouches_for_is_not_believed_and_no_key_is_sent() -> None:
    async def ask() -> None:
        transport = HttpTransport()
        try:
            await transport.fetch("POST", upstream.base_url, (("authorization", "Bearer sk-secret"),), b"{}", 20.0)
        finally:
            await transport.close()

    with Upstream(tls=secured()) as upstream:
        with pytest.raises(EngineUnreachable) as raised:
            asyncio.run(ask())
        assert upstream.requests == []
    error = raised.value
    assert "cannot prove who it is" in error.what
    assert "certificate" in f"{error.why} {error.mend}"
    assert not error.may_be_billed
    assert "sk-secret" not in f"{error!r} {error.__cause__!r}"


def test_a_certificate_that_the_owner_names_is_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(SELF_SIGNED))
    direct.trust.cache_clear()

    async def ask() -> list[int]:
        transport = HttpTransport()
        replies = [await transport.fetch("POST", upstream.base_url, (), b"{}", 20.0) for _ in range(3)]
        await transport.close()
        return [reply.status for reply in replies]

    try:
        with Upstream(tls=secured()) as upstream:
            assert asyncio.run(ask()) == [200, 200, 200]
            assert upstream.accepted == 1
    finally:
        direct.trust.cache_clear()


def test_a_server_without_tls_cannot_be_asked_with_it() -> None:
    async def ask() -> None:
        transport = HttpTransport()
        await transport.fetch("POST", upstream.base_url.replace("http:", "https:"), (), b"{}", 20.0)

    with Upstream() as upstream, pytest.raises(EngineUnreachable):
        asyncio.run(ask())


def test_a_proxy_of_the_environment_is_asked_for_other_hosts(monkeypatch: pytest.MonkeyPatch) -> None:
    async def ask() -> list[tuple[int, bytes]]:
        transport = HttpTransport()
        whole = await transport.fetch("POST", "http://models.invalid/v1/chat/completions", (), b"{}", 20.0)
        async with transport.send("POST", "http://models.invalid/v1/chat/completions", (), b"{}", 20.0) as reply:
            streamed = reply.status, await reply.whole()
        await transport.close()
        return [(whole.status, whole.body), streamed]

    with Upstream(otherwise=said("through the proxy")) as upstream:
        monkeypatch.setenv("http_proxy", upstream.base_url.removesuffix("/v1"))
        monkeypatch.delenv("no_proxy", raising=False)
        monkeypatch.delenv("NO_PROXY", raising=False)
        for status, body in asyncio.run(ask()):
            assert status == 200
            assert b"through the proxy" in body
        assert {seen.path for seen in upstream.requests} == {"http://models.invalid/v1/chat/completions"}
