"""Pieces of chords alone, and what charts say of them: for the tests of charts."""

from __future__ import annotations

from hypothesis import strategies as st

from partimento.music.chord import Chord, chord_on
from partimento.music.pitch import fifths
from partimento.music.score import PlacedChord, Score, Section

SUFFIXES = (
    "; m; 5; aug; dim; sus2; sus4; 6; m6; 69; m69; 7; maj7; m7; m(maj7); dim7; m7b5; 7#5; maj7#5; 7b5; 9; maj9; m9; "
    "11; m11; 13; maj13; m13; 7b9; 7#9; 7b9#9; 7b9#11; 7alt; 13b9; 13#11; maj7#11; maj9#11; 7sus4; 9sus4; 13sus4; "
    "7sus4b9; add9; m(add9); add11; 7b13; m7b5(11); dim(maj7); maj7b5; 9#5; m11b5; m9b5; 7no3; mb6; 6add11; 7b5b9"
).split("; ")
ROOTS = "C C# Db D D# Eb E E# Fb F F# Gb G G# Ab A A# Bb B B# Cb Ebb F##".split()
METERS = "4/4 3/4 2/4 6/8 9/8 12/8 5/4 7/8 2/2".split()


def heard(chord: Chord) -> tuple[int | None, int | None, frozenset[int]]:
    """What a chord sounds like, however it is spelled."""
    return chord.root, chord.bass, chord.pitch_classes


def symbols() -> st.SearchStrategy[str]:
    """Chord symbols of every kind, some over a bass, some N.C."""
    plain = st.builds(_symbol, st.sampled_from(ROOTS), st.sampled_from(SUFFIXES), st.sampled_from(["", *ROOTS]))
    return st.one_of(plain, plain, plain, st.just("N.C."))


def _symbol(root: str, suffix: str, bass: str) -> str:
    shape = Chord.parse(f"C{suffix}").shape
    return chord_on(fifths(root), shape, fifths(bass) if bass else None).symbol


def chart_score(
    symbols: list[str],
    *,
    meter: str = "4/4",
    places: tuple[float, ...] = (1.0,),
    bars: int = 0,
    title: str = "A chart",
    sections: tuple[str, ...] = ("Verse",),
    key: str = "Eb",
) -> Score:
    """The symbols in order, in every bar at the places; `bars` 0: as many as they fill."""
    count = bars or -(-len(symbols) // len(places))
    chords = tuple(
        PlacedChord(nth // len(places) + 1, places[nth % len(places)], 1.0, symbol, "I", "")
        for nth, symbol in enumerate(symbols)
        if nth // len(places) < count
    )
    share = max(1, count // len(sections))
    named = tuple(
        Section(name, 1 + nth * share, share if nth + 1 < len(sections) else count - nth * share)
        for nth, name in enumerate(sections)
        if nth * share < count
    )
    return Score(title, key, 90, meter, count, named, chords, ())
