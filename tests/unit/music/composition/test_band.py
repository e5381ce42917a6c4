"""Bass and drums beside the pianist."""

from __future__ import annotations

from random import Random

import pytest
from msgspec.structs import replace

from partimento.core.errors import BadInput, UnknownName
from partimento.music.chord import Chord
from partimento.music.composition.arrange import arrange
from partimento.music.composition.band import KIT, drum_strokes
from partimento.music.composition.genre import Genre, Groove
from partimento.music.composition.plan import band_of, plan
from partimento.music.composition.progression import compose
from partimento.music.composition.proof import prove
from partimento.music.genres import find
from partimento.music.rhythm import Pattern
from partimento.music.score import BandNote, Score, Track

WALK = Pattern("bass", "4/4", "R T F A")
RIDE = Groove(meter="4/4", lines=(("ride", "X . x x X . x x"), ("kick", "x . . ."), ("pedal hat", ". x . x")))
FILL = Groove(meter="4/4", lines=(("snare", "o x X X"),), role="fill")


def a_genre(**changes: object) -> Genre:
    jazz = find("jazz")
    hands = tuple(pattern for pattern in jazz.patterns if pattern.part != "bass")
    return replace(jazz, **{"patterns": (*hands, WALK), "grooves": (RIDE, FILL), **changes})


def piece(genre: Genre, tracks: str, bars: int = 16, seed: int = 1, words: str = "") -> Score:
    settled = plan(genre, words, key="C", bars=bars, application="swing", tracks=tracks)
    rng = Random(seed)
    return arrange(compose(genre, settled, rng), genre, settled, rng)


def track(score: Score, name: str) -> Track:
    return next(track for track in score.tracks if track.name == name)


def test_nobody_plays_beside_the_pianist_unless_asked_for() -> None:
    assert piece(a_genre(), "piano").tracks == ()


def test_the_band_does_not_change_what_the_pianist_plays() -> None:
    assert piece(a_genre(), "all").notes == piece(a_genre(), "piano").notes


def test_a_walking_bass_plays_every_quarter_and_the_roots() -> None:
    score = piece(a_genre(), "bass")
    notes = track(score, "bass").notes
    bass = {note.start_beat: note.midi for note in notes}
    assert {beat for beat in bass if beat < 1 + 4 * (score.bars - 1)} >= set(range(1, 1 + 4 * (score.bars - 1)))
    for chord in score.chords:
        assert bass[(chord.bar - 1) * 4 + chord.beat] % 12 == Chord.parse(chord.symbol).bass


def test_the_bass_stays_in_its_register() -> None:
    assert all(28 <= note.midi < 58 for note in track(piece(a_genre(), "bass", 64), "bass").notes)


def test_the_whole_band_is_proven() -> None:
    genre = a_genre()
    assert [prove(piece(genre, "all", seed=seed), "C", 16) for seed in range(40)] == [()] * 40


def test_a_wrong_note_of_the_bass_is_found() -> None:
    score = piece(a_genre(), "bass")
    first, *rest = track(score, "bass").notes
    wrong = replace(score, tracks=(Track("bass", 32, (replace(first, midi=first.midi + 1), *rest)),))
    assert "the bass plays" in prove(wrong, "C", 16)[0].text


def test_a_band_that_does_not_stop_is_found() -> None:
    score = piece(a_genre(), "drums")
    late = BandNote(1 + 4 * score.bars, 1, 36, 80)
    drums = Track("drums", None, (*track(score, "drums").notes, late))
    assert "after the last bar" in prove(replace(score, tracks=(drums,)), "C", 16)[0].text


def test_drums_swing_with_the_pianist() -> None:
    offsets = {round(note.start_beat % 1, 2) for note in track(piece(a_genre(), "drums"), "drums").notes}
    assert offsets == {0.0, 0.67}


def test_a_section_that_leads_on_has_a_fill_now_and_then() -> None:
    notes = track(piece(a_genre(), "drums", 32), "drums").notes
    assert any(note.midi == KIT["snare"] for note in notes)
    assert not any(note.midi == KIT["snare"] for note in notes if note.start_beat < 1 + 7 * 4)


def test_the_band_ends_together_on_one() -> None:
    score = piece(a_genre(), "all")
    last_bar = 1 + 4 * (score.bars - 1)
    for player in score.tracks:
        assert {note.start_beat for note in player.notes if note.start_beat >= last_bar} == {last_bar}


def test_two_bar_grooves_keep_to_the_clave() -> None:
    son = Groove(meter="4/4", lines=(("claves", ". . x . x . . . | x . . x . . x ."),), clave=True)
    straight = replace(find("jazz").application("swing"), swing=0.5)
    for side, first in (("2-3", [2.0, 3.0]), ("3-2", [1.0, 2.5, 4.0])):
        genre = a_genre(grooves=(son,), applications=(straight,))
        notes = track(piece(genre, "drums", words=f"{side} clave"), "drums").notes
        assert [note.start_beat for note in notes if note.start_beat < 5] == first


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ((("tuba", "x . . ."),), "tuba"),
        ((("kick", "x ! . ."),), "'!'"),
        ((("kick", "x . . . ."),), "do not divide"),
        ((("kick", "x . . ."), ("snare", "x . . . | x . . .")), "different numbers of bars"),
    ],
)
def test_a_groove_that_cannot_be_played_is_refused(lines: tuple[tuple[str, str], ...], why: str) -> None:
    with pytest.raises(BadInput, match=why):
        drum_strokes(Groove(meter="4/4", lines=lines))


def test_players_are_named_or_all_or_none() -> None:
    genre = a_genre()
    assert band_of(genre, "drums, bass") == ("bass", "drums")
    assert band_of(genre, "all") == ("bass", "drums")
    assert band_of(genre, ["piano", "bass"]) == ("bass",)
    assert band_of(genre, "") == ()


def test_a_player_nobody_knows_is_refused() -> None:
    with pytest.raises(UnknownName, match="tuba"):
        band_of(a_genre(), "tuba")


def test_a_player_the_genre_has_not_is_refused() -> None:
    with pytest.raises(BadInput, match="no drums"):
        band_of(a_genre(grooves=()), "drums")
