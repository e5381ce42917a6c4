"""What `model` takes, as clients list it: in OpenAI's form, and in Anthropic's where it is asked so."""

from __future__ import annotations

from pathlib import Path

import pytest

from knocking import House
from partimento.server import listing
from serving import settings_for

ASKED_AS_ANTHROPIC = {b"anthropic-version": b"2026-10-21"}
WORDS = ["auto", "small", "medium", "large", "cloud", "cheap", "normal", "premium"]


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(listing.doors, tmp_path, settings_for("http://127.0.0.1:9/v1"))


def test_models_that_could_answer_are_listed_then_words_then_tasks(house: House) -> None:
    found = house.json("GET", "/v1/models")
    names = [one["id"] for one in found["data"]]
    assert found["object"] == "list"
    assert names[:9] == ["little", *WORDS]
    assert all(name.startswith("task:") for name in names[9:])
    assert "task:progression" in names
    assert not {"task:chat", "task:structured", "task:embedding", "rules"} & set(names)
    assert {one["object"] for one in found["data"]} == {"model"}


def test_a_model_without_its_key_is_not_listed_but_known(house: House) -> None:
    assert "gpt-4o" not in [one["id"] for one in house.json("GET", "/v1/models")["data"]]
    assert house.json("GET", "/v1/models/gpt-4o")["id"] == "gpt-4o"


def test_a_caller_held_to_some_models_is_shown_those(house: House) -> None:
    shown = [one["id"] for one in house.json("GET", "/v1/models", models=("gpt-4o",))["data"]]
    assert "little" not in shown
    assert "little" in [one["id"] for one in house.json("GET", "/v1/models", models=("small",))["data"]]


@pytest.mark.parametrize("name", ["little", "auto", "task:theory"])
def test_one_of_them_is_told_by_its_name(house: House, name: str) -> None:
    assert house.json("GET", f"/v1/models/{name}")["id"] == name


def test_an_unknown_one_is_a_404_in_the_asker_s_form(house: House) -> None:
    reply = house.asked("GET", "/v1/models/some/body")
    assert reply.status == 404
    assert house.json("GET", "/v1/models/some/body")["error"]["code"] == "model_not_found"
    theirs = house.json("GET", "/v1/models/nobody", headers=ASKED_AS_ANTHROPIC)
    assert (theirs["type"], theirs["error"]["type"]) == ("error", "not_found_error")


def test_anthropic_s_clients_get_their_form(house: House) -> None:
    page = house.json("GET", "/v1/models", headers=ASKED_AS_ANTHROPIC)
    assert page["has_more"] is False
    assert (page["first_id"], page["last_id"]) == (page["data"][0]["id"], page["data"][-1]["id"])
    one = house.json("GET", "/v1/models/little", headers=ASKED_AS_ANTHROPIC)
    assert one == page["data"][0]
    assert one["type"] == "model"
    assert one["display_name"] == "little"
