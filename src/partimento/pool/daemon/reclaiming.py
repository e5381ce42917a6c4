"""Waits for an ended child's memory to come back. Knows how the systems give it back; leaves what follows to `decide`.

A GPU's driver takes a moment after the end of a process, mostly less than two seconds; main memory is back when the
process is gone, but for what the system is slow to count.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

from partimento.core.clock import Clock
from partimento.pool.values import Device

LONGEST_S: Final = 5.0
STEP_S: Final = 0.05
ENOUGH: Final = 0.75
"""Of what it had: the rest is lost in what others took meanwhile."""
SETTLED: Final = 0.02
QUIET_S: Final = {"cuda": 1.0}
"""For so long nothing more has come: then nothing will. Elsewhere one look is enough."""


async def given_back(
    devices: Callable[[], tuple[Device, ...]], device: str, free_bytes: int, taken_bytes: int, clock: Clock
) -> tuple[Device, ...]:
    """The machine, once so much of the device is free again, or nothing more comes, or it was waited for long enough.

    `free_bytes`: what was free before the child ended; `taken_bytes`: what the child had.
    """
    began = moved = clock.monotonic()
    quiet_s = QUIET_S.get(device.partition(":")[0], STEP_S)
    before = 0
    while True:
        found = await asyncio.to_thread(devices)
        now = clock.monotonic()
        free = next((one.free_bytes for one in found if one.name == device), None)
        if free is None or free >= free_bytes + ENOUGH * taken_bytes or now - began >= LONGEST_S:
            return found
        if free > before + SETTLED * taken_bytes:
            before, moved = free, now
        elif now - moved >= quiet_s:
            return found
        await asyncio.sleep(STEP_S)
