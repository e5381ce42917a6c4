"""Chords moved by an interval, alone or in a row, and the chords that stand on top of others."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from partimento.music.chord import Chord, chord_on
from partimento.music.claims.book import in_style
from partimento.music.claims.chord_tones import chord_notes
from partimento.music.claims.entity import interval_of
from partimento.music.claims.numerals import written_chord
from partimento.music.claims.senses.scene import Scene, Thing
from partimento.music.claims.senses.told import Told, not_so, sense, so
from partimento.music.pitch import name, pitch_class

_MOVED: Final = re.compile(r"\b(?:transpos\w+|mov\w+|shift\w*|up|down)\b")


_VOICE: Final = re.compile(r"\b(?:bass|melody|voices?|line|roots?|top note|soprano|tenor|alto)\b")


_DOWN: Final = re.compile(r"\bdown|lower|below\b")


@sense("i")
def moved(scene: Scene) -> Iterator[Told]:
    """A chord, a key or a row of them moved by an interval."""
    if not scene.has(_MOVED) or scene.of("rRD") or _VOICE.search(scene.text):
        return
    sizes = [(thing, size) for thing in scene.of("i") if (size := interval_of(thing.entity.text)) is not None]
    if len(sizes) != 1 or sizes[0][0].entity.text.lower() == "octave":
        return
    step = -sizes[0][1] if scene.has(_DOWN) and "up" not in scene.words else sizes[0][1]
    rows = [row for row in scene.of("LN") if row.entity.chords is not None]
    if len(rows) == 2:
        yield from _moved_row(rows[0], rows[1], step)
        return
    single = [
        (thing, chord) for thing in scene.of("acm") if thing.row < 0 and (chord := thing.entity.chord) is not None
    ]
    single += [(thing, chord) for thing in scene.of("n") if thing.row < 0 and (chord := thing.entity.chord) is not None]
    single.sort(key=lambda one: one[0].start)
    if len(single) == 2 and not rows and any(thing.letter in "acm" for thing, _ in single):
        (one, first), (other, second) = single
        true = first.transposed(step)
        alike = second.root == true.root and (
            other.letter == "n" or one.letter == "n" or second.quality == true.quality
        )
        reason = f"{first.symbol} so far away is {true.symbol}."
        if alike:
            yield so("transposition", reason, one, other)
        elif second.quality == true.quality or "n" in one.letter + other.letter:
            yield not_so("transposition", reason, other, written_chord(true, other.entity), one, robust=True)


def _moved_row(one: Thing, other: Thing, step: int) -> Iterator[Told]:
    first, second = one.entity.chords or (), other.entity.chords or ()
    if len(first) != len(second) or len(first) < 2:
        return
    true = [chord.transposed(step) for chord in first]
    wrong = [
        at
        for at, (told, right) in enumerate(zip(second, true, strict=True))
        if told.root != right.root or told.quality != right.quality
    ]
    reason = f"Moved, they are {' '.join(chord.symbol for chord in true)}."
    if not wrong:
        yield so("transposition", reason, one, other)
    elif len(wrong) == 1:
        yield not_so("transposition", reason, other.entity.items[wrong[0]], true[wrong[0]].symbol, one)
    else:
        yield not_so("transposition", reason, other, in_style(other.entity, [chord.symbol for chord in true]), one)


_UPPER: Final = re.compile(
    r"\b(?:top|upper|highest|last) (?:three|3|@d\d+)|\bsits? (?:on top|above|over|inside)|\bupper (?:part|structure)"
    r"|\bleft with|\bhidden|\binside\b"
)


@sense("acm")
def upper(scene: Scene) -> Iterator[Told]:
    """The upper notes of a chord as a chord of their own: "the top three notes of Fmaj7 are A minor"."""
    chords = [
        (thing, chord) for thing in scene.of("acm") if thing.row < 0 and (chord := thing.entity.chord) is not None
    ]
    if not _UPPER.search(scene.spoken) or len(chords) != 2:
        return
    for (one, tall), (other, small) in ((chords[0], chords[1]), (chords[1], chords[0])):
        if len(tall.degrees) < 4 or len(small.degrees) != 3 or small.root_fifths is None:
            continue
        notes = chord_notes(tall)
        true = {frozenset(map(pitch_class, notes[at : at + 3])): notes[at] for at in range(1, len(notes) - 2)}
        if small.pitch_classes in true:
            yield so("chord notes", f"{tall.symbol} holds {small.symbol} on top.", one, other)
            return
        at = len(notes) - 3 if "upper" in scene.text or "top" in scene.text else 1
        right = _named(notes[at : at + 3])
        reason = f"On top of {tall.symbol} stands {' '.join(map(name, notes[at : at + 3]))}."
        yield not_so(
            "chord notes", reason, other, written_chord(right, other.entity) if right else "", one, robust=True
        )
        return


def _named(notes: tuple[int, ...]) -> Chord | None:
    for suffix in ("", "m", "dim", "aug"):
        chord = chord_on(notes[0], Chord.parse("C" + suffix).shape)
        if set(chord_notes(chord)) == set(notes):
            return chord
    return None
