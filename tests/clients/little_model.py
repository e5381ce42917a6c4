"""A loopback model that does what it is asked: text, an instance of a schema, a call of a tool, vectors. Speaks
OpenAI's chat completions and embeddings, as a local server does; knows nothing of music or of us.

    python tests/clients/little_model.py PORT
"""

from __future__ import annotations

import base64
import hashlib
import json
import struct
import sys
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

WORDS = "A ii-V-I in C is Dm7 G7 Cmaj7. The thirds and sevenths move by step."
USAGE = {"prompt_tokens": 21, "completion_tokens": 17, "total_tokens": 38}
MODELS = ("little", "little-embedder")
SIZE = 8
PAUSE_S = 0.004  # between two pieces of a stream, so that they come one by one, as from a model


def instance(schema: dict[str, Any], root: dict[str, Any]) -> Any:
    """A value that the schema allows, as a model under constraint would write it."""
    if "$ref" in schema:
        found: Any = root
        for step in schema["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        return instance(found, root)
    if "const" in schema or "enum" in schema:
        return schema.get("const", schema.get("enum", [None])[0])
    for choice in ("anyOf", "oneOf", "allOf"):
        if choice in schema:
            return instance(schema[choice][0], root)
    kind = schema.get("type", "object")
    kind = kind[0] if isinstance(kind, list) else kind
    if kind == "object":
        return {name: instance(field, root) for name, field in schema.get("properties", {}).items()}
    if kind == "array":
        return [instance(schema.get("items", {"type": "string"}), root)] * max(2, schema.get("minItems", 0))
    return {"string": "Dm7", "integer": schema.get("minimum", 3), "number": schema.get("minimum", 3.5)}.get(
        kind, None if kind == "null" else True
    )


def message(body: dict[str, Any]) -> dict[str, Any]:
    """The turn a model would take: a tool where one is offered and none has answered yet, a schema's instance, text."""
    choice = body.get("tool_choice", "auto")
    answered = body["messages"][-1]["role"] == "tool"
    if body.get("tools") and choice != "none" and not (answered and choice == "auto"):
        tools = [tool["function"] for tool in body["tools"]]
        named = choice["function"]["name"] if isinstance(choice, dict) else tools[0]["name"]
        tool = next(tool for tool in tools if tool["name"] == named)
        arguments = json.dumps(instance(tool.get("parameters") or {}, tool.get("parameters") or {}))
        call = {"id": "call_1", "type": "function", "function": {"name": named, "arguments": arguments}}
        return {"role": "assistant", "content": None, "tool_calls": [call]}
    wanted = body.get("response_format") or {}
    schema = wanted.get("json_schema", {}).get("schema", {})
    if schema.get("properties"):
        return {"role": "assistant", "content": json.dumps(instance(schema, schema))}
    if wanted.get("type") in ("json_object", "json_schema"):
        return {"role": "assistant", "content": '{"key": "C", "chords": ["Dm7", "G7"]}'}
    return {"role": "assistant", "content": WORDS}


def refusal(body: dict[str, Any]) -> str:
    """What OpenAI's own servers say of a schema that is called strict and is not."""
    given = (body.get("response_format") or {}).get("json_schema", {})
    if given.get("strict") and not closed(given["schema"]):
        return "Invalid schema for response_format: 'additionalProperties' is required to be supplied and to be false."
    return ""


def closed(part: Any) -> bool:
    """Whether every object in the schema allows just its properties and requires them all."""
    if isinstance(part, list):
        return all(map(closed, part))
    if not isinstance(part, dict):
        return True
    if part.get("type") == "object":
        required = set(part.get("properties", {})) <= set(part.get("required", []))
        if part.get("additionalProperties") is not False or not required:
            return False
    return all(map(closed, part.values()))


def chunks(body: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The same turn in pieces."""
    turn = message(body)
    yield {"role": "assistant", "content": ""}
    if calls := turn.get("tool_calls"):
        yield {"tool_calls": [{"index": 0, **calls[0]}]}
    text = turn["content"] or ""
    for start in range(0, len(text), 9):
        yield {"content": text[start : start + 9]}


def vectors(body: dict[str, Any]) -> dict[str, Any]:
    texts = body["input"] if isinstance(body["input"], list) else [body["input"]]
    data = []
    for position, text in enumerate(texts):
        numbers = [byte / 255 for byte in hashlib.sha256(str(text).encode()).digest()[:SIZE]]
        packed = base64.b64encode(struct.pack(f"<{SIZE}f", *numbers)).decode()
        embedding = packed if body.get("encoding_format") == "base64" else numbers
        data.append({"object": "embedding", "index": position, "embedding": embedding})
    return {"object": "list", "model": body["model"], "data": data, "usage": {"prompt_tokens": 5, "total_tokens": 5}}


class LittleModel(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else the pieces of a stream wait for one another's acknowledgement

    def log_message(self, *_: object) -> None:
        """Silent: what is shown is what the clients say."""

    def do_GET(self) -> None:
        self._send({"object": "list", "data": [{"id": name, "object": "model"} for name in MODELS]})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        if self.path.endswith("/embeddings"):
            self._send(vectors(body))
        elif not self.path.endswith("/chat/completions"):
            self._send({"error": {"message": f"no such path: {self.path}"}}, 404)
        elif told := refusal(body):
            self._send({"error": {"message": told, "type": "invalid_request_error"}}, 400)
        elif body.get("stream"):
            self._stream(body)
        else:
            turn = message(body)
            finish = "tool_calls" if turn.get("tool_calls") else "stop"
            choice = {"index": 0, "message": turn, "finish_reason": finish}
            self._send({**self._head(body, "chat.completion"), "choices": [choice], "usage": USAGE})

    def _stream(self, body: dict[str, Any]) -> None:
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("connection", "close")
        self.end_headers()
        head = self._head(body, "chat.completion.chunk")
        finish = "tool_calls" if message(body).get("tool_calls") else "stop"
        for delta in chunks(body):
            time.sleep(PAUSE_S)
            self._event({**head, "choices": [{"index": 0, "delta": delta, "finish_reason": None}]})
        self._event({**head, "choices": [{"index": 0, "delta": {}, "finish_reason": finish}]})
        if (body.get("stream_options") or {}).get("include_usage"):
            self._event({**head, "choices": [], "usage": USAGE})
        self.wfile.write(b"data: [DONE]\n\n")
        self.close_connection = True

    def _event(self, value: dict[str, Any]) -> None:
        self.wfile.write(f"data: {json.dumps(value)}\n\n".encode())
        self.wfile.flush()

    def _head(self, body: dict[str, Any], kind: str) -> dict[str, Any]:
        return {"id": "chatcmpl-little", "object": kind, "created": 0, "model": body["model"]}

    def _send(self, value: object, status: int = 200) -> None:
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), LittleModel).serve_forever()
