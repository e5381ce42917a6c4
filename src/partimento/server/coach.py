"""The coach's door: a reply streamed as events, or in one piece. Knows the body; the task keeps the role."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import Struct

from partimento.core.errors import BadInput
from partimento.core.request import Privacy, Request
from partimento.server.exchange import Ask, Door, Reply, Stream
from partimento.server.native import Made, made_or_streamed


class CoachTurn(Struct, frozen=True):
    """What one of the two said earlier; `role` is user or assistant."""

    role: str
    text: str


class CoachBody(Struct, frozen=True, kw_only=True):
    """A message (`user_message` or `message`), what is known of the learner (`user_context` or `context`, or `learner`
    for one who is kept here), and the turns before. The reply is streamed unless `stream` is false."""

    user_message: str = ""
    message: str = ""
    user_context: dict[str, Any] = {}
    context: dict[str, Any] = {}
    learner: str = ""
    history: tuple[CoachTurn, ...] = ()
    language: str = ""
    model: str | None = None
    privacy: Privacy | None = None
    deadline_s: float | None = None
    stream: bool = True


async def coach(ask: Ask) -> Reply | Stream:
    """POST /api/v2/coach."""
    body = ask.read(CoachBody)
    if body.user_message and body.message:
        raise BadInput("there are two messages", why="message and user_message mean the same", mend="send one of them")
    request: Request[Any] = ask.client.coaching(
        body.user_message or body.message,
        body.user_context or body.context,
        history=msgspec.to_builtins(body.history),
        learner=body.learner,
        language=body.language,
        holder=ask.caller.key,
    )
    caller = msgspec.structs.replace(ask.caller, user=request.caller.user or ask.caller.user)
    request = request.with_(caller=caller, privacy=body.privacy or ask.privacy or None, deadline_s=body.deadline_s)
    return await made_or_streamed(ask, request, body.model, stream=body.stream)


doors = (
    Door(
        method="POST", path="/api/v2/coach", opened=coach, summary="The coach's reply, as events", body=CoachBody,
        answer=Made, streams="text/event-stream",
    ),
)  # fmt: skip
