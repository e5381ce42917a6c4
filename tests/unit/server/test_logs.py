"""The log: what a line says, what it never says, and that writing it holds nobody up."""

from __future__ import annotations

import io
import json
import logging
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
import pytest

from partimento.core.errors import EngineFault
from partimento.core.request import Caller
from partimento.core.settings import LogLevel, Settings
from partimento.server import logs
from partimento.server.exchange import Ask, Door, Reply
from partimento.server.logs import Form, RequestLog, Sink, led, masked
from partimento.server.problems import reply_for
from rows import SERVED


async def opened(ask: Ask) -> Reply:
    return Reply(b"")


CHAT = Door(method="POST", path="/v1/chat/completions", opened=opened, summary="")
SECRETS = ["pk-0123456789abcdef", "sk-proj-abc123def456", "Bearer abcdef0123456789", "AIzaSyA1234567890abcdef"]


def asking(path: str = CHAT.path, door: Door | None = CHAT, **known: Any) -> Ask:
    client: Any = None
    ask = Ask(client, "POST", path, b"key=pk-in-the-query", {b"authorization": b"Bearer pk-in-a-header"}, 0.0)
    ask.body, ask.door, ask.caller = b"what was asked", door, Caller(user="somebody", key="k1")
    for name, value in known.items():
        setattr(ask, name, value)
    return ask


def written(say: Callable[[RequestLog], object], level: LogLevel = "requests", form: Form = "json") -> str:
    """What the log writes when this is said."""
    out = io.BytesIO()
    log = RequestLog(Sink(out), level, form)
    say(log)
    log.close()
    return out.getvalue().decode()


@contextmanager
def leading(level: LogLevel) -> Iterator[io.BytesIO]:
    """The house's loggers led into a log, and out of it again."""
    out = io.BytesIO()
    log = led(out, level, "json")
    try:
        yield out
    finally:
        if log is not None:
            log.close()
        led(io.BytesIO(), "off", "json")


def test_a_line_says_what_a_request_took() -> None:
    line = json.loads(written(lambda log: log.ended(asking(row=SERVED), 200)))
    assert line.pop("at").endswith("Z")
    assert line.pop("ms") > 0
    assert line == {
        "level": "info", "method": "POST", "path": "/v1/chat/completions", "status": 200, "id": "1", "task": "chat",
        "model": "little", "cache": "miss", "input_tokens": 11, "output_tokens": 7, "cost_usd": 0.000018, "key": "k1",
    }  # fmt: skip


def test_a_failure_has_its_class_and_not_its_words() -> None:
    ask = asking(error=EngineFault("it said", why="what was asked"))
    line = written(lambda log: log.ended(ask, 502), "errors")
    assert json.loads(line)["error"] == "EngineFault"
    assert "what was asked" not in line


def test_a_stream_that_failed_after_its_head_is_a_failure() -> None:
    row = msgspec.structs.replace(SERVED, ending="failed", error="EngineFault: it broke off")
    line = json.loads(written(lambda log: log.ended(asking(row=row), 200), "errors"))
    assert (line["level"], line["error"]) == ("error", "EngineFault")


@pytest.mark.parametrize(("status", "told"), [(200, False), (404, False), (499, False), (500, True), (503, True)])
def test_errors_alone_leaves_out_what_went_well(status: int, told: bool) -> None:
    assert bool(written(lambda log: log.ended(asking(row=SERVED), status), "errors")) is told


@pytest.mark.parametrize("form", ["json", "text"])
def test_no_line_holds_prompt_header_query_or_user(form: Form) -> None:
    line = written(lambda log: log.ended(asking(row=SERVED), 200), form=form)
    assert line.count("\n") == 1
    for secret in ("what was asked", "in-the-query", "in-a-header", "somebody"):
        assert secret not in line


@pytest.mark.parametrize("secret", SECRETS)
def test_keys_are_masked_wherever_they_stand(secret: str) -> None:
    assert secret not in masked(f"/v1/models/{secret}?x")
    assert secret not in masked(f"upstream said: {secret} is wrong")
    assert secret not in written(lambda log: log.ended(asking(f"/nowhere/{secret}", None), 404))


def test_a_path_that_leads_nowhere_cannot_forge_a_line() -> None:
    line = written(lambda log: log.ended(asking("/x\n12:00:00 POST /v1/fine 200" + "y" * 9999, None), 404), form="text")
    assert line.count("\n") == 1
    assert len(line) < 400


def test_people_read_text() -> None:
    line = written(lambda log: log.ended(asking(row=SERVED), 200), form="text")
    assert "POST /v1/chat/completions 200" in line
    assert "little miss 11+7 tokens $0.000018 key k1" in line


def test_the_unexpected_is_logged_with_the_id_that_the_client_is_told() -> None:
    with leading("errors") as out:
        try:
            prompt = "a secret prompt"
            raise KeyError(prompt)
        except KeyError as error:
            body = json.loads(reply_for(error, "native", "/v1/x").body)
        logging.getLogger("partimento.store").warning("the database is slow")
        logging.getLogger("somebody.else").warning("not ours")
    told = [json.loads(line) for line in _flushed(out)]
    failure, slow = told
    assert failure["error"] == "KeyError"
    assert failure["message"].rpartition(" at /v1/x")[0].split()[-1] in body["cause"]
    assert any("test_logs.py" in frame for frame in failure["trace"])
    assert "a secret prompt" not in out.getvalue().decode()
    assert slow["message"] == "the database is slow"


def test_python_s_own_words_are_kept() -> None:
    def say(log: RequestLog) -> None:
        nothing: Any = None
        try:
            nothing.missing()
        except AttributeError as error:
            log.say("error", "failure 1", error)

    assert "'NoneType' object has no attribute 'missing'" in written(say)


def test_off_is_silent() -> None:
    with leading("off") as out:
        logging.getLogger("partimento.server").error("nobody hears")
    assert out.getvalue() == b""
    assert logs.opened(Settings(log_level="off")) is None


def test_a_reader_who_does_not_read_holds_nobody_up() -> None:
    reading, writing = os.pipe()
    with os.fdopen(writing, "wb") as out:
        sink = Sink(out)
        log = RequestLog(sink, "requests", "json")
        ask = asking(row=SERVED)
        for _ in range(logs.MOST_WAITING * 2):
            log.ended(ask, 200)
        heard: list[bytes] = []
        with os.fdopen(reading, "rb") as listening:
            thread = threading.Thread(target=lambda: heard.extend(listening))
            thread.start()
            sink.close(timeout_s=30)
            out.close()
            thread.join()
    dropped = sum(int(line.split()[1]) for line in heard if line.startswith(b"log: "))
    assert len([line for line in heard if line.startswith(b"{")]) + dropped == logs.MOST_WAITING * 2
    assert dropped


def test_a_reader_who_is_gone_is_no_error() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    out = os.fdopen(writing, "wb", buffering=0)
    log = RequestLog(Sink(out), "requests", "json")
    log.ended(asking(row=SERVED), 200)
    log.close()
    out.close()


def _flushed(out: io.BytesIO) -> list[str]:
    return out.getvalue().decode().splitlines()
