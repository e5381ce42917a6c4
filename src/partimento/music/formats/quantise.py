"""From played times to places on the notation grid: swing straightened, triplets told from sixteenths, ends tidied.

Works in ticks of a twelfth of a quarter note from the start of the piece, one hand or player at a time. Knows no bars
but their length, no spelling and no voices. Playing data are never changed: only what is *written* is rounded.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from itertools import pairwise
from math import floor, isfinite
from statistics import median

from msgspec import Struct

from partimento.core.errors import BadInput
from partimento.music.formats.meter import EIGHTH, PER_QUARTER, SIXTEENTH, TRIPLET, Meter
from partimento.music.score import BandNote, Note, Score

_STRAIGHT = 0.5
_LOWEST, _HIGHEST = 12, 127  # MusicXML has no octave below that of 12
_LEGATO = 0.25  # an overlap of up to this share of a note is touch, not a second voice


class Stroke(Struct, frozen=True, order=True):
    """A key struck: ticks from the start of the piece, `end` > `start`."""

    start: int
    end: int
    midi: int


class Swing(Struct, frozen=True):
    """Where in the beat the second eighth falls (0.5: no swing), and the beats that hold real triplets instead."""

    place: float
    triplets: frozenset[int]

    def straight(self, time: float) -> float:
        """The time in quarter notes with the swing taken out."""
        beat = floor(time)
        phase = time - beat
        if self.place == _STRAIGHT or beat in self.triplets:
            return time
        if phase < self.place:
            return beat + phase / self.place / 2
        return beat + 1 - (1 - phase) / (1 - self.place) / 2


def sounding(score: Score) -> list[Note | BandNote]:
    """Every note of hands and band. Raises BadInput for one that cannot be written."""
    notes: list[Note | BandNote] = [*score.notes]
    notes += [note for track in score.tracks for note in track.notes]
    for note in notes:
        if not _LOWEST <= note.midi <= _HIGHEST:
            raise BadInput(f"there is no written note for key {note.midi}", mend="keep notes between 12 and 127")
        if not (isfinite(note.start_beat) and isfinite(note.beats)):
            raise BadInput(
                f"a note cannot start at {note.start_beat} and last {note.beats} beats",
                mend="give times as finite numbers",
            )
    return notes


def find_swing(notes: Iterable[Note | BandNote], meter: Meter) -> Swing:
    """A piece swings when its second eighths fall late (0.58 to 0.72 of the beat) at least four times as often as not.

    A note at the first third of a beat makes it a beat of triplets, unless it is the second of four swung sixteenths.
    """
    straight = Swing(_STRAIGHT, frozenset())
    if not meter.has_quarter_beat:
        return straight
    beats: defaultdict[int, set[float]] = defaultdict(set)
    for onset in {note.start_beat - 1 for note in notes}:
        beats[floor(onset)].add(onset % 1)
    thirds = {beat for beat, phases in beats.items() if any(0.28 < phase <= 0.4 for phase in phases)}
    late = [phase for beat, phases in beats.items() if beat not in thirds for phase in phases if 0.58 < phase <= 0.72]
    even = sum(0.42 < phase <= 0.58 for phases in beats.values() for phase in phases)
    if len(late) < 2 or len(late) < 4 * even:
        return straight
    place = median(late)
    triplets = frozenset(beat for beat in thirds if not _has_swung_sixteenths(beats[beat], place))
    return straight if len(late) < 2 * len(triplets) else Swing(place, triplets)


def _has_swung_sixteenths(phases: set[float], place: float) -> bool:
    """Whether the note near the first third is a sixteenth, late as the swing has it, and no triplet."""
    second = min(phases, key=lambda phase: abs(phase - 1 / 3))
    return abs(second - place / 2) < abs(second - 1 / 3) - 0.005 or any(0.75 < phase < 0.92 for phase in phases)


def strokes(notes: Iterable[Note | BandNote], bars: int, meter: Meter, swing: Swing) -> list[Stroke]:
    """One hand or player on the grid, sorted; never two strokes of one key at once, nothing outside the bars."""
    times = [
        (swing.straight(note.start_beat - 1), swing.straight(note.start_beat - 1 + note.beats), note.midi)
        for note in notes
    ]
    triplets = _triplet_beats([start for start, _, _ in times]) if meter.has_quarter_beat else frozenset()
    last = bars * meter.bar
    placed: dict[tuple[int, int], int] = {}
    for start_time, end_time, midi in times:
        start = max(0, _snap(start_time, triplets))
        if start < last:
            end = max(_snap(end_time, triplets), start + _step(start, triplets))
            placed[midi, start] = max(end, placed.get((midi, start), 0))
    onsets = sorted({start for _, start in placed})
    following = dict(pairwise([*onsets, last]))
    again = _restrikes(placed)
    tidied = (
        Stroke(
            start, min(_tidy(start, end, following[start], meter.bar, triplets), again.get((midi, start), last)), midi
        )
        for (midi, start), end in placed.items()
    )
    return sorted(tidied)


def _triplet_beats(onsets: list[float]) -> frozenset[int]:
    """The beats whose onsets lie clearly nearer to thirds than to quarters of the beat."""
    binary: defaultdict[int, float] = defaultdict(float)
    ternary: defaultdict[int, float] = defaultdict(float)
    for onset in onsets:
        beat = floor(onset)
        place = (onset - beat) * PER_QUARTER
        binary[beat] += abs(place - SIXTEENTH * round(place / SIXTEENTH))
        ternary[beat] += abs(place - TRIPLET * round(place / TRIPLET))
    return frozenset(beat for beat, miss in binary.items() if ternary[beat] + 0.4 < miss)


def _step(place: int, triplets: frozenset[int]) -> int:
    return TRIPLET if place // PER_QUARTER in triplets else SIXTEENTH


def _snap(time: float, triplets: frozenset[int]) -> int:
    beat = floor(time)
    step = TRIPLET if beat in triplets else SIXTEENTH
    return beat * PER_QUARTER + step * round((time - beat) * PER_QUARTER / step)


def _restrikes(placed: dict[tuple[int, int], int]) -> dict[tuple[int, int], int]:
    """Where each key is struck next, for every stroke that has a successor."""
    keys = sorted(placed)
    return {one: two[1] for one, two in pairwise(keys) if one[0] == two[0]}


def _tidy(start: int, end: int, following: int, bar: int, triplets: frozenset[int]) -> int:
    """The written end: gaps and overlaps of touch are closed, since they belong to playing and not to reading."""
    if end > following:
        touch = max(SIXTEENTH, min(PER_QUARTER, int((end - start) * _LEGATO)))
        return following if end - following <= touch else _rounded_up(end, triplets)
    end = min(_rounded_up(end, triplets), following)
    goal = min(following, -(-end // bar) * bar)
    gap = goal - end
    return goal if gap < EIGHTH or (gap == EIGHTH and end - start >= 30) else end


def _rounded_up(end: int, triplets: frozenset[int]) -> int:
    step = TRIPLET if (end - 1) // PER_QUARTER in triplets else EIGHTH
    return -(-end // step) * step
