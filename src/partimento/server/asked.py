"""What every dialect of chat comes down to: one request to the pipeline, and its answer as a turn or in pieces.

Knows model words, forced tools and what is remembered of chat; leaves the dialects' spelling to their doors.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import AsyncGenerator, Iterable, Iterator
from contextlib import aclosing
from typing import Any

import msgspec
from msgspec import Struct

from partimento.core.conversation import Conversation, ToolCall
from partimento.core.errors import BadInput, ChecksFailed
from partimento.core.model import SPOKEN_TIERS
from partimento.core.request import CacheUse, Options, Privacy, Request, Scope
from partimento.core.result import Attempted, Delta, Done, Receipt, Result
from partimento.decoding.schema import encode
from partimento.pipeline.prepare import Prepared, prepare
from partimento.pipeline.run import make, run
from partimento.server.exchange import Ask
from partimento.server.task_models import task_request
from partimento.shapes.chat import ChatAnswer, StructuredAnswer
from partimento.shapes.conversation import checked
from partimento.tasks import chat, structured

TASK = "task:"
LONGEST_HEADER = 1000
_PRIVACIES: dict[str, Privacy] = {"full": "full", "store-only": "store-only", "off": "off"}
_CACHES: dict[str, CacheUse] = {"use": "use", "on": "use", "true": "use", "skip": "skip", "off": "off", "false": "off"}


class Wishes(Struct, frozen=True, kw_only=True):
    """What a dialect's body says beside the conversation. `schema`: what the answer must follow."""

    model: str
    schema: dict[str, Any] | None = None
    temperature: float | None = None
    max_tokens: int | None = None
    seed: int | None = None
    user: str = ""


class Asked(Struct, frozen=True):
    """A request made ready, and the tool as whose call its answer is to be told ("" for none)."""

    request: Request[Any] | Prepared
    tool: str = ""

    def ready(self, ask: Ask) -> Asked:
        """The same, to be asked many times. Raises BadInput."""
        request = self.request
        return self if isinstance(request, Prepared) else Asked(prepare(request, ask.client.ports), self.tool)


class Turn(Struct, frozen=True):
    """The model's turn, whole, and what it took."""

    answer: ChatAnswer
    receipt: Receipt


def asked(ask: Ask, conversation: Conversation, wishes: Wishes) -> Asked:
    """The request behind a chat of any dialect. Raises BadInput, UnknownName."""
    tool = _forced(conversation)
    schema = tool.parameters if tool else wishes.schema
    if wishes.model.startswith(TASK):
        request = task_request(wishes.model.removeprefix(TASK), conversation)
    elif schema is not None:
        bare = msgspec.structs.replace(conversation, tools=(), tool_choice="auto")
        request = structured(conversation=bare, schema=schema)
    else:
        request = Request(task=chat, inputs=checked(conversation))
    use = _cache_use(ask, conversation, wishes)
    return Asked(routed(ask, request, wishes, cache=use), tool.name if tool else "")


def routed(ask: Ask, request: Request[Any], wishes: Wishes, *, cache: CacheUse) -> Request[Any]:
    """The request as this caller makes it: which model, whose it is, who shares its answer."""
    scope: Scope = "key" if ask.caller.key else "global"
    return request.with_(
        options=_options(ask, wishes, request.options),
        caller=msgspec.structs.replace(ask.caller, user=wishes.user) if wishes.user else ask.caller,
        scope=scope,
        cache=cache,
        privacy=_privacy(ask),
    )


async def turn(ask: Ask, wanted: Asked) -> Turn:
    """The answer in one piece. Raises PartimentoError."""
    return _turn(ask, await make(wanted.request, ask.client.ports), wanted)


async def pieces(ask: Ask, wanted: Asked) -> AsyncGenerator[Delta | Turn, None]:
    """Pieces of text as they come, then the whole Turn. Raises PartimentoError, the first before any piece; also where
    what has left already would have to be taken back, for which these protocols have no word."""
    begun = False
    async with aclosing(run(wanted.request, ask.client.ports)) as events:
        async for event in events:
            if isinstance(event, Delta):
                if not wanted.tool:  # a call of a tool is told whole
                    begun = True
                    yield event
            elif isinstance(event, Attempted) and begun and event.attempt.outcome == "flawed":
                raise ChecksFailed(
                    "the answer failed its checks after it had begun",
                    why=event.attempt.reason,
                    mend="ask again, or without streaming: then only what is sound is sent",
                )
            elif isinstance(event, Done):
                yield _turn(ask, event.result, wanted)


