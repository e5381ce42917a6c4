"""The mission's month, played through the whole product: what stays local, what the cloud costs, what is remembered.

    python benchmarks/month.py [--seed 1]

10 curricula, 50 tutorials, 200 questions of theory and coaching, 500 exercises, one after the other, over real HTTP to
loopback models, with the real store. Printed: the local share, cloud calls and the bill against the same month with
cloud models alone and nothing remembered, and the hit rates of two mixes. Deterministic by seed.

What is assumed, and was set before anything was measured:

* Kinds. A curriculum is a `structured` request of complexity 9 (a JSON document). A tutorial is `generate_text` with
  the type lesson_script (quality: normal), coaching is `generate_text` with the type coaching (cheap). Half of the 200
  questions is coaching, half are progressions to explain, the task `theory`. Exercises are the task `exercise`.
* Models. Local and free: "near" (small, reach 4) and "middle" (medium, reach 7). Cloud: the shipped OpenAI models at
  their shipped prices of today; the route takes the cheapest that covers. Text of a wanted quality goes to the default
  model first, and a cloud model is shipped as the default; so both are played: defaults as shipped, and an owner who
  marks "middle" as a default, too.
* Drafts are unsound as often as UNSOUND says, at the first asking and at the second; for text nothing can tell.
* Tokens of an answer are as TOKENS says, of a prompt its characters over four: what a vendor would report.
* Mixes. Each kind draws from a pool of different wishes, as many as MIXES says. "open": learners wish for themselves;
  of the wishes made before, the popular come back (Zipf, exponent 1). "school": classes work through one programme, so
  the pool is small and each wish equally likely. A wish that comes back is spelled with other blanks around it.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import itertools
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from random import Random
from typing import Any

import msgspec
from msgspec import Struct

from partimento import AsyncPartimento
from partimento.core.conversation import Conversation, said
from partimento.core.money import Money
from partimento.core.request import Options, Request
from partimento.plugins import task
from partimento.tasks.text import text_request
from partimento.testing.loopback import Loopback, Seen, Sent, json_sent
from partimento.testing.upstream_shapes import Answer, chat_events, completion

MONTH = {"curriculum": 10, "tutorial": 50, "theory": 100, "coaching": 100, "exercise": 500}
MIXES: Mapping[str, Mapping[str, int]] = {
    "open": {"curriculum": 10, "tutorial": 50, "theory": 100, "coaching": 100, "exercise": 500},
    "school": {"curriculum": 3, "tutorial": 10, "theory": 20, "coaching": 20, "exercise": 60},
}
UNSOUND = {"near": (0.20, 0.40), "middle": (0.10, 0.30), "cloud": (0.02, 0.10)}
TOKENS = {"curriculum": 1500, "tutorial": 1200, "theory": 60, "coaching": 250, "exercise": 120}

CHORDS = ("C", "Am", "F", "G7", "Dm7", "Em7", "Cmaj7", "Fmaj7", "A7", "D7", "E7", "Bm7b5")
GENRES = ("jazz", "gospel", "blues", "latin", "neosoul")
TOPICS = ("simple ii-V-I", "turnaround", "advanced ii-V-I", "12-bar blues", "ballad")
KEYS = ("C", "F", "Bb", "Eb", "Ab", "G", "D", "A", "Am", "Dm", "Gm", "Cm")
SCHEMA = {
    "type": "object", "required": ["title", "weeks"],
    "properties": {"title": {"type": "string"}, "weeks": {"type": "array", "items": {"type": "string"}}},
}  # fmt: skip
AGAIN = "\n\nYour earlier answer was:\n"


class Wish(Struct, frozen=True):
    """One thing wished for: the number-th different one of its kind."""

    kind: str
    number: int


def request_for(wish: Wish, blanks: str = "") -> Request[Any]:
    n = wish.number
    if wish.kind == "curriculum":
        talk = Conversation(messages=(said("user", f"Plan {8 + n} weeks of piano for learner group {n}.{blanks}"),))
        asked = task("structured").ask({"conversation": talk, "schema": SCHEMA})
        return asked.with_(options=Options(complexity=9))
    if wish.kind == "tutorial":
        return text_request("lesson_script", f"{blanks}A tutorial on topic {n} of jazz harmony, with examples.", {})
    if wish.kind == "coaching":
        return text_request("coaching", f"I lose the beat in bar {n}; what shall I practise?{blanks}", {})
    if wish.kind == "theory":
        rng = Random(n)
        return task("theory").ask({"chords": [rng.choice(CHORDS) for _ in range(4 + n % 5)], "key": "C"})
    kinds = ("progression", "voicing", "lick", "rhythm")
    picked = {"genre": GENRES[n % 5], "key": KEYS[n // 5 % 12], "kind": kinds[n // 60 % 4], "topic": TOPICS[n // 240]}
    return task("exercise").ask({**picked, "topic": picked["topic"] + blanks, "level": 4 + n % 3})


def wishes(mix: Mapping[str, int], seed: int, *, popular: bool) -> list[Wish]:
    """The month's wishes in the order they come."""
    rng = Random(seed)
    found = []
    for kind, count in MONTH.items():
        pool = range(mix[kind])
        weights = [1 / (rank + 1) for rank in pool] if popular else None
        numbers = list(pool) if kind == "curriculum" and popular else rng.choices(pool, weights, k=count)
        found += [Wish(kind, number) for number in numbers[:count]]
    rng.shuffle(found)
    return found


