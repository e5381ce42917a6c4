"""What a chat completion's body asks of a model."""

from __future__ import annotations

import base64
from typing import Any

import msgspec
import pytest

from partimento.core.conversation import Text
from partimento.core.errors import BadInput, UnknownName
from partimento.worker.bodies import ChatBody
from partimento.worker.reading import Wanted, wanted

PICTURE = base64.b64encode(b"a picture").decode()
TOOLS = [
    {"type": "function", "function": {"name": name, "parameters": {"type": "object"}}} for name in ("look", "listen")
]


def _wanted(*content: Any, **fields: Any) -> Wanted:
    body = {"messages": [{"role": "user", "content": one} for one in content or ("hello",)], **fields}
    return wanted(msgspec.convert(body, ChatBody), ("church", "club"))


def test_how_the_next_token_is_chosen_is_read() -> None:
    sampling = _wanted(temperature=0.5, top_p=0.9, max_tokens=5, max_completion_tokens=6, seed=3, stop="x").ask.sampling
    assert (sampling.temperature, sampling.top_p, sampling.max_tokens, sampling.seed) == (0.5, 0.9, 6, 3)
    assert sampling.stop == ("x",)


def test_what_llama_server_takes_for_chance_is_no_seed() -> None:
    assert _wanted(seed=-1).ask.sampling.seed is None


@pytest.mark.parametrize(
    "fields",
    [{"n": 2}, {"logprobs": True}, {"temperature": -1}, {"top_p": 1.5}, {"max_tokens": 0}, {"tool_choice": "required"}],
)
def test_what_cannot_be_done_is_refused_and_not_passed_over(fields: dict[str, Any]) -> None:
    with pytest.raises(BadInput):
        _wanted(**fields)


def test_pictures_and_sound_are_decoded_in_their_order() -> None:
    picture = {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{PICTURE}"}}
    sound = {"type": "input_audio", "input_audio": {"data": PICTURE, "format": "wav"}}
    ask = _wanted([{"type": "text", "text": "see"}, picture, sound]).ask
    assert [(one.kind, one.type, one.data) for one in ask.media] == [
        ("image", "image/png", b"a picture"), ("audio", "wav", b"a picture")
    ]  # fmt: skip
    assert ask.messages[0].parts[0] == Text("see")


@pytest.mark.parametrize(
    "url", ["https://example.org/a.png", "file:///etc/passwd", "data:image/png,raw", "data:image/png;base64,§"]
)
def test_nothing_is_fetched_and_nothing_broken_is_taken(url: str) -> None:
    with pytest.raises(BadInput):
        _wanted([{"type": "image_url", "image_url": {"url": url}}])


def test_an_adapter_is_chosen_by_name_or_by_its_place() -> None:
    assert _wanted().ask.adapter == ""
    assert _wanted(adapter="club").ask.adapter == "club"
    assert _wanted(lora=[{"id": 0, "scale": 0.0}, {"id": 1, "scale": 1.0}]).ask.adapter == "club"


@pytest.mark.parametrize("fields", [{"adapter": "pub"}, {"lora": [{"id": 2}]}])
def test_an_unknown_adapter_is_told(fields: dict[str, Any]) -> None:
    with pytest.raises(UnknownName):
        _wanted(**fields)


@pytest.mark.parametrize("lora", [[{"id": 0, "scale": 0.5}], [{"id": 0}, {"id": 1}]])
def test_half_an_adapter_and_two_at_once_are_refused(lora: list[Any]) -> None:
    with pytest.raises(BadInput):
        _wanted(lora=lora)


def test_a_schema_is_read_and_any_object_is_one() -> None:
    schema = {"type": "array"}
    assert _wanted(response_format={"type": "json_schema", "json_schema": {"schema": schema}}).ask.schema == schema
    assert _wanted(response_format={"type": "json_object"}).ask.schema == {"type": "object"}
    assert _wanted(response_format={"type": "text"}).ask.schema is None


def test_a_schema_that_is_missing_is_told() -> None:
    with pytest.raises(BadInput):
        _wanted(response_format={"type": "json_schema"})


def test_of_several_tools_that_are_required_the_model_chooses() -> None:
    found = _wanted(tools=TOOLS, tool_choice="required")
    assert found.forced
    assert found.ask.schema is not None
    assert [one["properties"]["name"]["const"] for one in found.ask.schema["anyOf"]] == ["look", "listen"]


def test_tools_that_may_not_be_used_are_not_told() -> None:
    assert _wanted(tools=TOOLS, tool_choice="none").ask.tools == ()
    assert [tool.name for tool in _wanted(tools=TOOLS).ask.tools] == ["look", "listen"]


def test_a_tool_that_is_not_there_cannot_be_forced() -> None:
    with pytest.raises(BadInput, match="smell"):
        _wanted(tools=TOOLS, tool_choice={"type": "function", "function": {"name": "smell"}})
