"""How quick a local model is on this machine: loading, the first word, tokens a second alone and side by side, as a
share of what the memory's speed allows. Knows what to time; leaves answering to the engine, keeping the
figures to `speeds`.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import aclosing
from typing import Final

from msgspec import Struct

from partimento.core.model import Model
from partimento.core.ports import Call, Drafted, Engine
from partimento.core.request import Caller, Request
from partimento.core.usage import Usage
from partimento.pool.values import Footprint, Wanted

PROMPT: Final = "Tell in many words, without end, how a piece of music in F major could go on after its first chord."
_PATIENCE_S: Final = 1800.0


class Benched(Struct, frozen=True, kw_only=True):
    """The figures of one model. Seconds, tokens a second; `roof_per_s`: the most that the memory allows one answer."""

    model: str
    engine: str
    context: int
    slots: int
    load_s: float
    """Cold, its files as the system had them; 0: it was in memory already."""
    first_token_s: float
    tokens_per_s: float
    together_per_s: float
    """Of `slots` answers at once, all their tokens."""
    roof_per_s: float = 0.0
    switch_s: float | None = None
    """What asking it after another resident model added; None: no other was in memory."""

    @property
    def share(self) -> float:
        """Of the roof, what one answer reaches."""
        return self.tokens_per_s / self.roof_per_s if self.roof_per_s else 0.0

    def lines(self) -> Iterator[str]:
        """The same for people."""
        roof = f", {self.share:.0%} of the memory's {self.roof_per_s:.0f}" if self.roof_per_s else ""
        loaded = f"loaded in {self.load_s:.2f} s" if self.load_s else "in memory already"
        yield f"{self.model} ({self.engine}, {self.context} tokens x {self.slots}): {loaded}"
        yield f"  first token after {self.first_token_s * 1000:.0f} ms, {self.tokens_per_s:.1f} tokens a second{roof}"
        gain = self.together_per_s / self.tokens_per_s if self.tokens_per_s else 0.0
        yield f"  {self.slots} at once: {self.together_per_s:.1f} tokens a second, {gain:.2f}x"
        if self.switch_s is not None:
            yield f"  after another resident model: {self.switch_s * 1000:+.1f} ms"


class Timed(Struct, frozen=True):
    """One answer."""

    first_s: float
    whole_s: float
    tokens: int

    @property
    def per_s(self) -> float:
        """Tokens a second after the first."""
        rest_s = self.whole_s - self.first_s
        return (self.tokens - 1) / rest_s if self.tokens > 1 and rest_s > 0 else 0.0


async def answered(engine: Engine, model: Model, number: int, tokens: int) -> Timed:
    """Ask once; `number` makes the prompt its own, so that no earlier answer helps."""
    began = time.monotonic()
    first, seen, usage = 0.0, 0, Usage()
    async with aclosing(engine.draft(_call(model, f"{number}. {PROMPT}", tokens))) as pieces:
        async for piece in pieces:
            if isinstance(piece, Drafted):
                usage = piece.usage or Usage()
            else:
                first = first or time.monotonic() - began
                seen += 1
    whole = time.monotonic() - began
    return Timed(first or whole, whole, usage.output_tokens or seen)


async def together(engine: Engine, model: Model, slots: int, tokens: int) -> float:
    """Tokens a second of `slots` answers at once, from the first question to the last word."""
    began = time.monotonic()
    made = await asyncio.gather(*(answered(engine, model, 100 + number, tokens) for number in range(slots)))
    return sum(one.tokens for one in made) / (time.monotonic() - began)


async def switched(engine: Engine, model: Model, other: Engine, another: Model) -> float:
    """Seconds that asking `another` in between adds to a short answer: medians of seven, both in memory."""
    after = []
    same = [(await answered(engine, model, 300 + number, 4)).whole_s for number in range(7)]
    for number in range(7):
        await answered(other, another, 400 + number, 4)
        after.append((await answered(engine, model, 500 + number, 4)).whole_s)
    return sorted(after)[3] - sorted(same)[3]


def roof(found: Footprint, wanted: Wanted, bandwidth: float, tokens: int) -> float:
    """Tokens a second if every weight, and half the cache of the answer, were read once a token. Experts that sleep are
    counted as read: for mixtures the true roof is higher."""
    read = found.weights_bytes + found.kv_bytes(min(tokens // 2 + 32, wanted.context), 1)
    return bandwidth / read if bandwidth and read else 0.0


def _call(model: Model, prompt: str, tokens: int) -> Call:
    caller = Caller(endpoint="models.bench", priority="background")
    return Call(
        model=model,
        request=Request(task=None, inputs=None, caller=caller),
        system="",
        user=prompt,
        max_tokens=tokens,
        deadline=time.monotonic() + _PATIENCE_S,
        temperature=0.0,
        seed=1,
    )