class Drafter:
    """What the loopback models answer: sound drafts, made beforehand by the rules, spoiled as often as UNSOUND says."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.sound: dict[str, tuple[str, str]] = {}
        self.calls: Counter[str] = Counter()

    async def learn(self, client: AsyncPartimento, wish: Wish) -> None:
        """Know a sound answer to this wish, by the words it is asked in."""
        request = request_for(wish)
        prompt = request.task.prompt(request.inputs).user.strip()
        if prompt in self.sound:
            return
        if wish.kind == "exercise":
            value = (await client.make(request.with_(cache="off", options=Options(seed=1)), model="rules")).value
            bars: dict[int, list[str]] = {}
            for chord in value.chords:
                bars.setdefault(chord.bar, []).append(chord.symbol)
            draft = {"key": value.key, "bars": [bars[bar] for bar in sorted(bars)]}
            self.sound[prompt] = (wish.kind, msgspec.json.encode(draft).decode())
        elif wish.kind == "theory":
            draft = request.task.rules(request.inputs, 0)
            self.sound[prompt] = (wish.kind, msgspec.json.encode(draft).decode())
        elif wish.kind == "curriculum":
            self.sound[prompt] = (wish.kind, '{"title": "Piano", "weeks": ["Scales", "Chords"]}')
        else:
            self.sound[prompt] = (wish.kind, f"An answer about: {prompt}")

    def answer(self, server: str, body: dict[str, Any]) -> Answer:
        told = [m["content"] for m in body["messages"] if m["role"] == "user"]
        again = AGAIN in told[-1] or len(told) > 1
        prompt = told[0].partition(AGAIN)[0].strip()
        kind, text = self.sound[prompt]
        self.calls[server] += 1
        drawn = hashlib.sha256(f"{self.seed} {body['model']} {again} {prompt}".encode()).digest()
        if kind not in ("tutorial", "coaching") and int.from_bytes(drawn[:4], "big") / 2**32 < UNSOUND[server][again]:
            text = text[: len(text) // 2]  # cut off in the middle: no JSON
            text += '"' if text.count('"') % 2 else ""
            text = f"Sure! {text}"
        usage = {"prompt_tokens": len(told[-1]) // 4, "completion_tokens": TOKENS[kind]}
        return Answer(pieces=(text,), usage={**usage, "total_tokens": sum(usage.values())})

    def server(self, name: str) -> Loopback[None]:
        """A server of chat completions that answers so."""

        def speak(seen: Seen, _: None) -> Sent:
            answer = self.answer(name, seen.body)
            if seen.body.get("stream"):
                return Sent(events=tuple(chat_events(seen.body, answer)), content_type="text/event-stream")
            return json_sent(completion(seen.body, answer))

        return Loopback((), None, speak, lambda _: json_sent({"object": "list", "data": []}))


class Played(Struct, frozen=True):
    """One month, played: money from the ledger, calls as the servers counted them."""

    requests: int
    hits: int
    most_hits: int
    by_tier: Mapping[str, int]
    cloud_calls: int
    bill: Money
    row_bytes: float


async def play(
    month: list[Wish],
    drafter: Drafter,
    urls: Mapping[str, str],
    folder: Path,
    *,
    cloud: bool = False,
    own: bool = False,
) -> Played:
    """Ask for everything in turn. `cloud`: cloud models alone, nothing remembered. `own`: "middle" is the default."""
    local = [
        {"id": "near", "base_url": urls["near"], "tier": "small", "reach": 4},
        {"id": "middle", "base_url": urls["middle"], "tier": "medium", "reach": 7, "default": own},
    ]
    keys: dict[str, Any] = {"openai_base_url": urls["cloud"], "openai_api_key": "loopback"}
    drafter.calls.clear()
    seen: Counter[Wish] = Counter()
    async with AsyncPartimento(folder=folder, data_folder=str(folder), models=local, **keys) as client:
        ids = numbered()
        client.ports = msgspec.structs.replace(client.ports, new_id=lambda: next(ids), new_seed=lambda: 1)
        for wish in month:
            request = request_for(wish, " " * (seen[wish] % 3))
            seen[wish] += 1
            if cloud:
                request = request.with_(cache="off", options=as_cloud(request.options))
            await client.make(request)
        rows = client.store.rows(most=len(month) + 1)
        sizes = [sum(_size(value) for value in msgspec.structs.astuple(row)) for row in rows]
    assert len(rows) == len(month)
    return Played(
        len(month), sum(row.ending == "hit" for row in rows), len(month) - len(seen),
        Counter(row.tier for row in rows if row.ending == "served"), drafter.calls["cloud"],
        Money(sum(row.cost_pico for row in rows)), sum(sizes) / len(sizes),
    )  # fmt: skip


def as_cloud(options: Options) -> Options:
    """The same wish, for cloud models alone."""
    return msgspec.structs.replace(options, model="cloud", selection_mode="auto")


def numbered() -> Iterator[str]:
    return (hashlib.sha256(str(n).encode()).hexdigest()[:28] for n in itertools.count())


def _size(value: Any) -> int:
    """As SQLite stores it, nearly: texts as they are, numbers in as few bytes as they need, and one for the type."""
    if isinstance(value, str | bytes):
        return 1 + len(value)
    return 9 if isinstance(value, float) else 1 + (value.bit_length() + 8) // 8


async def report(seed: int) -> None:
    drafter = Drafter(seed)
    months = {name: wishes(mix, seed, popular=name == "open") for name, mix in MIXES.items()}
    servers = {name: drafter.server(name) for name in UNSOUND}
    with tempfile.TemporaryDirectory() as place, servers["near"], servers["middle"], servers["cloud"]:
        urls = {name: f"{server.base_url}/v1" for name, server in servers.items()}
        async with AsyncPartimento(data_folder=f"{place}/drafts") as client:
            for month in months.values():
                for wish in month:
                    await drafter.learn(client, wish)
        for name, month in months.items():
            before = await play(month, drafter, urls, Path(place, f"{name}-before"), cloud=True)
            shipped = await play(month, drafter, urls, Path(place, f"{name}-shipped"))
            tell(f"{name}, defaults as shipped", before, shipped)
            owned = await play(month, drafter, urls, Path(place, f"{name}-own"), own=True)
            tell(f"{name}, a local default", before, owned)


def tell(name: str, before: Played, after: Played) -> None:
    made = sum(after.by_tier.values())
    local = made - after.by_tier.get("cloud", 0)
    of_all = 1 - (made - local) / after.requests
    calls = f"{before.cloud_calls} -> {after.cloud_calls} ({_less(before.cloud_calls, after.cloud_calls)})"
    print(f"\nmix {name!r}: {after.requests} requests, {after.requests - after.most_hits} different wishes")
    print(f"  answered from memory   {after.hits:4} ({after.hits / after.requests:.1%}); could be {after.most_hits}")
    print(f"  made                   {made:4}: " + ", ".join(f"{t} {n}" for t, n in sorted(after.by_tier.items())))
    print(f"  made locally           {local / made:.1%} of what was made; not from the cloud: {of_all:.1%} of all")
    print(f"  cloud calls            {calls}")
    print(f"  the bill               {before.bill} -> {after.bill} ({_less(before.bill.pico, after.bill.pico)})")
    print(f"  a ledger row           {after.row_bytes:.0f} bytes on average")


def _less(before: int, after: int) -> str:
    return f"{1 - after / before:.1%} less"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    asyncio.run(report(parser.parse_args().seed))


if __name__ == "__main__":
    main()
