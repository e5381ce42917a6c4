"""A house that is lived in: pieces made, months of requests in the ledger, learners with results, a plan, a job, keys.

For pictures of the pages and for whoever judges them with content. Everything is made by the product itself, but for
the ledger rows of days gone by, which nobody can ask for today. Knows no test.
"""

from __future__ import annotations

import asyncio
import secrets
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

from msgspec import Struct

from partimento import plugins
from partimento.client import AsyncPartimento
from partimento.core.money import Money
from partimento.core.ports import LedgerRow
from partimento.ledger.accounts import create_key
from partimento.ledger.budgets import set_budget

DAY = 86_400.0
SEED = 7
MODELS = (  # id, engine, tier, provider, dollars a request, milliseconds
    ("rules", "rules", "rules", "rules", "0", 18.0),
    ("qwen2.5-7b", "openai", "small", "local", "0", 900.0),
    ("gpt-4o-mini", "openai", "cloud", "openai", "0.0011", 1_900.0),
    ("claude-haiku", "anthropic", "cloud", "anthropic", "0.0042", 2_600.0),
)
TASKS = ("arrangement", "tutorial", "exercise", "quiz", "coaching", "lesson_script", "report")
USERS = ("anna", "bruno", "chiyo", "academy")
ENDPOINTS = ("/api/v2/compose", "/v1/chat/completions", "/api/v2/coach", "lessons.views.create")
PIECES: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("gospel", "slow worship ballad, 2-5-1 into the chorus", {"key": "Ab", "bars": 16, "tempo": 72, "seed": 7}),
    ("jazz", "bebop with tritone substitutions", {"key": "Bb", "bars": 16, "level": 8, "seed": 3}),
    ("neosoul", "late night Rhodes, lush ninths", {"key": "Db", "bars": 8, "seed": 5}),
    ("classical", "Ein kleines Präludium für die Klavierstunde", {"key": "D minor", "bars": 8, "seed": 2}),
    ("latin", "夜明けのボサノヴァ", {"key": "F", "bars": 8, "seed": 4}),
)
MADE: tuple[tuple[str, dict[str, Any]], ...] = (
    ("tutorial", {"topic": "rootless voicings", "level": 5, "genre": "jazz"}),
    ("exercise", {"genre": "gospel", "kind": "voicing", "key": "Ab"}),
    ("quiz", {"topic": "secondary dominants"}),
    ("theory", {"chords": "Cmaj7 A7 Dm7 G7", "key": "C"}),
    ("reharmonization", {"chords": "C Am F G", "key": "C", "level": 6}),
    ("practice_tips", {"topic": "ii-V-I"}),
)


class Furnished(Struct, frozen=True):
    """What tests and pictures point at: memory ids by task, a job, a curriculum, a learner."""

    items: dict[str, str]
    job: str
    curriculum: str
    learner: str


def furnish(folder: Path, *, requests: int = 900, **settings: Any) -> Furnished:
    """Fill the database of a server's folder; the server may run or not. `settings` are the client's."""
    with ThreadPoolExecutor(1) as beside:  # where a browser is driven, no event loop can be run
        return beside.submit(lambda: asyncio.run(_furnish(folder, requests, settings))).result()


async def _furnish(folder: Path, requests: int, settings: dict[str, Any]) -> Furnished:
    async with AsyncPartimento(folder=folder, data_folder=str(folder / "data"), **settings) as client:
        await _past(client, requests)
        items: dict[str, str] = {}
        for genre, description, fields in PIECES:
            made = await client.compose(genre, description, **fields)
            items.setdefault("arrangement", made.receipt.memory_id)
            items[genre] = made.receipt.memory_id
        for task, fields in MADE:
            other = await client.make(plugins.task(task).ask(fields), model="rules")
            items[task] = other.receipt.memory_id
        client.rate(items["jazz"], 5)
        learner = client.learners.add(
            "mina", name="Mina", level=4, genre="gospel", goals=("Play for the choir on Sundays",)
        )
        activated = await client.curricula.activate("gospel-beginner-12w", learner.id)
        for number, concept in enumerate(("ii-v-i", "dominant-seventh", "inversions")):
            _played(client, learner.id, concept, 0.9 - 0.2 * number)
        job = client.library.new_job(client.library.plan("default"))
        for name, limit in (("piano app", "20"), ("lyrics analyzer", "5")):
            create_key(
                client.store, name, budgets=((Money.of(Decimal(limit)), "month"),), now=client.ports.clock.now(),
                new_secret=lambda: secrets.token_urlsafe(32),
            )  # fmt: skip
        set_budget(client.store, "", "month", Money.of(Decimal(50)))
        return Furnished(items, job.id, activated.row.id, learner.id)


def _played(client: AsyncPartimento, learner: str, concept: str, score: float) -> None:
    client.learners.record(learner, concept=concept, score=score, level=4)


async def _past(client: AsyncPartimento, requests: int) -> None:
    """Requests of the last ninety days: more of them lately, a weekly rhythm, one bad day."""
    rng, now = Random(SEED), client.ports.clock.now()
    waiting = [client.store.record(_row(rng, now, number)) for number in range(requests)]
    await asyncio.gather(*waiting)


def _row(rng: Random, now: float, number: int) -> LedgerRow:
    at = now - DAY * 90 * rng.random() ** 1.6
    model, engine, tier, provider, dollars, ms = rng.choices(MODELS, (3, 5, 3, 1))[0]
    hit = rng.random() < 0.38
    failed = not hit and rng.random() < 0.03
    cost = Money.of(Decimal(dollars) * Decimal(str(round(0.5 + rng.random(), 3))))
    worth = Money.of(Decimal("0.0021") * Decimal(str(round(0.5 + rng.random(), 3))))
    saved = worth if hit or tier != "cloud" else Money()
    return LedgerRow(
        id=f"past-{number}", at=at, task=rng.choice(TASKS), endpoint=rng.choice(ENDPOINTS), user=rng.choice(USERS),
        key="", model=model, engine=engine, tier=tier, provider=provider, selection_mode="auto",
        complexity=rng.randint(2, 9), ending="hit" if hit else "failed" if failed else "served",
        input_tokens=rng.randint(80, 900), output_tokens=rng.randint(60, 1_200),
        cost_pico=0 if hit or failed else cost.pico, saved_pico=0 if failed else saved.pico,
        latency_ms=(2.0 if hit else ms) * (0.4 + 1.8 * rng.random()), genre=rng.choice(("gospel", "jazz", "")),
        error="EngineUnreachable: the upstream did not answer" if failed else "",
        saved_by="" if failed or not saved.pico else rng.choice(("cache", "cache", "flight")) if hit else "local",
    )  # fmt: skip
