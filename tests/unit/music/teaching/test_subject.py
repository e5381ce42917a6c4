"""What a topic asks about, and the kinds that can be looked up."""

from __future__ import annotations

import pytest

from partimento.core.errors import BadInput, ChordSyntaxError
from partimento.music.chord_grammar import _HEADS
from partimento.music.chord_shape import shape_of
from partimento.music.scale import kinds
from partimento.music.teaching.kinds import chord_kind, chord_kinds, interval_uses, scale_kinds, scale_uses
from partimento.music.teaching.subject import Subject, subject_of


@pytest.mark.parametrize(
    ("words", "kind", "name"),
    [
        ("Dm7b5", "chord", "Dm7b5"),
        ("C", "chord", "C"),
        ("Am", "chord", "Am"),
        ("maj9", "chord", "Cmaj9"),
        ("m6", "chord", "Cm6"),
        ("half-diminished", "chord", "Cm7b5"),
        ("major ninth chord", "chord", "Cmaj9"),
        ("E flat minor seven flat five", "chord", "Ebm7b5"),
        ("F#m7b5/C", "chord", "F#m7b5/C"),
        ("C major", "key", "C major"),
        ("key of Eb", "key", "Eb major"),
        ("D# minor key signature", "key", "D# minor"),
        ("C major scale", "scale", "C major"),
        ("the Dorian mode", "scale", "C Dorian"),
        ("A minor pentatonic", "scale", "A minor pentatonic"),
        ("augmented scale", "scale", "C augmented"),
        ("blues", "concept", "twelve-bar-blues"),
        ("blues scale", "scale", "C blues"),
        ("minor third", "interval", "minor third"),
        ("tritone", "interval", "augmented fourth"),
        ("octave", "interval", "perfect octave"),
        ("C to Eb", "interval", "minor third"),
        ("V7/ii in C", "numeral", "V7/ii"),
        ("V7 of Bb", "numeral", "V7"),
        ("bVII7", "numeral", "bVII7"),
        ("the 5 chord", "numeral", "V"),
        ("the 6 chord in A minor", "numeral", "bVI"),
        ("rootless voicings", "concept", "rootless-voicings"),
        ("2-5-1 in Ab", "concept", "two-five-one"),
        ("concept major-scale", "concept", "major-scale"),
    ],
)
def test_a_topic_asks_about_one_thing(words: str, kind: str, name: str) -> None:
    found = subject_of(words)
    assert (found.kind, found.name) == (kind, name)


def test_a_kind_is_shown_on_the_tonic_of_the_key() -> None:
    assert subject_of("maj9", "Ab").name == "Abmaj9"
    assert subject_of("Dorian", "D").name == "D Dorian"
    assert subject_of("major third above A", "Bb") == Subject("interval", "major third", root="A")


def test_an_unknown_topic_is_refused_with_what_is_near() -> None:
    with pytest.raises(BadInput, match="Rootless voicings"):
        subject_of("rootlss voicngs")
    with pytest.raises(BadInput, match="such as"):
        subject_of("   ")
    with pytest.raises(BadInput, match="characters"):
        subject_of("x" * 1_000_000)


def test_a_misspelled_chord_is_told_where() -> None:
    with pytest.raises(ChordSyntaxError):
        subject_of("Abb9")


def test_every_kind_of_chord_the_grammar_names_can_be_looked_up() -> None:
    suffixes = {shape_of(degrees).suffix for degrees in _HEADS.values()}
    assert suffixes <= {kind.suffix for kind in chord_kinds()}


@pytest.mark.parametrize("kind", chord_kinds(), ids=lambda kind: kind.suffix or "major")
def test_a_kind_of_chord_is_found_by_suffix_and_by_name(kind: object) -> None:
    suffix, name = kind.suffix, kind.name  # type: ignore[attr-defined]
    assert kind.shape.suffix == suffix  # type: ignore[attr-defined]
    assert chord_kind(suffix) == kind
    assert subject_of(f"{name} chord").name == f"C{suffix}"
    assert subject_of(f"G{suffix}").name == f"G{suffix}"
    if suffix:
        assert subject_of(suffix).name == f"C{suffix}"


def test_every_kind_of_scale_can_be_looked_up() -> None:
    assert set(scale_uses()) == set(scale_kinds()) == set(kinds())
    assert [kind for kind in scale_kinds() if subject_of(f"{kind} scale").name != f"C {kind}"] == []
    assert [kind for kind in scale_kinds() if subject_of(f"F# {kind} scale").name != f"F# {kind}"] == []


def test_every_interval_can_be_looked_up() -> None:
    assert [name for name in interval_uses() if subject_of(name).name != name] == []
