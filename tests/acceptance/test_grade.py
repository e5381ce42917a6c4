"""`partimento grade` as a teacher meets it: a take and an exercise go in, marks and what to practise come out."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from partimento.cli import main


class Outcome:
    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.chdir(tmp_path)

    def command(*arguments: str) -> Outcome:
        with pytest.raises(SystemExit) as ended:
            main(list(arguments))
        out, err = capsys.readouterr()
        code = ended.value.code
        return Outcome(code if isinstance(code, int) else 0, out, err)

    return command


@pytest.fixture
def song(run: Any, tmp_path: Path) -> Path:
    """An arrangement as MIDI and, in its envelope, as JSON."""
    made = run(
        "compose",
        "gospel",
        "slow worship ballad",
        "--key",
        "Ab",
        "--bars",
        "8",
        "--seed",
        "7",
        "--out",
        "song.mid",
        "--json",
    )
    (tmp_path / "song.json").write_text(made.out)
    return tmp_path


def notes_of(folder: Path) -> list[dict[str, Any]]:
    """The song as an app would send it: seconds at the written tempo."""
    value = json.loads((folder / "song.json").read_text())["value"]
    beat = 60 / value["tempo"]
    return [
        {"start": (note["start_beat"] - 1) * beat, "duration": note["beats"] * beat, "midi": note["midi"],
         "velocity": note["velocity"], "hand": note["hand"]}
        for note in value["notes"]
    ]  # fmt: skip


def test_the_written_piece_has_full_marks(run: Any, song: Path) -> None:
    outcome = run("grade", "song.mid", "--task", "song.json", "--json")
    assert outcome.code == 0, outcome.err
    value, receipt = outcome.json["value"], outcome.json["receipt"]
    assert (value["score"], value["findings"]) == (100, [])
    assert (receipt["task"], receipt["model"], receipt["cost_usd"]) == ("grading", "rules", 0)


def test_a_wrong_note_is_named_in_its_bar_and_the_ledger_has_the_request(run: Any, song: Path) -> None:
    notes = notes_of(song)
    notes[20]["midi"] += 1
    (song / "take.json").write_text(json.dumps(notes))
    outcome = run("grade", "take.json", "--task", "song.json", "--json")
    (finding,) = outcome.json["value"]["findings"]
    assert (finding["kind"], finding["played"] - finding["expected"]) == ("wrong", 1)
    assert finding["sentence"].startswith(f"Bar {finding['bar']}, beat ")
    assert run("usage", "--json").json["rows"][0]["task"] == "grading"


def test_people_read_marks_bars_findings_and_advice(run: Any, song: Path) -> None:
    notes = notes_of(song)
    del notes[4:24]
    (song / "take.json").write_text(json.dumps(notes))
    outcome = run("grade", "take.json", "--task", "song.json")
    assert outcome.code == 0, outcome.err
    for words in (" of 100: notes ", "Played at ", "missing", "practise: Repeat bar"):
        assert words in outcome.out
    assert "by rules" in outcome.err


def test_the_take_may_come_from_stdin(run: Any, song: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO((song / "song.mid").read_bytes())))
    assert run("grade", "-", "--task", "song.json", "--json").json["value"]["score"] == 100


def test_one_of_several_tasks_is_chosen(run: Any, song: Path) -> None:
    one = json.loads((song / "song.json").read_text())
    (song / "tasks.json").write_text(json.dumps([one, one]))
    assert run("grade", "song.mid", "--task", "tasks.json", "--index", "2", "--json").json["value"]["score"] == 100
    outcome = run("grade", "song.mid", "--task", "tasks.json")
    assert outcome.code == 2
    assert "--index" in outcome.err


def test_a_criterion_stands_in_for_a_task(run: Any, tmp_path: Path) -> None:
    take = [{"start": 0.0, "duration": 1.0, "midi": midi, "hand": "left"} for midi in (53, 57, 60, 64)]
    (tmp_path / "take.json").write_text(json.dumps(take))
    assert "100 of 100 (met)" in run("grade", "take.json", "--criterion", "play a rootless Dm7 voicing").out
    assert "(not met)" in run("grade", "take.json", "--criterion", "play G7 in first inversion").out


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"not midi", "no MIDI file"),
        (b"MThd\0\0\0\6\0\2\0\1\1\xe0", "format 2"),
        (b"MThd\0\0\0\6\0\1\0\1\1\xe0MTrk\0\0\0\xff", "cut off"),
        (b"[]", "no notes"),
        (b"[{]", "cannot read"),
        (bytes(9 * 1024 * 1024), "bytes"),
    ],
)
def test_a_bad_take_ends_in_three_lines_and_exit_code_2(run: Any, song: Path, content: bytes, says: str) -> None:
    (song / "take.mid").write_bytes(content)
    outcome = run("grade", "take.mid", "--task", "song.json")
    assert outcome.code == 2
    assert [line.split(":")[0] for line in outcome.err.strip().splitlines()] == ["error", "cause", "mend"]
    assert says in outcome.err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("missing.mid", "--task", "song.json"), "missing.mid"),
        (("song.mid", "--task", "missing.json"), "missing.json"),
        (("song.mid", "--task", "song.mid"), "no JSON"),
        (("song.mid",), "nothing to hold the take against"),
        (("song.mid", "--task", "song.json", "--criterion", "play C"), "two things"),
        (("-", "--task", "-"), "stdin"),
        (("song.mid", "--criterion", "play it well"), "rootless Dm7"),
    ],
)
def test_what_cannot_be_graded_tells_how_to_mend_it(
    run: Any, song: Path, arguments: tuple[str, ...], says: str
) -> None:
    outcome = run("grade", *arguments)
    assert outcome.code == 2
    assert says in outcome.err
