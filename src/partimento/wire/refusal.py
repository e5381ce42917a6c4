"""What an HTTP status other than success means. Knows statuses and the usual shapes of error bodies, no vendor's."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import Struct

from partimento.core.errors import EngineError, EngineFault, EngineOverloaded, EngineRefused, EngineTimeout
from partimento.wire.retry import retry_after_s

_LONGEST_WORD = 300
_SPENT_UP = ("insufficient_quota", "quota exceeded", "exceeded your current quota", "billing", "insufficient credit")

_NAMED = {
    "rate_limit_exceeded": 429, "rate_limit_error": 429, "insufficient_quota": 402, "overloaded_error": 529,
    "invalid_request_error": 400, "invalid_prompt": 400, "context_length_exceeded": 400,
}  # fmt: skip


class Refusal(Struct, frozen=True):
    """A reply that is no answer, with who sent it and for which model, in words fit to be shown. `spent`: whether a
    429 means that the money is gone, which waiting does not mend; None: its words tell."""

    status: int
    body: bytes
    retry_after: str
    where: str
    model: str
    key_variable: str
    spent: bool | None = None


def message_in(body: bytes) -> str:
    """The message of an error body: {"error": {"message"}}, {"error": "…"}, {"message"}, {"detail"} or plain text."""
    try:
        found: Any = msgspec.json.decode(body)
    except msgspec.DecodeError:
        found = body[:_LONGEST_WORD].decode("utf-8", "replace")
        return "" if found.lstrip().startswith("<") else " ".join(found.split())
    return said_in(found)


def said_in(error: Any) -> str:
    """The message of a decoded error object."""
    while isinstance(error, dict):
        error = next((error[name] for name in ("error", "message", "detail", "title", "code") if error.get(name)), "")
    return " ".join(str(error or "").split())[:_LONGEST_WORD]


def error_for(refusal: Refusal, now: float) -> EngineError:
    """The refusal as the house's error; `now` in Unix seconds. An error status is free: nothing was generated."""
    error = _error_for(refusal, now)
    error.may_be_billed = False
    return error


def error_within(error: Any, where: str, model: str, key_variable: str, key: str, now: float) -> EngineError:
    """An error object inside a reply that began well. One that names an HTTP status means what that status means."""
    said = said_in(error)
    if key:
        said = said.replace(key, "***")
    code = _status_named(error) if isinstance(error, dict) else 0
    if 400 <= code < 600:
        told = _error_for(Refusal(code, said.encode(), "", where, model, key_variable), now)
        told.may_be_billed = isinstance(told, EngineFault | EngineTimeout)
        return told
    return EngineFault(f"{where} failed while answering", why=said, mend="try again, or choose another model")


def _status_named(error: dict[str, Any]) -> int:
    """The HTTP status that an error object means, by number or by one of the usual names; 0 where it says neither."""
    for name in ("code", "type", "status"):
        code = error.get(name)
        if type(code) is int:
            return code
        if isinstance(code, str):
            if code.isdigit():
                return int(code)
            if code in _NAMED:
                return _NAMED[code]
    return 0


def _spent(refusal: Refusal) -> bool:
    if refusal.spent is not None:
        return refusal.spent
    said = refusal.body.decode("utf-8", "replace").lower()
    return any(word in said for word in _SPENT_UP)


def _error_for(refusal: Refusal, now: float) -> EngineError:
    where, model, status = refusal.where, refusal.model, refusal.status
    said = message_in(refusal.body)
    why = f"HTTP {status}: {said}" if said else f"HTTP {status}"
    if status in (401, 403):
        return EngineRefused(f"{where} does not accept the key", why=why, mend=f"set {refusal.key_variable}")
    if status == 404:
        return EngineRefused(
            f"{where} does not have {model}",
            why=why,
            mend="pull or load the model there, or correct upstream and base_url",
        )
    if status == 402 or (status == 429 and _spent(refusal)):
        return EngineRefused(f"the quota at {where} is used up", why=why, mend="pay there, or choose another model")
    if status in (429, 503, 529):
        wait = retry_after_s(refusal.retry_after, now)
        mend = "try again later" if wait is None else f"try again in {wait:.0f} seconds"
        return EngineOverloaded(
            f"{where} is overloaded", why=why, mend=f"{mend}, or choose another model", retry_after_s=wait
        )
    if status in (408, 504):
        return EngineTimeout(f"{where} gave up on {model}", why=why, mend="try again, or choose a faster model")
    if status >= 500:
        return EngineFault(f"{where} failed on {model}", why=why, mend="try again, or choose another model")
    if 300 <= status < 400:
        return EngineRefused(f"{where} points elsewhere", why=why, mend="set base_url to the address it points to")
    return EngineRefused(
        f"{where} refuses the call for {model}", why=why, mend="see what it says, or choose another model"
    )
