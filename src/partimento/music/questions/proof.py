"""Whether a question has one right answer, and which: re-derived by the theory engine, whoever wrote it.

`music.quiz` reads most forms of question; `own_tones` and `own_rows` read the others. A statement to be called true or
false is put to the claim check. What none of them reads is not proven.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Final

from partimento.core.errors import BadInput, PartimentoError
from partimento.music.claims import check_claims
from partimento.music.questions.own_rows import OWN_ROWS
from partimento.music.questions.own_tones import OWN_TONES
from partimento.music.quiz.answer import answer
from partimento.music.quiz.options import Finding, pattern, spelled

_OPENING: Final = re.compile(r"^(?:Which|What|How|When|In)\b")
_TRUTH: Final = re.compile(r"^(?:true or false|right or wrong)\s*[:?.,–-]*\s*", re.IGNORECASE)
_NEGATED: Final = re.compile(r"\bnot\b|n't\b")


def fitting(question: str, options: Sequence[str]) -> tuple[int, ...]:
    """The places of the options that are right. Raises BadInput where the question cannot be read."""
    own = _own_finding(question)
    if own is not None:
        return tuple(at for at, option in enumerate(options) if own.fit(option))
    return tuple(at for at, option in enumerate(options) if _alone(question, option))


def _alone(question: str, option: str) -> bool:
    try:
        return answer(question, [option]).index == 0
    except BadInput as error:
        if error.why.startswith(_unread().why):
            raise
        return False


@cache
def _unread() -> BadInput:
    """How `music.quiz` refuses a question that it does not read."""
    try:
        answer("", ["?"])
    except BadInput as error:
        return error
    raise AssertionError("an empty question cannot be read")


def _own_finding(question: str) -> Finding | None:
    """What the engine finds of a question in one of this room's own forms; None for another."""
    text = spelled(" ".join(question.split())).rstrip("?:. ")
    text = _OPENING.sub(lambda word: word[0].lower(), text).replace("Roman numeral", "roman numeral")
    for form, reader in (*OWN_TONES, *OWN_ROWS):
        match = pattern(form).fullmatch(text)
        if match is not None:
            try:
                return reader(match)
            except (PartimentoError, KeyError):
                continue
    return None


def is_read(question: str) -> bool:
    """Whether the engine reads the question at all."""
    try:
        fitting(question, [""])
    except BadInput:
        return False
    return True


def choice_flaw(question: str, options: Sequence[str], right: int) -> str:
    """What is wrong with a multiple-choice question, in a sentence; "" where exactly the option `right` is right."""
    try:
        fits = fitting(question, options)
    except (PartimentoError, KeyError) as error:
        return f"it cannot be proven: {error}"
    if not fits:
        return "no option is right"
    if len(fits) > 1:
        return "more than one option is right: " + " and ".join(repr(options[at]) for at in fits)
    return "" if fits[0] == right else f"the right option is {options[fits[0]]!r}, not {options[right]!r}"


def short_flaw(question: str, answers: Sequence[str]) -> str:
    """What is wrong with a question to be answered in words, of which each of `answers` is said to be right."""
    try:
        fits = fitting(question, answers)
    except (PartimentoError, KeyError) as error:
        return f"it cannot be proven: {error}"
    wrong = [text for at, text in enumerate(answers) if at not in fits]
    return f"{wrong[0]!r} is not right" if wrong else ""


def statement_of(question: str) -> str:
    """The statement in "True or false: …"."""
    return _TRUTH.sub("", question.strip())


def truth_of(statement: str) -> bool | None:
    """Whether a statement is so; None where it says nothing that the claim check reads, or both."""
    verdicts = {finding.verdict for finding in check_claims(statement)}
    if verdicts == {"confirmed"}:
        return True
    return False if verdicts == {"contradicted"} else None


def truth_flaw(question: str, answer: bool) -> str:
    """What is wrong with a statement that is said to be true, or false."""
    found = truth_of(statement_of(question))
    if found is None:
        return "it cannot be proven: it states no claim that the engine reads"
    return "" if found == answer else f"the statement is {'true' if found else 'false'}"
