"""The route learns from what drafts came to: over real HTTP, in the real store, across clients, and told in words."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from msgspec import Struct

from partimento import Partimento
from partimento.cli import partimento
from partimento.core.request import Options, Request
from partimento.core.task import Prompt, task
from partimento.testing.upstream import Upstream, said


class Question(Struct, frozen=True, kw_only=True):
    number: int


class Answer(Struct, frozen=True):
    bars: int
    why: str = ""


blues = task(
    name="blues", summary="How many bars", version=1, complexity=4, inputs=Question, draft=Answer, output=Answer,
    prompt=lambda question: Prompt("", f"How many bars has blues number {question.number}?"),
    finish=lambda question, draft, method: draft,
    checks=(lambda question, draft: () if draft.bars == 12 else ("a blues has 12 bars",),),
)  # fmt: skip
SOUND, UNSOUND = said('{"bars": 12}'), said('{"bars": "twelve"}')


@pytest.fixture
def near() -> Iterator[Upstream]:
    with Upstream(otherwise=SOUND) as server:
        yield server


@pytest.fixture
def far() -> Iterator[Upstream]:
    with Upstream(otherwise=SOUND) as server:
        yield server


def settings(near: Upstream, far: Upstream, **changes: Any) -> dict[str, Any]:
    models = [
        {"id": "near", "base_url": near.base_url, "tier": "small", "reach": 4, "provider": "here"},
        {
            "id": "far", "base_url": far.base_url, "tier": "cloud", "reach": 10, "provider": "there",
            "input_usd_per_million": "1", "output_usd_per_million": "4",
        },
    ]  # fmt: skip
    return {"models": models, **changes}


def house(folder: Path, near: Upstream, far: Upstream, **changes: Any) -> Partimento:
    return Partimento(folder=folder, data_folder=str(folder / "data"), **settings(near, far, **changes))


def asked(number: int, complexity: int) -> Request[Any]:
    return blues(number=number).with_(options=Options(complexity=complexity))


def makers(pt: Partimento, numbers: range, complexity: int) -> list[str]:
    return [pt.make(asked(number, complexity)).receipt.model for number in numbers]


def test_a_model_whose_drafts_are_unsound_falls_behind_for_every_client_of_the_store(
    tmp_path: Path, near: Upstream, far: Upstream
) -> None:
    near.then(*[UNSOUND] * 24)
    with house(tmp_path, near, far) as pt:
        assert makers(pt, range(12), complexity=4) == ["far"] * 12
        before = len(near.requests)
    assert before == 24  # each asked twice
    with house(tmp_path, near, far) as another:
        assert makers(another, range(12, 15), complexity=4) == ["far"] * 3
        assert makers(another, range(15, 16), complexity=3) == ["near"]
    assert len(near.requests) == before + 1


def test_a_model_proven_beyond_its_reach_is_asked_there_first_and_the_report_says_what_that_saves(
    tmp_path: Path, near: Upstream, far: Upstream
) -> None:
    with house(tmp_path, near, far, trial_share=0.5) as pt:
        tried = makers(pt, range(80), complexity=6)
    assert 20 < tried.count("near") < 60  # the other half went to the one that covers
    with house(tmp_path, near, far, trial_share=0) as pt:
        assert makers(pt, range(80, 84), complexity=6) == ["near"] * 4

    write_settings(tmp_path, near, far)
    report = run_json(tmp_path, "router", "report", "--rows", "2", "--json")
    lines = {line["model"]: line for line in report["report"]["lines"]}
    assert lines["near"]["sound"] == tried.count("near") + 4
    assert lines["near"]["low"] < lines["near"]["sound_share"] <= 1
    assert float(lines["near"]["cost_per_answer_usd"]) == 0 < float(lines["far"]["cost_per_answer_usd"])
    suggestions = report["report"]["suggestions"]
    assert suggestions[0]["lines"] == '[[models]]\nid = "near"\nreach = 6'
    assert float(suggestions[0]["change_usd"]) == pytest.approx(
        -float(lines["far"]["cost_per_answer_usd"]) * tried.count("far"), rel=1e-6
    )
    assert "small_up_to = 6" in [one["lines"] for one in suggestions]
    assert report["decisions"][0]["decision"][0] == "the route chose, for complexity 6"


def test_explain_tells_who_is_in_who_is_out_and_why(tmp_path: Path, near: Upstream, far: Upstream) -> None:
    sheet = {"key": "C", "bars": [["Dm7"], ["G7"], ["Cmaj7"], ["A7"], ["Dm7"], ["G7"], ["Cmaj7"], ["Cmaj7"]]}
    near.then(said(json.dumps(sheet)))
    write_settings(tmp_path, near, far, force_local=True)
    command = ["compose", "jazz", "medium swing", "--key", "C", "--bars", "8", "--explain", "--json"]
    told = run(tmp_path, *command).stderr
    assert "1. near (small): reach 4 covers complexity 4, free" in told
    assert "far" in told.split("left out:")[1]
    assert "force_local removes cloud models" in told.split("left out:")[1]
    assert "near served" in told


def test_a_rating_tells_of_the_model_that_made_it_once(tmp_path: Path, near: Upstream, far: Upstream) -> None:
    near.then(*[said(f'{{"bars": 12, "why": "{n}"}}') for n in range(6)])
    with house(tmp_path, near, far) as pt:
        for number in range(6):
            made = pt.make(asked(number, 4)).receipt.memory_id
            pt.rate(made, 0)
            pt.rate(made, 0)
        ((sound, unsound),) = [row[3:5] for row in pt.async_.store.ask("tallies")]
    assert sound == pytest.approx(6, abs=0.7)
    assert unsound == pytest.approx(18, abs=2.5)
    with house(tmp_path, near, far) as pt:
        assert makers(pt, range(9, 10), complexity=4) == ["far"]


def test_what_was_learned_can_be_forgotten(tmp_path: Path, near: Upstream, far: Upstream) -> None:
    near.then(*[UNSOUND] * 24)
    with house(tmp_path, near, far) as pt:
        makers(pt, range(12), complexity=4)
    write_settings(tmp_path, near, far)
    assert run_json(tmp_path, "router", "forget", "--json") == {"forgotten": 2}
    with house(tmp_path, near, far) as pt:
        assert makers(pt, range(12, 13), complexity=4) == ["near"]


def write_settings(folder: Path, near: Upstream, far: Upstream, **more: Any) -> None:
    given = settings(near, far)
    lines = [f"{name} = {json.dumps(value)}" for name, value in {"data_folder": str(folder / "data"), **more}.items()]
    for model in given["models"]:
        lines += ["[[models]]", *(f"{name} = {json.dumps(value)}" for name, value in model.items())]
    (folder / "partimento.toml").write_text("\n".join(lines))


def run(folder: Path, *command: str) -> Any:
    with pytest.MonkeyPatch.context() as patched:
        patched.chdir(folder)
        result = CliRunner().invoke(partimento, list(command), catch_exceptions=False)
    assert result.exit_code == 0
    return result


def run_json(folder: Path, *command: str) -> Any:
    return json.loads(run(folder, *command).stdout)
