"""Claims found in prose and put to the theory engine, sentence by sentence. Writes no theory of its own.

Forms and senses read; `reading` weighs what they read. The key last named is kept through a paragraph's sentences,
until a heading; a sentence that refers to the one before is read with it.
"""

from __future__ import annotations

import re
from typing import Final

from msgspec import structs

from partimento.music.claims.finding import Finding
from partimento.music.claims.forms import by_forms, last_key, loosely
from partimento.music.claims.read import Sentence, answered, plain, sentences
from partimento.music.claims.reading import sensed, unread, weighed
from partimento.music.claims.senses import understood
from partimento.music.claims.skeleton import Skeleton, skeleton
from partimento.music.claims.statements import states_theory
from partimento.music.key import Key

_ANSWERS: Final = re.compile(
    r"\s*(?:it is|it's|that's|that is|that would be|they are|they're|these are|it would be|it has)\b.{1,60}$",
    re.IGNORECASE,
)
_REFERS: Final = re.compile(r"\b(?:its?|it's|they|their|those|these|that|that's|this)\b", re.IGNORECASE)

_SPOKEN: Final = re.compile(r"(?<![@A-Za-z])[a-z]{2,}")
_GAP: Final = 2  # signs between two sentences of one breath


def check_claims(text: str) -> tuple[Finding, ...]:
    """Every musical claim found in prose, in order: confirmed, contradicted (with a correction), or unrecognised."""
    found: list[Finding] = []
    context: Key | None = None
    before: Sentence | None = None
    spoken = ""
    for sentence in sentences(text):
        bones = skeleton(sentence.text)
        if sentence.is_heading:
            context = None
        findings = _checked(sentence, bones, context)
        if before is not None and not _goes_on(text, before, spoken, sentence):
            before = None
        if (
            before is not None
            and _ANSWERS.match(sentence.text)
            and not _read(findings, 0)
            and not _read(found, before.start)
        ):
            joined = answered(before, sentence)
            more = _checked(joined, skeleton(joined.text), context)
            findings = more if _read(more, 0) else findings
        if before is not None and not _read(findings, 0) and _refers(sentence, bones):
            findings = _referring(before, sentence, context) or findings
        found += findings
        context = last_key(bones, len(bones.text)) or context
        before, spoken = sentence, bones.marked
    return tuple(found)


def _goes_on(text: str, before: Sentence, spoken: str, sentence: Sentence) -> bool:
    """Whether a sentence may go on about the one before: not across lines, nor after a heading or a bare name."""
    end = before.start + len(before.text)
    if before.is_heading or "\n" in text[end : sentence.start] or sentence.start - end > _GAP:
        return False
    return bool(set(_SPOKEN.findall(spoken)) - {"the", "an"})


def _refers(sentence: Sentence, bones: Skeleton) -> bool:
    """Whether a sentence goes on about the one before: by a pronoun, or with a list of notes that nothing names."""
    if sentence.is_heading:
        return False
    letters = {entity.letter for entity in bones.entities}
    return _REFERS.search(sentence.text) is not None or ("N" in letters and not letters & set("acmskLq"))


def _referring(before: Sentence, sentence: Sentence, context: Key | None) -> list[Finding]:
    """What a sentence says of the one before ("its fifth", "that note"): only what the senses find in it."""
    joined = answered(before, sentence)
    found = [sensed(told, joined) for told in understood(skeleton(joined.text), context)]
    inner = [one.finding for one in weighed([], found)]
    return [
        finding for finding in inner
        if finding.verdict != "unrecognised" and (finding.wrong or (finding.end, 0))[0] >= sentence.start
    ]  # fmt: skip


def _read(findings: list[Finding], start: int) -> bool:
    """Whether something from a place on was read."""
    return any(finding.verdict != "unrecognised" and finding.start >= start for finding in findings)


def _checked(sentence: Sentence, bones: Skeleton, context: Key | None) -> list[Finding]:
    if not bones.entities:
        return []
    findings = [_certain(finding, sentence, context) for finding in _all_read(sentence, bones, context)]
    if not findings and states_theory(bones):
        findings.append(unread(sentence, "This was not read."))
    return sorted(findings, key=lambda finding: finding.start)


def _all_read(sentence: Sentence, bones: Skeleton, context: Key | None) -> list[Finding]:
    """What forms and senses make of a sentence."""
    read = by_forms(sentence, bones, context)
    if not read:
        read += loosely(sentence, bones, context)
    read = weighed(read, [sensed(told, sentence) for told in understood(bones, context)])
    return [one.finding for one in read]


def _certain(finding: Finding, sentence: Sentence, context: Key | None) -> Finding:
    """The finding, its correction left out where the sentence would still be wrong with it."""
    if not finding.correction or finding.wrong is None:
        return finding
    start, end = finding.wrong[0] - sentence.start, finding.wrong[1] - sentence.start
    text = plain(sentence.text[:start] + finding.correction + sentence.text[end:])
    mended = Sentence(text, sentence.start, sentence.mood)
    again = _all_read(mended, skeleton(text), context)
    return structs.replace(finding, correction="") if any(one.verdict == "contradicted" for one in again) else finding
