"""Lines that run through chords: guide tones, chromatic lines, line clichés, pedals, bass walks, chains of dominants.

Each remark is a stretch of chords, the notes of the line and a sentence. Hears chord tones only, knows no voicing: that
a line is there to be played is certain, which hand plays it is `leading`'s business.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final, Literal

from msgspec import Struct

from partimento.music.chord import Chord
from partimento.music.pitch import name, pitch_class

RemarkKind = Literal["guide tones", "line cliche", "chromatic line", "pedal", "bass line", "dominant chain"]

_SEVENTHS: Final = ("7", "aug7", "sus7", "maj7", "min7", "hdim7", "minmaj7")
_DOMINANTS: Final = ("7", "aug7", "sus7")
_BASS: Final = 4
_PEDAL: Final = 3


class Remark(Struct, frozen=True):
    """A line from chord `start` to chord `end` (counted from 0, both included); `notes` are its notes in order."""

    kind: RemarkKind
    start: int
    end: int
    notes: tuple[str, ...]
    sentence: str


def remarks(chords: Sequence[Chord]) -> tuple[Remark, ...]:
    """What a player would point out about the voices of a progression, in order; the same move is told once."""
    places = [at for at, chord in enumerate(chords) if at == 0 or chord != chords[at - 1]]
    chords = [chords[at] for at in places]
    found = [*_guide_tones(chords), *_cliches(chords), *_bass_lines(chords), *_pedals(chords), *_chains(chords)]
    covered = {(one.start, one.end) for one in found if one.kind == "line cliche"}
    found += [line for line in _chromatic(chords) if (line.start, line.end) not in covered]
    told: dict[str, Remark] = {}
    for one in found:
        told.setdefault(one.sentence, Remark(one.kind, places[one.start], places[one.end], one.notes, one.sentence))
    return tuple(sorted(told.values(), key=lambda remark: (remark.start, -remark.end)))


def _guide_tones(chords: Sequence[Chord]) -> Iterator[Remark]:
    """Where the root falls a fifth, the seventh falls by step into the third, and the third stays or falls."""
    for at, (one, other) in enumerate(pairwise(chords)):
        if one.root is None or other.root is None or one.quality not in _SEVENTHS or one.third is None:
            continue
        if (other.root - one.root) % 12 != 5 or one.seventh is None or other.third is None:
            continue
        falls = (one.seventh - other.third) % 12
        if falls not in (1, 2):
            continue
        seventh, third = _called(one, one.seventh), _called(other, other.third)
        words = f"the seventh {seventh} of {one.symbol} falls to {third}, the third of {other.symbol}"
        notes = [seventh, third]
        if other.seventh is not None and (one.third - other.seventh) % 12 <= 2:
            kept, goal = _called(one, one.third), _called(other, other.seventh)
            stays = one.third == other.seventh
            words += f", and {kept} stays as its seventh" if stays else f", and {kept} falls to its seventh {goal}"
            notes += [kept, goal]
        elif (other.root - one.third) % 12 == 1:
            kept, goal = _called(one, one.third), name(other.root_fifths or 0)
            words += f", and the third {kept} rises to {goal}"
            notes += [kept, goal]
        yield Remark("guide tones", at, at + 1, tuple(notes), words[0].upper() + words[1:] + ".")


def _called(chord: Chord, pc: int) -> str:
    """The name of a pitch class as the chord spells it."""
    root = chord.root_fifths or 0
    return next((name(root + step) for step in chord.shape.fifths if pitch_class(root + step) == pc), "")


def _stretches(chords: Sequence[Chord], least: int, joined: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """The longest runs (first and last place) of at least so many chords, neighbours joined where the flag says so."""
    start = 0
    for at in range(1, len(chords) + 1):
        if at == len(chords) or not joined[at - 1]:
            if at - start >= least:
                yield start, at - 1
            start = at


def _cliches(chords: Sequence[Chord]) -> Iterator[Remark]:
    """A chord that stays while one of its voices moves by half steps: Cm Cm(maj7) Cm7 Cm6."""
    still = [one.root is not None and one.root == other.root and one != other for one, other in pairwise(chords)]
    for start, end in _stretches(chords, 3, still):
        for step in (-1, 1):
            for first, last, line in _half_steps(chords[start : end + 1], step, 3):
                held = chords[start].symbol
                words = f"Over {held} one voice moves by half steps: {', '.join(line)} (a line cliché)."
                yield Remark("line cliche", start + first, start + last, tuple(line), words)


def _chromatic(chords: Sequence[Chord]) -> Iterator[Remark]:
    for step, way, least in ((-1, "down", 4), (1, "up", 5)):
        for first, last, line in _half_steps(chords, step, least):
            words = f"From {chords[first].symbol} to {chords[last].symbol} a voice can move {way} by half steps: "
            yield Remark("chromatic line", first, last, tuple(line), f"{words}{', '.join(line)}.")


def _half_steps(chords: Sequence[Chord], step: int, least: int) -> Iterator[tuple[int, int, list[str]]]:
    """Lines that move a half step at every chord: first and last place, and the names; the longest of each start."""
    length: dict[int, int] = {}
    ended: list[tuple[int, int, int]] = []
    for at, chord in enumerate(chords):
        grown = {pc: length.get((pc - step) % 12, 0) + 1 for pc in chord.pitch_classes}
        ended += [(at, pc, size) for pc, size in length.items() if size >= least and (pc + step) % 12 not in grown]
        length = grown
    ended += [(len(chords), pc, size) for pc, size in length.items() if size >= least]
    seen: set[tuple[int, int]] = set()
    for stop, pc, size in ended:
        span = (stop - size, stop - 1)
        if span not in seen:
            seen.add(span)
            line = [(pc - step * (size - 1 - turn)) % 12 for turn in range(size)]
            yield (
                *span,
                [
                    _called(chords[span[0] + turn], note) or _low(chords[span[0] + turn])
                    for turn, note in enumerate(line)
                ],
            )


def _low(chord: Chord) -> str:
    return name(chord.bass_fifths or 0)


def _bass_lines(chords: Sequence[Chord]) -> Iterator[Remark]:
    """Four or more bass notes in step, one way, with a chord in inversion among them or chords a step apart."""
    for way, signs in (("down", (10, 11)), ("up", (1, 2))):
        joined = [
            one.bass is not None and other.bass is not None and (other.bass - one.bass) % 12 in signs
            for one, other in pairwise(chords)
        ]
        for start, end in _stretches(chords, _BASS, joined):
            line = tuple(_low(chord) for chord in chords[start : end + 1])
            words = (
                f"From {chords[start].symbol} to {chords[end].symbol} the bass walks {way} in steps: {', '.join(line)}."
            )
            yield Remark("bass line", start, end, line, words)


def _pedals(chords: Sequence[Chord]) -> Iterator[Remark]:
    held = [one.bass is not None and one.bass == other.bass for one, other in pairwise(chords)]
    for start, end in _stretches(chords, _PEDAL, held):
        stretch = chords[start : end + 1]
        if len({chord.root for chord in stretch}) < _PEDAL - 1 or not any(chord.is_slash for chord in stretch):
            continue
        note = _low(chords[start])
        moving = " ".join(chord.symbol for chord in stretch)
        words = f"Under {moving} the bass holds {note}: a pedal."
        yield Remark("pedal", start, end, (note,), words)


def _chains(chords: Sequence[Chord]) -> Iterator[Remark]:
    """Three or more dominant sevenths, each a fifth above the next: E7 A7 D7 G7."""
    joined = [
        one.quality in _DOMINANTS and other.quality in _DOMINANTS and ((other.root or 0) - (one.root or 0)) % 12 == 5
        for one, other in pairwise(chords)
    ]
    for start, end in _stretches(chords, 3, joined):
        roots = tuple(name(chord.root_fifths or 0) for chord in chords[start : end + 1])
        chain = " ".join(chord.symbol for chord in chords[start : end + 1])
        yield Remark("dominant chain", start, end, roots, f"{chain} is a chain of dominants, each the V of the next.")
