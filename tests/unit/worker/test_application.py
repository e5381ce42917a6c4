"""A child's door, over a generator that says what the test tells it."""

from __future__ import annotations

import asyncio
import base64
import json
import struct
from collections.abc import AsyncGenerator, MutableMapping, Sequence
from typing import Any

import pytest
from msgspec import Struct

from partimento.core.errors import BadInput, EngineFault, PartimentoError, PromptTooLong, RateLimited
from partimento.worker.application import Application
from partimento.worker.ports import Ask, Embedded, Ended, Slot, Thought

SECRET = "a secret"
TOOLS = [{"type": "function", "function": {"name": "look", "parameters": {"type": "object"}}}]
CALL = '<tool_call>\n{"name": "look", "arguments": {"where": "up"}}\n</tool_call>'


class Says:
    """A generator of these pieces; an exception among them is raised. `endless`: after them it waits for ever."""

    def __init__(self, *pieces: str | Thought | Exception, endless: bool = False) -> None:
        self.adapters: tuple[str, ...] = ("church", "club")
        self.at = ""
        self.asked: list[Ask] = []
        self.freed = 0
        self._pieces, self._endless = pieces, endless

    def unready(self) -> str:
        return self.at

    async def submit(self, ask: Ask) -> AsyncGenerator[str | Thought | Ended, None]:
        self.asked.append(ask)
        try:
            for piece in self._pieces:
                if isinstance(piece, Exception):
                    raise piece
                yield piece
            if self._endless:
                await asyncio.Event().wait()
            yield Ended(finish="stop", prompt_tokens=7, completion_tokens=len(self._pieces), cached_tokens=3)
        finally:
            self.freed += 1

    async def embed(self, texts: tuple[str, ...]) -> Embedded:
        return Embedded(tuple(struct.pack("<2f", 0.5, len(text)) for text in texts), 9)

    async def tokenize(self, text: str, *, special: bool) -> list[int]:
        return [1, *map(ord, text)] if special else [*map(ord, text)]

    def slots(self) -> tuple[Slot, ...]:
        return (Slot(id=0), Slot(id=1, is_processing=True, n_prompt_tokens_processed=4, n_decoded=2))

    async def sleep(self) -> None:
        self.at = "sleeping"

    async def wake(self) -> None:
        self.at = ""


class Reply(Struct):
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def events(self) -> list[Any]:
        data = [line.removeprefix("data: ") for line in self.body.decode().split("\n\n") if line]
        return [json.loads(one) if one.startswith("{") else one for one in data]

    @property
    def streamed(self) -> str:
        return "".join(
            event["choices"][0]["delta"].get("content") or "" for event in self.events[:-1] if event["choices"]
        )


async def _called(
    model: Says, method: str, path: str, body: Any = None, secret: str = SECRET, leaves_after: int | None = None
) -> Reply:
    """One request; the client goes away when so many messages have come."""
    sent: list[MutableMapping[str, Any]] = []
    left = asyncio.Event()
    told = [{"type": "http.request", "body": body if isinstance(body, bytes) else json.dumps(body).encode()}]

    async def receive() -> MutableMapping[str, Any]:
        if told:
            return told.pop()
        await left.wait()
        return {"type": "http.disconnect"}

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)
        if len(sent) == leaves_after:
            left.set()

    if leaves_after == 0:
        left.set()
    headers = [(b"authorization", f"Bearer {secret}".encode())]
    scope = {"type": "http", "method": method, "path": path, "headers": headers}
    await Application("little", SECRET, model)(scope, receive, send)
    if not sent:
        return Reply(0, {}, b"")
    named = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return Reply(sent[0]["status"], named, b"".join(one.get("body", b"") for one in sent[1:]))


def _call(model: Says, method: str, path: str, body: Any = None, **how: Any) -> Reply:
    return asyncio.run(_called(model, method, path, body, **how))


def _chat(model: Says, text: str = "hello", **fields: Any) -> Reply:
    body = {"messages": [{"role": "user", "content": text}], **fields}
    return _call(model, "POST", "/v1/chat/completions", body)


def test_an_answer_comes_whole_with_its_tokens() -> None:
    reply = _chat(Says("one", " two"))
    choice = reply.json["choices"][0]
    assert choice["message"] == {"role": "assistant", "content": "one two"}
    assert choice["finish_reason"] == "stop"
    assert reply.json["model"] == "little"
    assert reply.json["usage"] == {
        "prompt_tokens": 7, "completion_tokens": 2, "total_tokens": 9, "prompt_tokens_details": {"cached_tokens": 3},
        "completion_tokens_details": {"reasoning_tokens": 0},
    }  # fmt: skip


