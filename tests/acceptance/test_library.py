"""The library from outside: commands with their exit codes, doors, a job that is killed and goes on."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec
import pytest

from partimento import AsyncPartimento
from partimento.core.money import Money
from partimento.tasks import exercise
from partimento.testing.upstream import Upstream, rate_limited, said
from serving import Served, serving, settings_for

KEYED = {"OPENAI_API_KEY": "k"}
LICKS = """
name = "licks"
model = "rules"
[[items]]
task = "exercise"
kind = "lick"
genre = ["jazz", "blues"]
level = "1-10"
count = {count}
"""
PRICED = """
[[models]]
id = "paid"
engine = "openai"
tier = "cloud"
reach = 10
upstream = "little"
base_url = "{url}"
input_usd_per_million = 1
output_usd_per_million = 4
since = "2026-01-01"
"""
VERSES = """
name = "verses"
model = "paid"
parallel = 4
[[items]]
task = "text"
prompt = {prompts}
"""


def run(*arguments: str, folder: Path, code: int = 0, environ: Mapping[str, str] = KEYED) -> Any:
    """A command in a process of its own; what it prints as JSON, or as text."""
    done = subprocess.run(
        [sys.executable, "-m", "partimento", "library", *arguments],
        capture_output=True, text=True, cwd=folder, env={**os.environ, "PARTIMENTO_DATA_FOLDER": "data", **environ},
    )  # fmt: skip
    assert done.returncode == code, done.stderr
    if "--json" in arguments and done.stdout:
        return msgspec.json.decode(done.stdout)
    return done.stdout + done.stderr


def plan(folder: Path, text: str, name: str = "plan.toml") -> str:
    (folder / name).write_text(text)
    return name


def test_from_a_plan_to_another_machine_and_no_model_asked(tmp_path: Path) -> None:
    name = plan(tmp_path, LICKS.format(count=2))
    assert "40 items" in run("plan", name, folder=tmp_path)
    assert run("plan", name, "--json", folder=tmp_path)["total"] == 40
    built = run("build", name, "--json", folder=tmp_path)
    assert built["state"] == "done"
    assert built["made"] + built["duplicates"] == 40
    assert run("status", "--json", folder=tmp_path)[0]["made"] == built["made"]
    assert "done" in run("status", "licks", folder=tmp_path)
    assert "jazz" in run("coverage", "licks", folder=tmp_path)
    assert run("coverage", "--json", folder=tmp_path)["tasks"][0]["made"] == built["made"]
    packed = run("export", "-o", "jazz.pack", "--genre", "jazz", "--job", "licks", "--json", folder=tmp_path)
    key = run("key", "--json", folder=tmp_path)
    assert packed["signed_by"] == key["public_key"]
    there = {"PARTIMENTO_DATA_FOLDER": "there"}
    told = run("import", "jazz.pack", "--trust", key["fingerprint"], folder=tmp_path, environ=there)
    assert f"{packed['items']} items" in told

    async def ask() -> bool:
        async with AsyncPartimento(data_folder=str(tmp_path / "there")) as client:
            return (await client.make(exercise(kind="lick", genre="jazz", level=4))).receipt.cached

    assert asyncio.run(ask())


def test_what_cannot_be_done_is_told_in_three_lines_and_an_exit_code(tmp_path: Path) -> None:
    broken = plan(tmp_path, LICKS.format(count=2).replace("jazz", "jaz"), "broken.toml")
    million = plan(tmp_path, LICKS.format(count=1_000_000), "million.toml")
    for arguments, code, told in (
        (("build", broken), 2, "unknown genre 'jaz'"),
        (("build", million), 2, "20,000,000 items"),
        (("build", "none.toml"), 2, "cannot read the plan"),
        (("build",), 2, "which plan?"),
        (("build", broken, "--cap", "much"), 2, "cannot read the amount"),
        (("status", "nothing"), 2, "unknown library job"),
        (("resume", "nothing"), 2, "unknown library job"),
        (("export", "-o", "x.pack"), 2, "nothing to pack"),
        (("import", "plan.toml"), 2, "pack"),
        (("import", "x", "--trust", "a", "--any"), 2, "contradict"),
        (("batch", "read", "none.jsonl", "--model", "rules"), 2, "cannot read"),
    ):
        text = run(*arguments, code=code, folder=tmp_path)
        assert told in text, arguments
        assert "cause: " in text
        assert "mend: " in text


LINES = ["alpha bravo charlie delta echo", "foxtrot golf hotel india juliett", "kilo lima mike november oscar"]


def test_a_job_ends_with_the_exit_code_that_tells_how(tmp_path: Path) -> None:
    prompts = [f"Write of {number}" for number in range(3)]
    with Upstream(said(LINES[0]), rate_limited("0"), *[rate_limited("0")] * 8, said(LINES[1])) as upstream:
        (tmp_path / "partimento.toml").write_text(PRICED.format(url=upstream.base_url))
        name = plan(tmp_path, VERSES.format(prompts=prompts).replace("parallel = 4", "parallel = 1"))
        text = run("build", name, code=7, folder=tmp_path)
        assert "of 3 items of verses are made" in text
    with Upstream(*map(said, LINES)) as upstream:
        (tmp_path / "partimento.toml").write_text(PRICED.format(url=upstream.base_url))
        done = run("resume", "verses", "--failed", "--json", folder=tmp_path)
    assert (done["state"], done["made"], done["failed"]) == ("done", 3, 0)
    with Upstream(otherwise=said("too dear")) as upstream:
        (tmp_path / "partimento.toml").write_text(PRICED.format(url=upstream.base_url))
        poor = plan(tmp_path, "cost_cap_usd = 0.0001\n" + VERSES.format(prompts=["other"]), "poor.toml")
        text = run("build", poor, code=5, folder=tmp_path)
        assert "cost cap is reached" in text
        assert "--cap" in text
        assert not upstream.requests
        run("resume", "verses", "--cap", "1", folder=tmp_path)
        assert len(upstream.requests) == 1


def test_ctrl_c_pauses_and_the_same_command_goes_on(tmp_path: Path) -> None:
    name = plan(tmp_path, LICKS.format(count=20))
    child = _started(tmp_path, name)
    child.send_signal(signal.SIGINT)
    _, told = child.communicate(timeout=60)
    assert child.returncode == 130
    assert b"mend: " in told
    left = run("status", "licks", "--json", folder=tmp_path)
    assert left["state"] == "paused"
    assert 0 < left["made"] < 400
    done = run("build", name, "--json", folder=tmp_path)
    assert done["job"] == left["job"]
    assert done["made"] + done["duplicates"] == 400


def test_a_paused_job_stops_wherever_it_runs(tmp_path: Path) -> None:
    name = plan(tmp_path, LICKS.format(count=150))
    child = _started(tmp_path, name)
    assert "paused" in run("pause", "licks", folder=tmp_path)
    child.communicate(timeout=60)
    assert child.returncode == 7
    left = run("status", "licks", "--json", folder=tmp_path)
    assert (left["state"], left["why"]) == ("paused", "paused by hand")
    assert "cancelled" in run("cancel", "licks", folder=tmp_path)


def _started(folder: Path, name: str) -> subprocess.Popen[bytes]:
    """A build under way that has made something."""
    child = _build(folder, name)
    _wait(lambda: (folder / "data" / "partimento.db").is_file())
    _wait(lambda: _made(folder) > 0 or child.poll() is not None)
    return child


def _build(folder: Path, name: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "partimento", "library", "build", name], cwd=folder, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, env={**os.environ, "PARTIMENTO_DATA_FOLDER": "data", **KEYED},
    )  # fmt: skip


def _made(folder: Path) -> int:
    async def look() -> int:
        async with AsyncPartimento(data_folder=str(folder / "data")) as client:
            return sum(job.made for job in client.library.jobs())

    return asyncio.run(look())


def _wait(until: Any, seconds: float = 30.0) -> None:
    end = time.monotonic() + seconds
    while not until():
        assert time.monotonic() < end
        time.sleep(0.05)


@pytest.mark.parametrize("turn", range(2))
def test_killed_at_any_moment_nothing_is_paid_twice(tmp_path: Path, turn: int) -> None:
    count = 60
    answers = [" ".join(f"w{number * 31 % 997}{place}" for place in range(12)) for number in range(count * 2)]
    with Upstream(*map(said, answers)) as upstream:
        (tmp_path / "partimento.toml").write_text(PRICED.format(url=upstream.base_url))
        name = plan(tmp_path, VERSES.format(prompts=[f"Write of {number}" for number in range(count)]))
        child = _build(tmp_path, name)
        _wait(lambda: len(upstream.requests) >= 11 + 13 * turn)
        os.kill(child.pid, signal.SIGKILL)
        child.communicate()
        asked = [request.body["messages"][-1]["content"] for request in upstream.requests]
        assert "interrupted" in run("status", "verses", folder=tmp_path)
        done = run("resume", "verses", "--json", folder=tmp_path)
        again = [request.body["messages"][-1]["content"] for request in upstream.requests][len(asked) :]
    assert (done["state"], done["made"]) == ("done", count)

    async def rows() -> Any:
        async with AsyncPartimento(data_folder=str(tmp_path / "data")) as client:
            return client.store.rows(most=1000)

    booked = asyncio.run(rows())
    served = [row for row in booked if row.ending == "served"]
    assert len(served) == count
    twice = set(asked) & set(again)
    unknown = [row for row in booked if row.ending == "unknown"]
    assert len(twice) <= len(unknown) <= 4  # what was under way, and never answered
    assert Money.of(str(done["cost_usd"])).pico == sum(row.cost_pico for row in booked)


def test_a_batch_through_the_command_line(tmp_path: Path) -> None:
    name = plan(tmp_path, VERSES.format(prompts=["a", "b", "c"]))
    (tmp_path / "partimento.toml").write_text(PRICED.format(url="http://127.0.0.1:9/v1"))
    written = run("batch", "write", name, "-o", "in.jsonl", "--model", "paid", "--json", folder=tmp_path)
    assert (written["lines"], float(written["price_share"])) == (3, 1)
    lines = [msgspec.json.decode(line) for line in (tmp_path / "in.jsonl").read_bytes().splitlines()]
    used = {"prompt_tokens": 10, "completion_tokens": 5}
    answers = [
        {
            "custom_id": line["custom_id"],
            "response": {
                "status_code": 200,
                "body": {"choices": [{"message": {"content": text}, "finish_reason": "stop"}], "usage": used},
            },
        }
        for line, text in zip(lines, [*LINES[:2], ""], strict=True)
    ]
    (tmp_path / "out.jsonl").write_bytes(b"\n".join(map(msgspec.json.encode, answers)))
    told = run("batch", "read", "out.jsonl", "--model", "paid", "--retries", "again.jsonl", code=7, folder=tmp_path)
    assert "3 lines: 2 made, $0.00009" in told
    assert "the answer was empty" in told
    assert (tmp_path / "again.jsonl").read_bytes().count(b"\n") == 1
    assert "3 read before" in run("batch", "read", "out.jsonl", "--model", "paid", folder=tmp_path)
    assert run("status", written["job"], "--json", folder=tmp_path)["made"] == 2


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("served"), settings_for()) as running:
        yield running


def _ended(server: Served, job: str) -> Any:
    told = server.get(f"/api/v2/library/jobs/{job}/events").events
    assert all(one["state"] == "running" for one in told[:-1])
    return told[-1]


def test_a_plan_is_worked_at_over_http_and_watched(server: Served) -> None:
    table = {"name": "doors", "model": "rules", "items": [{"task": "exercise", "kind": "lick", "level": "1-10"}]}
    assert server.post("/api/v2/library/plans", {"plan": table}).json["total"] == 10
    begun = server.post("/api/v2/library/jobs", {"plan": table})
    assert begun.status == 200
    assert begun.json["total"] == 10
    ended = _ended(server, begun.json["job"])
    assert (ended["state"], ended["made"] + ended["duplicates"]) == ("done", 10)
    assert server.get(f"/api/v2/library/jobs/{begun.json['job']}").json["made"] == ended["made"]
    assert begun.json["job"] in [job["job"] for job in server.get("/api/v2/library/jobs").json]
    listed = server.get("/api/v2/library/items?task=exercise&level=3").json
    assert [item["level"] for item in listed["items"]] == ["3"]
    portion = server.get(f"/api/v2/library/items?job={begun.json['job']}&limit=4").json
    assert (len(portion["items"]), portion["next"]) == (4, "4")
    rest = server.get(f"/api/v2/library/items?limit=100&after={portion['next']}").json
    assert (len(rest["items"]), rest["next"]) == (ended["made"] - 4, "")
    coverage = server.get(f"/api/v2/library/coverage?job={begun.json['job']}").json
    assert coverage["tasks"][0]["made"] == ended["made"]
    made = server.post("/api/v2/tasks/exercise", {"inputs": {"kind": "lick", "level": 3}})
    assert made.headers["x-partimento-cache"] == "hit"


def test_a_job_is_paused_and_gone_on_with_over_http(server: Served) -> None:
    entry = {"task": "exercise", "kind": "lick", "genre": "all", "level": "1-10", "count": 40}
    job = server.post("/api/v2/library/jobs", {"plan": {"name": "long", "model": "rules", "items": [entry]}}).json[
        "job"
    ]
    busy = server.post(f"/api/v2/library/jobs/{job}/resume", {})
    assert busy.status == 400
    assert "another process is at the job" in busy.json["error"]
    assert server.post(f"/api/v2/library/jobs/{job}/pause", {}).json["state"] == "paused"
    paused = _ended(server, job)
    assert paused["state"] == "paused"
    _wait(lambda: server.get(f"/api/v2/library/jobs/{job}").json["why"] == "paused by hand")
    resumed = _resumed(server, job)
    assert resumed["state"] == "running"
    assert server.post(f"/api/v2/library/jobs/{job}/cancel", {}).json["state"] == "cancelled"


def _resumed(server: Served, job: str) -> Any:
    """Gone on with, once what was under way has ended."""
    answers: list[Any] = []

    def taken() -> bool:
        answers.append(server.post(f"/api/v2/library/jobs/{job}/resume", {}))
        return bool(answers[-1].status == 200)

    _wait(taken)
    return answers[-1].json


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("plans", {"plan": "/etc/passwd"}, 400),
        ("plans", {"plan": {"items": [{"task": "exercise", "genre": "jaz"}]}}, 400),
        ("plans", {"plan": {"items": [{"task": "sonnet"}]}}, 404),
        ("plans", {"plan": {"items": [{"task": "exercise", "level": "1-1000000", "count": 10}]}}, 413),
        ("plans", {"plan": 3}, 400),
        ("jobs/none/resume", {}, 404),
        ("jobs/none/resume", {"cost_cap_usd": -1}, 400),
        ("jobs/none/pause", {}, 404),
    ],
)
def test_what_cannot_be_done_is_told_over_http(server: Served, path: str, body: Any, status: int) -> None:
    answer = server.post(f"/api/v2/library/{path}", body)
    assert answer.status == status
    assert answer.json["mend"]


@pytest.mark.parametrize(
    "path", ["items?limit=0", "items?after=x", "jobs/none", "coverage?job=none", "jobs/none/events"]
)
def test_what_is_not_there_is_told(server: Served, path: str) -> None:
    assert server.get(f"/api/v2/library/{path}").status in (400, 404)
