"""Every grip of every kind, on every root: playable, of its own tones, and true to its definition."""

from __future__ import annotations

from itertools import pairwise

import pytest

from partimento.core.errors import UnknownName
from partimento.music.chord import Chord
from partimento.music.voicing import KINDS, MOST_NOTES, NEAREST, WIDEST, Grip, Kind, is_playable, voicings
from partimento.music.voicing.definition import is_of_kind

SUFFIXES = (
    "", "m", "dim", "aug", "7", "maj7", "m7", "m7b5", "dim7", "6", "m6", "69", "maj9", "m9", "9", "13", "7b9", "7#9",
    "7alt", "7sus4", "9sus4", "maj7#11", "13#11", "m11", "sus4", "add9", "m(maj7)", "7b9b13", "5", "13b9",
    "13sus4", "maj13", "mb6", "7no3", "sus2", "add11", "maj7#5",
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


@pytest.mark.parametrize("kind", KINDS)
def test_every_grip_is_true_to_the_definition_of_the_kind_it_names(kind: Kind) -> None:
    for chord, grip in _all(kind):
        assert grip.kind is not None
        assert is_of_kind(chord.symbol, grip.left, grip.right, grip.kind) == (), (chord.symbol, grip)


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_that_steps_in_says_so_and_the_grips_are_not_of_the_kind_asked_for(kind: Kind) -> None:
    for chord, grip in _all(kind):
        if grip.kind != kind:
            assert grip.kind in NEAREST[kind], chord.symbol
            assert is_of_kind(chord.symbol, grip.left, grip.right, kind), (chord.symbol, grip)


@pytest.mark.parametrize(
    ("symbol", "asked", "taken"),
    [
        ("C", "rootless", "close"), ("C", "shell", "block"), ("F/A", "comping", "block"), ("C7", "quartal", "spread"),
        ("Dm7", "cluster", "block"), ("C", "neosoul", "spread"), ("C5", "drop2", "close"), ("C5", "drop3", "close"),
        ("Dm7", "rootless", "rootless"), ("C/E", "drop2", "drop2"), ("C", "fourpart", "fourpart"),
        ("Dm11", "quartal", "quartal"), ("Cmaj9", "cluster", "cluster"), ("G13sus4", "neosoul", "neosoul"),
    ],
)  # fmt: skip
def test_a_chord_that_cannot_take_a_kind_gets_the_nearest(symbol: str, asked: Kind, taken: Kind) -> None:
    assert {grip.kind for grip in voicings(Chord.parse(symbol), asked)} == {taken}


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


@pytest.mark.parametrize(("kind", "voice"), [("drop2", 2), ("drop3", 3)])
def test_a_dropped_voice_lifted_again_gives_a_close_chord(kind: Kind, voice: int) -> None:
    for symbol in ("Cmaj7", "Dm7", "G7", "Bm7b5", "Ebmaj9"):
        for grip in voicings(Chord.parse(symbol), kind):
            dropped, *rest = grip.notes
            close = sorted([*rest, dropped + 12])
            assert close[-1] - close[0] < 12
            assert close[-voice] == dropped + 12


def test_the_so_what_grip_is_fourths_with_a_third_on_top() -> None:
    stacks = {tuple(b - a for a, b in pairwise(grip.notes)) for grip in voicings(Chord.parse("Dm11"), "quartal")}
    assert (5, 5, 5, 4) in stacks


def test_a_four_part_triad_has_all_its_tones_or_lacks_the_fifth_only() -> None:
    for root in ROOTS:
        for suffix in ("", "m", "dim"):
            chord = Chord.parse(root + suffix)
            for grip in voicings(chord, "fourpart"):
                assert len(grip.notes) == 4
                assert chord.pitch_classes - {note % 12 for note in grip.notes} <= {((chord.root or 0) + 7) % 12}


def test_a_leading_tone_is_not_doubled_in_four_parts() -> None:
    for symbol, leading_tone in (("G", 11), ("G7", 11), ("Bdim/D", 11), ("E7", 8)):
        for grip in voicings(Chord.parse(symbol), "fourpart"):
            assert [note % 12 for note in grip.notes].count(leading_tone) == 1, symbol


@pytest.mark.parametrize(
    ("symbol", "left", "right", "kind", "says"),
    [
        ("Dm7", (38,), (60, 65, 69), "shell", "more than bass, root, third and seventh"),
        ("Dm7", (50, 53, 57, 60), (), "rootless", "neither 3-5-7-9"),
        ("G13", (53, 57, 59, 64), (), "shell", "bass lowest"),
        ("Cmaj7", (), (60, 64, 67, 71), "drop2", "did not drop"),
        ("Cmaj7", (48, 55), (59, 64), "drop3", "did not drop voice 3"),
        ("C", (), (48, 64, 67), "close", "wider than an octave"),
        ("C", (48, 52), (55, 60), "spread", "no tenth"),
        ("C", (36, 43), (60, 64), "gospel", "no octaves"),
        ("Cmaj7", (36, 43), (60, 64, 67, 71), "neosoul", "no chord on another root"),
        ("Cmaj9", (36, 43), (64, 67, 71), "neosoul", "none of the chord's colours"),
        ("Dm7", (38,), (57, 60, 65), "quartal", "no stack of fourths"),
        ("Cmaj9", (36,), (60, 64, 67, 71), "cluster", "seconds"),
        ("G7", (43, 53), (59, 71), "fourpart", "doubles its 3"),
        ("C", (48, 52), (55, 72), "fourpart", "more than an octave apart"),
        ("C", (48,), (55, 60, 66), "block", "not the chord's"),
        ("C7", (48,), (55, 60, 64), "block", "without its seventh"),
        ("C/E", (48,), (52, 55, 60), "block", "bass lowest"),
        ("C", (), (), "close", "silent"),
        ("N.C.", (48,), (), "close", "no chord"),
    ],
)
def test_a_grip_that_only_looks_like_its_kind_is_convicted(
    symbol: str, left: tuple[int, ...], right: tuple[int, ...], kind: Kind, says: str
) -> None:
    assert says in " ".join(is_of_kind(symbol, left, right, kind))


def test_mud_and_stretches_are_not_playable() -> None:
    assert not is_playable((36, 38), ())
    assert not is_playable((48, 65), ())
    assert not is_playable((60,), (59, 64))
    assert is_playable((36, 48), (60, 64, 67))


def test_no_chord_is_silence() -> None:
    assert voicings(Chord.parse("N.C."), "spread") == (Grip((), (), kind="spread"),)
    assert is_of_kind("N.C.", (), (), "spread") == ()


def test_an_unknown_kind_is_named_with_the_nearest() -> None:
    with pytest.raises(UnknownName) as caught:
        voicings(Chord.parse("C"), "rootles")  # type: ignore[arg-type]
    assert caught.value.nearest == "rootless"
