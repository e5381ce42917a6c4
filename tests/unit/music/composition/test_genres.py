"""Declarations hold together: every numeral, pattern, form and cadence a genre names can be read and used."""

from __future__ import annotations

import pytest

from partimento.core.errors import UnknownName
from partimento.music.composition.colour import chord_class
from partimento.music.composition.devices import IN_MAJOR, IN_MINOR
from partimento.music.composition.form import CADENCES, ends_with
from partimento.music.composition.genre import Cell, Genre, Mode, bars_of
from partimento.music.genres import find, names
from partimento.music.key import Key
from partimento.music.rhythm import METERS, hits, most_chords
from partimento.music.roman import chord_of

GENRES = [find(name) for name in names()]
MODES = [(genre, mode, minor) for genre in GENRES for mode, minor in ((genre.major, False), (genre.minor, True))]


def _key(minor: bool) -> Key:
    return Key(0, "minor" if minor else "major")


def _cells(mode: Mode) -> list[Cell]:
    return [*mode.cells, *(cell for cells in mode.cadences.values() for cell in cells)]


def test_a_genre_is_found_by_name_and_alias_in_any_case() -> None:
    assert find("Gospel") is find("gospel") is find("black gospel")
    assert {"gospel", "jazz"} <= set(names())


def test_an_unknown_genre_comes_with_the_nearest() -> None:
    with pytest.raises(UnknownName) as caught:
        find("gospell")
    assert caught.value.nearest == "gospel"


@pytest.mark.parametrize(("genre", "mode", "minor"), MODES)
def test_every_numeral_can_be_read(genre: Genre, mode: Mode, minor: bool) -> None:
    for cell in _cells(mode):
        for bar in cell.bars:
            assert bar, cell.text
            assert all(chord_of(text, _key(minor)).root is not None for text in bar)


@pytest.mark.parametrize(("genre", "mode", "minor"), MODES)
def test_every_cadence_is_the_cadence_it_is_listed_under(genre: Genre, mode: Mode, minor: bool) -> None:
    assert set(mode.cadences) == set(CADENCES) - {"open"}
    for cadence, cells in mode.cadences.items():
        for cell in cells:
            chords = [chord_of(text, _key(minor)) for bar in cell.bars for text in bar]
            assert ends_with(chords, _key(minor), cadence), (cadence, cell.text)


@pytest.mark.parametrize(("genre", "mode", "minor"), MODES)
def test_every_role_and_cadence_has_cells_at_every_level_and_meter(genre: Genre, mode: Mode, minor: bool) -> None:
    roles = {role for form in genre.forms for part in form.parts for role in part.roles}
    for level in range(1, 11):
        for role in roles:
            fit = [c for c in mode.cells if role in c.roles.split() and c.low <= level <= c.high and not c.applications]
            assert any(max(map(len, cell.bars)) == 1 for cell in fit), (role, level)
        for cadence, cells in mode.cadences.items():
            fit = [cell for cell in cells if cell.low <= level <= cell.high and "any" in cell.roles.split()]
            assert any(max(map(len, cell.bars)) <= 2 and len(cell.bars) <= 2 for cell in fit), (cadence, level)


@pytest.mark.parametrize(("genre", "mode", "minor"), MODES)
def test_every_colour_makes_a_chord_of_its_class(genre: Genre, mode: Mode, minor: bool) -> None:
    for text in {text for cell in _cells(mode) for bar in cell.bars for text in bar}:
        name = chord_class(text, minor)
        colours = genre.colours.get(text) or genre.colours.get(name, ())
        assert name == "slash" or colours, (text, name)
        for level in range(1, 11):
            assert name == "slash" or any(colour.low <= level <= colour.high for colour in colours), (text, level)


@pytest.mark.parametrize(("genre", "mode", "minor"), MODES)
def test_every_substitution_can_be_read_and_keeps_its_places(genre: Genre, mode: Mode, minor: bool) -> None:
    for rewrite in (*mode.rewrites, *(IN_MINOR if minor else IN_MAJOR)):
        groups = rewrite.gives.split()
        assert len(groups) == len(rewrite.finds.split())
        for text in [*rewrite.finds.split(), *(text for group in groups for text in group.split("+"))]:
            assert chord_of(text, _key(minor)).root is not None


@pytest.mark.parametrize("genre", GENRES)
def test_every_pattern_fills_its_bars(genre: Genre) -> None:
    assert all(hits(pattern) for pattern in genre.patterns)


@pytest.mark.parametrize("genre", GENRES)
def test_every_meter_has_patterns_for_both_hands(genre: Genre) -> None:
    for use in genre.applications:
        for meter in use.meters:
            assert meter in METERS
            for hand in ("left", "right"):
                assert [p for p in genre.patterns if (p.part, p.meter, p.role) == (hand, meter, "bar")], (
                    use.name,
                    meter,
                )


@pytest.mark.parametrize("genre", GENRES)
def test_the_left_hand_knows_at_least_twelve_bars(genre: Genre) -> None:
    assert len({p.text for p in genre.patterns if p.part == "left"}) >= 12


@pytest.mark.parametrize("genre", GENRES)
def test_every_application_names_forms_there_are(genre: Genre) -> None:
    known = {form.name for form in genre.forms}
    for use in genre.applications:
        assert set(use.forms) <= known
        assert use.tempo[0] < use.tempo[1]
        assert use.voicings[0][0] == 1


def test_bars_and_chords_are_parted_by_strokes_and_spaces() -> None:
    assert bars_of("ii7 V7 | Imaj7") == (("ii7", "V7"), ("Imaj7",))
    assert most_chords("4/4") == 4
