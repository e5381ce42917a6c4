"""Finds children that hang while they answer: by the tokens they make, never by whether they say they are well. Knows
what counts as progress; asks nothing itself, decides nothing but that.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from partimento.pool.processes.questions import Counter

LONGEST_GAP_S: Final = 10.0
"""Between two looks no more than this counts: whoever slept longer, such as a laptop, has not watched."""


class Watchdog:
    """Watches one child. Times on the monotonic clock."""

    def __init__(self, now: float) -> None:
        self._looked_at = now
        self._leases: frozenset[str] = frozenset()
        self._last: dict[int, Counter] = {}
        self.still_s = 0.0
        """For how long nothing has moved, as far as it was watched."""
        self.tokens = 0
        """Made since it was first looked at."""

    def looked(self, now: float, leases: Collection[str], counters: Collection[Counter] | None) -> None:
        """What was seen; None: it did not answer. A new or a finished lease is progress, and so is a slot that reads or
        writes. A child that works at nothing is at rest."""
        held = frozenset(leases)
        moved = held != self._leases or not held
        self._leases = held
        if counters is not None:
            seen = {counter.slot: counter for counter in counters}
            moved = moved or seen != self._last or not any(counter.is_processing for counter in counters)
            self.tokens += sum(_more(self._last.get(slot), counter) for slot, counter in seen.items())
            self._last = seen
        self.still_s = 0.0 if moved else self.still_s + min(LONGEST_GAP_S, max(0.0, now - self._looked_at))
        self._looked_at = now


def _more(before: Counter | None, now: Counter) -> int:
    """A counter that is lower than it was counts another text."""
    if before is None or now.written < before.written:
        return now.written
    return now.written - before.written
