"""Chords of a lead sheet as numerals in a key, and back: "ii7", "V7/ii", "bVII7", "#ivo7", "IV/5". Knows no voicing.

Numerals count from the major scale on the tonic, as lead-sheet players do: bIII, bVI, bVII in minor too. There a plain
III, VI, VII is read as the same chord, #VI and #VII are the raised steps, and a diminished vi or vii stands on the
raised step by itself. Score analysis with figured inversions is `figured`'s.
"""

from __future__ import annotations

import re
from functools import lru_cache

from partimento.core.errors import NumeralSyntaxError
from partimento.music.chord import NO_CHORD, Chord, chord_on
from partimento.music.chord_grammar import Unreadable, read_suffix
from partimento.music.chord_shape import Shape
from partimento.music.key import Key
from partimento.music.pitch import pitch_class

ROMANS = ("I", "II", "III", "IV", "V", "VI", "VII")
STEP_OF_ROMAN = {roman: step for step, roman in enumerate(ROMANS)}
SIGNS = {"♭": "b", "♯": "#", "°": "o", "Ø": "ø", "Δ": "maj7", "△": "maj7"}

_NUMERAL = re.compile(r"([b#]*)(VII|VI|IV|V|III|II|I|vii|vi|iv|v|iii|ii|i)(.*)", re.DOTALL)
_TARGET = re.compile(r"([b#]*)(VII|VI|IV|V|III|II|I|vii|vi|iv|v|iii|ii|i)([oø+]?)")
_BASS = re.compile(r"([b#]*)([1-7])")
_MAJOR_STEPS = (0, 2, 4, -1, 1, 3, 5)
_LOWER_IN_MINOR = (2, 5, 6)
_RAISED_WHEN_DIMINISHED = (5, 6)
_DIMINISHED = ("dim", "hdim7", "dim7")
_DOMINANT = ("7", "aug7", "sus7")
_PRINTED = {"m7b5": "ø7", "m9b5": "ø9", "m11b5": "ø11", "dim": "o", "dim7": "o7", "aug": "+"}


def note_on(key: Key, signs: str, roman: str, diminished: bool = False) -> int:
    """The spelled note a numeral's sign and roman stand on: bVI in C is Ab, viio in A minor is on G#."""
    step = STEP_OF_ROMAN[roman.upper()]
    shift = signs.count("#") - signs.count("b")
    if key.mode == "minor" and step in _LOWER_IN_MINOR and shift >= 0:
        by_custom_raised = diminished and not signs and step in _RAISED_WHEN_DIMINISHED
        shift -= 0 if by_custom_raised else 1
    return key.tonic + _MAJOR_STEPS[step] + 7 * shift


def place_of(key: Key, note: int, diminished: bool = False) -> tuple[str, str]:
    """The sign and the upper-case roman of a spelled note, counted from the major scale; `note_on` leads back."""
    step = (note - key.tonic) * 4 % 7
    shift = (note - key.tonic - _MAJOR_STEPS[step]) // 7
    if key.mode == "minor" and step in _LOWER_IN_MINOR and shift >= 0:
        shift += 0 if diminished and shift == 0 and step in _RAISED_WHEN_DIMINISHED else 1
    return "#" * shift if shift > 0 else "b" * -shift, ROMANS[step]


def usual_root(key: Key, root: int, diminished: bool = False) -> int:
    """The root respelled where its spelling names no usual step of the key: B in Eb stands on bVI (Cb), not on #V.

    Usual are b1 to #4 on the line of fifths; a diminished chord may stand on any raised step (#ii, #v), never on b5.
    """
    low, high = (-5, 10) if diminished else (-7, 6)
    above = root - key.tonic
    while above > high:
        above -= 12
    while above < low:
        above += 12
    return key.tonic + above


