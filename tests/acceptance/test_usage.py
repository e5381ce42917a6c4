"""Usage as its owner meets it on the command line: every aspect, both ends of the time, and the sum of it."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from partimento.cli import main
from partimento.cli.client import store
from partimento.testing.store_suite import row

Run = Callable[..., tuple[int, str, str]]
DOLLAR = 10**12


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(tmp_path)
    _record()

    def command(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            main(list(arguments))
        out, err = capsys.readouterr()
        return int(ended.value.code or 0), out, err

    return command


def _record() -> None:
    """Three days of requests: paid, remembered, made here, waited for, failed."""
    paid: dict[str, Any] = {"model": "gpt-4o", "tier": "cloud", "provider": "openai", "key": "key_1"}
    now = time.time()
    rows = (
        row("1", at=now - 2 * 86_400, task="exercise", genre="jazz", cost_pico=DOLLAR // 4, **paid),
        row(
            "2", at=now - 86_400, task="exercise", genre="jazz", ending="hit", saved_pico=DOLLAR // 4, saved_by="cache"
        ),
        row("3", at=now, task="exercise", genre="blues", saved_pico=1, saved_by="local"),
        row("4", at=now, task="text", ending="hit", saved_pico=DOLLAR // 4, saved_by="flight", user="42"),
        row("5", at=now, task="text", ending="failed", error="EngineFault: the stream was cut"),
    )

    with store() as (opened, _):

        async def keep() -> None:
            await asyncio.gather(*map(opened.record, rows))

        asyncio.run(keep())


def told(run: Run, *arguments: str) -> Any:
    code, out, err = run("usage", *arguments, "--json")
    assert code == 0, err
    return json.loads(out)


@pytest.mark.parametrize(
    ("aspect", "names"),
    [
        ("task", ["exercise", "text"]),
        ("model", ["gpt-4o", "rules"]),
        ("genre", ["jazz", "", "blues"]),
        ("task,genre", ["exercise", "text", "exercise"]),
        ("user", ["", "42"]),
        ("key", ["key_1", ""]),
        ("provider", ["openai", "rules"]),
        ("tier", ["cloud", "rules"]),
        ("endpoint", [""]),
    ],
)
def test_usage_by_any_aspect_has_the_same_total(run: Run, aspect: str, names: list[str]) -> None:
    report = told(run, "--by", aspect)
    assert [line["name"] for line in report["lines"]] == names
    total = report["total"]
    assert (report["by"], total["requests"], total["hits"], total["failed"], total["hit_rate"]) == (
        aspect,
        5,
        2,
        1,
        0.4,
    )
    assert (total["cost_usd"], total["saved_usd"]) == (0.25, 0.500000000001)
    assert (total["saved_cache_usd"], total["saved_local_usd"], total["saved_flight_usd"]) == (0.25, 1e-12, 0.25)
    assert report["errors"] == [{"kind": "EngineFault", "requests": 1}]
    assert len(report["rows"]) == 5
    assert report["until"] > report["since"]


def test_usage_between_days_leaves_the_others_out(run: Run) -> None:
    days = [(datetime.now(UTC) - timedelta(days=ago)).strftime("%Y-%m-%d") for ago in (2, 1)]
    report = told(run, "--since", days[0], "--until", days[1], "--by", "day")
    assert [line["name"] for line in report["lines"]] == days
    assert [line["saved_by"] for line in report["rows"]] == ["cache", ""]
    assert told(run, "--days", "1", "--until", days[0])["total"]["requests"] == 1


def test_the_table_tells_what_saved_the_money_and_what_failed(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    code, out, _ = run("usage", "--by", "task,genre", "--rows", "2")
    assert code == 0
    for words in ("exercise · jazz", "by cache", "by local", "by waiting", "EngineFault", "The newest requests", "40%"):
        assert words in out, words


@pytest.mark.parametrize("options", [("--since", "yesterday"), ("--since", "2026-02-01", "--until", "2026-01-01")])
def test_days_that_make_no_time_are_refused(run: Run, options: tuple[str, ...]) -> None:
    code, out, err = run("usage", *options)
    assert code == 2
    assert err.startswith("error:")
    assert not out
