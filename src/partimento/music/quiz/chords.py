"""Quiz questions on single chords: their notes, kinds, inversions, substitutes and where they pull.

One form of question is one pattern and one short function; the comparing of options is `options`'s.
"""

from __future__ import annotations

import re
from typing import Final

from partimento.core.errors import BadInput, PartimentoError
from partimento.music.chord import Chord
from partimento.music.key import Key
from partimento.music.pitch import fifths, name, nearest_spelling, pitch_class
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
from partimento.music.quiz.words import QUALITIES

CHORDS: Final[Forms] = []
_ROMANS: Final = ("i", "ii", "iii", "iv", "v", "vi", "vii")
_MEMBERS: Final = {
    "root": "1", "third": "3", "fifth": "5", "sixth": "6", "seventh": "7", "ninth": "9", "eleventh": "11",
    "thirteenth": "13",
}  # fmt: skip
# Where a chord does not say, its plain tension, in fifths above the root.
_NATURAL: Final = {"sixth": 3, "ninth": 2, "eleventh": -1, "thirteenth": 3}


@asked(
    CHORDS,
    r"spell (?:the |an? )?<phrase>(?: chord)?",
    rf"{WHAT} (?:are the )?notes (?:are in|make up|form|belong to|spell|of|does) (?:the |an? )?(?:chord )?"
    r"<phrase>(?: chord)?(?: contain| have)?",
)
def _notes_of_chord(found: re.Match[str]) -> Finding:
    chord = chord_named(found["phrase"])
    notes = [fifths(note) for note in chord.notes]
    return Finding(option.notes_fit(notes), f"{chord.symbol}: {' '.join(chord.notes)}.")


@asked(
    CHORDS,
    rf"{WHAT} (?:chord|triad) (?:contains|has|consists of|is made (?:up )?of|is formed by|is spelled|is made by) "
    r"(?:the notes )?<notes>",
    rf"{WHAT} chord (?:do|is formed by|is made by) (?:the notes )?<notes>(?: form| make(?: up)?| spell)?",
)
def _chord_of_notes(found: re.Match[str]) -> Finding:
    held = frozenset(pitch_class(note) for note in notes_in(found["notes"]))
    low = notes_in(found["notes"])[0]

    def fit(text: str) -> int:
        try:
            chord = chord_named(option.spelled(text))
        except PartimentoError:
            return 0
        return 0 if chord.pitch_classes != held else option.SAME if chord.root_fifths == low else option.SOUND

    return Finding(fit, f"The chord is the one made of {found['notes']}.")


@asked(
    CHORDS,
    rf"{WHAT} (?:note )?is the (?P<member>root|third|fifth|sixth|seventh|ninth|eleventh|thirteenth) of "
    r"(?:the chord |an? )?<phrase:chord>(?: chord)?",
    rf"{WHAT} is the (?P<member>bass|root)(?: note)? of (?:the chord )?<chord>",
)
def _member(found: re.Match[str]) -> Finding:
    chord = chord_named(found["chord"])
    root, word = chord.root_fifths or 0, found["member"]
    steps = zip(chord.degrees, chord.shape.fifths, strict=True)
    members = [root + step for label, step in steps if label.lstrip("b#") == _MEMBERS.get(word)]
    if word == "bass":
        note = chord.bass_fifths or 0
    elif members:
        note = members[0]
    elif word in _NATURAL:
        note = root + _NATURAL[word]
    else:
        raise BadInput(f"{chord.symbol} has no {word}")
    return Finding(option.note_fit(note), f"The {word} of {chord.symbol} is {name(note)}.")


@asked(
    CHORDS,
    rf"{WHAT} (?:notes )?are the guide tones of <chord>",
)
def _guide_tones(found: re.Match[str]) -> Finding:
    chord = chord_named(found["chord"])
    notes = [fifths(note) for note in chord.notes if pitch_class(fifths(note)) in (chord.third, chord.seventh)]
    return Finding(option.notes_fit(notes), f"The third and seventh of {chord.symbol}: {' '.join(map(name, notes))}.")


@asked(
    CHORDS,
    rf"{WHAT} (?:kind|type|quality) of (?:chord|triad|seventh chord) is <chord>",
    rf"{WHAT} is the quality of (?:the chord )?<chord>",
)
def _quality(found: re.Match[str]) -> Finding:
    chord = chord_named(found["chord"])
    words = QUALITIES[chord.quality or "5"]
    return Finding(option.word_fit(*words), f"{chord.symbol} is a {words[0]} chord.")


@asked(
    CHORDS,
    rf"{WHAT} (?:is the )?(?:kind|type|quality) (?:of (?:chord |triad )?)?(?:is )?(?:the )?"
    r"(?:<numeral>(?P<seventh> seventh)? chord (?:of|in)|"
    r"(?:chord|triad) (?:built )?on the <nth> (?:degree|step|note) of) (?:an?|the) (?P<mode>major|minor) (?:key|scale)",
)
def _quality_on_step(found: re.Match[str]) -> Finding:
    key = Key(0, "minor" if found["mode"] == "minor" else "major")
    roman = _ROMANS[nth(found["nth"])] if found["nth"] else re.sub(r"[^iv]", "", found["numeral"].lower())
    if roman not in _ROMANS:
        raise BadInput(f"there is no step {found['numeral']!r}")
    step = _ROMANS.index(roman)
    notes = [key.scale[(step + up) % 7] for up in ((0, 2, 4, 6) if found["seventh"] else (0, 2, 4))]
    chord = _stacked(notes)
    words = QUALITIES[chord.quality or "5"]
    return Finding(
        option.word_fit(*words), f"On the {ORDINALS[step]} step of {found['mode']} stands a {words[0]} chord."
    )


