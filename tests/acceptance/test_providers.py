"""`partimento providers` and what `doctor` says of models: set up twice, found, changed, priced, tested."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from model_servers import LLAMA_SERVER, OLLAMA, ModelServer
from partimento.catalog import price_list
from partimento.cli import main
from partimento.testing.upstream import Upstream, refused, said

CHORDS = {"key": "C", "bars": [["Dm7"], ["G7"], ["Cmaj7"], ["A7"], ["Dm7"], ["G7"], ["Cmaj7", "Am7"], ["Cmaj7"]]}
MISSION = {
    "gemini-1.5-pro", "gemini-1.5-flash", "gpt-4o", "gpt-4o-mini", "gpt-4-turbo", "claude-3-haiku", "claude-3-5-sonnet",
    "gemma-3n-e4b", "eleven_multilingual_v2", "tts-1", "google-neural2",
}  # fmt: skip


class Outcome:
    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PARTIMENTO_DATA_FOLDER", str(tmp_path / "data"))
    monkeypatch.setenv("OLLAMA_HOST", "127.0.0.1:1")

    def command(*arguments: str) -> Outcome:
        with pytest.raises(SystemExit) as ended:
            main(list(arguments))
        out, err = capsys.readouterr()
        code = ended.value.code
        return Outcome(code if isinstance(code, int) else 0, out, err)

    return command


@pytest.fixture
def ollama(monkeypatch: pytest.MonkeyPatch, run: Any) -> Iterator[ModelServer]:
    """An Ollama where OLLAMA_HOST says."""
    with ModelServer(OLLAMA, says=json.dumps(CHORDS)) as server:
        monkeypatch.setenv("OLLAMA_HOST", server.root.removeprefix("http://"))
        yield server


def listed(run: Any) -> dict[str, Any]:
    return {row["id"]: row for row in run("providers", "list", "--json").json}


def told(outcome: Outcome) -> str:
    lines = outcome.err.strip().splitlines()[-3:]
    assert [line.split(":")[0] for line in lines] == ["error", "cause", "mend"], outcome.err
    return " ".join(lines)


# ---- setup -----------------------------------------------------------------------------------------------------------


def test_setup_writes_a_row_for_every_model_of_the_mission_and_a_second_run_changes_nothing(
    run: Any, tmp_path: Path
) -> None:
    first = run("providers", "setup", "--json").json
    assert set(first["written"]) >= MISSION
    with sqlite3.connect(tmp_path / "data" / "partimento.db") as db:
        before = db.execute("SELECT * FROM models").fetchall()
    assert {row[0] for row in before} >= MISSION
    second = run("providers", "setup", "--json").json
    assert (second["written"], second["refreshed"], second["yours"]) == ([], [], [])
    assert second["unchanged"] == len(first["written"])
    with sqlite3.connect(tmp_path / "data" / "partimento.db") as db:
        assert db.execute("SELECT * FROM models").fetchall() == before
    assert "nothing to do" in run("providers", "setup").out


def test_setup_alone_changes_no_model(run: Any) -> None:
    before = listed(run)
    run("providers", "setup")
    assert listed(run) == before


def test_a_row_the_owner_changed_is_never_overwritten_and_counts(run: Any, tmp_path: Path) -> None:
    run("providers", "setup")
    run("providers", "set", "gpt-4o", "--reach", "3")
    with sqlite3.connect(tmp_path / "data" / "partimento.db") as db:
        db.execute("UPDATE models SET tier = 'large' WHERE id = 'gpt-4o-mini'")
    again = run("providers", "setup", "--json").json
    assert again["yours"] == ["gpt-4o", "gpt-4o-mini"]
    models = listed(run)
    assert (models["gpt-4o"]["reach"], models["gpt-4o-mini"]["tier"]) == (3, "large")


def test_a_row_of_an_earlier_version_is_brought_up_to_date(run: Any, tmp_path: Path) -> None:
    from partimento.catalog.lookup import shipped
    from partimento.core.model import Model
    from partimento.environment import SystemClock
    from partimento.store.models import put_models
    from partimento.store.opening import open_store

    store = open_store(tmp_path / "data" / "partimento.db", SystemClock())
    put_models(store, [Model(id="gpt-4o", engine="openai", tier="cloud", reach=2)], as_shipped=True)
    store.close()
    assert run("providers", "setup", "--json").json["refreshed"] == ["gpt-4o"]
    (now,) = [model for model in shipped() if model.id == "gpt-4o"]
    assert listed(run)["gpt-4o"]["reach"] == now.reach


# ---- what runs here --------------------------------------------------------------------------------------------------


def test_a_running_ollama_is_offered_added_when_asked_for_and_then_composes(run: Any, ollama: ModelServer) -> None:
    offered = run("providers", "setup", "--json").json
    assert offered["offered"] == ["ollama/qwen2.5:7b", "ollama/nomic-embed-text:latest"]
    assert offered["added"] == []
    assert "ollama/qwen2.5:7b" not in listed(run)
    assert run("providers", "setup", "--found", "--json").json["added"] == offered["offered"]
    again = run("providers", "setup", "--found", "--json").json
    assert (again["added"], again["offered"]) == ([], [])
    row = listed(run)["ollama/qwen2.5:7b"]
    assert (row["tier"], row["reach"], row["context"], row["ready"]) == ("medium", 6, 16384, True)
    assert row["capabilities"] == ["json_schema", "text", "tools"]
    song = run("compose", "jazz", "medium swing", "--key", "C", "--bars", "8", "--model", "qwen2.5:7b", "--json")
    assert song.code == 0, song.err
    assert song.json["value"]["generation_method"] == "ollama/qwen2.5:7b"
    assert [chord["symbol"] for chord in song.json["value"]["chords"]][:3] == ["Dm7", "G7", "Cmaj7"]
    assert "/v1/chat/completions" in ollama.asked


def test_what_is_found_and_known_is_changed_by_nobody_but_the_owner(run: Any, ollama: ModelServer) -> None:
    run("providers", "setup", "--found")
    run("providers", "set", "ollama/qwen2.5:7b", "--reach", "9", "--inactive")
    run("providers", "setup", "--found")
    row = listed(run)["ollama/qwen2.5:7b"]
    assert (row["reach"], row["state"]) == (9, "inactive")


def test_a_model_of_a_llama_server_is_known_by_its_file(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    with ModelServer(LLAMA_SERVER) as server:
        monkeypatch.setenv("OLLAMA_HOST", server.root)
        run("providers", "setup", "--found")
        row = listed(run)["llama-server/qwen3.5-4b.gguf"]
    assert (row["tier"], row["reach"]) == ("small", 5)


def test_doctor_tells_of_the_server_its_models_and_what_to_run(run: Any, ollama: ModelServer) -> None:
    findings = {finding["what"]: finding for finding in run("doctor", "--json").json}
    assert "Ollama 0.33.0" in findings["found"]["state"]
    assert "qwen2.5:7b" in findings["found"]["state"]
    assert "partimento providers setup --found" in findings["found"]["state"]
    run("providers", "setup", "--found")
    findings = {finding["what"]: finding for finding in run("doctor", "--json").json}
    assert "in the catalog" in findings["found"]["state"]
    assert findings["model ollama/qwen2.5:7b"]["state"] == "ready"


def test_doctor_says_one_line_a_vendor_and_where_the_prices_are_from(
    run: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-very-secret")
    outcome = run("doctor")
    assert outcome.code == 0, outcome.out
    assert len(outcome.out.splitlines()) < 20
    lines = {line[2:].partition(":")[0]: line for line in outcome.out.splitlines()}
    assert "OPENAI_API_KEY present" in lines["OpenAI"]
    assert "gpt-6-luna" in lines["OpenAI"]
    assert "ANTHROPIC_API_KEY absent" in lines["Anthropic"]
    assert str(price_list.shipped().read_on) in lines["prices"]
    assert "very-secret" not in outcome.out
    (tmp_path / "data" / price_list.FILE_NAME).write_bytes(b"torn")
    torn = run("doctor")
    assert torn.code == 3
    assert "prices --refresh" in torn.out


# ---- list, set, prices -----------------------------------------------------------------------------------------------


def test_list_tells_key_and_state_and_never_the_key(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-very-secret")
    models = listed(run)
    assert (models["gpt-4o"]["key"], models["gpt-4o"]["ready"]) == ("present", True)
    assert (models["claude-haiku-5-5"]["key"], models["claude-haiku-5-5"]["ready"]) == ("absent", False)
    assert (models["rules"]["key"], models["rules"]["state"]) == ("not needed", "ready")
    assert "models pull" in models["phi-3.5-mini"]["state"]
    assert models["gpt-4-turbo"]["replaced_by"] == "gpt-6.1-sol"
    assert (models["gpt-6-luna"]["input_usd"], models["gpt-6-luna"]["output_usd"]) == (0.1, 0.5)
    assert models["eleven_multilingual_v2"]["characters_usd"] == 100
    table = run("providers", "list", "--ready").out
    assert "gpt-6.1-terra" in table
    assert "claude" not in table
    assert "very-secret" not in table + json.dumps(models)


def test_set_changes_a_model_by_the_seeds_words_too_and_reset_takes_it_back(run: Any) -> None:
    shipped = listed(run)["gpt-4o"]
    assert run("providers", "set", "gpt-4o", "--tier", "cheap", "--context", "9000", "--can", "text").code == 0
    mine = listed(run)["gpt-4o"]
    assert (mine["tier"], mine["context"], mine["capabilities"]) == ("small", 9000, ["text"])
    assert run("providers", "set", "gpt-4o", "--reset").code == 0
    assert listed(run)["gpt-4o"] == shipped


def test_set_adds_a_model_at_a_url(run: Any) -> None:
    added = run("providers", "set", "mine", "--base-url", "http://127.0.0.1:9/v1", "--tier", "normal", "--json").json
    assert (added["model"]["tier"], added["model"]["ready"]) == ("medium", True)
    assert run("providers", "set", "mine", "--reset").out == "mine: gone\n"
    assert "mine" not in listed(run)


def test_a_listed_local_model_is_used_where_a_server_has_it(run: Any) -> None:
    run("providers", "set", "gemma-3-12b-it", "--base-url", "http://127.0.0.1:9/v1", "--upstream", "gemma3:12b")
    row = listed(run)["gemma-3-12b-it"]
    assert (row["engine"], row["ready"], row["reach"]) == ("openai", True, 6)


def test_an_own_price_wins_from_its_day_on_and_not_before(run: Any) -> None:
    def price(name: str) -> Any:
        rows = {row["id"]: row for row in run("providers", "prices", "--json").json["models"]}
        return rows[name]

    run("providers", "set", "gpt-4o-mini", "--input", "1", "--output", "2", "--cached-input", "0.5")
    now = price("gpt-4o-mini")
    assert (now["input_usd"], now["output_usd"], now["cached_input_usd"], now["source"]) == (1, 2, 0.5, "yours")
    run("providers", "set", "gpt-6-luna", "--input", "9", "--output", "9", "--since", "2099-01-01")
    later = price("gpt-6-luna")
    assert (later["input_usd"], later["next_since"], later["next_input_usd"]) == (0.1, "2099-01-01", 9)
    assert "2099-01-01: 9 / 9" in run("providers", "prices").out


def test_a_table_of_the_settings_that_counts_more_is_pointed_at(run: Any, tmp_path: Path) -> None:
    (tmp_path / "partimento.toml").write_text('[[models]]\nid = "gpt-4o"\nreach = 5\n')
    outcome = run("providers", "set", "gpt-4o", "--reach", "2")
    assert "counts more" in outcome.err
    assert listed(run)["gpt-4o"]["reach"] == 5


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("set", "gpt-9", "--reach", "3"), 2, "--base-url"),
        (("set", "gpt-4o"), 2, "nothing to set"),
        (("set", "gpt-4o", "--reach", "11"), 2, "11"),
        (("set", "gpt-4o", "--tier", "huge"), 3, "huge"),
        (("set", "gpt-4o", "--input", "free"), 2, "free"),
        (("set", "gpt-4o", "--input", "-1"), 2, "-1"),
        (("set", "gpt-4o", "--input", "NaN"), 2, "NaN"),
        (("set", "gpt-4o", "--since", "2026-01-01"), 2, "--input"),
        (("set", "gpt-4o", "--input", "1", "--since", "tomorrow"), 2, "2026-01-31"),
        (("set", "gpt-4o", "--reset"), 2, "gpt-4o"),
        (("set", "gpt-4o", "--can", "fly"), 2, "fly"),
        (("prices", "--refresh", "nothing.json"), 2, "nothing.json"),
        (("prices", "--refresh", "http://127.0.0.1:1/data.json"), 4, "127.0.0.1:1"),
        (("test",), 3, "OPENAI_API_KEY"),
        (("test", "gpt-4o"), 3, "OPENAI_API_KEY"),
        (("test", "gpt-9"), 2, "gpt"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else None,
)
def test_what_cannot_be_ends_in_three_lines_and_its_code(run: Any, arguments: Any, code: int, says: str) -> None:
    outcome = run("providers", *arguments)
    assert outcome.code == code, outcome.err
    assert says in told(outcome)


def test_prices_are_refreshed_from_a_file_or_a_url_and_a_bad_list_changes_nothing(run: Any, tmp_path: Path) -> None:
    def published(price: Any) -> bytes:
        vendors = {"openai": "gpt-6-luna", "anthropic": "claude-opus-5-5", "google": "gemini-4-argon"}
        return json.dumps(
            [
                {"id": v, "models": [{"id": m, "prices": {"input_mtok": price, "output_mtok": price}}]}
                for v, m in vendors.items()
            ]
        ).encode()

    def luna() -> Any:
        told = run("providers", "prices", "--json").json
        return next(row["input_usd"] for row in told["models"] if row["id"] == "gpt-6-luna"), told["source"]

    (tmp_path / "new.json").write_bytes(published(0.25))
    assert run("providers", "prices", "--refresh", "new.json").code == 0
    assert luna() == (0.25, "new.json")
    kept = (tmp_path / "data" / price_list.FILE_NAME).read_bytes()
    (tmp_path / "bad.json").write_bytes(published(-1))
    bad = run("providers", "prices", "--refresh", "bad.json")
    assert bad.code == 2
    assert "stay as they were" in told(bad)
    assert (tmp_path / "data" / price_list.FILE_NAME).read_bytes() == kept
    rows = {row["id"]: row for row in run("providers", "prices", "--json").json["models"]}
    assert rows["claude-haiku-5-5"]["input_usd"] == 0.1
    with ModelServer({"/data.json": json.loads(published(0.5))}) as server:
        url = f"{server.root}/data.json"
        assert run("providers", "prices", "--refresh", url, "--json").json["source"] == url
        assert luna() == (0.5, url)
        gone = run("providers", "prices", "--refresh", f"{server.root}/gone.json")
    assert gone.code == 4
    assert "404" in told(gone)


# ---- test ------------------------------------------------------------------------------------------------------------


def test_each_ready_model_is_asked_once_and_the_call_is_in_the_ledger(run: Any, tmp_path: Path) -> None:
    with Upstream(otherwise=said("ready")) as fine, Upstream(otherwise=refused(401, "who are you")) as locked:
        for name, server in (("fine", fine), ("locked", locked)):
            run("providers", "set", name, "--base-url", server.base_url, "--input", "1", "--output", "1")
        outcome = run("providers", "test", "--json")
        alone = run("providers", "test", "fine")
    assert outcome.code == 7
    answers = {one["model"]: one for one in outcome.json}
    assert answers["fine"]["error"] == ""
    assert answers["fine"]["latency_ms"] > 0
    assert answers["fine"]["cost_usd"] > 0
    assert answers["locked"]["error"]
    assert answers["locked"]["mend"]
    assert alone.code == 0
    assert alone.out.startswith("✓ fine:")
    report = run("usage", "--by", "endpoint", "--json").json
    assert {row["endpoint"] for row in report["rows"]} == {"cli.providers"}


def test_a_model_that_does_not_answer_ends_with_its_own_three_lines(run: Any) -> None:
    run("providers", "set", "gone", "--base-url", "http://127.0.0.1:1/v1")
    outcome = run("providers", "test", "gone")
    assert outcome.code == 4
    assert "127.0.0.1:1" in told(outcome)
    assert outcome.out.startswith("✗ gone:")


def test_a_retired_name_is_answered_by_its_successor_and_the_receipt_says_so(
    run: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with Upstream(otherwise=said(json.dumps(CHORDS))) as server:
        monkeypatch.setenv("OPENAI_API_KEY", "sk-1")
        (tmp_path / "partimento.toml").write_text(f'[[models]]\nid = "gpt-6.1-sol"\nbase_url = "{server.base_url}"\n')
        asked = ("compose", "jazz", "medium swing", "--key", "C", "--bars", "8", "--model", "gpt-4-turbo", "--json")
        receipt = run(*asked).json["receipt"]
    assert receipt["model"] == "gpt-6.1-sol"
    assert server.requests[0].body["model"] == "gpt-6.1-sol"
    assert any("gpt-4-turbo was retired on 2026-10-23" in note for note in receipt["notes"])
