"""API keys and caps as their owner meets them on the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from partimento.cli import main

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


def test_a_key_is_shown_once_and_listed_without_its_secret(run: Run) -> None:
    made = told(run, "keys", "create", "phone", "--budget", "5", "--per", "month", "--rpm", "60", "--tpm", "9000")
    assert made["key"].startswith("pk-")
    assert len(made["key"]) == 46
    (listed,) = told(run, "keys", "list")
    assert {**listed, "key": made["key"]} == made
    assert (listed["name"], listed["state"], listed["monthly_budget_usd"]) == ("phone", "active", 5)
    assert (listed["requests_per_minute"], listed["tokens_per_minute"], listed["spent_today_usd"]) == (60, 9000, 0)
    code, out, _ = run("keys", "list")
    assert code == 0
    assert "phone" in out
    assert made["key"] not in out


def test_the_key_alone_goes_to_stdout_so_that_it_can_be_piped(run: Run) -> None:
    code, out, err = run("keys", "create", "phone")
    assert code == 0
    assert out.startswith("pk-")
    assert out.count("\n") == 1
    assert "cannot be shown again" in err


def test_a_key_may_be_held_to_models_and_a_date(run: Run) -> None:
    day = (datetime.now(UTC) + timedelta(days=3)).strftime("%Y-%m-%d")
    made = told(run, "keys", "create", "guest", "--models", "rules, small", "--expires", day, "--privacy", "off")
    assert (made["models"], made["privacy"]) == (["rules", "small"], "off")
    assert datetime.fromtimestamp(made["expires_at"], UTC).strftime("%H:%M") == "00:00"
    assert made["expires_at"] > datetime.now(UTC).timestamp() + 2 * 86_400


def test_a_revoked_key_stays_in_the_list_and_gives_its_name_back(run: Run) -> None:
    first = told(run, "keys", "create", "phone")
    assert run("keys", "create", "phone")[0] == 2
    assert told(run, "keys", "revoke", first["id"])["name"] == "phone"
    told(run, "keys", "create", "phone")
    assert sorted(key["state"] for key in told(run, "keys", "list")) == ["active", "revoked"]
    assert run("keys", "revoke", "phone")[0] == 0
    assert run("keys", "revoke", "phone")[0] == 2


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--budget", "five"), "amount"),
        (("--budget", "-1"), "amount"),
        (("--budget", "nan"), "amount"),
        (("--expires", "2020-01-01"), "past"),
        (("--expires", "soon"), "date"),
        (("--expires", "2027-02-30"), "day"),
        (("--rpm", "0"), "rpm"),
        (("--models", "rulez"), "rules"),
        (("--models", "auto"), "auto"),
    ],
    ids=" ".join,
)
def test_what_cannot_be_read_makes_no_key_and_says_why(run: Run, options: tuple[str, ...], says: str) -> None:
    code, out, err = run("keys", "create", "phone", *options)
    assert code == 2
    assert says in err
    assert not out
    assert told(run, "keys", "list") == []


def test_caps_are_set_listed_and_removed_by_hand(run: Run) -> None:
    made = told(run, "keys", "create", "phone")
    assert told(run, "budgets", "set", "everybody", "20")["holder"] == ""
    assert told(run, "budgets", "set", "user:42", "$0.50", "--per", "day")["limit_usd"] == 0.5
    assert told(run, "budgets", "set", "key:phone", "3")["holder"] == f"key:{made['id']}"
    listed = told(run, "budgets", "list")
    assert [(cap["name"], cap["period"], cap["limit_usd"], cap["spent_usd"]) for cap in listed] == [
        ("everybody", "month", 20, 0),
        ("key:phone", "month", 3, 0),
        ("user:42", "day", 0.5, 0),
    ]
    assert "everybody" in run("budgets", "list")[1]
    assert told(run, "budgets", "remove", "everybody")["removed"] is True
    assert told(run, "budgets", "remove", "everybody")["removed"] is False


@pytest.mark.parametrize("holder", ["team:x", "user:", "key:", "key:nobody", "42", ""])
def test_a_cap_for_nobody_is_refused(run: Run, holder: str) -> None:
    code, _, err = run("budgets", "set", holder, "5")
    assert code == 2
    assert err.startswith("error:")
    assert told(run, "budgets", "list") == []
