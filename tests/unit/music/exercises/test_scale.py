"""Scales to run."""

from __future__ import annotations

from random import Random

import pytest

from partimento.core.errors import UnknownName
from partimento.music.chord import Chord
from partimento.music.composition.plan import plan
from partimento.music.exercises import scale
from partimento.music.exercises.study import Ask, Hands, Study
from partimento.music.genres import find
from partimento.music.scale import Scale, kinds, scale_on

JAZZ = find("jazz")


def made(
    level: int, key: str = "D", seed: int = 1, kind: str = "", hand: Hands | None = None, meter: str = "4/4"
) -> Study:
    settled = plan(JAZZ, key=key, level=level, meter=meter)
    return scale.make(Ask(genre=JAZZ, plan=settled, scale=kind, hand=hand), Random(seed))


@pytest.mark.parametrize("level", range(1, 11))
@pytest.mark.parametrize("key", ["C", "Gb", "F#m", "Am"])
def test_a_scale_exercise_plays_its_scale_and_nothing_else(level: int, key: str) -> None:
    study = made(level, key)
    tones = Scale.parse(study.scale).pitch_classes
    assert {note.midi % 12 for note in study.notes} <= tones
    assert study.notes[0].midi % 12 == study.notes[-1].midi % 12 == Chord.parse(study.chords[0].symbol).root


def test_a_beginner_runs_one_octave_up_and_down_in_quarters() -> None:
    study = made(1, "C")
    assert [note.midi for note in study.notes] == [60, 62, 64, 65, 67, 69, 71, 72, 71, 69, 67, 65, 64, 62, 60]
    assert {note.beats for note in study.notes[:-1]} == {1.0}


def test_thirds_go_up_in_thirds() -> None:
    studies = [made(3, "C", seed, "major") for seed in range(20)]
    thirds = next(study for study in studies if "thirds" in study.title)
    assert [note.midi for note in thirds.notes][:6] == [60, 64, 62, 65, 64, 67]


def test_both_hands_run_an_octave_apart() -> None:
    study = made(2, hand="both")
    right = [(note.start_beat, note.midi) for note in study.notes if note.hand == "right"]
    left = [(note.start_beat, note.midi + 12) for note in study.notes if note.hand == "left"]
    assert right == left


@pytest.mark.parametrize("meter", ["4/4", "3/4"])
def test_the_last_note_fills_its_bar(meter: str) -> None:
    study = made(4, meter=meter)
    last = study.notes[-1]
    assert last.start_beat + last.beats == 1 + study.bars * int(meter[0])


@pytest.mark.parametrize("name", sorted(set(kinds()) - {"blues"}))
def test_the_chord_under_a_scale_is_made_of_its_tones(name: str) -> None:
    found = scale_on(0, name)
    extra = Chord.parse(scale.chord_on(found)).pitch_classes - found.pitch_classes
    assert extra <= {7}, (name, scale.chord_on(found))  # a plain fifth is at times left to the ear


def test_the_blues_scale_is_at_home_on_a_dominant_seventh_against_its_own_third() -> None:
    assert scale.chord_on(scale_on(0, "blues")) == "C7"


def test_a_scale_nobody_knows_is_refused() -> None:
    with pytest.raises(UnknownName, match="Klingon"):
        made(5, kind="Klingon")
