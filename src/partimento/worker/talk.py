"""One answer being made: what of its text may be shown yet, and the calls of tools in it. Knows no HTTP."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing

from msgspec import Struct

from partimento.core.conversation import ToolCall
from partimento.worker.ports import Ended, Generator, Thought
from partimento.worker.reading import Wanted
from partimento.worker.tool_calls import parted, showable


class Answer(Struct, frozen=True):
    """The last word: all of the text that is no call, and how much of it has been shown."""

    text: str
    thoughts: str
    calls: tuple[ToolCall, ...]
    ended: Ended
    shown: int

    @property
    def rest(self) -> str:
        return self.text[self.shown :]


async def talk(generator: Generator, wanted: Wanted) -> AsyncGenerator[str | Thought | Answer, None]:
    """Pieces of text that may be shown, thoughts before them, then the Answer. Raises what the generator does."""
    gathered: list[str] = []
    thoughts: list[str] = []
    with_tools = bool(wanted.ask.tools) and (wanted.forced or wanted.ask.schema is None)
    shown = 0
    async with aclosing(generator.submit(wanted.ask)) as pieces:
        async for piece in pieces:
            if isinstance(piece, Ended):
                whole = "".join(gathered)
                text, calls = parted(whole, wanted.ask.tools) if with_tools else (whole, ())
                yield Answer(text, "".join(thoughts), calls, piece, min(shown, len(text)))
                return
            if isinstance(piece, Thought):
                thoughts.append(piece.text)
                yield piece
                continue
            gathered.append(piece)
            if not with_tools:
                shown += len(piece)
                yield piece
            elif not wanted.forced:
                whole = "".join(gathered)
                if (safe := showable(whole)) > shown:
                    yield whole[shown:safe]
                    shown = safe
