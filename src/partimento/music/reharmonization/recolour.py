"""Devices that keep a chord's root and change what stands on it: colours, alterations, delays, moving lines.

Each looks at one spot and yields the changes that are musical there.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from partimento.music.chord import Chord, chord_on
from partimento.music.chord_shape import DEGREES, shape_of
from partimento.music.key import Key
from partimento.music.pitch import name
from partimento.music.reharmonization.spot import DOMINANT, MINOR, Change, Spot, on, replaced
from partimento.music.roman import is_diatonic
from partimento.music.voicing import voicings
from partimento.music.voicing.reach import Kind

_CORE: Final = frozenset({"1", "2", "b3", "3", "4", "b5", "5", "#5"})
_SEVENTHS: Final = frozenset({"b7", "7", "bb7", "6"})

# What a class of chord may add, from which level on; every added tone must belong to the key.
_RICHER: Final[dict[str, tuple[tuple[str, int], ...]]] = {
    "maj": (("maj7", 3), ("7", 3)), "min": (("m7", 3),), "dim": (("m7b5", 3),),
    "maj7": (("maj9", 5), ("maj7#11", 7)), "min7": (("m9", 5), ("m11", 7)), "7": (("9", 5), ("7b9", 6), ("13", 7)),
    "6": (("69", 5),), "min6": (("m69", 5),), "sus7": (("9sus4", 5), ("13sus4", 7)),
}  # fmt: skip
_TRIADS: Final = ("maj", "min", "dim")
_SEVENTH_TONES: Final = 4
_COLOURFUL: Final = ("rootless", "comping", "quartal", "cluster", "neosoul")
_ALTERED: Final = {True: (("7b9", 6), ("7b9b13", 7), ("7alt", 8)), False: (("7b9", 7), ("7#5", 7), ("7alt", 8))}
# Upper structures: suffix, and how far the triad's root lies from the chord's on the line of fifths.
_OVER_MINOR: Final = (("7#9b13", -4),)
_OVER_MAJOR: Final = (("13b9", 3), ("13#11", 2))


def simpler(spot: Spot) -> Iterator[Change]:
    """The chord without its tensions, and without its seventh."""
    chord = spot.chord
    if chord.root_fifths is None:
        return
    labels = set(chord.degrees)
    for kept, level in ((labels & (_CORE | _SEVENTHS), 2), (labels & _CORE, 1)):
        plain = chord_on(chord.root_fifths, shape_of(set(kept)), chord.bass_fifths)
        left_out = [label for label in chord.degrees if label not in plain.degrees]
        if left_out and not kept >= labels and set(plain.degrees) <= labels:
            reason = (
                f"{{s0}} ({{n0}}) is {{old}} without its {' and '.join(left_out)}: the same function, easier to play."
            )
            yield replaced(spot, plain, "simplification", level, reason)


def richer(spot: Spot) -> Iterator[Change]:
    """The chord with a seventh, ninth, eleventh or thirteenth of the key."""
    for taller, level in extensions(spot.chord, spot.key):
        added = [label for label in taller.degrees if label not in spot.chord.degrees]
        tones = " and ".join(f"{label} ({_tone(taller, label)})" for label in added)
        reason = f"{{s0}} ({{n0}}) adds the {tones} to {{old}}: {'tones' if len(added) > 1 else 'a tone'} of the key,"
        yield replaced(spot, taller, "richer colour", level, reason + " so the function stays and the colour deepens.")


def extensions(chord: Chord, key: Key) -> Iterator[tuple[Chord, int]]:
    """A chord with more tones of the key, the next ones first, each with the level it belongs to."""
    if chord.root_fifths is None or chord.is_slash or chord.quality is None:
        return
    for suffix, level in _RICHER.get(chord.quality, ()):
        taller = on(chord.root_fifths, suffix)
        added = [label for label in taller.degrees if label not in chord.degrees]
        kept = set(chord.degrees) <= set(taller.degrees)
        if not added or not kept or not _in_key(taller, added, key):
            continue
        if suffix not in ("7", "maj7") or is_diatonic(taller, key):
            yield taller, level


def dressed(chord: Chord, key: Key, kind: Kind) -> Chord:
    """A chord in the colours of the key that a kind of voicing lives on: Dm7 as Dm9, G7 as G13 under rootless hands.

    The chord itself where it takes the kind and has a colour or needs none, and where no colour helps.
    """
    is_enough = kind not in _COLOURFUL or len(chord.degrees) > _SEVENTH_TONES
    if is_enough and voicings(chord, kind)[0].kind == kind:
        return chord
    tallest = [taller for taller, _ in extensions(chord, key)]
    if chord.quality in DOMINANT:
        tallest.reverse()
    tallest += [one for taller in tallest if chord.quality in _TRIADS for one, _ in extensions(taller, key)]
    sevenths = [taller for taller in tallest if taller.quality not in _TRIADS and len(taller.degrees) > _SEVENTH_TONES]
    return next((one for one in (*sevenths, chord, *tallest) if voicings(one, kind)[0].kind == kind), chord)


def _in_key(chord: Chord, labels: list[str], key: Key) -> bool:
    return all((chord.root_fifths or 0) + DEGREES[label][1] in key.scale for label in labels)


def _tone(chord: Chord, label: str) -> str:
    return name((chord.root_fifths or 0) + DEGREES[label][1])


def altered(spot: Spot) -> Iterator[Change]:
    """A plain dominant that resolves, with altered tensions."""
    chord, after = spot.chord, spot.after
    if not spot.resolves or chord.is_slash or chord.root_fifths is None or after is None or chord.quality != "7":
        return
    if {"b9", "#9", "b13", "#11", "b5"} & set(chord.degrees):
        return
    for suffix, level in _ALTERED[after.quality in MINOR]:
        tense = on(chord.root_fifths, suffix)
        tones = " and ".join(
            f"{label} ({_tone(tense, label)})" for label in tense.degrees if label not in chord.degrees
        )
        reason = f"{{s0}} ({{n0}}) brings the {tones}: altered tones that pull harder to {{goal}} ({{goal_n}})."
        yield replaced(spot, tense, "altered dominants", level, reason)


def upper_structure(spot: Spot) -> Iterator[Change]:
    """A dominant that resolves, under a major triad of tensions."""
    chord, after = spot.chord, spot.after
    if not spot.resolves or chord.is_slash or chord.root_fifths is None or after is None or chord.quality != "7":
        return
    for suffix, away in _OVER_MINOR if after.quality in MINOR else _OVER_MAJOR:
        tall = on(chord.root_fifths, suffix)
        triad = Chord.parse(name((tall.root_fifths or 0) + away))
        if triad.pitch_classes <= tall.pitch_classes:
            article = "an" if triad.symbol[0] in "AEF" else "a"
            reason = f"{{s0}} ({{n0}}) is {article} {triad.symbol} major triad over the third and seventh of {{old}},"
            yield replaced(spot, tall, "upper structures", 9, reason + " on the way to {goal}.")


def suspension(spot: Spot) -> Iterator[Change]:
    """The fourth before the third: on a dominant, and on the major triad that ends a piece."""
    chord, halves = spot.chord, spot.halves()
    if halves is None or chord.is_slash or chord.root_fifths is None or "3" not in chord.degrees:
        return
    is_dominant = chord.quality in ("7", "maj") and (spot.roman == "V" or spot.resolves)
    ends = spot.after is None and chord.symbol == name(chord.root_fifths)
    if not is_dominant and not ends:
        return
    held = on(chord.root_fifths, "7sus4" if chord.quality == "7" else "sus4")
    if spot.before is not None and spot.before.root == chord.root:
        return
    fourth = name(chord.root_fifths - 1)
    reason = f"{{s0}} ({{n0}}) holds the third of {{s1}} ({{n1}}) back: its fourth, {fourth}, falls by step."
    yield Change("suspension", 3, spot.at, spot.at + 1, (held, chord), halves, reason)


def line(spot: Spot) -> Iterator[Change]:
    """A voice that falls by semitones inside a chord that stands still, or below it."""
    chord, quarters = spot.chord, spot.quarters()
    if chord.root_fifths is None or chord.is_slash or spot.after is None:
        return
    root = chord.root_fifths
    if chord.quality in ("min", "min7") and quarters is not None and spot.roman in ("I", "II", "VI"):
        inner = tuple(on(root, suffix) for suffix in ("m", "m(maj7)", "m7", "m6"))
        tones = " ".join(name(root + step) for step in (0, 5, -2, 3))
        reason = (
            f"{{symbols}} ({{numerals}}): one inner voice falls by semitones, {tones}, while the chord stands still."
        )
        yield Change("minor line", 5, spot.at, spot.at + 1, inner, quarters, reason)
        if (spot.after.bass or 0) in _below(root + 3):
            low = tuple(chord_on(root, chord.shape, root + step) for step in (0, 5, -2, 3))
            reason = f"{{symbols}} ({{numerals}}): the bass falls by semitones, {tones}, on its way to {{goal}}."
            yield Change("line cliche", 5, spot.at, spot.at + 1, low, quarters, reason)
    if chord.quality in ("maj", "maj7") and spot.roman == "I" and not spot.key.is_minor:
        yield from _major_line(spot, root)


def _below(fifths: int) -> tuple[int, int]:
    """The pitch classes a semitone and a tone below a spelled note."""
    return (fifths * 7 - 1) % 12, (fifths * 7 - 2) % 12


def _major_line(spot: Spot, root: int) -> Iterator[Change]:
    halves, quarters, after = spot.halves(), spot.quarters(), spot.after
    if after is None:
        return
    if halves is not None and after.bass == (spot.key.pc + 9) % 12:
        low = (spot.chord, chord_on(root, spot.chord.shape, root + 5))
        reason = f"{{s1}} ({{n1}}): the bass falls by step under one chord, {name(root)} {name(root + 5)}, to {{goal}}."
        yield Change("line cliche", 5, spot.at, spot.at + 1, low, halves, reason)
    if quarters is not None and after.root == (spot.key.pc + 5) % 12:
        beats = (quarters[0] + quarters[1], quarters[2], quarters[3])
        inner = (on(root, ""), on(root, "maj7"), on(root, "7"))
        tones = " ".join(name(root + step) for step in (0, 5, -2))
        reason = f"{{symbols}} ({{numerals}}): one inner voice falls by semitones, {tones}, to the third of {{goal}}."
        yield Change("line cliche", 5, spot.at, spot.at + 1, inner, beats, reason)
