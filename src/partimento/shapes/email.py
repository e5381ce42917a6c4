"""An e-mail from its points. Knows its fields, what in it nobody gave, and the plain one that rules write."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from random import Random
from typing import Final

from msgspec import Struct

from partimento.decoding.language import language_of
from partimento.music.lessons.phrases import Phrases
from partimento.shapes.prose import Unproven

_PLACEHOLDER: Final = re.compile(
    r"\[(?![A-Z]+_\d+\])[^\]\n]{1,60}\]|\{[^}\n]{1,60}\}|<[A-Za-z][^>\n]{1,60}>|\bX{3,}\b|_{3,}"
)
_DATE: Final = re.compile(
    r"\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|\b(?:tomorrow|yesterday|tonight|next (?:week|month|year))\b"
    r"|\b(?:january|february|march|april|june|july|august|september|october|november|december)\b"
    r"|\b\d{1,2}[./-]\d{1,2}(?:[./-]\d{2,4})?\b|\b\d{1,2}(?::\d{2})\s?(?:am|pm)?\b|\b\d{1,2}\s?(?:am|pm)\b",
    re.IGNORECASE,
)
_TITLED: Final = re.compile(
    r"\b(?:Mr|Mrs|Ms|Mx|Dr|Prof|Professor|Sir|Madam|Frau|Herr|Monsieur|Madame|Señora?)\.? "
    r"([A-Z][\w'’-]+)"
)
_TWO_NAMES: Final = re.compile(r"(?<![.!?:] )(?<!^)\b([A-Z][a-z'’-]+ [A-Z][a-z'’-]+)\b", re.MULTILINE)
_GREETED: Final = re.compile(r"^(?:Dear|Hello|Hi|Hey|Good (?:morning|afternoon|evening))[, ]*(.*?)[,!:.]*$")
_ANYBODY: Final = frozenset(
    "all everyone everybody team colleagues friends parents students learners families sir madam or and there teacher "
    "teachers musicians pianists dear parent student learner guardian guardians of the members class choir band to "
    "whom it may concern".split()
)


class EmailDraft(Struct, frozen=True, kw_only=True):
    """`closing` is the phrase before the signature; `signature` the sender's name or "" where none was given."""

    subject: str
    greeting: str
    paragraphs: tuple[str, ...]
    closing: str
    signature: str = ""


class Email(Struct, frozen=True, kw_only=True):
    """Ready to be sent by whoever asked for it; nothing is sent here."""

    subject: str
    greeting: str
    paragraphs: tuple[str, ...]
    closing: str
    signature: str
    recipient: Unproven
    language: str
    generation_method: str
    notes: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The e-mail as it is read, its subject first."""
        end = f"{self.closing}\n{self.signature}".rstrip()
        return "\n\n".join((f"Subject: {self.subject}", self.greeting, *self.paragraphs, end))


def invented(text: str, greeting: str, signature: str, given: Sequence[str]) -> Iterator[str]:
    """A sentence for each name, date, time and gap to fill in that nobody gave. Names are looked for in English only:
    other languages write other words with capitals too."""
    told = " ".join(given).casefold()
    for gap in dict.fromkeys(_PLACEHOLDER.findall(text)):
        yield f"{gap!r} is a gap to fill in; write without what was not given"
    for date in dict.fromkeys(found[0] for found in _DATE.finditer(text)):
        if date.casefold() not in told:
            yield f"the date {date!r} was not given; leave it out"
    names = [name for name in _TITLED.findall(text) if name.casefold() not in told]
    if language_of(text) in ("", "en"):
        names += [name for name in _TWO_NAMES.findall(text) if name.split()[-1].casefold() not in told]
        greeted = _GREETED.match(greeting.strip())
        names += [word for word in _words(greeted[1] if greeted else "") if word not in told and word not in _ANYBODY]
    names += [word for word in _words(signature) if word not in told]
    for name in dict.fromkeys(names):
        yield f"the name {name!r} was not given; leave it out"


def _words(text: str) -> list[str]:
    return [word.casefold() for word in re.findall(r"[^\W\d_][\w'’-]+", text)]


def told_plainly(
    purpose: str,
    points: Sequence[str],
    ask: str,
    recipient_name: str,
    sender: str,
    say: Phrases,
    rng: Random,
    *,
    formal: bool,
) -> EmailDraft:
    """The points as they were given, in a plain frame."""
    manner = "formal" if formal else "friendly"
    greeting = (
        say.say(f"greeting_{manner}", rng, to=recipient_name) if recipient_name else say.say(f"all_{manner}", rng)
    )
    body = [" ".join((say.say("opening", rng, purpose=_ended(purpose)), *([say.say("points", rng)] if points else [])))]
    body += [_sentence(point) for point in points]
    body += [_sentence(ask)] if ask else []
    body.append(say.say(f"end_{manner}", rng))
    subject = purpose if len(purpose) <= _LONGEST_SUBJECT else purpose[:_LONGEST_SUBJECT].rsplit(" ", 1)[0] + " …"
    return EmailDraft(
        subject=subject[:1].upper() + subject[1:].rstrip("."),
        greeting=greeting,
        paragraphs=tuple(body),
        closing=say.say(f"closing_{manner}", rng),
        signature=sender,
    )


_LONGEST_SUBJECT: Final = 78


def _ended(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _sentence(text: str) -> str:
    return _ended(text[:1].upper() + text[1:])
