"""Counts are believed where they can be, cut where they cannot, and unknown where they are none."""

from __future__ import annotations

from typing import Any

import pytest

from partimento.core.conversation import Conversation, Image, Message, Text, Tool, ToolCall
from partimento.core.ports import Call
from partimento.core.usage import Usage
from partimento.wire.usage import counted, most_input
from verse import SMALL


def call(**fields: Any) -> Call:
    asked: dict[str, Any] = {"system": "s" * 10, "user": "u" * 90, "max_tokens": 64, "deadline": 0.0}
    return Call(model=SMALL, request=None, **(asked | fields))


def test_plain_counts_are_believed() -> None:
    assert counted(call(), 11, 7) == (Usage(11, 7), "")
    found, note = counted(call(), 100, 7, cached=40, reasoning=3, cache_write=20, audio=10)
    assert (found, note) == (Usage(100, 7, 40, 3, 20, 10), "")


@pytest.mark.parametrize("odd", [None, -1, 1.5, "7", True, [], {}])
def test_what_is_no_count_makes_the_usage_unknown(odd: Any) -> None:
    assert counted(call(), odd, 7) == (None, "")
    assert counted(call(), 7, odd) == (None, "")
    assert counted(call(), 7, 7, cached=odd, reasoning=odd) == (Usage(7, 7), "")


def test_parts_are_never_more_than_the_whole() -> None:
    found, _ = counted(call(), 10, 5, cached=8, cache_write=8, audio=8, reasoning=9)
    assert found == Usage(10, 5, cached_tokens=8, reasoning_tokens=5, cache_write_tokens=2, audio_tokens=0)


def test_hidden_instructions_are_believed_and_the_impossible_is_not() -> None:
    assert counted(call(), 4000, 7)[0] == Usage(4000, 7)
    found, note = counted(call(), 50_000, 7)
    assert found == Usage(100, 7)
    assert note == "little counts what cannot be: 50000 input tokens reported, counted as 100"
    found, note = counted(call(), 11, 10**9)
    assert found == Usage(11, SMALL.max_output_tokens)
    assert "1000000000 output tokens" in note


def test_everything_that_is_handed_over_may_be_counted() -> None:
    turns = (
        Message(role="user", parts=(Text("u" * 100), Image(b"https://example.org/a.png"))),
        Message(role="assistant", tool_calls=(ToolCall("1", "look_up", "{}"),)),
    )
    talk = Conversation(messages=turns, tools=(Tool(name="look_up", parameters={"type": "object"}),))
    most = most_input(call(conversation=talk))
    assert 8192 + 110 < most < 8192 + 400
    assert most_input(call(texts=("ä", "b"))) == 13
