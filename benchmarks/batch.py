"""Many requests against an upstream that takes 100 ms for each: python benchmarks/batch.py [items].

The upstream runs on loopback and answers each prompt with words of its own. A job of the library asks it one at a time,
then as it does by default, then 64 at once. Must reach: 10 times the throughput of one at a time, with every item the
answer to its own question, in its own place, and a receipt for each.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import msgspec

from partimento import AsyncPartimento
from partimento.library.plan import plan_of
from partimento.testing.loopback import Loopback, Seen, Sent, json_sent
from partimento.testing.upstream import said
from partimento.testing.upstream_shapes import Answer, completion

DELAY_S = 0.1
MODEL = """
[[models]]
id = "distant"
engine = "openai"
tier = "cloud"
reach = 10
upstream = "distant"
base_url = "{url}"
input_usd_per_million = 1
output_usd_per_million = 4
since = "2026-01-01"
"""


def words(prompt: str) -> str:
    """What this upstream says to a prompt: twelve words that no other prompt gets."""
    digest = hashlib.sha256(prompt.encode()).hexdigest()
    return " ".join(digest[at : at + 5] for at in range(0, 60, 5))


def spoken(seen: Seen, _: Answer) -> Sent:
    body = completion(seen.body, said(words(seen.body["messages"][-1]["content"])))
    return Sent(events=(msgspec.json.encode(body),), gap_s=DELAY_S)


async def run(folder: Path, count: int, parallel: int | None) -> float:
    """Seconds; the answers are looked at."""
    prompts = [f"Describe picture {number}." for number in range(count)]
    told: dict[str, Any] = {"model": "distant", "items": [{"task": "text", "prompt": prompts}]}
    if parallel is not None:
        told["parallel"] = parallel
    async with AsyncPartimento(folder=folder, data_folder=str(folder / f"data-{parallel}")) as client:
        library = client.library
        job = library.new_job(plan_of(told))
        started = time.perf_counter()
        done = await library.work(job.id)
        seconds = time.perf_counter() - started
        assert (done.made, done.failed) == (count, 0), done
        listed = list(library.items())
        assert [msgspec.json.decode(item.fields)["prompt"] for item in listed] == prompts
        for item, prompt in zip(listed, prompts, strict=True):
            ((value, *_),) = client.store.ask("packed_item", item.memory_id)
            assert msgspec.json.decode(value) == words(prompt)
        rows = [row for row in client.store.rows(most=10 * count) if row.ending == "served"]
        assert len({row.memory_id for row in rows}) == len(rows) == count
        assert all(row.cost_pico > 0 and row.model == "distant" for row in rows)
        assert sum(row.cost_pico for row in rows) == done.cost_usd * 10**12
    return seconds


def main() -> None:
    count = int(sys.argv[1]) if sys.argv[1:] else 300
    few = max(20, count // 10)
    os.environ["OPENAI_API_KEY"] = "loopback"
    listing = json_sent({"object": "list", "data": []})
    with (
        tempfile.TemporaryDirectory() as name,
        Loopback[Answer]((), said(""), spoken, lambda _: listing) as upstream,
    ):
        folder = Path(name)
        (folder / "partimento.toml").write_text(MODEL.format(url=upstream.base_url + "/v1"))
        one = few / asyncio.run(run(folder, few, 1))
        print(f"one at a time: {one:6.1f} items a second ({few} items)")
        for parallel in (None, 64):
            rate = count / asyncio.run(run(folder, count, parallel))
            label = "as by default" if parallel is None else f"{parallel} at once"
            print(
                f"{label:>13}: {rate:6.1f} items a second, {rate / one:.1f} times ({count} items, each its own answer)"
            )


if __name__ == "__main__":
    main()
