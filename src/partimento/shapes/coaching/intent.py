"""What a message to the coach is about, by pure matching. Knows kinds of messages; leaves answering to `answers`.

The patterns stand in tasks/text/coaching.toml; those that a coach declines come first, so that a request for a program
that plays ii-V-I is still a request for a program.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final, Literal, get_args

from msgspec import Struct

from partimento.core.errors import PartimentoError
from partimento.music.chord import Chord
from partimento.music.key import Key
from partimento.music.lessons.topic import topic_of
from partimento.music.teaching.concept import Concept
from partimento.music.teaching.concepts import concept, concepts_in
from partimento.shapes.unveiled import unveiled
from partimento.shapes.wording import wording

Intent = Literal[
    "turn", "people", "medicine", "law", "off_topic", "self", "pain", "chords", "stuck", "progress", "next",
    "compare", "how", "why", "what", "thanks", "bye", "greeting", "lost",
]  # fmt: skip
DECLINED: Final = ("turn", "people", "medicine", "law", "off_topic")
"""What the coach does not do."""
_SHORT: Final = 8
"""A greeting or thanks of more words is about something else."""
_MOST_CHORDS: Final = 16
_KEY: Final = re.compile(
    r"\b(?:in|key of|of)\s+(?:the key of\s+)?([A-G](?:#|b|♯|♭)?)(?:[\s-]*(major|minor|maj|min|m))?(?![\w#♭♯/(])"
)
_NAMED_KEY: Final = re.compile(r"\b([A-G](?:#|b|♯|♭)?)[\s-]+(major|minor)\b")
_GOAL: Final = re.compile(
    r"\btranspos\w+.*?\b(?:to|into)\s+(?:the key of\s+)?([A-G](?:#|b|♯|♭)?)(?:[\s-]+(major|minor))?(?![\w#♭♯/])"
)
_SYMBOL: Final = re.compile(r"(?<![\w#])[A-G](?:bb|##|[b#♭♯])?[^\s,;|–—?!]*")
_MINUTES: Final = re.compile(r"\b(\d{1,3})\s*(?:-\s*)?(min\w*|h\b|hours?)|\b(half an hour|an hour)\b", re.IGNORECASE)


_MUSICAL: Final = frozenset(
    "accompany arpeggio arpeggios bar bars bass beat beats cadence chord chords chorus ear exercise finger fingers "
    "groove hand hands harmony hymn improvise improvisation interval intervals key keyboard keys melody metronome "
    "minor music musical note notes octave pedal piano play played playing practise practised practising practice "
    "practicing progression progressions rhythm root scale scales sing song songs swing tempo theory third tone tones "
    "tune tunes voicing voicings".split()
)


_OF_MAJOR: Final = (("chord", "diatonic-triads"), ("scale", "major-scale"), ("note", "major-scale"))
_OF_MINOR: Final = (("chord", "minor-key-harmony"), ("scale", "natural-minor"), ("note", "natural-minor"))
"""What is asked about where a key and one of these words are named, and no concept."""


class Said(Struct, frozen=True, kw_only=True):
    """A message read: what it wants, of which concept (`guessed` where only the nearest), in which key, with which
    chords, in how many minutes, and to which key they are to be moved; "" and 0 where it says nothing of that."""

    intent: Intent
    concept: Concept | None = None
    key: str = ""
    chords: tuple[str, ...] = ()
    minutes: int = 0
    goal: str = ""


def said(message: str) -> Said:
    """What a message means."""
    intent = _intent(message)
    if intent in DECLINED:
        return Said(intent=intent)
    concept, chords = _concept(message), _chords(message)
    if intent in ("thanks", "bye", "greeting") and len(message.split()) > _SHORT:
        intent = "lost"
    if len(chords) > 1 and intent in ("what", "why", "how", "lost"):
        intent = "chords"
    elif intent == "lost" and (concept is not None or chords):
        intent = "what"
    goal = _parsed(_GOAL.search(message))
    return Said(intent=intent, concept=concept, key=_key(message), chords=chords, minutes=_minutes(message), goal=goal)


def declined(text: str) -> Intent | None:
    """Which kind of matter a coach declines a text is; None where it is none."""
    intent = _intent(text)
    return intent if intent in DECLINED else None


def is_fixed(text: str) -> bool:
    """Whether what is to be answered does not depend on who answers: a refusal, or what the coach is."""
    return _intent(text) in (*DECLINED, "self")


def is_of_music(text: str) -> bool:
    """Whether a text speaks of music or practice at all: a word of theirs, a concept, a chord."""
    return any(word in _MUSICAL for word in re.findall(r"[a-z]+", text.lower())) or bool(concepts_in(text))


def _intent(message: str) -> Intent:
    message = unveiled(message)
    for intent in get_args(Intent):
        if any(pattern.search(message) for pattern in _patterns().get(intent, ())):
            found: Intent = intent
            return found
    return "lost"


@cache
def _patterns() -> dict[str, tuple[re.Pattern[str], ...]]:
    table: dict[str, list[str]] = wording("coaching").tables["reading"]
    flags = re.IGNORECASE | re.MULTILINE
    return {kind: tuple(re.compile(pattern, flags) for pattern in patterns) for kind, patterns in table.items()}


def _concept(message: str) -> Concept | None:
    found = topic_of(" ".join(message.split())[:300])
    if found.concept is not None:
        return found.concept
    named = next(iter(concepts_in(message[:1000])), None)
    key = _key(message)
    if named is not None or not key:
        return named
    kinds = _OF_MINOR if Key.parse(key).is_minor else _OF_MAJOR
    return next((concept(one) for word, one in kinds if word in message.lower()), None)


def _key(message: str) -> str:
    for match in (*_KEY.finditer(message), *_NAMED_KEY.finditer(message)):
        if key := _parsed(match):
            return key
    return ""


def _parsed(match: re.Match[str] | None) -> str:
    """A letter and a mode, if it has one, as a key."""
    if match is None:
        return ""
    minor = (match[2] or "").lower() in ("minor", "min", "m")
    try:
        return Key.parse(f"{match[1]} {'minor' if minor else 'major'}").symbol
    except PartimentoError:
        return ""


def _chords(message: str) -> tuple[str, ...]:
    """The chord symbols of a message in order; single letters count only among others ("C Am F G")."""
    found: list[str] = []
    keys = {match.start(1) for pattern in (_KEY, _NAMED_KEY, _GOAL) for match in pattern.finditer(message)}
    for match in _SYMBOL.finditer(message):
        if match.start() in keys or message.startswith("Am I ", match.start()):
            continue
        try:
            found.append(Chord.parse(match[0].rstrip(".:)'\"")).symbol)
        except PartimentoError:
            continue
    plain = [symbol for symbol in found if len(symbol) > 1 or symbol not in "A"]
    told = [symbol for symbol in plain if len(symbol) > 1]
    return tuple(found[:_MOST_CHORDS]) if len(plain) > 2 or (told and len(plain) > 1) else tuple(told[:1])


def _minutes(message: str) -> int:
    match = _MINUTES.search(message)
    if match is None:
        return 0
    if match[3]:
        return 30 if "half" in match[3].lower() else 60
    return int(match[1]) * (1 if match[2].lower().startswith("min") else 60)
