"""What of a request's way hangs on nothing but the request: redacted, judged, fingerprinted. Done once, also for one
that is asked again and again.
"""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import Struct

from partimento.core.ports import Ports
from partimento.core.request import Request
from partimento.pipeline import cache
from partimento.pipeline.redact import Redacted, redact
from partimento.pipeline.route import complexity


class Prepared(Struct, frozen=True):
    """A request made ready, for a `run` or for many of the same ports."""

    request: Request[Any]
    redacted: Redacted[Any]
    complexity: int
    key: bytes
    scope: str


def prepare(request: Request[Any], ports: Ports) -> Prepared:
    """Make it ready. Raises BadInput where its scope names no account, or its language none."""
    if request.privacy is None:
        request = request.with_(privacy=ports.settings.privacy)
    if request.options.language is not None:
        request = _in_language(request)
    redacted = redact(request)
    clean = redacted.request
    key, scope = (b"", "") if request.cache == "off" else (cache.key_of(clean, ports), cache.scope_of(clean))
    return Prepared(request, redacted, complexity(clean), key, scope)


def _in_language(request: Request[Any]) -> Request[Any]:
    """The language in one spelling; a task that has one of its own, as its checks see it, takes it where it was left
    open. Raises BadInput for what names no language."""
    from partimento.decoding.language import language_asked

    wanted = language_asked(request.options.language or "")
    inputs = request.inputs
    if wanted and getattr(inputs, "language", None) == "":
        inputs = request.task.read(msgspec.structs.replace(inputs, language=wanted))
    options = msgspec.structs.replace(request.options, language=wanted or None)
    return request.with_(inputs=inputs, options=options)
