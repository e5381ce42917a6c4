"""A small feed-forward network that reads the last six chords and which chords the song uses. Knows tokens only.

One hidden layer; its input is a sum of rows, one a recent chord and place, one a chord the song has used (by how often
and how lately), one for the style. Weights are signed bytes, a row is widened to floats when first needed, and only the
candidates' outputs are computed.
"""

from __future__ import annotations

from array import array
from base64 import b85decode
from collections.abc import Sequence
from functools import cached_property
from math import log1p, tanh
from operator import mul
from typing import Final

from msgspec import Struct

from partimento.music.prediction.styles import CorpusName, Mix
from partimento.music.prediction.tokens import END, START

REACH: Final = 6
FADE: Final = 0.97
SONG_CAP: Final = 80
_PLACES: Final = START + 1

Vector = list[float]


class Bytes(Struct, frozen=True, dict=True):
    """A matrix of signed bytes in base 85, row after row; a weight is its byte times `scale`."""

    packed: str
    width: int
    scale: float

    @cached_property
    def _bytes(self) -> array[int]:
        return array("b", b85decode(self.packed))

    @cached_property
    def _rows(self) -> dict[int, Vector]:
        return {}

    def row(self, index: int) -> Vector:
        """One row as floats."""
        found = self._rows.get(index)
        if found is None:
            start = index * self.width
            found = self._rows[index] = [self.scale * byte for byte in self._bytes[start : start + self.width]]
        return found


class Network(Struct, frozen=True):
    """`recent`: row = place * 194 + token; `used`, `out`: row = token; `rest`: hidden bias and weight of the length.

    `styles` holds a corpus's hidden row, `leanings` its bias for each token.
    """

    recent: Bytes
    used: Bytes
    out: Bytes
    rest: Bytes
    bias: list[float]
    styles: dict[CorpusName, list[float]]
    leanings: dict[CorpusName, list[float]]

    def scores(self, song: Sequence[int], mix: Mix, tokens: Sequence[int]) -> list[float]:
        """A score for each token as the song's next, up to a common constant the logarithm of its odds."""
        hidden = [tanh(value) for value in self._hidden(song, mix)]
        found = [sum(map(mul, hidden, self.out.row(token))) + self.bias[token] for token in tokens]
        for name, weight in mix.items():
            leaning = self.leanings[name]
            found = [score + weight * leaning[token] for score, token in zip(found, tokens, strict=True)]
        return found

    def _hidden(self, song: Sequence[int], mix: Mix) -> Vector:
        length = min(len(song), SONG_CAP) / 40
        total = [bias + length * slope for bias, slope in zip(self.rest.row(0), self.rest.row(1), strict=True)]
        rows = [(self.styles[name], weight) for name, weight in mix.items()]
        use = [0.0] * END
        weight = 1.0
        for token in reversed(song):
            use[token] += weight
            weight *= FADE
        rows += [(self.used.row(token), log1p(use[token])) for token in dict.fromkeys(song)]
        for row, weight in rows:
            total = [value + weight * more for value, more in zip(total, row, strict=True)]
        recent = [*song[: -REACH - 1 : -1], *[START] * REACH][:REACH]
        read = [self.recent.row(place * _PLACES + token) for place, token in enumerate(recent)]
        return [sum(values) for values in zip(total, *read, strict=True)]
