"""Keys and modes: how they are read, their scales and the usual spelling of every note in them. Knows no chord."""

from __future__ import annotations

import re
from difflib import get_close_matches
from functools import cached_property, lru_cache
from typing import Literal, get_args

from msgspec import Struct

from partimento.core.errors import KeySyntaxError
from partimento.music.pitch import ACCIDENTALS, LETTERS, name, nearest_spelling, pitch_class

Mode = Literal["major", "minor", "dorian", "phrygian", "lydian", "mixolydian", "locrian"]
MODES: tuple[Mode, ...] = get_args(Mode)

# How far a mode's key signature lies from that of the major key on the same tonic.
_SIGNATURE_SHIFT: dict[Mode, int] = {
    "lydian": 1,
    "major": 0,
    "mixolydian": -1,
    "dorian": -2,
    "minor": -3,
    "phrygian": -4,
    "locrian": -5,
}
_MODE_WORDS: dict[str, Mode] = {mode: mode for mode in MODES} | {
    "maj": "major", "ma": "major", "ionian": "major", "dur": "major",
    "min": "minor", "mi": "minor", "m": "minor", "-": "minor", "aeolian": "minor", "moll": "minor",
    "dor": "dorian", "phr": "phrygian", "phryg": "phrygian", "lyd": "lydian", "mix": "mixolydian",
    "mixo": "mixolydian", "mixolyd": "mixolydian", "loc": "locrian",
}  # fmt: skip
_FORM = re.compile(
    r"\s*([A-Ga-g])(##|bb|♯♯|♭♭|[#b♯♭x𝄪𝄫]|[ -]?(?i:sharp|flat)(?![a-z]))?\s*(?::|-(?=[A-Za-z]))?\s*([A-Za-z]+|-)?\s*"
)


class Key(Struct, frozen=True, dict=True):
    """A tonic (a place on the line of fifths) and a mode."""

    tonic: int
    mode: Mode = "major"

    @staticmethod
    def parse(text: str) -> Key:
        """Read "Ab", "C major", "A minor", "Am", "a", "F# dorian", "Bb:min". Raises KeySyntaxError."""
        return _parse(text)

    @property
    def symbol(self) -> str:
        """The short name: "Ab", "Am", "D dorian"."""
        tail = {"major": "", "minor": "m"}.get(self.mode, f" {self.mode}")
        return name(self.tonic) + tail

    @property
    def pc(self) -> int:
        """The tonic's pitch class, 0 to 11."""
        return pitch_class(self.tonic)

    @property
    def is_minor(self) -> bool:
        """Whether the third above the tonic is minor (minor, dorian, phrygian, locrian)."""
        return _SIGNATURE_SHIFT[self.mode] <= -2

    @property
    def signature(self) -> int:
        """The key signature, -7 (seven flats) to 7 (seven sharps); beyond that, the one of the key's other spelling."""
        shift = self.tonic + _SIGNATURE_SHIFT[self.mode]
        return shift - 12 if shift > 7 else shift + 12 if shift < -7 else shift

    @cached_property
    def scale(self) -> tuple[int, ...]:
        """The seven notes from the tonic up, as fifths; natural minor for minor."""
        first = self.tonic + _SIGNATURE_SHIFT[self.mode] - 1
        pc = self.pc
        return tuple(sorted(range(first, first + 7), key=lambda note: (pitch_class(note) - pc) % 12))

    @cached_property
    def spellings(self) -> tuple[int, ...]:
        """The usual spelling of each pitch class 0 to 11 in this key, as fifths: scale notes, else b2 b3 #4 b6 b7 …"""
        diatonic = {pitch_class(note): note for note in self.scale}
        return tuple(diatonic.get(pc, nearest_spelling(pc, self.tonic)) for pc in range(12))

    def spell(self, pc: int) -> str:
        """The usual name of a pitch class in this key: 1 is "Db" in Ab, "C#" in A."""
        return name(self.spellings[pc % 12])

    def step_of(self, note: int) -> tuple[int, int]:
        """Where a spelled note stands: (scale step 0–6, how far it is raised or lowered from the scale's note)."""
        step = (note - self.tonic) * 4 % 7
        return step, (note - self.scale[step]) // 7

    def transposed(self, interval_fifths: int) -> Key:
        """The same mode on a tonic moved along the line of fifths: +1 is up a fifth, +2 a whole tone."""
        return Key(self.tonic + interval_fifths, self.mode)


def practical_key(key: Key) -> tuple[Key, str]:
    """A key that sounds the same with at most seven accidentals, and a note for the reader ("" if unchanged)."""
    shift = key.signature - (key.tonic + _SIGNATURE_SHIFT[key.mode])
    if not shift:
        return key, ""
    usual = key.transposed(shift)
    return usual, f"{key.symbol} needs more than seven accidentals; written as {usual.symbol}, which sounds the same"


def usual_keys(mode: Mode = "major") -> tuple[Key, ...]:
    """The twelve keys of a mode from C up, each with the fewest accidentals (Gb before F#, Ebm before D#m)."""
    shift = _SIGNATURE_SHIFT[mode]
    return tuple(Key(nearest_spelling(pc, -1 - shift), mode) for pc in range(12))


def keys_named(words: str, mode: Mode = "major") -> tuple[Key, ...]:
    """Keys parted by commas; or "all": the twelve of a mode, falling by fifths from C (or A minor); "major", "minor".

    Raises KeySyntaxError.
    """
    word = words.strip().lower()
    if word not in ("all", "major", "minor"):
        return tuple(Key.parse(one) for one in words.split(",") if one.strip())
    asked: Mode = mode if word == "all" else "minor" if word == "minor" else "major"
    twelve = usual_keys(asked)
    first = 9 if asked == "minor" else 0
    return tuple(twelve[(first + 5 * step) % 12] for step in range(12))


@lru_cache(maxsize=512)
def _parse(text: str) -> Key:
    found = _FORM.fullmatch(text)
    if found is None:
        raise KeySyntaxError(f"unknown key {text!r}", why="a key is a note and a mode", mend=_mend(text))
    letter, sign, word = found.groups(default="")
    mode = _mode(letter, word)
    if mode is None:
        near = get_close_matches(word.lower(), _MODE_WORDS, n=1, cutoff=0.5)
        mend = f"did you mean {letter.upper()}{sign} {_MODE_WORDS[near[0]]}?" if near else f"modes: {', '.join(MODES)}"
        raise KeySyntaxError(f"unknown key {text!r}", why=f"there is no mode {word!r}", mend=mend)
    spoken = sign.strip(" -").lower()
    shift = {"sharp": 1, "flat": -1}.get(spoken)
    shift = ACCIDENTALS[sign] if shift is None else shift
    return Key(LETTERS.index(letter.upper()) - 1 + 7 * shift, mode)


def _mode(letter: str, word: str) -> Mode | None:
    if not word:
        return "major" if letter.isupper() else "minor"
    if word == "M":
        return "major"
    return _MODE_WORDS.get(word.lower())


def _mend(text: str) -> str:
    if text.strip()[:1].upper() == "H":
        return "German H is B: write 'B' or 'Bm'"
    return "write it like Ab, C major, A minor, Am or F# dorian"
