"""Questions on tones, keys, scales and grips that `music.quiz` does not read: how each is asked, what the engine says.

One form of question is one pattern and one short function, as there; an option fits where it means what is so.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from partimento.core.errors import BadInput, PartimentoError
from partimento.music.chord import Chord
from partimento.music.grading.colours import coloured
from partimento.music.key import Key
from partimento.music.pitch import fifths, name, pitch_class
from partimento.music.questions.meaning import Means, meaning
from partimento.music.quiz.options import SAME, Finding, Fit, Forms, asked, chord_named, notes_in, spelled
from partimento.music.scale import Scale, kind_of
from partimento.music.voicing.definition import is_of_kind
from partimento.music.voicing.reach import Kind

OWN_TONES: Final[Forms] = []
_COUNTS: Final = ("no", "one", "two", "three", "four", "five", "six", "seven")
_WHICH: Final = "(?:which|what)"


def fit_of(means: Means, *right: str, key: str = "C") -> Fit:
    """The test of an option: whether it means one of these, whatever its spelling."""
    wanted = {found.sounding for text in right if (found := meaning(text, means, key)) is not None}

    def fit(option: str) -> int:
        found = meaning(option, means, key)
        return SAME if found is not None and found.sounding in wanted else 0

    return fit


@asked(OWN_TONES, rf"{_WHICH} note is the last (?P<sign>sharp|flat) (?:in|of) the key signature of <key>")
def _last_sign(found: re.Match[str]) -> Finding:
    signature = Key.parse(found["key"]).signature
    if not signature or (signature > 0) != (found["sign"] == "sharp"):
        raise BadInput(f"{found['key']} has no {found['sign']}s")
    last = name(5 + signature if signature > 0 else -1 + signature)
    return Finding(fit_of("note", last), f"The last {found['sign']} of {found['key']} is {last}.")


@asked(
    OWN_TONES, rf"{_WHICH} key is one step (?P<way>clockwise|counterclockwise) from <key>(?: on the circle of fifths)?"
)
def _round(found: re.Match[str]) -> Finding:
    goal = Key.parse(found["key"]).transposed(1 if found["way"] == "clockwise" else -1)
    return Finding(fit_of("key", goal.symbol), f"One step {found['way']} from {found['key']} is {goal.symbol}.")


@asked(OWN_TONES, rf"{_WHICH} (?:of these )?keys? is closely related to <key>")
def _close(found: re.Match[str]) -> Finding:
    home = Key.parse(found["key"])

    def fit(option: str) -> int:
        try:
            other = Key.parse(spelled(option))
        except PartimentoError:
            return 0
        return SAME if other != home and abs(other.signature - home.signature) <= 1 else 0

    return Finding(fit, f"Keys related to {found['key']} have a signature of one accidental more or fewer.")


@asked(
    OWN_TONES,
    rf"{_WHICH} degrees (?:of the major scale )?make up (?:the |an? )?(?P<thing>.+?)(?P<scale> scale| chord)?",
)
def _degrees(found: re.Match[str]) -> Finding:
    thing = found["thing"]
    degrees = kind_of(thing).degrees if found["scale"] == " scale" else chord_named(thing).degrees
    told = " ".join(degrees)
    return Finding(fit_of("degrees", told), f"{thing} is {told}.")


@asked(OWN_TONES, r"how many notes are in (?:the |an? )?(?P<kind>.+?) scale")
def _size(found: re.Match[str]) -> Finding:
    kind = kind_of(found["kind"])
    return Finding(fit_of("count", str(len(kind.degrees))), f"The {kind.name} scale has {len(kind.degrees)} notes.")


@asked(OWN_TONES, rf"{_WHICH} note of (?P<one>[A-G].+?) is not in (?P<other>[A-G].+)")
def _apart(found: re.Match[str]) -> Finding:
    one, other = Scale.parse(found["one"]), Scale.parse(found["other"])
    alone = [name(note) for note in one.fifths if pitch_class(note) not in other.pitch_classes]
    return Finding(fit_of("note", *alone), f"{one.symbol} has {' '.join(alone)} that {other.symbol} has not.")


@asked(
    OWN_TONES, rf"{_WHICH} notes make (?:up )?an? (?P<kind>shell|rootless)(?: voicing)? of <chord>(?: with its ninth)?"
)
def _grip(found: re.Match[str]) -> Finding:
    chord = Chord.parse(found["chord"])
    kind: Kind = "shell" if found["kind"] == "shell" else "rootless"
    ninth = "ninth" in found.string
    names = (chord.symbol, *coloured(chord.symbol))

    def fit(option: str) -> int:
        notes = [pitch_class(note) for note in notes_in(option)]
        if len(notes) < (4 if ninth else 3):
            return 0
        return SAME if any(_is_grip(symbol, notes, kind) for symbol in names) else 0

    return Finding(fit, f"The notes must make a {kind} voicing of {chord.symbol}.")


def _is_grip(symbol: str, notes: Sequence[int], kind: Kind) -> bool:
    """Whether the notes, stacked in their order from somewhere in the middle up, are a voicing of a kind."""
    for start in (48, 52, 55):
        stack = [start + (notes[0] - start) % 12]
        for note in notes[1:]:
            stack.append(stack[-1] + ((note - stack[-1]) % 12 or 12))
        keys = tuple(stack)
        if any(not is_of_kind(symbol, keys[:cut], keys[cut:], kind) for cut in range(len(keys) + 1)):
            return True
    return False


@asked(OWN_TONES, r"how many (?:notes|tones) do <chord:one> and <chord:other> (?:share|have in common)")
def _shared_count(found: re.Match[str]) -> Finding:
    shared = Chord.parse(found["one"]).pitch_classes & Chord.parse(found["other"]).pitch_classes
    return Finding(fit_of("count", str(len(shared))), f"They share {_COUNTS[len(shared)]} notes.")


@asked(OWN_TONES, rf"{_WHICH} (?:notes|tones) do <chord:one> and <chord:other> (?:share|have in common)")
def _shared(found: re.Match[str]) -> Finding:
    one, other = Chord.parse(found["one"]), Chord.parse(found["other"])
    notes = [note for note in one.notes if pitch_class(fifths(note)) in other.pitch_classes]
    return Finding(fit_of("notes", " ".join(notes)), f"{one.symbol} and {other.symbol} share {' '.join(notes)}.")


@asked(OWN_TONES, rf"{_WHICH} (?:of these )?chords? shares (?P<count>one|two|three) notes? with <chord>")
def _sharing(found: re.Match[str]) -> Finding:
    chord, count = Chord.parse(found["chord"]), _COUNTS.index(found["count"])

    def fit(option: str) -> int:
        try:
            other = chord_named(spelled(option))
        except PartimentoError:
            return 0
        return SAME if len(other.pitch_classes & chord.pitch_classes) == count and other != chord else 0

    return Finding(fit, f"The chord shares {found['count']} notes with {chord.symbol}.")


@asked(
    OWN_TONES,
    r"when <chord:one> goes to <chord:other>, to which note does its (?P<member>seventh) fall by step",
    r"when <chord:one> goes to <chord:other>, to which note does its (?P<member>third) rise by a half step",
)
def _led(found: re.Match[str]) -> Finding:
    one, other = Chord.parse(found["one"]), Chord.parse(found["other"])
    tone = one.seventh if found["member"] == "seventh" else one.third
    if tone is None:
        raise BadInput(f"{one.symbol} has no {found['member']}")
    ways = (-1, -2) if found["member"] == "seventh" else (1,)
    notes = [note for note in other.notes if any((tone + way - pitch_class(fifths(note))) % 12 == 0 for way in ways)]
    if len(notes) != 1:
        raise BadInput(f"the {found['member']} of {one.symbol} has not one place to go in {other.symbol}")
    return Finding(fit_of("note", notes[0]), f"The {found['member']} of {one.symbol} goes to {notes[0]}.")


@asked(OWN_TONES, rf"{_WHICH} diminished seventh chord passes by half steps from <chord:low> up to <chord:high>")
def _passing(found: re.Match[str]) -> Finding:
    low, high = Chord.parse(found["low"]), Chord.parse(found["high"])
    if low.root is None or high.root is None or (high.root - low.root) % 12 != 2:
        raise BadInput(f"{high.symbol} is not a whole step above {low.symbol}")
    roots = [name(place) for place in range(-8, 13) if pitch_class(place) == (low.root + 1) % 12]
    return Finding(fit_of("chord", *(f"{root}dim7" for root in roots)), f"A diminished seventh on {roots[-1]} passes.")


@asked(OWN_TONES, rf"{_WHICH} is the dominant seventh chord that leads to <chord>")
def _leading(found: re.Match[str]) -> Finding:
    goal = Chord.parse(found["chord"])
    dominant = f"{name((goal.root_fifths or 0) + 1)}7"
    return Finding(fit_of("chord", dominant), f"{dominant} is the dominant of {goal.symbol}.")
