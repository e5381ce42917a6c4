"""Quiz questions on scales and modes: their notes, their parents, and which of them goes over a chord.

One form of question is one pattern and one short function; the comparing of options is `options`'s.
"""

from __future__ import annotations

import re
from typing import Final

from partimento.core.errors import BadInput, PartimentoError
from partimento.music.analysis import function_of
from partimento.music.analysis.chord_scale import chord_scales
from partimento.music.chord import Chord
from partimento.music.key import Key
from partimento.music.pitch import name, pitch_class
from partimento.music.quiz import options as option
from partimento.music.quiz.options import (
    IN_KEY,
    ORDINALS,
    WHAT,
    Finding,
    Forms,
    asked,
    chord_named,
    notes_in,
    nth,
)
from partimento.music.scale import Scale, kind_of, kinds, mode_on, parent_of, scale_on

SCALES: Final[Forms] = []
_GOES: Final = r"(?: (?:resolving|going|leading|moving|that resolves|when it resolves|before|to) (?:to )?<chord:goal>)?"


def a_scale(text: str) -> Scale:
    """A scale by its name; a bare "Bb major" or "A minor" too."""
    return Scale.parse(re.sub(r"^(?:the|an?) | (?:scale|mode)$", "", text.strip()))


@asked(
    SCALES,
    rf"{WHAT} (?:are the )?notes (?:are in|make up|form|belong to|of) (?:the |an? )?<phrase> (?:scale|mode)",
)
def _scale_notes(found: re.Match[str]) -> Finding:
    scale = a_scale(found["phrase"])
    return Finding(option.notes_fit(scale.fifths), f"{scale.symbol}: {' '.join(scale.notes)}.")


@asked(
    SCALES,
    rf"{WHAT} (?:note )?is the <nth> (?:note|degree|step|scale degree)(?: of| in) (?:the )?<phrase>(?: scale| mode)?",
)
def _scale_step(found: re.Match[str]) -> Finding:
    scale, step = a_scale(found["phrase"]), nth(found["nth"])
    if step >= len(scale.fifths):
        raise BadInput(f"{scale.symbol} has no {found['nth']} note")
    note = scale.fifths[step]
    return Finding(option.note_fit(note), f"The {ORDINALS[step]} note of {scale.symbol} is {name(note)}.")


@asked(
    SCALES,
    rf"{WHAT} (?:mode |scale )?is the <nth> mode of (?:the )?<phrase>(?: scale)?",
)
def _mode_step(found: re.Match[str]) -> Finding:
    scale, step = a_scale(found["phrase"]), nth(found["nth"])
    mode = mode_on(scale, step + 1)
    if mode is None:
        raise BadInput(f"the {found['nth']} mode of {scale.symbol} has no name here")
    return Finding(option.scale_fit(mode), f"The {ORDINALS[step]} mode of {scale.symbol} is {mode.symbol}.")


@asked(
    SCALES,
    rf"{WHAT} mode (?:starts|is built|begins) on the <nth> (?:note|degree|step) of (?:the|a) "
    r"(?P<kind>[a-z ]+?)(?: scale)?",
    rf"{WHAT} (?:is the )?<nth> mode of (?:the|a) (?P<kind>[a-z ]+?)(?: scale)?",
)
def _mode_of_kind(found: re.Match[str]) -> Finding:
    kind = kind_of(found["kind"])
    mode = mode_on(Scale(0, kind), nth(found["nth"]) + 1)
    if mode is None:
        raise BadInput(f"the {found['nth']} mode of {kind.name} has no name here")
    words = (mode.kind.name, *mode.kind.also)
    return Finding(option.word_fit(*words), f"The {found['nth']} mode of the {kind.name} scale is {mode.kind.name}.")


@asked(
    SCALES,
    rf"<phrase> is a mode of {WHAT} (?:major |minor |melodic minor |harmonic minor |parent )?(?:scale|key)",
    rf"{WHAT} is the parent (?:major )?scale of <phrase>",
)
def _parent_scale(found: re.Match[str]) -> Finding:
    scale = a_scale(found["phrase"])
    parent, step = parent_of(scale)
    words = f"{scale.symbol} is the {ORDINALS[step - 1]} mode of {parent.symbol}."

    def fit(text: str) -> int:
        return max(option.scale_fit(parent)(text), option.note_fit(parent.tonic)(text))

    return Finding(fit, words)


@asked(
    SCALES,
    rf"{WHAT} (?:scale|mode) (?:has|contains|consists of|is made of|is) (?:the notes )?<notes>",
)
def _scale_with_notes(found: re.Match[str]) -> Finding:
    notes = notes_in(found["notes"])
    held = {pitch_class(note) for note in notes}

    def fit(text: str) -> int:
        try:
            scale = a_scale(option.spelled(text))
        except PartimentoError:
            return 0
        if scale.pitch_classes != held:
            return 0
        return option.SAME if scale.tonic == notes[0] else option.KIND

    named = next((kind for kind in kinds() if scale_on(notes[0], kind).pitch_classes == held), None)
    return Finding(
        fit, f"These are the notes of {name(notes[0])} {named}." if named else "No scale here has these notes."
    )


@asked(
    SCALES,
    rf"{WHAT} scale (?:fits(?: over)?|suits|goes (?:over|with)|works over|(?:is|can be) (?:played|used) over|"
    rf"would you (?:play|use) over) (?:the chord |an? )?<chord>(?: chord)?{_GOES}{IN_KEY}",
)
def _scale_over(found: re.Match[str]) -> Finding:
    chord = chord_named(found["chord"])
    goal = found["goal"] and chord_named(found["goal"])
    key = Key.parse(found["key"]) if found["key"] else _key_around(chord, goal or None)
    choices = chord_scales(chord, key, function_of(chord, key, goal or None), goal or None)
    ranks = [Scale.parse(choice.scale) for choice in choices]

    def fit(text: str) -> int:
        try:
            scale = Scale.parse(option.spelled(text))
        except PartimentoError:
            scale = None
        kinds = [option.scale_fit(choice)(text) for choice in ranks]
        if any(kinds):
            return 10 - kinds.index(max(kinds))
        return int(
            scale is not None and chord.pitch_classes <= scale.pitch_classes and scale.tonic == chord.root_fifths
        )

    return Finding(fit, f"Over {chord.symbol}: {choices[0].scale}, {choices[0].reason}.")


def _key_around(chord: Chord, goal: Chord | None) -> Key:
    """The plain key of a chord without one: where it goes, or the major key whose usual step it stands on."""
    root = chord.root_fifths or 0
    if goal is not None and goal.root_fifths is not None:
        return Key(goal.root_fifths, "minor" if "b3" in goal.degrees else "major")
    if chord.quality in ("7", "aug7", "sus7"):
        return Key(root - 1)
    return Key(root - {"min7": 2, "min": 2, "hdim7": 5}.get(chord.quality or "", 0))


@asked(
    SCALES,
    r"how many notes (?:are (?:there )?in|does|has) (?:a|an|the) (?P<kind>[a-z -]+?)(?: scale)(?: have)?",
)
def _size_of_scale(found: re.Match[str]) -> Finding:
    kind = kind_of(found["kind"])
    return Finding(option.count_fit(len(kind.degrees)), f"The {kind.name} scale has {len(kind.degrees)} notes.")
