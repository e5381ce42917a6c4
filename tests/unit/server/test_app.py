"""The application: what a door fails with is told, also in the middle of a stream; bodies have their limits."""

from __future__ import annotations

import asyncio
import http.client
import json
import threading
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from crowd import answers, connected, request
from listening import listening
from partimento.client import AsyncPartimento
from partimento.core.errors import RateLimited, TooLarge
from partimento.core.settings import Settings
from partimento.ledger.accounts import KeyRing
from partimento.ledger.rates import Rates
from partimento.ledger.sessions import Sessions
from partimento.server.app import Application
from partimento.server.auth import Entrance
from partimento.server.body import SMALL, Bodies
from partimento.server.exchange import EVENTS, LINES, Ask, Dialect, Door, Reply, Stream
from partimento.server.guard import guard_of
from partimento.server.metrics import Metrics
from partimento.server.watch import Watch

STREAMS: dict[Dialect, str] = {"openai": EVENTS, "anthropic": EVENTS, "native": EVENTS, "ollama": LINES}
LARGEST = 200_000


class Doors:
    """Doors that fail in every way, one of each dialect."""

    def __init__(self) -> None:
        self.held = threading.Event()
        self.free = threading.Event()
        ways = {"broken": self.broken, "breaking": self.breaking, "hang": self.hang, "hanging": self.hanging}
        self.all = [
            Door(method="POST", path=f"/{dialect}/{way}", opened=opened, summary="", dialect=dialect, free=True)
            for dialect in STREAMS
            for way, opened in ways.items()
        ]
        self.all.append(Door(method="POST", path="/hold", opened=self.hold, summary="", free=True))

    async def broken(self, ask: Ask) -> Reply | Stream:
        raise ZeroDivisionError("a prompt")

    async def breaking(self, ask: Ask) -> Reply | Stream:
        async def pieces() -> AsyncGenerator[bytes, None]:
            yield b"so far\n\n"
            raise ZeroDivisionError("a prompt")

        return self._stream(ask, pieces())

    async def hang(self, ask: Ask) -> Reply | Stream:
        self.held.set()
        await asyncio.Event().wait()
        return Reply(b"")

    async def hanging(self, ask: Ask) -> Reply | Stream:
        async def pieces() -> AsyncGenerator[bytes, None]:
            yield b"so far\n\n"
            self.held.set()
            await asyncio.Event().wait()

        return self._stream(ask, pieces())

    async def hold(self, ask: Ask) -> Reply | Stream:
        self.held.set()
        await asyncio.to_thread(self.free.wait, 10)
        return Reply(b"%d" % len(ask.body))

    def _stream(self, ask: Ask, pieces: AsyncGenerator[bytes, None]) -> Stream:
        assert ask.door is not None
        return Stream(pieces, STREAMS[ask.door.dialect])


@pytest.fixture
def doors() -> Doors:
    return Doors()


@contextmanager
def open_house(doors: Doors, folder: Path, drain_s: int = 5) -> Iterator[str]:
    living: list[AsyncPartimento] = []

    async def opened() -> tuple[AsyncPartimento, Entrance]:
        client = AsyncPartimento(folder=folder, data_folder=str(folder))
        living.append(client)
        return client, Entrance(Settings(), KeyRing(client.store), Rates(client.store), Sessions(client.store))

    async def close() -> None:
        await living[0].close()

    watch = Watch(Metrics(frozenset()))
    application = Application(doors.all, guard_of(Settings()), LARGEST, opened, close, watch)
    with listening(application, drain_s=drain_s) as address:
        yield address


@pytest.fixture
def address(doors: Doors, tmp_path: Path) -> Iterator[str]:
    with open_house(doors, tmp_path) as where:
        yield where


def words(told: dict[str, Any]) -> dict[str, Any]:
    """The part of an error that has cause and mend."""
    inner: dict[str, Any] = told["error"] if isinstance(told["error"], dict) else told
    return inner


@pytest.mark.parametrize("dialect", STREAMS)
def test_a_door_that_breaks_tells_an_id_and_nothing_of_the_inside(address: str, dialect: str) -> None:
    (answer,) = answers(address, [request(f"/{dialect}/broken", {})])
    assert answer is not None
    assert answer.status == 500
    assert "failure" in words(answer.json)["cause"]
    assert b"prompt" not in answer.body
    assert b"Zero" not in answer.body


