"""The front door for callers that do not await: Partimento, over AsyncPartimento. Wires nothing; leaves all to it."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Self, TypeVar

from partimento.client import AsyncPartimento
from partimento.core.request import Request
from partimento.core.result import Done, Event, Result
from partimento.ledger.report import Statistics, UsageReport
from partimento.loop_thread import LoopThread
from partimento.shapes.text import GeneratedText

if TYPE_CHECKING:
    from partimento.flywheel.reviews import Reviews
    from partimento.learner.curricula import Curricula
    from partimento.learner.learners import Learners
    from partimento.library.front import Library
    from partimento.music.grading.grade import Grade
    from partimento.shapes.arrangement import Arrangement
    from partimento.shapes.theory import TheoryAnalysis

Out = TypeVar("Out")


class Partimento:
    """The same without async: one event loop in a thread of its own, shared by all threads that call.

    Only what blocks is wrapped; `async_` is the client beneath.
    """

    def __init__(self, **arguments: Any) -> None:
        self._thread = LoopThread("partimento")
        try:
            self.async_ = self._thread.call(_opened, arguments)
        except BaseException:
            self._thread.stop()
            raise

    def make(self, request: Request[Out], *, model: str | None = None) -> Result[Out]:
        return self._thread.call(self.async_.make, request, model=model)

    def make_many(self, requests: Sequence[Request[Out]], *, model: str | None = None) -> list[Result[Out]]:
        return self._thread.call(self.async_.make_many, requests, model=model)

    def stream(self, request: Request[Out], *, model: str | None = None) -> Iterator[Event[Out]]:
        events = self.async_.stream(request, model=model)
        try:
            while True:
                event = self._thread.call(_next, events)
                yield event
                if isinstance(event, Done):
                    return
        finally:
            self._thread.call(_closed, events)

    def compose(self, genre: str, description: str = "", **fields: Any) -> Result[Arrangement]:
        return self._thread.call(self.async_.compose, genre, description, **fields)

    @property
    def learners(self) -> Learners:
        return self.async_.learners

    @property
    def curricula(self) -> Curricula:
        return self.async_.curricula

    @property
    def reviews(self) -> Reviews:
        return self.async_.reviews

    @property
    def library(self) -> Library:
        return self.async_.library

    def coaching(self, message: str, context: Any = None, **fields: Any) -> Request[str]:
        return self.async_.coaching(message, context, **fields)

    def coach(self, user_message: str, user_context: Any = None, **fields: Any) -> Result[str]:
        return self._thread.call(self.async_.coach, user_message, user_context, **fields)

    def analyze(self, chords: Sequence[str] | str, key: str | None = None) -> Result[TheoryAnalysis]:
        return self._thread.call(self.async_.analyze, chords, key)

    def grade(self, take: Any, task: Any = None, **options: Any) -> Result[Grade]:
        return self._thread.call(self.async_.grade, take, task, **options)

    def generate_text(self, request_type: str, prompt: str, **options: Any) -> GeneratedText:
        return self._thread.call(self.async_.generate_text, request_type, prompt, **options)

    def usage(self, days: int = 30, by: str = "task") -> UsageReport:
        return self.async_.usage(days, by)

    def stats(self) -> Statistics:
        return self.async_.stats()

    def reset_stats(self) -> None:
        self.async_.reset_stats()

    def rate(self, memory_id: str, rating: int) -> None:
        self.async_.rate(memory_id, rating)

    def export_training_data(self, min_rating: float = 4.0, verified_only: bool = True) -> list[dict[str, Any]]:
        return self.async_.export_training_data(min_rating, verified_only)

    def status(self) -> dict[str, Any]:
        return self.async_.status()

    def close(self) -> None:
        """Finish writes, give back connections, end the thread. Further calls are errors; closing twice is none."""
        if not self._thread.stopped:
            self._thread.call(self.async_.close)
            self._thread.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


async def _opened(arguments: Mapping[str, Any]) -> AsyncPartimento:
    return AsyncPartimento(**arguments)


async def _closed(events: AsyncGenerator[Event[Out], None]) -> None:
    await events.aclose()


async def _next(events: AsyncGenerator[Event[Out], None]) -> Event[Out]:
    return await anext(events)
