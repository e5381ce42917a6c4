"""A take: what somebody played, in seconds, and in beats where a tempo map is known. Reads no file and judges nothing.

Seconds count from 0 at the start of the recording, beats as in a score (quarter notes from 1).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import isfinite
from typing import Final

from msgspec import Struct

from partimento.core.errors import BadInput
from partimento.music.score import Hand, Note, Score

MOST_NOTES: Final = 20_000
"""About four hours of busy playing; a file with more is no take."""

_LAST_SECOND: Final = 86_400.0


class TakeNote(Struct, frozen=True):
    """One key pressed. `start` and `end` in seconds; `start_beat` and `beats` are None where no tempo map tells them.

    `hand` is None where nothing tells which hand it was.
    """

    start: float
    end: float
    midi: int
    velocity: int = 80
    hand: Hand | None = None
    channel: int | None = None
    start_beat: float | None = None
    beats: float | None = None


class Take(Struct, frozen=True):
    """Notes in order of their start. `tempo` (quarter notes a minute), `meter` and `key` are what the file claims at
    its start (None and "" where it claims nothing); `remarks` tell how it was read."""

    notes: tuple[TakeNote, ...]
    tempo: float | None = None
    meter: str = ""
    key: str = ""
    title: str = ""
    remarks: tuple[str, ...] = ()

    @property
    def seconds(self) -> float:
        """How long it lasts, from the first key pressed to the last one let go."""
        return max(note.end for note in self.notes) - self.notes[0].start if self.notes else 0.0


class PlayedNote(Struct, frozen=True, forbid_unknown_fields=True):
    """One note as an app sends it: in seconds (`start` with `end` or `duration`), or in beats (`start_beat`, `beats`)
    of the take's tempo."""

    midi: int
    start: float | None = None
    end: float | None = None
    duration: float | None = None
    start_beat: float | None = None
    beats: float | None = None
    velocity: int = 80
    hand: Hand | None = None
    channel: int | None = None


def take_of(played: Sequence[PlayedNote], tempo: float = 120.0) -> Take:
    """The take that a list of notes is; `tempo` turns beats into seconds. Raises BadInput naming the note."""
    beat = 60 / tempo
    return checked(_note(number, note, beat) for number, note in enumerate(played, 1))


def _note(number: int, note: PlayedNote, beat: float) -> TakeNote:
    if note.start is not None:
        start, end = note.start, note.end
        if end is None:
            end = start + (note.duration if note.duration is not None else (note.beats or 1) * beat)
    elif note.start_beat is not None:
        start = (note.start_beat - 1) * beat
        end = start + (note.beats if note.beats is not None else 1) * beat
    else:
        raise BadInput(
            f"note {number} of the take has no time",
            why="neither start nor start_beat is given",
            mend='write {"start": 0.5, "duration": 0.4, "midi": 60, "velocity": 80}, in seconds',
        )
    return TakeNote(
        start, end, note.midi, note.velocity, note.hand, note.channel, note.start_beat, note.beats
    )  # fmt: skip


def checked(notes: Iterable[TakeNote], **about: object) -> Take:
    """The take of these notes, sorted. `about`: its other fields. Raises BadInput for none, too many, impossible."""
    found = sorted(notes, key=lambda note: (note.start, note.midi))
    if not found:
        raise BadInput(
            "the take has no notes", why="no key was pressed in it", mend="record it again, with the piano track armed"
        )
    if len(found) > MOST_NOTES:
        raise BadInput(
            f"the take has {len(found)} notes",
            why=f"a take has {MOST_NOTES} at most",
            mend="cut out the part that is to be graded",
        )
    for note in found:
        if not (0 <= note.midi <= 127 and 1 <= note.velocity <= 127):
            raise BadInput(
                f"MIDI has no note {note.midi} with velocity {note.velocity}",
                why="notes go from 0 to 127, velocities from 1 to 127",
                mend="send what the keyboard sent",
            )
        if not (isfinite(note.start) and isfinite(note.end) and -60 <= note.start <= note.end <= _LAST_SECOND):
            raise BadInput(
                f"a note cannot sound from {note.start:g} s to {note.end:g} s",
                why="a note ends after it starts, within a day of the take's beginning",
                mend="give start and end, or start and duration, in seconds",
            )
    return Take(tuple(found), **about)  # type: ignore[arg-type]


def score_of(take: Take) -> Score:
    """The take as a piece: what the formats write again. Notes that tell no hand go to the right from middle C up.

    Raises BadInput where its notes have no beats.
    """
    notes = []
    for note in take.notes:
        if note.start_beat is None or note.beats is None:
            raise BadInput(
                "the take has no beats", why="no tempo map came with it", mend="read it from a MIDI file with a tempo"
            )
        hand = note.hand or ("right" if note.midi >= 60 else "left")
        notes.append(Note(note.start_beat, note.beats, note.midi, note.velocity, hand))
    meter = take.meter or "4/4"
    upper, _, lower = meter.partition("/")
    bar = int(upper) * 4 / int(lower)
    bars = max(1, -int(-(max(note.start_beat - 1 + note.beats for note in notes) - 1e-6) // bar))
    return Score(
        take.title or "Take", take.key or "C", take.tempo or 120.0, meter, bars, (), (), tuple(notes)
    )  # fmt: skip
