"""One line on stderr that changes while something long goes on; nothing where stderr is no terminal."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Final, Self

AFTER_S: Final = 1.0
"""Work that is done sooner shows no line."""
_EVERY_S: Final = 0.1


class Line:
    """`show` puts a text in the place of the one before; leaving the block takes it away."""

    def __init__(self) -> None:
        self._began = self._shown = time.monotonic()
        self._width = 0

    def show(self, text: str) -> None:
        now = time.monotonic()
        if not sys.stderr.isatty() or now - self._began < AFTER_S or now - self._shown < _EVERY_S:
            return
        self._shown = now
        sys.stderr.write(f"\r{text:<{self._width}}")
        sys.stderr.flush()
        self._width = len(text)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._width:
            sys.stderr.write(f"\r{'':<{self._width}}\r")
            sys.stderr.flush()
