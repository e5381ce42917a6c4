"""One text being made: from tokens to pieces that may be shown. Knows whole characters, thoughts, stops and counts;
leaves batches to `batch`, and whoever waits to its `say`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from partimento.engines.transformers.prompts import Prepared
from partimento.worker.ports import Ask, Ended, Thought
from partimento.worker.stops import Stops
from partimento.worker.thinking import Thinking

Said = str | Thought | Ended | Exception
UNWHOLE = "\ufffd"
PATIENCE = 8
"""Tokens after which what is no whole character yet is shown as it is: the model has written nonsense."""


class Characters:
    """Whole characters out of tokens: one may be spread over several."""

    def __init__(self, decode: Callable[[list[int]], str]) -> None:
        self._decode = decode
        self._tokens: list[int] = []
        self._start = self._read = 0

    def feed(self, token: int) -> str:
        """The characters that are whole by now. Decoded together with the tokens before, which decide about blanks."""
        self._tokens.append(token)
        return self._shown(all_of_it=len(self._tokens) - self._read > PATIENCE)

    def rest(self) -> str:
        """What was held back, when the text has ended."""
        return self._shown(all_of_it=True)

    def _shown(self, *, all_of_it: bool) -> str:
        before = self._decode(self._tokens[self._start : self._read])
        whole = self._decode(self._tokens[self._start :])
        if whole.endswith(UNWHOLE) and not all_of_it:
            return ""
        self._start, self._read = self._read, len(self._tokens)
        return whole[len(before) :]


class Row:
    """Made on the event loop, then the model thread's; only `cancelled` is set from outside."""

    def __init__(self, ask: Ask, prepared: Prepared, decode: Callable[[list[int]], str]) -> None:
        self.ask, self.prepared = ask, prepared
        self.cancelled = False
        self.slot = -1
        self.processed = self.decoded = self.thought = 0
        self._loop = asyncio.get_running_loop()
        self._said: asyncio.Queue[Said] = asyncio.Queue()
        self._characters = Characters(decode)
        self._thinking = Thinking(inside=prepared.inside)
        self._stops = Stops(ask.sampling.stop)

    @property
    def constrained(self) -> bool:
        """Whether its next token must follow the schema: thoughts are free."""
        return self.prepared.constraint is not None and not self._thinking.inside

    def take(self, token: int) -> list[Said]:
        """What this token makes to be said; an Ended among it where the text is at its end. Raises EngineFault."""
        self.decoded += 1
        self.thought += self._thinking.inside
        ended = token in self.prepared.ends
        if self.constrained and self.prepared.constraint is not None:
            self.prepared.constraint.take(token)
            ended = ended or self.prepared.constraint.ended
        text = "" if token in self.prepared.hidden else self._characters.feed(token)
        finish = ended or self.decoded >= self.prepared.most_new
        pieces = self._thinking.feed(text + (self._characters.rest() if finish else ""))
        if finish:
            pieces += self._thinking.rest()
        said = [piece for whole in pieces if (piece := self._stopped(whole))]
        if self._stops.hit or finish:
            last = "" if self._stops.hit else self._stops.rest()
            said += [last] if last else []
            said.append(self._ended(self._stops.hit or ended))
        return said

    def say(self, said: list[Said]) -> None:
        """From any thread, to whoever hears."""
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
            prompt_tokens=self.prepared.tokens,
            completion_tokens=self.decoded,
            reasoning_tokens=self.thought,
        )
