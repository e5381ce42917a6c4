"""What an error of the Gemini API says beyond its status. Pure; leaves what a status means to `wire.refusal`."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from partimento.decoding.media import UNREADABLE
from partimento.wire.refusal import Refusal, said_in

_BAD_KEY = re.compile(r"api.?key (not valid|not found|expired|invalid)|valid api.?key", re.IGNORECASE)
_STATUSES = {"RESOURCE_EXHAUSTED": 429, "UNAVAILABLE": 503, "DEADLINE_EXCEEDED": 504, "INTERNAL": 500}


def read(refusal: Refusal) -> Refusal:
    """The refusal with what its body tells: a bad key is answered with 400, the wait stands in the details, and the
    words of a spent minute are those of a spent month."""
    error = error_in(refusal.body)
    if error is None:
        return refusal
    said = said_in(error)
    told: dict[str, Any] = {"body": msgspec.json.encode({"error": {"message": said}})}
    details = [detail for detail in _list(error.get("details")) if isinstance(detail, dict)]
    if refusal.status == 400 and (_BAD_KEY.search(said) or any("API_KEY" in str(d.get("reason")) for d in details)):
        told["status"] = 401
    if not refusal.retry_after:
        delays = [str(detail["retryDelay"]) for detail in details if "retryDelay" in detail]
        told["retry_after"] = delays[0].removesuffix("s") if delays else ""
    if refusal.status == 429 and details:
        quotas = [str(violation) for detail in details for violation in _list(detail.get("violations"))]
        told["spent"] = any("PerDay" in quota or "PerMonth" in quota for quota in quotas) or "limit: 0" in said
    return msgspec.structs.replace(refusal, **told)


def error_in(body: bytes) -> dict[str, Any] | None:
    """The error object of a body; without `alt=sse` it comes within a list."""
    try:
        found: Any = msgspec.json.decode(body)
    except UNREADABLE:
        return None
    if isinstance(found, list) and found:
        found = found[0]
    error = found.get("error") if isinstance(found, dict) else None
    return error if isinstance(error, dict) else None


def status_of(error: dict[str, Any]) -> int:
    """The HTTP status that an error within a reply of status 200 would have had."""
    code = error.get("code")
    if isinstance(code, int) and 400 <= code < 600:
        return code
    return _STATUSES.get(str(error.get("status")), 500)


def _list(found: Any) -> list[Any]:
    return found if isinstance(found, list) else []
