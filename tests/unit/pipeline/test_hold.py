from __future__ import annotations

import asyncio
from typing import Any

import pytest
from msgspec import Struct

from partimento.core.request import Options, Request
from partimento.core.result import Attempted, Claims, Done, Partial, Started
from partimento.core.task import Hold, Prompt, task
from partimento.engines.scripted import Script
from partimento.pipeline.hold import Gate, replayed
from partimento.pipeline.run import run
from partimento.shapes.prose import Unproven
from verse import SMALL
from wholes import House


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


# ---- structured drafts -----------------------------------------------------------------------------------------

WRONG = "Cmaj7 has four notes: C, E, G and Bb."
RIGHT = "Cmaj7 has four notes: C, E, G and B."
HOPELESS = "D-F-G-C is a rootless Bb7 voicing."


class Lesson(Struct, frozen=True):
    title: str
    wrong: tuple[Unproven, ...] = ()
    steps: tuple[str, ...] = ()
    level: int = 1


def lesson(hold: Hold = "sentence", draft: Any = Lesson, **more: Any) -> Request[Any]:
    asked = task(
        name="lesson", summary="", version=1, complexity=1, inputs=Nothing, draft=draft, output=Lesson, hold=hold,
        prompt=lambda inputs: Prompt("", ""), finish=lambda inputs, draft, method: draft,
        **({"claims": "checked"} | more),
    )  # fmt: skip
    return asked()


def told(gate: Gate, *pieces: str) -> list[Any]:
    taken = [gate.take(piece, "little") for piece in pieces]
    return [partial.value for partial in taken if isinstance(partial, Partial)]


def test_of_a_structured_draft_leaves_what_is_complete() -> None:
    gate = Gate(lesson(), {})
    assert told(gate, '{"title": "A li', 'ck", "steps": ["Slow', 'ly.", "Fast."], "level": 3', "}") == [
        {"title": "A lick"},
        {"title": "A lick", "steps": ["Slowly.", "Fast."]},
        {"title": "A lick", "steps": ["Slowly.", "Fast."], "level": 3},
    ]
    assert gate.rest("") == ""


def test_of_a_structured_draft_that_is_held_whole_nothing_leaves() -> None:
    assert told(Gate(lesson("whole"), {}), '{"title": "A lick", "level": 3}') == []


def test_nobody_is_told_who_does_not_read_along() -> None:
    assert told(Gate(lesson(), {}, along=False), '{"title": "A lick", "level": 3}') == []


def test_wrong_claims_in_a_field_leave_put_right() -> None:
    gate = Gate(lesson(), {})
    assert told(gate, f'{{"title": "Chords", "steps": ["{WRONG}"', ', "x"]}') == [
        {"title": "Chords", "steps": [RIGHT]},
        {"title": "Chords", "steps": [RIGHT, "x"]},
    ]
    assert gate.flaws == ()


def test_what_may_be_untrue_leaves_as_it_is() -> None:
    assert told(Gate(lesson(), {}), f'{{"title": "x", "wrong": ["{WRONG}"]}}') == [{"title": "x", "wrong": [WRONG]}]


def test_that_most_of_a_beginning_is_wrong_does_not_condemn_the_whole() -> None:
    many = ", ".join(f'"{chord} has the notes {notes}."' for chord, notes in
                     (("Cmaj7", "C, E, G and Bb"), ("Dm7", "D, F, A and B"), ("G7", "G, B, D and F#")))  # fmt: skip
    gate = Gate(lesson(), {})
    assert len(told(gate, f'{{"title": "x", "steps": [{many}', f', "{RIGHT}"]}}')) == 2
    assert gate.flaws == ()


def test_what_cannot_be_put_right_ends_the_draft() -> None:
    gate = Gate(lesson(), {})
    assert told(gate, '{"title": "x", ', f'"steps": ["{HOPELESS}"', ', "more"]}') == [{"title": "x"}]
    assert gate.flaws


def test_a_draft_that_is_not_the_output_yet_only_falls_silent() -> None:
    class Sketch(Struct, frozen=True):
        title: str
        steps: tuple[str, ...] = ()

    gate = Gate(lesson(draft=Sketch), {})
    assert told(gate, '{"title": "x", ', f'"steps": ["{HOPELESS}"', ', "more"]}') == [{"title": "x"}]
    assert gate.flaws == ()


def test_a_long_draft_is_not_told_at_every_field() -> None:
    pieces = [f'"{"step " * 20}{number}", ' for number in range(1000)]
    gate = Gate(lesson(claims="left"), {})
    count = len(told(gate, '{"title": "x", "steps": [', *pieces, '"end"]}'))
    assert 100 < count < 300


def read(request: Request[Any], *scripts: Script, models: Any = (SMALL,)) -> tuple[list[Any], House]:
    lines = iter(scripts)
    house = House(lambda call: next(lines), models=models)

    async def events() -> list[Any]:
        return [event async for event in run(request, house.ports)]

    return asyncio.run(events()), house


def test_a_reader_sees_a_structured_draft_grow_and_every_claim_in_it_holds() -> None:
    pieces = ('{"title": "Chords for', ' [EMAIL_1]", "steps": ', f'["{WRONG}", "Pl', 'ay it."]}')
    request = lesson().with_(options=Options(system="For anna@example.com"))
    events, _ = read(request, Script(pieces=pieces))
    assert [type(event) for event in events] == [Started, Partial, Partial, Partial, Attempted, Done]
    assert [event.value for event in events if isinstance(event, Partial)] == [
        {"title": "Chords for anna@example.com"},
        {"title": "Chords for anna@example.com", "steps": [RIGHT]},
        {"title": "Chords for anna@example.com", "steps": [RIGHT, "Play it."]},
    ]
    assert events[-1].result.value.steps == (RIGHT, "Play it.")
    assert events[-1].result.receipt.claims == Claims(0, 1, 0)


def test_a_draft_with_a_claim_that_cannot_be_put_right_is_stopped_and_asked_for_again() -> None:
    bad = Script(pieces=('{"title": "x", "steps": [', f'"{HOPELESS}", ', '"never', ' told"]}'))
    events, house = read(lesson(), bad, Script(pieces=('{"title": "y", ', f'"steps": ["{RIGHT}"]}}')))
    assert [type(event) for event in events] == [Started, Partial, Attempted, Partial, Partial, Attempted, Done]
    assert HOPELESS in house.engine.calls[1].user
    assert events[3].value == {"title": "y"}  # from its beginning again
    assert [attempt.outcome for attempt in events[-1].result.receipt.attempts] == ["flawed", "served"]
