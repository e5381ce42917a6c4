"""How far a pull is: told to who asked, and written down for other programs. Knows speed and what is left; leaves
bringing files to `download`.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Final

from msgspec.structs import replace

from partimento.core.clock import Clock
from partimento.pool.files.forms import Listed
from partimento.pool.files.manifest import PULLING, Pulling, write
from partimento.pool.files.wish import Wish

TOLD_EVERY_S: Final = 0.1
WRITTEN_EVERY_S: Final = 0.5
SPEED_OVER_S: Final = 10.0

Tell = Callable[[Pulling], None]


class Course:
    """How far a pull is: told to who asked, and written down for others."""

    def __init__(
        self, wish: Wish, folder: Path, total_bytes: int, clock: Clock, told: Tell, files: tuple[str, ...]
    ) -> None:
        self.total_bytes = total_bytes
        self._now = Pulling(
            repository=wish.repository, model=wish.model.id if wish.model else "", pid=os.getpid(), files=files,
            total_bytes=total_bytes,
        )  # fmt: skip
        self._folder, self._clock, self._told = folder, clock, told
        self._done = self._growing = 0
        self._seen: deque[tuple[float, int]] = deque()
        self._told_at = self._written_at = float("-inf")

    def begins(self, file: Listed) -> None:
        """This file is next."""
        self._now, self._growing = replace(self._now, file=file.path), 0

    def has(self, size: int) -> None:
        """So much of it is there."""
        if not self._growing and size:  # what an earlier pull brought is no speed of this one
            self._seen.clear()
        self._growing = size
        self.note()

    def finished(self, file: Listed) -> None:
        """It is whole."""
        self._done, self._growing = self._done + file.bytes, 0
        self.note(force=self._done == self.total_bytes)

    def note(self, *, force: bool = False) -> None:
        """Tell and write, not too often."""
        now, done = self._clock.monotonic(), self._done + self._growing
        self._seen.append((now, done))
        while self._seen[0][0] < now - SPEED_OVER_S and len(self._seen) > 2:
            self._seen.popleft()
        if not force and now - self._told_at < TOLD_EVERY_S:
            return
        began, had = self._seen[0]
        speed = (done - had) / (now - began) if now > began else 0.0
        eta_s = (self.total_bytes - done) / speed if speed > 0 else None
        self._now = replace(self._now, done_bytes=done, bytes_per_s=speed, eta_s=eta_s)
        if force or now - self._written_at >= WRITTEN_EVERY_S:
            self._written_at = now
            write(self._folder, PULLING, self._now)
        self._told_at = now
        self._told(self._now)
