"""True sentences about hands on keys: which notes a kind of voicing puts where. The grips come from `leading`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from partimento.music.chord import Chord
from partimento.music.leading import lead
from partimento.music.teaching.wording import Words, dashed, listed, spaced
from partimento.music.voicing import Grip
from partimento.music.voicing.reach import Kind
from partimento.music.voicing.words import note_names

_NAMES: Final[dict[Kind, str]] = {
    "close": "close position", "drop2": "drop 2", "drop3": "drop 3", "spread": "an open spread", "gospel": "octaves",
    "neosoul": "a neo-soul spread", "quartal": "fourths", "cluster": "a cluster", "comping": "a two-hand grip",
    "block": "block style", "fourpart": "four parts",
}  # fmt: skip


def voicing_facts(chords: Sequence[Chord], kind: Kind, words: Words, most: int = 3) -> Iterator[str]:
    """Where the notes of each chord lie when the chords are led in this kind."""
    symbols = [chord.symbol for chord in chords]
    way = dict(zip(symbols, lead(symbols, kind), strict=True))
    for symbol in words.some(list(way), most):
        grip = way[symbol]
        if grip.kind != kind:
            continue
        yield _shown(Chord.parse(symbol), grip, kind, words)


def _shown(chord: Chord, grip: Grip, kind: Kind, words: Words) -> str:
    notes = _names(chord, grip.notes)
    symbol = chord.symbol
    if kind == "rootless":
        return words.say(
            "A rootless voicing of {symbol} is {dashed}.", "A rootless {symbol} is {spaced}.",
            "From the bottom up, a rootless {symbol} is {spaced}.",
            symbol=symbol, dashed=dashed(notes), spaced=spaced(notes),
        )  # fmt: skip
    if kind == "shell":
        return words.say(
            "A shell voicing of {symbol} is {dashed}.", "A shell for {symbol} is {spaced}.",
            symbol=symbol, dashed=dashed(notes), spaced=spaced(notes),
        )  # fmt: skip
    distinct = list(dict.fromkeys(notes))
    both = bool(grip.left and grip.right)
    return words.say(
        "In {name}, {symbol} has the notes {listed}.",
        "In {name}, {symbol} contains {listed}, the left hand on {left}." if both else
        "In {name}, {symbol} contains {listed}.",
        name=_NAMES[kind], symbol=symbol, listed=listed(distinct),
        left=listed(_names(chord, grip.left)) if both else "",
    )  # fmt: skip


def _names(chord: Chord, notes: tuple[int, ...]) -> list[str]:
    return [one.rstrip("0123456789-") for one in note_names(chord.symbol, notes)]
