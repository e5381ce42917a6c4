"""The view of a piece: what its query opens, and what it says of any piece there can be."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from partimento import Partimento
from partimento.core.request import Caller
from partimento.tasks import progression, rearrangement
from partimento.web.item import item_of
from partimento.web.layout import environment
from partimento.web.views.piece import OpenBar, OpenChord, values, view
from partimento.web.visit import Visit


@pytest.fixture(scope="module")
def pt(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Partimento]:
    with Partimento(data_folder=str(tmp_path_factory.mktemp("data"))) as opened:
        yield opened


@pytest.fixture(scope="module")
def worship(pt: Partimento) -> str:
    return pt.compose("gospel", "slow worship, with drums", key="Ab", bars=8, seed=7).receipt.memory_id


def seen(pt: Partimento, memory_id: str, **query: str) -> dict[str, Any]:
    visit = Visit(client=pt.async_, caller=Caller(), method="GET", path=f"/items/{memory_id}", query=query)
    return values(visit, item_of(visit, memory_id))


def drawn(pt: Partimento, memory_id: str, **query: str) -> str:
    """The template filled, as the page includes it."""
    visit = Visit(client=pt.async_, caller=Caller(), method="GET", path=f"/items/{memory_id}", query=query)
    item = item_of(visit, memory_id)
    template = environment().get_template(view.template)
    return template.render(visit=visit, now=visit.now, item=item, **values(visit, item))


def test_a_piece_tells_its_frame_and_what_it_was_asked_by(pt: Partimento, worship: str) -> None:
    told = seen(pt, worship)
    assert dict(told["facts"]) == {
        "Genre": "Gospel, worship", "Key": "A♭ major", "Tempo": "64 bpm", "Meter": "4/4", "Bars": "8",
        "Level": "5 of 10", "Band": "drums", "Chords by": "the rules",
    }  # fmt: skip
    assert told["wish"] == "slow worship, with drums"
    assert told["chord"] is None
    assert told["bar"] is None
    assert told["query"] == ""
    assert all(grip.left or grip.right for grip in told["grips"])


def test_the_query_opens_a_chord_or_a_bar(pt: Partimento, worship: str) -> None:
    chord = seen(pt, worship, chord="2")
    assert isinstance(chord["chord"], OpenChord)
    assert (chord["chord"].why.number, chord["query"]) == (2, "chord=2")
    bar = seen(pt, worship, bar="5", level="3", own="Ab Ab7")
    assert isinstance(bar["bar"], OpenBar)
    assert (bar["bar"].level, bar["query"]) == (3, "bar=5&level=3&own=Ab+Ab7")
    assert all(one.level <= 3 for one in bar["bar"].offers)


@pytest.mark.parametrize(
    "query",
    [
        {"chord": "0"},
        {"chord": "999"},
        {"chord": "-1"},
        {"chord": "two"},
        {"chord": "٣"},
        {"chord": "9" * 99},
        {"bar": "9"},
    ],
)
def test_what_is_not_there_opens_nothing(pt: Partimento, worship: str, query: dict[str, str]) -> None:
    told = seen(pt, worship, **query)
    assert told["chord"] is None
    assert told["bar"] is None


def test_a_level_that_is_none_is_the_piece_s_own(pt: Partimento, worship: str) -> None:
    assert seen(pt, worship, bar="2", level="99")["bar"].level == 5


@pytest.mark.parametrize("chords", ["N.C.", "N.C. | C", "C", "C/Bb | C", "Cm7b5 Ebdim7 | C"])
def test_any_piece_can_be_read(pt: Partimento, chords: str) -> None:
    made = pt.make(rearrangement(genre="jazz", key="C", chords=chords, title="<b>x</b>")).receipt.memory_id
    for query in ({}, {"chord": "1"}, {"bar": "1"}, {"bar": "1", "own": "<script>"}):
        page = drawn(pt, made, **query)
        assert 'id="chord-1"' in page
        assert "<script>" not in page


def test_a_progression_has_no_hands_and_may_still_be_changed(pt: Partimento) -> None:
    made = pt.make(progression(genre="latin", bars=8)).receipt.memory_id
    told = seen(pt, made, chord="1")
    assert told["grips"] == ()
    assert not told["has_hands"]
    assert "Under the hands" not in drawn(pt, made, chord="1")
    assert f"/studio/pieces/{made}/bar" in drawn(pt, made, bar="2")
