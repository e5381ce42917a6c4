"""The errors learners make: the neighbour for the note, the wrong third, the key a fifth off. Proves nothing wrong.

Each function gives texts, the likeliest error first; whether one is after all right is for `proof` to see.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from random import Random
from typing import Final

from partimento.core.errors import PartimentoError
from partimento.music.chord import Chord
from partimento.music.interval import interval_name
from partimento.music.key import Key
from partimento.music.pitch import name, pitch_class
from partimento.music.roman import ROMANS
from partimento.music.teaching.keys import key_words

_LOWEST, _HIGHEST = -8, 12
"""Fb to B#: no learner's error has two accidentals."""
# What a chord's suffix is mistaken for, the likeliest first.
_SUFFIXES: Final[dict[str, tuple[str, ...]]] = {
    "": ("m", "7", "maj7", "aug"), "m": ("", "dim", "m7", "sus4"), "7": ("maj7", "m7", "", "m7b5"),
    "maj7": ("7", "m7", "6", ""), "m7": ("7", "maj7", "m7b5", "m"), "dim": ("m", "m7b5", "aug", "dim7"),
    "aug": ("", "dim", "m", "sus4"), "sus4": ("sus2", "", "m", "7sus4"), "6": ("7", "maj7", "m6", ""),
    "m6": ("m7", "6", "m", "m7b5"), "m7b5": ("dim7", "m7", "dim", "m6"), "dim7": ("m7b5", "dim", "m7", "m6"),
    "m(maj7)": ("m7", "maj7", "m6", "m"), "maj9": ("9", "m9", "maj7", "6"), "9": ("maj9", "m9", "7b9", "7"),
    "m9": ("9", "maj9", "m7", "m6"), "9sus4": ("9", "7sus4", "m9", "sus4"), "13": ("9", "maj9", "m9", "7"),
    "m11": ("m9", "9sus4", "11", "m7"), "7b9": ("9", "7#9", "m7b5", "7"), "7alt": ("9", "7b9", "13", "maj7"),
    "maj7#11": ("maj7", "7", "maj9", "9"), "7#9#5": ("7b9", "9", "7", "13"),
}  # fmt: skip


def kept(texts: Iterable[str], but: str) -> tuple[str, ...]:
    """Each text once, in order, without the answer."""
    return tuple(dict.fromkeys(text for text in texts if text != but))


def notes_near(note: int, rng: Random) -> tuple[str, ...]:
    """The same letter with another accidental, the next letters, a third or a fifth off."""
    first = [note + 7, note - 7, note + 2, note - 2]
    then = [note + 5, note - 5, note + 4, note - 3, note + 1, note - 1]
    rng.shuffle(first)
    rng.shuffle(then)
    fit = [other for other in (*first, *then) if _LOWEST <= other <= _HIGHEST]
    return kept((name(other) for other in fit if pitch_class(other) != pitch_class(note)), name(note))


def suffixes_near(suffix: str) -> tuple[str, ...]:
    """Kinds of chord that are taken for this one; the plain ones for a rare kind."""
    return _SUFFIXES.get(suffix) or ("7", "maj7", "m7", "m7b5")


def chords_near(chord: Chord, rng: Random) -> tuple[str, ...]:
    """The same root in another kind, the same kind a fifth, a tone or a semitone off, by turns."""
    root = name(chord.root_fifths or 0)
    kinds = [f"{root}{suffix}" for suffix in suffixes_near(chord.shape.suffix)]
    moves = [1, -1, 2, -2, 7, -7]
    rng.shuffle(moves)
    roots = [chord.transposed(move) for move in moves if _LOWEST <= (chord.root_fifths or 0) + move <= _HIGHEST]
    turns = [text for pair in zip(kinds, (one.symbol for one in roots), strict=False) for text in pair]
    return kept([*_named(turns), *(one.symbol for one in roots)], chord.symbol)


