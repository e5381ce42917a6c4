"""Every grip of every kind, on every root: playable, of its own tones, and true to its definition."""

from __future__ import annotations

from itertools import pairwise

import pytest

from partimento.core.errors import UnknownName
from partimento.music.chord import Chord
from partimento.music.voicing import KINDS, MOST_NOTES, WIDEST, Grip, Kind, is_playable, voicings

SUFFIXES = (
    "", "m", "dim", "aug", "7", "maj7", "m7", "m7b5", "dim7", "6", "m6", "69", "maj9", "m9", "9", "13", "7b9", "7#9",
    "7alt", "7sus4", "9sus4", "maj7#11", "13#11", "m11", "sus4", "add9", "m(maj7)", "7b9b13", "5", "13b9",
)  # fmt: skip
ROOTS = ("C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
SLASHES = ("C/E", "C/G", "F/G", "Dm7/G", "C7/Bb", "Cmaj7/E", "Am7/G", "D/C")


def _all(kind: Kind) -> list[tuple[Chord, Grip]]:
    symbols = [root + suffix for root in ROOTS for suffix in SUFFIXES] + list(SLASHES)
    return [(chord, grip) for symbol in symbols for chord in [Chord.parse(symbol)] for grip in voicings(chord, kind)]


def _steps(grip: Grip, chord: Chord) -> list[int]:
    return [(note - (chord.root or 0)) % 12 for note in grip.notes]


@pytest.mark.parametrize("kind", KINDS)
def test_hands_reach_every_grip_and_do_not_cross(kind: Kind) -> None:
    for chord, grip in _all(kind):
        for hand in (grip.left, grip.right):
            assert len(hand) <= MOST_NOTES
            assert not hand or max(hand) - min(hand) <= WIDEST
            assert list(hand) == sorted(set(hand))
        assert not (grip.left and grip.right) or grip.left[-1] < grip.right[0], chord.symbol


@pytest.mark.parametrize("kind", KINDS)
def test_a_grip_holds_no_foreign_tone_and_misses_neither_third_nor_seventh(kind: Kind) -> None:
    for chord, grip in _all(kind):
        sounding = {note % 12 for note in grip.notes}
        assert sounding <= chord.pitch_classes, (chord.symbol, grip)
        assert chord.third is None or chord.third in sounding, (chord.symbol, grip)
        assert chord.seventh is None or chord.seventh in sounding, (chord.symbol, grip)


@pytest.mark.parametrize("kind", KINDS)
def test_the_bass_of_a_slash_chord_lies_lowest(kind: Kind) -> None:
    for symbol in SLASHES:
        chord = Chord.parse(symbol)
        assert all(grip.notes[0] % 12 == chord.bass for grip in voicings(chord, kind)), symbol


@pytest.mark.parametrize("kind", ["shell", "spread", "gospel", "comping", "block"])
def test_a_kind_with_a_bass_has_it_lowest(kind: Kind) -> None:
    assert all(grip.notes[0] % 12 == chord.bass for chord, grip in _all(kind))


def test_a_shell_is_root_third_and_seventh() -> None:
    for symbol in ("C7", "Fmaj9", "Bbm7", "Am7b5", "G13"):
        chord = Chord.parse(symbol)
        for grip in voicings(chord, "shell"):
            assert {note % 12 for note in grip.notes} == {chord.root, chord.third, chord.seventh}


def test_a_rootless_form_is_one_left_hand_stack_from_third_or_seventh_without_the_root() -> None:
    for symbol in ("Dm9", "G13", "Cmaj9", "Ebm7", "A7alt", "F69", "Bm7b5"):
        chord = Chord.parse(symbol)
        for grip in voicings(chord, "rootless"):
            assert not grip.right
            assert grip.left[-1] - grip.left[0] < 12
            assert 0 not in _steps(grip, chord)
            lowest = grip.left[0] % 12
            sixth = (chord.root or 0) + 9
            assert lowest in (chord.third, chord.seventh, sixth % 12), symbol


def test_the_a_form_of_a_thirteenth_is_3_13_7_9() -> None:
    forms = {tuple(_steps(grip, Chord.parse("G13"))) for grip in voicings(Chord.parse("G13"), "rootless")}
    assert forms == {(4, 9, 10, 2), (10, 2, 4, 9)}


def test_close_position_stays_within_an_octave() -> None:
    for _, grip in _all("close"):
        assert grip.right[-1] - grip.right[0] < 12


def test_drop_2_is_a_close_chord_whose_second_voice_from_above_fell_an_octave() -> None:
    for symbol in ("Cmaj7", "Dm7", "G7", "Bm7b5", "Ebmaj9"):
        for grip in voicings(Chord.parse(symbol), "drop2"):
            dropped, *rest = grip.notes
            close = sorted([*rest, dropped + 12])
            assert close[-1] - close[0] < 12
            assert close[-2] == dropped + 12


def test_the_left_hand_of_gospel_plays_octaves() -> None:
    for chord, grip in _all("gospel"):
        assert grip.left[-1] - grip.left[0] == 12, chord.symbol
        assert len(grip.right) >= 2


def test_spread_reaches_beyond_an_octave() -> None:
    assert all(grip.notes[-1] - grip.notes[0] > 12 for _, grip in _all("spread"))


def test_quartal_stacks_fourths_where_the_chord_has_them() -> None:
    best = voicings(Chord.parse("Dm11"), "quartal")[0].notes
    fourths = sum(high - low in (5, 6) for low, high in pairwise(best))
    assert fourths >= 2


def test_mud_and_stretches_are_not_playable() -> None:
    assert not is_playable((36, 38), ())
    assert not is_playable((48, 65), ())
    assert not is_playable((60,), (59, 64))
    assert is_playable((36, 48), (60, 64, 67))


def test_no_chord_is_silence() -> None:
    assert voicings(Chord.parse("N.C."), "spread") == (Grip((), ()),)


def test_an_unknown_kind_is_named_with_the_nearest() -> None:
    with pytest.raises(UnknownName) as caught:
        voicings(Chord.parse("C"), "rootles")  # type: ignore[arg-type]
    assert caught.value.nearest == "rootless"
