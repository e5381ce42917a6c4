"""What the claim check says of one claim: where it stands, of what kind it is, whether it is so. Reads nothing."""

from __future__ import annotations

import re
from typing import Literal

from msgspec import Struct

Verdict = Literal["confirmed", "contradicted", "unrecognised"]
ClaimKind = Literal[
    "chord notes", "chord quality", "numeral", "function", "progression", "scale notes", "mode", "key signature",
    "key", "interval", "inversion", "voicing", "cadence", "common tones", "chord scale", "rhythm", "transposition",
    "unknown",
]  # fmt: skip


class Finding(Struct, frozen=True):
    """One claim. `start` and `end` are its place in the text, `wrong` the place of the part that is not so.

    `correction` is what belongs in that part's place, "" where there is none or more than one. `reason` is a sentence.
    """

    text: str
    kind: ClaimKind
    verdict: Verdict
    start: int
    end: int
    correction: str = ""
    reason: str = ""
    wrong: tuple[int, int] | None = None


class Judgement(Struct, frozen=True):
    """What a family of claims says of one it has read: so or not so, why, and what to write for which part."""

    holds: bool
    reason: str
    wrong: tuple[int, int] | None = None
    correction: str = ""


def corrected(text: str, findings: tuple[Finding, ...]) -> str:
    """The text with each contradicted claim's wrong part replaced; a claim without one certain correction stays."""
    mends = {
        finding.wrong: finding.correction
        for finding in findings
        if finding.verdict == "contradicted" and finding.correction and finding.wrong is not None
    }
    done = len(text)
    for place in sorted(mends, reverse=True):
        start, end = place
        if end <= done:
            text = _with_article(text[:start], mends[place]) + mends[place] + text[end:]
            done = start
    return text


def _with_article(before: str, word: str) -> str:
    """The text before a word, its "a" or "an" made to agree with it; names of notes and chords are left alone."""
    article = re.search(r"\b([Aa])n? $", before)
    if article is None or not word[:1].islower():
        return before
    return before[: article.start()] + article[1] + ("n " if word[0] in "aeiou" else " ")
