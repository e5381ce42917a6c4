from __future__ import annotations

import pytest

from partimento.core.errors import BadInput
from partimento.music.analysis.form import FoundForm, find_form
from partimento.music.chord import Chord
from partimento.music.key import Key


def form(chart: str, key: str | None = None) -> FoundForm:
    bars = [[Chord.parse(word) for word in bar.split()] for bar in chart.strip("| ").split("|")]
    return find_form(bars, None if key is None else Key.parse(key))


BLUES = "C7|F7|C7|C7|F7|F7|C7|C7|G7|F7|C7|G7"
MINOR_BLUES = "Cm7|Cm7|Cm7|Cm7|Fm7|Fm7|Cm7|Cm7|Ab7|G7|Cm7|Cm7"
BIRD_BLUES = "Fmaj7|Em7b5 A7|Dm7 G7|Cm7 F7|Bb7|Bbm7 Eb7|Am7 D7|Abm7 Db7|Gm7|C7|Fmaj7 D7|Gm7 C7"
EIGHT = "C7|G7|F7|F7|C7|G7|C7|G7"
SIXTEEN = "F7|F7|F7|F7|Bb7|Bb7|F7|F7|C7|Bb7|C7|Bb7|C7|Bb7|F7|F7"
A = "Bb G7|Cm7 F7|Bb G7|Cm7 F7|Bb Bb7|Eb Edim7|Bb/F G7|Cm7 F7"
RHYTHM = "|".join([A, A, "D7|D7|G7|G7|C7|C7|F7|F7", A])
VERSE = "Cmaj7|Am7|Dm7|G7|Em7|A7|Dm7|G7"
BRIDGE = "Gm7|C7|Fmaj7|Fmaj7|Am7|D7|Dm7|G7"
AABA = "|".join([VERSE, VERSE, BRIDGE, VERSE])
ABAC = "|".join([VERSE, "Fmaj7|Fm6|Em7|A7|D7|D7|Dm7|G7", VERSE, "Fmaj7|Bb7|Em7|A7|Dm7|G7|C6|C6"])


@pytest.mark.parametrize(
    ("chart", "key", "name", "letters"),
    [
        (BLUES, "C", "12-bar blues", "A"),
        (f"{BLUES}|{BLUES}", "C", "12-bar blues", "AA"),
        (MINOR_BLUES, "Cm", "12-bar blues", "A"),
        (BIRD_BLUES, "F", "12-bar blues", "A"),
        (EIGHT, "C", "8-bar blues", "A"),
        (SIXTEEN, "F", "16-bar blues", "A"),
        (RHYTHM, "Bb", "rhythm changes", "AABA"),
        (AABA, "C", "32-bar AABA", "AABA"),
        (ABAC, "C", "32-bar ABAC", "ABAC"),
        ("Dm7|G7|Dm7|G7|Dm7|G7|Dm7|G7", "C", "two-five vamp", "AA"),
        ("C|F|C|G|C|F|G7|C", "C", "period", "AB"),
        ("C|G|C|G|F|Dm|G7|C", "C", "sentence", "AB"),
    ],
)
def test_a_known_form_has_its_name(chart: str, key: str, name: str, letters: str) -> None:
    found = form(chart, key)
    assert (found.name, found.letters) == (name, letters)
    assert name in found.sentence


@pytest.mark.parametrize(
    ("chart", "key"),
    [
        ("C|F|C|C|F|F|C|C|G|F|C|G", "C"),  # no blue seventh
        ("C7|F7|C7|C7|D7|D7|C7|C7|G7|F7|C7|G7", "C"),  # no fourth step in bar five
        ("|".join([VERSE, BRIDGE, VERSE, BRIDGE]), "C"),
        ("C|C|C|C|C|C|C|C", "C"),
    ],
)
def test_what_misses_a_rule_has_no_name(chart: str, key: str) -> None:
    assert form(chart, key).name is None


def test_sections_follow_what_comes_back() -> None:
    verse, chorus = "C|Am|F|G|Em|Am|D7|G", "F|G|Em|Am|Dm|G|C|C7"
    found = form("|".join([verse, verse, chorus, verse, chorus, chorus]))
    assert found.letters == "AABABB"
    assert [section.start_bar for section in found.sections] == [1, 9, 17, 25, 33, 41]
    assert found.sentence == "48 bars in 6 sections: AABABB (A 8, A 8, B 8, A 8, B 8, B 8)."


def test_a_changed_return_has_a_prime() -> None:
    last = VERSE.replace("Em7|A7|Dm7|G7", "Em7|A7|Dm7 G7|C6")
    assert form("|".join([VERSE, VERSE, BRIDGE, last]), "C").letters == "AABA'"


def test_sections_cover_every_bar_once() -> None:
    found = form("|".join([VERSE, BRIDGE, "C|F", VERSE, "G7"]))
    ends = [section.start_bar + section.bars for section in found.sections]
    assert [section.start_bar for section in found.sections] == [1, *ends[:-1]]
    assert ends[-1] == 28


def test_an_empty_bar_holds_the_chord_before() -> None:
    bars = [[Chord.parse(word) for word in bar.split()] for bar in BLUES.split("|")]
    held = [[] if at in (3, 5, 7) else bar for at, bar in enumerate(bars)]
    assert find_form(held, Key.parse("C")) == find_form(bars, Key.parse("C"))


def test_silence_has_a_form_and_nothing_has_none() -> None:
    assert form("N.C.|N.C.|N.C.|N.C.").name is None
    with pytest.raises(BadInput):
        find_form([])
