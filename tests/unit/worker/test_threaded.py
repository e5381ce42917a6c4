"""Requests and the model thread: who waits, who is refused, who went away, sleep and death, over a model of our own."""

from __future__ import annotations

import asyncio
import itertools
import subprocess
import sys
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import Executor
from contextlib import aclosing
from typing import Any

import pytest

from partimento.core.conversation import said
from partimento.core.errors import BadInput, PartimentoError, RateLimited
from partimento.core.local import Adapter, Files, Plan
from partimento.worker.making import Tell
from partimento.worker.ports import Ask, Ended, Sampling, Thought
from partimento.worker.progress import hear
from partimento.worker.saying import Saying
from partimento.worker.threaded import EMBED_AT_ONCE, ThreadedGenerator

ASK = Ask(messages=(said("user", "do re mi"),), sampling=Sampling(max_tokens=3))
ALONE = "-1"
"""A queue that makes of two slots one request at a time, waiting ones included."""


class Line:
    """A text of the prompt's own words, one a turn; over and over where no one says how many."""

    def __init__(self, ask: Ask, words: list[str]) -> None:
        self.saying = Saying(ask.sampling.stop, len(words), inside=False)
        self.words = itertools.cycle(words) if ask.sampling.max_tokens is None else iter(words)


class Choir:
    """Makes a word of each line a turn, while it is `let`."""

    def __init__(self, slots: int, let: threading.Event) -> None:
        self.rows: list[Line | None] = [None] * slots
        self.waiting: list[Any] = []
        self.passages: list[int] = []
        self._let = let

    @property
    def busy(self) -> bool:
        return bool(self.waiting or any(self.rows))

    def turn(self) -> None:
        for place, row in enumerate(self.rows):
            if row is None and self.waiting:
                self.rows[place] = self.waiting.pop(0)
            elif row is not None and row.saying.cancelled:
                self.rows[place] = None
            elif row is not None and self._let.wait(0.01):
                self._step(place, row)

    def _step(self, place: int, row: Line) -> None:
        word = next(row.words, None)
        row.saying.say(row.saying.take(word or "", None if word else "stop"))
        if word is None:
            self.rows[place] = None

    def vectors(self, texts: list[list[int]]) -> list[bytes]:
        if [0] in texts:
            raise BadInput("no vector of that")
        self.passages.append(len(texts))
        return [bytes(tokens) for tokens in texts]


class Words:
    """A tokenizer: the lengths of words."""

    def tokens(self, text: str, *, special: bool = True) -> list[int]:
        return [0] * special + [len(word) for word in text.split()]

    def passages(self, texts: tuple[str, ...]) -> list[list[int]]:
        return [self.tokens(text, special=False) for text in texts]


class Singing:
    """A Making."""

    def __init__(self, *, embeds_in_line: bool = True) -> None:
        self.batch: Choir | None = None
        self.texts = Words()
        self.embeds_in_line = embeds_in_line
        self.let, self.ready = threading.Event(), threading.Event()
        self.let.set()
        self.ready.set()

    def begin(self, text_thread: Executor) -> None:
        text_thread.submit(int).result()

    def load(self, tell: Tell) -> None:
        tell("warming")
        self.ready.wait()
        self.batch = Choir(2, self.let)

    def rest(self) -> None:
        self.batch = None

    def prepare(self, ask: Ask) -> list[str]:
        if not ask.messages:
            raise BadInput("nothing to sing")
        return ask.messages[0].text.split()

    def row(self, ask: Ask, prepared: list[str]) -> Line:
        return Line(ask, prepared)

    def is_memory(self, error: BaseException) -> bool:
        return isinstance(error, MemoryError)


def _plan(**options: str) -> Plan:
    files = Files("/nowhere", "safetensors", adapters=(Adapter("church", "/a"),))
    return Plan(model="choir", files=files, context=64, slots=2, options=options)


def _sung(test: Callable[[ThreadedGenerator], Awaitable[None]], singing: Singing, **options: str) -> None:
    async def run() -> None:
        generator = ThreadedGenerator(_plan(**options), singing)
        generator.start()
        await _until(lambda: not generator.unready())
        await test(generator)

    asyncio.run(asyncio.wait_for(run(), 30))


async def _until(there: Callable[[], bool]) -> None:
    while not there():  # noqa: ASYNC110  # what it waits for is another thread's
        await asyncio.sleep(0.001)


async def _text(generator: ThreadedGenerator, ask: Ask = ASK) -> list[str | Thought | Ended]:
    async with aclosing(generator.submit(ask)) as pieces:
        return [piece async for piece in pieces]


def test_a_text_comes_in_pieces_and_ends_with_what_it_used() -> None:
    async def test(generator: ThreadedGenerator) -> None:
        *pieces, last = await _text(generator)
        assert pieces == ["do", "re", "mi"]
        assert last == Ended(finish="stop", prompt_tokens=3, completion_tokens=4)
        assert generator.adapters == ("church",)
        assert await generator.tokenize("do re", special=True) == [0, 2, 2]

    _sung(test, Singing())


def test_more_texts_than_slots_wait_and_all_are_made() -> None:
    async def test(generator: ThreadedGenerator) -> None:
        texts = await asyncio.gather(*(_text(generator) for _ in range(7)))
        assert [text[:-1] for text in texts] == [["do", "re", "mi"]] * 7

    _sung(test, Singing())


