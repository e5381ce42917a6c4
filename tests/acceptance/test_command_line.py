"""The command line as a user meets it: results on stdout, three lines of error on stderr, the promised exit codes."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import mido
import pytest

from partimento.cli import COMMANDS, main


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


def told(outcome: Outcome) -> list[str]:
    lines = outcome.err.strip().splitlines()
    assert [line.split(":")[0] for line in lines[-3:]] == ["error", "cause", "mend"], outcome.err
    assert "Traceback" not in outcome.err
    return lines[-3:]


WORSHIP = "slow worship ballad, 2-5-1 into the chorus"
COMPOSE = ("compose", "gospel", WORSHIP, "--key", "Ab", "--bars", "16", "--seed", "7")


def test_compose_writes_every_format_and_one_json_document(run: Any, tmp_path: Path) -> None:
    outs = [part for name in ("s.mid", "s.musicxml", "s.abc", "s.json") for part in ("--out", name)]
    outcome = run(*COMPOSE, *outs, "--json")
    assert outcome.code == 0, outcome.err
    value, receipt = outcome.json["value"], outcome.json["receipt"]
    assert (value["key"], value["bars"], value["generation_method"]) == ("Ab", 16, "rules")
    assert receipt["tier"] == "rules"
    assert receipt["cost_usd"] == 0
    assert len(mido.MidiFile(tmp_path / "s.mid").tracks) >= 3
    assert (tmp_path / "s.musicxml").read_text().startswith("<?xml")
    assert "\nX:1\n" in (tmp_path / "s.abc").read_text()
    assert json.loads((tmp_path / "s.json").read_text())["chords"] == value["chords"]


def test_the_second_identical_compose_costs_nothing_and_the_ledger_has_both(run: Any) -> None:
    first, second = run(*COMPOSE, "--json").json, run(*COMPOSE, "--json").json
    assert (first["receipt"]["cached"], second["receipt"]["cached"]) == (False, True)
    assert second["value"] == first["value"]
    report = run("usage", "--json").json
    assert (report["total"]["requests"], report["total"]["hits"]) == (2, 1)
    assert report["total"]["cost_usd"] == 0
    assert [(row["ending"], row["cached"], row["cost_usd"]) for row in report["rows"]] == [
        ("hit", True, 0),
        ("served", False, 0),
    ]
    assert "The newest requests" in run("usage", "--rows", "5").out
    assert run("cache", "stats", "--json").json["entries"] == 1


def test_the_table_shows_sections_chords_and_the_receipt(run: Any) -> None:
    outcome = run(*COMPOSE)
    assert "Gospel in Ab" in outcome.out
    assert "by rules" in outcome.out
    assert "┌" in outcome.out


def test_explain_tells_the_route(run: Any) -> None:
    outcome = run(*COMPOSE, "--explain", "--json")
    assert "complexity 4 asks for small" in outcome.err
    assert "1. rules" in outcome.err
    assert "served" in outcome.err
    assert "from memory" in run(*COMPOSE, "--explain", "--json").err


def test_analyze_names_numerals_functions_and_key(run: Any) -> None:
    value = run("analyze", "Cmaj7 A7 Dm7 G7", "--key", "C", "--json").json["value"]
    assert [chord["numeral"] for chord in value["chords"]] == ["Imaj7", "V7/ii", "ii7", "V7"]
    assert value["key"] == "C"
    assert [chord["function"] for chord in value["chords"]][1] == "applied dominant"


def test_analyze_reads_stdin_and_finds_the_key(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    import io

    monkeypatch.setattr(sys, "stdin", io.StringIO("Dm7 G7 | Cmaj7\n"))
    outcome = run("analyze", "-")
    assert "In C (found from the chords)" in outcome.out


def test_make_lists_its_tasks_and_makes_one(run: Any) -> None:
    names = [task["name"] for task in run("make", "--list", "--json").json]
    assert {"arrangement", "progression", "theory", "text"} <= set(names)
    made = run("make", "progression", "--genre", "jazz", "--key", "Bb", "--bars", "12", "--seed", "1", "--json").json
    assert (made["value"]["key"], made["value"]["bars"]) == ("Bb", 12)


def test_bare_partimento_shows_the_next_steps(run: Any) -> None:
    outcome = run()
    assert outcome.code == 0
    assert "partimento compose" in outcome.out


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(run: Any, name: str) -> None:
    outcome = run(name, "--help")
    assert outcome.code == 0
    assert "Usage:" in outcome.out


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("compose", "gospell"), 2, "gospel"),
        (("compose", "gospel", "--key", "Hb"), 2, "key"),
        (("compose", "gospel", "--bars", "0"), 2, "bars"),
        (("compose", "gospel", "--bars", "10000"), 2, "bars"),
        (("compose", "gospel", "--tempo", "-1"), 2, "tempo"),
        (("compose", "gospel", "--level", "11"), 2, "level"),
        (("compose", "gospel", "--meter", "5/3"), 2, "meter"),
        (("compose", "jazz", "12-bar blues", "--bars", "7"), 2, "12"),
        (("compose", "gospel", "--out", "song.xyz"), 2, ".mid"),
        (("compose", "gospel", "--out", "missing/song.mid"), 2, "folder"),
        (("compose", "gospel", "--model", "gpt-9"), 2, "gpt-5"),
        (("compose", "gospel", "--model", "gpt-4o"), 3, "OPENAI_API_KEY"),
        (("compose",), 2, "GENRE"),
        (("compose", "gospel", "--bars", "many"), 2, "integer"),
        (("analyze", "Dm7 Xyz G7"), 2, "Xyz"),
        (("analyze", ""), 2, "chord"),
        (("analyze", "C", "--key", "Q"), 2, "key"),
        (("make", "progresion"), 2, "progression"),
        (("make", "progression", "--gender", "jazz"), 2, "genre"),
        (("make", "progression", "--genre", "jazz", "--bars", "x"), 2, "bars"),
        (("make", "progression", "--genre"), 2, "value"),
        (("make", "text", "--prompt", "hello"), 3, "OPENAI"),
        (("make", "text", "--prompt", " "), 2, "prompt"),
        (("usage", "--by", "colour"), 2, "task"),
        (("usage", "--days", "0"), 2, "days"),
        (("cache", "prune", "--task", "nothing"), 2, "task"),
        (("db", "restore", "nothing.db"), 2, "nothing.db"),
        (("compos",), 2, "compose"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else None,
)
def test_bad_input_ends_in_three_lines_and_its_code(run: Any, arguments: Any, code: int, says: str) -> None:
    outcome = run(*arguments)
    assert outcome.code == code, outcome.err
    assert says.lower() in " ".join(told(outcome)).lower()
    assert not outcome.out


def test_what_cannot_be_written_is_said_before_anything_is_made(run: Any) -> None:
    run("compose", "gospel", "--out", "missing/song.mid")
    assert run("usage", "--json").json["total"]["requests"] == 0


def test_a_broken_toml_names_its_line(run: Any, tmp_path: Path) -> None:
    (tmp_path / "partimento.toml").write_text("small_up_to = 3\nbudget_mode = = 2\n")
    outcome = run(*COMPOSE)
    assert outcome.code == 3
    assert "line 2" in " ".join(told(outcome))


def test_a_corrupt_database_is_left_alone(run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARTIMENTO_DATA_FOLDER", str(tmp_path))
    (tmp_path / "partimento.db").write_bytes(b"this is not a database " * 500)
    outcome = run(*COMPOSE)
    assert outcome.code == 8
    told(outcome)
    assert (tmp_path / "partimento.db").read_bytes().startswith(b"this is not")


def test_a_newer_database_is_refused(run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARTIMENTO_DATA_FOLDER", str(tmp_path))
    run(*COMPOSE)
    with sqlite3.connect(tmp_path / "partimento.db") as db:
        db.execute("INSERT INTO migrations VALUES (9999, 'tomorrow', 'x', 0)")
    outcome = run(*COMPOSE)
    assert outcome.code == 8
    assert "newer" in " ".join(told(outcome))


def test_a_data_folder_that_is_a_file_is_refused(run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "taken").write_text("")
    monkeypatch.setenv("PARTIMENTO_DATA_FOLDER", str(tmp_path / "taken"))
    outcome = run(*COMPOSE)
    assert outcome.code == 8
    told(outcome)


def test_a_read_only_data_folder_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    folder.chmod(0o555)
    # root may write anywhere: so the first run loads all the code, and the second is nobody's
    program = """
