"""The rearrangement task: chords that somebody brings, played by the arranger, and proven."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from partimento import BadInput, ChecksFailed, ChordSyntaxError, Partimento, UnknownName
from partimento.music.composition.proof import prove
from partimento.tasks import rearrangement
from partimento.tasks.rearrangement import CopiedChords

TURN = "Cmaj7 | A7 | Dm7 G7 | Cmaj7"


@pytest.fixture(scope="module")
def pt(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Partimento]:
    with Partimento(data_folder=str(tmp_path_factory.mktemp("data"))) as opened:
        yield opened


def brought(piece: Any, **changed: Any) -> dict[str, Any]:
    """The fields that make a piece again."""
    plain = msgspec.to_builtins(piece)
    names = ("genre", "key", "application", "level", "tempo", "meter", "sections", "chords")
    return {name: plain[name] for name in names} | {"tracks": [one.name for one in piece.tracks]} | changed


def test_one_s_own_chords_become_a_proven_piece(pt: Partimento) -> None:
    made = pt.make(rearrangement(genre="jazz", key="C", chords=TURN)).value
    assert [chord.symbol for chord in made.chords] == ["Cmaj7", "A7", "Dm7", "G7", "Cmaj7"]
    assert [chord.roman for chord in made.chords] == ["Imaj7", "V7/ii", "ii7", "V7", "Imaj7"]
    assert (made.bars, made.meter, made.generation_method, made.title) == (4, "4/4", "rules", "Jazz swing in C")
    assert all(chord.left_hand and chord.right_hand for chord in made.chords)
    assert prove(made.score, "C", 4) == ()


@pytest.mark.parametrize("tracks", ["piano", "all"])
def test_a_piece_brought_as_it_is_stays_as_it_is_to_the_last_note(pt: Partimento, tracks: str) -> None:
    piece = pt.compose("gospel", "slow calm worship ballad", key="Ab", bars=8, seed=7, tracks=tracks).value
    again = pt.make(rearrangement.ask(brought(piece, mood="calm"))).value
    assert (again.chords, again.notes, again.tracks) == (piece.chords, piece.notes, piece.tracks)


def test_a_changed_bar_changes_nothing_else_in_the_chords(pt: Partimento) -> None:
    piece = pt.compose("gospel", "slow worship", key="Ab", bars=8, seed=7).value
    fields = brought(piece, origin="0" * 64, change="bar 2", manner="x")
    rows = [one for one in fields["chords"] if one["bar"] != 2]
    rows.append({"bar": 2, "beat": 1.0, "beats": 4.0, "symbol": "Fm7"})
    fields["chords"] = sorted(rows, key=lambda row: (row["bar"], row["beat"]))
    made = pt.make(rearrangement.ask(fields).with_(privacy="off")).value
    assert [c.symbol for c in made.chords if c.bar != 2] == [c.symbol for c in piece.chords if c.bar != 2]
    assert [c.symbol for c in made.chords if c.bar == 2] == ["Fm7"]
    assert (made.origin, made.change, made.tempo, made.sections) == ("0" * 64, "bar 2", piece.tempo, piece.sections)


def test_a_bar_may_repeat_the_one_before(pt: Partimento) -> None:
    made = pt.make(rearrangement(genre="blues", key="C", chords="C7 | % | F7 | C7")).value
    assert [(chord.bar, chord.symbol) for chord in made.chords] == [(1, "C7"), (2, "C7"), (3, "F7"), (4, "C7")]


def test_chords_that_break_a_promise_are_not_served(pt: Partimento) -> None:
    piece = pt.compose("gospel", "slow worship", key="Ab", bars=8, seed=7).value
    fields = brought(piece)
    fields["chords"][-1]["symbol"] = "B7"
    with pytest.raises(ChecksFailed):
        pt.make(rearrangement.ask(fields))


@pytest.mark.parametrize(
    ("fields", "kind", "why"),
    [
        ({"genre": "polka"}, UnknownName, "genre"),
        ({"key": "D dorian"}, BadInput, "cannot arrange in D dorian"),
        ({"chords": ""}, BadInput, "there are no chords"),
        ({"chords": ()}, BadInput, "there are no chords"),
        ({"chords": "C | H7"}, ChordSyntaxError, "H7"),
        ({"application": "sermon"}, UnknownName, "application of jazz"),
        ({"meter": "12/8"}, BadInput, "cannot be played in 12/8"),
        ({"tempo": 4000.0}, BadInput, "cannot play at tempo 4000"),
        ({"tempo": float("nan")}, BadInput, "cannot play at tempo"),
        ({"level": 11}, BadInput, "level"),
        ({"tracks": "kazoo"}, UnknownName, "track"),
        ({"chords": "C | " * 300}, BadInput, "too many bars"),
        ({"chords": "C | " * 3_000}, BadInput, "12,000 chords or letters of them"),
        ({"title": "x" * 300}, BadInput, "title is too long"),
        ({"origin": "../sign-out"}, BadInput, "the origin is no memory id"),
    ],
)
def test_what_cannot_be_arranged_is_refused(fields: dict[str, Any], kind: type[BadInput], why: str) -> None:
    with pytest.raises(kind) as refused:
        rearrangement(**{"genre": "jazz", "key": "C", "chords": TURN, **fields})
    assert why in str(refused.value)


def test_bars_far_away_are_refused_before_any_are_made() -> None:
    chords = [{"bar": 10**9, "beat": 1, "beats": 4, "symbol": "C"}]
    with pytest.raises(BadInput, match="too many bars"):
        rearrangement.ask({"genre": "jazz", "key": "C", "chords": chords})


def test_a_model_may_only_copy() -> None:
    request = rearrangement(genre="jazz", key="C", chords=TURN)
    (check,) = rearrangement.checks
    assert list(check(request.inputs, CopiedChords(("Cmaj7", "A7", "Dm7 G7", "Cmaj7")))) == []
    assert list(check(request.inputs, CopiedChords(("Cmaj7", "A7", "Dm7 Db7")))) == [
        "bar 3 is Dm7 G7, not Dm7 Db7", "there are 4 bars, not 3",
    ]  # fmt: skip
    assert "Cmaj7 | A7 | Dm7 G7 | Cmaj7" in rearrangement.prompt(request.inputs).user
