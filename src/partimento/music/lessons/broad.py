"""Topics that name a whole field ("chords", "how do I play gospel"): where one begins in it, at a level.

Reads words alone, and only where all of them are of the field or light; leaves topics that name a concept to `topic`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache
from typing import Final

from partimento.music.genres import find, names
from partimento.music.lessons.topic import is_light
from partimento.music.teaching.concept import Concept, Subject
from partimento.music.teaching.concepts import concepts

_FIELDS: Final[dict[Subject, str]] = {
    "chords": "chord chords triads theory",
    "scales": "scale scales mode modes improvise improvising improvisation solo soloing lick licks line lines",
    "voicing": "voicing voicings comp comping",
    "progressions": "progression progressions harmony harmonies song songs accompany accompanying accompaniment",
    "rhythm": "rhythm rhythms groove grooves beat beats timing",
    "form": "form forms arranging arrangement arrangements",
    "reharmonization": "reharmonize reharmonizing reharmonise reharmonising reharm",
    "technique": "technique fingers fingering hands",
}
_ANY: Final = frozenset("basics beginner beginners music piano keyboard".split())
"""Words of the whole trade."""
_USUAL: Final = 2
"""The level where nobody says one: who asks so widely is at the beginning."""
_WORD: Final = re.compile(r"[a-z&]+(?:'[a-z]+)?")


def broad(
    words: str, genre: str | None, level: int | None, fits: Callable[[Concept], bool] = lambda one: True
) -> Concept | None:
    """Where to begin in the field that the words name, among what fits; None where they name none, or something else
    besides."""
    said = words.casefold()
    for name, pattern in _genres().items():
        if pattern.search(said):
            genre, said = genre or name, pattern.sub(" ", said)
    rest = _WORD.findall(said)
    fields = [field for word in rest for field, of in _FIELDS.items() if word in of.split()]
    known = all(is_light(word) or word in _ANY or any(word in of.split() for of in _FIELDS.values()) for word in rest)
    if not known or not (fields or said != words.casefold() or _ANY & {*rest}):
        return None
    return _first(tuple(filter(fits, concepts())), fields[0] if fields else None, genre, level or _USUAL)


def genre_named(words: str) -> str:
    """The genre that words name, the one named first; "" for none."""
    said = words.casefold()
    found = {match.start(): name for name, pattern in _genres().items() if (match := pattern.search(said))}
    return found[min(found)] if found else ""


def genres_said(words: str) -> tuple[str, ...]:
    """How words name genres, as they name them."""
    said = words.casefold()
    return tuple(found for pattern in _genres().values() for found in pattern.findall(said))


def _first(every: Sequence[Concept], field: Subject | None, genre: str | None, level: int) -> Concept | None:
    """The concept of the field that is nearest to the level; of a genre alone, one that is at home there."""
    fit = [one for one in every if field in (None, one.subject) and (not one.genres or genre in one.genres)]
    own = [one for one in fit if genre in one.genres]

    def distance(one: Concept) -> tuple[float, int]:
        return abs(one.level - level) + (genre is not None and one.genres[:1] != (genre,)), one.level

    return min(own if own and field is None else fit, key=distance, default=None)


@cache
def _genres() -> dict[str, re.Pattern[str]]:
    """Each genre with the ways to name it."""
    ways = {name: sorted({name, *find(name).aliases}, key=len, reverse=True) for name in names()}
    return {
        name: re.compile(rf"(?<![\w&-])(?:{'|'.join(re.escape(way.lower()) for way in told)})(?![\w&-])")
        for name, told in ways.items()
    }
