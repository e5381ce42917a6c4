"""Whether a sentence that nobody could read states theory at all, or only speaks of music: advice, praise, orders.

Theory is stated where a verb of being, having or forming ties two named things together, one of them more than a
chord or a key to play. Reads no claim.
"""

from __future__ import annotations

import re
from typing import Final

from partimento.music.claims.skeleton import Skeleton

_BEGINS: Final = re.compile(
    r"\s*(?:so |now |then |next,? |first,? |and |ok(?:ay)?,? |please |just |today,? |remember to |try to |for \w+,? )*"
    r"(?:practi[sc]e|try|play|loop|keep|use|put|start|sing|clap|count|listen|work|move|add|hold|take|set|choose|pick"
    r"|write|record"
    r"|repeat|swap|open|rest|relax|aim|feel|bring|slow|speed|watch|end|don't|do|let's|let me|let|review|learn"
    r"|prepare|comp|improvise"
    r"|make sure|remember|try|begin|finish|go|run|strum|pluck|warm|say|think|tap|close|check|focus|imagine|give|stay"
    r"|leave|drop|read)\b"
)
_VERB: Final = re.compile(
    r"\b(?:is|are|was|were|has|have|contains?|consists?|means?|equals?|makes?|forms?|spells?|shares?|belongs?|becomes?"
    r"|functions?|resolves?|includes?|gives?|called|starts?|lies|sits|serves?|acts?|comprises?|differs?|built|made"
    r"|spelled|inverts?|leans on)\b|'s\b|=|:"
)
_MARK: Final = re.compile(r"@([A-Za-z])\d+")
_THEORY: Final = frozenset("refoivzgdhqtDRNpky")
_PERSON: Final = re.compile(
    r"\b(?:i|you|we|he|she|they|i'd|i'll|you'll|we'll|you'd|your|my|our|me|us|someone|people|students?|let's)\b"
)
_NEAR: Final = 6


def states_theory(bones: Skeleton) -> bool:
    """Whether a sentence ties named things together as a statement of theory does."""
    if len(bones.entities) < 2 or _BEGINS.match(bones.marked):
        return False
    return any(_ties(bones.marked, verb.start(), verb.end()) for verb in _VERB.finditer(bones.marked))


def _ties(text: str, start: int, end: int) -> bool:
    left, right = list(_MARK.finditer(text, 0, start)), _MARK.search(text, end)
    if not left or right is None:
        return False
    before, after = text[left[-1].end() : start], text[end : right.start()]
    if max(len(before.split()), len(after.split())) > _NEAR or _PERSON.search(before) or _PERSON.search(after):
        return False
    letters = {left[-1][1], right[1]}
    return bool(letters & _THEORY) or (letters <= set("acmsk") and len(after.split()) <= 2)
