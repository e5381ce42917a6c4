"""Which scale a player uses over a chord in its place, why, and which of its notes to lean on or to pass by.

The principle: the chord's own notes, and between them the key's. A dominant is judged by where it goes. Takes what a
chord does from `analysis` (as a function), the scales from `scale`.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from msgspec import Struct

from partimento.music.analysis.explain import listed
from partimento.music.analysis.facts import Function
from partimento.music.chord import Chord
from partimento.music.key import Key
from partimento.music.pitch import name, pitch_class
from partimento.music.roman import applied_target, is_diatonic
from partimento.music.scale import Scale, scale_of, scale_on, scales_holding

MOST: Final = 4

_MODES: Final = ("major", "Mixolydian", "Dorian", "natural minor", "Lydian", "Phrygian", "Locrian")
_MINOR: Final = ("Dorian", "natural minor", "Phrygian", "melodic minor", "harmonic minor")
_MAJOR: Final = ("major", "Lydian", "Lydian augmented", "Ionian #5")
# The first that fits is the one with the fewest notes foreign to the key.
_BY_QUALITY: Final[dict[str, tuple[str, ...]]] = {
    "maj": ("major", "Lydian", "Mixolydian"), "maj7": _MAJOR, "6": ("major", "Lydian"),
    "min": _MINOR, "min7": _MINOR, "min6": ("melodic minor", "Dorian"), "minmaj7": ("melodic minor", "harmonic minor"),
    "dim": ("Locrian", "Locrian nat 2", "ultralocrian"), "dim7": ("whole-half diminished", "ultralocrian"),
    "hdim7": ("Locrian", "Locrian nat 2"), "aug": ("Lydian augmented", "Ionian #5", "whole tone"), "sus": _MODES,
    "sus7": ("Mixolydian", "Dorian", "Phrygian"), "5": _MODES,
}  # fmt: skip
# A dominant is played by where it goes; the order is the players' own.
_TO_MINOR: Final = ("Phrygian dominant", "altered", "half-whole diminished", "Mixolydian b6", "whole tone")
_TO_MAJOR: Final = (
    "Mixolydian", "half-whole diminished", "Phrygian dominant", "altered", "Mixolydian b6", "Lydian dominant",
    "whole tone",
)  # fmt: skip
_STATIC: Final = ("Lydian dominant", "Mixolydian", "half-whole diminished", "whole tone", "altered", "Mixolydian b6")
_HOME: Final = ("Mixolydian", "Lydian dominant", "half-whole diminished", "whole tone", "altered", "Mixolydian b6")
_DOMINANTS: Final = ("7", "aug7", "sus7")
_MAJOR_LIKE: Final = (*_DOMINANTS, "maj", "aug")
# semitones above the root → the tension's name; 3 is one only beside a major third
_TENSIONS: Final = {1: "b9", 2: "9", 3: "#9", 5: "11", 6: "#11", 8: "b13", 9: "13"}


class ChordScale(Struct, frozen=True):
    """A scale over a chord: "G Mixolydian", its notes from the root up, and why it fits.

    `tensions` ("9", "#11", "b13") are the other notes free to be held, `avoid` the names of those better passed by.
    """

    scale: str
    notes: tuple[str, ...]
    tensions: tuple[str, ...]
    avoid: tuple[str, ...]
    reason: str


def chord_scales(chord: Chord, key: Key, function: Function, following: Chord | None = None) -> tuple[ChordScale, ...]:
    """The scales for a chord that does this in a key and leads there, the first choice first; none for N.C."""
    if chord.root_fifths is None:
        return ()
    return _scales(chord.symbol, key, function, _goes_to_minor(chord, key, function, following))


def _goes_to_minor(chord: Chord, key: Key, function: Function, following: Chord | None) -> bool:
    """Whether a dominant leads to a minor chord: the one that follows a fifth below, else its usual goal."""
    if chord.quality not in _MAJOR_LIKE or function in ("tonic", "subdominant", "substitute dominant"):
        return False
    if following is not None and chord.root is not None and following.root == (chord.root + 5) % 12:
        return "b3" in following.degrees
    if function == "dominant":
        return key.is_minor
    target = applied_target(chord, key)
    return target is not None and target[1]


@lru_cache(maxsize=8192)
def _scales(symbol: str, key: Key, function: Function, to_minor: bool) -> tuple[ChordScale, ...]:
    chord = Chord.parse(symbol)
    root = chord.root_fifths or 0
    tones = {((chord.root or 0) + step) % 12 for step in chord.intervals}
    if chord.quality == "7":  # an altered scale leaves a dominant's plain fifth out
        tones.discard(((chord.root or 0) + 7) % 12)
    raised_fifth = "#5" in chord.degrees and "5" not in chord.degrees
    by_way = _by_way(chord, key, function, to_minor)
    candidates = [scale_on(root, kind) for kind in by_way or _BY_QUALITY[chord.quality or "5"]]
    fitting = [
        scale
        for scale in candidates
        if tones <= scale.pitch_classes and not (raised_fifth and 7 in scale.kind.semitones)
    ]
    if not fitting:
        fitting = list(scales_holding(tones, root))
    elif not by_way:
        own = {pitch_class(note) for note in key.scale}
        foreign = {scale.kind.name: len(scale.pitch_classes - own) for scale in fitting}
        fitting.sort(key=lambda scale: foreign[scale.kind.name])
        fitting = [scale for scale in fitting if foreign[scale.kind.name] <= foreign[fitting[0].kind.name] + 1]
    return tuple(_chord_scale(chord, scale, key, function, to_minor) for scale in fitting[:MOST])


def _by_way(chord: Chord, key: Key, function: Function, to_minor: bool) -> tuple[str, ...]:
    """The players' order for a chord that custom judges by where it goes or comes from; none where the key decides."""
    quality = chord.quality or "5"
    if to_minor and quality != "sus7":
        return _TO_MINOR
    if quality == "maj" and function == "applied dominant":
        return _TO_MAJOR
    if quality == "aug" and function in ("dominant", "applied dominant"):
        return ("whole tone", "altered")
    if quality in ("7", "aug7"):
        if function in ("dominant", "applied dominant"):
            return _TO_MAJOR
        return _HOME if function in ("tonic", "subdominant") else _STATIC
    if quality in ("dim", "dim7") and function == "passing":
        return _BY_QUALITY["dim7"]
    strange = not is_diatonic(chord, key)
    by_custom = quality in ("min", "min7", "min6")
    at_home = chord.root == key.pc and quality in ("maj", "maj7", "6")
    return _BY_QUALITY[quality] if strange and (by_custom or at_home) else ()


