"""What is so about a chord in its place: where it is borrowed from, what it leads to, which device it is.

Facts are typed and carry no prose (that is `explain`'s); what a chord does in its key is judged by `analysis`. A fact
is found by one short rule on the chord, the chords around it and the key; nothing is told that the rule does not see.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Literal

from msgspec import Struct

from partimento.music.chord import Chord, chord_on
from partimento.music.key import Key, Mode
from partimento.music.pitch import name
from partimento.music.roman import applied_target, is_diatonic, place_of, usual_root

Function = Literal[
    "tonic", "subdominant", "dominant", "applied dominant", "substitute dominant", "borrowed", "passing", "chromatic",
    "none",
]  # fmt: skip
FactKind = Literal[
    "pivot", "extended dominant", "applied dominant", "applied two-five", "related two-five", "substitute two-five",
    "backdoor two-five", "augmented sixth", "tritone substitute", "backdoor", "neapolitan", "common-tone diminished",
    "leading-tone diminished", "passing diminished", "deceptive resolution", "unresolved dominant",
    "cadential six-four", "suspended dominant", "picardy third", "borrowed", "authentic cadence", "deceptive cadence",
    "plagal cadence", "half cadence", "two-five", "minor dominant", "subtonic", "raised step", "blue seventh",
    "modal colour", "chromatic mediant", "outside", "bass",
]  # fmt: skip

DOMINANT_SEVENTHS: Final = ("7", "aug7", "sus7")
MAJOR_LIKE: Final = ("maj", "maj7", "6", "7", "aug", "aug7", "sus", "sus7", "5")
_DIMINISHED: Final = ("dim", "dim7", "hdim7")
_TWO: Final = ("min7", "hdim7", "min")
# Where borrowed chords are looked for, the usual lender first.
_LENDING_MODES: Final[dict[Mode, tuple[Mode, ...]]] = {
    "major": ("minor", "mixolydian", "dorian", "phrygian", "lydian"),
    "minor": ("dorian", "major", "phrygian"),
    "dorian": ("minor", "major", "mixolydian", "phrygian"),
    "phrygian": ("minor", "locrian", "major"),
    "lydian": ("major", "mixolydian", "minor"),
    "mixolydian": ("major", "dorian", "minor"),
    "locrian": ("phrygian", "minor"),
}
# The note that tells a mode from plain major or minor: its step (0–6).
_COLOUR_STEP: Final[dict[Mode, int]] = {"dorian": 5, "phrygian": 1, "lydian": 3, "mixolydian": 6, "locrian": 4}


class Fact(Struct, frozen=True):
    """One thing that is so about a chord; `about` names what it points to: a numeral, a key, a chord symbol, notes."""

    kind: FactKind
    about: str


class Place(Struct, frozen=True):
    """A chord between the ones that sound differently before and after it; None at either end of the progression."""

    chord: Chord
    key: Key
    function: Function
    before: Chord | None = None
    after: Chord | None = None
    beyond: Chord | None = None

    @property
    def above(self) -> int:
        """The root in semitones above the tonic; -1 for no chord."""
        return -1 if self.chord.root is None else (self.chord.root - self.key.pc) % 12

    @property
    def next_above(self) -> int:
        """The following root in semitones above the tonic; -1 where nothing follows."""
        return -1 if self.after is None or self.after.root is None else (self.after.root - self.key.pc) % 12

    @property
    def rises(self) -> int:
        """How many semitones the root moves up to the following one, 0 to 11; -1 where nothing follows."""
        if self.after is None or self.after.root is None or self.chord.root is None:
            return -1
        return (self.after.root - self.chord.root) % 12

    @property
    def reaches_dominant(self) -> bool:
        """Whether the key's dominant follows: on its own root, or as the tonic over the fifth step before it."""
        if self.after is None or self.after.bass != (self.key.pc + 7) % 12:
            return False
        return (self.next_above == 7 and self.after.quality in MAJOR_LIKE) or self.next_above == 0


def suspends_dominant(chord: Chord, key: Key) -> bool:
    """Whether a chord is the dominant with its third suspended, written as another: F/G, Fmaj7/G or Dm7/G in C."""
    if chord.root is None or chord.bass != (key.pc + 7) % 12:
        return False
    kinds = {5: ("maj", "maj7", "6"), 2: ("min", "min7", "hdim7")}.get((chord.root - key.pc) % 12, ())
    return chord.quality in kinds


