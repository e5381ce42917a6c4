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

    aims = []
    for _ in range(2):
        chosen, recorded = practised(run, tmp_path, wrong=0)
        (moved,) = recorded["moved"]
        assert moved["concept"] == chosen["concept"]
        assert moved["chance"] > moved["chance_before"]
        assert recorded["progress"]["state"] == "done"
        aims.append((chosen["exercise"]["key"], chosen["level"], chosen["chance"]["value"]))
        assert 0.7 <= aims[-1][2] <= 0.85
    assert aims[0] != aims[1], "the next exercise follows from the last"
    _, failed = practised(run, tmp_path, wrong=40)
    assert failed["moved"][0]["chance"] < failed["moved"][0]["chance_before"]

    shown = told(run, "learner", "show", LEARNER)
    assert shown["results"] == 3
    assert [one["concept"] for one in shown["skills"] if one["results"]]
    assert {one["concept"] for one in told(run, "learner", "reviews", LEARNER)} >= {chosen["concept"]}
    progress = told(run, "curriculum", "progress", plan)
    assert progress["modules"][0]["lessons"][0]["state"] == "done"

    ahead = told(run, "curriculum", "show", plan)["curriculum"]["modules"][1]["lessons"][0]["concept_ids"][0]
    for _ in range(6):
        told(run, "learner", "result", LEARNER, "--concept", ahead, "--score", "0", "--level", "2")
    changes = told(run, "curriculum", "replan", plan)["changes"]
    assert any(change["kind"] == "remedy" and "goes wrong" in change["reason"] for change in changes), changes
    assert "Version 2" in run("curriculum", "show", plan)[1]

    code, reply, _ = run("chat", "How am I doing?", "--learner", LEARNER)
    assert code == 0
    assert "Your latest results" in reply
    assert GOAL in run("chat", "What should I practise today?", "--learner", LEARNER)[1]

    kept = told(run, "learner", "export", LEARNER)
    assert kept["learner"]["name"] == NAME
    assert len(kept["results"]) == 9
    assert len(kept["curricula"]) == 1
    assert len(kept["requests"]) >= 3
    assert run("learner", "delete", LEARNER, "--yes")[0] == 0
    database = environment.database(environment.configured().settings)
    assert isinstance(database, Path)
    for word in (LEARNER, NAME, GOAL, kept["learner"]["uid"], plan):
        assert word.encode() not in database.read_bytes(), word
    with sqlite3.connect(database) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    db.close()
    assert run("learner", "show", LEARNER)[0] == 2


def test_an_assessment_is_answered_and_played_marked_and_counted(run: Run, tmp_path: Path) -> None:
    """A paper by the rules, its tasks played (one of them wrongly), feedback on it, and what it says of the learner."""
    paper = told(run, "make", "assessment", "--topic", "ii-V-I", "--level", "4", "--seed", "3")
    questions = paper["value"]["questions"]
    performances = [one for one in questions if one["type"] == "performance"]
    assert len(performances) >= 2
    answers: list[dict[str, Any]] = [
        {"id": one["id"], "answer": one["answer"]} for one in questions if one["type"] != "performance"
    ]
    for place, one in enumerate(performances):
        take = played(Criterion.parse(one["scoring_criteria"]["criterion"]))
        answers.append({"id": one["id"], "take": notes_of(misplayed(take) if place == 0 else take)})
        (tmp_path / "take.json").write_text(json.dumps(notes_of(take)))
        graded = told(run, "grade", "take.json", "--criterion", one["scoring_criteria"]["criterion"])
        assert graded["value"]["met"], one["question"]
    feedback = told(run, "make", "feedback", "--assessment", json.dumps(paper), "--answers", json.dumps(answers))
    by_id = {mark["id"]: mark["score"] for mark in feedback["value"]["by_question"]}
    assert by_id.pop(performances[0]["id"]) < 1
    assert set(by_id.values()) == {1.0}
    (tmp_path / "feedback.json").write_text(json.dumps(feedback))
    run("learner", "add", LEARNER, "--level", "4")
    recorded = told(run, "learner", "result", LEARNER, "--feedback", "feedback.json")
    assert [one["concept"] for one in recorded["moved"]] == ["two-five-one"]
    code, _, err = run("make", "feedback", "--assessment", json.dumps(paper), "--answers", '[{"id": "q1", "take": []}]')
    assert code == 2
    assert "'q1'" in err


LAZY = ("chords", "scales", "rhythm", "gospel", "how do I play jazz", "blues", "R&B", "music theory", "voicings")


@pytest.mark.parametrize("topic", LAZY)
def test_who_names_only_a_field_begins_where_it_begins(run: Run, topic: str) -> None:
    for task in ("tutorial", "lesson", "practice_tips", "quiz"):
        made = told(run, "make", task, "--topic", topic, "--level", "1")
        assert made["receipt"]["model"] == "rules"
        assert made["value"]["generation_method"] == "rules"
        assert made["value"]["level"] == 1


@pytest.mark.parametrize("genre", ["gospel", "jazz", "blues", "classical", "neosoul", "reggae", "latin", "rnb"])
def test_a_beginner_is_given_no_chord_beyond_the_seventh_and_no_stretch(run: Run, genre: str) -> None:
    lesson = told(run, "make", "tutorial", "--topic", "chords", "--level", "1", "--genre", genre)["value"]
    plan = told(run, "make", "curriculum", "--goals", f"play {genre} songs", "--level", "1", "--weeks", "4")["value"]
    assert plan["genre"] == genre, "a goal that names a genre is a goal in it"
    planned = [one for module in plan["modules"] for part in module["lessons"] for one in part["exercises"]]
    for symbol in {chord for one in (*lesson["exercises"], *planned) for chord in one["chords"]}:
        assert not {"9", "11", "13", "b9", "#9", "#11", "b13"} & set(Chord.parse(symbol).degrees), symbol
    for example in lesson["theory"]["examples"]:
        for hands in example["hands"]:
            for hand in (hands["left_hand"], hands["right_hand"]):
                notes = [midi(note) for note in hand]
                assert not notes or max(notes) - min(notes) <= 12, hands


def midi(note: str) -> int:
    """60 for "C4"."""
    letter, octave = note[:-1], int(note[-1])
    return 12 * (octave + 1) + "C D EF G A B".index(letter[0]) + letter.count("#") - letter.count("b")


@pytest.mark.parametrize(
    ("message", "parts"),
    [
        ("Is Cmaj7 C E G Bb?", [": Cmaj7 is C E G B."]),
        ("Is the V7 of Bb F7?", ["the V7 of Bb is F7"]),
        ("How do I play faster?", ["at the ", "bpm"]),
        ("My left hand is too slow", ["at the "]),
        ("What should I practise today?", ["something new"]),
    ],
)
def test_the_coach_answers_what_learners_ask(run: Run, message: str, parts: list[str]) -> None:
    reply = told(run, "chat", message, "--level", "2")
    assert reply["receipt"]["model"] == "rules"
    assert not [part for part in parts if part not in reply["value"]], reply["value"]
    assert ". Then meet" not in reply["value"], "there was no first"
