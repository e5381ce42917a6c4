"""A model server that costs next to nothing: canned chat completions, so that what is measured is the gateway.

    python -m benchmarks.gateway.upstream PORT

Every chat completion gets the same 2 KB answer, in one piece or as 22 events. The model named "bench-paced" sends an
event every 2 ms, as a quick model does; any other sends them one after another, as fast as it can. GET /calls tells
how many completions were asked for, which is how a cache is seen to have been hit or missed.
"""

from __future__ import annotations

import asyncio
import re
import sys
from typing import cast

import msgspec
import uvloop

SENTENCE = "The leading tone rises to the tonic while the seventh of the chord falls by step; "
MARK = "so the cadence closes."  # the last words of every answer, by which the load generator knows it is whole
WORDS = SENTENCE * 20 + MARK
DELTAS = 18
GAP_S = 0.002
USAGE = {"prompt_tokens": 250, "completion_tokens": 400, "total_tokens": 650}
LENGTH = re.compile(rb"(?i)\r\ncontent-length: *(\d+)")


def _whole(status: bytes, value: object) -> bytes:
    body = msgspec.json.encode(value)
    head = b"HTTP/1.1 %s\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n" % (status, len(body))
    return head + body


def _completion() -> bytes:
    message = {"role": "assistant", "content": WORDS}
    answer = {
        "id": "chatcmpl-bench",
        "object": "chat.completion",
        "created": 1700000000,
        "model": "bench",
        "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
        "usage": USAGE,
    }
    return _whole(b"200 OK", answer)


def _chunk(**fields: object) -> bytes:
    chunk = {"id": "chatcmpl-bench", "object": "chat.completion.chunk", "created": 1700000000, "model": "bench"}
    return b"data: %s\n\n" % msgspec.json.encode({**chunk, **fields})


def _choice(delta: dict[str, str], finish_reason: str | None = None) -> list[dict[str, object]]:
    return [{"index": 0, "delta": delta, "finish_reason": finish_reason}]


def _events() -> list[bytes]:
    """Role, 18 pieces of text, the finish, the usage, and [DONE]: 22 events as HTTP chunks."""
    size = -(-len(WORDS) // DELTAS)
    pieces = [WORDS[start : start + size] for start in range(0, len(WORDS), size)]
    events = [_chunk(choices=_choice({"role": "assistant", "content": ""}))]
    events += [_chunk(choices=_choice({"content": piece})) for piece in pieces]
    events += [_chunk(choices=_choice({}, "stop")), _chunk(choices=[], usage=USAGE), b"data: [DONE]\n\n"]
    assert len(events) == 22
    return [b"%x\r\n%s\r\n" % (len(event), event) for event in events] + [b"0\r\n\r\n"]


COMPLETION = _completion()
EVENTS = _events()
STREAM_HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
MODELS = _whole(b"200 OK", {"object": "list", "data": [{"id": "bench", "object": "model"}]})
REFUSAL = _whole(b"400 Bad Request", {"error": {"message": "no such path, or a body without its length"}})
calls = 0


class Conversation(asyncio.Protocol):
    """One connection. Clients do not pipeline, so a buffer holds one request at the most."""

    def __init__(self) -> None:
        self.received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)  # uvloop's own is not its subclass

    def data_received(self, data: bytes) -> None:
        received = self.received = self.received + data if self.received else data
        head = received.find(b"\r\n\r\n")
        if head < 0:
            return
        if received.startswith(b"GET "):
            self.received = b""
            self.transport.write(_calls() if received.startswith(b"GET /calls") else MODELS)
            return
        length = LENGTH.search(received, 0, head)
        if length is None or b"/chat/completions " not in received[: received.find(b"\r\n")]:
            self.transport.write(REFUSAL)
            self.transport.close()
        elif len(received) >= head + 4 + int(length[1]):
            self.received = b""
            self.answer(received[head:])

    def answer(self, body: bytes) -> None:
        global calls
        calls += 1
        if b'"stream":true' in body or b'"stream": true' in body:
            self.transport.write(STREAM_HEAD)
            self.send(0, GAP_S if b"bench-paced" in body else 0.0)
        else:
            self.transport.write(COMPLETION)

    def send(self, number: int, gap_s: float) -> None:
        """Event by event, each in a write of its own: a turn of the loop lies between two."""
        if self.transport.is_closing():
            return
        self.transport.write(EVENTS[number])
        if number + 2 == len(EVENTS):
            self.transport.write(EVENTS[-1])
        elif gap_s:
            asyncio.get_running_loop().call_later(gap_s, self.send, number + 1, gap_s)
        else:
            asyncio.get_running_loop().call_soon(self.send, number + 1, gap_s)


def _calls() -> bytes:
    return _whole(b"200 OK", {"calls": calls})


async def serve(port: int) -> None:
    server = await asyncio.get_running_loop().create_server(Conversation, "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(serve(int(sys.argv[1])))
