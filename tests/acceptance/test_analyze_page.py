"""What `partimento analyze` shows: the table, then what is so about the whole."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from partimento.cli import main


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "160")


def shown(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    with pytest.raises(SystemExit) as ended:
        main(["analyze", *words])
    assert ended.value.code in (0, None)
    return capsys.readouterr().out


def test_the_page_tells_scales_cadences_and_lines(capsys: pytest.CaptureFixture[str]) -> None:
    page = shown(capsys, "Cmaj7 A7 Dm7 G7 Cmaj7", "--key", "C")
    for words in ("A Phrygian dominant", "cadences", "Dm7 G7 Cmaj7: a two-five-one, home to C.", "voices"):
        assert words in page


def test_bar_lines_bring_the_form(capsys: pytest.CaptureFixture[str]) -> None:
    page = shown(capsys, "| C7 | F7 | C7 | % | F7 | % | C7 | % | G7 | F7 | C7 | G7 |", "--key", "C")
    assert "12 bars: 12-bar blues." in page


def test_the_json_holds_it_as_values(capsys: pytest.CaptureFixture[str]) -> None:
    value = json.loads(shown(capsys, "Dm7 G7 Cmaj7", "--key", "C", "--json"))["value"]
    assert value["chords"][1]["scales"][0]["scale"] == "G Mixolydian"
    assert value["cadences"][0]["kind"] == "two-five-one"
    assert value["remarks"][0]["kind"] == "guide tones"
