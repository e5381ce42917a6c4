"""Voicings: the grips in which two hands can play one chord, by kind, the most comfortable first.

`kinds` lays the tones out, `reach` says what can be played, `definition` what each kind is; here they are
ranked, and the nearest kind steps in where a chord cannot take the one asked for. Choosing among them is `leading`'s.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from typing import Final

from partimento.core.errors import UnknownName
from partimento.music.chord import Chord
from partimento.music.voicing.kinds import BUILDERS
from partimento.music.voicing.reach import HIGHEST as HIGHEST
from partimento.music.voicing.reach import KINDS as KINDS
from partimento.music.voicing.reach import LOWEST as LOWEST
from partimento.music.voicing.reach import MOST_NOTES as MOST_NOTES
from partimento.music.voicing.reach import WIDEST as WIDEST
from partimento.music.voicing.reach import Grip as Grip
from partimento.music.voicing.reach import Hands
from partimento.music.voicing.reach import Kind as Kind
from partimento.music.voicing.reach import is_playable as is_playable
from partimento.music.voicing.tones import Tones, tones_of

NEAREST: Final[dict[Kind, tuple[Kind, ...]]] = {
    "shell": ("block", "close"), "rootless": ("close",), "close": ("block",), "drop2": ("close",),
    "drop3": ("drop2", "close"), "spread": ("block",), "gospel": ("block",), "neosoul": ("spread", "block"),
    "quartal": ("spread", "block"), "cluster": ("block", "close"), "comping": ("block", "close"), "block": ("close",),
    "fourpart": ("block", "close"),
}  # fmt: skip
"""The kinds that step in, the nearest first, where a chord cannot take one; close or block suit every chord."""

_KEPT: Final = 12


def voicings(chord: Chord, kind: Kind) -> tuple[Grip, ...]:
    """The grips of a chord in one kind, the most comfortable first; one silent grip for "N.C.". Raises UnknownName.

    shell: bass, third, seventh · rootless: the left hand's A (third lowest) and B (seventh lowest) forms · close: all
    in an octave, right hand · drop2, drop3: close, its second or third voice from above an octave lower · spread: bass
    with fifth, seventh or tenth, the rest in the right · gospel: the bass in octaves under a right-hand structure ·
    neosoul: bass with fifth, seventh or tenth under a chord on another root · quartal: stacked fourths · cluster:
    neighbouring seconds · comping: bass and a rootless form · block: bass and a close form · fourpart: soprano, alto,
    tenor, bass.

    All grips of a chord are of one kind: the one asked for, or the nearest that it can take (`Grip.kind` says which).
    """
    return grips(chord.symbol, kind)


@lru_cache(maxsize=8192)
def grips(symbol: str, kind: Kind) -> tuple[Grip, ...]:
    """`voicings` by symbol."""
    if kind not in BUILDERS:
        raise UnknownName("voicing", kind, KINDS)
    tones = tones_of(Chord.parse(symbol))
    if tones is None:
        return (Grip((), (), kind=kind),)
    for taken in (kind, *NEAREST[kind]):
        found = {hands for hands in BUILDERS[taken](tones) if _says_the_chord(hands, tones) and is_playable(*hands)}
        if found:
            break
    else:
        raise LookupError(f"no hands can play {symbol}")
    ranked = sorted((Grip(*hands, _strain(hands, taken, tones), taken) for hands in found), key=_order)
    return tuple(ranked[:_KEPT])


def _says_the_chord(hands: Hands, tones: Tones) -> bool:
    sounding = {note % 12 for note in hands[0] + hands[1]}
    return all(tone in sounding for tone in tones.guides)


# The middle of the register each kind sounds best in, as the mean of its upper notes.
_CENTRE: Final[dict[Kind, float]] = {
    "rootless": 57.0, "close": 65.0, "drop2": 62.0, "drop3": 62.0, "shell": 60.0, "fourpart": 64.0, "quartal": 63.0,
}  # fmt: skip
_CLOSE_HANDS: Final = ("drop2", "drop3")


def _strain(hands: Hands, kind: Kind, tones: Tones) -> float:
    """Semitones off the kind's centre (a third counted), a gap over an octave between the hands, seconds that rub.

    Fourths are better than the third on top, four voices better whole than without their fifth.
    """
    left, right = hands
    upper = right or left
    strain = abs(sum(upper) / len(upper) - _CENTRE.get(kind, 64.5)) / 3
    if left and right:
        strain += max(0, right[0] - left[-1] - 12) / 4
        strain += abs(left[0] - 41) / 6 if kind not in _CLOSE_HANDS else 0
    if kind == "quartal":
        strain += 1.5 if upper[-1] - upper[-2] < 5 else 0
        strain += max(0, 4 - len(left) - len(right))
    elif kind == "fourpart":
        strain += _against_chorale_habits(left + right, tones)
    elif kind != "cluster":
        strain += sum(0.75 for low, high in pairwise(upper) if high - low == 1)
    return round(strain, 3)


def _against_chorale_habits(notes: tuple[int, ...], tones: Tones) -> float:
    """What a chorale rather avoids: no fifth, a doubled third, a doubled root over another bass, a wide tenor."""
    pcs = [note % 12 for note in notes]
    strain = 2.0 if tones.fifth is not None and tones.fifth not in pcs else 0.0
    if tones.third is not None and pcs.count(tones.third) > 1:
        strain += 0.5 if tones.fifth is not None and (tones.fifth - tones.root) % 12 == 6 else 1.5
    if tones.fifth is not None and pcs.count(tones.fifth) > 1 and tones.bass != tones.fifth:
        strain += 0.75
    return strain + max(0, notes[1] - notes[0] - 16) / 4


def _order(grip: Grip) -> tuple[float, tuple[int, ...]]:
    return grip.strain, grip.notes
