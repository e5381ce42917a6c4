"""What a model thinks before it answers, kept apart from the answer. Knows the marks <think> and </think>, at the
beginning of a text only; pure.
"""

from __future__ import annotations

from typing import Final

from partimento.worker.ports import Thought

OPENS: Final = "<think>"
CLOSES: Final = "</think>"


class Thinking:
    """Sorts pieces of a text into thoughts and answer. `inside`: whether it is thinking; from the start, where the
    prompt has opened the thought already.
    """

    def __init__(self, *, inside: bool = False) -> None:
        self.inside = inside
        self._begun = inside
        self._blank = True
        """Nothing but white space has come since the mark: it belongs to neither."""
        self._held = ""

    def feed(self, text: str) -> list[str | Thought]:
        """What is certain by now, in its order."""
        self._held += text
        said: list[str | Thought] = []
        if not self._begun and not self._begin():
            return said
        if self.inside:
            thought, closed, rest = self._held.partition(CLOSES)
            if not closed:
                safe = len(thought) - _beginning(thought)
                thought, rest = thought[:safe], thought[safe:]
            self._held = rest
            said += self._thought(thought)
            if not closed:
                return said
            self.inside, self._blank = False, True
        return said + self._answer()

    def rest(self) -> list[str | Thought]:
        """What was held back, when the text has ended."""
        if self.inside:
            held, self._held = self._held, ""
            return self._thought(held)
        self._blank = self._blank and self._begun
        self._begun = True
        return self._answer()

    def _begin(self) -> bool:
        start = self._held.lstrip()
        if start.startswith(OPENS):
            self._held, self.inside = start[len(OPENS) :], True
        elif not start or OPENS.startswith(start):
            return False
        else:
            self._blank = False  # its own white space, of a text that does not think
        self._begun = True
        return True

    def _thought(self, text: str) -> list[str | Thought]:
        shown = self._shown(text)
        return [Thought(shown)] if shown else []

    def _answer(self) -> list[str | Thought]:
        shown, self._held = self._shown(self._held), ""
        return [shown] if shown else []

    def _shown(self, text: str) -> str:
        shown = text.lstrip() if self._blank else text
        self._blank = self._blank and not shown
        return shown


def _beginning(text: str) -> int:
    """The length of the longest end of the text that begins the closing mark."""
    return next((n for n in range(min(len(CLOSES) - 1, len(text)), 0, -1) if CLOSES.startswith(text[-n:])), 0)
