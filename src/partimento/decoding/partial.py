"""What is complete of a JSON text that is still being written. Knows JSON's grammar; leaves what it means to others."""

from __future__ import annotations

from typing import Any, Final

import msgspec

_CLOSE: Final = {"{": "}", "[": "]"}
_ENDS: Final = frozenset(",]} \t\r\n")


class Finished:
    """Takes a JSON text in pieces. Numbers and words count as complete when something follows them."""

    def __init__(self) -> None:
        self._text = ""
        self._open: list[str] = []
        """The containers that are open, outermost first."""
        self._read = 0
        self._string = self._escaped = self._is_key = False
        self._awaits_value = True
        self._bare = False
        """Whether a number, true, false or null is being read."""
        self._cut = 0
        self._closing = ""

    def feed(self, piece: str) -> bool:
        """Take in a piece; whether more is complete than before."""
        before = self._cut
        self._text += piece
        while self._read < len(self._text):
            self._step(self._text[self._read])
            self._read += 1
        return self._cut > before

    def value(self) -> Any:
        """What is complete, in containers closed where they stand; None where nothing is, or it is no JSON."""
        if not self._cut:
            return None
        try:
            return msgspec.json.decode(self._text[self._start() : self._cut] + self._closing)
        except msgspec.DecodeError:
            return None

    def _start(self) -> int:
        return min((at for sign in _CLOSE if (at := self._text.find(sign)) >= 0), default=0)

    def _step(self, sign: str) -> None:
        if self._string:
            self._in_string(sign)
            return
        if self._bare and sign in _ENDS:
            self._bare = False
            self._complete(self._read)
        if sign == '"':
            self._string = True
            self._is_key = bool(self._open) and self._open[-1] == "{" and not self._awaits_value
        elif sign in _CLOSE:
            self._open.append(sign)
            self._awaits_value = sign == "["
        elif sign in "}]" and self._open:
            self._open.pop()
            self._complete(self._read + 1)
        elif sign == ":":
            self._awaits_value = True
        elif sign == ",":
            self._awaits_value = bool(self._open) and self._open[-1] == "["
        elif self._open and sign not in _ENDS:
            self._bare = True

    def _in_string(self, sign: str) -> None:
        if self._escaped:
            self._escaped = False
        elif sign == "\\":
            self._escaped = True
        elif sign == '"':
            self._string = False
            if self._open and not self._is_key:
                self._complete(self._read + 1)

    def _complete(self, end: int) -> None:
        self._cut, self._awaits_value = end, False
        self._closing = "".join(_CLOSE[sign] for sign in reversed(self._open))
