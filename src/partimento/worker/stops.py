"""Where a text is to stop, in the caller's words: text goes through, and what may begin a stop is held back. Pure."""

from __future__ import annotations

from collections.abc import Sequence


class Stops:
    """`hit` once one of the stops was met; nothing comes through after that."""

    def __init__(self, stops: Sequence[str]) -> None:
        self._stops = tuple(stop for stop in stops if stop)
        self._held = ""
        self.hit = False

    def feed(self, text: str) -> str:
        """The text that may be shown now."""
        if not self._stops or self.hit:
            return "" if self.hit else text
        self._held += text
        met = [place for stop in self._stops if (place := self._held.find(stop)) >= 0]
        if met:
            self.hit = True
            shown, self._held = self._held[: min(met)], ""
            return shown
        safe = len(self._held) - self._begun()
        shown, self._held = self._held[:safe], self._held[safe:]
        return shown

    def rest(self) -> str:
        """What was held back, when the text has ended by itself."""
        held, self._held = self._held, ""
        return held

    def _begun(self) -> int:
        """The length of the longest end of the held text that begins a stop."""
        most = max(len(stop) for stop in self._stops) - 1
        for length in range(min(most, len(self._held)), 0, -1):
            if any(stop.startswith(self._held[-length:]) for stop in self._stops):
                return length
        return 0
