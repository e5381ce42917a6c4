"""Learners as their owner and an app meet them: on the command line, over HTTP, from Python."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from knocking import House
from partimento import AsyncPartimento, Partimento
from partimento.cli import main
from partimento.core.errors import BadInput, UnknownName
from partimento.environment import SystemClock
from partimento.ledger.accounts import create_key
from partimento.server import curricula, learners
from partimento.server.openapi import page
from partimento.store.opening import open_store
from partimento.tasks import exercise
from serving import serving

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


def test_a_lesson_from_the_first_day_to_the_last(run: Run, tmp_path: Path) -> None:
    added = told(run, "learner", "add", "lena", "--name", "Lena", "--level", "beginner", "--genre", "gospel")
    assert (added["id"], added["level"], added["genre"]) == ("lena", 2, "gospel")
    chosen = told(run, "learner", "next", "lena")
    assert 0.7 <= chosen["chance"]["value"] <= 0.85
    assert len(chosen["reasons"]) >= 2
    fields = [word for name, value in chosen["fields"].items() for word in (f"--{name}", _word(value))]
    made = told(run, "make", "exercise", *fields)
    assert made["value"]["notes"]
    (tmp_path / "exercise.json").write_text(json.dumps(made))
    played = [{"start_beat": n["start_beat"], "beats": n["beats"], "midi": n["midi"]} for n in made["value"]["notes"]]
    (tmp_path / "take.json").write_text(json.dumps(played))
    grade = told(run, "grade", "take.json", "--task", "exercise.json")
    (tmp_path / "grade.json").write_text(json.dumps(grade))
    recorded = told(
        run, "learner", "result", "lena", "--concept", chosen["concept"], "--grade", "grade.json", "--exercise",
        "exercise.json", "--id", "take-1", "--like",
    )  # fmt: skip
    assert recorded["moved"][0]["score"] == grade["value"]["score"] / 100
    assert recorded["moved"][0]["chance"] > recorded["moved"][0]["chance_before"]
    again = told(run, "learner", "result", "lena", "--concept", chosen["concept"], "--score", "0", "--id", "take-1")
    assert again["known"]
    shown = told(run, "learner", "show", "lena")
    assert shown["results"] == 1
    assert chosen["concept"] in {skill["concept"] for skill in shown["skills"]}
    assert [one["concept"] for one in told(run, "learner", "reviews", "lena")] == [chosen["concept"]]
    assert told(run, "learner", "reviews", "lena", "--due") == []
    assert {one["aspect"] for one in told(run, "learner", "preferences", "lena")} >= {"genre", "key", "kind"}


def _word(value: Any) -> str:
    return json.dumps(value) if isinstance(value, list) else str(value)


def test_people_read_lines_and_tables(run: Run) -> None:
    run("learner", "add", "lena", "--name", "Lena", "--genre", "jazz", "--level", "5", "--goal", "play standards")
    for arguments, says in (
        (("list",), "lena  Lena, level 5, jazz, play standards"),
        (("show", "lena"), "lena (Lena): level 5, results: 0"),
        (("reviews", "lena"), "Nothing to review"),
        (("preferences", "lena"), "No preferences yet"),
        (("next", "lena"), "partimento make exercise --kind"),
        (("result", "lena", "--concept", "swing feel", "--score", "0.9"), "90% where"),
        (("result", "lena", "--concept", "swing feel", "--skipped"), "noted"),
        (("show", "lena"), "chance of success"),
        (("reviews", "lena"), "recalled"),
        (("change", "lena", "--level", "advanced"), "changed lena"),
        (("preferences", "lena", "--reset"), "forgot 0 preferences"),
    ):
        code, out, err = run("learner", *arguments)
        assert code == 0, err
        assert says in out


def test_all_of_one_is_exported_and_deleted_by_one_command_each(run: Run, tmp_path: Path) -> None:
    run("learner", "add", "lena-4711", "--name", "Lena Zauberfloete", "--genre", "jazz", "--goal", "play for Lena")
    run("learner", "result", "lena-4711", "--concept", "swing feel", "--score", "0.9", "--id", "lena-4711/1")
    run("curriculum", "activate", "jazz-beginner-12w", "--learner", "lena-4711")
    assert run("learner", "export", "lena-4711", "--out", "lena.json")[0] == 0
    data = json.loads((tmp_path / "lena.json").read_text())
    assert data["learner"]["name"] == "Lena Zauberfloete"
    assert len(data["results"]) == len(data["curricula"]) == len(data["items"]) == len(data["requests"]) == 1
    assert told(run, "learner", "export", "lena-4711")["results"] == data["results"]
    code, _, err = run("learner", "delete", "lena-4711")
    assert code == 2
    assert "--yes" in err
    assert run("learner", "delete", "lena-4711", "--yes")[0] == 0
    with sqlite3.connect(_database()) as db:
        tables = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        kept = repr([db.execute(f'SELECT * FROM "{name}"').fetchall() for name in tables])
    db.close()
    for word in ("lena-4711", "Lena", data["learner"]["uid"], data["curricula"][0]["row"]["id"]):
        assert word not in kept
    assert "curriculum" in kept, "the request itself stays in the ledger"
    assert b"lena-4711" not in _database().read_bytes()


def _database() -> Path:
    from partimento import environment

    found = environment.database(environment.configured().settings)
    assert isinstance(found, Path)
    return found


def test_what_was_learnt_may_be_forgotten(run: Run) -> None:
    run("learner", "add", "lena")
    run("learner", "result", "lena", "--concept", "swing feel", "--score", "0.9")
    assert run("learner", "reset", "lena", "reviews")[0] == 2
    assert told(run, "learner", "reset", "lena", "reviews", "--yes") == {"id": "lena", "forgotten": 1}
    assert told(run, "learner", "reviews", "lena") == []
    assert told(run, "learner", "show", "lena")["results"] == 1
    assert run("learner", "reset", "lena", "soul", "--yes")[0] == 2


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("learner", "show", "nobody"), "unknown learner 'nobody'"),
        (("learner", "next", "nobody"), "unknown learner 'nobody'"),
        (("learner", "delete", "nobody", "--yes"), "unknown learner 'nobody'"),
        (("learner", "export", "nobody"), "unknown learner 'nobody'"),
        (("learner", "reset", "nobody", "all", "--yes"), "unknown learner 'nobody'"),
        (("learner", "add", "x", "--level", "99"), "unknown level"),
        (("learner", "add", "x", "--genre", "polka"), "unknown genre"),
        (("learner", "add", " "), "cannot call"),
        (("learner", "result", "lena", "--concept", "quantum", "--score", "1"), "unknown concept"),
        (("learner", "result", "lena", "--concept", "swing feel", "--score", "80"), "score of 80"),
        (("learner", "result", "lena", "--score", "1"), "says nothing of a concept"),
        (("learner", "result", "lena", "--concept", "swing feel"), "no score"),
        (("learner", "result", "lena", "--grade", "nowhere.json"), "cannot read nowhere.json"),
        (("learner", "result", "lena", "--part", "p1", "--score", "1"), "unknown part"),
        (("learner", "preferences", "lena", "--reset", "colour"), "unknown preference"),
        (("learner", "export", "lena", "--out", "no/such/folder.json"), "cannot write"),
    ],
)
def test_what_cannot_be_done_is_said_clearly(run: Run, arguments: tuple[str, ...], says: str) -> None:
    run("learner", "add", "lena")
    code, out, err = run(*arguments)
    assert code == 2
    assert out == ""
    assert says in err
    assert "mend: " in err
    assert "Traceback" not in err


def test_two_keys_may_have_a_learner_of_one_id(run: Run) -> None:
    run("learner", "add", "42", "--key", "key_a", "--name", "Lena")
    run("learner", "add", "42", "--key", "key_b", "--name", "Otto")
    code, _, err = run("learner", "show", "42")
    assert code == 2
    assert "--key" in err
    assert told(run, "learner", "show", "42", "--key", "key_b")["learner"]["name"] == "Otto"
    assert len(told(run, "learner", "list")) == 2


@pytest.fixture
def doors(tmp_path: Path) -> House:
    return House((*learners.doors, *curricula.doors), tmp_path)


def test_a_learner_over_http(doors: House) -> None:
    made = doors.json("POST", "/api/v2/learners", {"id": "42", "name": "Lena", "level": "beginner", "genre": "gospel"})
    assert made["level"] == 2
    assert [one["id"] for one in doors.json("GET", "/api/v2/learners")] == ["42"]
    chosen = doors.json("GET", "/api/v2/learners/42/next")
    assert exercise.ask(chosen["fields"]).inputs.genre == "gospel"
    body = {"id": "r1", "concept": chosen["concept"], "score": 0.9, "exercise": chosen["exercise"], "rating": 5}
    assert not doors.json("POST", "/api/v2/learners/42/results", body)["known"]
    assert doors.json("POST", "/api/v2/learners/42/results", body)["known"]
    assert [one["score"] for one in doors.json("GET", "/api/v2/learners/42/results")] == [0.9]
    assert doors.json("GET", "/api/v2/learners/42")["results"] == 1
    assert doors.json("PATCH", "/api/v2/learners/42", {"level": 7})["level"] == 7
    assert doors.json("PATCH", "/api/v2/learners/42", {"level": None})["name"] == "Lena"
    assert len(doors.json("GET", "/api/v2/learners/42/reviews")) == 1
    likes = doors.json("GET", "/api/v2/learners/42/preferences")
    assert doors.json("DELETE", "/api/v2/learners/42/preferences")["forgotten"] == len(likes) == 3
    assert doors.json("GET", "/api/v2/learners/42/export")["learner"]["name"] == "Lena"
    assert doors.json("DELETE", "/api/v2/learners/42")["id"] == "42"
    with pytest.raises(UnknownName):
        doors.asked("GET", "/api/v2/learners/42")


def test_a_key_cannot_reach_another_keys_learners_by_any_door(doors: House) -> None:
    doors.json("POST", "/api/v2/learners", {"id": "42", "name": "Lena"}, key="key_a")
    assert doors.json("GET", "/api/v2/learners", key="key_b") == []
    tried = 0
    for door in learners.doors:
        if "{id}" in door.path:
            body = {"concept": "swing-feel", "score": 1.0} if door.method == "POST" else {"name": "X"}
            with pytest.raises(UnknownName, match="unknown learner '42'"):
                doors.asked(door.method, door.path.replace("{id}", "42"), body, key="key_b")
            tried += 1
    assert tried == 10
    assert doors.json("GET", "/api/v2/learners/42", key="key_a")["learner"]["name"] == "Lena"
    assert doors.json("GET", "/api/v2/learners/42")["learner"]["name"] == "Lena", "the owner sees all"


@pytest.mark.parametrize(
    "body",
    [{"score": "high"}, {"score": 7, "concept": "swing-feel"}, {"concept": 7, "score": 1}, [], 7, {"score": None}, {}],
)
def test_a_body_that_says_nothing_is_refused(doors: House, body: Any) -> None:
    doors.json("POST", "/api/v2/learners", {"id": "42"})
    with pytest.raises(BadInput):
        doors.asked("POST", "/api/v2/learners/42/results", body)
    assert doors.json("GET", "/api/v2/learners/42/results") == []


def test_the_doors_are_on_the_page(doors: House) -> None:
    told = page((*learners.doors, *curricula.doors))
    assert set(told["paths"]["/api/v2/learners/{id}"]) == {"get", "patch", "delete"}
    assert set(told["paths"]["/api/v2/curricula/{id}"]) == {"get", "put", "delete"}


def test_a_server_keeps_keys_apart(tmp_path: Path) -> None:
    with serving(tmp_path, "require_key = true\n") as served:
        store = open_store(tmp_path / "data" / "partimento.db", SystemClock())
        first, second = (
            create_key(store, name, now=SystemClock().now(), new_secret=lambda name=name: name * 8).secret.value  # type: ignore[misc]
            for name in ("aaaaa", "bbbbb")
        )
        store.close()
        made = served.post("/api/v2/learners", {"id": "42", "goals": ["play"]}, x_api_key=first)
        assert made.status == 200, made.body
        assert served.post("/api/v2/learners", {"id": "42"}, x_api_key=second).status == 200, "ids are each key's own"
        done = served.post("/api/v2/curricula/jazz-beginner-12w/activate", {"learner": "42"}, x_api_key=first)
        assert done.status == 200, done.body
        plan = done.json["row"]["id"]
        assert served.get(f"/api/v2/curricula/{plan}", x_api_key=first).status == 200
        assert served.get(f"/api/v2/curricula/{plan}", x_api_key=second).status == 404
        assert served.get("/api/v2/learners/42").status == 401
        exported = served.get("/api/v2/learners/42/export", x_api_key=first).json
        assert len(exported["requests"]) == len(exported["items"]) == 1, "what was made for him alone is his"
        other = served.get("/api/v2/learners/42/export", x_api_key=second).json
        assert (other["requests"], other["items"], other["curricula"]) == ([], [], [])
        assert served.get("/api/v2/learners/43", x_api_key=first).json["error"].startswith("unknown learner")


def test_the_python_client_brings_both(tmp_path: Path) -> None:
    with Partimento(data_folder=str(tmp_path)) as client:
        kept = client.async_.learners
        kept.add("42", level=3, genre="jazz", goals=["play standards"])
        chosen = kept.next("42")
        made = client.make(exercise(**chosen.fields), model="rules")
        assert msgspec.structs.asdict(made.value)["level"] == chosen.level
        assert kept.record("42", concept=chosen.concept, score=0.8, exercise=made).moved


async def _coached(folder: Path) -> Any:
    async with AsyncPartimento(data_folder=str(folder)) as client:
        client.learners.add("42", level=3, genre="jazz", goals=["play standards"])
        return client.coaching("What shall I practise?", learner="42")


def test_the_coach_is_told_of_the_learner(tmp_path: Path) -> None:
    import asyncio

    request = asyncio.run(_coached(tmp_path))
    assert request.inputs.context.goals == ("play standards",)
    assert request.caller.user == "42"
