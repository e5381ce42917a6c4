from __future__ import annotations

import pytest

from partimento.core.errors import BadInput
from partimento.music.analysis.cadences import find_cadences
from partimento.music.chord import Chord
from partimento.music.key import Key


def chords(symbols: str) -> list[Chord]:
    return [Chord.parse(symbol) for symbol in symbols.split()]


def kinds(symbols: str, key: str, bars: list[int] | None = None) -> list[tuple[str, int]]:
    return [(found.kind, found.at) for found in find_cadences(chords(symbols), Key.parse(key), bars)]


# key | chords | kinds in order
CASES = """
C | G7 C | authentic
C | G C | authentic
C | Dm7 G7 Cmaj7 | two-five-one
C | Dm7 G7sus4 G7 Cmaj7 | two-five-one
C | F G C | authentic
C | F/G C | authentic
C | F C | plagal
C | Fm C | minor plagal
C | Fm6 C | minor plagal
C | G7 Am | deceptive
C | G7 Ab | deceptive
C | Bb7 C | backdoor
C | Fm7 Bb7 Cmaj7 | backdoor
C | Db7 Cmaj7 | substitute
C | C F G | half
C | C Am Dm7 G7 | turnaround
C | Cmaj7 A7 Dm7 G7 | turnaround
C | C Am F C/E | plagal
C | Am F Am |
C | G7 C/G |
Cm | Dm7b5 G7 Cm | two-five-one
Cm | G7 Ab | deceptive
Cm | Cm Fm/Ab G | phrygian half
Cm | Fm Cm | plagal
Am | Em Am |
Ab | Bbm7 Eb7 Abmaj7 | two-five-one
C | C7 F7 C7 |
C | G7 F7 C7 |
C | G7 C7 | authentic
"""


@pytest.mark.parametrize("line", CASES.strip().splitlines())
def test_a_close_is_called_by_its_name(line: str) -> None:
    key, symbols, wanted = (line + " ").split(" | ") if line.count("|") == 2 else (*line.split(" | "), "")
    found = [kind for kind, _ in kinds(symbols.rstrip(" |"), key)]
    assert found == ([wanted.strip()] if wanted.strip() else [])


def test_a_cadence_says_where_it_begins_and_arrives() -> None:
    (found,) = find_cadences(chords("C Dm7 G7 Cmaj7"), Key.parse("C"))
    assert (found.start, found.at, found.key, found.strength) == (1, 3, "C", "strong")
    assert found.sentence == "Dm7 G7 Cmaj7: a two-five-one, home to C."


def test_a_chord_held_is_one_chord() -> None:
    assert kinds("Dm7 Dm7 G7 G7 C C", "C") == [("two-five-one", 4)]


def test_a_phrase_that_stops_on_the_dominant_pauses_there() -> None:
    assert kinds("C F C G C F G C", "C", [1, 2, 3, 4, 5, 6, 7, 8]) == [("half", 3), ("authentic", 7)]


def test_an_inversion_and_a_place_inside_the_phrase_weaken_a_cadence() -> None:
    strengths = [found.strength for found in find_cadences(chords("C G/B C F Dm7 G7 C"), Key.parse("C"))]
    assert strengths == ["weak", "strong"]


def test_each_chord_may_have_its_own_key() -> None:
    keys = [Key.parse("C")] * 3 + [Key.parse("Eb")] * 3
    found = find_cadences(chords("Dm7 G7 C Fm7 Bb7 Eb"), keys)
    assert [(one.kind, one.key) for one in found] == [("two-five-one", "C"), ("two-five-one", "Eb")]


def test_keys_and_bars_must_fit_the_chords() -> None:
    with pytest.raises(BadInput):
        find_cadences(chords("G7 C"), [Key.parse("C")])
    with pytest.raises(BadInput):
        find_cadences(chords("G7 C"), Key.parse("C"), [1])