def _chord_scale(chord: Chord, scale: Scale, key: Key, function: Function, to_minor: bool) -> ChordScale:
    root = chord.root_fifths or 0
    spelled = dict(
        zip((step % 12 for step in chord.intervals), (root + step for step in chord.shape.fifths), strict=True)
    )
    notes = {step: spelled.get(step, note) for step, note in zip(scale.kind.semitones, scale.fifths, strict=True)}
    avoid = _avoided(chord, set(spelled), list(notes))
    tensions = [
        _TENSIONS[step]
        for step in notes
        if step in _TENSIONS and step not in spelled and step not in avoid and (step != 3 or 4 in spelled)
    ]
    return ChordScale(
        scale.symbol,
        tuple(name(note) for note in notes.values()),
        tuple(sorted(tensions, key=lambda label: int(label.lstrip("b#")))),
        tuple(name(notes[step]) for step in avoid),
        _reason(scale, key, function, to_minor),
    )


def _avoided(chord: Chord, tones: set[int], steps: list[int]) -> list[int]:
    """Steps (semitones) a half tone above a chord tone; over a dominant only the fourth beside the third is one."""
    if chord.quality in _DOMINANTS:
        return [5] if 5 in steps and 4 in tones and 5 not in tones else []
    return [step for step in steps if step not in tones and (step - 1) % 12 in tones and step not in (10, 11)]


def _reason(scale: Scale, key: Key, function: Function, to_minor: bool) -> str:
    own = {pitch_class(note) for note in key.scale}
    home = scale_of(key).symbol
    strange = [name(note) for note in scale.fifths if pitch_class(note) not in own]
    kind = scale.kind.name
    if kind == "Phrygian dominant" and to_minor:
        return f"the notes of {name(scale.tonic - 1)} harmonic minor, where it leads"
    if not strange:
        return f"the notes of {home} from {name(scale.tonic)} up" if scale.tonic != key.tonic else "the key itself"
    if kind == "Lydian dominant" and function not in ("dominant", "applied dominant"):
        return "its #11 stays clear of the third, as is usual where a dominant does not fall a fifth"
    by_custom = {
        "altered": "every tension altered (b9 #9 #11 b13): the strongest pull",
        "half-whole diminished": "b9 and #9 beside a natural 13",
        "whole tone": "no half steps anywhere",
        "whole-half diminished": "each chord tone and the note a whole step above it",
    }.get(kind)
    return by_custom or f"{home}, but with {listed(strange)}"
