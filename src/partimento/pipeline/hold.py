"""What of a draft may leave before its checks are done. Pure; knows the three holds, leaves checking to the task.

none: every piece at once. sentence: each sentence when it has passed the checks. whole: nothing before all is checked.
Free text leaves in pieces; of a structured draft, held by the sentence, the fields and elements that are complete.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from partimento.core.request import Request
from partimento.core.result import Delta, Partial
from partimento.decoding.partial import Finished
from partimento.pipeline.claims import proven, proven_text
from partimento.pipeline.generate import FREE_TEXT
from partimento.pipeline.redact import Restorer

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|(?<=[。！？])|\n+")


class Gate:
    """Holds one draft's pieces back as the task asks, and lets them go with personal data (`values`) put back."""

    def __init__(self, request: Request[Any], values: Mapping[str, str], *, along: bool = True) -> None:
        self._restorer = Restorer(values)
        self._request = request
        self._hold = request.task.hold
        self._shown = request.task.draft in FREE_TEXT
        self._along = along
        """Whether anybody reads along."""
        self._finished = Finished()
        self._waiting = ""
        self._told = ""
        """What has left already, before personal data was put back: later sentences refer to it."""
        self.flaws: tuple[str, ...] = ()
        """What the checks found in a sentence; once set, nothing more leaves."""

    def enter(self, piece: str) -> str:
        """Take in a piece; what may leave now."""
        if not self._shown:
            return ""
        if self._hold == "none":
            return self._restorer.enter(piece)
        self._waiting += piece
        if self._hold == "whole" or self.flaws:
            return ""
        ends = [match.end() for match in _SENTENCE_END.finditer(self._waiting)]
        if not ends:
            return ""
        ripe, self._waiting = self._waiting[: ends[-1]], self._waiting[ends[-1] :]
        task = self._request.task
        self.flaws = tuple(flaw for check in task.checks for flaw in check(self._request.inputs, ripe))
        return "" if self.flaws else self._proven(ripe)

    def take(self, piece: str, model: str) -> Delta | Partial | None:
        """Take in a piece of this model's; what may be told of it now."""
        if self._shown:
            text = self.enter(piece)
            return Delta(text, model) if text else None
        value = self.complete(piece)
        return None if value is None else Partial(value, model)

    def complete(self, piece: str) -> Any:
        """Of a structured draft, what is complete with this piece and not untrue; None where nothing new is."""
        if not self._along or self._hold == "whole" or self.flaws or not self._finished.feed(piece):
            return None
        value = self._finished.value()
        if value is None:
            return None
        proof = proven(value, self._request.task.claims)
        self.flaws = proof.flaws
        return None if proof.flaws else proof.value

    def rest(self, told: str) -> str:
        """What is left to say once the whole draft is found sound and finished to the text `told`."""
        if self._hold == "whole":  # nothing has left yet, and a mended draft is told as it was mended
            return self._restorer.enter(told) + self._restorer.rest()
        rest, self._waiting = self._waiting, ""
        return self._proven(rest) + self._restorer.rest()

    def _proven(self, ripe: str) -> str:
        """Sentences whose musical claims hold, put right where they did not."""
        proof = proven_text(ripe, "left" if self._hold == "none" else self._request.task.claims, self._told)
        self.flaws = proof.flaws
        if proof.flaws:
            return ""
        self._told += proof.value
        return self._restorer.enter(proof.value)


def replayed(text: str) -> Iterator[str]:
    """A remembered text in chunks again, sentence by sentence."""
    start = 0
    for match in _SENTENCE_END.finditer(text):
        yield text[start : match.end()]
        start = match.end()
    if start < len(text):
        yield text[start:]
