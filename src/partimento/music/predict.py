"""What chord may come next, with odds and a reason. Reads and prints chords; `prediction` knows how it is foretold.

The song itself speaks first (what followed when it last stood here), then songs of its style, then root movement in
any key. Chords are compared above the tonic in sixteen classes: C9 and C7 are one, a foreign bass is not heard, and
the next chord is one that differs from the last.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from msgspec import Struct

from partimento.core.errors import BadInput
from partimento.music.chord import Chord
from partimento.music.key import Key
from partimento.music.key_finding import key_of
from partimento.music.prediction.forecast import forecast
from partimento.music.prediction.model import shipped
from partimento.music.prediction.reasons import Setting, reason
from partimento.music.prediction.styles import Mix, style_of
from partimento.music.prediction.taste import Taste
from partimento.music.prediction.tokens import END, START, chord_of_token, family, numeral_of_token, read

__all__ = ["Prediction", "Taste", "next_chords", "predict"]


class Prediction(Struct, frozen=True):
    """What may follow, spelled in the key, with its probability (0 to 1). The end of the song has an empty symbol."""

    symbol: str
    numeral: str
    probability: float
    reason: str


def next_chords(
    chords: Sequence[str | Chord],
    key: str | None = None,
    genre: str | None = None,
    k: int = 3,
    *,
    taste: Taste | None = None,
) -> list[tuple[str, float]]:
    """The k likeliest next chords: next_chords(["Dm7", "G7"], "C", "jazz") starts with ("Cmaj7", …).

    Probabilities are over all that may follow, the song's end included, so the chords' sum is below 1. Arguments and
    errors as in `predict`.
    """
    found = predict(chords, key, genre, k + (k > 0), taste=taste)
    return [(one.symbol, one.probability) for one in found if one.symbol][:k]


def predict(
    chords: Sequence[str | Chord],
    key: str | None = None,
    genre: str | None = None,
    k: int = 3,
    *,
    taste: Taste | None = None,
) -> tuple[Prediction, ...]:
    """The k likeliest continuations of a song so far, the likeliest first, the song's end among them.

    `chords` is the song from its beginning; "N.C." and repeats are passed over. Without `key` it is found; `genre` is
    one of the eight, and any other name stands for songs of all kinds. `taste` leans the odds a little towards what
    its user chose before. Raises ChordSyntaxError, KeySyntaxError; BadInput for k below 1, or no chord and no key.
    """
    if k < 1:
        raise BadInput(f"cannot give {k} chords", why="k counts the chords wanted", mend="ask for one or more")
    parsed = [chord if isinstance(chord, Chord) else Chord.parse(chord) for chord in chords]
    home = key_of(parsed) if key is None else Key.parse(key)
    song, places = read(parsed, home.pc)
    style = style_of(genre)
    if not song:
        return _openings(home, style.mix, k)
    found = forecast(song, style, taste)
    setting = Setting(song, places, home, style.mix)
    return tuple(
        _prediction(token, share, home, reason(token, found.usual.get(family(token), 0.0), found.memory, setting))
        for token, share in islice(found.odds.items(), k)
    )


def _openings(home: Key, mix: Mix, k: int) -> tuple[Prediction, ...]:
    """How songs of the style begin."""
    corpora = shipped().witnesses.corpora
    odds = dict.fromkeys(range(END), 0.0)
    for name, weight in mix.items():
        table = corpora[name].chords
        shares = table.odds(table.chain([START]), list(odds))
        odds = {token: odds[token] + weight * share for token, share in enumerate(shares)}
    best = sorted(odds, key=odds.__getitem__, reverse=True)[:k]
    return tuple(
        _prediction(token, odds[token], home, f"songs begin on {numeral_of_token(token, home)}") for token in best
    )


def _prediction(token: int, probability: float, home: Key, words: str) -> Prediction:
    if token == END:
        return Prediction("", "", probability, words)
    return Prediction(chord_of_token(token, home).symbol, numeral_of_token(token, home), probability, words)
