"""The learner's way from the first day to the last, and content for those who say little: nothing but rules, one store.

Every part has tests of its own; here is that they go together.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest

from partimento import environment
from partimento.cli import main
from partimento.decoding.schema import decode
from partimento.music.chord import Chord
from partimento.music.grading.criterion import Criterion
from partimento.music.take import Take
from partimento.shapes.exercise import Exercise
from partimento.testing.takes import Faults, take_with
from performing import misplayed, played

Run = Callable[..., tuple[int, str, str]]
LEARNER, NAME, GOAL = "lena-4711", "Lena Zauberfloete", "accompany a choir"


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(tmp_path)

    def command(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            main(list(arguments))
        out, err = capsys.readouterr()
        return int(ended.value.code or 0), out, err

    return command


def told(run: Run, *arguments: str) -> Any:
    code, out, err = run(*arguments, "--json")
    assert code == 0, err
    return json.loads(out)


def notes_of(take: Take) -> list[dict[str, Any]]:
    return [
        {"start": note.start, "duration": note.end - note.start, "midi": note.midi, "hand": note.hand}
        for note in take.notes
    ]


def word(value: Any) -> str:
    return json.dumps(value) if isinstance(value, list) else str(value)


def practised(run: Run, folder: Path, wrong: int) -> tuple[Any, Any]:
    """The next exercise made, played with so many wrong notes, graded and recorded: what was chosen, what it moved."""
    chosen = told(run, "learner", "next", LEARNER)
    fields = [part for name, value in chosen["fields"].items() for part in (f"--{name}", word(value))]
    made = told(run, "make", "exercise", *fields, "--seed", "7")
    piece = decode(json.dumps(made["value"]).encode(), Exercise)
    take, _ = take_with(piece.score, Faults(wrong=wrong), Random(7))
    for name, content in (("exercise", made), ("take", notes_of(take))):
        (folder / f"{name}.json").write_text(json.dumps(content))
    grade = told(run, "grade", "take.json", "--task", "exercise.json")
    (folder / "grade.json").write_text(json.dumps(grade))
    part = ["--part", chosen["part"]] if chosen.get("part") else ["--concept", chosen["concept"]]
    moved = told(run, "learner", "result", LEARNER, *part, "--grade", "grade.json", "--exercise", "exercise.json")
    return chosen, moved


def test_from_a_curriculum_to_the_last_trace_deleted(run: Run, tmp_path: Path) -> None:
    run("learner", "add", LEARNER, "--name", NAME, "--level", "2", "--genre", "gospel", "--goal", GOAL)
    plan = told(run, "curriculum", "activate", "gospel-beginner-12w", "--learner", LEARNER)["row"]["id"]

    dbg = open("/tmp/nu_dbg.txt", "w")
    def P(x): dbg.write((x if isinstance(x, str) else json.dumps(x, indent=1)[:2500]) + "\n----\n")
    for _ in range(4):
        first, moved = practised(run, tmp_path, wrong=0)
        P(first); P(moved)
    P(told(run, "learner", "show", LEARNER))
    P(told(run, "learner", "reviews", LEARNER))
    P(run("chat", "How am I doing?", "--learner", LEARNER)[1])
    P(run("curriculum", "progress", plan)[1])
    for _ in range(6): told(run, "learner", "result", LEARNER, "--concept", first["concept"], "--score", "0.1")
    P(told(run, "curriculum", "replan", plan))
    P(told(run, "learner", "next", LEARNER))
    P(run("chat", "What should I practise?", "--learner", LEARNER)[1])
    P(run("curriculum", "replan", plan)[1])
    dbg.close()
