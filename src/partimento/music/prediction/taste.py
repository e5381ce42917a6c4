"""What one user has accepted before, as a weak voice in the prediction. Knows tokens; keeps nothing by itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from partimento.core.errors import BadInput
from partimento.music.chord import Chord
from partimento.music.key import Key
from partimento.music.prediction.tokens import QUALITIES, read

# The most a taste may weigh, and how many acceptances after one chord give it half of that.
CAP: Final = 0.15
HALF: Final = 6.0


class Taste(Struct, frozen=True):
    """How often each chord was accepted after each other one: {"2:min7 7:7": 3} is V7 after ii7, three times.

    Counted above the tonic, so it holds in every key. The value is yours to store; `accepting` gives the next one.
    """

    counts: dict[str, int] = {}

    def accepting(self, chord: str, following: str, key: str) -> Taste:
        """The taste after `following` was chosen after `chord` in `key`. Raises BadInput where they do not differ."""
        path, _ = read([Chord.parse(chord), Chord.parse(following)], Key.parse(key).pc)
        if len(path) != 2:
            raise BadInput(
                f"{following!r} after {chord!r} is no choice",
                why="a taste is about one chord after a different one",
                mend="give two chords that differ",
            )
        name = _pair(path[0], path[1])
        return Taste({**self.counts, name: self.counts.get(name, 0) + 1})

    def blend(self, last: int, odds: Mapping[int, float]) -> dict[int, float]:
        """The odds leaned towards what was accepted after `last`; by CAP at most, by nothing where nothing was."""
        liked = {token: self.counts.get(_pair(last, token), 0) for token in odds}
        known = sum(liked.values())
        if not known:
            return dict(odds)
        weight = CAP * known / (known + HALF)
        whole = sum(odds.values())
        return {token: (1 - weight) * share + weight * whole * liked[token] / known for token, share in odds.items()}


def _pair(last: int, token: int) -> str:
    return f"{_name(last)} {_name(token)}"


def _name(token: int) -> str:
    above, place = divmod(token, len(QUALITIES))
    return f"{above}:{QUALITIES[place]}" if above < 12 else "end"
