"""What makes a claim that reads false something else: words that govern it, go on with it, deny it, or tell it apart.

A form reads a stretch of a sentence; whether the stretch may be judged is told by what stands around it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from partimento.music.claims.book import marks
from partimento.music.claims.entity import Entity
from partimento.music.claims.finding import Judgement
from partimento.music.claims.skeleton import Skeleton

_GOVERNS: Final = frozenset(
    "of above below down sub neighbour neighbor than except unless not altered like lowered raised flat sharp over "
    "between from before after minus plus "
    "omit remove add borrow borrowed share to".split()
)
_GOES_ON: Final = frozenset(
    """or with minus plus without except but over above below lowered raised flat sharp if instead not bigger larger
    wider smaller narrower more fewer less than""".split()
)
_NEW_CLAUSE: Final = r"(?:,|;|:|\band|\bbut|\bwhile|\bwhereas|\bso)(?: the| an?| its| your)?\s*"
_FINITE: Final = (
    r"\s*(?:is|are|has|have|was|becomes?|contains?|would|will|shares?|belongs?|goes|resolves?|sits|lies|gives|makes?)\b"
)
_TELL_APART: Final = frozenset("distinguishes distinguish separates separate differs apart".split())

# Anywhere in a sentence these make another claim of it than its named things do.
_ELSE: Final = re.compile(
    r"\b(?:picardy|italian|german sixth|french|omits?|whereas|modulating|switching|opening|stack two|5[ /]3|own\s+@f"
    r"|(?:right|left|one) hand\b.*\b(?:right|left|other)\b|the\s+(?:@o\d+|first|second|former|latter)\s+one\b)"
)


def is_else(marked: str) -> bool:
    """Whether a sentence (with marks for the named things) says something that neither forms nor senses know."""
    return _ELSE.search(marked) is not None


_NTH_NOTE: Final = re.compile(r"@o\d+\s+note\b")


def miscounts(named: Iterable[Entity], marked: str) -> bool:
    """Whether "the fourth note" of a scale of five, six or eight is told to be its degree four, which it is not."""
    things = list(named)
    scales = [scale for thing in things if thing.letter == "s" and (scale := thing.scale) is not None]
    notes = [note for thing in things if (note := thing.note) is not None]
    places = [thing.number for thing in things if thing.letter == "o"]
    if not _NTH_NOTE.search(marked) or len(notes) != 1 or len(places) != 1:
        return False
    if len(scales) != 1 or len(scales[0].fifths) == 7:
        return False
    size = len(scales[0].fifths)
    return not 1 <= places[0] <= size or (notes[0] - scales[0].fifths[places[0] - 1]) % 12 != 0


def is_hedged(match: re.Match[str], bones: Skeleton) -> bool:
    """Whether words around a claim turn it into something else: it is governed, or goes on."""
    before = bones.text[: match.start()].split()
    after = bones.text[match.end() :].split()
    own = match[0].split()
    governed = bool(before) and before[-1] in _GOVERNS and own[0].startswith("@")
    goes_on = bool(after) and after[0] in _GOES_ON and not (after[0] == "not" and before) and after[:1] != ["not"]
    negated = "not" in before[-2:] or "not" in own
    if own[-1].startswith("@") and re.search(rf"{_NEW_CLAUSE} {own[-1]} {_FINITE}", bones.marked):
        return True  # its last name is what the next clause speaks of
    if before and before[-1].startswith("@o") and own[0].startswith("@i"):
        return True
    if _TELL_APART & {*before, *own}:
        return True
    return governed or goes_on or negated


def may_be_article(match: re.Match[str], entities: tuple[Entity, ...], judged: Judgement) -> bool:
    """Whether a name began with the article "A": then the notes told would not be those of A."""
    named = [entities[number] for _, number in marks(match[0])]
    if not any(entity.may_be_article for entity in named):
        return False
    if any(entity.letter in "iDpdh" for entity in named):
        return False  # told of the kind, so of A as well
    lists = [entity for entity in named if entity.letter == "N"]
    if any(entity.letter in "nNg" for entity in named):
        return any(judged.wrong == entity.place and 3 not in (entity.notes or ()) for entity in lists)
    return not any(entity.letter in "macsL" and not entity.may_be_article for entity in named)
