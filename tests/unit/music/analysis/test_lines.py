from __future__ import annotations

import pytest

from partimento.music.analysis.lines import remarks
from partimento.music.chord import Chord


def found(symbols: str) -> list[tuple[str, int, int, tuple[str, ...]]]:
    chords = [Chord.parse(symbol) for symbol in symbols.split()]
    return [(one.kind, one.start, one.end, one.notes) for one in remarks(chords)]


@pytest.mark.parametrize(
    ("symbols", "line"),
    [
        ("Cm Cm(maj7) Cm7 Cm6", ("line cliche", 0, 3, ("C", "B", "Bb", "A"))),
        ("C Caug C6 C7", ("line cliche", 0, 3, ("G", "G#", "A", "Bb"))),
        ("C Cmaj7 C7", ("line cliche", 0, 2, ("C", "B", "Bb"))),
        ("C G/B Am G F", ("bass line", 0, 4, ("C", "B", "A", "G", "F"))),
        ("Am Am/G F E7", ("bass line", 0, 3, ("A", "G", "F", "E"))),
        ("C F/C G/C C", ("pedal", 0, 3, ("C",))),
        ("E7 A7 D7 G7 C", ("dominant chain", 0, 3, ("E", "A", "D", "G"))),
        ("Dm7 G7", ("guide tones", 0, 1, ("C", "B", "F", "F"))),
        ("G7 C", ("guide tones", 0, 1, ("F", "E", "B", "C"))),
        ("C7 F Fm C", ("chromatic line", 0, 3, ("Bb", "A", "Ab", "G"))),
    ],
)
def test_a_line_is_heard_and_its_notes_named(symbols: str, line: tuple[str, int, int, tuple[str, ...]]) -> None:
    assert line in found(symbols)


@pytest.mark.parametrize("symbols", ["C F C F", "C C C C", "N.C. N.C.", "C", ""])
def test_where_there_is_no_line_none_is_told(symbols: str) -> None:
    assert found(symbols) == []


def test_a_chord_repeated_does_not_break_a_line() -> None:
    assert ("guide tones", 0, 2, ("C", "B", "F", "F")) in found("Dm7 Dm7 G7 G7")


def test_the_same_move_is_told_once() -> None:
    kinds = [kind for kind, *_ in found("Dm7 G7 Dm7 G7 Dm7 G7")]
    assert kinds.count("guide tones") == 1
