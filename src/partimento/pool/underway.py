"""What was begun for local models and goes on though nobody waits: pulls, loads, measurements. Knows how far each is
and how it ended, as long as this process lives; leaves the doing to `front`.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Final, Literal

from msgspec import Struct
from msgspec.structs import replace

from partimento.core.clock import Clock
from partimento.core.errors import NoRoom, PartimentoError

Kind = Literal["pull", "load", "bench"]
Stage = Literal["going", "done", "failed", "stopped"]
STOP_S: Final = 5.0
REMEMBERED: Final = 12
"""So many that have ended are still told of."""


class Work(Struct, frozen=True, kw_only=True):
    """One thing under way, or ended. `words`: how far it is, or what came of it; `fraction` None: not known. The last
    four fields where it failed."""

    kind: Kind
    model: str
    stage: Stage = "going"
    words: str = ""
    fraction: float | None = None
    began_at: float
    ended_at: float | None = None
    what: str = ""
    why: str = ""
    mend: str = ""
    would_evict: tuple[str, ...] = ()


Say = Callable[[str, float | None], None]
"""Told how far it is: words, and the part that is done."""


class Underway:
    """One event loop uses it. What is asked for twice goes on once."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._works: dict[tuple[Kind, str], Work] = {}
        self._tasks: dict[tuple[Kind, str], asyncio.Task[None]] = {}
        self._heard: set[asyncio.Event] = set()

    def all(self) -> tuple[Work, ...]:
        """Everything there is to tell, the newest first."""
        return tuple(sorted(self._works.values(), key=lambda work: -work.began_at))

    def of(self, kind: Kind, model: str) -> Work | None:
        """How far it is, or how it ended; None where it was not begun, or is forgotten."""
        return self._works.get((kind, model))

    def begin(self, kind: Kind, model: str, doing: Callable[[Say], Awaitable[str]]) -> Work:
        """Go on with it from here on. `doing` is told whom to say to how far it is, and gives the last words."""
        key = (kind, model)
        if key in self._tasks:
            return self._works[key]
        work = self._works[key] = Work(kind=kind, model=model, began_at=self._clock.now())
        self._tasks[key] = asyncio.create_task(self._done(key, doing), name=f"{kind} {model}")
        self._tell()
        return work

    async def ended(self, kind: Kind, model: str, within_s: float) -> Work | None:
        """As it is once it has ended, or when the time is over."""
        task = self._tasks.get((kind, model))
        if task is not None:
            await asyncio.wait((task,), timeout=within_s)
        return self.of(kind, model)

    async def stop(self, kind: Kind, model: str) -> bool:
        """Break it off, and return when it has stopped, or `STOP_S` later where it hangs; whether it was under way."""
        task = self._tasks.get((kind, model))
        if task is None:
            return False
        task.cancel()
        await asyncio.wait((task,), timeout=STOP_S)
        return True

    def forget(self, kind: Kind, model: str) -> None:
        """It has ended, and was told."""
        if (kind, model) not in self._tasks and self._works.pop((kind, model), None) is not None:
            self._tell()

    async def changes(self) -> AsyncGenerator[tuple[Work, ...], None]:
        """Everything there is to tell, now and whenever it changes."""
        changed = asyncio.Event()
        self._heard.add(changed)
        try:
            while True:
                changed.clear()
                yield self.all()
                await changed.wait()
        finally:
            self._heard.discard(changed)

    async def close(self) -> None:
        """Break everything off."""
        for kind, model in tuple(self._tasks):
            await self.stop(kind, model)

    async def _done(self, key: tuple[Kind, str], doing: Callable[[Say], Awaitable[str]]) -> None:
        def say(words: str, fraction: float | None) -> None:
            self._put(key, replace(self._works[key], words=words, fraction=fraction))

        try:
            last = replace(self._works[key], stage="done", words=await doing(say), fraction=1.0)
        except asyncio.CancelledError:
            last = replace(self._works[key], stage="stopped")
        except PartimentoError as error:
            gone = tuple(error.would_evict) if isinstance(error, NoRoom) else ()
            last = replace(
                self._works[key], stage="failed", what=error.what, why=error.why, mend=error.mend, would_evict=gone
            )
        except Exception as error:  # noqa: BLE001  # nobody waits for it: it is told where the others are
            last = replace(
                self._works[key], stage="failed", what="It broke off", why=f"{type(error).__name__}: {error}"
            )
        del self._tasks[key]
        self._put(key, replace(last, ended_at=self._clock.now()))

    def _put(self, key: tuple[Kind, str], work: Work) -> None:
        self._works[key] = work
        over = sorted((one.ended_at, key) for key, one in self._works.items() if one.ended_at is not None)
        for _, old in over[:-REMEMBERED]:
            del self._works[old]
        self._tell()

    def _tell(self) -> None:
        for changed in self._heard:
            changed.set()
