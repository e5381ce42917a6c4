"""A claim as a form or a sense has read it, and how several readings of one sentence are weighed against each other."""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from partimento.music.claims.finding import Finding, Verdict
from partimento.music.claims.read import Sentence
from partimento.music.claims.senses.told import Told

_TELLING: Final = frozenset(("chord notes", "numeral"))
_MISTAKEN: Final = frozenset(("voicing", "mode", "transposition", "chord notes", "function"))


class Reading(Struct, frozen=True):
    """A claim read by a form or a sense: what it says, of which things."""

    finding: Finding
    things: frozenset[tuple[int, int]]  # places in the sentence
    objected: tuple[int, int] | None = None  # likewise
    faint: bool = False


def weighed(read: list[Reading], understood: list[Reading]) -> list[Reading]:
    """What forms and senses read, together: a claim that is so outweighs the objections to its own parts."""
    sound = [one for one in understood if one.finding.verdict == "confirmed" and not one.faint]
    certain = [one for one in read if one.finding.verdict == "confirmed"]
    kept = [
        one
        for one in read
        if one.finding.verdict != "contradicted" or not any(_outweighs(other, one) for other in sound)
    ]
    for one in understood:
        if one.finding.verdict == "confirmed":
            if not one.things <= {place for other in kept for place in other.things}:
                kept.append(one)
            continue
        taken = [other for other in kept if other.finding.verdict == "contradicted"]
        if one.finding.wrong is None or taken or any(_explains(other, one) for other in (*sound, *certain)):
            continue
        kept.append(one)
    return kept


def _outweighs(sound: Reading, objection: Reading) -> bool:
    """Whether what is so is told of the very part that was objected to, and of another thing of the same claim."""
    wrong = objection.objected
    held = wrong is not None and any(start <= wrong[0] and wrong[1] <= end for start, end in sound.things)
    return held and len(sound.things & objection.things) > 1


def _explains(sound: Reading, objection: Reading) -> bool:
    """Whether what is so is told of the part that a sense objects to: then the sense took it for something else."""
    wrong = objection.objected
    if wrong is None or sound.finding.kind not in _TELLING or objection.finding.kind not in _MISTAKEN:
        return False
    return any(start <= wrong[0] and wrong[1] <= end for start, end in sound.things)


def sensed(told: Told, sentence: Sentence) -> Reading:
    judged = told.judged
    start, end = min(thing.start for thing in told.things), max(thing.end for thing in told.things)
    things = frozenset(thing.place for thing in told.things)
    may_judge = sentence.mood == "states" or (told.robust and sentence.mood == "supposes")
    if not judged.holds and not may_judge:
        return Reading(unread(sentence, f"The sentence {sentence.mood}."), things)
    wrong = None if judged.wrong is None else (judged.wrong[0] + sentence.start, judged.wrong[1] + sentence.start)
    verdict: Verdict = "confirmed" if judged.holds else "contradicted"
    return Reading(
        Finding(
            sentence.text[start:end], told.kind, verdict, start + sentence.start, end + sentence.start,
            judged.correction, judged.reason, wrong,
        ),
        things,
        judged.wrong,
        told.faint,
    )  # fmt: skip


def unread(sentence: Sentence, reason: str) -> Finding:
    text = sentence.text.strip()
    start = sentence.start + sentence.text.index(text)
    return Finding(text, "unknown", "unrecognised", start, start + len(text), "", reason)
