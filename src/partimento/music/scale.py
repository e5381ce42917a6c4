"""Scales and modes by the names players use: their notes, spelled, and how they are related. Knows no chord.

A scale is a tonic and a kind. Kinds are written as degrees of the major scale on the same tonic ("1 b2 b3 4 5 b6 b7"),
so the letters come out right by themselves; which scale goes with which chord is `chord_scale`'s.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, cached_property, lru_cache
from typing import Final, Literal

from msgspec import Struct

from partimento.core.errors import BadInput, UnknownName
from partimento.music.key import Key
from partimento.music.pitch import ACCIDENTALS, fifths, name, pitch_class

Family = Literal[
    "major", "harmonic minor", "melodic minor", "harmonic major", "double harmonic", "symmetric", "pentatonic", "blues",
    "bebop",
]  # fmt: skip


class Kind(Struct, frozen=True, dict=True):
    """A scale without its tonic. `degrees` rise from the tonic; `also` are other names in use."""

    name: str
    family: Family
    degrees: tuple[str, ...]
    also: tuple[str, ...] = ()

    @cached_property
    def fifths(self) -> tuple[int, ...]:
        """The notes above the tonic on the line of fifths."""
        return tuple(_place(degree) for degree in self.degrees)

    @cached_property
    def semitones(self) -> tuple[int, ...]:
        """The notes above the tonic in semitones, rising from 0."""
        return tuple(pitch_class(step) for step in self.fifths)


def _place(degree: str) -> int:
    signs, number = degree[:-1], int(degree[-1])
    return Key(0).scale[number - 1] + 7 * ACCIDENTALS[signs]


# Name, degrees, other names. Families of seven notes: each next kind is the mode on the next step of the first.
_TABLES: Final[dict[Family, str]] = {
    "major": """
        major 1 2 3 4 5 6 7 = Ionian, major scale
        Dorian 1 2 b3 4 5 6 b7
        Phrygian 1 b2 b3 4 5 b6 b7
        Lydian 1 2 3 #4 5 6 7
        Mixolydian 1 2 3 4 5 6 b7 = dominant scale
        natural minor 1 2 b3 4 5 b6 b7 = Aeolian, minor, pure minor
        Locrian 1 b2 b3 4 b5 b6 b7
    """,
    "harmonic minor": """
        harmonic minor 1 2 b3 4 5 b6 7
        Locrian nat 6 1 b2 b3 4 b5 6 b7 = Locrian #6
        Ionian #5 1 2 3 4 #5 6 7 = Ionian augmented, augmented major
        Dorian #4 1 2 b3 #4 5 6 b7 = Ukrainian Dorian, Romanian minor
        Phrygian dominant 1 b2 3 4 5 b6 b7 = Mixolydian b9 b13, Mixolydian b2 b6, Spanish Phrygian, Freygish
        Lydian #2 1 #2 3 #4 5 6 7 = Lydian #9
        ultralocrian 1 b2 b3 b4 b5 b6 bb7 = altered bb7, superlocrian bb7
    """,
    "melodic minor": """
        melodic minor 1 2 b3 4 5 6 7 = jazz minor, melodic minor ascending
        Dorian b2 1 b2 b3 4 5 6 b7 = Phrygian nat 6, Phrygian #6
        Lydian augmented 1 2 3 #4 #5 6 7 = Lydian #5
        Lydian dominant 1 2 3 #4 5 6 b7 = Lydian b7, acoustic scale, overtone scale, Mixolydian #11
        Mixolydian b6 1 2 3 4 5 b6 b7 = Mixolydian b13, Aeolian dominant, Hindu
        Locrian nat 2 1 2 b3 4 b5 b6 b7 = Locrian #2, half-diminished scale, Aeolian b5, Locrian nat 9
        altered 1 b2 b3 b4 b5 b6 b7 = altered scale, super Locrian, superlocrian, diminished whole tone
    """,
    "harmonic major": """
        harmonic major 1 2 3 4 5 b6 7 = Ionian b6
        Dorian b5 1 2 b3 4 b5 6 b7
        Phrygian b4 1 b2 b3 b4 5 b6 b7
        Lydian b3 1 2 b3 #4 5 6 7 = Lydian diminished, melodic minor #4
        Mixolydian b2 1 b2 3 4 5 6 b7 = Mixolydian b9
        Lydian augmented #2 1 #2 3 #4 #5 6 7
        Locrian bb7 1 b2 b3 4 b5 b6 bb7
    """,
    "double harmonic": """
        double harmonic 1 b2 3 4 5 b6 7 = Byzantine, Arabic, double harmonic major, gypsy major
        Lydian #2 #6 1 #2 3 #4 5 #6 7
        ultraphrygian 1 b2 b3 b4 5 b6 bb7
        Hungarian minor 1 2 b3 #4 5 b6 7 = gypsy minor, double harmonic minor
    """,
    "symmetric": """
        whole tone 1 2 3 #4 #5 b7 = whole-tone
        half-whole diminished 1 b2 #2 3 #4 5 6 b7 = dominant diminished, half-whole, half-whole octatonic, octatonic
        whole-half diminished 1 2 b3 4 b5 b6 6 7 = diminished, whole-half, whole-half octatonic, diminished scale
        augmented 1 #2 3 5 #5 7 = augmented hexatonic
    """,
    "pentatonic": """
        major pentatonic 1 2 3 5 6 = pentatonic
        minor pentatonic 1 b3 4 5 b7
        suspended pentatonic 1 2 4 5 b7 = Egyptian
    """,
    "blues": """
        blues 1 b3 4 b5 5 b7 = minor blues, blues scale
        major blues 1 2 b3 3 5 6
    """,
    "bebop": """
        bebop dominant 1 2 3 4 5 6 b7 7 = bebop Mixolydian, bebop
        bebop major 1 2 3 4 5 #5 6 7
        bebop Dorian 1 2 b3 3 4 5 6 b7 = bebop minor
        bebop melodic minor 1 2 b3 4 5 #5 6 7
    """,
}
_LINE: Final = re.compile(r"(?P<name>\D.*?) (?P<degrees>1(?: [b#]*[1-7]){4,8})(?: = (?P<also>.*))?")
_FORM: Final = re.compile(r"\s*([A-Ga-g])(##|bb|x|[#b♯♭]|[ -](?i:sharp|flat)\b)?[ -]\s*(.+?)(?:\s+(?:scale|mode))?\s*")
_SEVEN: Final = ("major", "harmonic minor", "melodic minor", "harmonic major", "double harmonic")


@cache
def kinds() -> dict[str, Kind]:
    """Every kind of scale by its name, families and their modes in order."""
    read = [
        Kind(one["name"], family, tuple(one["degrees"].split()), tuple(filter(None, (one["also"] or "").split(", "))))
        for family, lines in _TABLES.items()
        for line in lines.strip().splitlines()
        if (one := _LINE.fullmatch(line.strip())) is not None
    ]
    return {kind.name: kind for kind in read}


@cache
def _by_word() -> dict[str, Kind]:
    return {_plain(word): kind for kind in kinds().values() for word in (kind.name, *kind.also) if word}


def _plain(word: str) -> str:
    text = word.lower().replace("♮", "nat ").replace("♭", "b").replace("♯", "#").replace("natural ", "nat ")
    text = re.sub(r"\bflat[ -](?=\d)", "b", re.sub(r"\bsharp[ -](?=\d)", "#", text))
    text = "nat minor" if text == "natural minor" else text
    return re.sub(r"[\s_-]+", " ", re.sub(r"nat(?:ural)?\s*(?=\d)", "nat ", text)).strip()


def kind_of(word: str) -> Kind:
    """The kind a name means: "Lydian dominant", "super Locrian", "Aeolian". Raises UnknownName with the nearest."""
    plain = _plain(word)
    found = _by_word().get(plain) or _by_word().get(plain.removesuffix(" scale").removesuffix(" mode"))
    if found is None:
        raise UnknownName("scale", word, kinds())
    return found


class Scale(Struct, frozen=True, dict=True):
    """A kind of scale on a tonic (a place on the line of fifths)."""

    tonic: int
    kind: Kind

    @staticmethod
    def parse(text: str) -> Scale:
        """Read "C Lydian dominant", "F# altered", "Bb major". Raises BadInput, UnknownName."""
        found = _FORM.fullmatch(text)
        if found is None:
            raise BadInput(
                f"cannot read the scale {text!r}", why="a scale is a note and a name", mend="write it like D Dorian"
            )
        letter, sign, word = found.groups(default="")
        spoken = {"sharp": "#", "flat": "b"}.get(sign.strip(" -").lower(), sign)
        return Scale(fifths(letter.upper() + spoken), kind_of(word))

    @property
    def symbol(self) -> str:
        """The name with its tonic: "D Dorian"."""
        return f"{name(self.tonic)} {self.kind.name}"

    @cached_property
    def fifths(self) -> tuple[int, ...]:
        """The notes from the tonic up, as places on the line of fifths.

        Seven letters demand E# or Cb in their turn; a symmetric scale has no such claim and takes the plain name.
        """
        notes = (self.tonic + step for step in self.kind.fifths)
        return tuple(_plainest(note) for note in notes) if self.kind.family == "symmetric" else tuple(notes)

    @property
    def notes(self) -> tuple[str, ...]:
        """The names of the notes from the tonic up: ("D", "E", "F", "G", "A", "B", "C")."""
        return tuple(name(note) for note in self.fifths)

    @cached_property
    def pitch_classes(self) -> frozenset[int]:
        return frozenset(pitch_class(note) for note in self.fifths)


def _plainest(note: int) -> int:
    """B# as C, Fb as E, F## as G: another name for a note that lies outside Gb to A#."""
    return note if -6 <= note <= 10 else (note + 6) % 12 - 6


