"""Connections: patience with clients that dribble or do not read, limits, and word of those who leave."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from crowd import connected, everything, read
from listening import listening
from partimento.server.connection import Patience

HURRIED = Patience(head_s=0.2, slowest=10_000, unread_s=0.3)
HEAD = b"POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 100000\r\n\r\n"


class Echo:
    """Reads bodies and tells their length; "/hang" waits for ever, "/endless" writes for ever, "/unread" reads none."""

    def __init__(self) -> None:
        self.ended: list[str] = []
        self.happened = threading.Condition()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        leaving = scope["partimento.leaving"]
        leaving.task = asyncio.current_task()
        try:
            await self._answer(scope["path"], receive, send)
            self._end("answered")
        except asyncio.CancelledError:
            self._end("left" if leaving.gone else "stopped")
        finally:
            leaving.task = None

    async def _answer(self, path: str, receive: Any, send: Any) -> None:
        size, more = 0, path != "/unread"
        while more:
            message = await receive()
            size, more = size + len(message.get("body", b"")), message.get("more_body", False)
        if path == "/hang":
            await asyncio.Event().wait()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        while path == "/endless":
            await send({"type": "http.response.body", "body": b"x" * 65536, "more_body": True})
        await send({"type": "http.response.body", "body": b"%d" % size})

    def _end(self, how: str) -> None:
        with self.happened:
            self.ended.append(how)
            self.happened.notify_all()

    def wait_for(self, *ended: str) -> bool:
        with self.happened:
            return self.happened.wait_for(lambda: self.ended == list(ended), 10)


@pytest.fixture
def echo() -> Echo:
    return Echo()


@pytest.fixture
def address(echo: Echo) -> Iterator[str]:
    with listening(echo, HURRIED) as where:
        yield where


def told(reply: bytes) -> tuple[int, str]:
    answer = read(reply)
    assert {"error", "cause", "mend"} <= answer.json.keys()
    return answer.status, answer.json["error"]


def test_a_head_that_dribbles_is_not_waited_for(address: str, echo: Echo) -> None:
    with connected(address) as client:
        for byte in b"POST / HTT":
            client.sendall(bytes([byte]))
            time.sleep(0.01)
        assert told(everything(client)) == (408, "the head of the request did not arrive")
    assert echo.ended == []


def test_a_body_that_dribbles_is_not_waited_for(address: str, echo: Echo) -> None:
    with connected(address) as client:
        client.sendall(HEAD)
        for _ in range(10):
            client.sendall(b"x")
            time.sleep(0.01)
        assert told(everything(client)) == (408, "the body of the request did not arrive")
    assert echo.wait_for("left")


def test_a_body_that_comes_steadily_is_waited_for(address: str) -> None:
    with connected(address) as client:
        client.sendall(HEAD.replace(b"\r\n\r\n", b"\r\nconnection: close\r\n\r\n"))
        for _ in range(50):
            client.sendall(b"x" * 2000)
            time.sleep(0.01)
        assert read(everything(client)).body == b"100000"


def test_who_connects_and_says_nothing_is_hung_up_on(address: str) -> None:
    with connected(address) as client:
        assert client.recv(1) == b""


def test_a_reader_who_stops_reading_is_hung_up_on(address: str, echo: Echo) -> None:
    with connected(address) as client:
        client.sendall(b"GET /endless HTTP/1.1\r\nhost: localhost\r\n\r\n")
        assert echo.wait_for("left")


def test_an_answer_may_take_longer_than_a_request(address: str, echo: Echo) -> None:
    with connected(address) as client:
        client.sendall(b"GET /hang HTTP/1.1\r\nhost: localhost\r\n\r\n")
        time.sleep(0.6)
        assert echo.ended == []
    assert echo.wait_for("left")


def test_one_who_leaves_with_requests_in_the_pipe_is_missed(address: str, echo: Echo) -> None:
    one = b"GET /hang HTTP/1.1\r\nhost: localhost\r\n\r\n"
    with connected(address) as client:
        client.sendall(one + one + one[:20])
        time.sleep(0.5)  # the third is cut, but nobody looks at it before the first is answered
        assert echo.ended == []
    assert echo.wait_for("left")


def test_requests_in_a_pipe_are_answered_one_after_the_other(address: str, echo: Echo) -> None:
    one = b"POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: %d\r\n\r\n%s"
    last = (one % (3, b"xxx")).replace(b"\r\n\r\n", b"\r\nconnection: close\r\n\r\n")
    with connected(address) as client:
        client.sendall(b"".join(one % (n, b"x" * n) for n in range(3)) + last)
        bodies = [part.split(b"\r\n")[-1] for part in everything(client).split(b"\r\n0\r\n\r\n")[:-1]]
    assert bodies == [b"0", b"1", b"2", b"3"]
    assert echo.ended == ["answered"] * 4


@pytest.mark.parametrize("rest", [b"\x00\x01nonsense\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n"])
def test_nonsense_behind_a_request_ends_it(address: str, echo: Echo, rest: bytes) -> None:
    with connected(address) as client:
        client.sendall(b"GET /hang HTTP/1.1\r\nhost: localhost\r\n\r\n" + rest)
        assert told(everything(client))[0] == 400
    assert echo.wait_for("left")


def test_nonsense_in_the_middle_of_an_answer_says_nothing_into_it(address: str, echo: Echo) -> None:
    with connected(address) as client:
        client.sendall(b"GET /endless HTTP/1.1\r\nhost: localhost\r\n\r\n")
        assert client.recv(100)
        client.sendall(b"nonsense\r\n\r\n")
        rest = b""
        try:
            while piece := client.recv(1 << 20):
                rest = (rest + piece)[-1000:]
        except ConnectionResetError:
            pass
    assert b"HTTP/1.1 400" not in rest
    assert echo.wait_for("left")


def test_a_wish_to_speak_another_protocol_is_passed_over(address: str) -> None:
    upgrade = b"connection: upgrade, http2-settings\r\nupgrade: h2c\r\nhttp2-settings: AAMAAABkAAQAoAAA\r\n"
    with connected(address) as client:
        client.sendall(b"POST / HTTP/1.1\r\nhost: localhost\r\n" + upgrade + b"content-length: 5\r\n\r\nhello")
        reply = client.recv(65536)
        while b"\r\n0\r\n\r\n" not in reply:
            reply += client.recv(65536)
    assert read(reply).body == b"5"


@pytest.mark.parametrize("path", ["/unread", "/" + "x" * 70_000])
def test_who_is_answered_while_still_sending_hears_the_answer(address: str, path: str) -> None:
    head = f"POST {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: 3000000\r\n\r\n"
    for _ in range(5):
        with connected(address) as client:
            client.sendall(head.encode() + b"x" * 3_000_000)
            assert read(everything(client)).status == (200 if path == "/unread" else 431)


def test_who_never_ends_sending_is_hung_up_on(address: str) -> None:
    head = b"POST /unread HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: 9999999999\r\n\r\n"
    with connected(address) as client:
        client.sendall(head)
        assert read(everything(client)).status == 200
        with pytest.raises(OSError, match=r"reset|pipe"):
            client.sendall(bytes(1 << 31))


def test_a_stop_is_told_from_a_client_that_left(echo: Echo) -> None:
    with listening(echo, drain_s=0) as where:
        client = connected(where)
        client.sendall(b"GET /hang HTTP/1.1\r\nhost: localhost\r\n\r\n")
        time.sleep(0.1)
    assert echo.ended == ["stopped"]
    client.close()
