"""What the rules say of an answered assessment: how it went, what holds, what is missing and why, what to do next.

Knows the order of the paragraphs; the phrases are the task's, the numbers come in.
"""

from __future__ import annotations

from random import Random
from typing import Final

from partimento.music.claims import check_claims
from partimento.music.lessons.phrases import Phrases, listed
from partimento.shapes.answered import QuestionMark
from partimento.shapes.feedback import Marked, title_of

_NAMED: Final = 3
_MISTAKES: Final = 3
_CLEAN: Final = 0.9
_HOW: Final = ((75, "good"), (45, "middling"), (0, "poor"))
"""From which score what is said first."""


def told(result: Marked, says: Phrases, rng: Random) -> str:
    """The feedback, its paragraphs parted by empty lines."""
    parts = (
        _opening(result, says, rng),
        _had(result, says, rng),
        _wanting(result, says, rng),
        _next(result, says, rng),
    )
    return "\n\n".join(part for part in map(_holding, parts) if part)


def _holding(paragraph: str) -> str:
    """The paragraph without sentences that, beside the others, read as a claim that is not so."""
    for finding in check_claims(paragraph):
        if finding.verdict == "contradicted":
            start = paragraph.rfind(". ", 0, finding.start) + 1
            end = paragraph.find(". ", finding.end)
            return _holding((paragraph[:start] + (paragraph[end + 1 :] if end > 0 else "")).strip())
    return paragraph


def _opening(result: Marked, says: Phrases, rng: Random) -> str:
    stand, paper = result.stand, result.paper
    name = "all_right" if stand.right == stand.asked else next(word for low, word in _HOW if stand.score >= low)
    parts = [says.say(name, rng, right=stand.right, asked=stand.asked, score=stand.score)]
    if stand.level is not None:
        parts.append(says.say("level", rng, level=stand.level.level, low=stand.level.low, high=stand.level.high))
    if stand.passed is not None:
        parts.append(says.say("passed" if stand.passed else "missed", rng, pass_mark=paper.pass_mark))
    left = [mark.id for mark in result.marks if not mark.answered]
    if left:
        name = "open_one" if len(left) == 1 else "open_some"
        parts.append(says.say(name, rng, count=len(left), which=listed(left)))
    return " ".join(parts)


def _had(result: Marked, says: Phrases, rng: Random) -> str:
    held = result.stand.strengths[:_NAMED]
    played = [mark for mark in result.marks if mark.type == "performance" and mark.answered]
    parts = []
    if result.stand.by_concept:
        name = "strong_none" if not held else "strong_one" if len(held) == 1 else "strong_some"
        parts.append(_naming(says, name, held, rng))
    if played and all(mark.score >= _CLEAN for mark in played):
        parts.append(says.say("played_well", rng))
    return " ".join(part for part in parts if part)


def _wanting(result: Marked, says: Phrases, rng: Random) -> str:
    """The concepts that fall behind, and the most telling mistakes with their reasons; no question is told again."""
    gaps = result.stand.gaps[:_NAMED]
    wrong = mistakes(result)
    if not wrong and not gaps:
        return ""
    name = "weak_none" if not gaps else "weak_one" if len(gaps) == 1 else "weak_some"
    parts = [_naming(says, name, gaps, rng)] if result.stand.by_concept else []
    numbers = {mark.id: at for at, mark in enumerate(result.marks, start=1)}
    written = [mark for mark in wrong if mark.type != "performance" and mark.explanation]
    parts += [says.say("mistake", rng, number=numbers[mark.id], why=mark.explanation) for mark in written]
    played = [mark.id for mark in wrong if mark.type == "performance"]
    if played:
        parts.append(says.say("played", rng, which=listed(played)))
    return " ".join(part for part in parts if part)


def _naming(says: Phrases, name: str, ids: tuple[str, ...], rng: Random) -> str:
    """A sentence that names concepts: by title, or by id where titles side by side read as a claim that is none."""
    for names in ([title_of(one) for one in ids], [one.replace("-", " ") for one in ids], list(ids)):
        said = says.say(name, rng, what="; ".join(names))
        if all(finding.verdict != "contradicted" for finding in check_claims(said)):
            return said
    return ""


def mistakes(result: Marked) -> list[QuestionMark]:
    """Answers that were wrong, of the weakest concepts first; what was left open is no mistake."""
    wrong = [mark for mark in result.marks if mark.answered and mark.score < _CLEAN]
    shares = result.stand.by_concept
    return sorted(wrong, key=lambda mark: (shares.get(mark.concept, 1.0), mark.score))[:_MISTAKES]


def _next(result: Marked, says: Phrases, rng: Random) -> str:
    advised = result.recommendations
    if not advised.concepts:
        return says.say("next_nothing", rng)
    name = "next_weak" if result.stand.right < result.stand.asked else "next_strong"
    what = title_of(advised.concepts[0])
    for exercise in advised.exercises[:1]:
        said = says.say(name, rng, what=what, exercise=exercise.title)
        if all(finding.verdict != "contradicted" for finding in check_claims(said)):
            return said
    return _naming(says, f"{name}_bare", advised.concepts[:1], rng) or says.say("next_nothing", rng)
