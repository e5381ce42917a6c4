"""The least a caching, recording gateway can do in Python: the measure for our own. ASGI, pyreqwest, sqlite3, no more.

    UPSTREAM=http://127.0.0.1:9000/v1 DATABASE=raw.db uvicorn benchmarks.gateway.raw:app

A request is parsed, fingerprinted and looked up; a hit is answered once its ledger row is committed; a miss is sent on
and answered once item, entry and row are committed; a stream is passed on chunk by chunk, its row at the end. There
are no keys, budgets, routes, retries, checks or metrics.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import time
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from msgspec import Struct
from pyreqwest.client import Client, ClientBuilder

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

TABLES = """
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
CREATE TABLE IF NOT EXISTS items (
    id INTEGER PRIMARY KEY, value BLOB NOT NULL, prompt BLOB NOT NULL, model TEXT NOT NULL,
    input_tokens INTEGER NOT NULL, output_tokens INTEGER NOT NULL, cost INTEGER NOT NULL, created_at REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS entries (fingerprint BLOB NOT NULL UNIQUE, item_id INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS ledger (
    id INTEGER PRIMARY KEY, at REAL NOT NULL, endpoint TEXT NOT NULL, model TEXT NOT NULL, ending TEXT NOT NULL,
    input_tokens INTEGER NOT NULL, output_tokens INTEGER NOT NULL, cost INTEGER NOT NULL, latency_ms REAL NOT NULL,
    item_id INTEGER
);
"""
LOOK_UP = "SELECT i.value, i.id FROM entries e JOIN items i ON i.id = e.item_id WHERE e.fingerprint = ?"
ADD_ITEM = "INSERT INTO items VALUES (NULL, ?, ?, ?, ?, ?, ?, ?)"
ADD_ENTRY = "INSERT OR REPLACE INTO entries VALUES (?, ?)"
ADD_ROW = "INSERT INTO ledger VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
INPUT_PRICE, OUTPUT_PRICE = 150_000, 600_000  # pico-dollars a token
JSON = [(b"content-type", b"application/json")]
EVENTS = [(b"content-type", b"text/event-stream")]


class Usage(Struct):
    prompt_tokens: int = 0
    completion_tokens: int = 0


class Answer(Struct):
    """What the ledger needs of a completion."""

    usage: Usage


read_answer = msgspec.json.Decoder(Answer)


class Gateway:
    def __init__(self, upstream: str, database: str) -> None:
        self.url = f"{upstream}/chat/completions"
        self.client: Client = ClientBuilder().no_proxy().build()
        self.db = sqlite3.connect(database, isolation_level=None)
        self.db.executescript(TABLES)

    async def serve(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        if scope["path"] == "/healthz":
            await reply(send, b"{}")
            return
        started = time.perf_counter()
        text = await whole(receive)
        body = msgspec.json.decode(text)
        if body.get("stream"):
            await self.stream(text, body, send, started)
            return
        canonical = msgspec.json.encode(body, order="deterministic")
        fingerprint = hashlib.sha256(canonical).digest()
        if found := self.db.execute(LOOK_UP, (fingerprint,)).fetchone():
            value, item_id = found
            self.db.execute(ADD_ROW, row(body["model"], "hit", Usage(), started, item_id))  # commits by itself
            await reply(send, value)
            return
        request = self.client.post(self.url).header("content-type", "application/json").body_bytes(text).build()
        response = await request.send()
        value = bytes(await response.bytes())
        if response.status == 200:
            self.store(fingerprint, canonical, value, body["model"], started)
        await reply(send, value, response.status)

    def store(self, fingerprint: bytes, prompt: bytes, value: bytes, model: str, started: float) -> None:
        usage = read_answer.decode(value).usage
        item = (value, prompt, model, usage.prompt_tokens, usage.completion_tokens, cost(usage), time.time())
        self.db.execute("BEGIN IMMEDIATE")
        item_id = self.db.execute(ADD_ITEM, item).lastrowid
        self.db.execute(ADD_ENTRY, (fingerprint, item_id))
        self.db.execute(ADD_ROW, row(model, "served", usage, started, item_id))
        self.db.execute("COMMIT")

    async def stream(self, text: bytes, body: dict[str, Any], send: Send, started: float) -> None:
        request = self.client.post(self.url).header("content-type", "application/json").body_bytes(text)
        async with request.streamed_read_buffer_limit(0).build_streamed() as response:
            await send({"type": "http.response.start", "status": response.status, "headers": EVENTS})
            while (chunk := await response.body_reader.read_chunk()) is not None:
                await send({"type": "http.response.body", "body": bytes(chunk), "more_body": True})
        self.db.execute(ADD_ROW, row(body["model"], "served", Usage(), started, None))
        await send({"type": "http.response.body", "body": b""})


def cost(usage: Usage) -> int:
    return usage.prompt_tokens * INPUT_PRICE + usage.completion_tokens * OUTPUT_PRICE


def row(model: str, ending: str, usage: Usage, started: float, item_id: int | None) -> tuple[object, ...]:
    latency_ms = (time.perf_counter() - started) * 1000
    tokens = (usage.prompt_tokens, usage.completion_tokens, cost(usage))
    return (time.time(), "/v1/chat/completions", model, ending, *tokens, latency_ms, item_id)


async def whole(receive: Receive) -> bytes:
    """A request's body."""
    parts = []
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(parts)


async def reply(send: Send, value: bytes, status: int = 200) -> None:
    headers = [*JSON, (b"content-length", b"%d" % len(value))]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": value})


_open: list[Gateway] = []


async def app(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    if not _open:  # the client wants a running loop
        _open.append(Gateway(os.environ["UPSTREAM"], os.environ["DATABASE"]))
    await _open[0].serve(scope, receive, send)
