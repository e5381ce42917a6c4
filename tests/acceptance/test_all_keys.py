"""`--keys`: the same thing in several keys, as a list of results."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from partimento.cli import main


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        main(list(words))
    out, err = capsys.readouterr()
    assert isinstance(ended.value.code, int)
    return ended.value.code, out, err


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PARTIMENTO_DATA_FOLDER", str(tmp_path / "data"))
    return tmp_path


def test_an_exercise_in_all_keys_is_a_list_of_twelve(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(
        capsys, "make", "exercise", "--genre", "jazz", "--kind", "voicing", "--voicing", "rootless",
        "--keys", "all", "--json",
    )  # fmt: skip
    results = json.loads(out)
    assert code == 0
    assert len({result["value"]["key"] for result in results}) == 12
    assert all(result["value"]["content"]["voicing"] == "rootless" for result in results)
    assert len({result["receipt"]["memory_id"] for result in results}) == 12


def test_asked_again_all_keys_come_from_memory(capsys: pytest.CaptureFixture[str]) -> None:
    words = ("make", "exercise", "--kind", "scale", "--keys", "minor", "--json")
    run(capsys, *words)
    _, out, _ = run(capsys, *words)
    assert all(result["receipt"]["cached"] for result in json.loads(out))
    assert all(result["value"]["key"].endswith("m") for result in json.loads(out))


def test_compose_writes_a_file_a_key(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    code, _, err = run(capsys, "compose", "jazz", "swing", "--keys", "Ab,F#", "--bars", "8", "--out", "song.mid")
    assert code == 0
    assert sorted(path.name for path in home.glob("*.mid")) == ["song-Ab.mid", "song-Fsharp.mid"]
    assert "wrote song-Ab.mid" in err


def test_a_minor_description_means_minor_keys(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "compose", "jazz", "minor swing", "--keys", "all", "--bars", "4", "--json")
    assert [result["value"]["key"] for result in json.loads(out)][:3] == ["Am", "Dm", "Gm"]


def test_own_chords_move_along_bars_and_all(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(
        capsys, "make", "exercise", "--kind", "voicing", "--voicing", "shell", "--chords", "Dm7 G7 | Cmaj7",
        "--keys", "C,Eb", "--json",
    )  # fmt: skip
    chords = [result["value"]["content"]["chords"] for result in json.loads(out)]
    assert chords == [["Dm7", "G7", "Cmaj7"], ["Fm7", "Bb7", "Ebmaj7"]]


def test_a_minor_tune_goes_through_the_minor_keys(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "make", "voicing", "--chords", "Bm7b5 E7 Am7", "--kind", "shell", "--keys", "all", "--json")
    results = json.loads(out)
    assert [result["value"]["key"] for result in results][:2] == ["Am", "Dm"]
    assert [chord["symbol"] for chord in results[1]["value"]["chords"]] == ["Em7b5", "A7", "Dm7"]


@pytest.mark.parametrize(("keys", "words"), [("H", "unknown key 'H'"), (" , ", "no keys are named")])
def test_keys_that_are_none_are_refused(capsys: pytest.CaptureFixture[str], keys: str, words: str) -> None:
    code, _, err = run(capsys, "compose", "jazz", "--keys", keys)
    assert code == 2
    assert words in err


def test_the_band_plays_in_midi(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    code, out, _ = run(
        capsys, "compose", "jazz", "swing", "--bars", "8", "--tracks", "bass,drums", "--out", "x.mid", "--json"
    )
    tracks = json.loads(out)["value"]["tracks"]
    assert code == 0
    assert [(track["name"], track["program"] is None) for track in tracks] == [("bass", False), ("drums", True)]
    assert b"Bass" in (home / "x.mid").read_bytes()
