"""Multiple-choice questions on harmony, answered by the engine: read, worked out, compared with each option.

Nothing is looked up: what a question asks is computed, and the one option that says so is chosen. The forms of
question stand beside their readers in `basics`, `scales`, `chords` and `harmony`; what no form reads is
refused.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from partimento.core.errors import BadInput
from partimento.music.quiz.basics import BASICS
from partimento.music.quiz.chords import CHORDS
from partimento.music.quiz.harmony import HARMONY
from partimento.music.quiz.options import Finding, pattern, spelled
from partimento.music.quiz.scales import SCALES

_OPENING: Final = r"^(?:(?:What|Which|How|In|On|From|To|The|Where|Over|If|Name|Spell)\b|An?\b(?= [a-z]))"
_NOUNS: Final = "chords|keys|notes|scales|modes|cadences|intervals|progressions|triads|numerals|options|answers"
_KEY_FIRST: Final = re.compile(r"in (?:the )?(?:key of )?([A-G][#b]*(?: [a-z]+)?), (.+)")


class Answer(Struct, frozen=True):
    """The chosen option by its place (from 0), and why."""

    index: int
    reason: str


def answer(question: str, options: Sequence[str]) -> Answer:
    """The answer to a quiz question: answer("In A major, which chord is i7?", ["A", "Am7", "Cm7"]) has index 1.

    Raises BadInput for a question that cannot be read, and where no option, or more than one, says what is so.
    """
    text = _plain(question)
    finding = _found(text, question)
    fits = [finding.fit(option) for option in options]
    if re.search(r"\bnot\b|n't\b", text):
        fits = [int(not fit) for fit in fits]
    best = max(fits, default=0)
    if best == 0 or fits.count(best) > 1:
        what = "no option says so" if best == 0 else "more than one option says so"
        raise BadInput(
            f"cannot choose an answer to {question!r}", why=f"{finding.reason} {what}", mend="offer one true option"
        )
    return Answer(fits.index(best), finding.reason)


def _plain(question: str) -> str:
    """The question without what frames it: hints in brackets, "of these", the question mark, the first capital."""
    text = re.sub(r"\s*\((?=[a-z])[^()]{12,}\)", " in parallel major" if "parallel major" in question else "", question)
    text = re.sub(rf",? (?:of|from|among) (?:the following|these)(?: (?:{_NOUNS}))?(?= )", "", " ".join(text.split()))
    text = re.sub(r"\broman numeral", "numeral", text, flags=re.IGNORECASE)
    text = spelled(text).strip().rstrip("?:. ").replace("?", "")
    return re.sub(_OPENING, lambda word: word[0].lower(), text)


def _found(text: str, question: str) -> Finding:
    moved = _KEY_FIRST.sub(r"\2 in \1", text)  # a key told first may as well be told last
    for wording in dict.fromkeys((text, moved)):
        for form, reader in (*SCALES, *BASICS, *CHORDS, *HARMONY):
            match = pattern(form).fullmatch(wording)
            if match is not None:
                return reader(match)
    raise BadInput(
        f"cannot read the question {question!r}",
        why="it is none of the forms the engine answers",
        mend="ask like: In A major, which chord is ii7?",
    )
