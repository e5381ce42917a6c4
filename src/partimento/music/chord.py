"""Chords: a symbol read once into root, bass, degrees and class. Leaves the suffix to the grammar, numerals to roman.

`Chord.parse` reads lead-sheet, iReal, Unicode and Harte spellings (docs/reference/chord-symbols.md is the policy)
and prints them back in one canonical form; two spellings of one chord are equal values.
"""

from __future__ import annotations

import re
from functools import lru_cache

from msgspec import Struct

from partimento.core.errors import ChordSyntaxError, PitchSyntaxError
from partimento.music.chord_grammar import Unreadable, read_suffix
from partimento.music.chord_shape import Quality, Shape
from partimento.music.pitch import fifths, name, pitch_class

_ACCIDENTAL = r"(?:##|bb|♯♯|♭♭|[#b♯♭𝄪𝄫x])?"
_SYMBOL = re.compile(rf"([A-G]{_ACCIDENTAL})(:?)(.*?)(?:/([A-G]{_ACCIDENTAL}|[b#]*(?:1[0-3]|[1-9])))?", re.DOTALL)
_NO_CHORD = frozenset({"N.C.", "N.C", "NC", "N", "n.c.", "n.c", "NC."})
_HARTE_DEGREE = re.compile(r"([b#]*)(1[0-3]|[1-9])")
_MAJOR_FIFTHS = (0, 2, 4, -1, 1, 3, 5)
_LONGEST = 64


class Chord(Struct, frozen=True):
    """A chord. Pitch classes are 0 (C) to 11 (B); `*_fifths` are the same notes spelled, on the line of fifths.

    `pitch_classes` holds every sounding one, the bass too; `intervals` (semitones above the root) and `degrees` ("1",
    "b3", "9") stand in stacking order, without a foreign bass. `bass` is the root where the symbol has no slash.
    "N.C." has no root, no bass, no quality and no tones. `seventh` is None for a chord with a sixth, `third` for a
    suspended one.
    """

    root: int | None
    bass: int | None
    pitch_classes: frozenset[int]
    symbol: str
    quality: Quality | None
    degrees: tuple[str, ...]
    intervals: tuple[int, ...]
    root_fifths: int | None
    bass_fifths: int | None
    third: int | None
    seventh: int | None
    shape: Shape

    @staticmethod
    def parse(symbol: str) -> Chord:
        """Read a chord symbol: "C7(b9,#11)", "B♭Δ7/F", "Eb:min7/b3", "N.C.". Raises ChordSyntaxError, never guesses."""
        return _parse(symbol)

    @property
    def is_no_chord(self) -> bool:
        return self.root is None

    @property
    def is_slash(self) -> bool:
        """Whether another note than the root is in the bass."""
        return self.bass != self.root

    @property
    def notes(self) -> tuple[str, ...]:
        """The spelled names of the chord in stacking order from the root: ("C", "E", "G", "Bb")."""
        root = self.root_fifths
        return () if root is None else tuple(name(root + step) for step in self.shape.fifths)

    def transposed(self, interval_fifths: int) -> Chord:
        """The same chord moved along the line of fifths: +1 is up a fifth, +2 a whole tone, -3 a minor third.

        A root or bass that would need three accidentals takes its usual other name.
        """
        if self.root_fifths is None or self.bass_fifths is None:
            return self
        root, bass = self.root_fifths + interval_fifths, self.bass_fifths + interval_fifths
        return chord_on(root, self.shape, bass + _written(root) - root)

    def respelled(self, root_fifths: int) -> Chord:
        """The same sound on another spelling of its root (C#7 as Db7). Raises PitchSyntaxError for another pitch."""
        if self.root_fifths is None:
            return self
        if pitch_class(root_fifths) != self.root:
            raise PitchSyntaxError(
                f"{name(root_fifths)} is not the root of {self.symbol}",
                why="respelling keeps the sound",
                mend="use transposed() to move a chord",
            )
        return self.transposed(root_fifths - self.root_fifths)


