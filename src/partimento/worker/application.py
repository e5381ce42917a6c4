"""The door of a child: llama-server's routes as an ASGI application over one `Generator`. Knows routes and whose secret
is asked for; leaves bodies to `reading` and `openai`, messages to `exchange`, sockets to `serve`.

A client that goes away takes its request with it: whatever it waits for is cancelled, and its slot freed.
"""

from __future__ import annotations

import hmac
import logging
import math
import secrets
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, MutableMapping
from contextlib import aclosing
from typing import Any, TypeVar

import msgspec

from partimento.core.errors import (
    BadInput,
    EngineOverloaded,
    KeyNeeded,
    PartimentoError,
    UnknownName,
    WrongMethod,
)
from partimento.worker import bodies, reading
from partimento.worker.exchange import Receive, Scope, Send, bearer, body_of, reply, start, while_there
from partimento.worker.openai import DONE, Heading, as_json, calls_delta, embeddings, error_body, event, finish
from partimento.worker.ports import Generator, Thought
from partimento.worker.talk import Answer, talk

Body = TypeVar("Body")
_log = logging.getLogger(__name__)


class Application:
    """Answers for one model."""

    def __init__(self, model: str, secret: str, generator: Generator) -> None:
        self._model, self._generator = model, generator
        self._secret = secret.encode()
        self._started = int(time.time())
        self._doors: dict[tuple[str, str], Callable[[bytes, Send], Awaitable[None]]] = {
            ("GET", "/slots"): self._slots,
            ("GET", "/v1/models"): self._models,
            ("GET", "/lora-adapters"): self._adapters,
            ("POST", "/v1/chat/completions"): self._chat,
            ("POST", "/v1/embeddings"): self._embeddings,
            ("POST", "/tokenize"): self._tokenize,
            ("POST", "/sleep"): self._sleep,
            ("POST", "/wake_up"): self._wake,
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        begun = False

        async def sending(message: MutableMapping[str, Any]) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._answer(scope, receive, sending)
        except ConnectionError:
            return  # nobody is there to be told
        except Exception as error:  # noqa: BLE001  # whatever it is, its client is told and the next one served
            known = error if isinstance(error, PartimentoError) else _unexpected(error)
            if begun:
                await send({"type": "http.response.body", "body": event(error_body(known))})
            else:
                await reply(send, as_json(error_body(known)), known.status, _wait_headers(known))

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        path, method = scope["path"], scope["method"]
        if path == "/health":
            await self._health(send)
            return
        if not hmac.compare_digest(bearer(scope), self._secret):
            raise KeyNeeded("the secret is wrong", why="this model answers its pool only")
        door = self._doors.get((method, path))
        if door is None:
            if any(known == path for _, known in self._doors):
                raise WrongMethod(f"{path} does not take {method}")
            raise UnknownName("path", path, sorted({known for _, known in self._doors}))
        body = await body_of(receive)
        await while_there(door(body, send), receive)

    # ---- what it is and does ---------------------------------------------------------------------------------------

    async def _health(self, send: Send) -> None:
        at = self._generator.unready()
        if at:
            told = {"code": 503, "message": f"not ready: {at}", "type": "unavailable_error"}
            await reply(send, as_json({"error": told}), 503)
        else:
            await reply(send, as_json({"status": "ok"}))

    async def _slots(self, body: bytes, send: Send) -> None:
        await reply(send, as_json(self._generator.slots()))

    async def _models(self, body: bytes, send: Send) -> None:
        one = {"id": self._model, "object": "model", "created": self._started, "owned_by": "partimento"}
        await reply(send, as_json({"object": "list", "data": [one]}))

    async def _adapters(self, body: bytes, send: Send) -> None:
        names = self._generator.adapters
        await reply(send, as_json([{"id": place, "path": name, "name": name} for place, name in enumerate(names)]))

    async def _sleep(self, body: bytes, send: Send) -> None:
        await self._generator.sleep()
        await reply(send, as_json({"status": "ok"}))

    async def _wake(self, body: bytes, send: Send) -> None:
        await self._generator.wake()
        await reply(send, as_json({"status": "ok"}))

    async def _tokenize(self, body: bytes, send: Send) -> None:
        asked = _read(body, bodies.TokenizeBody)
        self._check_ready()
        tokens = await self._generator.tokenize(asked.content, special=asked.add_special)
        await reply(send, as_json({"tokens": tokens}))

    async def _embeddings(self, body: bytes, send: Send) -> None:
        asked = _read(body, bodies.EmbeddingBody)
        if asked.dimensions is not None:
            raise BadInput("cannot choose dimensions", why="its vectors are as long as they are", mend="leave it out")
        self._check_ready()
        embedded = await self._generator.embed(reading.texts(asked.input))
        in_base64 = asked.encoding_format == "base64"
        await reply(send, embeddings(self._model, embedded, in_base64=in_base64))

    async def _chat(self, body: bytes, send: Send) -> None:
        asked = _read(body, bodies.ChatBody)
        self._check_ready()
        wanted = reading.wanted(asked, self._generator.adapters)
        heading = Heading(f"chatcmpl-{secrets.token_hex(12)}", self._model, int(time.time()))
        async with aclosing(talk(self._generator, wanted)) as pieces:
            if wanted.stream:
                await _stream(heading, pieces, send, usage=wanted.usage)
                return
            async for piece in pieces:
                if isinstance(piece, Answer):
                    await reply(send, heading.completion(piece.text, piece.thoughts, piece.calls, piece.ended))

    def _check_ready(self) -> None:
        if at := self._generator.unready():
            raise EngineOverloaded("the model does not answer yet", why=f"it is at: {at}", retry_after_s=1.0)


async def _stream(
    heading: Heading, pieces: AsyncGenerator[str | Thought | Answer, None], send: Send, *, usage: bool
) -> None:
    """The status goes out with the first piece: until then, an error has one of its own."""
    first = await anext(pieces)
    await start(send, 200, "text/event-stream", (("cache-control", "no-cache"),))

    async def say(data: bytes) -> None:
        await send({"type": "http.response.body", "body": data, "more_body": True})

    await say(heading.chunk({"role": "assistant", "content": ""}))
    piece: str | Thought | Answer = first
    while not isinstance(piece, Answer):
        said = {"reasoning_content": piece.text} if isinstance(piece, Thought) else {"content": piece}
        await say(heading.chunk(said))
        piece = await anext(pieces)
    if piece.rest:
        await say(heading.chunk({"content": piece.rest}))
    if piece.calls:
        await say(heading.chunk(calls_delta(piece.calls)))
    last = heading.chunk({}, finish(piece.calls, piece.ended)) + (heading.used(piece.ended) if usage else b"") + DONE
    await send({"type": "http.response.body", "body": last})


def _read(body: bytes, kind: type[Body]) -> Body:
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadInput(
            "the body cannot be read", why=str(error), mend="see OpenAI's reference of this route"
        ) from error


def _wait_headers(error: PartimentoError) -> tuple[tuple[str, str], ...]:
    wait = getattr(error, "retry_after_s", None)
    return () if wait is None else (("retry-after", str(max(1, math.ceil(wait)))),)


def _unexpected(error: Exception) -> PartimentoError:
    _log.error("a request failed", exc_info=error)
    why = f"{type(error).__name__}: {error}"
    return PartimentoError("the model failed", why=why, mend="see what its process wrote on stderr")
