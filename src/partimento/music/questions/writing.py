"""From one fact to a question of a kind: options proven and shuffled, a short answer, a statement true or false.

What cannot be proven is not asked: None comes back, and `choosing` draws again.
"""

from __future__ import annotations

import re
from random import Random
from typing import Final

from partimento.music.claims import check_claims
from partimento.music.questions.item import Ask, Family, Item
from partimento.music.questions.meaning import meaning
from partimento.music.questions.proof import choice_flaw, fitting, short_flaw, truth_of
from partimento.music.questions.question import Question, QuestionKind
from partimento.music.teaching.wording import COUNTS

OPTIONS: Final = 4
_SIGN: Final = 0.12
"""Levels that one accidental makes a question harder by."""
_SPAN: Final = 5
"""A hard matter makes a plain question harder by so many levels at most, counted from where its family begins."""
_HARDER: Final[dict[QuestionKind, float]] = {"choice": 0.0, "short_answer": 0.7, "true_false": -0.5}


def write(item: Item, family: Family, ask: Ask, kind: QuestionKind, rng: Random) -> Question | None:
    """The question, proven; None where it cannot be asked so, or is not proven to have one answer."""
    if not _is_told(item.explanation):
        return None
    if kind == "choice":
        return _choice(item, family, ask, rng)
    if kind == "short_answer":
        return _short(item, family, ask)
    return _truth(item, family, ask, rng)


def _is_told(explanation: str) -> bool:
    """Whether the claim check confirms all that an explanation says."""
    verdicts = {finding.verdict for finding in check_claims(explanation)}
    return verdicts == {"confirmed"}


def _choice(item: Item, family: Family, ask: Ask, rng: Random) -> Question | None:
    wrong = _wrong(item)
    if len(wrong) < OPTIONS - 1:
        return None
    options = [item.answer, *wrong[: OPTIONS - 1]]
    rng.shuffle(options)
    right = options.index(item.answer)
    if choice_flaw(item.question, options, right):
        return None
    return _question(item, family, ask, "choice", item.question, tuple(options), right)


def _wrong(item: Item) -> list[str]:
    """The likely errors that are indeed wrong, and say different things."""
    said = [meaning(item.answer, item.means, item.key)]
    kept: list[str] = []
    for text in item.wrong:
        found = meaning(text, item.means, item.key)
        if found is None or any(one is not None and one.sounding == found.sounding for one in said):
            continue
        if fitting(item.question, [text]):
            continue
        said.append(found)
        kept.append(text)
        if len(kept) == OPTIONS - 1:
            break
    return kept


def _short(item: Item, family: Family, ask: Ask) -> Question | None:
    if not item.alone or short_flaw(item.question, [item.answer]):
        return None
    fits = fitting(item.question, item.also)
    also = tuple(text for at, text in enumerate(item.also) if at in fits)
    return _question(item, family, ask, "short_answer", item.question, (), item.answer, also)


def _truth(item: Item, family: Family, ask: Ask, rng: Random) -> Question | None:
    if not item.statement:
        return None
    wrong = _wrong(item)
    holds = rng.random() < 0.5 or not wrong
    statement = filled(item.statement, item.answer if holds else rng.choice(wrong))
    if truth_of(statement) is not holds:
        return None
    return _question(item, family, ask, "true_false", f"True or false: {statement}", (), str(holds).lower())


def filled(statement: str, text: str) -> str:
    """The statement with an answer put in, article, number and the noun after it made to agree."""
    before, after = statement.split("{}")
    if before.endswith(" a ") and text[:1] in "aeiou":
        before = before[:-1] + "n "
    if text.isdecimal():
        text = COUNTS[int(text)] if int(text) < len(COUNTS) else text
        after = re.sub(r"^((?: \w+)*? \w+?)s\b", r"\1", after, count=1) if text == "one" else after
    return f"{before}{text}{after}"


def _question(
    item: Item, family: Family, ask: Ask, kind: QuestionKind, question: str, options: tuple[str, ...],
    answer: int | str, also: tuple[str, ...] = (),
) -> Question:  # fmt: skip
    level = min(ask.concept.level, family.low + _SPAN)
    hard = level + family.harder + _SIGN * item.signs + _HARDER[kind]
    return Question(
        family=family.name,
        concept=ask.concept.id,
        kind=kind,
        question=question,
        options=options,
        answer=answer,
        accepted=also,
        explanation=item.explanation,
        difficulty=round(max(1.0, min(10.0, hard)), 1),
        means=item.means,
        key=item.key,
        by_sound=item.by_sound,
    )
