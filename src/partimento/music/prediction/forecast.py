"""One forecast: evidence, weighed, written in the genre's manner, leaned to a taste. Knows tokens, no chord names."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Final

from msgspec import Struct

from partimento.music.prediction.evidence import gather
from partimento.music.prediction.memory import Memory
from partimento.music.prediction.model import shipped
from partimento.music.prediction.styles import Manner, Style
from partimento.music.prediction.taste import Taste
from partimento.music.prediction.tokens import CLASSES, END, FAMILIES, QUALITIES, family

# So many chords of a family in the song weigh as much as the genre's manner of writing them.
_PATIENCE: Final = 2.0


class Forecast(Struct, frozen=True):
    """Probabilities by token, likeliest first, together 1 less a small share for what is not listed.

    `usual` is how often songs of the style go on to a chord of its family on that step, by the family's token; `memory`
    is what the song itself did.
    """

    odds: dict[int, float]
    usual: Mapping[int, float]
    memory: Memory


def forecast(song: Sequence[int], style: Style, taste: Taste | None = None) -> Forecast:
    """What may follow the last of a song's tokens; there is one at least, and none twice running."""
    model = shipped()
    evidence = gather(song, style.mix, model.witnesses)
    odds = dict(zip(evidence.candidates, model.mixer.probabilities(evidence.features), strict=True))
    if style.manner:
        odds = _written(odds, song, style.manner)
    if taste is not None:
        odds = taste.blend(song[-1], odds)
    ranked = dict(sorted(odds.items(), key=lambda one: -one[1]))
    usual: dict[int, float] = defaultdict(float)
    for token, share in zip(evidence.candidates, evidence.style, strict=True):
        usual[family(token)] += share
    return Forecast(ranked, usual, evidence.memory)


def _written(odds: dict[int, float], song: Sequence[int], manner: Manner) -> dict[int, float]:
    """Each family's odds on a step shared anew among its classes: as weighed, and as the genre writes them."""
    met = Counter(FAMILIES[token % CLASSES] for token in song)
    found: dict[int, float] = {}
    for token, share in odds.items():
        ways = manner.get(QUALITIES[FAMILIES[token % CLASSES]]) if token != END else None
        if ways is None:
            found[token] = found.get(token, 0.0) + share
            continue
        leaned = _PATIENCE / (_PATIENCE + met[FAMILIES[token % CLASSES]])
        found[token] = found.get(token, 0.0) + share * (1 - leaned)
        step = family(token) - FAMILIES[token % CLASSES]
        open_ways = {step + QUALITIES.index(one): part for one, part in ways.items()}
        open_ways.pop(song[-1], None)
        whole = sum(open_ways.values())
        for other, part in open_ways.items():
            found[other] = found.get(other, 0.0) + share * leaned * part / whole
    return found