def borrowed_from(chord: Chord, key: Key) -> Key | None:
    """The parallel key that holds every note of a chord, the usual lender first; None where none does."""
    if chord.root_fifths is None:
        return None
    root = usual_root(key, chord.root_fifths, chord.quality in _DIMINISHED)
    tried = chord_on(root, chord.shape)
    for mode in _LENDING_MODES[key.mode]:
        if is_diatonic(tried, Key(key.tonic, mode)):
            return Key(key.tonic, mode)
    return None


def facts_of(place: Place) -> tuple[Fact, ...]:
    """Everything that is so about a chord in its place, the telling facts first."""
    if place.chord.root is None:
        return ()
    return tuple(fact for find in _FINDERS for fact in find(place))


def _applied(at: Place) -> Iterator[Fact]:
    target = applied_target(at.chord, at.key, at.after)
    if target is None:
        return
    goal, minor = target
    signs, roman = place_of(at.key, goal)
    step = signs + (roman.lower() if minor else roman)
    if at.function != "applied dominant":
        yield Fact("applied two-five", step)
        return
    chained = _falls(at.after, at.beyond) and at.after is not None and at.after.quality in DOMINANT_SEVENTHS
    if chained and at.rises == 5 and at.next_above != 7:
        yield Fact("extended dominant", _symbol(at.after))
    yield Fact("applied dominant", step)


def _two_five(at: Place) -> Iterator[Fact]:
    """A minor chord before the dominant seventh a fourth above it: the ii of the key, or of somewhere else."""
    if at.after is None or at.chord.quality not in _TWO or at.after.quality not in DOMINANT_SEVENTHS or at.rises != 5:
        return
    symbol = at.after.symbol
    if applied_target(at.chord, at.key, at.after) is not None:
        return
    if at.next_above == 7:
        yield Fact("two-five", symbol)
    elif at.next_above == 10 and at.beyond is not None and at.beyond.root == at.key.pc:
        yield Fact("backdoor two-five", symbol)
    elif at.beyond is not None and at.beyond.root is not None and (at.beyond.root - (at.after.root or 0)) % 12 == 11:
        yield Fact("substitute two-five", symbol)
    elif _falls(at.after, at.beyond) or applied_target(at.after, at.key) is not None:
        yield Fact("related two-five", symbol)


def _substitute(at: Place) -> Iterator[Fact]:
    chord, root = at.chord, at.chord.root_fifths or 0
    sixth: list[Fact] = []
    if at.above == 8 and chord.quality == "7" and not chord.is_slash and at.reaches_dominant:
        flat_fifth = bool({"b5", "#11"} & set(chord.degrees))
        kind = "French" if flat_fifth else "German" if "5" in chord.degrees else "Italian"
        sixth = [Fact("augmented sixth", kind)]
    if at.after is not None and at.after.quality not in DOMINANT_SEVENTHS:
        yield from sixth
    if at.function == "substitute dominant":
        yield Fact("tritone substitute", name(usual_root(at.key, root + 6)) + "7")
    if at.after is not None and at.after.quality in DOMINANT_SEVENTHS:
        yield from sixth
    if at.next_above == 0 and at.above == 10 and chord.quality in DOMINANT_SEVENTHS and at.after is not None:
        yield Fact("backdoor", at.after.symbol)
    if at.above == 1 and chord.quality in ("maj", "maj7") and at.reaches_dominant:
        yield Fact("neapolitan", "sixth" if chord.bass == chord.third else _symbol(at.after))


def _diminished(at: Place) -> Iterator[Fact]:
    chord, before, after = at.chord, at.before, at.after
    if chord.quality not in ("dim", "dim7") or after is None or after.root is None or after.bass is None:
        return
    leading = (after.root - 1) % 12
    holds = chord.root == leading or (chord.quality == "dim7" and leading in chord.pitch_classes)
    leads = holds and at.next_above != 0 and after.quality not in _DIMINISHED
    if leads:
        yield Fact("leading-tone diminished", after.symbol)
    if before is not None and before.bass is not None and chord.bass is not None:
        steps = {(chord.bass - before.bass) % 12, (after.bass - chord.bass) % 12}
        if steps in ({1}, {11}):
            yield Fact("passing diminished", f"{before.symbol} to {after.symbol}")
    if not leads and after.root in chord.pitch_classes and "3" in after.degrees:
        yield Fact("common-tone diminished", after.symbol)


def _unresolved(at: Place) -> Iterator[Fact]:
    """A dominant seventh of another step that does not go there."""
    if at.after is None or at.function == "applied dominant" or at.chord.quality not in ("7", "aug7"):
        return
    usual = applied_target(at.chord, at.key)
    if usual is None or at.rises in (5, -1) or at.function == "substitute dominant":
        return
    symbol = name(usual[0]) + ("m" if usual[1] else "")
    deceptive = at.rises == (1 if usual[1] else 2) and ("3" in at.after.degrees) == usual[1]
    yield Fact("deceptive resolution" if deceptive else "unresolved dominant", symbol)


