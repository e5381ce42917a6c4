"""One kind of voicing through a progression, led by the smallest movement. Any grip of the kind counts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from msgspec.structs import replace

from partimento.music.chord import Chord
from partimento.music.composition.progression import Progression
from partimento.music.exercises.study import Ask, Study, held
from partimento.music.key import Key
from partimento.music.leading import lead
from partimento.music.pitch import name
from partimento.music.rhythm import bar_beats
from partimento.music.roman import numeral
from partimento.music.score import PlacedChord
from partimento.music.voicing import Kind, voicings
from partimento.music.voicing.study import kind_for

_RICHER: Final[dict[str, tuple[str, ...]]] = {
    "maj": ("maj7", "6", "maj9", "69", "7", "9"), "min": ("m7", "m6", "m9", "m11"), "maj7": ("maj9", "maj9#11"),
    "min7": ("m9", "m11"), "7": ("9", "13", "9sus4"), "6": ("69",), "min6": ("m69",),
    "sus": ("7sus4", "9sus4", "13sus4"),
    "sus7": ("9sus4", "13sus4"), "5": ("6", "69"), "dim": ("dim7", "m7b5"), "aug": ("aug7",), "hdim7": ("m11b5",),
    "minmaj7": ("m9(maj7)",), "aug7": ("9#5",),
}  # fmt: skip
"""What else a class of chord may be called for the sake of a voicing, the nearest first."""

_ABOUT: Final[dict[str, tuple[str, str]]] = {
    "shell": (
        "root, third and seventh only",
        "The seventh of one chord falls to the third of the next.",
    ),
    "rootless": (
        "no root: third or seventh at the bottom, ninth for the root, thirteenth for the fifth on dominants",
        "As the roots move by fourths, the A form (third at the bottom) and the B form (seventh) take turns.",
    ),
    "close": ("all tones within an octave", "Find the inversion that moves least, not the root position."),
    "drop2": (
        "a close position whose second voice from above lies an octave lower",
        "Play the close position first, then drop the second voice from the top.",
    ),
    "drop3": (
        "a close position whose third voice from above lies an octave lower",
        "Play the close position first, then drop the third voice from the top.",
    ),
    "spread": ("root with fifth, seventh or tenth below, the rest above", "Roll wide tenths from the bottom."),
    "quartal": ("stacked fourths", "Move the whole stack by step; listen for the open sound."),
    "cluster": ("seconds side by side", "Press all keys at once and evenly: a cluster must not roll."),
    "gospel": ("octaves below a full right hand", "Let the left-hand octave speak a little before the right hand."),
    "neosoul": ("root and seventh below, ninths and elevenths above", "Play late and soft; the colour is on top."),
    "comping": ("bass below a rootless form", "The left hand names the chord, the right hand colours it."),
    "block": ("bass below a close form", "Keep the top voice singing."),
    "fourpart": ("soprano, alto, tenor and bass", "No parallel fifths or octaves; the leading tone rises."),
}


def make(progression: Progression, ask: Ask) -> Study:
    """Every chord in one kind of voicing; triads wear a seventh where the kind needs one (see `unfit`)."""
    kind = ask.voicing or kind_for(ask.plan.level)
    home = Key.parse(progression.key)
    chords = tuple(_fitted(chord, kind, home) or chord for chord in progression.chords)
    grips = lead([chord.symbol for chord in chords], kind)
    what, tip = _ABOUT[kind]
    return Study(
        title=f"{kind.capitalize()} voicings in {progression.key}",
        instruction=f"Play every chord as a {kind} voicing ({what}), moving as little as you can.",
        tips=(
            tip,
            "Learn it hands apart, then together, without the pedal.",
            f"Start at {max(40, round(ask.plan.tempo * 0.6))} bpm; then take it through all twelve keys.",
        ),
        grading="voicing",
        bars=progression.bars,
        chords=tuple(
            replace(chord, left_hand=grip.left, right_hand=grip.right)
            for chord, grip in zip(chords, grips, strict=True)
        ),
        notes=held(chords, grips, bar_beats(progression.meter)),
        voicing=kind,
    )


def unfit(progression: Progression, ask: Ask) -> Iterator[str]:
    """One sentence for each chord that has no voicing of the kind, however it is coloured."""
    kind = ask.voicing or kind_for(ask.plan.level)
    home = Key.parse(progression.key)
    for chord in progression.chords:
        if _fitted(chord, kind, home) is None:
            yield f"bar {chord.bar}: {chord.symbol} has no {kind} voicing ({_ABOUT[kind][0]})"


def _fitted(placed: PlacedChord, kind: Kind, home: Key) -> PlacedChord | None:
    """The chord itself where it can take the kind; else with the seventh it has in the key, or the sixth."""
    for symbol in (placed.symbol, *_richer(Chord.parse(placed.symbol), home)):
        if voicings(Chord.parse(symbol), kind)[0].kind == kind:
            chord = Chord.parse(symbol)
            return replace(placed, symbol=chord.symbol, roman=numeral(chord, home))
    return None


def _richer(chord: Chord, home: Key) -> tuple[str, ...]:
    """The same chord with one tone more, the likeliest first; without a foreign bass at the last."""
    if chord.root is None or chord.root_fifths is None:
        return ()
    root, rest = name(chord.root_fifths), _RICHER.get(chord.quality or "", ())
    dominant = (chord.root - home.pc) % 12 == 7 and "7" in rest
    tails = ("7", *rest) if dominant else rest
    return tuple(f"{root}{tail}" for tail in (*tails, *(("", *tails) if chord.bass != chord.root else ())))
