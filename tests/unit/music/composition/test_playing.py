"""Strokes become notes: close positions, shuffles, chords struck ahead, swung sixteenths."""

from __future__ import annotations

from random import Random

import pytest
from msgspec.structs import replace

from partimento.music.composition.arrange import arrange
from partimento.music.composition.genre import Genre
from partimento.music.composition.plan import plan
from partimento.music.composition.progression import read_bars
from partimento.music.composition.proof import prove
from partimento.music.genres import find
from partimento.music.rhythm import Pattern
from partimento.music.score import Score

CLASSICAL, BLUES, LATIN, NEOSOUL = find("classical"), find("blues"), find("latin"), find("neosoul")


def played(genre: Genre, text: str, bars: list[str], application: str, *, key: str = "C", part: str = "left") -> Score:
    """Bars in C with one pattern of one part; the last bar is always one held stroke."""
    patterns = tuple(pattern for pattern in genre.patterns if pattern.part != part)
    only = replace(genre, patterns=(*patterns, Pattern(part, "4/4", text)))  # type: ignore[arg-type]
    tracks = "bass" if part == "bass" else "piano"
    settled = plan(only, key=key, bars=len(bars), application=application, tracks=tracks)
    return arrange(read_bars(bars, key), only, settled, Random(1))


def left(score: Score, bar: int = 1) -> list[tuple[float, int]]:
    start = 1 + 4 * (bar - 1)
    return [(n.start_beat, n.midi) for n in score.notes if n.hand == "left" and start <= n.start_beat < start + 4]


def test_an_alberti_bass_is_bass_fifth_third_fifth_in_close_position() -> None:
    score = played(CLASSICAL, "R f t f R f t f", ["C", "G", "C"], "sonatina")
    (_, bass), (_, fifth), (_, third), (_, again) = left(score)[:4]
    assert (bass % 12, third % 12, fifth % 12) == (0, 4, 7)
    assert bass < third < fifth == again
    assert fifth - third == 3
    assert prove(score, "C", 3) == ()


def test_thirds_are_not_played_where_they_are_mud() -> None:
    for chord in ("C", "D", "E", "F", "G", "A", "Bb"):
        score = played(CLASSICAL, "R t R t R t R t", ["C", chord, "C"], "sonatina")
        low, high = sorted({midi for _, midi in left(score, 2)})
        assert high - low > 4 or high >= 45


def test_a_shuffle_rocks_between_fifth_and_sixth() -> None:
    score = played(BLUES, "B - B - C - C -", ["C7", "F7", "C7"], "shuffle")
    pairs = [
        tuple(midi for start, midi in left(score) if start == beat) for beat in (1, 2, 3, 4)
    ]  # fmt: skip
    assert [high - low for low, high in pairs] == [7, 7, 9, 9]
    assert {low % 12 for low, _ in pairs} == {0}
    assert prove(score, "C", 3) == ()


def test_on_a_minor_chord_the_shuffle_keeps_to_the_fifth() -> None:
    score = played(BLUES, "C - C - C - C -", ["Cm7", "Fm7", "Cm7"], "shuffle", key="Cm")
    lows = left(score)
    assert {midi % 12 for _, midi in lows} == {0, 7}


def test_a_sixth_without_its_bass_is_a_wrong_note() -> None:
    score = played(BLUES, "C - C - C - C -", ["C7", "F7", "C7"], "shuffle")
    bass = min(midi for _, midi in left(score))
    alone = replace(
        score, notes=tuple(n for n in score.notes if not (n.hand == "left" and n.start_beat < 5 and n.midi == bass))
    )
    assert any("no tone of C7" in finding.text for finding in prove(alone, "C", 3))


def test_a_tumbao_plays_the_next_bass_a_beat_ahead_and_holds_it_over_the_bar() -> None:
    score = played(LATIN, ". . . F - - N -", ["C", "F", "G", "C"], "salsa", part="bass")
    bass = score.tracks[0].notes
    ahead = next(note for note in bass if note.start_beat == 4)
    assert ahead.midi % 12 == 5
    assert ahead.start_beat + ahead.beats > 5
    assert not [note for note in bass if note.start_beat == 5]
    assert prove(score, "C", 4) == ()


def test_sixteenths_swing_where_the_genre_says_so() -> None:
    use = next(use for use in NEOSOUL.applications if use.sixteenths and use.swing > 0.5)
    score = played(NEOSOUL, "R R R R R R R R R R R R R R R R", ["Cmaj7", "Am7", "Cmaj7"], use.name)
    offsets = sorted({round(start % 1, 3) for start, _ in left(score)})
    assert offsets[0] == 0
    assert offsets[2] == pytest.approx(0.5)
    assert offsets[1] == pytest.approx(use.swing / 2, abs=0.03)
