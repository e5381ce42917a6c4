"""Bass and drums as they are written: a bass an octave above its sound, a kit on lines and spaces. Knows no syntax.

What hands play on the kit is one voice and what feet play another; strokes have no length, so each is written up to
the next one or the next beat.
"""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from partimento.music.formats.filling import Item, Piece, fill
from partimento.music.formats.meter import Meter
from partimento.music.formats.quantise import Swing, strokes
from partimento.music.formats.spelling import Pitch, Speller
from partimento.music.formats.voices import Group, in_bars, one_voice
from partimento.music.score import BandNote, Instrument, Score, Track

OCTAVE: Final = 12
FEET: Final = frozenset({35, 36, 44, 86, 87})


class Place(Struct, frozen=True):
    """Where a piece of the kit stands in the percussion clef, as the letter a treble clef would give; its notehead."""

    name: str
    step: str
    octave: int
    head: str = "normal"


PLACES: Final[dict[int, Place]] = {
    35: Place("Kick", "F", 4), 36: Place("Kick", "F", 4), 37: Place("Rim", "C", 5, "x"),
    38: Place("Snare", "C", 5), 39: Place("Clap", "B", 4, "x"), 40: Place("Snare", "C", 5),
    41: Place("Low tom", "A", 4), 43: Place("Low tom", "A", 4), 45: Place("Mid tom", "D", 5),
    47: Place("Mid tom", "D", 5), 48: Place("High tom", "E", 5), 50: Place("High tom", "E", 5),
    42: Place("Closed hi-hat", "G", 5, "x"), 44: Place("Pedal hi-hat", "D", 4, "x"),
    46: Place("Open hi-hat", "G", 5, "circle-x"), 49: Place("Crash", "A", 5, "x"), 57: Place("Crash", "A", 5, "x"),
    51: Place("Ride", "F", 5, "x"), 59: Place("Ride", "F", 5, "x"), 53: Place("Ride bell", "F", 5, "diamond"),
    54: Place("Tambourine", "B", 5, "x"), 56: Place("Cowbell", "E", 5, "triangle"),
    60: Place("High bongo", "E", 5, "x"), 61: Place("Low bongo", "D", 5, "x"),
    62: Place("Mute conga", "B", 4, "x"), 63: Place("Open conga", "B", 4), 64: Place("Low conga", "G", 4),
    65: Place("Timbale", "E", 5, "slash"), 69: Place("Cabasa", "B", 5, "slash"), 70: Place("Shaker", "B", 5, "slash"),
    73: Place("Guiro", "A", 5, "slash"), 75: Place("Claves", "D", 5, "slash"), 86: Place("Mute surdo", "E", 4, "x"),
    87: Place("Open surdo", "E", 4),
}  # fmt: skip
_ELSE: Final = Place("Percussion", "E", 5, "x")


class BandPart(Struct, frozen=True):
    """One player: `bars` hold one or two voices each, the second empty where nothing is played in it.

    `drums` are the keys of the kit that are struck; `program` is None for the kit.
    """

    name: Instrument
    program: int | None
    drums: tuple[int, ...]
    bars: tuple[tuple[tuple[Item, ...], tuple[Item, ...]], ...]


def band_parts(score: Score, meter: Meter, swing: Swing, speller: Speller) -> tuple[BandPart, ...]:
    """The tracks of a score; one without notes is left out."""
    return tuple(
        _drums(track, score.bars, meter, swing)
        if track.name == "drums"
        else _bass(track, score.bars, meter, swing, speller)
        for track in score.tracks
        if track.notes
    )


def _bass(track: Track, bars: int, meter: Meter, swing: Swing, speller: Speller) -> BandPart:
    groups = one_voice(strokes(track.notes, bars, meter, swing))
    written = [
        (group, speller.spell(group.start, group.end, tuple(key + OCTAVE for key in group.keys))) for group in groups
    ]
    return BandPart(track.name, track.program, (), _filled(in_bars(written, meter), {}, bars, meter))


def _drums(track: Track, bars: int, meter: Meter, swing: Swing) -> BandPart:
    hands = [note for note in track.notes if note.midi not in FEET]
    feet = [note for note in track.notes if note.midi in FEET]
    upper, lower = (in_bars(_kit(notes, bars, meter, swing), meter) for notes in (hands, feet))
    drums = tuple(sorted({note.midi for note in track.notes}))
    return BandPart(track.name, None, drums, _filled(upper, lower, bars, meter))


def _kit(notes: list[BandNote], bars: int, meter: Meter, swing: Swing) -> list[tuple[Group, tuple[Pitch, ...]]]:
    """Strokes on the kit, each up to the next one or the next beat."""
    struck: dict[int, set[int]] = {}
    for stroke in strokes(notes, bars, meter, swing):
        struck.setdefault(stroke.start, set()).add(stroke.midi)
    starts = sorted(struck)
    written = []
    for start, following in zip(starts, [*starts[1:], bars * meter.bar], strict=True):
        line = start // meter.bar * meter.bar
        beat = line + ((start - line) // meter.beat + 1) * meter.beat
        group = Group(start, min(following, beat, line + meter.bar), tuple(sorted(struck[start])))
        written.append((group, tuple(pitch_of(key) for key in group.keys)))
    return written


def place_of(drum: int) -> Place:
    """Where a General MIDI key of the kit is written."""
    return PLACES.get(drum, _ELSE)


def pitch_of(drum: int) -> Pitch:
    place = place_of(drum)
    return Pitch(place.step, 0, place.octave, drum)


def _filled(
    upper: dict[int, list[Piece]], lower: dict[int, list[Piece]], bars: int, meter: Meter
) -> tuple[tuple[tuple[Item, ...], tuple[Item, ...]], ...]:
    """Both voices of every bar; the lower is empty where nothing is played in it."""
    return tuple(
        (
            fill(upper.get(bar, []), meter, hide_gaps=False),
            fill(lower[bar], meter, hide_gaps=True) if bar in lower else (),
        )
        for bar in range(bars)
    )
