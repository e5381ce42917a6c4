from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partimento.core.errors import BadInput
from partimento.music.analysis.modulation import KeyRegion, Modulation, key_regions, modulations
from partimento.music.chord import Chord
from partimento.music.key import Key

# Written out in the manner of a standard that falls through four keys a third apart and comes home.
THIRDS = "Fm7 Bbm7 Eb7 Abmaj7 Dbmaj7 Dm7 G7 Cmaj7 Cm7 Fm7 Bb7 Ebmaj7 Abmaj7 Am7 D7 Gmaj7"


def chords(symbols: str) -> list[Chord]:
    return [Chord.parse(symbol) for symbol in symbols.split()]


def regions(symbols: str, home: str | None = "C") -> list[tuple[str, str]]:
    """Each key with its chords."""
    found = chords(symbols)
    return [
        (region.key.symbol, " ".join(chord.symbol for chord in found[region.start : region.end]))
        for region in key_regions(found, None if home is None else Key.parse(home))
    ]


def only(symbols: str, home: str = "C") -> Modulation:
    found = chords(symbols)
    (change,) = modulations(found, key_regions(found, Key.parse(home)))
    return change


@pytest.mark.parametrize(
    ("home", "symbols"),
    [
        ("C", "C Am Dm G7 C"),
        ("C", "C A7 Dm G7 C D7 G7 C"),
        ("C", "Cmaj7 A7 Dm7 G7 Cmaj7 E7 Am7 D7 Dm7 G7 C6"),
        ("C", "C E7 A7 D7 G7 C"),
        ("C", "C C7 F Fm C G7 C"),
        ("C", "C7 F7 C7 C7 F7 F7 C7 C7 G7 F7 C7 G7"),
        ("Am", "Am Dm E7 A"),
        ("A", "A G D A A G D A"),
        ("A mixolydian", "A G D A A G D A"),
        ("D dorian", "Dm G Dm G Am G Dm"),
        ("C", "N.C. C F N.C. G7 C N.C."),
    ],
)
def test_applied_dominants_blues_and_modal_chords_leave_the_key_alone(home: str, symbols: str) -> None:
    assert [key for key, _ in regions(symbols, home)] == [home]


@pytest.mark.parametrize(
    ("home", "symbols", "expected"),
    [
        ("C", "C F G C Am D7 G C G D7 G", [("C", "C F G C Am"), ("G", "D7 G C G D7 G")]),
        ("C", "C F G C Dm E7 Am Dm E7 Am", [("C", "C F G C Dm"), ("Am", "E7 Am Dm E7 Am")]),
        ("C", "C F G7 C Eb Ab Bb7 Eb Cm Fm Bb7 Eb", [("C", "C F G7 C"), ("Eb", "Eb Ab Bb7 Eb Cm Fm Bb7 Eb")]),
        ("C", "C Am F G C Ab7 Db Bbm Gb Ab Db", [("C", "C Am F G C"), ("Db", "Ab7 Db Bbm Gb Ab Db")]),
        ("Cm", "Cm Fm G7 Cm C F G7 C Am Dm G7 C", [("Cm", "Cm Fm G7 Cm"), ("C", "C F G7 C Am Dm G7 C")]),
    ],
)
def test_a_new_key_with_its_cadence_is_a_region(home: str, symbols: str, expected: list[tuple[str, str]]) -> None:
    assert regions(symbols, home) == expected


def test_a_chain_of_keys_is_followed_and_spelled() -> None:
    assert [key for key, _ in regions(THIRDS, "Ab")] == ["Ab", "C", "Eb", "G"]


def test_a_bridge_comes_home_again() -> None:
    assert [key for key, _ in regions("C Am Dm G7 C Gm7 C7 F Dm7 Gm7 C7 F D7 G7 C Am Dm G7 C")] == ["C", "F", "C"]


def test_the_home_key_is_found_where_it_is_not_told() -> None:
    assert regions("C F G C Am D7 G C F G7 C", None) == [("C", "C F G C Am D7 G C F G7 C")]
    with pytest.raises(BadInput):
        key_regions(chords("N.C."))
    assert key_regions([]) == ()


@given(st.lists(st.sampled_from("C Dm Em F G7 Am Bdim7 D7 E7 Fm Bb Ebmaj7 Ab7 N.C.".split()), min_size=1, max_size=24))
def test_regions_cover_every_chord_once_in_order_and_neighbours_differ(symbols: list[str]) -> None:
    found = key_regions(chords(" ".join(symbols)), Key.parse("C"))
    places = [at for region in found for at in range(region.start, region.end)]
    assert places == list(range(len(symbols)))
    assert all(before.key != after.key for before, after in zip(found, found[1:], strict=False))


@given(st.integers(-6, 5))
def test_a_progression_moved_to_another_pitch_turns_at_the_same_chords(fifths: int) -> None:
    here = chords(THIRDS)
    moved = key_regions([chord.transposed(fifths) for chord in here], Key.parse("Ab").transposed(fifths))
    assert [region.start for region in moved] == [region.start for region in key_regions(here, Key.parse("Ab"))]


def test_a_chart_may_spell_a_chord_as_it_likes() -> None:
    flat, sharp = "Gb Abm Db7 Gb Ebm Ab7 Db Gb Ab7 Db", "Gb G#m C#7 Gb D#m G#7 C# Gb Ab7 Db"
    assert [place for place, _ in regions(flat, "Gb")] == [place for place, _ in regions(sharp, "Gb")]
    assert only(sharp, "Gb").pivot == only(flat, "Gb").pivot == 4


def test_a_pivot_is_the_last_chord_of_both_keys_before_the_new_dominant() -> None:
    change = only("C F G C Am D7 G C G D7 G")
    assert (change.kind, change.at, change.pivot) == ("pivot chord", 5, 4)
    assert (change.pivot_before, change.pivot_after) == ("vi", "ii")
    assert change.sentence == (
        "The music goes from C major to G major through Am, which is vi in the old key and ii in the new."
    )


def test_a_pivot_into_the_relative_minor_is_named_in_both_keys() -> None:
    change = only("C F G C Dm E7 Am Dm E7 Am")
    assert (change.pivot_before, change.pivot_after) == ("ii", "iv")


@pytest.mark.parametrize(
    ("symbols", "kind", "tail"),
    [
        ("C F G7 C Eb Ab Bb7 Eb Cm Fm Bb7 Eb", "direct", "at Eb, straight after a close in C major."),
        ("C F G Am F C Ab Db Eb7 Ab Fm Db Eb7 Ab", "common tone", "at Ab: C is held over."),
        ("Fmaj7 Dm7 G7 C F A7b9 Dmaj7 Em7 A7 Dmaj7 G A7 D", "chromatic", "at A7b9: C becomes C#."),
    ],
)
def test_without_a_pivot_the_change_is_told_by_how_it_sounds(symbols: str, kind: str, tail: str) -> None:
    change = only(symbols)
    assert (change.kind, change.pivot, change.pivot_before, change.pivot_after) == (kind, None, "", "")
    assert change.sentence.endswith(tail)


def test_regions_given_by_hand_are_explained_too() -> None:
    given_regions = [KeyRegion(Key.parse("E"), 0, 2), KeyRegion(Key.parse("Ab"), 2, 4)]
    (change,) = modulations(chords("A E Ab Eb7"), given_regions)
    assert (change.at, change.before.symbol, change.after.symbol, change.kind) == (2, "E", "Ab", "common tone")
    assert change.sentence == "The music goes from E major to Ab major at Ab: G# is held over."
    assert modulations(chords("C"), [KeyRegion(Key.parse("C"), 0, 1)]) == ()