def numeral(chord: Chord, key: Key, following: Chord | None = None) -> str:
    """The chord's numeral in the key: "Imaj7", "V7/ii", "iiø7/iii", "bVII7", "I/3"; "N.C." for no chord.

    A dominant is named by what it leads to: by `following` where that is given, else by the usual resolution of a
    chromatic one. `chord_of` gives the chord back.
    """
    if chord.root_fifths is None or chord.bass_fifths is None:
        return NO_CHORD.symbol
    root = usual_root(key, chord.root_fifths, chord.quality in _DIMINISHED)
    if root != chord.root_fifths:
        chord = chord_on(root, chord.shape, usual_root(key, chord.bass_fifths))
    target = applied_target(chord, key, following)
    if target is None:
        text = _plain(root, chord.shape, key)
    else:
        goal, minor = target
        signs, roman = place_of(key, goal)
        text = _plain(root, chord.shape, Key(goal, "minor" if minor else "major"))
        text += f"/{signs}{roman.lower() if minor else roman}"
    if chord.is_slash:
        signs, roman = place_of(Key(key.tonic), usual_root(key, chord.bass_fifths or 0))
        text += f"/{signs}{STEP_OF_ROMAN[roman] + 1}"
    return text


def _plain(root: int, shape: Shape, key: Key) -> str:
    signs, roman = place_of(key, root, shape.quality in _DIMINISHED)
    if "b3" not in shape.degrees:
        return signs + roman + _PRINTED.get(shape.suffix, shape.suffix)
    tail = _PRINTED.get(shape.suffix)
    if tail is None:
        tail = "o" + shape.suffix[3:] if shape.suffix.startswith("dim") else shape.suffix[1:]
    return signs + roman.lower() + tail


def applied_target(chord: Chord, key: Key, following: Chord | None = None) -> tuple[int, bool] | None:
    """The note (fifths) and mode (minor?) of which a chord is the dominant, or the ii before it; else None."""
    if chord.root_fifths is None:
        return None
    if chord.quality in _DOMINANT or chord.quality in ("maj", "aug"):
        return _dominant_target(chord, chord.root_fifths, key, following)
    if chord.quality in ("min7", "hdim7") and following is not None and following.quality in _DOMINANT:
        return _two_five_target(chord, chord.root_fifths, key, following)
    return None


def _dominant_target(chord: Chord, root: int, key: Key, following: Chord | None) -> tuple[int, bool] | None:
    goal = root - 1
    step, shift = key.step_of(goal)
    if step == 0 and shift == 0:
        return None
    seventh = chord.quality in ("7", "aug7")
    if not seventh and (chord.quality == "sus7" or is_diatonic(chord, key)):
        return None
    if following is None:
        usual = seventh and shift == 0 and not is_diatonic(chord, key) and key.step_of(root)[0] not in (0, 3)
        return (goal, _is_minor_step(key, step)) if usual and not _is_diminished_step(key, step) else None
    if following.root != pitch_class(goal):
        return None
    blues = key.step_of(root)[0] in (0, 3) and following.quality == "7"
    if blues or (shift and following.quality in _DOMINANT):
        return None
    return goal, "b3" in following.degrees


def _two_five_target(chord: Chord, root: int, key: Key, following: Chord) -> tuple[int, bool] | None:
    if following.root != pitch_class(root - 1) or is_diatonic(chord, key):
        return None
    goal = root - 2
    step, shift = key.step_of(goal)
    if shift or step == 0 or _is_diminished_step(key, step):
        return None
    return goal, chord.quality == "hdim7" or _is_minor_step(key, step)


def is_diatonic(chord: Chord, key: Key) -> bool:
    """Whether every chord tone is in the scale; in minor V, V7 and viio7 with the leading tone count as its own."""
    if chord.root_fifths is None:
        return False
    strange = {chord.root_fifths + step for step in chord.shape.fifths} - set(key.scale)
    if not strange or key.mode != "minor":
        return not strange
    return strange == {key.tonic + 5} and key.step_of(chord.root_fifths)[0] in (4, 6)


def _is_minor_step(key: Key, step: int) -> bool:
    return key.scale[(step + 2) % 7] - key.scale[step] == -3


def _is_diminished_step(key: Key, step: int) -> bool:
    return key.scale[(step + 4) % 7] - key.scale[step] == -6


