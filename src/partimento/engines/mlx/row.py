"""One text being made: from tokens to pieces that may be shown. Knows detokenizing, stops and counts; leaves batches to
`batch`, and whoever waits to its `say`.
"""

from __future__ import annotations

import asyncio
import contextlib

from partimento.engines.mlx.constrain import Constraint
from partimento.engines.mlx.texts import Prepared, Texts
from partimento.worker.ports import Ask, Ended, Thought
from partimento.worker.stops import Stops
from partimento.worker.thinking import Thinking

Said = str | Thought | Ended | Exception


class Row:
    """Made on the event loop, then the model thread's; only `cancelled` is set from outside."""

    def __init__(self, ask: Ask, prepared: Prepared, texts: Texts) -> None:
        self.ask, self.prompt, self.most_new = ask, prepared.tokens, prepared.most_new
        self.constraint = Constraint(prepared.matcher, texts.ends) if prepared.matcher is not None else None
        self.cancelled = False
        self.slot = -1
        self.cached = self.processed = self.decoded = self.thought = 0
        self._loop = asyncio.get_running_loop()
        self._said: asyncio.Queue[Said] = asyncio.Queue()
        self._detokenizer, self._hidden = texts.detokenizer(), texts.hidden
        self._thinking = Thinking(inside=prepared.thinks)
        self._stops = Stops(ask.sampling.stop)

    def take(self, token: int, finish: str | None) -> list[Said]:
        """What this token makes to be said; an Ended among it where the text is at its end."""
        self.decoded += 1
        self.thought += self._thinking.inside
        if finish != "stop" and token not in self._hidden:
            self._detokenizer.add_token(token)
        if finish is not None:
            self._detokenizer.finalize()
        pieces = self._thinking.feed(self._detokenizer.last_segment)
        if finish is not None:
            pieces += self._thinking.rest()
        said = [piece for whole in pieces if (piece := self._stopped(whole))]
        if self._stops.hit or finish is not None:
            if rest := self._stops.rest():
                said.append(rest)
            said.append(self._ended(self._stops.hit or finish == "stop"))
        return said

    def say(self, said: list[Said]) -> None:
        """From any thread, to whoever hears."""
        with contextlib.suppress(RuntimeError):  # the door is closed, and the process about to end
            self._loop.call_soon_threadsafe(self._hear, said)

    async def heard(self) -> Said:
        """The next that was said."""
        return await self._said.get()

    def _stopped(self, piece: str | Thought) -> Said:
        return piece if isinstance(piece, Thought) else self._stops.feed(piece)

    def _hear(self, said: list[Said]) -> None:
        for one in said:
            self._said.put_nowait(one)

    def _ended(self, stopped: bool) -> Ended:
        return Ended(
            finish="stop" if stopped else "length",
            prompt_tokens=len(self.prompt),
            completion_tokens=self.decoded,
            cached_tokens=self.cached,
            reasoning_tokens=self.thought,
        )
