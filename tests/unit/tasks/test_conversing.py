"""Chat, structured answers and embeddings as tasks, with scripted models."""

from __future__ import annotations

import asyncio
from array import array
from pathlib import Path
from typing import Any

import pytest

from partimento import AsyncPartimento
from partimento.core.conversation import Conversation, Image, Message, Text, Tool, ToolCall, said
from partimento.core.errors import BadInput, ChecksFailed, NotConfigured
from partimento.core.model import Model
from partimento.core.ports import Call, Drafted
from partimento.core.result import Delta, Done, Result
from partimento.core.settings import Settings
from partimento.core.usage import Usage
from partimento.engines.rules import engine as rules
from partimento.environment import SystemClock
from partimento.tasks import chat, embedding, structured

COUNT = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}
TOOL = Tool(name="play", parameters={"type": "object"})


class Told:
    """An engine that gives these drafts in turn, and keeps what it was asked."""

    name = "openai"

    def __init__(self, *drafts: Drafted) -> None:
        self.drafts, self.calls = list(drafts), list[Call]()

    def unready(self, model: Model, request: Any) -> str:
        return ""

    async def draft(self, call: Call) -> Any:
        self.calls.append(call)
        drafted = self.drafts.pop(0)
        if call.stream and drafted.text:
            yield drafted.text
        yield drafted

    async def close(self) -> None:
        pass


def asked(*messages: Message, **more: Any) -> Conversation:
    return Conversation(messages=messages or (said("user", "Hello"),), **more)


def made(folder: Path, told: Told, request: Any, *capabilities: str) -> Result[Any]:
    able = [*capabilities] or ["text", "json_schema", "tools", "image"]
    little: Any = {"id": "little", "base_url": "http://127.0.0.1:1/v1", "reach": 9, "capabilities": able}

    async def work() -> Result[Any]:
        engines: Any = {"openai": told, "rules": rules(Settings(), SystemClock())}
        async with AsyncPartimento(
            data_folder=str(folder), models=[little], engines=engines, force_local=True
        ) as client:
            return await client.make(request)

    return asyncio.run(work())


def ask(conversation: Conversation) -> Any:
    return chat(**{name: getattr(conversation, name) for name in conversation.__struct_fields__})


def test_a_turn_has_words_and_why_it_ended(tmp_path: Path) -> None:
    told = Told(Drafted("Good day", usage=Usage(3, 2), truncated=True))
    result = made(tmp_path, told, ask(asked()))
    assert (result.value.text, result.value.finish) == ("Good day", "length")
    assert told.calls[0].conversation == asked()
    assert told.calls[0].user == "Hello"


def test_calls_of_tools_are_a_turn_without_words(tmp_path: Path) -> None:
    call = ToolCall("call_1", "play", '{"note": 60}')
    result = made(tmp_path, Told(Drafted(tool_calls=(call,))), ask(asked(tools=(TOOL,))))
    assert (result.value.tool_calls, result.value.finish) == ((call,), "tool_calls")


def test_only_models_that_can_see_are_asked_about_pictures(tmp_path: Path) -> None:
    seen = Message(role="user", parts=(Text("What is this?"), Image(b"https://example.com/a.png")))
    assert made(tmp_path / "a", Told(Drafted("A score")), ask(asked(seen))).value.text == "A score"
    with pytest.raises(NotConfigured, match="chat"):
        made(tmp_path / "b", Told(Drafted("A score")), ask(asked(seen)), "text")


@pytest.mark.parametrize(
    "conversation",
    [
        Conversation(messages=()),
        Conversation(messages=(Message(role="user"),)),
        asked(tool_choice="required"),
        asked(tools=(TOOL,), tool_choice="sing"),
    ],
)
def test_a_conversation_that_cannot_go_on_is_refused(conversation: Conversation) -> None:
    with pytest.raises(BadInput):
        ask(conversation)


def test_a_structured_answer_follows_its_schema(tmp_path: Path) -> None:
    told = Told(Drafted('Here: {"n": 3}'))
    result = made(tmp_path, told, structured(conversation=asked(), schema=COUNT))
    assert result.value.value == {"n": 3}
    assert told.calls[0].schema == COUNT


def test_one_that_does_not_is_asked_again_once_with_its_flaws(tmp_path: Path) -> None:
    told = Told(Drafted('{"n": "three"}'), Drafted('{"n": 3}'))
    result = made(tmp_path, told, structured(conversation=asked(), schema=COUNT))
    assert result.value.value == {"n": 3}
    again = told.calls[1].conversation
    assert again is not None
    assert [message.role for message in again.messages] == ["user", "assistant", "user"]
    assert "the answer.n must be of type integer" in again.messages[-1].text


def test_one_that_never_does_is_refused(tmp_path: Path) -> None:
    told = Told(Drafted("{}"), Drafted("{}"))
    with pytest.raises(ChecksFailed, match="structured"):
        made(tmp_path, told, structured(conversation=asked(), schema=COUNT))


def test_a_mended_answer_streams_as_it_was_mended(tmp_path: Path) -> None:
    little: Any = {"id": "little", "base_url": "http://127.0.0.1:1/v1", "reach": 9}

    async def work() -> list[Any]:
        engines: Any = {"openai": Told(Drafted('Sure! {"n": 3}')), "rules": rules(Settings(), SystemClock())}
        async with AsyncPartimento(
            data_folder=str(tmp_path), models=[little], engines=engines, force_local=True
        ) as client:
            return [event async for event in client.stream(structured(conversation=asked(), schema=COUNT))]

    events = asyncio.run(work())
    assert "".join(event.text for event in events if isinstance(event, Delta)) == '{"n":3}'
    assert isinstance(events[-1], Done)


def test_vectors_are_kept_packed_and_served_again(tmp_path: Path) -> None:
    request = embedding(texts=("a", "b"))
    told = Told(Drafted(value=[[0.5, -1.0], [2.0, 0.25]], usage=Usage(2, 0)))
    result = made(tmp_path, told, request, "embeddings")
    assert [array("f", packed).tolist() for packed in result.value.vectors] == [[0.5, -1.0], [2.0, 0.25]]
    again = made(tmp_path, Told(), request, "embeddings")
    assert again.receipt.cached
    assert again.value == result.value


@pytest.mark.parametrize("vectors", [[[1.0]], [[1.0], [1.0, 2.0]], [[], []]])
def test_vectors_that_do_not_fit_their_texts_are_refused(tmp_path: Path, vectors: Any) -> None:
    told = Told(Drafted(value=vectors), Drafted(value=vectors))
    with pytest.raises(ChecksFailed):
        made(tmp_path, told, embedding(texts=("a", "b")), "embeddings")


def test_an_empty_text_has_no_vector() -> None:
    with pytest.raises(BadInput):
        embedding(texts=("a", " "))
