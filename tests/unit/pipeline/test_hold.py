from __future__ import annotations

from typing import Any

import pytest
from msgspec import Struct

from partimento.core.request import Request
from partimento.core.task import Hold, Prompt, task
from partimento.pipeline.hold import Gate, replayed


class Nothing(Struct, frozen=True):
    pass


def asked(hold: Hold) -> Request[Any]:
    def no_lies(inputs: Nothing, draft: str) -> list[str]:
        return ["it lies"] if "lie" in draft else []

    speech = task(
        name="speech", summary="", version=1, complexity=1, inputs=Nothing, draft=str, output=str, hold=hold,
        prompt=lambda inputs: Prompt("", ""), finish=lambda inputs, draft, method: draft, checks=(no_lies,),
    )  # fmt: skip
    return speech()


def entered(gate: Gate, text: str) -> list[str]:
    return [out for piece in text.split("|") if (out := gate.enter(piece))]


def test_without_hold_every_piece_leaves_at_once() -> None:
    gate = Gate(asked("none"), {})
    assert entered(gate, "a|b|c") == ["a", "b", "c"]
    assert gate.rest("abc") == ""


def test_a_sentence_leaves_when_it_is_whole() -> None:
    gate = Gate(asked("sentence"), {})
    assert entered(gate, "It is| so. And| more. Rest") == ["It is so. ", "And more. "]
    assert gate.rest("a. b. ") == "Rest"


def test_a_flawed_sentence_never_leaves_nor_anything_after_it() -> None:
    gate = Gate(asked("sentence"), {})
    assert entered(gate, "True. |A lie. |True again. ") == ["True. "]
    assert gate.flaws == ("it lies",)


def test_a_placeholder_cut_in_two_leaves_whole_as_what_it_stands_for() -> None:
    gate = Gate(asked("none"), {"[EMAIL_1]": "anna@example.com"})
    assert "".join(entered(gate, "Dear [EMA|IL_1|], hello")) + gate.rest("a. b. ") == "Dear anna@example.com, hello"


def test_a_whole_answer_leaves_nothing_before_the_end() -> None:
    gate = Gate(asked("whole"), {})
    assert entered(gate, "a. |b. ") == []
    assert gate.rest("a. b. ") == "a. b. "


@pytest.mark.parametrize("text", ["", "One.", "One. Two! Three?\nFour", "音楽です。次。"])
def test_a_replay_is_the_same_text_in_pieces(text: str) -> None:
    assert "".join(replayed(text)) == text


def test_a_mended_answer_leaves_as_it_was_mended() -> None:
    gate = Gate(asked("whole"), {})
    assert entered(gate, "Here: |a. b.") == []
    assert gate.rest("a. b.") == "a. b."