@lru_cache(maxsize=4096)
def chord_of(numeral: str, key: Key) -> Chord:
    """The chord a numeral means in a key, properly spelled: "ii7", "V7alt", "V7/ii", "IV/5" (bass on step 5).

    Raises NumeralSyntaxError.
    """
    if numeral.strip() == NO_CHORD.symbol:
        return NO_CHORD
    text = "".join(SIGNS.get(sign, sign) for sign in numeral.strip())
    head, *rest = _split(text)
    local, bass = key, None
    for part in reversed(rest):
        degree, target = _BASS.fullmatch(part), _TARGET.fullmatch(part)
        if degree is not None and bass is None:
            signs, step = degree.groups()
            bass = key.tonic + _MAJOR_STEPS[int(step) - 1] + 7 * (signs.count("#") - signs.count("b"))
        elif target is not None:
            signs, roman, form = target.groups()
            local = Key(note_on(local, signs, roman, form == "o"), "minor" if roman.islower() else "major")
        else:
            raise _unreadable(numeral, f"{part!r} is neither a step 1 to 7 nor a numeral")
    found = _NUMERAL.fullmatch(head)
    if found is None:
        raise _unreadable(numeral, "a numeral starts with b or #, then I to VII (lower case for a minor third)")
    signs, roman, suffix = found.groups()
    try:
        shape = read_suffix(_lead_sheet_suffix(roman, suffix))
    except Unreadable as stop:
        raise _unreadable(numeral, stop.mend or f"{suffix!r} is no chord suffix") from None
    root = note_on(local, signs, roman, shape.quality in _DIMINISHED)
    return chord_on(root, shape, bass)


def _split(text: str) -> list[str]:
    """The parts between slashes; the slash of a 6/9 chord separates nothing."""
    return [part.replace("\n", "/") for part in re.sub(r"(?<=6)/(?=9)", "\n", text).split("/")]


def _lead_sheet_suffix(roman: str, suffix: str) -> str:
    if roman.isupper() or "sus" in suffix or suffix[:1] in ("o", "ø", "h") or suffix.startswith(("dim", "m", "-")):
        return suffix
    return "m" + suffix


def _unreadable(numeral: str, why: str) -> NumeralSyntaxError:
    return NumeralSyntaxError(
        f"cannot read the numeral {numeral!r}", why=why, mend="write it like ii7, V7/ii, bVImaj7, viio7 or IV/5"
    )


# Figures of an inversion by the place of the bass in the stack: triads, sevenths.
TRIAD_FIGURES = ("", "6", "64")
FIGURE_SIGNS = {"dim": "o", "dim7": "o", "hdim7": "ø", "aug": "+", "aug7": "+", "maj7": "M", "minmaj7": "M"}
FIFTH_STEPS = {"b5": -6, "5": 1, "#5": 8}
SEVENTH_FIGURES = ("7", "65", "43", "2")


@lru_cache(maxsize=4096)
def degree(symbol: str, key: str, figures: bool = False) -> str:
    """The step a chord stands on, by its spelled root: degree("Eb:maj/3", "C") is "bIII"; lower case for a minor third.

    The tonic raised is a step of its own in major ("C#" in C is "#I"); in minor it is a way of writing bII. With
    `figures`, its quality sign and inversion too: "bIII6". Raises ChordSyntaxError, KeySyntaxError.
    """
    chord, home = Chord.parse(symbol), Key.parse(key)
    if chord.root_fifths is None or chord.bass_fifths is None:
        return chord.symbol
    root = chord.root_fifths
    if root - home.tonic != 7 or home.is_minor:
        root = usual_root(home, root, chord.quality in _DIMINISHED)
    signs, roman = place_of(Key(home.tonic), root)
    text = signs + (roman.lower() if "b3" in chord.degrees else roman)
    if not figures:
        return text
    fifth = next((FIFTH_STEPS[label] for label in chord.degrees if label in FIFTH_STEPS), 1)
    stack = [chord.root, chord.third, pitch_class(chord.root_fifths + fifth), chord.seventh]
    place = stack.index(chord.bass) if chord.bass in stack else 0
    table = TRIAD_FIGURES if chord.seventh is None else SEVENTH_FIGURES
    return text + FIGURE_SIGNS.get(chord.quality or "", "") + table[place]