@lru_cache(maxsize=16384)
def chord_on(root_fifths: int, shape: Shape, bass_fifths: int | None = None) -> Chord:
    """The chord of a shape on a spelled root, over a spelled bass (the root where none is given).

    No chord symbol has three accidentals: such a root or bass is spelled as the same pitch with fewer.
    """
    root_fifths = _written(root_fifths)
    bass_fifths = None if bass_fifths is None else _written(bass_fifths)
    root = pitch_class(root_fifths)
    bass = root if bass_fifths is None else pitch_class(bass_fifths)
    if bass_fifths is None or bass == root:
        bass_fifths = root_fifths
    tones = {label: (root + step) % 12 for label, step in zip(shape.degrees, shape.intervals, strict=True)}
    root_name = name(root_fifths)
    symbol = f"{root_name}:{shape.suffix}" if _may_alter(root_name, shape.suffix) else root_name + shape.suffix
    if bass != root:
        symbol += "/" + name(bass_fifths)
    return Chord(
        root=root,
        bass=bass,
        pitch_classes=frozenset((*tones.values(), bass)),
        symbol=symbol,
        quality=shape.quality,
        degrees=shape.degrees,
        intervals=shape.intervals,
        root_fifths=root_fifths,
        bass_fifths=bass_fifths,
        third=tones.get("3", tones.get("b3")),
        seventh=tones.get("7", tones.get("b7", tones.get("bb7"))),
        shape=shape,
    )


def _written(fifths: int) -> int:
    """The same pitch with two accidentals at most, Fbb (-15) to B## (19)."""
    return fifths + 12 * -(-max(-15 - fifths, 0) // 12) - 12 * -(-max(fifths - 19, 0) // 12)


def _may_alter(root_name: str, suffix: str) -> bool:
    """Whether a double accidental may belong to the number after it: Abb9 is Ab(b9) or Abb:9."""
    return len(root_name) == 3 and suffix[:1] in {"5", "6", "9", "1"}


NO_CHORD = Chord(
    root=None,
    bass=None,
    pitch_classes=frozenset(),
    symbol="N.C.",
    quality=None,
    degrees=(),
    intervals=(),
    root_fifths=None,
    bass_fifths=None,
    third=None,
    seventh=None,
    shape=Shape((), (), (), "5", ""),
)


@lru_cache(maxsize=16384)
def _parse(symbol: str) -> Chord:
    text = symbol.strip()
    if text in _NO_CHORD:
        return NO_CHORD
    indent = len(symbol) - len(symbol.lstrip())
    found = _SYMBOL.fullmatch(text)
    if found is None or len(text) > _LONGEST:
        raise ChordSyntaxError(symbol, min(indent, _LONGEST) + 1, _root_mend(text))
    root_name, colon, suffix, bass_name = found.groups()
    start = found.start(3)
    if _may_alter(root_name, suffix) and not colon:
        mend = f"write {root_name[:2]}({root_name[2]}{suffix}) or {root_name}:{suffix}"
        raise ChordSyntaxError(symbol, indent + 2, mend, why="the second accidental may belong to the number")
    if bass_name and not colon and not bass_name[0].isalpha():
        suffix, bass_name = text[start:], None
    try:
        shape = read_suffix(suffix, bool(colon))
    except Unreadable as stop:
        raise ChordSyntaxError(symbol, indent + start + stop.place + 1, stop.mend or _tail_mend(text)) from None
    root = fifths(root_name)
    return chord_on(root, shape, None if bass_name is None else _bass(bass_name, root))


def _bass(text: str, root: int) -> int:
    degree = _HARTE_DEGREE.fullmatch(text)
    if degree is None:
        return fifths(text)
    sign, number = degree.groups()
    return root + _MAJOR_FIFTHS[(int(number) - 1) % 7] + 7 * (sign.count("#") - sign.count("b"))


def _root_mend(text: str) -> str:
    if text[:1] in {"H", "h"}:
        return f"German H is B: write {'B' + text[1:]!r}"
    if text[:1] in {"a", "b", "c", "d", "e", "f", "g"}:
        return f"write the root in upper case, and m for a minor chord: {text[0].upper() + text[1:]!r}"
    if text in {"%", "/", "|", "x", "X", ""}:
        return "write each chord out; N.C. stands for no chord"
    return "a chord starts with its root, A to G, then an accidental"


def _tail_mend(text: str) -> str:
    if "|" in text or "\\" in text:
        return "one chord at a time: a bass note is written C/E, and a chord over a chord as one symbol (C13#11)"
    return ""
