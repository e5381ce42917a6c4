"""An idea of music: chords, a motif over them, or a story to play by. Knows its fields and what it must hold to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, Literal

from msgspec import Struct

from partimento.core.errors import PartimentoError
from partimento.music.analysis import function_of
from partimento.music.analysis.chord_scale import chord_scales
from partimento.music.bounded_leading import note_of
from partimento.music.chord import Chord
from partimento.music.composition.progression import Progression
from partimento.music.composition.proof import prove_progression
from partimento.music.key import Key
from partimento.music.rhythm import bar_beats, beat_length
from partimento.music.scale import Scale
from partimento.music.score import Note, PlacedChord, Score, Section
from partimento.shapes import saving

IdeaKind = Literal["motif", "progression", "story"]
KINDS: Final[tuple[IdeaKind, ...]] = ("motif", "progression", "story")
SUFFIXES = saving.PIECE_FILES
_LOWEST, _HIGHEST = 48, 96
_FITTING: Final = 0.7
"""The share of the notes on the beat that must belong to a scale of their chord."""
_TOUCHING: Final = 0.01


class MelodyNote(Struct, frozen=True, kw_only=True):
    """`note` by name with its octave ("Eb5"); `bar` and `beat` from 1, `beats` in quarter notes."""

    bar: int
    beat: float
    beats: float
    note: str


class CreativeDraft(Struct, frozen=True, kw_only=True):
    """What the rules or a model write. `bars`: the chord symbols of each bar."""

    title: str
    idea: str
    bars: tuple[tuple[str, ...], ...] = ()
    melody: tuple[MelodyNote, ...] = ()


class Creative(Struct, frozen=True, kw_only=True):
    """`idea` is the story, or how the music is meant; `symbols` and `roman_numerals` chord by chord."""

    kind: IdeaKind
    title: str
    idea: str
    genre: str
    application: str
    mood: str
    key: str
    tempo: float
    meter: str
    bars: int
    symbols: tuple[str, ...]
    roman_numerals: tuple[str, ...]
    chords: tuple[PlacedChord, ...]
    melody: tuple[MelodyNote, ...]
    language: str
    generation_method: str
    notes: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The idea as people read it."""
        parts = [f"# {self.title}", self.idea]
        if self.symbols:
            rows = [" ".join(one.symbol for one in self.chords if one.bar == bar) for bar in range(1, self.bars + 1)]
            parts.append(f"{self.key}, {self.meter}, {self.tempo:g} bpm: | {' | '.join(rows)} |")
        if self.melody:
            parts.append("Motif: " + " ".join(f"{one.note}({one.beats:g})" for one in self.melody))
        return "\n\n".join(parts)

    @property
    def score(self) -> Score:
        """The music as the formats read it; without any for a story that has none."""
        sections = (Section("A", 1, self.bars, ""),) if self.bars else ()
        length = bar_beats(self.meter)
        played = tuple(
            Note((one.bar - 1) * length + one.beat, one.beats, note_of(one.note).midi or 60, 80, "right")
            for one in self.melody
        )
        return Score(self.title, self.key, self.tempo, self.meter, self.bars, sections, self.chords, played)

    def as_bytes(self, suffix: str) -> bytes:
        """The idea in the format of a suffix of `SUFFIXES`. Raises BadInput for another."""
        return saving.as_bytes(self, self.score, suffix, SUFFIXES)

    def save(self, path: str | Path) -> Path:
        """Write the file that the suffix names, whole or not at all. Raises as `as_bytes`, BadInput for the place."""
        return saving.save(path, self.as_bytes(Path(path).suffix))


def music_flaws(made: Progression, melody: Sequence[MelodyNote], bars: int) -> Iterator[str]:
    """What the theory engine finds wrong with chords and melody, a sentence each."""
    yield from (finding.text for finding in prove_progression(made, made.key, bars))
    if not melody:
        return
    placed: list[tuple[float, float, int]] = []
    length = bar_beats(made.meter)
    for one in melody:
        try:
            midi = note_of(one.note).midi
        except PartimentoError as error:
            yield str(error)
            return
        where = f"{one.note} in bar {one.bar}"
        if midi is None:
            yield f"{where} has no octave"
            return
        if not _LOWEST <= midi <= _HIGHEST:
            yield f"{where} lies outside C3 to C7"
        if not 1 <= one.bar <= bars or not 1 <= one.beat < 1 + length or one.beats <= 0:
            yield f"{where}, beat {one.beat:g}, lies outside its bars"
        placed.append(((one.bar - 1) * length + one.beat - 1, one.beats, midi))
    yield from _overlaps(placed, bars * length)
    yield from _strangers(made, placed)


def _overlaps(placed: Sequence[tuple[float, float, int]], end: float) -> Iterator[str]:
    for (start, beats, _), (after, _, _) in zip(placed, placed[1:], strict=False):
        if after < start + beats - _TOUCHING:
            yield f"the note at beat {after + 1:g} begins before the one before it has ended, or out of order"
    if placed and placed[-1][0] + placed[-1][1] > end + _TOUCHING:
        yield "the melody plays on after the last bar"


def _strangers(made: Progression, placed: Sequence[tuple[float, float, int]]) -> Iterator[str]:
    """On the beat most notes must belong to a scale that players take over the chord."""
    length, beat, home = bar_beats(made.meter), beat_length(made.meter), Key.parse(made.key)
    starts = [(chord.bar - 1) * length + chord.beat - 1 for chord in made.chords]
    chords = [Chord.parse(chord.symbol) for chord in made.chords]
    heard = fitting = 0
    for start, _, midi in placed:
        place = max((number for number, at in enumerate(starts) if at <= start + _TOUCHING), default=0)
        chord, after = chords[place], chords[place + 1] if place + 1 < len(chords) else None
        if chord.root is None or start % beat > _TOUCHING:
            continue
        heard += 1
        found = chord_scales(chord, home, function_of(chord, home, after), after)
        fitting += midi % 12 in chord.pitch_classes | Scale.parse(found[0].scale).pitch_classes
    if heard and fitting < _FITTING * heard:
        yield f"{heard - fitting} of the {heard} notes on the beat belong neither to their chord nor to its scale"