def receipt_headers(ask: Ask, receipt: Receipt) -> tuple[tuple[str, str], ...]:
    """What every reply says of how it was made."""
    return (
        ("x-partimento-model", receipt.model),
        ("x-partimento-cache", "hit" if receipt.cached else "miss"),
        ("x-partimento-cost-usd", f"{receipt.cost_usd:f}"),
        ("x-partimento-latency-ms", f"{(time.monotonic() - ask.started) * 1000:.3f}"),
        ("x-partimento-memory-id", receipt.memory_id),
        *_told(receipt),
    )


def _told(receipt: Receipt) -> Iterator[tuple[str, str]]:
    """What did not go as usual: who was asked before, and notes."""
    if len(receipt.attempts) > 1:
        yield "x-partimento-attempts", _header(f"{one.model} {one.outcome}" for one in receipt.attempts)
    if receipt.notes:
        yield "x-partimento-notes", _header(receipt.notes)


def _header(parts: Iterable[str]) -> str:
    """A header has one line, and is read as Latin letters."""
    return " ".join("; ".join(parts).split()).encode("ascii", "replace").decode()[:LONGEST_HEADER]


def stream_headers(ask: Ask, first: Delta | Turn) -> tuple[tuple[str, str], ...]:
    """The same, as far as it is known when the first piece is there: what a stream costs stands in its last event."""
    if isinstance(first, Turn):
        return receipt_headers(ask, first.receipt)
    return (
        ("x-partimento-model", first.model),
        ("x-partimento-cache", "hit" if first.cached else "miss"),
        ("x-partimento-cost-usd", "0" if first.cached else "pending"),
        ("x-partimento-latency-ms", f"{(time.monotonic() - ask.started) * 1000:.3f}"),
    )


def _turn(ask: Ask, result: Result[Any], wanted: Asked) -> Turn:
    value = result.value
    ask.spent(result.receipt.input_tokens + result.receipt.output_tokens)
    if isinstance(value, ChatAnswer):
        return Turn(value, result.receipt)
    text = value if isinstance(value, str) else encode(_bare(value)).decode()
    if wanted.tool:
        call = ToolCall(f"call_{secrets.token_hex(12)}", wanted.tool, text)
        return Turn(ChatAnswer(text="", tool_calls=(call,), finish="tool_calls"), result.receipt)
    return Turn(ChatAnswer(text=text), result.receipt)


def _bare(value: Any) -> Any:
    return value.value if isinstance(value, StructuredAnswer) else value


def _forced(conversation: Conversation) -> Any:
    """The one tool that must be called: named, or the only one where some tool is required."""
    wanted = conversation.tool_choice
    if wanted in ("auto", "none") or (wanted == "required" and len(conversation.tools) != 1):
        return None
    named = [tool for tool in conversation.tools if wanted in ("required", tool.name)]
    if not named:
        raise BadInput(
            f"there is no tool {wanted!r}",
            why="tool_choice names it",
            mend=f"one of: {', '.join(tool.name for tool in conversation.tools) or 'none was given'}",
        )
    return named[0]


def _options(ask: Ask, wishes: Wishes, own: Options) -> Options:
    model = wishes.model or "auto"
    provider = None
    manual = not (model.startswith(TASK) or model == "auto" or model in SPOKEN_TIERS)
    if manual and "/" in model and not ask.client.knows(model):
        provider, _, model = model.partition("/")
    return msgspec.structs.replace(
        own,
        selection_mode="manual" if manual else "auto",
        model=None if model.startswith(TASK) else model,
        provider=provider,
        temperature=wishes.temperature,
        max_tokens=wishes.max_tokens,
        seed=wishes.seed,
    )


def _cache_use(ask: Ask, conversation: Conversation, wishes: Wishes) -> CacheUse:
    """What a header says; else plain chat is remembered, and chat with chance, tools or a history only on wish."""
    said = ask.header(b"x-partimento-cache").lower()
    if said:
        if said not in _CACHES:
            raise BadInput(
                f"cannot use x-partimento-cache: {said!r}", why="it is use, skip or off", mend="leave it out"
            )
        return _CACHES[said]
    if ask.client.settings.cache_chat or wishes.model.startswith(TASK):
        return "use"
    turns = sum(message.role != "system" for message in conversation.messages)
    plain = not wishes.temperature and not conversation.tools and turns <= 1
    return "use" if plain else "off"


def _privacy(ask: Ask) -> Privacy:
    said = ask.header(b"x-partimento-privacy").lower() or ask.privacy
    if said and said not in _PRIVACIES:
        raise BadInput(
            f"cannot use x-partimento-privacy: {said!r}", why="it is full, store-only or off", mend="leave it out"
        )
    return _PRIVACIES[said] if said else ask.client.settings.chat_privacy
