"""From prose to sentences that can be judged: signs in one spelling, sentences with their places, what is no claim.

Every sign is replaced by one of the same length, so that places in a sentence are places in the text. Questions,
suppositions and quoted mistakes are told from statements; what a statement says is not read here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, Literal

from msgspec import Struct

Mood = Literal["states", "asks", "supposes", "quotes a mistake"]

_SIGNS: Final = str.maketrans(
    {"♭": "b", "♯": "#", "–": "-", "—": "-", "−": "-", "‑": "-", "‒": "-", "’": "'", "‘": "'", "“": " ",
        "”": " ", '"': " ",
     "*": " ", "`": " ", "\u00a0": " ", "\u202f": " ", "º": "°", "∆": "Δ", "⁷": "7", "⁶": "6", "⟶": "→", "⇒": "→",
     "➜": "→", "_": " ",
     "…": ".", "•": " ", "·": " ", "～": "~", "＃": "#", "：": ":", "[": "(", "]": ")", "≡": "=", "„": " ", "«": " ",
     "»": " "}
)  # fmt: skip
_LEAD: Final = re.compile(r"(?m)^[ \t]*(?:[-+>]+[ \t]+|\d{1,2}[.)][ \t]+|\(\d\)[ \t]+|#{1,6}[ \t]+)+")
_END: Final = re.compile(r"(?<![A-Z]\.[A-Z])(?<!\be\.g)(?<!\bi\.e)(?<!\bvs)(?<!N\.C)[.!?]+[)']*(?=\s|$)|\n+|;(?=\s)")
_MISTAKE: Final = re.compile(
    r"\b(?:mistak\w*|incorrect\w*|wrong\w*|misspel\w*|misread\w*|confus\w*|myth|misconception"
    r"|some (?:people|students|beginners|books) "
    r"(?:say|think|call|write)|beginners (?:often|sometimes)|students "
    r"(?:often|sometimes|will)|people (?:often|sometimes) (?:think|say|call)"
    r"|you might think|you may think|it is false|it's false|not true|false that|tempting "
    r"to|don't (?:call|write|spell|say|think)|"
    r"never (?:call|write|spell)|fooled|careless|error|typo|trap)\b",
    re.IGNORECASE,
)
_SUPPOSED: Final = re.compile(
    r"\b(?:what if|suppose|supposing|imagine|pretend|if (?:you|we|i|they|one|someone|it|[A-G][#b]?) (?:\w+ "
    r")?(?:were|had|played|flatt?ed|flattened|lowered|raised|sharpened|"
    r"flatten|flat|lower|raise|sharpen|change|changed|add|added|removed?|moved?|dropp?e?d?|took"
    r"|replaced?|swapp?e?d?|called|wrote)|unless|"
    r"it (?:would|could|might) have been|as "
    r"if|(?:lower|rais|flatten|sharpen|drop|remov|omit|chang|alter)(?:e|ing|s|ed|es)?\s+(?:the"
    r"|its|that|a|one|any|this)\b(?! (?:2|3|second|third) voic))\b",
    re.IGNORECASE,
)
_TAG: Final = re.compile(r",\s*(?:right|ok|okay|yes|yeah|no|isn't it|eh|innit|remember|see)\s*$", re.IGNORECASE)
_POLAR: Final = re.compile(
    r"\s*(?:so |and |but |ok |okay |well, )*(?:is|are|isn't|aren't|does|do|did|don't"
    r"|doesn't|can|could|should|would|will|has|have|was|were|"
    r"why|who|ready|confused|right|sound|know|remember|see|make|want to know|ever wondered why)\b",
    re.IGNORECASE,
)


# Notes in small letters, as chats and captions have them: where a sign, a kind or other notes beside them tell.
_SMALL: Final = r"(?<![A-Za-z0-9#'-])[a-g](?:#|b|[ -](?:flat|sharp|natural)s?)?(?![A-Za-z0-9#'])"
_SMALL_ROW: Final = re.compile(rf"{_SMALL}(?:(?:\s?,\s?(?:and |then )?|\s?-\s?|\s?/\s?| and | then ){_SMALL}){{2,}}")
_SMALL_ONE: Final = re.compile(
    r"(?<![A-Za-z0-9#'-])(?:[b-g](?=[ -](?:flat|sharp)\b)|a(?=[ -](?:flat|sharp)(?:,| (?:major|minor|maj|min|chord"
    r"|triad|dominant|is|to)\b))"
    r"|[a-g](?=[#b]?(?:maj7|m7b5|m7|min7|dim7?)(?![a-z0-9]))|[ac-g](?=[#b]?(?:m|7|9|6)(?![a-z0-9]))|[b-g](?=[#b] )"
    r"|[b-g](?=[ -](?:major|minor)\b))"
)


_SMALL_ALONE: Final = re.compile(
    r"(?:(?<=\bis )|(?<='s )|(?<=\bbe )|(?<=\bto ))[b-g](?=[,.;:!?)]|$| and| is)|(?:(?<=above )|(?<=below )|(?<=note"
    r" ))[b-g]\b(?!')"
)


class Sentence(Struct, frozen=True):
    """A sentence in plain signs; `start` is where it begins in the text. A heading begins a new context."""

    text: str
    start: int
    mood: Mood
    is_heading: bool = False


def plain(text: str) -> str:
    """The text with one spelling for each sign, every sign in its place."""
    text = _LEAD.sub(lambda lead: " " * len(lead[0]), text.translate(_SIGNS))
    noted = _SMALL_ONE.sub(_capital, _SMALL_ROW.sub(_capitals, text))
    return _SMALL_ALONE.sub(_capital, noted) if text == text.lower() else noted


def _capital(found: re.Match[str]) -> str:
    return found[0].upper()


def _capitals(found: re.Match[str]) -> str:
    """A row of small notes in capitals; "a", "b" and the rest of a word row stay where they may be words."""
    notes = re.findall(_SMALL, found[0])
    if len({note[0] for note in notes}) < 3 and not any(len(note) > 1 for note in notes):
        return found[0]
    return re.sub(_SMALL, lambda note: note[0][0].upper() + note[0][1:], found[0])


def sentences(text: str) -> Iterator[Sentence]:
    """The sentences of a text in order; a question and the short answer after it are one sentence that states."""
    signs = plain(text)
    headings = {found.start() for found in re.finditer(r"(?m)^[ \t]*#{1,6}[ \t]", text)}
    held: tuple[int, int] | None = None
    at = 0
    for stop in (*[found.span() for found in _END.finditer(signs)], (len(signs), len(signs))):
        piece, start, end = signs[at : stop[0]], at, stop[1]
        mark = signs[stop[0] : stop[1]]
        at = end
        if not piece.strip():
            continue
        if held is not None:
            asked, held = held, None
            if len(piece.split()) <= 25 and "?" not in mark:
                yield Sentence(
                    signs[asked[0] : asked[1]] + ":" + " " * 0 + signs[asked[1] + 1 : stop[0]], asked[0], "states"
                )
                continue
        if "?" in mark and not _TAG.search(piece):
            if not _POLAR.match(piece):
                held = (start, stop[0])
            continue
        heading = any(start <= place < stop[0] for place in headings)
        yield Sentence(piece, start, _mood(piece), heading)


def answered(before: Sentence, after: Sentence) -> Sentence:
    """A sentence and the one that answers it ("Find the V of C. It is G.") as one, every sign in its place."""
    gap = after.start - before.start - len(before.text)
    mood = after.mood if before.mood == "states" else before.mood
    return Sentence(before.text + (":" + " " * gap)[:gap] + after.text, before.start, mood)


def _mood(piece: str) -> Mood:
    if _MISTAKE.search(piece):
        return "quotes a mistake"
    return "supposes" if _SUPPOSED.search(piece) else "states"