def test_a_stream_says_the_same_and_tells_tokens_where_it_is_asked() -> None:
    reply = _chat(Says("one", " two"), stream=True, stream_options={"include_usage": True})
    assert reply.headers["content-type"] == "text/event-stream"
    assert reply.events[0]["choices"][0]["delta"] == {"role": "assistant", "content": ""}
    assert reply.streamed == "one two"
    assert reply.events[-3]["choices"][0]["finish_reason"] == "stop"
    assert reply.events[-2]["usage"]["total_tokens"] == 9
    assert reply.events[-1] == "[DONE]"


def test_a_stream_tells_no_tokens_where_it_is_not_asked() -> None:
    assert all("usage" not in event for event in _chat(Says("one"), stream=True).events[:-1])


@pytest.mark.parametrize("path", ["/v1/chat/completions", "/v1/models", "/slots", "/nowhere"])
@pytest.mark.parametrize("secret", ["", "another", SECRET + "x"])
def test_without_the_secret_nothing_is_told(path: str, secret: str) -> None:
    model = Says("one")
    reply = _call(model, "POST", path, {"messages": [{"role": "user", "content": "x"}]}, secret=secret)
    assert reply.status == 401
    assert reply.json["error"]["code"] == "invalid_api_key"
    assert not model.asked


def test_health_is_told_to_everybody_and_is_503_until_it_answers() -> None:
    model = Says()
    model.at = "weights"
    reply = _call(model, "GET", "/health", secret="")
    assert reply.status == 503
    assert "weights" in reply.json["error"]["message"]
    assert _chat(model).status == 503
    model.at = ""
    assert _call(model, "GET", "/health", secret="").json == {"status": "ok"}


def test_slots_and_adapters_and_models_are_told_in_the_words_of_llama_server() -> None:
    model = Says()
    assert _call(model, "GET", "/slots").json[1] == {
        "id": 1, "is_processing": True, "n_prompt_tokens_processed": 4, "n_decoded": 2
    }  # fmt: skip
    assert [one["name"] for one in _call(model, "GET", "/lora-adapters").json] == ["church", "club"]
    assert _call(model, "GET", "/v1/models").json["data"][0]["id"] == "little"


def test_a_child_sleeps_and_wakes() -> None:
    model = Says("one")
    assert _call(model, "POST", "/sleep").status == 200
    assert _call(model, "GET", "/health").status == 503
    assert _call(model, "POST", "/wake_up").status == 200
    assert _chat(model).status == 200


def test_vectors_come_as_floats_or_in_base64() -> None:
    body = {"input": ["a", "bcd"]}
    floats = _call(Says(), "POST", "/v1/embeddings", body)
    assert [one["embedding"] for one in floats.json["data"]] == [[0.5, 1.0], [0.5, 3.0]]
    assert floats.json["usage"] == {"prompt_tokens": 9, "total_tokens": 9}
    packed = _call(Says(), "POST", "/v1/embeddings", {**body, "encoding_format": "base64"}).json["data"][1]["embedding"]
    assert struct.unpack("<2f", base64.b64decode(packed)) == (0.5, 3.0)


@pytest.mark.parametrize("given", [[1, 2], [], ["a", 3]])
def test_token_numbers_are_no_texts(given: list[Any]) -> None:
    assert _call(Says(), "POST", "/v1/embeddings", {"input": given}).status == 400


def test_a_text_is_told_in_tokens() -> None:
    assert _call(Says(), "POST", "/tokenize", {"content": "ab", "add_special": True}).json == {"tokens": [1, 97, 98]}


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (BadInput("no"), 400),
        (PromptTooLong("long"), 400),
        (RateLimited("full", retry_after_s=2.5), 429),
        (EngineFault("broken"), 502),
        (ValueError("a bug"), 500),
    ],
)
@pytest.mark.parametrize("stream", [True, False])
def test_an_error_before_the_first_piece_has_its_status(error: Exception, status: int, stream: bool) -> None:
    reply = _chat(Says(error), stream=stream)
    assert reply.status == status
    assert str(error).partition(" (")[0] in reply.json["error"]["message"] + reply.json["error"]["cause"]
    if status == 429:
        assert reply.headers["retry-after"] == "3"


