"""The memory of an ended child is waited for: until it is back, or no more of it comes."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from partimento.environment import SystemClock
from partimento.pool.daemon import reclaiming
from partimento.pool.daemon.reclaiming import given_back
from partimento.pool.values import Device


def looks(free: Sequence[int], name: str = "cuda:0", free_before: int = 100, taken: int = 1000) -> int:
    """How many looks it takes, where each finds so much free; the last one for ever."""
    taken_looks = 0

    def devices() -> tuple[Device, ...]:
        nonlocal taken_looks
        at = free[min(taken_looks, len(free) - 1)]
        taken_looks += 1
        return (Device(name="other", total_bytes=9), Device(name=name, total_bytes=5000, free_bytes=at))

    asyncio.run(given_back(devices, name, free_before, taken, SystemClock()))
    return taken_looks


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reclaiming, "STEP_S", 0.001)
    monkeypatch.setattr(reclaiming, "QUIET_S", {"cuda": 0.05})
    monkeypatch.setattr(reclaiming, "LONGEST_S", 0.3)


def test_it_is_back_when_most_of_it_is_free_again() -> None:
    assert looks([100, 100, 400, 860]) == 4


def test_a_driver_that_has_given_back_all_before_we_looked_is_not_waited_for_long() -> None:
    assert 3 < looks([1100], free_before=1100) < 300


def test_main_memory_that_settles_is_enough() -> None:
    assert looks([100, 500], name="cpu") < 10


def test_a_device_that_is_gone_is_not_waited_for() -> None:
    found = asyncio.run(given_back(lambda: (), "cuda:0", 0, 1000, SystemClock()))
    assert found == ()


def test_what_only_trickles_back_is_not_waited_for_long() -> None:
    assert looks(range(0, 10_000_000, 30), taken=1_000_000_000) > 3
