"""Reviewing as its owner and an app meet it: on the command line, over HTTP, from Python."""

from __future__ import annotations

import io
import json
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from partimento import Partimento
from partimento.cli import main
from partimento.environment import SystemClock
from partimento.ledger.accounts import create_key
from partimento.store.opening import open_store
from serving import Served, serving

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


# ---- the command -----------------------------------------------------------------------------------------------------


def test_an_item_on_its_way_from_the_queue_to_training(run: Run) -> None:
    made = told(run, "analyze", "Dm7 G7 Cmaj7", "--key", "C")["receipt"]["memory_id"]
    code, out, err = run("review", "next")
    assert code == 0
    assert out.startswith(made)
    assert "Dm7" in out
    assert "0 of 1 reviewed" in err
    assert told(run, "review", "next")["id"] == made
    assert told(run, "review", "rate", made[:8], "5")["rating"] == 5
    said = told(run, "review", "verify", made[:8], "--tag", "ii-V-I", "--tag", "c", "--difficulty", "2", "--note", "ok")
    assert (said["state"], said["tags"], said["difficulty"], said["note"]) == ("verified", ["ii-V-I", "c"], 2, "ok")
    assert told(run, "review", "next") is None
    assert "1 training-ready of 100" in run("review", "next")[2]
    assert [one["id"] for one in told(run, "review", "list", "--state", "verified", "--tag", "c")] == [made]
    with Partimento() as pt:
        (pair,) = pt.export_training_data()
    assert (pair["tags"], pair["difficulty"], pair["weight"]) == (["theory", "rules", "ii-V-I", "c"], 2, 1.0)
    assert told(run, "review", "undo", made)["state"] == "open"
    assert told(run, "review", "undo", made)["rating"] is None
    assert run("review", "undo", made)[0] == 2


def test_an_edit_comes_from_a_file_or_stdin(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = told(run, "make", "tutorial", "--topic", "ii-V-I", "--key", "C")
    name, value = made["receipt"]["memory_id"], made["value"]
    value["theory"]["summary"] = "In C major, the V7 is G7."
    Path("edited.json").write_text(json.dumps(value))
    assert told(run, "review", "edit", name, "edited.json")["edited"]["theory"]["summary"].endswith("G7.")
    value["theory"]["summary"] = "In C major, the V7 is D7."
    monkeypatch.setattr("sys.stdin", io.StringIO(json.dumps(value)))
    code, _, err = run("review", "edit", name, "-")
    assert code == 6
    assert "theory.summary" in err
    Path("edited.json").write_text(json.dumps(value))
    assert told(run, "review", "edit", name, "edited.json", "--force", "--verify")["state"] == "verified"
    Path("broken.json").write_text('{\n  "title": }')
    code, _, err = run("review", "edit", name, "broken.json")
    assert code == 2
    assert "line 2" in err


def test_what_cannot_be_judged_is_refused_with_the_mend(run: Run) -> None:
    assert run("review", "verify", "0" * 64)[0] == 2
    assert run("review", "rate", "abcd", "6")[0] == 2
    assert run("review", "list", "--state", "odd")[0] == 2
    code, _, err = run("review", "show", "ab")
    assert code == 2
    assert "mend:" in err


# ---- over HTTP -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("review")) as served:
        yield served


def made(house: Served, chords: str, **headers: str) -> str:
    answer = house.post("/api/v2/analyze", {"chords": chords, "key": "C"}, **headers)
    return str(answer.json["receipt"]["memory_id"])


def test_the_doors_tell_and_take_what_is_said(house: Served) -> None:
    name = made(house, "Dm7 G7 Cmaj7")
    listed = house.get("/api/v2/memory?task=theory&most=5").json
    assert [one["id"] for one in listed["items"]] == [name]
    assert listed["reached"]["open"] == 1
    one = house.get(f"/api/v2/memory/{name}").json
    assert one["value"]["numerals"] == ["ii7", "V7", "Imaj7"]
    assert one["review"]["revision"] == 0
    body = {"revision": 0, "tags": ["a"], "weight": 2, "rating": 4}
    said = house.post(f"/api/v2/memory/{name}/verify", body).json
    assert (said["state"], said["tags"], said["weight"]) == ("verified", ["a"], 2.0)
    assert (said["rating"], said["revision"]) == (4, 1)
    late = house.post(f"/api/v2/memory/{name}/reject", {"revision": 0})
    assert late.status == 409
    assert "verified it" in late.json["cause"]
    assert house.post(f"/api/v2/memory/{name}/rating", {"rating": 5}).status == 200
    assert house.post(f"/api/v2/memory/{name}/undo", {}).json["rating"] == 4
    wrong = json.loads(json.dumps(one["value"]))
    wrong["cadences"][0]["sentence"] = "In C major, the V7 is D7."
    assert house.post(f"/api/v2/memory/{name}/edit", {"value": wrong}).status == 422
    assert house.post(f"/api/v2/memory/{name}/edit", {"value": {"key": 3}}).status == 400
    kept = house.post(f"/api/v2/memory/{name}/edit", {"value": wrong, "force": True}).json
    assert kept["edited"]["cadences"][0]["sentence"].endswith("D7.")
    assert house.post(f"/api/v2/memory/{name}/mark", {"difficulty": None, "note": "x"}).json["note"] == "x"
    assert house.post(f"/api/v2/memory/{name}/reopen", {}).json["state"] == "open"


@pytest.mark.parametrize(
    ("path", "status"),
    [("?state=odd", 404), ("?easiest=99", 400), ("?most=0", 400), ("?most=1000", 400), ("/nothing", 404)],
)
def test_what_is_not_there_is_told(house: Served, path: str, status: int) -> None:
    answer = house.get(f"/api/v2/memory{path}")
    assert answer.status == status
    assert answer.json["mend"]


def test_an_app_judges_what_it_asked_for_and_the_owner_everything(house: Served) -> None:
    store = open_store(house.folder / "data" / "partimento.db", SystemClock())
    keys = {
        name: create_key(
            store, name, requests_per_minute=rate, now=0.0, new_secret=lambda: secrets.token_urlsafe(32)
        ).secret.value
        for name, rate in (("app", 600), ("other app", 600), ("me", None))
    }  # fmt: skip
    store.close()
    name = made(house, "F Bb C7 F", authorization=f"Bearer {keys['app']}")
    for who, status in (("app", 200), ("other app", 404), ("me", 200)):
        bearer = f"Bearer {keys[who]}"
        assert house.get(f"/api/v2/memory/{name}", authorization=bearer).status == status
        seen = [one["id"] for one in house.get("/api/v2/memory?state=all", authorization=bearer).json["items"]]
        assert (name in seen) == (status == 200)
        assert house.post(f"/api/v2/memory/{name}/mark", {"tags": [who]}, authorization=bearer).status == status
    assert house.get(f"/api/v2/memory/{name}").json["review"]["reviewer"] == "me"
