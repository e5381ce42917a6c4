"""Thoughts and answer, kept apart however the text comes in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partimento.worker.ports import Thought
from partimento.worker.thinking import Thinking


def sorted_out(pieces: list[str], *, inside: bool = False) -> tuple[str, str]:
    """All thoughts, and all of the answer."""
    thinking = Thinking(inside=inside)
    said = [one for piece in pieces for one in thinking.feed(piece)] + thinking.rest()
    thoughts = "".join(one.text for one in said if isinstance(one, Thought))
    return thoughts, "".join(one for one in said if isinstance(one, str))


@pytest.mark.parametrize(
    ("text", "thoughts", "answer"),
    [
        ("<think>\nG7 wants home.\n</think>\n\nC major.", "G7 wants home.\n", "C major."),
        ("\n<think></think>C", "", "C"),
        ("  C major, as <think> it was.", "", "  C major, as <think> it was."),
        ("<thin ice", "", "<thin ice"),
        ("<think>it goes on </thi", "it goes on </thi", ""),
        ("a < b </think>", "", "a < b </think>"),
        ("", "", ""),
    ],
)
def test_thoughts_stand_between_their_marks_at_the_beginning(text: str, thoughts: str, answer: str) -> None:
    assert sorted_out([text]) == (thoughts, answer)


def test_a_prompt_may_have_opened_the_thought() -> None:
    assert sorted_out(["so", " it is</think>\nC"], inside=True) == ("so it is", "C")


@given(text=st.text("<think>/ \nab", max_size=40), cuts=st.lists(st.integers(0, 40)), inside=st.booleans())
def test_it_does_not_matter_how_a_text_is_cut(text: str, cuts: list[int], inside: bool) -> None:
    places = sorted({0, len(text), *(cut for cut in cuts if cut < len(text))})
    pieces = [text[start:end] for start, end in zip(places, places[1:], strict=False)]
    assert sorted_out(pieces, inside=inside) == sorted_out([text], inside=inside)


def test_whether_it_is_thinking_can_be_seen() -> None:
    thinking = Thinking()
    thinking.feed("<think>so")
    assert thinking.inside
    thinking.feed("</think>")
    assert not thinking.inside
