"""Two hands play what the progression says, in the genre's way, whatever the seed, level and meter."""

from __future__ import annotations

from itertools import pairwise
from random import Random

import pytest
from msgspec.structs import replace

from partimento.music.chord import Chord
from partimento.music.composition.arrange import arrange, kind_at
from partimento.music.composition.genre import Genre
from partimento.music.composition.plan import plan
from partimento.music.composition.progression import compose, read_bars
from partimento.music.composition.proof import prove
from partimento.music.genres import find
from partimento.music.rhythm import Pattern, bar_beats
from partimento.music.score import Note, Score

GOSPEL, JAZZ = find("gospel"), find("jazz")


def _arranged(genre: Genre, text: str = "", seed: int = 1, **options: object) -> Score:
    settled = plan(genre, text, **options)  # type: ignore[arg-type]
    rng = Random(seed)
    return arrange(compose(genre, settled, rng), genre, settled, rng)


def _with_only(genre: Genre, *patterns: Pattern) -> Genre:
    return replace(genre, patterns=patterns)


def _left(score: Score) -> list[Note]:
    return [note for note in score.notes if note.hand == "left"]


@pytest.mark.parametrize("genre", [GOSPEL, JAZZ])
def test_every_application_level_and_meter_is_played_soundly(genre: Genre) -> None:
    for use in genre.applications:
        for meter in use.meters:
            for level in (1, 3, 5, 7, 10):
                for key in ("Db", "F#m"):
                    score = _arranged(genre, level=level, key=key, meter=meter, application=use.name, bars=12)
                    assert prove(score, key, 12) == ()
                    end = 1 + 12 * bar_beats(meter)
                    assert all(
                        note.start_beat >= 1 and note.start_beat + note.beats <= end + 1e-3 for note in score.notes
                    )


def test_the_same_seed_plays_the_same_and_another_another() -> None:
    assert _arranged(JAZZ, "bebop", seed=3) == _arranged(JAZZ, "bebop", seed=3)
    assert _arranged(JAZZ, "bebop", seed=3).notes != _arranged(JAZZ, "bebop", seed=4).notes


def test_velocity_breathes_within_the_keyboard() -> None:
    velocities = [note.velocity for note in _arranged(GOSPEL, "shout", bars=16).notes]
    assert all(1 <= velocity <= 127 for velocity in velocities)
    assert len(set(velocities)) > 8


def test_a_calm_mood_is_played_softer() -> None:
    calm = [note.velocity for note in _arranged(GOSPEL, "calm worship").notes]
    bold = [note.velocity for note in _arranged(GOSPEL, "powerful worship").notes]
    assert sum(calm) / len(calm) < sum(bold) / len(bold)


def test_swing_puts_the_off_beats_late_and_straight_ones_in_the_middle() -> None:
    swung = {round(note.start_beat % 1, 3) for note in _arranged(JAZZ, "swing", level=6, bars=32).notes}
    straight = {round(note.start_beat % 1, 3) for note in _arranged(JAZZ, "bossa", level=6, bars=32).notes}
    assert swung == {0.0, 0.667}
    assert straight == {0.0, 0.5}


def test_a_walking_bass_steps_into_every_new_chord() -> None:
    walking = _with_only(JAZZ, Pattern("left", "4/4", "R - T - F - A -"), Pattern("right", "4/4", "X - - - - - - -"))
    settled = plan(JAZZ, "swing", key="C", level=6)
    score = arrange(read_bars(["Dm7", "G7", "Cmaj7", "A7", "Dm7", "G7", "C6"], "C"), walking, settled, Random(0))
    bass = _left(score)
    assert [note.beats for note in bass[:24]] == [1.0] * 24
    for bar in range(6):
        approach, root = bass[4 * bar + 3], bass[4 * bar + 4]
        assert 1 <= abs(approach.midi - root.midi) <= 2
        assert root.midi % 12 == Chord.parse(score.chords[bar + 1].symbol).bass
    assert max(abs(a.midi - b.midi) for a, b in pairwise(bass)) <= 12


def test_an_alberti_bass_a_skank_and_stride_are_only_patterns() -> None:
    settled = plan(GOSPEL, "ballad", key="C", level=4)
    chords = read_bars(["C", "F", "C"], "C")
    alberti = _with_only(GOSPEL, Pattern("left", "4/4", "1 - 3 - 2 - 3 -"), Pattern("right", "4/4", ". . X . . . X ."))
    score = arrange(chords, alberti, settled, Random(0))
    assert [note.start_beat for note in _left(score) if note.start_beat < 5] == [1, 2, 3, 4]
    assert {note.start_beat for note in score.notes if note.hand == "right" and note.start_beat < 9} == {2, 4, 6, 8}
    stride = _with_only(JAZZ, Pattern("left", "4/4", "R - U - R - U -"), Pattern("right", "4/4", "X - - - - - - -"))
    low, high, *_ = _left(arrange(chords, stride, plan(JAZZ, "ballad", level=5), Random(0)))
    assert low.midi < high.midi


def test_a_chord_struck_ahead_is_held_over_the_bar_line() -> None:
    ahead = _with_only(JAZZ, Pattern("left", "4/4", "X - - - - - - -"), Pattern("right", "4/4", "X - - - - - - N"))
    settled = plan(JAZZ, "bossa", key="C", level=5)
    score = arrange(read_bars(["Dm7", "G7", "Cmaj7"], "C"), ahead, settled, Random(0))
    starts = sorted({note.start_beat for note in score.notes if note.hand == "right"})
    assert starts == [1, 4.5, 8.5]
    pushed = {note.midi for note in score.notes if note.hand == "right" and note.start_beat == 4.5}
    assert pushed == set(score.chords[1].right_hand)
    assert prove(score, "C", 3) == ()


def test_a_chord_that_changes_inside_a_held_bar_is_struck_where_it_changes() -> None:
    held = _with_only(GOSPEL, Pattern("left", "4/4", "X - - - - - - -"), Pattern("right", "4/4", "X - - - - - - -"))
    score = arrange(read_bars(["C F", "G", "C"], "C"), held, plan(GOSPEL, key="C"), Random(0))
    assert {note.start_beat for note in score.notes} == {1, 3, 5, 9}
    assert prove(score, "C", 3) == ()


def test_a_bar_of_silence_is_silent() -> None:
    score = arrange(read_bars(["C", "N.C.", "C"], "C"), GOSPEL, plan(GOSPEL, key="C"), Random(0))
    assert not [note for note in score.notes if 5 <= note.start_beat < 9]
    assert prove(score, "C", 3) == ()


def test_the_grips_of_a_level_are_of_the_kind_the_application_takes() -> None:
    swing = next(use for use in JAZZ.applications if use.name == "swing")
    assert (kind_at(swing, 1), kind_at(swing, 3), kind_at(swing, 9)) == ("shell", "shell", "comping")


def test_the_frame_is_the_progressions_and_the_plans() -> None:
    score = _arranged(GOSPEL, "praise in 12/8", key="Eb", bars=10, tempo=100)
    assert (score.key, score.meter, score.bars, score.tempo) == ("Eb", "12/8", 10, 100)
    assert score.title == "Gospel praise in Eb"
    assert all(chord.left_hand and chord.right_hand for chord in score.chords)
