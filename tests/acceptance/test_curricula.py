"""Curricula as their owner meets them: activated, edited, planned again, on the command line and over HTTP."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from knocking import House
from partimento.cli import main
from partimento.core.errors import BadInput, UnknownName
from partimento.learner.templates import templates
from partimento.server import curricula, learners

Run = Callable[..., tuple[int, str, str]]


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


def test_a_template_is_activated_with_one_command(run: Run) -> None:
    names = [one["name"] for one in told(run, "curriculum", "list", "--templates")]
    assert names == [one.name for one in templates()]
    run("learner", "add", "lena")
    first = told(run, "curriculum", "activate", "gospel-beginner-12w", "--learner", "lena")
    again = told(run, "curriculum", "activate", "gospel-beginner-12w", "--learner", "lena")
    assert (first["known"], again["known"]) == (False, True)
    assert first["row"] == again["row"]
    (listed,) = told(run, "curriculum", "list", "--learner", "lena")
    assert (listed["id"], listed["state"], listed["version"]) == (first["row"]["id"], "active", 1)
    shown = told(run, "curriculum", "show", listed["id"])
    assert shown["curriculum"]["duration_weeks"] == 12
    assert shown["curriculum"]["generation_method"] == "rules"
    assert told(run, "learner", "next", "lena")["why"] == "plan"


def test_a_curriculum_is_edited_by_export_and_import(run: Run, tmp_path: Path) -> None:
    name = told(run, "curriculum", "activate", "blues-beginner-8w")["row"]["id"]
    document = told(run, "curriculum", "show", name)
    document["curriculum"]["modules"][0]["title"] = "My own beginning"
    (tmp_path / "plan.json").write_text(json.dumps(document))
    edited = told(run, "curriculum", "edit", name, "--file", "plan.json")
    assert edited["version"] == 2
    assert told(run, "curriculum", "show", name)["curriculum"]["modules"][0]["title"] == "My own beginning"
    old = told(run, "curriculum", "show", name, "--version", "1")["curriculum"]["modules"][0]["title"]
    assert old != "My own beginning"
    code, _, err = run("curriculum", "edit", name, "--file", "plan.json")
    assert code == 2
    assert "version 2 is the last" in err
    assert run("curriculum", "edit", name, "--file", "plan.json", "--version", "2")[0] == 0


def test_a_generated_curriculum_is_kept_and_activated(run: Run, tmp_path: Path) -> None:
    run("learner", "add", "lena")
    made = told(run, "make", "curriculum", "--genre", "jazz", "--level", "4", "--weeks", "4")
    (tmp_path / "made.json").write_text(json.dumps(made))
    row = told(run, "curriculum", "edit", "--file", "made.json", "--learner", "lena")
    assert (row["state"], row["version"], row["level"]) == ("draft", 1, 4)
    assert told(run, "learner", "show", "lena")["following"] == ""
    told(run, "curriculum", "activate", row["id"], "--learner", "lena")
    assert told(run, "learner", "show", "lena")["following"] == row["id"]


def test_progress_and_what_follows_from_it(run: Run) -> None:
    run("learner", "add", "lena", "--level", "3", "--genre", "jazz")
    name = told(run, "curriculum", "activate", "jazz-beginner-12w", "--learner", "lena")["row"]["id"]
    lesson = told(run, "curriculum", "show", name)["curriculum"]["modules"][0]["lessons"][0]
    for exercise in lesson["exercises"]:
        told(run, "learner", "result", "lena", "--part", exercise["id"], "--score", "0.9")
    found = told(run, "curriculum", "progress", name)
    assert found["modules"][0]["lessons"][0]["state"] == "done"
    second = found["modules"][0]["lessons"][1]
    assert found["lesson"] == second["id"]
    told(run, "curriculum", "progress", name, "--part", second["id"], "--state", "done", "--score", "0.8")
    assert told(run, "curriculum", "progress", name)["modules"][0]["lessons"][1]["state"] == "done"
    assert told(run, "curriculum", "replan", name)["changes"] == []
    concept = told(run, "curriculum", "show", name)["curriculum"]["modules"][0]["lessons"][2]["concept_ids"][0]
    for _ in range(8):
        told(run, "learner", "result", "lena", "--concept", concept, "--score", "0", "--level", "3")
    code, out, _ = run("curriculum", "replan", name)
    assert code == 0
    assert "version 2" in out
    assert "remedy: Back to what" in out
    assert "goes wrong" in out
    code, out, _ = run("curriculum", "show", name)
    assert "[remedy]" in out
    assert "Version 2" in out


def test_people_read_lines(run: Run) -> None:
    run("learner", "add", "lena")
    code, out, _ = run("curriculum", "list")
    assert "curriculum activate" in out
    code, out, err = run("curriculum", "activate", "reggae-beginner-8w", "--learner", "lena")
    assert code == 0, err
    name = out.partition(":")[0]
    assert "now followed by lena" in out
    assert "already followed" in run("curriculum", "activate", "reggae-beginner-8w", "--learner", "lena")[1]
    assert f"{name}  Reggae" in run("curriculum", "list")[1]
    assert "0% of the lessons are done, week 1" in run("curriculum", "progress", name)[1]
    assert "nothing to change" in run("curriculum", "replan", name)[1]
    assert run("curriculum", "archive", name)[0] == 2
    assert run("curriculum", "archive", name, "--yes")[1].startswith("archived")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("activate", "jazz-beginer-12w"), "jazz-beginner-12w"),
        (("activate", "jazz-beginner-12w", "--learner", "nobody"), "unknown learner"),
        (("show", "nothing"), "unknown curriculum"),
        (("replan", "nothing"), "unknown curriculum"),
        (("progress", "nothing"), "unknown curriculum"),
        (("archive", "nothing", "--yes"), "unknown curriculum"),
        (("edit", "nothing", "--file", "empty.json"), "unknown curriculum"),
        (("edit", "--file", "empty.json"), "no curriculum"),
        (("edit", "--file", "broken.json"), "is no JSON"),
        (("edit", "--file", "nowhere.json"), "cannot read nowhere.json"),
    ],
)
def test_what_cannot_be_done_is_said_clearly(run: Run, tmp_path: Path, arguments: tuple[str, ...], says: str) -> None:
    (tmp_path / "empty.json").write_text("{}")
    (tmp_path / "broken.json").write_text("{")
    code, out, err = run("curriculum", *arguments)
    assert code == 2
    assert out == ""
    assert says in err
    assert "Traceback" not in err


@pytest.fixture
def doors(tmp_path: Path) -> House:
    return House((*learners.doors, *curricula.doors), tmp_path)


def test_a_curriculum_over_http(doors: House) -> None:
    doors.json("POST", "/api/v2/learners", {"id": "42", "level": 3})
    assert len(doors.json("GET", "/api/v2/curricula/templates")) == len(templates())
    done = doors.json("POST", "/api/v2/curricula/jazz-beginner-12w/activate", {"learner": "42"})
    name = done["row"]["id"]
    assert doors.json("POST", "/api/v2/curricula/jazz-beginner-12w/activate", {"learner": "42"})["known"]
    shown = doors.json("GET", f"/api/v2/curricula/{name}")["curriculum"]
    shown["title"] = "Our plan"
    assert doors.json("PUT", f"/api/v2/curricula/{name}", {"curriculum": shown, "version": 1})["version"] == 2
    with pytest.raises(BadInput, match="version 2 is the last"):
        doors.asked("PUT", f"/api/v2/curricula/{name}", {"curriculum": shown, "version": 1})
    assert [one["title"] for one in doors.json("GET", "/api/v2/curricula")] == ["Our plan"]
    part = shown["modules"][0]["lessons"][0]["id"]
    assert doors.json("POST", f"/api/v2/curricula/{name}/progress", {"part": part})["share"] > 0
    assert doors.json("GET", f"/api/v2/curricula/{name}/progress")["share"] > 0
    assert doors.json("POST", f"/api/v2/curricula/{name}/replan", {})["changes"] == []
    draft = doors.json("POST", "/api/v2/curricula", {"curriculum": shown, "learner": "42"})
    assert draft["state"] == "draft"
    assert doors.json("DELETE", f"/api/v2/curricula/{name}")["state"] == "archived"


def test_a_key_cannot_reach_another_keys_curricula_by_any_door(doors: House) -> None:
    doors.json("POST", "/api/v2/learners", {"id": "42"}, key="key_a")
    done = doors.json("POST", "/api/v2/curricula/jazz-beginner-12w/activate", {"learner": "42"}, key="key_a")
    assert doors.json("GET", "/api/v2/curricula", key="key_b") == []
    shown = doors.json("GET", f"/api/v2/curricula/{done['row']['id']}", key="key_a")["curriculum"]
    tried = 0
    for door in curricula.doors:
        if "{id}" in door.path:
            path = door.path.replace("{id}", done["row"]["id"])
            body = {"curriculum": shown, "version": 1, "part": shown["modules"][0]["id"]}
            with pytest.raises(UnknownName):
                doors.asked(door.method, path, body, key="key_b")
            tried += 1
    assert tried == 7
