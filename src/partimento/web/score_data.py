"""A score as the page's scripts need it: notation bar by bar, what sounds and when, what an exercise asks for.

Knows music values; leaves drawing, sound and live judging to the scripts, and the grade to the grader.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final, Literal

import msgspec
from msgspec import Struct

from partimento.core.errors import BadInput, PartimentoError
from partimento.music.chord import Chord
from partimento.music.exercises.study import held
from partimento.music.formats import abc
from partimento.music.formats.meter import EIGHTH, PER_QUARTER, Meter
from partimento.music.grading.colours import free_tones
from partimento.music.grading.expected import tones
from partimento.music.leading import lead
from partimento.music.score import Hand, Note, PlacedChord, Score
from partimento.music.voicing.reach import Grip
from partimento.shapes.exercise import Exercise
from partimento.shapes.grade import asked_in
from partimento.shapes.reharmonization import Reharmonized
from partimento.shapes.voice_leading import VoiceLeading
from partimento.shapes.voicing import Voicing

Belonging = Literal["chord", "colour", "passing"]
"""What a note is to its chord: a tone of it, a ninth or so that players add unasked, or on its way elsewhere."""

MOST_NOTES: Final = 5_000
_SLOW: Final = 80.0
"""Quarter notes a minute for grips that have no time of their own."""
_EARLY: Final = 0.75
"""Quarters: a note this little before a chord, that lasts into it, belongs to it."""
_BAR: Final = re.compile(r"(.*?\|[\]|]?)(?: |$)")
_EMPTY: Final = re.compile(r"Z(?= \|)")
_VOICES: Final[dict[str, Hand]] = {"1": "right", "3": "right", "2": "left", "4": "left"}


class DrawnBar(Struct, frozen=True):
    """One bar in ABC: a text for each voice, its bar line with it; `section` names what begins here, else ""."""

    section: str
    cells: tuple[str, ...]


class Drawn(Struct, frozen=True):
    """The notation, to be laid out in lines as wide as the page. `voices`: the ABC id of each, and whose hand it is."""

    head: str
    voices: tuple[tuple[str, Hand], ...]
    bars: tuple[DrawnBar, ...]


class Sound(Struct, frozen=True):
    """One note of a hand. `start_beat` counts quarters from 1 through the piece."""

    start_beat: float
    beats: float
    midi: int
    velocity: int
    hand: Hand
    belongs: Belonging


class Sign(Struct, frozen=True):
    """One chord in its place; `start_beat` as of a note, `beat` within its bar."""

    bar: int
    beat: float
    start_beat: float
    beats: float
    symbol: str
    roman: str
    function: str


class Tone(Struct, frozen=True):
    """One tone that a take must have; `key` is its MIDI number, or its pitch class where any octave will do. `free`:
    pitch classes that are right beside it."""

    key: int
    midi: int
    hand: Hand
    start_beat: float
    beats: float
    bar: int
    free: tuple[int, ...]


class AskedOf(Struct, frozen=True):
    """What is asked of the player, as the grader will ask it."""

    mode: str
    tones: tuple[Tone, ...]


class ScoreData(Struct, frozen=True, kw_only=True):
    """All that a score's scripts need. Lengths are quarters; `beat` is what the metronome clicks. `is_ours` tells that
    the chords came without notes, and stand here in plain voicings."""

    title: str
    tempo: float
    meter: str
    bar_beats: float
    beat: float
    bars: int
    is_ours: bool
    drawn: Drawn
    sections: tuple[tuple[str, int, int], ...]
    chords: tuple[Sign, ...]
    events: tuple[Sound, ...]
    tracks: dict[str, tuple[tuple[float, float, int, int], ...]]
    asked: AskedOf | None


def music_of(value: Any) -> Score | None:
    """The score of a value that has one, or that is grips to be played one after another; None for anything else."""
    if isinstance(value, Voicing | VoiceLeading):
        return _of_grips(value)
    if isinstance(value, Reharmonized):
        title = f"Reharmonized in {value.key}"
        return Score(title, value.key, _SLOW, value.meter, len(value.bars), (), value.chords, ())
    found = getattr(value, "score", None)
    return found if isinstance(found, Score) and found.bars else None


def has_music(value: Any) -> bool:
    """Whether there is anything to draw and play; what a model wrote may not be readable as music."""
    try:
        return music_of(value) is not None
    except (PartimentoError, ValueError, TypeError, AttributeError, LookupError):
        return False


def data_of(value: Any) -> ScoreData:
    """What the scripts need of a value. Raises BadInput for one without music, or with more than a page can hold."""
    score = music_of(value)
    if score is None or not (score.notes or score.chords):
        raise BadInput("there is no score", why="nothing in it has notes or chords", mend="look at its text instead")
    if len(score.notes) > MOST_NOTES:
        raise BadInput(
            f"the score has {len(score.notes)} notes",
            why=f"a page draws and plays {MOST_NOTES} at most",
            mend="take it as .mid or .musicxml",
        )
    meter = Meter.parse(score.meter)
    bar = meter.bar / PER_QUARTER
    is_ours = not score.notes
    if is_ours:
        score = msgspec.structs.replace(score, notes=_plain_grips(score.chords, bar))
    signs = tuple(
        Sign(one.bar, one.beat, (one.bar - 1) * bar + one.beat, one.beats, one.symbol, one.roman, one.function)
        for one in score.chords
    )
    return ScoreData(
        title=score.title, tempo=score.tempo, meter=score.meter, bar_beats=bar, beat=meter.beat / PER_QUARTER,
        bars=score.bars, is_ours=is_ours, drawn=drawn_of(abc.write(score), meter.bar // EIGHTH),
        sections=tuple((one.name, one.start_bar, one.bars) for one in score.sections),
        chords=signs, events=_sounds(score.notes, signs),
        tracks={
            track.name: tuple((one.start_beat, one.beats, one.midi, one.velocity) for one in track.notes)
            for track in score.tracks
        },
        asked=_asked_of(value) if isinstance(value, Exercise) else None,
    )  # fmt: skip


def drawn_of(tune: str, eighths: int) -> Drawn:
    """A tune of ours taken apart into bars of so many eighths. Its title is left to the page, and an empty bar is a
    rest of its length: the engraver would count bars over it."""
    head: list[str] = []
    bars: list[DrawnBar] = []
    section, row = "", dict[str, list[str]]()
    used = [line[2:].split()[0] for line in tune.splitlines() if line.startswith("V:")]
    for line in tune.splitlines():
        if line.startswith("P:"):
            section = line[2:]
        elif line.startswith("[V:"):
            voice, _, text = line[3:].partition("] ")
            row[voice] = [_EMPTY.sub(f"z{eighths}", cell) for cell in _BAR.findall(text)]
            if len(row) == len(used):
                for nth, cells in enumerate(zip(*(row[voice] for voice in used), strict=True)):
                    bars.append(DrawnBar("" if nth else section, cells))
                section, row = "", {}
        elif not line.startswith("T:"):
            head.append(line)
    return Drawn("\n".join(head), tuple((voice, _VOICES[voice]) for voice in used), tuple(bars))


def belonging(note: Note, chords: Sequence[Sign]) -> Belonging:
    """What a note is to the chord it sounds in; one struck a little early belongs to the chord that it lasts into."""
    end = note.start_beat + note.beats
    homes = [
        sign.symbol
        for sign in chords
        if sign.start_beat - 0.01 <= note.start_beat < sign.start_beat + sign.beats - 0.01
        or (sign.start_beat - _EARLY <= note.start_beat < sign.start_beat < end - 0.01)
    ]
    if not homes:
        return "chord"
    if any(note.midi % 12 in Chord.parse(symbol).pitch_classes for symbol in homes):
        return "chord"
    return "colour" if any(note.midi % 12 in free_tones(symbol) for symbol in homes) else "passing"


def _sounds(notes: Sequence[Note], signs: Sequence[Sign]) -> tuple[Sound, ...]:
    return tuple(
        Sound(
            round(note.start_beat, 4), round(note.beats, 4), note.midi, note.velocity, note.hand,
            belonging(note, signs),
        )
        for note in sorted(notes, key=lambda note: (note.start_beat, note.midi))
    )  # fmt: skip


def _plain_grips(chords: tuple[PlacedChord, ...], bar: float) -> tuple[Note, ...]:
    """Chords that came without notes, in the hands they tell of or else in plain grips, led smoothly."""
    way = lead([chord.symbol for chord in chords], "comping")
    grips = [
        Grip(chord.left_hand, chord.right_hand) if chord.left_hand + chord.right_hand else grip
        for chord, grip in zip(chords, way, strict=True)
    ]
    return held(chords, grips, bar)


def _of_grips(value: Voicing | VoiceLeading) -> Score:
    """Each grip held for a bar."""
    placed = tuple(
        PlacedChord(bar, 1, 4, one.symbol, one.roman, "", one.left_hand, one.right_hand)
        for bar, one in enumerate(value.chords, 1)
    )
    grips = [Grip(one.left_hand, one.right_hand) for one in value.chords]
    title = f"{value.kind.capitalize()} voicings in {value.key}"
    return Score(title, value.key, _SLOW, "4/4", len(placed), (), placed, held(placed, grips, 4))


def _asked_of(value: Any) -> AskedOf:
    expected = asked_in(value).expected
    return AskedOf(
        expected.mode,
        tuple(
            Tone(one.key, one.midi, one.hand, one.start_beat, one.beats, one.bar, tuple(sorted(one.chord)))
            for one in tones(expected)
        ),
    )