def _dominant_forms(at: Place) -> Iterator[Fact]:
    chord, key = at.chord, at.key
    over_five = chord.bass == (key.pc + 7) % 12
    if over_five and at.above == 0 and chord.seventh is None and at.next_above == 7 and at.reaches_dominant:
        yield Fact("cadential six-four", _symbol(at.after))
    if suspends_dominant(chord, key):
        yield Fact("suspended dominant", name(usual_root(key, chord.bass_fifths or 0)))
    if at.above == 7 and at.function == "dominant" and "b3" in chord.degrees:
        yield Fact("minor dominant", key.spell(key.pc + 11))
    if at.above == 10 and key.is_minor and at.function == "dominant":
        yield Fact("subtonic", key.symbol)
    last_major = at.after is None and at.before is not None and at.above == 0
    if last_major and key.mode == "minor" and chord.quality in ("maj", "6"):
        yield Fact("picardy third", key.symbol)


def _borrowed(at: Place) -> Iterator[Fact]:
    source = borrowed_from(at.chord, at.key) if at.function == "borrowed" else None
    if source is not None:
        yield Fact("borrowed", source.symbol)


def _cadences(at: Place) -> Iterator[Fact]:
    """The cadence a chord makes with the one after it, or at the end by stopping on the dominant."""
    dominant = at.function == "dominant" and at.above == 7 and at.chord.quality in MAJOR_LIKE
    if at.after is None:
        if dominant:
            yield Fact("half cadence", at.chord.symbol)
    elif at.next_above == 0 and at.after.quality not in _DIMINISHED:
        to_six_four = at.after.bass == (at.key.pc + 7) % 12
        if dominant and not to_six_four:
            yield Fact("authentic cadence", at.after.symbol)
        elif at.above == 5 and at.function != "dominant" and at.chord.quality not in DOMINANT_SEVENTHS:
            yield Fact("plagal cadence", at.after.symbol)
    elif (
        dominant
        and at.after.quality not in DOMINANT_SEVENTHS
        and at.next_above == (8 if "3" in at.after.degrees else 9)
    ):
        yield Fact("deceptive cadence", at.after.symbol)


def _colours(at: Place) -> Iterator[Fact]:
    """Notes that tell: from outside the key, or the one that makes a mode what it is."""
    chord, key = at.chord, at.key
    root = usual_root(key, chord.root_fifths or 0, chord.quality in _DIMINISHED)
    notes = [root + step for step in chord.shape.fifths]
    outside = [note for note in notes if note not in key.scale]
    harmonic = {*key.scale, key.tonic + 5}
    if key.mode == "minor" and outside and set(notes) <= harmonic and at.function in ("tonic", "chromatic"):
        yield Fact("raised step", name(key.tonic + 5))
    if key.mode == "major" and at.above in (0, 5) and chord.quality == "7" and at.function in ("tonic", "subdominant"):
        yield Fact("blue seventh", name(root - 2))
    step = _COLOUR_STEP.get(key.mode)
    if step is not None and key.scale[step] in notes and at.above != 0:
        yield Fact("modal colour", name(key.scale[step]))
    alike = chord.quality in (("min",) if key.is_minor else ("maj", "maj7"))
    if alike and at.above in (3, 4, 8, 9) and at.function in ("borrowed", "chromatic"):
        yield Fact("chromatic mediant", name(key.tonic) + ("m" if key.is_minor else ""))
    if at.function == "chromatic" and outside:
        respelled = (chord.root_fifths or 0) - root
        yield Fact("outside", " ".join(name(note + respelled) for note in outside))


def _bass(at: Place) -> Iterator[Fact]:
    if at.chord.is_slash and at.chord.bass_fifths is not None:
        yield Fact("bass", name(at.chord.bass_fifths))


_FINDERS: Final = (
    _applied, _substitute, _two_five, _diminished, _unresolved, _dominant_forms, _borrowed, _cadences, _colours, _bass
)  # fmt: skip


def _symbol(chord: Chord | None) -> str:
    return "" if chord is None else chord.symbol


def _falls(one: Chord | None, other: Chord | None) -> bool:
    """Whether the root falls a fifth from one chord to the other."""
    if one is None or other is None or one.root is None or other.root is None:
        return False
    return (other.root - one.root) % 12 == 5
