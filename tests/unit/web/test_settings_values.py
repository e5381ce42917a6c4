"""Settings as they may be seen: a secret is set or unset, a password within a URL is left out."""

from __future__ import annotations

from pathlib import Path

import pytest

from partimento.core.settings import ModelSetting, Secret, Settings
from partimento.web.pages.settings import bare, plain
from partimento.web.visit import Shown
from visiting import at_home, look

SECRET = "sk-this-must-never-be-seen"


@pytest.mark.parametrize("name", [n for n in Settings.__struct_fields__ if isinstance(getattr(Settings(), n), Secret)])
def test_of_a_secret_only_whether_it_is_set_is_told(name: str) -> None:
    assert plain(name, Secret(SECRET)) == "set"
    assert plain(name, Secret()) == "unset"


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (True, "yes"),
        (False, "no"),
        (None, ""),
        ((), ""),
        ({"quiz": 7.0}, "quiz: 7.0"),
        (("a", "b"), "a, b"),
        (400, "400"),
    ],
)
def test_values_are_told_as_people_write_them(value: object, told: str) -> None:
    assert plain("any", value) == told


def test_models_of_ones_own_are_told_by_name_alone() -> None:
    own = ModelSetting(id="mine", base_url=f"http://user:{SECRET}@host/v1", options={"token": SECRET})
    assert plain("models", (own,)) == "mine"


@pytest.mark.parametrize(
    ("url", "told"),
    [
        (f"http://user:{SECRET}@host:1/v1", "http://host:1/v1"), ("https://host/v1", "https://host/v1"),
        (f"otlp at https://{SECRET}@host", "otlp at https://host"), ("mail me@host", "mail me@host"),
    ],
)  # fmt: skip
def test_a_url_is_told_without_who_signs_in_there(url: str, told: str) -> None:
    assert bare(url) == told


def test_no_page_of_settings_or_models_tells_a_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from partimento.web.places import EVERY

    for name in ("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "GEMINI_API_KEY", "ELEVENLABS_API_KEY", "HF_TOKEN"):
        monkeypatch.setenv(name, SECRET)
    monkeypatch.setenv("PARTIMENTO_BASIC_AUTH", f"owner:{SECRET}")
    monkeypatch.setenv("OPENAI_BASE_URL", f"http://me:{SECRET}@127.0.0.1:9/v1")
    monkeypatch.setenv("PARTIMENTO_POOL_FOLDER", str(tmp_path / "pool"))
    pages = [
        place
        for place in EVERY
        if place.method == "GET"
        and place.path.startswith(("/settings", "/models"))
        and not place.path.endswith("events")
    ]
    assert len(pages) > 8
    with at_home(tmp_path) as client:
        for place in pages:
            shown = look(client, place.opened, {"name": "gpt-6-luna"}, query={"run": "yes"})
            assert isinstance(shown, Shown)
            assert SECRET not in shown.html, place.path
