"""The thread on which a model is loaded and computed, from its beginning to the end of the process. Knows turns, and
what is to be done between them; leaves what a turn is to the engine's `Making`.

A thread that fails takes the process with it: a door that answers before a dead model would be worse than none. Memory
that is too small for the plan ends it too, and says so, so that the pool tries a smaller plan.
"""

from __future__ import annotations

import asyncio
import sys
import threading
import traceback
from collections.abc import Callable
from concurrent.futures import Executor, Future
from queue import SimpleQueue
from typing import TypeVar

from partimento.core.errors import PartimentoError
from partimento.core.local import Heard
from partimento.worker.life import end
from partimento.worker.making import Making
from partimento.worker.progress import tell

Made = TypeVar("Made")


class ModelThread:
    """`stage`: what it is at, in a word; "" when it makes texts."""

    def __init__(self, making: Making, text_thread: Executor) -> None:
        self.stage = "starting"
        self._making, self._text_thread = making, text_thread
        self._commands: SimpleQueue[Callable[[], None]] = SimpleQueue()

    def start(self) -> None:
        """Begin to load."""
        threading.Thread(target=self._live, name="model", daemon=True).start()

    def put(self, command: Callable[[], None]) -> None:
        """To be done between two turns. What it raises ends the process."""
        self._commands.put(command)

    async def done(self, work: Callable[[], Made]) -> Made:
        """Its answer, or the PartimentoError it raises, between two turns. What else it raises ends the process."""
        answer: Future[Made] = Future()

        def command() -> None:
            if not answer.set_running_or_notify_cancel():
                return
            try:
                answer.set_result(work())
            except PartimentoError as error:  # any other is the thread's own end
                answer.set_exception(error)

        self.put(command)
        return await asyncio.wrap_future(answer)

    def load(self) -> None:
        """The weights. On the thread itself only."""
        self._tell("weights")
        self._making.load(self._tell)
        self.stage = ""

    def _live(self) -> None:
        try:
            self._tell("libraries")
            self._making.begin(self._text_thread)
            self.load()
            while True:
                self._obey()
                if self._making.batch is not None:
                    self._making.batch.turn()
        except BaseException as error:  # noqa: BLE001  # whatever it is, the process must not outlive it
            traceback.print_exc()
            told = str(error) if isinstance(error, PartimentoError) else f"{type(error).__name__}: {error}"
            end(told, out_of_memory=self._making.is_memory(error))

    def _obey(self) -> None:
        """Do what was asked meanwhile; with nothing to make, wait for it."""
        if self._making.batch is None or not self._making.batch.busy:
            self._commands.get()()
        while not self._commands.empty():
            self._commands.get()()

    def _tell(self, stage: str) -> None:
        self.stage = stage
        tell(Heard(stage=stage))
        sys.stderr.flush()
