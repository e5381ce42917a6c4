"""Figures that take long to read are told again for a while; quick ones never are."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import msgspec
import pytest

from partimento.core.errors import BadInput
from partimento.ledger.lately import FRESH_S, OLDEST_S, QUICK_S, Lately
from partimento.ledger.latency import latency_of
from partimento.ledger.period import Period
from partimento.ledger.report import UsageLine
from partimento.testing.clock import FrozenClock

NOTHING = Period(
    days=30, since=0.0, until=0.0, key=None, total=UsageLine(name="total"), before=UsageLine(name="total"),
    each_day=(), endpoints=(), models=(), users=(), tasks=(), latency=latency_of([]), made=latency_of([]), errors=(),
    fallbacks=0, stood_in=(),
)  # fmt: skip


class Reader:
    """Reads periods that say when they were read; each takes `took_s`."""

    def __init__(self, took_s: float) -> None:
        self.clock, self.took_s, self.times = FrozenClock(1_000.0), took_s, 0
        self.done = threading.Semaphore(0)
        self.wrong: Exception | None = None
        self.lately = Lately(self.read, self.clock)

    def read(self, now: float, days: int, key: str | None) -> Period:
        self.times += 1
        self.clock.advance(self.took_s)
        self.done.release()
        if self.wrong is not None:
            raise self.wrong
        return msgspec.structs.replace(NOTHING, days=days, key=key, until=now)


def test_what_is_quickly_read_is_read_each_time() -> None:
    reader = Reader(QUICK_S / 2)
    for _ in range(3):
        reader.lately.period(30)
    assert reader.times == 3


def test_what_takes_long_is_told_again_while_it_is_fresh() -> None:
    reader = Reader(1.0)
    first = reader.lately.period(30)
    reader.clock.advance(FRESH_S)
    assert reader.lately.period(30) is first
    assert reader.times == 1


def test_each_length_and_each_key_is_its_own() -> None:
    reader = Reader(1.0)
    asked: tuple[tuple[int, str | None], ...] = ((7, None), (30, None), (30, "a"), (30, "b"))
    told = [reader.lately.period(days, key) for days, key in asked]
    assert [(one.days, one.key) for one in told] == list(asked)


def test_stale_figures_are_shown_once_more_and_read_anew_meanwhile() -> None:
    reader = Reader(1.0)
    first = reader.lately.period(30)
    assert reader.done.acquire(timeout=10)
    reader.clock.advance(FRESH_S + 1)
    assert reader.lately.period(30) is first
    assert reader.done.acquire(timeout=10)
    for thread in threading.enumerate():
        if thread.daemon and thread is not threading.current_thread() and thread.name.startswith("Thread"):
            thread.join(10)
    assert reader.lately.period(30).until > first.until
    assert reader.times == 2


def test_old_figures_are_waited_for() -> None:
    reader = Reader(1.0)
    first = reader.lately.period(30)
    reader.clock.advance(OLDEST_S + 1)
    assert reader.lately.period(30).until > first.until


def test_what_goes_wrong_is_told_and_not_kept() -> None:
    reader = Reader(1.0)
    reader.wrong = BadInput("no")
    with pytest.raises(BadInput):
        reader.lately.period(30)
    reader.wrong = None
    assert reader.lately.period(30).days == 30


def test_who_asks_for_what_is_being_read_waits_for_that() -> None:
    reader, begun, go_on = Reader(1.0), threading.Event(), threading.Event()
    plain = reader.read

    def held(now: float, days: int, key: str | None) -> Period:
        begun.set()
        assert go_on.wait(10)
        return plain(now, days, key)

    lately = Lately(held, reader.clock)
    with ThreadPoolExecutor(2) as beside:
        one = beside.submit(lately.period, 30)
        assert begun.wait(10)
        other = beside.submit(lately.period, 30)
        go_on.set()
        assert one.result(10) is other.result(10)
    assert reader.times == 1