def test_the_queue_has_a_bound_and_who_is_refused_is_told_when_to_come_again() -> None:
    singing = Singing()

    async def test(generator: ThreadedGenerator) -> None:
        singing.let.clear()
        asked = [asyncio.ensure_future(_text(generator)) for _ in range(3)]
        await _until(lambda: all(slot.is_processing for slot in generator.slots()))
        with pytest.raises(RateLimited, match="queue is full") as raised:
            await _text(generator)
        assert raised.value.retry_after_s
        singing.let.set()
        await asyncio.gather(*asked)
        assert len(await _text(generator)) == 4

    _sung(test, singing, queue="1")


def test_who_goes_away_frees_the_slot_and_the_place_in_the_queue() -> None:
    async def test(generator: ThreadedGenerator) -> None:
        async with aclosing(generator.submit(Ask(messages=ASK.messages))) as pieces:
            assert await anext(pieces) == "do"
        await _until(lambda: not any(slot.is_processing for slot in generator.slots()))
        assert len(await _text(generator)) == 4

    _sung(test, Singing(), queue=ALONE)


def test_what_cannot_be_prepared_takes_no_place() -> None:
    async def test(generator: ThreadedGenerator) -> None:
        for _ in range(3):
            with pytest.raises(BadInput):
                await _text(generator, Ask(messages=()))
        assert len(await _text(generator)) == 4

    _sung(test, Singing(), queue=ALONE)


def test_texts_are_embedded_some_at_a_time_and_a_refusal_harms_nobody() -> None:
    singing = Singing()

    async def test(generator: ThreadedGenerator) -> None:
        embedded = await generator.embed(("do re",) * (EMBED_AT_ONCE + 1))
        assert embedded.vectors == (b"\x02\x02",) * (EMBED_AT_ONCE + 1)
        assert embedded.prompt_tokens == 2 * (EMBED_AT_ONCE + 1)
        assert singing.batch is not None
        assert singing.batch.passages == [EMBED_AT_ONCE, 1]
        singing.texts.passages = lambda texts: [[0]]  # type: ignore[method-assign]
        with pytest.raises(BadInput):
            await generator.embed(("",))
        assert len(await _text(generator)) == 4

    _sung(test, singing)


@pytest.mark.parametrize("in_line", [True, False])
def test_a_full_queue_is_in_the_way_of_those_who_stand_in_it(in_line: bool) -> None:
    singing = Singing(embeds_in_line=in_line)

    async def test(generator: ThreadedGenerator) -> None:
        singing.let.clear()
        async with aclosing(generator.submit(ASK)) as pieces:
            first = asyncio.ensure_future(anext(pieces))
            await _until(lambda: any(slot.is_processing for slot in generator.slots()))
            if in_line:
                with pytest.raises(RateLimited):
                    await generator.embed(("do",))
            else:
                assert (await generator.embed(("do",))).vectors == (b"\x02",)
            singing.let.set()
            assert await first == "do"

    _sung(test, singing, queue=ALONE)


def test_it_sleeps_when_all_is_made_and_wakes() -> None:
    singing = Singing()

    async def test(generator: ThreadedGenerator) -> None:
        async with aclosing(generator.submit(ASK)) as pieces:
            await anext(pieces)
            with pytest.raises(RateLimited, match="at work"):
                await generator.sleep()
        await generator.sleep()
        assert (generator.unready(), singing.batch) == ("sleeping", None)
        assert [slot.is_processing for slot in generator.slots()] == [False, False]
        with pytest.raises(RateLimited, match="sleeps"):
            await _text(generator)
        with pytest.raises(RateLimited, match="sleeps"):
            await generator.embed(("do",))
        singing.ready.clear()
        waking = asyncio.ensure_future(generator.wake())
        await _until(lambda: generator.unready() == "warming")
        singing.ready.set()
        await waking
        assert generator.unready() == ""
        assert len(await _text(generator)) == 4

    _sung(test, singing)


DIES = """
import sys, time
from importlib.util import module_from_spec, spec_from_file_location
spec = spec_from_file_location("singing", sys.argv[1])
here = sys.modules["singing"] = module_from_spec(spec)
spec.loader.exec_module(here)
from partimento.core.errors import NotConfigured

def fails(self, tell):
    raise {error}

here.Singing.load = fails
here.ThreadedGenerator(here._plan(), here.Singing()).start()
time.sleep(60)
"""


@pytest.mark.parametrize(
    ("error", "reason", "memory"),
    [
        ("ZeroDivisionError('a bug')", "ZeroDivisionError: a bug", False),
        ("MemoryError('no room')", "MemoryError: no room", True),
        ("NotConfigured('no such checkpoint')", "no such checkpoint", False),
    ],
)
def test_a_model_thread_that_fails_ends_the_process_with_a_reason(error: str, reason: str, memory: bool) -> None:
    program = DIES.format(error=error)
    done = subprocess.run([sys.executable, "-c", program, __file__], capture_output=True, text=True, timeout=50)
    heard = hear(done.stdout.splitlines()[-1])
    assert done.returncode == 1
    assert heard is not None
    assert heard.reason.startswith(reason)
    assert heard.out_of_memory is memory
    assert "Traceback" in done.stderr


def test_an_error_of_the_product_is_the_callers_and_the_thread_goes_on() -> None:
    async def test(generator: ThreadedGenerator) -> None:
        def refuses(tell: Tell) -> None:
            raise PartimentoError("not now")

        await generator.sleep()
        loads, singing.load = singing.load, refuses  # type: ignore[method-assign]
        with pytest.raises(PartimentoError, match="not now"):
            await generator.wake()
        singing.load = loads  # type: ignore[method-assign]

    singing = Singing()
    _sung(test, singing)
