"""Pages of theory: what they say is confirmed, and what they list is right."""

from __future__ import annotations

import pytest

from partimento.core.errors import BadInput
from partimento.music.chord import Chord
from partimento.music.claims import check_claims
from partimento.music.scale import Scale
from partimento.music.teaching.explain import check_numeral, explain
from partimento.music.teaching.kinds import chord_kinds, interval_uses, scale_kinds
from partimento.music.teaching.page import Page
from partimento.music.teaching.subject import subject_of
from partimento.music.voicing.definition import is_of_kind


def page(topic: str, key: str | None = None, level: int | None = None, genre: str = "", seed: int = 0) -> Page:
    return explain(subject_of(topic, key), key, level, genre, seed)


def _unproven(one: Page) -> list[str]:
    return [
        sentence
        for sentence in (one.summary, *one.facts)
        if not (found := check_claims(sentence)) or any(finding.verdict != "confirmed" for finding in found)
    ]


@pytest.mark.parametrize("root", ["C", "F#", "Ab"])
def test_every_kind_of_chord_is_explained_and_all_of_it_confirmed(root: str) -> None:
    pages = {kind.suffix: page(f"{root}{kind.suffix}") for kind in chord_kinds()}
    assert [(suffix, _unproven(one)) for suffix, one in pages.items() if _unproven(one)] == []
    for suffix, one in pages.items():
        chord = Chord.parse(f"{root}{suffix}")
        assert one.values.notes == chord.notes
        assert one.values.degrees == chord.degrees
        assert one.values.voicings


@pytest.mark.parametrize("tonic", ["C", "F#", "Eb"])
def test_every_kind_of_scale_is_explained_and_all_of_it_confirmed(tonic: str) -> None:
    pages = {kind: page(f"{tonic} {kind} scale") for kind in scale_kinds()}
    assert [(kind, _unproven(one)) for kind, one in pages.items() if _unproven(one)] == []
    for kind, one in pages.items():
        assert one.values.notes == Scale.parse(f"{tonic} {kind}").notes


@pytest.mark.parametrize("key", ["C", "B", "Db"])
def test_every_interval_is_explained_and_all_of_it_confirmed(key: str) -> None:
    pages = {name: page(name, key) for name in interval_uses()}
    assert [(name, _unproven(one)) for name, one in pages.items() if _unproven(one)] == []


@pytest.mark.parametrize("key", ["C", "G", "F#", "Eb", "Gb", "Am", "C#m", "Ebm"])
def test_keys_and_numerals_are_explained_and_all_of_it_confirmed(key: str) -> None:
    for topic in (f"key of {key}", *(f"{numeral} in {key}" for numeral in ("V7", "V7/V", "bVI", "iv", "#ivo7", "bII"))):
        assert _unproven(page(topic)) == []


def test_a_chord_lists_the_scales_that_players_take_first() -> None:
    assert [one.scale for one in page("G7#9", "Cm").values.scales][:2] == ["G altered", "G half-whole diminished"]
    assert page("Dm7", "C").values.scales[0].scale == "D Dorian"
    assert "D Lydian" in {one.scale for one in page("Dmaj7#11").values.scales}


def test_a_chord_is_found_in_its_keys() -> None:
    found = {(one.key, one.numeral) for one in page("Dm7").values.found_in}
    assert {("C", "ii7"), ("Bb", "iii7"), ("F", "vi7"), ("Dm", "i7")} <= found
    assert page("G7").values.found_in[0].key == "C"


def test_a_chord_has_its_inversions() -> None:
    turned = page("C7").values.inversions
    assert [(one.symbol, one.notes[0]) for one in turned] == [
        ("C7", "C"),
        ("C7/E", "E"),
        ("C7/G", "G"),
        ("C7/Bb", "Bb"),
    ]


@pytest.mark.parametrize("level", [1, 3, 5, 8, 10])
def test_the_grips_of_a_chord_are_of_their_kind(level: int) -> None:
    for symbol in ("Dm9", "G13", "Cmaj7", "F#m7b5", "Eb"):
        for grasp in page(symbol, level=level).values.voicings:
            assert is_of_kind(symbol, grasp.left, grasp.right, grasp.kind) == ()


def test_a_genre_brings_its_own_grip() -> None:
    assert page("Dm9", genre="gospel").values.voicings[0].kind == "gospel"


def test_a_scale_has_chords_on_its_steps_and_a_family() -> None:
    values = page("D Dorian").values
    assert [one.symbol for one in values.chords] == ["Dm7", "Em7", "Fmaj7", "G7", "Am7", "Bm7b5", "Cmaj7"]
    assert values.parent == "mode 2 of C major"
    assert "A natural minor" in values.modes


def test_a_slash_chord_says_which_inversion_it_is() -> None:
    assert "C/E is C in first inversion." in page("C/E").facts


def test_a_key_page_has_signature_relatives_and_chords() -> None:
    values = page("key of F# minor").values
    assert (values.signature, values.relative, values.parallel) == (3, "A major", "F# major")
    assert [one.symbol for one in values.chords][:3] == ["F#m7", "G#m7b5", "Amaj7"]


def test_a_numeral_is_explained_in_its_key() -> None:
    one = page("V7/ii in Bb")
    assert one.title == "V7/ii in Bb major: G7"
    assert one.values.function == "applied dominant"


def test_a_concept_page_shows_its_chords_in_the_key() -> None:
    one = page("2-5-1", "Eb")
    assert [chord.symbol for chord in one.values.chords] == ["Fm7", "Bb7", "Ebmaj7"]
    assert {"major-sevenths", "minor-sevenths"} <= set(one.related)


def test_no_chord_is_no_numeral() -> None:
    with pytest.raises(BadInput):
        check_numeral(subject_of("N.C."), "C")