def test_what_a_model_thinks_is_told_beside_its_answer() -> None:
    pieces = (Thought("let me "), Thought("see"), "one")
    message = _chat(Says(*pieces)).json["choices"][0]["message"]
    assert (message["reasoning_content"], message["content"]) == ("let me see", "one")
    streamed = _chat(Says(*pieces), stream=True)
    deltas = [event["choices"][0]["delta"] for event in streamed.events[:-1]]
    assert "".join(delta.get("reasoning_content", "") for delta in deltas) == "let me see"
    assert streamed.streamed == "one"


def test_an_error_within_a_stream_is_its_last_event() -> None:
    reply = _chat(Says("one", EngineFault("broken")), stream=True)
    assert reply.status == 200
    assert "broken" in reply.events[-1]["error"]["message"]


@pytest.mark.parametrize("leaves_after", [0, 1, 3])
@pytest.mark.parametrize("stream", [True, False])
def test_a_client_that_goes_away_frees_its_slot(leaves_after: int, stream: bool) -> None:
    model = Says("one", "two", endless=True)
    body = {"messages": [{"role": "user", "content": "x"}], "stream": stream}
    after = leaves_after if stream else 0  # a whole answer sends nothing until it ends
    asyncio.run(asyncio.wait_for(_called(model, "POST", "/v1/chat/completions", body, leaves_after=after), timeout=20))
    assert model.freed == len(model.asked) == 1


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"no json",
        b"[]",
        b'{"messages": []}',
        b'{"messages": [{"role": "king", "content": ""}]}',
        b'{"messages": 1}',
    ],
)
def test_a_body_that_is_none_is_refused(body: bytes) -> None:
    reply = _call(Says(), "POST", "/v1/chat/completions", body)
    assert reply.status == 400
    assert reply.json["error"]["type"] == "invalid_request_error"


def test_an_unknown_path_is_404_and_a_wrong_method_405() -> None:
    assert _call(Says(), "GET", "/nowhere").status == 404
    assert _call(Says(), "GET", "/v1/chat/completions").status == 405


def _streamed_calls(reply: Reply) -> list[Any]:
    deltas = [event["choices"][0]["delta"] for event in reply.events[:-1]]
    return [call for delta in deltas for call in delta.get("tool_calls", [])]


@pytest.mark.parametrize("pieces", [("Let me see. ", CALL), ("Let me see. <tool", *CALL.removeprefix("<tool"))])
def test_a_call_of_a_tool_is_told_as_one_and_not_as_text(pieces: Sequence[str]) -> None:
    whole = _chat(Says(*pieces), tools=TOOLS).json["choices"][0]
    assert whole["finish_reason"] == "tool_calls"
    assert whole["message"]["content"].strip() == "Let me see."
    assert json.loads(whole["message"]["tool_calls"][0]["function"]["arguments"]) == {"where": "up"}
    streamed = _chat(Says(*pieces), tools=TOOLS, stream=True)
    assert streamed.streamed.strip() == "Let me see."
    assert [call["function"]["name"] for call in _streamed_calls(streamed)] == ["look"]
    assert streamed.events[-2]["choices"][0]["finish_reason"] == "tool_calls"


def test_text_that_only_looks_like_a_call_is_shown_whole() -> None:
    pieces = ("{", '"name": "nobody"}', " and <tool")
    assert _chat(Says(*pieces), tools=TOOLS).json["choices"][0]["message"]["content"] == "".join(pieces)
    assert _chat(Says(*pieces), tools=TOOLS, stream=True).streamed == "".join(pieces)


def test_a_forced_call_is_asked_for_as_json_and_told_as_a_call() -> None:
    model = Says('{"name": "look", "arguments": {}}')
    choice = {"type": "function", "function": {"name": "look"}}
    told = _chat(model, tools=TOOLS, tool_choice=choice, stream=True)
    assert model.asked[0].schema is not None
    assert model.asked[0].schema["properties"]["name"] == {"const": "look"}
    assert told.streamed == ""
    assert [call["function"] for call in _streamed_calls(told)] == [{"name": "look", "arguments": "{}"}]


def test_where_a_schema_is_asked_for_nothing_is_taken_for_a_call() -> None:
    text = '{"name": "look", "arguments": {}}'
    wish = {"type": "json_object"}
    assert _chat(Says(text), tools=TOOLS, response_format=wish).json["choices"][0]["message"]["content"] == text


def test_every_error_of_the_house_can_be_told() -> None:
    for kind in PartimentoError.__subclasses__():
        if kind.__init__ is PartimentoError.__init__:
            assert _chat(Says(kind("it happened"))).status == kind.status
