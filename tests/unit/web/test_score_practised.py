"""A take as a form brings it: what it is held against, and what is refused."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from partimento.core.errors import BadInput, UnknownName
from partimento.core.ports import MemoryItem
from partimento.tasks import exercise
from partimento.web.item import Item
from partimento.web.pages.score import asked_for, take_in, words_for
from partimento.web.visit import Form, Upload


def item(**fields: Any) -> Item:
    request = exercise(**fields)
    assert request.task.rules is not None
    value = request.task.finish(request.inputs, request.task.rules(request.inputs, 1), "rules")
    row = MemoryItem(
        id="0", task="exercise", task_version=1, value=b"", prompt="", options=b"", model="rules", engine="rules",
        tier="rules", provider="", input_tokens=0, output_tokens=0, cost_pico=0, latency_ms=0, created_at=0, user="",
        claims="",
    )  # fmt: skip
    return Item(row=row, value=value, task=exercise, rating=None, verified=False, kept=False)


def form(**fields: str) -> Form:
    return Form({name: (value,) for name, value in fields.items()})


def test_a_take_is_held_against_the_tempo_that_was_practised() -> None:
    lick = item(kind="lick", genre="jazz", tempo=140)
    assert asked_for(lick, form()).tempo == 140
    assert asked_for(lick, form(tempo="70")).tempo == 70


@pytest.mark.parametrize("hand", ["left", "right"])
def test_one_hand_is_asked_for_alone(hand: str) -> None:
    both = item(kind="progression", genre="gospel", key="C")
    asked = asked_for(both, form(hand=hand))
    assert {note.hand for note in asked.notes} == {hand}
    other = "left_hand" if hand == "right" else "right_hand"
    assert all(getattr(chord, other) == () for chord in asked.chords)
    assert all(tone.hand == hand for tone in msgspec.structs.replace(asked, grading="notes").notes)


def test_only_the_bars_that_were_practised_are_asked_for() -> None:
    lick = item(kind="scale", genre="jazz", key="D")
    asked = asked_for(lick, form(first="2", last="3"))
    assert {tone.bar for tone in asked.expected.score.chords} == {2, 3}
    assert asked.notes == tuple(note for note in lick.value.notes if 5 <= note.start_beat < 13)
    assert asked_for(lick, form(first="2")).notes[0].start_beat == 5
    with pytest.raises(BadInput, match="nothing is asked for in bars 90 to 95"):
        asked_for(lick, form(first="90", last="95"))


def test_a_hand_that_has_nothing_to_play_is_not_graded() -> None:
    with pytest.raises(BadInput, match="left hand has nothing to play"):
        asked_for(item(kind="scale", genre="jazz", hand="right"), form(hand="left"))


def test_other_hands_and_tempi_are_refused() -> None:
    with pytest.raises(UnknownName):
        asked_for(item(kind="scale"), form(hand="third"))
    with pytest.raises(BadInput, match="practised at 9"):
        asked_for(item(kind="scale"), form(tempo="9"))


def test_a_file_goes_before_notes_and_nothing_is_no_take() -> None:
    told = form(take='[{"midi": 60, "start": 0}]')
    assert take_in(told) == [{"midi": 60, "start": 0}]
    both = Form(told.fields, {"recording": Upload("take.mid", b"MThd")})
    assert take_in(both) == b"MThd"
    for empty in (form(), form(take=" "), Form({}, {"recording": Upload("take.mid", b"")})):
        with pytest.raises(BadInput, match="there is no take"):
            take_in(empty)
    with pytest.raises(BadInput, match="cannot read the take"):
        take_in(form(take="{{7*7}}"))


def test_every_score_has_its_words() -> None:
    assert len({words_for(score) for score in range(101)}) == 5
    assert words_for(100) != words_for(94)
