"""Errors in every dialect: status, type, code, headers, and nothing of the inside."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest

from partimento.core import errors
from partimento.server.exchange import Dialect
from partimento.server.problems import body_of, reply_for

DIALECTS: tuple[Dialect, ...] = ("openai", "anthropic", "ollama", "native")
EVERY = [e for e in vars(errors).values() if isinstance(e, type) and issubclass(e, errors.PartimentoError)]


def made(kind: type[errors.PartimentoError]) -> errors.PartimentoError:
    if issubclass(kind, errors.UnknownName):
        return kind("model", "x", ["y"])
    if issubclass(kind, errors.ChordSyntaxError):
        return kind("H7", 1)
    return kind("it happened", why="because", mend="do this")


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("kind", EVERY)
def test_every_error_has_its_status_and_says_what_why_and_the_mend(
    kind: type[errors.PartimentoError], dialect: Dialect
) -> None:
    error = made(kind)
    reply = reply_for(error, dialect)
    body = json.loads(reply.body)
    assert reply.status == kind.status
    inner: Any = body["error"] if isinstance(body["error"], dict) else body
    assert (inner["cause"], inner["mend"]) == (error.why, error.mend)
    assert error.what in (inner.get("message") or inner["error"])


@pytest.mark.parametrize(
    ("error", "kind", "code", "theirs"),
    [
        (errors.KeyNeeded(), "authentication_error", "invalid_api_key", "authentication_error"),
        (errors.RateLimited(), "rate_limit_error", "rate_limit_exceeded", "rate_limit_error"),
        (errors.BudgetExceeded(), "insufficient_quota", "insufficient_quota", "billing_error"),
        (errors.NotAllowed(), "permission_error", None, "permission_error"),
        (errors.UnknownName("model", "x", []), "invalid_request_error", "model_not_found", "not_found_error"),
        (errors.UnknownName("path", "x", []), "invalid_request_error", "not_found", "not_found_error"),
        (errors.PromptTooLong(), "invalid_request_error", "context_length_exceeded", "invalid_request_error"),
        (errors.TooLarge(), "invalid_request_error", "request_too_large", "request_too_large"),
        (errors.BadInput(), "invalid_request_error", None, "invalid_request_error"),
        (errors.ChecksFailed(), "invalid_request_error", None, "invalid_request_error"),
        (errors.EngineOverloaded(), "server_error", "overloaded", "overloaded_error"),
        (errors.EngineTimeout(), "server_error", None, "timeout_error"),
        (errors.EngineFault(), "server_error", None, "api_error"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
def test_errors_have_the_vendors_words(error: errors.PartimentoError, kind: str, code: str | None, theirs: str) -> None:
    told = body_of(error, "openai")["error"]
    assert (told["type"], told["code"]) == (kind, code)
    assert told["param"] == ("model" if code == "model_not_found" else None)
    assert body_of(error, "anthropic")["error"]["type"] == theirs


def test_a_wait_is_told_in_whole_seconds_and_never_too_short() -> None:
    for wait, told in ((0.0, "1"), (1.2, "2"), (30.0, "30")):
        assert ("retry-after", told) in reply_for(errors.RateLimited(retry_after_s=wait), "openai").headers
    assert not reply_for(errors.RateLimited(), "openai").headers


def test_a_missing_key_is_asked_for_in_the_ways_there_are() -> None:
    assert dict(reply_for(errors.KeyNeeded(), "native").headers)["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize(
    ("error", "lasting"),
    [(errors.NoVoice(), True), (errors.ModelMissing(), True), (errors.EngineFault(), False), (OSError(), False)],
)
def test_clients_are_told_not_to_repeat_what_cannot_help(error: Exception, lasting: bool) -> None:
    assert (("x-should-retry", "false") in reply_for(error, "openai").headers) is lasting


def test_an_error_of_anthropic_s_carries_its_id_in_body_and_head() -> None:
    reply = reply_for(errors.BadInput(), "anthropic")
    assert dict(reply.headers)["request-id"] == json.loads(reply.body)["request_id"]


@pytest.mark.parametrize("dialect", DIALECTS)
def test_what_is_unexpected_is_told_as_an_id_that_the_log_has_too(
    dialect: Dialect, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        reply = reply_for(ValueError("the secret of /home/somebody"), dialect, "/v1/responses")
    assert reply.status == 500
    assert b"secret" not in reply.body
    name = next(word for word in caplog.messages[0].split() if len(word) == 12)
    assert name.encode() in reply.body
    assert "/v1/responses" in caplog.messages[0]
    assert "secret" in caplog.text
