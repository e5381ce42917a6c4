"""The ask form: filled by a link or by hand, turned into a request, and what may be chosen in it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest

from partimento import BadInput, Partimento
from partimento.core.model import Model
from partimento.core.request import Caller
from partimento.tasks import exercise
from partimento.web.studio.asked import (
    EXAMPLES,
    Asked,
    from_form,
    from_link,
    genre_choices,
    key_choices,
    level_choices,
    meter_choices,
    model_groups,
    uses,
)
from partimento.web.studio.recent import first_bars, recent
from partimento.web.visit import Form, Visit

DAY = date(2026, 11, 21)


@pytest.fixture(scope="module")
def pt(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Partimento]:
    with Partimento(data_folder=str(tmp_path_factory.mktemp("data"))) as opened:
        yield opened


FULL = Asked(
    genre="jazz", description="ruhig & <leise> 静か", key="Bb", tempo="72,5", bars="8", level="advanced",
    application="ballad", meter="4/4", tracks=("bass", "drums"), model="rules", seed="7", anew=True,
)  # fmt: skip


def test_a_link_fills_every_field() -> None:
    assert from_link(dict(parse_qsl(urlsplit(FULL.link).query))) == FULL
    assert from_link({}) == Asked()


def test_a_form_is_read_as_it_was_sent() -> None:
    fields = {name: (getattr(FULL, name),) for name in Asked.__struct_fields__ if name not in ("tracks", "anew")}
    assert from_form(Form({**fields, "tracks": ("bass", "drums"), "anew": ("1",)})) == FULL


def test_fields_are_what_a_composition_takes() -> None:
    assert FULL.fields == {
        "genre": "jazz", "description": "ruhig & <leise> 静か", "key": "Bb", "tempo": 72.5, "bars": 8,
        "level": "advanced", "application": "ballad", "meter": "4/4", "tracks": "bass,drums", "seed": 7, "cache": False,
    }  # fmt: skip
    assert {name: told for name, told in Asked().fields.items() if told is not None} == {
        "genre": "gospel", "description": "", "cache": True,
    }  # fmt: skip


@pytest.mark.parametrize("name", ["tempo", "bars", "seed"])
def test_what_is_no_number_is_refused_by_name(name: str) -> None:
    with pytest.raises(BadInput, match=f"{name} is no number"):
        _ = Asked(**{name: "a lot"}).fields  # type: ignore[arg-type]


def test_rarer_fields_are_seen_where_they_are_filled() -> None:
    assert not Asked(genre="jazz", key="C", tempo="80", bars="8", description="x").is_open
    assert Asked(seed="7").is_open
    assert Asked(anew=True).is_open


@pytest.mark.parametrize("words", [words for words, _ in EXAMPLES])
def test_every_example_can_be_composed(pt: Partimento, words: str) -> None:
    fields = dict(EXAMPLES)[words].fields
    made = pt.make(pt.async_.composition(fields.pop("genre"), **fields), model="rules").value
    assert made.chords


def test_there_are_eight_genres_and_every_use_belongs_to_one() -> None:
    assert len(genre_choices()) == 8
    assert [use.genre for use in uses()] == [name for name, _ in genre_choices()]
    assert all(use.names for use in uses())


def test_what_a_link_brings_and_no_list_has_is_kept_to_be_refused_by_name() -> None:
    for choices in (key_choices, level_choices, meter_choices):
        assert choices("strange")[-1] == ("strange", "strange")
        assert choices("")[0][0] == ""


def test_models_are_grouped_by_what_keeps_them_out() -> None:
    models = [
        Model("rules", "rules", "rules", 10), Model("here", "x", "small", 5), Model("no-key", "x", "cloud", 9),
        Model("old", "x", "cloud", 9, retired_on=date(2026, 1, 1)),
        Model("voice", "x", "small", 1, capabilities=frozenset({"speech"})),
    ]  # fmt: skip
    states = {"here": "ready", "no-key": "there is no key for X; set KEY"}
    tiers, ready, not_now = model_groups(models, states, (), DAY)
    assert [value for value, _ in tiers.choices] == ["", "rules", "small", "medium", "large", "cloud"]
    assert ready.choices == (("here", "here (small)"),)
    assert (not_now.words, not_now.choices, not_now.can) == (
        "Not now: there is no key for X", (("no-key", "no-key (cloud)"),), False,
    )  # fmt: skip
    assert [group.words for group in model_groups(models, states, ("small",), DAY)][1:] == ["One model and no other"]


# ---- what was made ---------------------------------------------------------------------------------------------


def visit(pt: Partimento, key: str = "") -> Visit:
    return Visit(client=pt.async_, caller=Caller(key=key), method="GET", path="/studio", owner=not key)


def test_recent_things_are_parted_and_each_stands_once(tmp_path_factory: pytest.TempPathFactory) -> None:
    with Partimento(data_folder=str(tmp_path_factory.mktemp("data"))) as pt:
        assert recent(visit(pt)) == ([], [])
        first = pt.compose("gospel", "slow & warm", key="Ab", bars=4, seed=1)
        pt.compose("jazz", key="C", bars=4, seed=2)
        pt.make(exercise(genre="jazz", kind="scale", key="C"), model="rules")
        pt.compose("gospel", "slow & warm", key="Ab", bars=4, seed=1)
        pieces, others = recent(visit(pt))
        assert [one.title for one in pieces] == [first.value.title, "Jazz swing in C"]
        assert pieces[0].path == f"/items/{first.receipt.memory_id}"
        assert pieces[0].wish == "slow & warm"
        assert pieces[0].facts[0] == "A♭ major"
        assert len(pieces[0].bars) == 4
        assert [one.kind for one in others] == ["exercise"]


def test_a_key_sees_its_own_things_only(tmp_path: Path) -> None:
    its_own_things_only({"data_folder": str(tmp_path)})


@pytest.mark.external
def test_on_postgresql_too(postgres_url: str) -> None:
    its_own_things_only({"database_url": postgres_url})


def its_own_things_only(settings: dict[str, str]) -> None:
    with Partimento(**settings) as pt:
        mine = pt.async_.composition("gospel", key="Ab", bars=4, seed=1).with_(caller=Caller(key="mine"))
        theirs = pt.async_.composition("jazz", key="C", bars=4, seed=2).with_(caller=Caller(key="theirs"))
        pt.make(mine)
        pt.make(theirs)
        assert [one.title[:6] for one in recent(visit(pt, "mine"))[0]] == ["Gospel"]
        assert len(recent(visit(pt))[0]) == 2
        assert recent(visit(pt, "nobody")) == ([], [])


def test_the_first_bars_of_a_piece_are_its_picture(pt: Partimento) -> None:
    piece = pt.compose("blues", "12-bar blues", key="E", seed=4).value
    bars = first_bars(piece)
    assert len(bars) == 4
    assert str(bars[0][0]).startswith("E")