def _named(symbols: Iterable[str]) -> list[str]:
    """Those that are chords."""
    found = []
    for symbol in symbols:
        try:
            found.append(Chord.parse(symbol).symbol)
        except PartimentoError:
            continue
    return found


def tones_near(chord: Chord, rng: Random) -> tuple[str, ...]:
    """The notes of the chords it is taken for."""
    return kept((spelled(Chord.parse(symbol).notes) for symbol in chords_near(chord, rng)), spelled(chord.notes))


def rows_near(chords: Sequence[Chord], rng: Random) -> tuple[str, ...]:
    """A progression a fifth or a tone off, with one chord of another kind, or with one on another root."""
    right = spaced(chords)
    moved = [spaced([chord.transposed(move) for chord in chords]) for move in rng.sample((1, -1, 2, -2), 2)]
    changed = [
        spaced([*chords[:place], Chord.parse(other), *chords[place + 1 :]])
        for place in rng.sample(range(len(chords)), min(3, len(chords)))
        for other in chords_near(chords[place], rng)[:2]
    ]
    first, *rest = changed
    return kept([first, moved[0], *rest, *moved], right)


def numerals_near(numeral: str, rng: Random) -> tuple[str, ...]:
    """The same figures on another step, the other case, the sign left out or added."""
    found = re.fullmatch(r"([b#]*)([IViv]+)(.*)", numeral.split("/")[0])
    if found is None:
        return ()
    signs, roman, figures = found.groups()
    tail = figures + numeral[len(numeral.split("/")[0]) :]
    step = ROMANS.index(roman.upper())
    others = [ROMANS[(step + move) % 7] for move in rng.sample((1, -1, 2, -2, 3), 5)]
    same = [other.lower() if roman.islower() else other for other in others]
    swapped = roman.swapcase() + tail.replace("ø", "").replace("o", "").replace("maj", "")
    moved = [f"{signs if sign else ''}{other}{tail}" for sign, other in enumerate(same)]
    unsigned = [f"{roman}{tail}"] if signs else [f"b{roman}{tail}"]
    return kept([moved[0], f"{signs}{swapped}", moved[1], *unsigned, *moved[2:]], numeral)


def keys_near(key: Key, rng: Random) -> tuple[str, ...]:
    """A fifth to either side, a third off, a tone off, of the same mode."""
    moves = [1, -1, 3, -3, 2, -2, 4, -4]
    near, far = moves[:4], moves[4:]
    rng.shuffle(near)
    rng.shuffle(far)
    others = [key.transposed(move) for move in (*near, *far)]
    return kept((key_words(other) for other in others if _plays(other)), key_words(key))


def _plays(key: Key) -> bool:
    low, high = (-6, 6) if not key.is_minor else (-3, 9)
    return low <= key.tonic <= high


def intervals_near(size: int, rng: Random) -> tuple[str, ...]:
    """The other quality of the same number, and the numbers beside it."""
    others = [size + 7, size - 7, size + 2, size - 2, size + 5, size - 5, size + 4, size - 3]
    heads = [interval_name(other) for other in others if -6 <= other <= 8]
    first, rest = heads[:3], heads[3:]
    rng.shuffle(first)
    return kept([*first, *rest], interval_name(size))


def counts_near(count: int, rng: Random) -> tuple[str, ...]:
    """One off, two off, twice and half of it."""
    near = [count - 1, count + 1]
    rng.shuffle(near)
    others = [*near, count + 2, count - 2, count * 2, count // 2 if count % 2 == 0 else -1, count + 3]
    return kept((str(other) for other in others if other >= 0), str(count))


def spelled(notes: Iterable[str]) -> str:
    """Notes as an option lists them."""
    return " ".join(notes)


def dashed(degrees: Iterable[str]) -> str:
    """Degrees as an option lists them: "1-b3-5-b7"."""
    return "-".join(degrees)


def spaced(chords: Iterable[Chord]) -> str:
    """Chords as an option lists them."""
    return " ".join(chord.symbol for chord in chords)
