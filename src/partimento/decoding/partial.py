"""What is complete of a JSON text that is still being written. Knows JSON's grammar; leaves what it means to others."""

from __future__ import annotations

from typing import Any, Final

import msgspec

_CLOSE: Final = {"{": "}", "[": "]"}
_ENDS: Final = frozenset(",]} \t\r\n")


class Finished:
    """Takes a JSON text in pieces. Numbers and words count as complete when something follows them.

    It begins at the first object, or at an array that begins a line; what comes before is prose, and so is whatever
    follows. What begins like one and ends as no JSON is passed over.
    """

    def __init__(self) -> None:
        self._text = ""
        self._read = 0
        self._news = self._over = False
        self._begin(-1)

    def feed(self, piece: str) -> bool:
        """Take in a piece; whether more is complete than before."""
        self._news = False
        if not self._over:
            self._text += piece
            while self._read < len(self._text) and not self._over:
                self._step(self._text[self._read])
                self._read += 1
        return self._news

    @property
    def size(self) -> int:
        """How many characters are complete."""
        return self._cut - self._start if self._cut else 0

    def value(self) -> Any:
        """What is complete, in containers closed where they stand; None where nothing is, or it is no JSON."""
        if not self._cut:
            return None
        try:
            return msgspec.json.decode(self._text[self._start : self._cut] + self._closing)
        except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
            return None

    def _begin(self, start: int) -> None:
        """Nothing is complete of what begins here; -1: nothing has begun."""
        self._start, self._cut, self._closing = start, 0, ""
        self._open: list[str] = []
        """The containers that are open, outermost first."""
        self._string = self._escaped = self._is_key = False
        self._awaits_value = True
        self._bare = False
        """Whether a number, true, false or null is being read."""

    def _step(self, sign: str) -> None:
        if self._start < 0:
            if sign == "{" or (sign == "[" and self._begins_a_line()):
                self._begin(self._read)
                self._open.append(sign)
                self._awaits_value = sign == "["
        elif self._string:
            self._in_string(sign)
        else:
            self._between(sign)

    def _begins_a_line(self) -> bool:
        return not self._text[self._text.rfind("\n", 0, self._read) + 1 : self._read].strip()

    def _between(self, sign: str) -> None:
        if self._bare and sign in _ENDS:
            self._bare = False
            self._complete(self._read)
        if sign == '"':
            self._string = True
            self._is_key = self._open[-1] == "{" and not self._awaits_value
        elif sign in _CLOSE:
            self._open.append(sign)
            self._awaits_value = sign == "["
        elif sign in "}]":
            self._open.pop()
            self._complete(self._read + 1)
            if not self._open:
                self._end()
        elif sign == ":":
            self._awaits_value = True
        elif sign == ",":
            self._awaits_value = self._open[-1] == "["
        elif sign not in _ENDS:
            self._bare = True

    def _in_string(self, sign: str) -> None:
        if self._escaped:
            self._escaped = False
        elif sign == "\\":
            self._escaped = True
        elif sign == '"':
            self._string = False
            if not self._is_key:
                self._complete(self._read + 1)

    def _complete(self, end: int) -> None:
        self._cut, self._awaits_value, self._news = end, False, True
        self._closing = "".join(_CLOSE[sign] for sign in reversed(self._open))

    def _end(self) -> None:
        """The outermost container is closed: all is said, or it was no JSON after all."""
        if self.value() is None:
            self._begin(-1)
            self._news = False
        else:
            self._over = True
