"""A child that does as its script says: a model without weights, for tests of whatever runs models. Knows how processes
fail; leaves its HTTP and its end with its parent to the worker's room.

Options, all strings; bytes and seconds where they are numbers:

    say          the words of each answer; without it, `tokens` words (8)
    token_s      before each word
    load_s       how long it loads; `stages` ("weights,cache") are told on the way
    slow_bind_s  before it listens
    memory_bytes taken while it loads; `grow_bytes` with the first answer
    crash_at, hang_at, oom_at
                 "load", "warming" (its first answer, the pool's own), "first_token", "token:N"
    signal       by which it crashes ("SEGV"); without it, with `exit_code` (3)
    port_taken   so many times it says that its port is taken
    times        only its first so many lives go wrong
    ignore_term  it does not end when asked to
    held         it takes no more memory than its plan allows
"""

from __future__ import annotations

import asyncio
import os
import signal
import struct
import sys
import threading
import time
from collections.abc import AsyncGenerator, Mapping
from pathlib import Path
from typing import Final, NoReturn

from msgspec.structs import replace

from partimento.core.errors import BadInput
from partimento.core.local import Heard, Plan
from partimento.engines.scripted.child import script
from partimento.worker.life import end, hold_to, live_with_parent
from partimento.worker.ports import Ask, Embedded, Ended, Slot
from partimento.worker.progress import tell
from partimento.worker.serve import serve
from partimento.worker.start import told

LIVES: Final = "lives"
"""A file beside the script, with a line for each time the model was started."""


class ScriptedModel:
    """A Generator."""

    adapters: tuple[str, ...] = ()

    def __init__(self, plan: Plan, options: Mapping[str, str], life: int) -> None:
        self._plan, self._options, self._life = plan, options, life
        self._at = "starting"
        self._asked = 0
        self._slots = [Slot(id=number) for number in range(plan.slots)]
        self._free = asyncio.Queue[int]()
        for number in range(plan.slots):
            self._free.put_nowait(number)
        self._memory: list[bytearray] = []

    # ---- loading, in a thread ----------------------------------------------------------------------------------

    def load(self) -> None:
        """Then it answers."""
        stages = [stage for stage in self._options.get("stages", "weights").split(",") if stage]
        each_s = self._seconds("load_s") / len(stages)
        for number, stage in enumerate(stages):
            self._at = f"loading {stage}"
            tell(Heard(stage=stage, fraction=number / len(stages)))
            time.sleep(each_s)
        self._take("memory_bytes")
        self._mischief("load")
        if self._fault("hang_at") == "load":
            threading.Event().wait()
        tell(Heard(stage=stages[-1], fraction=1.0))
        self._at = ""

    def _take(self, name: str) -> None:
        size = int(self._options.get(name, "0"))
        if size:
            try:
                self._memory.append(bytearray(b"\x01") * size)
            except MemoryError:
                end("it ran out of memory", out_of_memory=True)
            tell(Heard(buffer_bytes=size))

    def _fault(self, name: str) -> str:
        """Where it is to go wrong in this life; "" nowhere."""
        return self._options.get(name, "") if self._life <= int(self._options.get("times", "1000000")) else ""

    def _mischief(self, place: str) -> None:
        if self._fault("oom_at") == place:
            end("it ran out of memory", out_of_memory=True)
        if self._fault("crash_at") == place:
            _crash(self._options)

    def _seconds(self, name: str) -> float:
        return float(self._options.get(name, "0"))

    # ---- as a Generator ----------------------------------------------------------------------------------------

    def unready(self) -> str:
        return self._at

    async def submit(self, ask: Ask) -> AsyncGenerator[str | Ended, None]:
        self._asked += 1
        warming = self._asked == 1
        slot = await self._free.get()
        words = self._words()
        most = ask.sampling.max_tokens or len(words)
        try:
            read = sum(len(message.text.split()) for message in ask.messages)
            self._slots[slot] = Slot(id=slot, is_processing=True, n_prompt_tokens_processed=read)
            for number, word in enumerate(words[:most], 1):
                await self._reach("warming" if warming else "first_token" if number == 1 else "")
                await self._reach("" if warming else f"token:{number}")
                await asyncio.sleep(self._seconds("token_s"))
                self._slots[slot] = replace(self._slots[slot], n_decoded=number)
                yield word if number == 1 else f" {word}"
            made = min(most, len(words))
            yield Ended(finish="stop" if most >= len(words) else "length", prompt_tokens=read, completion_tokens=made)
        finally:
            self._slots[slot] = replace(self._slots[slot], is_processing=False)
            self._free.put_nowait(slot)

    async def embed(self, texts: tuple[str, ...]) -> Embedded:
        if not self._plan.embeds:
            raise BadInput("this model makes no vectors")
        vectors = tuple(struct.pack("<4f", 1.0, float(len(text)), 0.0, 0.0) for text in texts)
        return Embedded(vectors, sum(len(text.split()) for text in texts))

    async def tokenize(self, text: str, *, special: bool) -> list[int]:
        return [len(word) for word in text.split()]

    def slots(self) -> tuple[Slot, ...]:
        return tuple(self._slots)

    async def sleep(self) -> None:
        self._memory.clear()
        self._at = "sleeping"

    async def wake(self) -> None:
        await asyncio.sleep(self._seconds("load_s") / 4)
        self._take("memory_bytes")
        self._at = ""

    def _words(self) -> list[str]:
        said = self._options.get("say", "").split()
        return said or ["word"] * int(self._options.get("tokens", "8"))

    async def _reach(self, place: str) -> None:
        """Something may be to happen here."""
        if not place:
            return
        if place == "first_token":
            self._take("grow_bytes")
        self._mischief(place)
        if self._fault("hang_at") == place:
            await asyncio.sleep(3600 * 24)


def _crash(options: Mapping[str, str]) -> NoReturn:
    if name := options.get("signal", ""):
        os.kill(os.getpid(), signal.Signals[f"SIG{name}"])
        time.sleep(60)
    print("the script says: crash", file=sys.stderr, flush=True)  # noqa: T201  # as a library would
    os._exit(int(options.get("exit_code", "3")))


def _lived(path: Path) -> int:
    """Which of its lives this is, from 1."""
    folder = path if path.is_dir() else path.parent
    with (folder / LIVES).open("a+") as file:
        file.write(f"{os.getpid()}\n")
        file.flush()
        file.seek(0)
        return len(file.readlines())


def main() -> None:
    live_with_parent()
    plan, door = told()
    options = script(plan.files, plan.options)
    life = _lived(Path(plan.files.path))
    if options.get("ignore_term"):
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    if options.get("held"):
        hold_to(plan.memory_bytes)
    if life <= int(options.get("port_taken", "0")):
        end(f"cannot listen on 127.0.0.1:{door.port}: Address already in use")
    model = ScriptedModel(plan, options, life)
    threading.Thread(target=model.load, name="load", daemon=True).start()
    time.sleep(float(options.get("slow_bind_s", "0")))
    serve(plan.model, door, model)


if __name__ == "__main__":
    main()
