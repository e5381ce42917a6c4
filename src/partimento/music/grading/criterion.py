"""What a sentence asks a player to play: "play a rootless Dm7 voicing" as values. Leaves judging to `performed`.

Every word must be understood: a wish that would not be judged is refused, not passed over.
"""

from __future__ import annotations

import re
from re import RegexFlag
from typing import Final, Literal, NoReturn

from msgspec import Struct

from partimento.core.errors import BadInput, ChordSyntaxError
from partimento.music.chord import Chord
from partimento.music.key import Key
from partimento.music.roman import ROMANS, chord_of
from partimento.music.scale import Scale, kinds
from partimento.music.score import Hand
from partimento.music.voicing.reach import KINDS
from partimento.music.voicing.reach import Kind as Voicing

Direction = Literal["up", "down", "up and down"]

_LONGEST: Final = 300
_NOTE: Final = r"[A-G](?:##|bb|[#b♯♭]|[ -](?:sharp|flat)\b)?"
_NUMBERS: Final = {"one": 1, "two": 2, "three": 3, "four": 4, "a": 1, "an": 1, "1": 1, "2": 2, "3": 3, "4": 4}
_INVERSIONS: Final = {"root": 0, "first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3}
_STEP: Final = r"[b#♭♯]?(?:VII|III|VI|IV|II|V|I|vii|iii|vi|iv|ii|v|i)(?:maj7|M7|m7b5|[°oøØ]?7|6|9|[°oøØ+])?"
_SPOKEN: Final = {
    "major seventh": "maj7", "major seven": "maj7", "major 7": "maj7", "minor seventh": "m7", "minor seven": "m7",
    "minor 7": "m7", "dominant seventh": "7", "dominant seven": "7", "dominant 7": "7", "half-diminished": "m7b5",
    "half diminished": "m7b5", "diminished seventh": "dim7", "diminished": "dim", "augmented": "aug", "major": "",
    "minor": "m", "sus4": "sus4", "sus2": "sus2", "seventh": "7",
}  # fmt: skip
_SEVENTHS: Final = {
    "major": ("Imaj7", "ii7", "iii7", "IVmaj7", "V7", "vi7", "viiø7"),
    "minor": ("i7", "iiø7", "bIIImaj7", "iv7", "V7", "bVImaj7", "bVII7"),
}
_OF_CHORDS: Final = frozenset({"major", "minor", "augmented", "diminished"})
"""Names of scales that, by themselves, are names of chords."""
_SPELLED: Final = {
    "drop2": "drop[ -]?(?:2|two)", "drop3": "drop[ -]?(?:3|three)", "neosoul": "neo[ -]?soul",
    "fourpart": "four[ -]?part", "shell": "shell(?: voicing)?",
}  # fmt: skip
_FILLING: Final = frozenset(
    "play please a an the in on of with using as and then me your my chord chords voicing voicings voiced position "
    "form grip triad progression starting from now piano keyboard hand hands key it for".split()
)
_EXAMPLES: Final = (
    'write it like "play a rootless Dm7 voicing", "play G7 in first inversion", "play the ii-V-I in Bb in shells" or '
    '"play a C minor pentatonic scale in the right hand up two octaves"'
)


class Criterion(Struct, frozen=True, kw_only=True):
    """Chords to play one after another, or a `scale` (arpeggios too: `tones`) to run; what is None is free.

    `inversion` counts from 0, root position; `tones` are pitch classes from the tonic up.
    """

    text: str
    chords: tuple[str, ...] = ()
    voicing: Voicing | None = None
    inversion: int | None = None
    scale: str = ""
    tones: tuple[int, ...] = ()
    hand: Hand | Literal["both"] | None = None
    direction: Direction | None = None
    octaves: int | None = None
    key: str = "C"

    @staticmethod
    def parse(text: str) -> Criterion:
        """Read a sentence. Raises BadInput with examples for what cannot be judged."""
        plain = " ".join(text.replace("–", "-").replace("—", "-").split())
        if not plain or len(plain) > _LONGEST:
            raise BadInput(
                "the criterion is empty" if not plain else "the criterion is too long",
                why=f"it is one sentence of {_LONGEST} letters at most",
                mend=_EXAMPLES,
            )
        return _Reading(plain).criterion()


class _Reading:
    """A sentence from which what has been understood is crossed out."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.rest = text.rstrip(".!?")

    def take(self, pattern: str, flags: RegexFlag = re.IGNORECASE) -> re.Match[str] | None:
        """The first match, crossed out."""
        found = re.search(pattern, self.rest, flags)
        if found is not None:
            self.rest = f"{self.rest[: found.start()]} , {self.rest[found.end() :]}"
        return found

    def criterion(self) -> Criterion:
        hand = self._hand()
        inversion = self._inversion()
        octaves = self.take(r"\b(one|two|three|four|an|[1-4])[ -]octaves?\b")
        direction = self._direction()
        voicing = self._voicing()
        scale, tones = self._scale()
        key = self._key()
        chords = () if scale else self._chords(key)
        if not scale and not chords:
            self._refuse("it names no chord, progression or scale")
        self._check_nothing_left()
        found = Criterion(
            text=self.text, chords=chords, voicing=voicing, inversion=inversion, scale=scale, tones=tones, hand=hand,
            direction=direction, octaves=_NUMBERS[octaves[1].lower()] if octaves else None,
            key=(key or _home(scale, chords)).symbol,
        )  # fmt: skip
        return self._checked(found)

    def _hand(self) -> Hand | Literal["both"] | None:
        if self.take(r"\b(?:both hands|hands together|two hands)\b"):
            return "both"
        found = self.take(r"\b(?:(left|right)[ -]hand(?: alone| only)?|([LR])\.?H\.?(?!\w))")
        if found is None:
            return None
        return "left" if (found[1] or found[2]).lower().startswith("l") else "right"

    def _inversion(self) -> int | None:
        found = self.take(r"\b(?:(root) position|(first|second|third|1st|2nd|3rd) inversion)\b")
        return None if found is None else _INVERSIONS[(found[1] or found[2]).lower()]

    def _direction(self) -> Direction | None:
        if self.take(r"\b(?:up and (?:back )?down|ascending and descending)\b"):
            return "up and down"
        found = self.take(r"\b(?:(up(?:wards?)?|ascending)|(down(?:wards?)?|descending))\b")
        return None if found is None else "up" if found[1] else "down"

    def _voicing(self) -> Voicing | None:
        for kind in KINDS:
            if self.take(rf"\b{_SPELLED.get(kind, kind)}s?\b"):
                return kind
        return None

    def _scale(self) -> tuple[str, tuple[int, ...]]:
        """The scale named, the longest name first; or the tones of an arpeggio."""
        if found := self.take(r"\barpeggios?\b"):
            named = self._chords(None)
            if len(named) != 1:
                self._refuse("an arpeggio is of one chord")
            chord = Chord.parse(named[0])
            root = chord.root or 0
            return f"{named[0]} arpeggio", tuple((root + step) % 12 for step in sorted(s % 12 for s in chord.intervals))
        words = sorted({word for kind in kinds().values() for word in (kind.name, *kind.also) if word}, key=len)[::-1]
        names = "|".join(re.escape(word).replace(r"\ ", r"[ -]") for word in words)
        plain = RegexFlag(0)
        if found := self.take(rf"\b((?i:{names}))[ -](?i:scale|mode) (?:in|on|from) ({_NOTE})(?![\w#])", plain):
            return Scale.parse(f"{found[2]} {found[1].replace('-', ' ')}").symbol, ()
        if found := self.take(rf"\b({_NOTE})[ -]((?i:{names}))[ -](?i:scale|mode)\b", plain):
            return Scale.parse(f"{found[1]} {found[2].replace('-', ' ')}").symbol, ()
        if found := self.take(rf"\b({_NOTE}) (?i:scale)\b", plain):
            return Scale.parse(f"{found[1]} major").symbol, ()
        # without the word scale, a name that is no chord's either: "D Dorian", and not "C major"
        names = "|".join(re.escape(word).replace(r"\ ", r"[ -]") for word in words if word.lower() not in _OF_CHORDS)
        found = self.take(rf"\b({_NOTE})[ -]((?i:{names}))(?!\w)", plain)
        return (Scale.parse(f"{found[1]} {found[2].replace('-', ' ')}").symbol, ()) if found else ("", ())

    def _key(self) -> Key | None:
        found = self.take(rf"\bin (?:the key of )?({_NOTE})(m(?!\w)|[ -](?:major|minor)\b)?(?![\w#])", RegexFlag(0))
        return None if found is None else Key.parse(f"{found[1]} {(found[2] or '').strip(' -')}".strip())

    def _chords(self, key: Key | None) -> tuple[str, ...]:
        steps = self.take(rf"(?<![\w-])({_STEP}(?:-{_STEP})+|[1-7](?:-[1-7])+)(?![\w-])", RegexFlag(0))
        if steps is not None:
            if key is None:
                self._refuse("a progression in numerals needs its key")
            every = steps[1].split("-")
            return tuple(_symbol(step, key, any(one.islower() for one in every)) for step in every)
        spoken = "|".join(sorted(map(re.escape, _SPOKEN), key=len, reverse=True))
        chords: list[tuple[int, str]] = []
        for found in re.finditer(rf"\b({_NOTE})[ -]((?i:{spoken}))\b", self.rest):
            root = re.sub(r"[ -]flat", "b", re.sub(r"[ -]sharp", "#", found[1]))
            chords.append((found.start(), Chord.parse(root + _SPOKEN[found[2].lower()]).symbol))
            self._blank(found.start(), found[0])
        for found in re.finditer(r"(?<!\S)[A-G][^\s|]*", self.rest):
            word = found[0].rstrip(",;:")
            if word == "A":
                continue
            try:
                chords.append((found.start(), Chord.parse(word).symbol))
            except ChordSyntaxError:
                continue
            self._blank(found.start(), word)
        if not chords and self.take(r"(?<!\S)A(?![\w#])", RegexFlag(0)):  # else it is the article
            chords.append((0, "A"))
        return tuple(symbol for _, symbol in sorted(chords))

    def _blank(self, start: int, word: str) -> None:
        """What has been read becomes blanks, so that all else keeps its place."""
        self.rest = self.rest[:start] + " " * len(word) + self.rest[start + len(word) :]

    def _check_nothing_left(self) -> None:
        words = [word for word in re.split(r"[^\w#'-]+", self.rest.lower()) if word.strip("-'")]
        strange = [word for word in words if word not in _FILLING]
        if strange:
            self._refuse(f"nothing is known of {', '.join(map(repr, strange))}")

    def _checked(self, found: Criterion) -> Criterion:
        if found.scale and (found.voicing or found.inversion is not None):
            self._refuse("a scale has no voicing and no inversion")
        if found.chords and (found.direction or found.octaves):
            self._refuse("chords run neither up nor down: an arpeggio does")
        if found.chords and found.inversion:
            for symbol in found.chords:
                if bass_of(symbol, found.inversion) is None:
                    self._refuse(f"{symbol} has no inversion {found.inversion}: it has too few tones")
        return found

    def _refuse(self, why: str) -> NoReturn:
        raise BadInput(f"cannot judge {self.text!r}", why=why, mend=_EXAMPLES)


def bass_of(symbol: str, inversion: int) -> int | None:
    """The pitch class that is lowest in an inversion (0: root position); None where the chord has none such."""
    chord = Chord.parse(symbol)
    if chord.root is None:
        return None
    if inversion == 0:
        return chord.bass
    at = {degree: (chord.root + step) % 12 for degree, step in zip(chord.degrees, chord.intervals, strict=True)}
    names = (("3", "b3", "4", "2"), ("5", "b5", "#5"), ("7", "b7", "bb7", "6", "b6"))[inversion - 1]
    return next((at[name] for name in names if name in at), None)


def _home(scale: str, chords: tuple[str, ...]) -> Key:
    """The key whose note names suit what is asked, where none is named."""
    if scale:
        return Key.parse(re.split(r"[^A-G#b]", scale)[0])
    return Key(Chord.parse(chords[0]).root_fifths or 0)


def _symbol(step: str, key: Key, tells_quality: bool) -> str:
    """A numeral as a chord: one without figures takes the seventh that the key gives it, as players mean it.

    `tells_quality`: whether small numerals stand beside large ones, so that a large VI is a dominant.
    """
    table = _SEVENTHS["minor" if key.is_minor else "major"]
    plain = step.replace("♭", "b").replace("♯", "#")
    if plain.isdigit():
        return chord_of(table[int(plain) - 1], key).symbol
    if plain.upper() not in ROMANS:
        return chord_of(plain.replace("M7", "maj7"), key).symbol
    usual = table[ROMANS.index(plain.upper())]
    is_usual = plain.islower() == usual.lstrip("b#")[0].islower()
    return chord_of(usual if is_usual or not tells_quality else f"{plain}7", key).symbol
