"""What could be changed in a piece: suggestions, one's own chords, what could come next, and the request for it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from partimento import BadInput, Partimento
from partimento.music.composition.proof import prove_progression
from partimento.shapes.arrangement import Arrangement
from partimento.tasks import progression
from partimento.web.studio.changes import (
    changed_bar,
    chart_of,
    request_for,
    shown,
    symbols_in,
    wish_of,
    with_bar,
    with_chord,
    with_offer,
)
from partimento.web.studio.offers import followings, offers, tried

WISH = "slow calm worship ballad, 2-5-1 into the chorus"
PROMPT = f"Key: Ab.\nWish: <wish>{WISH}</wish>"


@pytest.fixture(scope="module")
def pt(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Partimento]:
    with Partimento(data_folder=str(tmp_path_factory.mktemp("data"))) as opened:
        yield opened


@pytest.fixture(scope="module")
def piece(pt: Partimento) -> Arrangement:
    return pt.compose("gospel", WISH, key="Ab", bars=16, seed=7).value


@pytest.mark.parametrize("bar", range(1, 17))
def test_every_suggestion_for_every_bar_can_be_made_and_is_proven(piece: Arrangement, bar: int) -> None:
    for one in offers(piece, bar, 8):
        chart, change = with_offer(piece, one.first, one.after, bar, 8)
        assert not prove_progression(chart, piece.key, piece.bars)
        assert chart.bars == piece.bars
        assert chart.chords != piece.chords
        assert "→" in change


def test_what_is_not_suggested_is_refused(piece: Arrangement) -> None:
    with pytest.raises(BadInput, match="is not suggested for bar 5"):
        with_offer(piece, 4, "C7 nonsense", 5, 5)


def test_one_s_own_chords_are_read_in_the_key(piece: Arrangement) -> None:
    told = tried(piece, 9, "Ab Ab7")
    assert [(chord.symbol, chord.beat, chord.beats) for chord in told.chords] == [("Ab", 1, 2), ("Ab7", 3, 2)]
    assert told.flaws == ()


@pytest.mark.parametrize(
    ("bar", "text", "why"),
    [
        (9, "H7", "German H is B"), (9, "C D E F G", "would hold 5 chords"), (9, "  ", "would hold 0 chords"),
        (99, "C", "there is no bar 99"), (9, "<script>", "cannot read the chord symbol"),
    ],
)  # fmt: skip
def test_what_cannot_stand_there_is_told_with_the_reason(piece: Arrangement, bar: int, text: str, why: str) -> None:
    (flaw,) = tried(piece, bar, text).flaws
    assert why in flaw


def test_who_writes_other_chords_may_end_a_section_otherwise_and_is_told(piece: Arrangement) -> None:
    verse = piece.sections[0]
    told = tried(piece, verse.start_bar + verse.bars - 1, "Ab")
    assert told.flaws == ()
    assert told.loosened == (verse.name,)
    chart = with_bar(piece, verse.start_bar + verse.bars - 1, "Ab")
    assert chart.sections[0].cadence == ""
    assert chart.sections[1:] == piece.sections[1:]


def test_odds_are_told_with_reasons_and_what_the_piece_does_is_marked(piece: Arrangement) -> None:
    found = followings(piece, 4)
    assert len(found) == 5
    assert [one.probability for one in found] == sorted((one.probability for one in found), reverse=True)
    assert sum(one.is_there for one in found) <= 1
    assert all(one.reason for one in found)
    for one in found:
        if one.symbol and not one.against:
            chart = with_chord(piece, 4, one.symbol)
            assert chart.chords[4].symbol == one.symbol or one.is_there
            assert not prove_progression(chart, piece.key, chart.bars)


def test_at_its_end_a_piece_goes_on_by_a_bar(piece: Arrangement) -> None:
    chart = with_chord(piece, len(piece.chords), "Db")
    assert chart.bars == 17
    assert (chart.chords[-1].bar, chart.chords[-1].symbol, chart.chords[-1].beats) == (17, "Db", 4)
    assert chart.sections[-1].bars == piece.sections[-1].bars + 1
    assert not prove_progression(chart, piece.key, 17)


def test_a_changed_piece_is_a_piece_of_its_own_that_knows_where_it_comes_from(
    pt: Partimento, piece: Arrangement
) -> None:
    chart = with_bar(piece, 9, "Ab Ab7")
    made = pt.make(request_for(piece, "0" * 64, PROMPT, chart, "bar 9: Ab → Ab Ab7"))
    value = made.value
    assert (value.origin, value.change, value.mood) == ("0" * 64, "bar 9: Ab → Ab Ab7", "calm")
    assert (value.title, value.tempo, value.sections) == (piece.title, piece.tempo, piece.sections)
    assert symbols_in(value.chords, 9) == "Ab Ab7"
    again = pt.make(request_for(value, made.receipt.memory_id, "", with_bar(value, 10, "Fm7"), "bar 10")).value
    assert (again.manner, again.mood, again.origin) == (value.manner, "calm", made.receipt.memory_id)


def test_a_piece_made_again_as_it_was_sounds_as_it_did(pt: Partimento, piece: Arrangement) -> None:
    again = pt.make(request_for(piece, "", PROMPT, chart_of(piece), "")).value
    assert again.notes == piece.notes


def test_a_progression_becomes_a_piece_for_two_hands(pt: Partimento) -> None:
    chords = pt.make(progression(genre="latin", bars=8)).value
    made = pt.make(request_for(chords, "", "", chart_of(chords), "")).value
    assert [chord.symbol for chord in made.chords] == list(chords.symbols)
    assert made.notes


def test_words_for_changes() -> None:
    assert shown("bar 5: Bbm7 → Ab/C F#7") == "bar 5: B♭m7 → A♭/C F♯7"
    assert [changed_bar(one) for one in ("bar 5: C → D", "bar 17 is new: F", "", "none")] == [5, 17, 0, 0]
    assert wish_of(PROMPT) == WISH
    assert wish_of("no wish here") == ""