@pytest.mark.parametrize("dialect", STREAMS)
def test_who_gets_no_further_than_the_porch_is_told_in_the_form_of_the_door(address: str, dialect: str) -> None:
    whole = request(f"/{dialect}/broken", {})
    strange = [
        whole.replace(b"application/json", b"text/plain"),
        whole.replace(b"host: localhost", b"host: elsewhere.example"),
        whole.replace(b"POST", b"PATCH"),
        request(f"/{dialect}/broken/further", {}),
    ]
    heard = [answer for answer in answers(address, strange) if answer is not None]
    assert [answer.status for answer in heard] == [415, 403, 405, 404]
    for answer in heard:
        assert words(answer.json)["mend"]
        assert isinstance(answer.json["error"], dict) is (dialect in ("openai", "anthropic"))
        assert ("request_id" in answer.json) is (dialect == "anthropic")


def last_word(body: bytes) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(body.strip().split(b"\n")[-1].removeprefix(b"data: "))
    return told


@pytest.mark.parametrize("dialect", STREAMS)
def test_a_stream_that_breaks_ends_with_an_error_in_its_own_form(address: str, dialect: str) -> None:
    (answer,) = answers(address, [request(f"/{dialect}/breaking", {})])
    assert answer is not None
    assert answer.status == 200
    assert answer.body.startswith(b"so far\n\n")
    assert "failure" in words(last_word(answer.body))["cause"]
    assert (b"event: error\n" in answer.body) is (dialect in ("anthropic", "native"))


@pytest.mark.parametrize(("way", "status"), [("hang", 503), ("hanging", 200)])
def test_who_is_still_waiting_at_the_end_is_told_so(doors: Doors, tmp_path: Path, way: str, status: int) -> None:
    heard: list[Any] = []
    with open_house(doors, tmp_path, drain_s=0) as where:
        thread = threading.Thread(target=lambda: heard.extend(answers(where, [request(f"/openai/{way}", {})])))
        thread.start()
        assert doors.held.wait(10)
    thread.join()
    assert heard[0].status == status
    assert "stopping" in words(last_word(heard[0].body))["message"]


def test_one_who_has_left_is_no_failure(doors: Doors, address: str, caplog: pytest.LogCaptureFixture) -> None:
    with connected(address) as client:
        client.sendall(request("/openai/hang", {}))
        assert doors.held.wait(10)
    (answer,) = answers(address, [request("/openai/broken", {})])
    assert answer is not None
    assert [record.levelname for record in caplog.records] == ["ERROR"]


def test_large_bodies_are_held_within_bounds_and_the_next_is_told_to_wait(doors: Doors, address: str) -> None:
    heard: list[Any] = []
    refused = threading.Semaphore(0)

    def ask() -> None:
        heard.extend(answers(address, [request("/hold", "x" * (LARGEST - 10))]))
        refused.release()

    threads = [threading.Thread(target=ask) for _ in range(12)]
    for thread in threads:
        thread.start()
    assert all(refused.acquire(timeout=10) for _ in range(4))
    small = http.client.HTTPConnection(address, timeout=30)
    small.request("POST", "/openai/broken", b"{}", {"content-type": "application/json"})
    assert small.getresponse().status == 500
    small.close()
    doors.free.set()
    for thread in threads:
        thread.join()
    statuses = sorted(answer.status for answer in heard)
    assert statuses == [200] * 8 + [429] * 4
    assert all(answer.headers["retry-after"] == "1" for answer in heard if answer.status == 429)


def arriving(*pieces: bytes | None) -> Callable[[], Any]:
    """ASGI's messages; None: the client has gone."""
    messages = [
        {"type": "http.disconnect"} if piece is None else
        {"type": "http.request", "body": piece, "more_body": number + 1 < len(pieces)}
        for number, piece in enumerate(pieces)
    ]  # fmt: skip

    async def receive() -> Any:
        return messages.pop(0)

    return receive


def test_a_body_in_pieces_is_put_together_and_given_back() -> None:
    bodies = Bodies(SMALL * 3, at_once=1)

    async def read() -> None:
        for _ in range(3):  # what is not given back would stand in the way of the next
            body = await bodies.read({}, arriving(b"a" * SMALL, b"b" * SMALL, b"c" * SMALL))
            assert body == b"a" * SMALL + b"b" * SMALL + b"c" * SMALL
            with pytest.raises(RateLimited):
                await bodies.read({}, arriving(b"a" * SMALL, b"b" * SMALL))
            bodies.release(body)
            with pytest.raises(TooLarge):
                await bodies.read({}, arriving(b"a" * SMALL * 2, b"b" * SMALL, b"c" * SMALL))
            with pytest.raises(asyncio.CancelledError):
                await bodies.read({}, arriving(b"a" * SMALL * 2, b"b" * 9, None))
            with pytest.raises(asyncio.CancelledError):
                await bodies.read({}, arriving(None))
        with pytest.raises(TooLarge):
            await bodies.read({b"content-length": b"999999999"}, arriving())

    asyncio.run(read())
