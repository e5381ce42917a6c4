"""Stops, thoughts and templates: what is shown of a text, and how a conversation is told to a template."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partimento.core.conversation import Message, Text, Tool, ToolCall, said
from partimento.worker.ports import Thought
from partimento.worker.stops import Stops
from partimento.worker.template import messages_of, tools_of, with_tools_in_words, without_system
from partimento.worker.thinking import Thinking

TOOL = Tool(name="look", description="Looks.", parameters={"type": "object"})
USED = Message(role="assistant", tool_calls=(ToolCall("c1", "look", '{"where": "up"}'),))
SEEN = Message(role="tool", parts=(Text("a bird"),), tool_call_id="c1")


@given(st.text("abc", max_size=30), st.lists(st.text("abc", min_size=1, max_size=3), max_size=3), st.data())
def test_however_a_text_is_cut_it_ends_before_its_first_stop(text: str, stops: list[str], data: st.DataObject) -> None:
    feeding = Stops(stops)
    shown, rest = "", text
    while rest:
        size = data.draw(st.integers(1, len(rest)))
        shown += feeding.feed(rest[:size])
        rest = rest[size:]
        met = [place for stop in stops if (place := text[: len(text) - len(rest)].find(stop)) >= 0]
        assert feeding.hit == bool(met)
        if met:
            assert shown == text[: min(met)] or any(text.startswith(stop, len(shown)) for stop in stops)
            return
    assert shown + feeding.rest() == text


@pytest.mark.parametrize(
    ("text", "inside", "thoughts", "answer"),
    [
        ("<think>\nlet me see\n</think>\n\nIt is C.", False, "let me see\n", "It is C."),
        ("let me see</think>It is C.", True, "let me see", "It is C."),
        ("  It is <think> C.", False, "", "  It is <think> C."),
        ("<thin air", False, "", "<thin air"),
        ("<think>never done </th", False, "never done </th", ""),
        ("<think></think>It is C.", False, "", "It is C."),
    ],
)
@pytest.mark.parametrize("size", [1, 3, 100])
def test_thoughts_are_told_from_the_answer(text: str, inside: bool, thoughts: str, answer: str, size: int) -> None:
    thinking = Thinking(inside=inside)
    pieces = [piece for start in range(0, len(text), size) for piece in thinking.feed(text[start : start + size])]
    pieces += thinking.rest()
    assert "".join(piece.text for piece in pieces if isinstance(piece, Thought)) == thoughts
    assert "".join(piece for piece in pieces if isinstance(piece, str)) == answer


def test_a_template_is_told_of_calls_and_their_answers() -> None:
    told = messages_of([said("user", "where?"), USED, SEEN])
    assert told[1]["tool_calls"][0]["function"] == {"name": "look", "arguments": {"where": "up"}}
    assert told[2] == {"role": "tool", "content": "a bird", "tool_call_id": "c1"}


def test_no_tools_are_none_and_no_empty_list() -> None:
    assert tools_of(()) is None
    found = tools_of((TOOL,))
    assert found is not None
    assert found[0]["function"]["name"] == "look"


def test_a_template_without_tools_gets_them_in_words() -> None:
    told = with_tools_in_words([said("system", "Be kind."), said("user", "where?"), USED, SEEN], (TOOL,))
    assert [message.role for message in told] == ["system", "user", "assistant", "user"]
    assert told[0].text.startswith("Be kind.")
    assert '"name":"look"' in told[0].text
    assert '{"name":"look","arguments":{"where":"up"}}' in told[2].text
    assert "a bird" in told[3].text


def test_a_template_without_a_system_message_hears_it_from_the_user() -> None:
    told = without_system([said("system", "Be kind."), said("user", "where?"), said("assistant", "there")])
    assert [message.role for message in told] == ["user", "assistant"]
    assert told[0].text.split() == ["Be", "kind.", "where?"]
    assert without_system([said("system", "Be kind.")]) == (said("user", "Be kind."),)