@lru_cache(maxsize=2048)
def scale_on(tonic: int, kind: str) -> Scale:
    """The scale of a kind (by its name) on a spelled tonic. Raises UnknownName."""
    return Scale(tonic, kind_of(kind))


def scale_of(key: Key) -> Scale:
    """The scale of a key: C major, A natural minor, D Dorian."""
    return scale_on(key.tonic, "natural minor" if key.mode == "minor" else key.mode)


def usual_scale(pc: int, kind: Kind) -> Scale:
    """The scale of a kind on a pitch class, its tonic spelled so that the fewest accidentals are needed."""
    tonics = [place for place in range(-6, 11) if pitch_class(place) == pc % 12]
    return Scale(min(tonics, key=lambda tonic: (_signs(tonic, kind), abs(tonic - 2))), kind)


def _signs(tonic: int, kind: Kind) -> int:
    return sum(abs((tonic + step + 1) // 7) for step in kind.fifths)


@cache
def _every_scale() -> tuple[tuple[frozenset[int], Scale], ...]:
    every = [usual_scale(pc, kind) for kind in kinds().values() for pc in range(12)]
    return tuple((scale.pitch_classes, scale) for scale in every)


def scales_holding(pitch_classes: Iterable[int], tonic: int | None = None) -> tuple[Scale, ...]:
    """The scales that hold all these pitch classes (0 to 11), the ones with the fewest other notes first.

    With `tonic`, a spelled note, only those on it, and spelled from it. Modes of one scale are all named.
    """
    wanted = frozenset(pitch_classes)
    if tonic is None:
        found = [scale for held, scale in _every_scale() if wanted <= held]
    else:
        found = [Scale(tonic, kind) for kind in kinds().values()]
        found = [scale for scale in found if wanted <= scale.pitch_classes]
    return tuple(sorted(found, key=lambda scale: len(scale.kind.degrees)))


def parent_of(scale: Scale) -> tuple[Scale, int]:
    """The scale whose mode this is, and on which of its steps (1 to 7): D Dorian is mode 2 of C major.

    A scale that is the first of its family, or has no family of modes, is its own parent on step 1.
    """
    if scale.kind.family not in _SEVEN:
        return scale, 1
    first = next(kind for kind in kinds().values() if kind.family == scale.kind.family)
    for step, place in enumerate(first.fifths):
        if {place + note for note in scale.kind.fifths} == set(first.fifths):
            return Scale(scale.tonic - place, first), step + 1
    return scale, 1


def mode_on(scale: Scale, step: int) -> Scale | None:
    """The mode on a step (1 to 7) of a scale: mode 2 of C major is D Dorian; None where it has no name here."""
    if not 1 <= step <= len(scale.fifths):
        return None
    tonic = scale.fifths[step - 1]
    held = {note - tonic for note in scale.fifths}
    kind = next((kind for kind in kinds().values() if set(kind.fifths) == held), None)
    return None if kind is None else Scale(tonic, kind)


Relation = Literal["same", "parallel", "relative", "enharmonic"]


def relation(one: Scale, other: Scale) -> Relation | None:
    """How two scales are related: parallel (one tonic), relative (the same notes from another tonic), or not."""
    if one == other:
        return "same"
    if one.tonic == other.tonic:
        return "parallel"
    if set(one.fifths) == set(other.fifths):
        return "relative"
    same_sound = one.pitch_classes == other.pitch_classes and pitch_class(one.tonic) == pitch_class(other.tonic)
    return "enharmonic" if same_sound else None
