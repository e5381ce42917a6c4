"""An error status becomes the house's error: what happened, why, and the mend; and it is never billed."""

from __future__ import annotations

import pytest

from partimento.core.errors import EngineError, EngineFault, EngineOverloaded, EngineRefused, EngineTimeout
from partimento.wire.refusal import Refusal, error_for, message_in


def error(status: int, body: bytes = b"", retry_after: str = "") -> EngineError:
    return error_for(Refusal(status, body, retry_after, "http://127.0.0.1:1", "little", "SKY_KEY"), now=0.0)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (302, EngineRefused), (400, EngineRefused), (401, EngineRefused), (402, EngineRefused), (403, EngineRefused),
        (404, EngineRefused), (408, EngineTimeout), (422, EngineRefused), (429, EngineOverloaded), (500, EngineFault),
        (502, EngineFault), (503, EngineOverloaded), (504, EngineTimeout), (529, EngineOverloaded),
    ],
)  # fmt: skip
def test_each_status_has_its_error_and_none_is_billed(status: int, kind: type[EngineError]) -> None:
    told = error(status)
    assert type(told) is kind
    assert not told.may_be_billed
    assert told.what
    assert str(status) in told.why
    assert told.mend


def test_a_rejected_key_names_the_variable_to_set() -> None:
    assert "SKY_KEY" in error(401).mend


def test_an_overloaded_server_tells_how_long_to_wait() -> None:
    told = error(429, retry_after="12")
    assert isinstance(told, EngineOverloaded)
    assert told.retry_after_s == 12.0
    assert "12 seconds" in told.mend


def test_a_quota_that_is_used_up_does_not_come_back_by_waiting() -> None:
    told = error(429, b'{"error": {"message": "You exceeded your current quota", "code": "insufficient_quota"}}')
    assert isinstance(told, EngineRefused)
    assert not told.retryable


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b'{"error": {"message": "no such model", "code": 404}}', "no such model"),
        (b'{"error": "no such model"}', "no such model"),
        (b'{"message": "no such  model"}', "no such model"),
        (b'{"detail": "Not Found"}', "Not Found"),
        (b'{"error": {"code": "overloaded"}}', "overloaded"),
        (b"plainly no", "plainly no"),
        (b"<html>a page</html>", ""),
        (b"", ""),
        (b"\xff\xfe", "\ufffd\ufffd"),
        (b"[1]", "[1]"),
    ],
)
def test_the_message_is_found_wherever_servers_put_it(body: bytes, message: str) -> None:
    assert message_in(body) == message


def test_a_long_message_is_cut() -> None:
    assert len(message_in(b"x" * 100_000)) <= 300
    assert len(message_in(b'{"error": "%s"}' % (b"x" * 100_000))) <= 300
