"""Errors as each dialect tells them. Knows statuses, words and shapes; what happened, why and the mend come with the
error itself.
"""

from __future__ import annotations

import logging
import math
import secrets
from typing import Any

from partimento.core.errors import (
    BudgetExceeded,
    EngineOverloaded,
    EngineRefused,
    KeyNeeded,
    NoRoom,
    NotAllowed,
    NotConfigured,
    PartimentoError,
    PromptTooLong,
    RateLimited,
    TooLarge,
    UnknownName,
)
from partimento.server.exchange import Dialect, Reply, as_json

_WORDS: tuple[tuple[type[PartimentoError], str, str | None], ...] = (
    (KeyNeeded, "authentication_error", "invalid_api_key"),
    (RateLimited, "rate_limit_error", "rate_limit_exceeded"),
    (NotAllowed, "permission_error", None),
    (BudgetExceeded, "insufficient_quota", "insufficient_quota"),
    (TooLarge, "invalid_request_error", "request_too_large"),
    (PromptTooLong, "invalid_request_error", "context_length_exceeded"),
    (EngineOverloaded, "server_error", "overloaded"),
)
"""OpenAI's type and code, the first that fits."""
_OF_ANTHROPIC = {
    401: "authentication_error", 402: "billing_error", 403: "permission_error", 404: "not_found_error",
    413: "request_too_large", 429: "rate_limit_error", 503: "overloaded_error", 504: "timeout_error",
}  # fmt: skip
_MODELS = ("model", "task", "tier")
"""What `model` may name."""
_LASTING = (NotConfigured, EngineRefused)
"""Errors of statuses that the vendors' clients would try again at once, where that cannot help."""
_log = logging.getLogger(__name__)


def reply_for(error: Exception, dialect: Dialect, where: str = "") -> Reply:
    """The reply to a request that failed; `where` it was made, for the log."""
    body = body_of(error, dialect, where)
    headers: tuple[tuple[str, str], ...] = ()
    wait = getattr(error, "retry_after_s", None)
    if wait is not None:
        headers += (("retry-after", f"{max(1, math.ceil(wait))}"),)
    if isinstance(error, KeyNeeded):
        headers += (("www-authenticate", 'Bearer realm="partimento", Basic realm="partimento"'),)
    if isinstance(error, _LASTING):
        headers += (("x-should-retry", "false"),)
    if dialect == "anthropic":
        headers += (("request-id", body["request_id"]),)
    return Reply(as_json(body), status=status_of(error), headers=headers)


def status_of(error: Exception) -> int:
    """An error's HTTP status."""
    return error.status if isinstance(error, PartimentoError) else 500


def body_of(error: Exception, dialect: Dialect, where: str = "") -> dict[str, Any]:
    """The body that this dialect's clients read, also as the last event of a stream.

    Of what is not ours to tell, the caller gets an id and the log the rest.
    """
    known = told(error, where)
    said = {"cause": known.why, "mend": known.mend}
    if dialect == "openai":
        kind, code = _words(known)
        param = "model" if code == "model_not_found" else None
        return {"error": {"message": str(known), "type": kind, "param": param, "code": code, **said}}
    if dialect == "anthropic":
        kind = _of_anthropic(known.status)
        name = f"req_{secrets.token_hex(12)}"
        return {"type": "error", "error": {"type": kind, "message": str(known), **said}, "request_id": name}
    if dialect == "ollama":
        return {"error": str(known), **said}
    evicted = {"would_evict": known.would_evict} if isinstance(known, NoRoom) else {}
    return {"error": known.what, **said, **evicted}


def told(error: Exception, where: str = "") -> PartimentoError:
    """The error as its caller may be told it: one that is not ours becomes an id, and the log tells the rest."""
    if isinstance(error, PartimentoError):
        return error
    name = secrets.token_hex(6)
    _log.error("failure %s%s", name, f" at {where}" if where else "", exc_info=error)
    return PartimentoError(
        "something unexpected happened",
        why=f"the server's log tells it as failure {name}",
        mend="try again; if it comes again, report it with that part of the log",
    )


def _words(error: PartimentoError) -> tuple[str, str | None]:
    if isinstance(error, UnknownName):
        return "invalid_request_error", "model_not_found" if error.kind in _MODELS else "not_found"
    for kind, word, code in _WORDS:
        if isinstance(error, kind):
            return word, code
    return ("server_error", None) if error.status >= 500 else ("invalid_request_error", None)


def _of_anthropic(status: int) -> str:
    return _OF_ANTHROPIC.get(status, "api_error" if status >= 500 else "invalid_request_error")