def _stacked(notes: list[int]) -> Chord:
    """The triad or seventh chord of thirds stacked on the first note."""
    thirds = tuple(note - notes[0] for note in notes)
    suffix = {
        (0, 4, 1): "", (0, -3, 1): "m", (0, -3, -6): "dim", (0, 4, 8): "aug", (0, 4, 1, 5): "maj7", (0, 4, 1, -2): "7",
        (0, -3, 1, -2): "m7", (0, -3, -6, -2): "m7b5", (0, -3, -6, -9): "dim7",
    }[thirds]  # fmt: skip
    return Chord.parse(name(notes[0]) + suffix)


@asked(
    CHORDS,
    rf"{WHAT} inversion is <chord>(?: in)?",
    rf"<chord> is in {WHAT} (?:inversion|position)",
)
def _inversion(found: re.Match[str]) -> Finding:
    chord = chord_named(found["chord"])
    member = (chord.bass_fifths or 0) - (chord.root_fifths or 0)
    place = chord.shape.fifths.index(member) if member in chord.shape.fifths[:4] else None
    if place is None:
        raise BadInput(f"{chord.symbol} is no inversion", why="its bass is no third, fifth or seventh of it")
    words = ("root position", "first inversion", "second inversion", "third inversion")[place]
    return Finding(
        option.word_fit(words, words.split()[0]), f"{chord.symbol} has {name(chord.bass_fifths or 0)} below: {words}."
    )


@asked(
    CHORDS,
    rf"{WHAT} note is (?:in the bass|the bass|lowest) (?:of|in|when) (?:an? )?"
    r"<phrase:chord>(?: chord)?(?: is)? in <nth> inversion",
)
def _bass_of_inversion(found: re.Match[str]) -> Finding:
    chord, place = chord_named(found["chord"]), nth(found["nth"]) + 1
    if place >= min(4, len(chord.shape.fifths)):
        raise BadInput(f"{chord.symbol} has no {found['nth']} inversion")
    note = (chord.root_fifths or 0) + chord.shape.fifths[place]
    return Finding(option.note_fit(note), f"In {found['nth']} inversion {chord.symbol} stands on {name(note)}.")


@asked(
    CHORDS,
    rf"{WHAT} (?:chord )?is (?:the|a) tritone substitut(?:e|ion) (?:of|for) <chord>(?:{IN_KEY})",
    rf"<chord> is (?:the|a) tritone substitut(?:e|ion) (?:of|for) {WHAT} chord",
)
def _substitute(found: re.Match[str]) -> Finding:
    chord = chord_named(found["chord"])
    twin = chord.transposed(-6 if (chord.root_fifths or 0) > 0 else 6)
    usual = nearest_spelling(twin.root or 0, -1)
    twin = twin.respelled(usual)
    reason = f"{twin.symbol} shares its third and seventh with {chord.symbol}."
    return Finding(option.chord_fit(twin), reason)


@asked(
    CHORDS,
    rf"(?:to |where does )?(?:{WHAT} chord )?(?:does )?<chord> (?:usually |normally )?"
    rf"(?:resolves?|leads?|pulls?)(?: to)?(?: {WHAT} chord)?{IN_KEY}",
    rf"{WHAT} chord (?:would |will )?(?:most )?(?:likely |usually |normally )?follows? <chord>{IN_KEY}",
)
def _resolution(found: re.Match[str]) -> Finding:
    chord = chord_named(found["chord"])
    goal = (chord.root_fifths or 0) + (-5 if chord.quality in ("dim", "dim7", "hdim7") else -1)

    def fit(text: str) -> int:
        try:
            other = chord_named(option.spelled(text))
        except PartimentoError:
            return 0
        return option.SAME if other.root == pitch_class(goal) else 0

    return Finding(fit, f"{chord.symbol} pulls to a chord on {name(goal)}.")


@asked(
    CHORDS,
    rf"{WHAT} (?:chord|triad) (?:is|do you get|stands) (?:built )?on the <nth> (?:degree|step|note) of "
    r"(?:the )?<key>(?: scale)?",
)
def _triad_on_step(found: re.Match[str]) -> Finding:
    key, step = Key.parse(found["key"]), nth(found["nth"])
    chord = _stacked([key.scale[(step + up) % 7] for up in (0, 2, 4)])
    return Finding(option.chord_fit(chord), f"On the {ORDINALS[step]} step of {found['key']} stands {chord.symbol}.")


@asked(CHORDS, rf"{WHAT}(?: chord)? is an? (?P<kind>[a-z][a-z -]+?)(?: chord)?")
def _of_quality(found: re.Match[str]) -> Finding:
    """Which of the options is a chord of a kind."""
    word = found["kind"].replace("-", " ").removesuffix(" triad")
    wanted = {quality for quality, words in QUALITIES.items() if word in words}
    if not wanted:
        raise BadInput(f"there is no kind of chord called {found['kind']!r}")

    def fit(text: str) -> int:
        try:
            return option.SAME if chord_named(option.spelled(text)).quality in wanted else 0
        except PartimentoError:
            return 0

    return Finding(fit, f"The chord asked for is {word}.")
