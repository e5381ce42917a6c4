"""Kill it at any moment: nothing answered is lost, nothing is there twice, and the next start needs no help."""

from __future__ import annotations

import asyncio
import os
import random
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from partimento import AsyncPartimento, Caller

LOAD = """
import asyncio, sys
from partimento import AsyncPartimento, Caller
from partimento.tasks import theory

async def main(folder):
    async with AsyncPartimento(data_folder=folder) as client:
        numbers = iter(range(1000))

        async def worker():
            for number in numbers:
                request = theory(chords=["C7", "F7", "Bb7"][: number % 3 + 1], key="F")
                named = request.with_(caller=Caller(user=f"u{number}"), scope="user")
                result = await client.make(named, model="rules")
                print(number, result.receipt.memory_id, flush=True)

        await asyncio.gather(*(worker() for _ in range(16)))

asyncio.run(main(sys.argv[1]))
"""


@pytest.mark.parametrize("turn", range(3))
def test_every_answered_request_is_there_exactly_once(tmp_path: Path, turn: int) -> None:
    chance = random.Random(turn)
    heard = tmp_path / "heard"
    with heard.open("wb") as out:
        child = subprocess.Popen([sys.executable, "-c", LOAD, str(tmp_path)], stdout=out)
        wanted = chance.randrange(50, 600)
        while heard.read_bytes().count(b"\n") < wanted and child.poll() is None:
            time.sleep(0.001)
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
    answered = re.findall(r"^(\d+) ([0-9a-f]{64})$", heard.read_text(), re.MULTILINE)  # the last line may be cut
    assert wanted - 1 <= len(answered) <= 1000

    async def look() -> None:
        async with AsyncPartimento(data_folder=str(tmp_path), caller=Caller(endpoint="after")) as client:
            rows = client.store.rows(most=5000)
            users = [row.user for row in rows]
            for number, memory_id in answered:
                assert users.count(f"u{number}") == 1
                assert next(row for row in rows if row.user == f"u{number}").memory_id == memory_id
            again = await client.analyze("C F G C")
            assert again.value.key == "C"

    asyncio.run(look())
