"""A piece for two hands to write out: four-note chords over octaves, in any key and meter, played straight or not."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import pytest
from msgspec.structs import replace

from partimento.music.chord import Chord
from partimento.music.score import BandNote, Note, PlacedChord, Score, Section, Track

MakePiece = Callable[..., Score]

HITS = {
    "4/4": ((0, 1.5), (1.5, 1), (3, 0.5), (3.5, 0.5)),
    "3/4": ((0, 1), (1, 1.5), (2.5, 0.5)),
    "6/8": ((0, 1.5), (1.5, 1), (2.5, 0.5)),
    "12/8": ((0, 1.5), (1.5, 1.5), (3, 1), (4, 0.5), (4.5, 1.5)),
    "2/4": ((0, 0.75), (0.75, 0.25), (1, 1)),
    "5/4": ((0, 1.5), (1.5, 1.5), (3, 2)),
    "7/8": ((0, 1), (1, 1), (2, 1.5)),
}


def piece(
    symbols: str = "Abmaj9 Fm9 Bbm9 Eb13(b9) Cm7b5/Gb F7alt Bbm7 Eb7sus4",
    *,
    key: str = "Ab",
    meter: str = "4/4",
    bars: int = 8,
    tempo: float = 72.5,
    title: str = "A piece",
    swing: float = 0.5,
    jitter: float = 0.0,
) -> Score:
    """A piece of one chord a bar; `swing` is where second eighths fall, `jitter` the most a note is early or late."""
    random = Random(7)
    names = symbols.split()
    length = 4 * int(meter.split("/")[0]) / int(meter.split("/")[1])
    chords, notes = [], []

    def strike(beat: float, beats: float, midi: int, hand: str) -> None:
        start, end = (time - 0.5 + swing if time % 1 == 0.5 else time for time in (beat, beat + beats))
        late = random.uniform(-jitter, jitter)
        notes.append(
            Note(max(1.0, start + late), end - start, midi, 64 + midi % 32, "left" if hand == "left" else "right")
        )

    for bar in range(bars):
        chord = Chord.parse(names[bar % len(names)])
        chords.append(PlacedChord(bar + 1, 1.0, length, chord.symbol, "", ""))
        if chord.bass is None:
            continue
        line = 1 + bar * length
        for octave in (36, 48):
            strike(line, length, octave + chord.bass, "left")
        for beat, beats in HITS[meter]:
            for tone in sorted(chord.pitch_classes)[:4]:
                strike(line + beat, beats, 60 + tone, "right")
    sections = (Section("Verse", 1, max(1, bars // 2)), Section("Chorus", bars // 2 + 1, bars - bars // 2))
    return Score(title, key, tempo, meter, bars, sections[: 1 if bars == 1 else 2], tuple(chords), tuple(notes))


def with_band(score: Score, swing: float = 0.5) -> Score:
    """The piece with a bass that walks in quarters and a drummer who plays eighths, swung or not."""
    bass, drums = [], []
    for chord in score.chords:
        root = Chord.parse(chord.symbol).bass
        start = score_beat(score, chord)
        if root is not None:
            bass += [BandNote(start + beat, 0.95, 28 + (root - 4) % 12, 80) for beat in range(int(chord.beats))]
        drums += [BandNote(start, 0.25, 36, 90), BandNote(start + 1, 0.25, 44, 60), BandNote(start + 1, 0.25, 38, 80)]
        drums += [BandNote(start + beat, 0.25, 51, 70) for beat in range(int(chord.beats))]
        drums += [BandNote(start + beat + swing, 0.25, 51, 50) for beat in range(int(chord.beats))]
    return replace(score, tracks=(Track("bass", 32, tuple(bass)), Track("drums", None, tuple(drums))))


def score_beat(score: Score, chord: PlacedChord) -> float:
    """Where a chord begins, in quarter notes from 1."""
    beats, unit = map(int, score.meter.split("/"))
    return (chord.bar - 1) * beats * 4 / unit + chord.beat


@pytest.fixture
def make_piece() -> MakePiece:
    return piece


@pytest.fixture
def make_band_piece() -> MakePiece:
    return lambda **options: with_band(piece(**options), float(str(options.get("swing", 0.5))))
