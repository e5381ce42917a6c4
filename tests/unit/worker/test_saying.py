"""One text on its way out: thoughts, stops, the end, and what it used; how much goes into a context; schemas."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest

from partimento.core.errors import BadInput, PromptTooLong
from partimento.worker.grammars import matcher_of
from partimento.worker.lengths import check_passages, room_after
from partimento.worker.ports import Ended, Thought
from partimento.worker.saying import Finish, Said, Saying


def _said(
    texts: list[str], finish: Finish = "length", *, stop: tuple[str, ...] = (), inside: bool = False
) -> list[Said]:
    async def taken() -> list[Said]:
        saying = Saying(stop, 5, inside=inside)
        saying.cached = 2
        found: list[Said] = []
        for place, text in enumerate(texts, 1):
            found += saying.take(text, finish if place == len(texts) else None)
            if found and isinstance(found[-1], Ended):
                return found
        return found

    return asyncio.run(taken())


def test_a_text_ends_as_the_model_did() -> None:
    assert _said(["a", "b"]) == [
        "a",
        "b",
        Ended(finish="length", prompt_tokens=5, completion_tokens=2, cached_tokens=2),
    ]
    assert _said(["a", ""], "stop")[-1] == Ended(finish="stop", prompt_tokens=5, completion_tokens=2, cached_tokens=2)


def test_a_stop_ends_it_before_the_model_does() -> None:
    found = _said(["one", ", tw", "o, three", "never"], stop=("two",))
    assert found == ["one", ", ", Ended(finish="stop", prompt_tokens=5, completion_tokens=3, cached_tokens=2)]


def test_what_began_like_a_stop_is_said_at_the_end() -> None:
    assert _said(["one t", "w"], stop=("two",))[:-1] == ["one ", "tw"]


def test_thoughts_are_counted_and_know_no_stop() -> None:
    found = _said(["two", " is it</think>", "one, ", "two"], stop=("two",), inside=True)
    assert found[:3] == [Thought("two"), Thought(" is it"), "one, "]
    assert found[3:] == [
        Ended(finish="stop", prompt_tokens=5, completion_tokens=4, cached_tokens=2, reasoning_tokens=2)
    ]


def test_what_another_thread_says_is_heard_in_its_order() -> None:
    async def heard() -> list[Said]:
        saying = Saying((), 1, inside=False)

        def say() -> None:
            saying.say(["a", "b"])
            saying.say(["c"])

        threading.Thread(target=say).start()
        return [await saying.heard() for _ in range(3)]

    assert asyncio.run(heard()) == ["a", "b", "c"]


def test_who_speaks_after_the_door_is_closed_is_not_hurt() -> None:
    async def made() -> Saying:
        return Saying((), 1, inside=False)

    saying = asyncio.run(made())
    saying.say(["nobody hears this"])


@pytest.mark.parametrize(("wanted", "room"), [(None, 6), (4, 4), (9, 6)])
def test_an_answer_has_the_room_that_the_prompt_leaves(wanted: int | None, room: int) -> None:
    assert room_after(10, 16, wanted) == room


def test_a_prompt_without_room_for_a_word_is_too_long() -> None:
    with pytest.raises(PromptTooLong, match="too long"):
        room_after(16, 16, 1)


def test_a_passage_is_neither_empty_nor_longer_than_the_context() -> None:
    check_passages([[1], [1, 2]], 2)
    with pytest.raises(BadInput, match="text 2 is empty"):
        check_passages([[1], []], 2)
    with pytest.raises(PromptTooLong):
        check_passages([[1, 2, 3]], 2)


@pytest.mark.parametrize(
    ("text", "follows"), [('{"key": "C", "level": 3}', True), ('{"key":"C","level":3}', False), ('{"key": "X"', False)]
)
def test_a_text_follows_its_schema_in_the_manner_models_have_read(text: str, follows: bool) -> None:
    vocabulary: Any = pytest.importorskip("llguidance").LLTokenizer("byte")
    schema = {
        "type": "object",
        "properties": {"key": {"enum": ["C", "F"]}, "level": {"type": "integer"}},
        "required": ["key", "level"],
    }
    matcher = matcher_of(vocabulary, schema)
    assert (matcher.try_consume_tokens(list(text.encode())) == len(text)) is follows


def test_a_schema_that_no_text_can_follow_is_refused() -> None:
    vocabulary: Any = pytest.importorskip("llguidance").LLTokenizer("byte")
    with pytest.raises(BadInput, match="cannot be followed"):
        matcher_of(vocabulary, {"type": "string", "pattern": "("})
