"""One text on its way from the model thread to whoever asked: what of it is thought, where it stops, what it has used.
Knows texts, no tokens; leaves what a token says, and when the model has ended, to the engine's row.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from typing import Literal

from partimento.worker.ports import Ended, Thought
from partimento.worker.stops import Stops
from partimento.worker.thinking import Thinking

Said = str | Thought | Ended | Exception
Finish = Literal["stop", "length"]
"""The model has ended by itself; it was not to go on."""


class Saying:
    """Made on the event loop, then the model thread's; only `cancelled` is set from outside, by who does not listen any
    more. `inside`: the prompt has opened a thought.

    `processed` and `cached` are tokens of the prompt, which the batch counts; `decoded` are those of the answer.
    """

    def __init__(self, stop: Sequence[str], prompt_tokens: int, *, inside: bool) -> None:
        self.cancelled = False
        self.cached = self.processed = self.decoded = 0
        self._prompt_tokens = prompt_tokens
        self._thought = 0
        self._thinking = Thinking(inside=inside)
        self._stops = Stops(stop)
        self._loop = asyncio.get_running_loop()
        self._said: asyncio.Queue[Said] = asyncio.Queue()

    @property
    def thinking(self) -> bool:
        """Whether the next token is part of a thought."""
        return self._thinking.inside

    def take(self, text: str, finish: Finish | None) -> list[Said]:
        """What is to be said after one token more, which has made this text whole; an Ended among it where the text is
        at its end: `finish` tells that the model is, and why, and a stop may be met before.
        """
        self.decoded += 1
        self._thought += self._thinking.inside
        pieces = self._thinking.feed(text)
        if finish is not None:
            pieces += self._thinking.rest()
        said: list[Said] = [piece for whole in pieces if (piece := self._stopped(whole))]
        last = "stop" if self._stops.hit else finish
        if last is not None:
            if rest := self._stops.rest():
                said.append(rest)
            said.append(self._ended(last))
        return said

    def say(self, said: list[Said]) -> None:
        """From any thread, to whoever hears."""
        with contextlib.suppress(RuntimeError):  # the door is closed, and the process about to end
            self._loop.call_soon_threadsafe(self._hear, said)

    async def heard(self) -> Said:
        """The next that was said."""
        return await self._said.get()

    def _stopped(self, piece: str | Thought) -> str | Thought:
        return piece if isinstance(piece, Thought) else self._stops.feed(piece)

    def _hear(self, said: list[Said]) -> None:
        for one in said:
            self._said.put_nowait(one)

    def _ended(self, finish: Finish) -> Ended:
        return Ended(
            finish=finish,
            prompt_tokens=self._prompt_tokens,
            completion_tokens=self.decoded,
            cached_tokens=self.cached,
            reasoning_tokens=self._thought,
        )
