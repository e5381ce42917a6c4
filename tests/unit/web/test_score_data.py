"""What the page's scripts are told of a score: every bar, every note and its chord, what an exercise asks for."""

from __future__ import annotations

from typing import Any

import pytest

from partimento.core.errors import BadInput
from partimento.core.task import Task
from partimento.music.formats import abc
from partimento.music.score import Note, PlacedChord, Score
from partimento.tasks import arrangement, exercise, progression, reharmonization, text, voice_leading, voicing
from partimento.web.score_data import ScoreData, Sign, belonging, data_of, drawn_of, music_of

CHORDS = (
    Sign(1, 1, 1.0, 4.0, "Cmaj7", "Imaj7", "tonic"),
    Sign(2, 1, 5.0, 4.0, "G7", "V7", "dominant"),
)


def made(task: Task[..., Any], **fields: Any) -> Any:
    request = task(**fields)
    assert request.task.rules is not None
    draft = request.task.rules(request.inputs, 1)
    return request.task.finish(request.inputs, draft, "rules")


def tune_again(data: ScoreData, bars_a_line: int = 4) -> list[str]:
    """The bars put together as the writer of ABC does."""
    lines = []
    row: list[int] = []
    for nth, bar in enumerate(data.drawn.bars):
        row.append(nth)
        following = data.drawn.bars[nth + 1 : nth + 2]
        if len(row) < bars_a_line and following and not following[0].section:
            continue
        first = data.drawn.bars[row[0]]
        lines += [f"P:{first.section}"] if first.section else []
        for voice, (name, _) in enumerate(data.drawn.voices):
            lines.append(f"[V:{name}] {' '.join(data.drawn.bars[one].cells[voice] for one in row)}")
        assert bar.cells
        row = []
    return [*data.drawn.head.splitlines(), *lines]


@pytest.mark.parametrize("genre", ["jazz", "classical", "latin", "blues"])
def test_the_bars_put_together_are_the_whole_tune(genre: str) -> None:
    piece = made(arrangement, genre=genre, bars=12)
    whole = [line for line in abc.write(piece.score).splitlines() if not line.startswith("T:")]
    assert [line.replace("z8 |", "Z |") for line in tune_again(data_of(piece))] == [
        line.replace("z8 |", "Z |") for line in whole
    ]


def test_an_empty_bar_is_a_rest_of_its_own_length() -> None:
    tune = 'M:3/4\nV:1 clef=treble\nV:2 clef=bass\nK:C\n[V:1] "C"c6 | Z |]\n[V:2] Z | C,6 |]\n'
    assert [bar.cells for bar in drawn_of(tune, 6).bars] == [('"C"c6 |', "z6 |"), ("z6 |]", "C,6 |]")]


def test_every_note_is_told_with_its_hand_in_order_of_time() -> None:
    piece = made(arrangement, genre="gospel", key="Ab", bars=8)
    data = data_of(piece)
    assert len(data.events) == len(piece.notes)
    assert [one.start_beat for one in data.events] == sorted(one.start_beat for one in data.events)
    assert {one.hand for one in data.events} == {"left", "right"}
    assert [sign.symbol for sign in data.chords] == [chord.symbol for chord in piece.chords]
    assert (data.tempo, data.meter, data.bars, data.is_ours) == (piece.tempo, piece.meter, piece.bars, False)


def test_the_band_is_told_beside_the_hands() -> None:
    piece = made(arrangement, genre="latin", bars=8, tracks=["bass", "drums"])
    assert {name: len(notes) for name, notes in data_of(piece).tracks.items()} == {
        track.name: len(track.notes) for track in piece.tracks
    }


@pytest.mark.parametrize(
    ("start", "beats", "midi", "told"),
    [
        (1.0, 1.0, 64, "chord"),
        (2.0, 1.0, 62, "colour"),  # the ninth, which players add to a major seventh
        (2.0, 1.0, 65, "passing"),
        (4.5, 2.0, 67, "chord"),
        (4.5, 2.0, 65, "chord"),  # struck early: the seventh of the chord that comes
        (4.5, 0.5, 65, "passing"),  # as early, but over when the chord comes
        (12.0, 1.0, 61, "chord"),  # after the last chord nothing is said
    ],
)
def test_a_note_is_judged_by_the_chord_it_sounds_in(start: float, beats: float, midi: int, told: str) -> None:
    assert belonging(Note(start, beats, midi, 80, "right"), CHORDS) == told


def test_a_progression_is_played_in_grips_of_ours() -> None:
    value = made(progression, genre="jazz", key="F", bars=8)
    data = data_of(value)
    assert data.is_ours
    assert {one.start_beat for one in data.events} == {sign.start_beat for sign in data.chords}


@pytest.mark.parametrize("task", [voicing, voice_leading])
def test_grips_are_played_a_bar_each(task: Task[..., Any]) -> None:
    value = made(task, chords="Dm7 G7 Cmaj7")
    data = data_of(value)
    assert data.bars == 3
    assert [one.midi for one in data.events if one.start_beat == 1.0] == sorted(
        (*value.chords[0].left_hand, *value.chords[0].right_hand)
    )


def test_a_reharmonized_chart_can_be_heard() -> None:
    value = made(reharmonization, chords="Dm7 | G7 | Cmaj7 | Cmaj7")
    data = data_of(value)
    assert data.bars == len(value.bars)
    assert len(data.chords) == len(value.chords)


@pytest.mark.parametrize("kind", ["scale", "progression", "voicing", "lick", "rhythm"])
def test_an_exercise_tells_what_it_asks_for(kind: str) -> None:
    value = made(exercise, kind=kind, genre="jazz", key="Bb")
    data = data_of(value)
    assert data.asked is not None
    assert data.asked.mode == value.grading
    assert data.asked.tones
    any_octave = value.grading != "notes"
    assert all(tone.key == (tone.midi % 12 if any_octave else tone.midi) for tone in data.asked.tones)


def test_a_piece_asks_for_nothing() -> None:
    assert data_of(made(arrangement, genre="blues")).asked is None


def test_words_have_no_score() -> None:
    assert music_of({"text": "no notes"}) is None
    with pytest.raises(BadInput, match="there is no score"):
        data_of(text)


def test_a_piece_too_long_for_a_page_says_so() -> None:
    class Long:
        score = Score(
            "Long", "C", 120, "4/4", 2000, (), (PlacedChord(1, 1, 8000, "C", "I", "tonic"),),
            tuple(Note(1 + n, 1, 60, 80, "right") for n in range(5001)),
        )  # fmt: skip

    with pytest.raises(BadInput, match="5001 notes"):
        data_of(Long())
