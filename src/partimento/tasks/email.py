"""An e-mail for a purpose, from points: no name, date, number or link in it that nobody gave. Sends nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random
from typing import Final

import msgspec
from msgspec import Struct

from partimento.core.errors import BadInput
from partimento.core.task import Prompt, task
from partimento.decoding.language import language_asked, language_name, language_of, wrong_language
from partimento.music.lessons.topic import cleaned
from partimento.shapes.email import Email, EmailDraft, invented, told_plainly
from partimento.shapes.figures import ungiven_figures
from partimento.shapes.given import missing_points
from partimento.shapes.unserved import ENGLISH_ONLY, Unserved, is_english
from partimento.shapes.wording import wording
from partimento.shapes.written import count_flaws, text_flaws, texts

_MOST_POINTS: Final = 12
_LONGEST: Final = 4_000
_LONGEST_SUBJECT: Final = 120
_FORMAL: Final = ("formal", "official", "business", "polite", "respectful")
_KNOWN_TONES: Final = (*_FORMAL, "friendly", "warm", "informal", "casual", "")


class EmailInputs(Struct, frozen=True, kw_only=True):
    """`recipient` is who reads it ("the parents of a beginner"), `recipient_name` whom it greets, `sender` who signs;
    `points` what it says, `ask` what it wants. All in free words."""

    purpose: str
    recipient: str = ""
    recipient_name: str = ""
    sender: str = ""
    points: Sequence[str] = ()
    ask: str = ""
    tone: str = ""
    language: str = ""


_TEXTS: Final = ("purpose", "recipient", "recipient_name", "sender", "ask", "tone")


def _read(inputs: EmailInputs) -> EmailInputs:
    told = {name: cleaned(getattr(inputs, name), name) for name in _TEXTS}
    if not told["purpose"]:
        raise BadInput(
            "there is no purpose", why="it is empty", mend='name one, such as "invite parents to the recital"'
        )
    if len(inputs.points) > _MOST_POINTS:
        raise BadInput(f"there are {len(inputs.points)} points", why=f"at most {_MOST_POINTS} fit", mend="write two")
    points = tuple(point for one in inputs.points if (point := cleaned(one, "point")))
    return msgspec.structs.replace(inputs, **told, points=points, language=language_asked(inputs.language))


def _prompt(inputs: EmailInputs) -> Prompt:
    return wording("email").prompt(
        data={name: getattr(inputs, name) for name in _TEXTS} | {"points": "\n".join(inputs.points)},
        language=language_name(inputs.language) or "the language of the points",
    )


def _given(inputs: EmailInputs) -> tuple[str, ...]:
    return (*(getattr(inputs, name) for name in _TEXTS), *inputs.points)


def _by_rules(inputs: EmailInputs, seed: int) -> EmailDraft | Unserved:
    own = language_of(" ".join(_given(inputs)))
    if not is_english(inputs.language) or not is_english(own):
        return Unserved(ENGLISH_ONLY)
    return told_plainly(
        inputs.purpose,
        inputs.points,
        inputs.ask,
        inputs.recipient_name,
        inputs.sender,
        wording("email").phrases,
        Random(seed),
        formal=_is_formal(inputs.tone),
    )


def _is_formal(tone: str) -> bool:
    return any(word in tone.lower().split() for word in _FORMAL)


def _is_sound(inputs: EmailInputs, draft: EmailDraft | Unserved) -> Iterator[str]:
    """All points made, nothing invented, in one subject line and a readable length, in the language asked for."""
    if isinstance(draft, Unserved):
        yield draft.flaw
        return
    given = _given(inputs)
    yield from count_flaws("paragraphs", draft.paragraphs, 1, _MOST_POINTS + 4)
    signed = msgspec.structs.replace(draft, signature=draft.signature or "-")
    yield from text_flaws(signed, _prompt(inputs).system, given)
    if "\n" in draft.subject or len(draft.subject) > _LONGEST_SUBJECT:
        yield f"the subject must be one line of at most {_LONGEST_SUBJECT} letters"
    whole = "\n".join(text for _, text in texts(draft))
    if len(whole) > _LONGEST:
        yield f"it has {len(whole)} letters; at most {_LONGEST} are read"
    body = " ".join((draft.subject, *draft.paragraphs))
    yield from invented(whole, draft.greeting, draft.signature, given)
    yield from ungiven_figures(body, (), given)
    yield from missing_points(body, (*inputs.points, *((inputs.ask,) if inputs.ask else ())))
    yield from wrong_language(body, inputs.language)


def _finish(inputs: EmailInputs, draft: EmailDraft, method: str) -> Email:
    known = all(word in _KNOWN_TONES for word in inputs.tone.lower().split())
    return Email(
        subject=draft.subject,
        greeting=draft.greeting,
        paragraphs=draft.paragraphs,
        closing=draft.closing,
        signature=draft.signature,
        recipient=inputs.recipient,
        language=inputs.language or language_of(" ".join(draft.paragraphs)),
        generation_method=method,
        notes=() if method != "rules" or known else ("the rules know a formal and a friendly tone only",),
    )


email = task(
    name="email",
    summary="An e-mail from its points, with nothing invented",
    version=1,
    complexity=4,
    inputs=EmailInputs,
    read=_read,
    draft=EmailDraft,
    output=Email,
    prompt=_prompt,
    finish=_finish,
    checks=(_is_sound,),
    rules=_by_rules,
    words=lambda inputs: f"{inputs.purpose} {' '.join(inputs.points)}",
    told=lambda made: made.text,
    claims="checked",
)