import contextlib, os, sys
from partimento.cli import main
with contextlib.suppress(SystemExit), contextlib.redirect_stdout(sys.stderr):
    os.environ["PARTIMENTO_DATA_FOLDER"] = sys.argv[1]
    main(sys.argv[3:])
sys.stderr.flush()
if os.geteuid() == 0:
    os.setuid(65534)
os.environ["PARTIMENTO_DATA_FOLDER"] = sys.argv[2]
main(sys.argv[3:])
"""
    arguments = [str(tmp_path / "fine"), str(folder), *COMPOSE]
    done = subprocess.run([sys.executable, "-c", program, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 8, done.stderr
    told(Outcome(8, done.stdout, done.stderr))


def test_config_tells_values_origins_and_hides_secrets(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-very-secret")
    outcome = run("config", "show", "--json")
    assert outcome.json["openai_api_key"] == {"value": "set", "origin": "environment"}
    assert "very-secret" not in outcome.out + run("config", "show").out
    assert run("config", "path", "--json").json["database"].endswith("partimento.db")


def test_the_sample_settings_can_be_read_back_line_by_line(run: Any, tmp_path: Path) -> None:
    import tomllib

    assert run("config", "sample").code == 0
    sample = (tmp_path / "partimento.toml").read_text()
    settings = "\n".join(re.findall(r"^# (\w+ = .*|\[.*)$", sample, re.MULTILINE))
    assert tomllib.loads(settings)["budget_mode"] == "balanced"
    assert run("config", "show", "--json").code == 0
    assert run("config", "sample").code == 2


def test_backup_and_restore_bring_the_ledger_back(run: Any) -> None:
    run(*COMPOSE)
    assert run("db", "backup", "copy.db").code == 0
    run("analyze", "C F G C")
    assert run("db", "restore", "copy.db", "--json").json["moved_aside"]
    assert run("usage", "--json").json["total"]["requests"] == 1
    assert run("db", "migrate", "--json").json["version"] >= 1


def test_doctor_says_what_works(run: Any) -> None:
    findings = {finding["what"]: finding for finding in run("doctor", "--json").json}
    assert "gospel" in findings["genres"]["state"]
    assert findings["model rules"]["state"] == "ready"
    assert "OPENAI_API_KEY absent" in findings["OpenAI"]["state"]


def test_the_command_line_starts_as_a_module() -> None:
    done = subprocess.run([sys.executable, "-m", "partimento", "--version"], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("partimento, version")


def test_a_full_disk_ends_in_three_lines_and_loses_nothing(tmp_path: Path) -> None:
    def no_more_than_a_little() -> None:
        import resource

        resource.setrlimit(resource.RLIMIT_FSIZE, (800_000, 800_000))

    environment = {**os.environ, "PARTIMENTO_DATA_FOLDER": str(tmp_path / "data")}
    command = [sys.executable, "-m", "partimento"]

    def compose(seed: int) -> subprocess.CompletedProcess[str]:
        asked = [*command, "compose", "jazz", "--bars", "64", "--seed", str(seed), "--json"]
        return subprocess.run(
            asked, env=environment, preexec_fn=no_more_than_a_little, capture_output=True, text=True, check=False
        )

    answered = 0
    while (done := compose(answered)).returncode == 0 and answered < 40:
        answered += 1
    assert done.returncode == 8, done.stderr
    told(Outcome(8, done.stdout, done.stderr))
    usage = subprocess.run([*command, "usage", "--json"], env=environment, capture_output=True, text=True, check=True)
    assert json.loads(usage.stdout)["total"]["served"] == answered > 0
