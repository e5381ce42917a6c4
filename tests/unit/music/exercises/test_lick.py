"""Licks: single lines that land on the guide tones."""

from __future__ import annotations

from random import Random

import pytest

from partimento.music.chord import Chord
from partimento.music.composition.plan import plan
from partimento.music.composition.progression import Progression, read_bars
from partimento.music.exercises import lick
from partimento.music.exercises.study import Ask, Study
from partimento.music.genres import find

JAZZ = find("jazz")
TWO_FIVE_ONE = read_bars(["Dm7", "G7", "Cmaj7", "Cmaj7"], "C")


def made(level: int, seed: int = 1, progression: Progression = TWO_FIVE_ONE, application: str = "swing") -> Study:
    bars, meter = progression.bars, progression.meter
    settled = plan(JAZZ, key=progression.key, level=level, bars=bars, application=application, meter=meter)
    return lick.make(progression, Ask(genre=JAZZ, plan=settled), Random(seed))


def line(study: Study) -> list[tuple[float, int]]:
    return [(note.start_beat, note.midi) for note in study.notes if note.hand == "right"]


@pytest.mark.parametrize("level", range(1, 11))
@pytest.mark.parametrize("seed", range(5))
def test_a_chord_that_begins_with_a_note_begins_with_one_of_its_tones(level: int, seed: int) -> None:
    heard = dict(line(made(level, seed)))
    for placed in TWO_FIVE_ONE.chords:
        start = (placed.bar - 1) * 4 + placed.beat
        if start in heard:
            assert heard[start] % 12 in Chord.parse(placed.symbol).pitch_classes


@pytest.mark.parametrize("seed", range(20))
def test_a_line_is_sung_in_steps_and_leaps_of_a_sixth_at_most(seed: int) -> None:
    pitches = [midi for _, midi in line(made(7, seed))]
    steps = [abs(after - before) for before, after in zip(pitches, pitches[1:], strict=False)]
    assert max(steps) <= 9
    assert 0 not in steps


@pytest.mark.parametrize("seed", range(20))
def test_a_note_from_outside_steps_on_by_a_semitone(seed: int) -> None:
    inside = {0, 2, 4, 5, 7, 9, 11}
    pitches = [midi for _, midi in line(made(9, seed))]
    for before, after in zip(pitches, pitches[1:], strict=False):
        if before % 12 not in inside and after % 12 in inside:
            assert abs(after - before) <= 2


def test_beginners_play_no_more_than_quarters() -> None:
    study = made(1)
    assert all(note.beats >= 1 for note in study.notes)


def test_the_higher_the_level_the_busier_the_line() -> None:
    def notes(level: int) -> int:
        return sum(len(line(made(level, seed))) for seed in range(20))

    assert notes(1) < notes(5)


def test_the_line_swings_with_the_genre() -> None:
    offsets = {round(note.start_beat % 1, 2) for seed in range(5) for note in made(4, seed).notes}
    assert 0.67 in offsets
    assert 0.5 not in offsets


def test_no_two_seeds_give_the_same_line() -> None:
    assert len({tuple(line(made(5, seed))) for seed in range(20)}) == 20


def test_the_same_seed_gives_the_same_line() -> None:
    assert line(made(5, 3)) == line(made(5, 3))


def test_the_last_bar_has_a_note_for_each_chord() -> None:
    progression = read_bars(["Dm7 G7", "Cmaj7", "Dm7 G7"], "C")
    last = [start for start, _ in line(made(5, progression=progression)) if start >= 9]
    assert last == [9, 11]


def test_silence_has_no_line_and_no_chord() -> None:
    study = made(5, progression=read_bars(["N.C.", "Cmaj7"], "C"))
    assert all(note.start_beat >= 5 for note in study.notes)


@pytest.mark.parametrize("meter", ["3/4", "5/4"])
def test_every_meter_has_lines(meter: str) -> None:
    progression = read_bars(["Dm7", "G7", "Cmaj7"], "C", meter)
    use = next(use.name for use in JAZZ.applications if meter in use.meters)
    study = made(5, progression=progression, application=use)
    bar = 3 if meter == "3/4" else 5
    assert max(note.start_beat + note.beats for note in study.notes) <= 1 + 3 * bar + 1e-6
