"""What of a draft may leave before its checks are done. Pure; knows the three holds, leaves checking to the task.

none: every piece at once. sentence: each sentence when it has passed the checks. whole: nothing before all is checked.
Free text leaves in pieces; of a structured draft that is not held whole, all that is complete, again and again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from partimento.core.request import Request
from partimento.core.result import Delta, Partial
from partimento.core.task import ProseClaims
from partimento.decoding.partial import Finished
from partimento.pipeline.claims import Proven, proven_so_far, proven_text
from partimento.pipeline.generate import FREE_TEXT
from partimento.pipeline.redact import Restorer

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|(?<=[。！？])|\n+")
GROWN: Final = 50
"""A structured draft is told again when it has grown by one part in so many: each time it is told from its beginning,
and in smaller steps a long one would be read too often."""


class Gate:
    """Holds one draft's pieces back as the task asks, and lets them go with personal data (`values`) put back.

    `along`: whether anybody reads along.
    """

    def __init__(self, request: Request[Any], values: Mapping[str, str], *, along: bool = True) -> None:
        self._restorer = Restorer(values)
        self._request = request
        self._hold = request.task.hold
        self._shown = request.task.draft in FREE_TEXT
        self._fields = _Fields(request) if along and not self._shown and self._hold != "whole" else None
        self._heard: list[str] = []
        self._came = False
        """Whether the draft came in pieces: what rules compose comes whole."""
        self._waiting = ""
        self._told = ""
        """What has left already, before personal data was put back: later sentences refer to it."""
        self.flaws: tuple[str, ...] = ()
        """What the checks found in a sentence; once set, nothing more leaves."""

    def enter(self, piece: str) -> str:
        """Take in a piece; what may leave now."""
        if not self._shown:
            return ""
        self._came = True
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
        """Take in a piece of this model's; what may be told of it now. Personal data is put back in texts alone."""
        self._heard.append(piece)
        if self._fields is not None:
            value = self._fields.enter(piece)
            self.flaws = self._fields.flaws
            return None if value is None else Partial(value, model)
        text = self.enter(piece)
        return Delta(text, model) if text else None

    @property
    def heard(self) -> str:
        """The draft, as far as it was taken in."""
        return "".join(self._heard)

    def rest(self, told: str) -> str:
        """What is left to say once the whole draft is found sound and finished to the text `told`."""
        if self._hold == "whole" or not self._came:  # nothing has left yet; a mended draft is told as it was mended
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


class _Fields:
    """Of a structured draft, what is complete and not untrue."""

    def __init__(self, request: Request[Any]) -> None:
        self._task = request.task
        self._claims: ProseClaims = "left" if request.task.hold == "none" else request.task.claims
        self._finished = Finished()
        self._told = 0
        self._known: dict[str, Proven] = {}
        self.flaws: tuple[str, ...] = ()

    def enter(self, piece: str) -> Any:
        """Take in a piece; what is complete with it, None where that is little more than was told before.

        What has no certain correction keeps all from leaving; where the draft is the output, it is a flaw of the draft.
        """
        if not self._finished.feed(piece):
            return None
        size = self._finished.size
        if size - self._told < size // GROWN:
            return None
        value = self._finished.value()
        if value is None:
            return None
        self._told = size
        proof = proven_so_far(value, self._task.draft, self._claims, self._known)
        if proof.flaws:
            self.flaws = proof.flaws if self._task.draft is self._task.output else ()
            return None
        return proof.value


def replayed(text: str) -> Iterator[str]:
    """A remembered text in chunks again, sentence by sentence."""
    start = 0
    for match in _SENTENCE_END.finditer(text):
        yield text[start : match.end()]
        start = match.end()
    if start < len(text):
        yield text[start:]
