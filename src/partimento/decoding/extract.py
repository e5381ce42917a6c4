"""Where in a chatty answer the JSON stands. Knows fences, thoughts and brackets; leaves reading it to `schema`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

_FENCE = re.compile(r"```[ \t]*[\w+-]*[ \t]*\n(.*?)(?:```|\Z)", re.DOTALL)
_THOUGHT = re.compile(r"\s*<(think|thinking|thought|reasoning)>.*?(?:</\1>|\Z)", re.DOTALL)
_END_OF_THOUGHT = re.compile(r"</(?:think|thinking|thought|reasoning)>")
_OPENINGS = ("<think>", "<thinking>", "<thought>", "<reasoning>")
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*(?:"|\Z)|[{}\[\]]', re.DOTALL)
_OPENERS = {"{": "}", "[": "]"}


class Span(Struct, frozen=True):
    """A stretch of text that looks like one JSON value. `unclosed`: how many of its brackets are. `mid_value`: it
    stops where something must still come, so that closing it would make up what is missing."""

    text: str
    unclosed: int = 0
    mid_value: bool = False


def without_thoughts(text: str) -> str:
    """The answer without the <think> block it opens with: one that never ends, and one that was opened in the
    prompt, included. What stands within the answer itself is left alone."""
    if opening := _THOUGHT.match(text):
        return text[opening.end() :].strip()
    unopened = _END_OF_THOUGHT.search(text)
    if unopened and not text.lstrip().startswith(("{", "[", "```")):
        return text[unopened.end() :].strip()
    return text.strip()


class ThoughtlessStream:
    """Pieces in, pieces out, without the <think> block that a stream opens with."""

    def __init__(self) -> None:
        self._held = ""
        self._passing = False

    def feed(self, piece: str) -> str:
        """What of it may go on; "" while it is a thought, or may yet turn out to be one."""
        if self._passing:
            return piece
        self._held += piece
        start = self._held.lstrip()
        if any(opener.startswith(start[: len(opener)]) for opener in _OPENINGS):
            end = _END_OF_THOUGHT.search(start)
            if end is None:
                return ""
            start = start[end.end() :].lstrip()
            if not start:
                self._held = ""
                return ""
        self._passing = True
        return start

    def rest(self) -> str:
        """What was held at the end: a thought without an end is none of the answer."""
        return "" if self._passing or _THOUGHT.match(self._held) else self._held


def spans(text: str) -> tuple[Span, ...]:
    """The outermost bracketed stretches: of the fenced blocks where one of them is whole, else of all the answer."""
    answer = without_thoughts(text)
    fenced = tuple(span for block in _FENCE.findall(answer) for span in _bracketed(block))
    return fenced if any(not span.unclosed for span in fenced) else tuple(_bracketed(answer))


def _bracketed(text: str) -> Iterator[Span]:
    position = 0
    while (start := _first_opener(text, position)) is not None:
        end, unclosed, in_string = _end_of(text, start)
        if unclosed:
            rest = text[start:].rstrip()
            yield Span(rest, unclosed, mid_value=in_string or not _ends_a_value(rest))
            return
        yield Span(text[start:end])
        position = end


def _first_opener(text: str, position: int) -> int | None:
    found = [at for opener in _OPENERS if (at := text.find(opener, position)) >= 0]
    return min(found, default=None)


def _end_of(text: str, start: int) -> tuple[int, int, bool]:
    """Just past the bracket that closes the one at `start`, or the text's end; how many brackets are still open
    there, and whether it is within a string."""
    open_brackets: list[str] = []
    in_string = False
    for match in _TOKEN.finditer(text, start):
        token = match[0]
        if token in _OPENERS:
            open_brackets.append(_OPENERS[token])
        elif token[0] == '"':
            in_string = len(token) < 2 or not _closes(token)
        elif open_brackets and token == open_brackets[-1]:
            open_brackets.pop()
            if not open_brackets:
                return match.end(), 0, False
    return len(text), len(open_brackets), in_string


def _closes(string: str) -> bool:
    """Whether the last quote of a string token is unescaped."""
    body = string[1:-1]
    return string.endswith('"') and (len(body) - len(body.rstrip("\\"))) % 2 == 0


def _ends_a_value(text: str) -> bool:
    # a number may have lost digits; a quote, a bracket or a whole literal stands
    return text.endswith(('"', "}", "]", "true", "false", "null"))
