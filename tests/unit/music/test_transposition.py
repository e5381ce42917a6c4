"""The same chords in another key."""

from __future__ import annotations

import pytest

from partimento.core.errors import ChordSyntaxError
from partimento.music.chord import Chord
from partimento.music.transposition import transposed


@pytest.mark.parametrize(
    ("chords", "home", "goal", "moved"),
    [
        ("Dm7 G7 Cmaj7", "C", "Eb", ("Fm7", "Bb7", "Ebmaj7")),
        ("Dm7 G7|Cmaj7", "C", "D", ("Em7", "A7", "|", "Dmaj7")),
        (["Dm7 G7", "C/E"], "C", "F#", ("G#m7 C#7", "F#/A#")),
        ("Am7 N.C.", "Am", "Cm", ("Cm7", "N.C.")),
        ("Dbmaj7 Ebm7 Fm7", "Db", "Gb", ("Gbmaj7", "Abm7", "Bbm7")),
    ],
)
def test_chords_move_with_their_key(chords: str | list[str], home: str, goal: str, moved: tuple[str, ...]) -> None:
    assert transposed(chords, home, goal) == moved


def test_roots_that_nobody_reads_are_written_by_their_other_name() -> None:
    (symbol,) = transposed("Gb7", "Db", "Gb")
    assert Chord.parse(symbol).root == 11
    assert "bb" not in symbol


def test_a_chord_that_cannot_be_read_is_refused() -> None:
    with pytest.raises(ChordSyntaxError, match="Xyz"):
        transposed("Xyz", "C", "D")
