"""A clock in the test's hands. Knows one moment; moves when it is told to, or with the real one where asked."""

from __future__ import annotations

import time


class FrozenClock:
    """The Clock port, standing still at `at` (Unix seconds). `running`: from there it runs as the real one does."""

    def __init__(self, at: float = 1_790_000_000.0, *, running: bool = False) -> None:
        self._at = at
        self._started = time.monotonic() if running else None

    def now(self) -> float:
        return self._at + self._run()

    def monotonic(self) -> float:
        return 1000.0 + self._at - 1_790_000_000.0 + self._run()

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self._at += seconds

    def _run(self) -> float:
        return 0.0 if self._started is None else time.monotonic() - self._started
