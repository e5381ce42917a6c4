"""The product on PostgreSQL, seen from outside; and what a killed process leaves, on every database."""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from databases import Place
from partimento import AsyncPartimento, Partimento
from partimento.environment import SystemClock
from partimento.plugins import task
from partimento.store.opening import open_store

CHILD = Path(__file__).with_name("recording_child.py")


def partimento(*arguments: str, url: str = "") -> subprocess.CompletedProcess[str]:
    surroundings = {**os.environ, **({"DATABASE_URL": url} if url else {})}
    program = [sys.executable, "-m", "partimento", *arguments]
    return subprocess.run(program, capture_output=True, text=True, env=surroundings, check=False)


@pytest.mark.parametrize("turn", range(2))
def test_everything_answered_outlives_a_killed_process(place: Place, tmp_path: Path, turn: int) -> None:
    heard, wanted = tmp_path / "heard", random.Random(turn).randrange(100, 600)
    with heard.open("wb") as out:
        child = subprocess.Popen([sys.executable, str(CHILD), str(place)], stdout=out)
        while heard.read_bytes().count(b"\n") < wanted and child.poll() is None:
            time.sleep(0.001)
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
    answered = {line for line in heard.read_text().splitlines() if len(line) == 5}
    store = open_store(place, SystemClock())
    rows = store.rows(most=5000)
    assert {row.id for row in rows} >= answered
    assert len({row.id for row in rows}) == len(rows)
    assert store.ask("open_reservations") == []
    ((spent, reserved),) = store.ask("total_of", "", "2026-11")
    assert (spent, reserved) == (sum(row.cost_pico for row in rows), 0)
    for name in answered:
        assert asyncio.run(store.look_up(name.encode(), "", 0.0)) is not None
    store.close()


@pytest.mark.external
def test_the_whole_way_through_works_on_postgres(postgres_url: str) -> None:
    with Partimento(database_url=postgres_url) as client:
        first = client.analyze("C F G C")
        again = client.analyze("C F G C")
        assert (first.receipt.cached, again.receipt.cached) == (False, True)
        assert client.usage().total.hits == 1
        client.rate(first.receipt.memory_id, 5)
    with Partimento(database_url=postgres_url) as client:
        assert client.analyze("C F G C").receipt.cached
        assert client.stats().cache_hits == 2


@pytest.mark.external
def test_clients_on_one_database_make_one_answer_between_them(postgres_url: str) -> None:
    async def ask() -> list[bool]:
        async with AsyncPartimento(database_url=postgres_url) as one, AsyncPartimento(database_url=postgres_url) as two:
            request = task("theory").ask({"chords": ["Dm7", "G7", "Cmaj7"], "key": "C"})
            asked = [client.make(request) for client in (one, two) for _ in range(4)]
            return [result.receipt.cached for result in await asyncio.gather(*asked)]

    assert asyncio.run(ask()).count(False) == 1


@pytest.mark.external
def test_commands_work_on_postgres(postgres_url: str, tmp_path: Path) -> None:
    assert partimento("analyze", "C F G C", url=postgres_url).returncode == 0
    migrated = partimento("db", "migrate", url=postgres_url)
    assert "is up to date" in migrated.stdout
    used = partimento("usage", "--json", url=postgres_url)
    assert json.loads(used.stdout)["total"]["requests"] == 1
    assert partimento("cache", "prune", url=postgres_url).returncode == 0
    assert partimento("db", "backup", str(tmp_path / "copy.db"), url=postgres_url).returncode == 0
    refused = partimento("db", "restore", str(tmp_path / "copy.db"), url=postgres_url)
    assert refused.returncode == 2
    assert "data of its own" in refused.stderr
    copied = partimento("db", "copy", postgres_url, str(tmp_path / "other.db"), "--json")
    assert copied.returncode == 0, copied.stderr
    tables = {table["name"]: table["rows"] for table in json.loads(copied.stdout)["tables"]}
    assert tables["ledger"] == 1
    again = partimento("usage", "--json", url=f"sqlite:///{tmp_path / 'other.db'}")
    assert json.loads(again.stdout)["total"]["requests"] == 1


@pytest.mark.external
def test_no_command_shows_the_password(postgres_url: str) -> None:
    url = postgres_url.replace("postgres@", "postgres:s3cr3t@", 1)
    for arguments in (("config", "show"), ("config", "path"), ("db", "migrate"), ("doctor",)):
        told = partimento(*arguments, url=url)
        assert "s3cr3t" not in told.stdout + told.stderr
    gone = partimento("usage", url="postgresql://me:s3cr3t@127.0.0.1:1/db")
    assert gone.returncode == 8
    assert "s3cr3t" not in gone.stdout + gone.stderr
    assert gone.stderr.startswith("error: ")


def test_an_interrupted_copy_ends_with_130_and_goes_on(tmp_path: Path) -> None:
    subprocess.run([sys.executable, str(CHILD), str(tmp_path / "a.db")], check=True, stdout=subprocess.DEVNULL)
    program = (
        "import os, signal, sys, partimento.store.copying as copying\n"
        "put = copying._in_one\n"
        "def once(*arguments):\n    put(*arguments)\n    os.kill(os.getpid(), signal.SIGINT)\n"
        "copying._in_one = once\n"
        "from partimento.cli import main\nmain(sys.argv[1:])"
    )
    arguments = ["db", "copy", str(tmp_path / "a.db"), str(tmp_path / "b.db")]
    ended = subprocess.run([sys.executable, "-c", program, *arguments], capture_output=True, check=False)
    assert ended.returncode == 130
    whole = partimento(*arguments)
    assert whole.returncode == 0, whole.stderr
    assert "1000 rows" in whole.stdout


def test_workers_on_one_file_make_one_answer_between_them(tmp_path: Path) -> None:
    async def ask() -> list[bool]:
        settings: dict[str, Any] = {"data_folder": str(tmp_path), "workers": 2}
        async with AsyncPartimento(**settings) as one, AsyncPartimento(**settings) as two:
            request = task("theory").ask({"chords": ["Dm7", "G7", "Cmaj7"], "key": "C"})
            asked = [client.make(request) for client in (one, two) for _ in range(4)]
            return [result.receipt.cached for result in await asyncio.gather(*asked)]

    assert asyncio.run(ask()).count(False) == 1
