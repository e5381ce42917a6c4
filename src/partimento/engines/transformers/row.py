"""One text being made: from tokens to text. Knows whole characters, the tokens that are no text, and the end; leaves
what may be shown of it to `saying`, and batches to `batch`.
"""

from __future__ import annotations

from collections.abc import Callable

from partimento.engines.transformers.prompts import Prepared
from partimento.worker.ports import Ask
from partimento.worker.saying import Finish, Said, Saying

UNWHOLE = "\ufffd"
PATIENCE = 8
"""Tokens after which what is no whole character yet is shown as it is: the model has written nonsense."""


class Characters:
    """Whole characters out of tokens: one may be spread over several."""

    def __init__(self, decode: Callable[[list[int]], str]) -> None:
        self._decode = decode
        self._tokens: list[int] = []
        self._start = self._read = 0

    def feed(self, token: int) -> str:
        """The characters that are whole by now. Decoded together with the tokens before, which decide about blanks."""
        self._tokens.append(token)
        return self._shown(all_of_it=len(self._tokens) - self._read > PATIENCE)

    def rest(self) -> str:
        """What was held back, when the text has ended."""
        return self._shown(all_of_it=True)

    def _shown(self, *, all_of_it: bool) -> str:
        before = self._decode(self._tokens[self._start : self._read])
        whole = self._decode(self._tokens[self._start :])
        if whole.endswith(UNWHOLE) and not all_of_it:
            return ""
        self._start, self._read = self._read, len(self._tokens)
        return whole[len(before) :]


class Row:
    """Made on the event loop, then the model thread's."""

    def __init__(self, ask: Ask, prepared: Prepared, decode: Callable[[list[int]], str]) -> None:
        self.ask, self.prepared = ask, prepared
        self.slot = -1
        self.saying = Saying(ask.sampling.stop, prepared.tokens, inside=prepared.inside)
        self._characters = Characters(decode)

    @property
    def decoded(self) -> int:
        """Tokens made."""
        return self.saying.decoded

    @property
    def constrained(self) -> bool:
        """Whether its next token must follow the schema: thoughts are free."""
        return self.prepared.constraint is not None and not self.saying.thinking

    def take(self, token: int) -> list[Said]:
        """What this token makes to be said; an Ended among it where the text is at its end. Raises EngineFault."""
        ended = token in self.prepared.ends
        if self.constrained and self.prepared.constraint is not None:
            self.prepared.constraint.take(token)
            ended = ended or self.prepared.constraint.ended
        full = self.decoded + 1 >= self.prepared.most_new
        finish: Finish | None = "stop" if ended else "length" if full else None
        text = "" if token in self.prepared.hidden else self._characters.feed(token)
        return self.saying.take(text + (self._characters.rest() if finish else ""), finish)
