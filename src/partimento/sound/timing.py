"""When each note of a piece sounds, in seconds. Knows tempo and players, and nothing of how they sound."""

from __future__ import annotations

from collections.abc import Iterable
from math import isfinite
from typing import Final, Literal

from msgspec import Struct

from partimento.core.errors import BadInput
from partimento.music.formats.meter import PER_QUARTER, Meter, checked_tempo
from partimento.music.score import BandNote, Note, Score

TAIL_S: Final = 2.5
"""What is left for the last notes to ring."""

LONGEST_S: Final = 1800.0

Player = Literal["piano", "bass", "drums"]


class Strike(Struct, frozen=True):
    """A note in time: seconds from the start of the file, how long it is held, its key and how hard it is struck."""

    player: Player
    at_s: float
    held_s: float
    midi: int
    velocity: int


def strikes(score: Score) -> list[Strike]:
    """Every note that sounds, in order of time. Raises BadInput."""
    beat_s = 60 / checked_tempo(score.tempo)
    players: list[tuple[Player, Iterable[Note | BandNote]]] = [("piano", score.notes)]
    players += [(track.name, track.notes) for track in score.tracks]
    found = [_strike(player, note, beat_s) for player, notes in players for note in notes]
    found.sort(key=lambda strike: strike.at_s)
    return found


def _strike(player: Player, note: Note | BandNote, beat_s: float) -> Strike:
    if not 0 <= note.midi <= 127:
        raise BadInput(f"there is no key {note.midi}", mend="keep notes between 0 and 127")
    if not (isfinite(note.start_beat) and isfinite(note.beats)):
        raise BadInput(
            f"a note cannot start at {note.start_beat} and last {note.beats} beats", mend="give times as finite numbers"
        )
    at_s = max(0.0, (note.start_beat - 1) * beat_s)
    return Strike(player, at_s, max(0.0, note.beats * beat_s), note.midi, min(127, max(1, note.velocity)))


def length_s(score: Score) -> float:
    """The length of its file: all bars, every note to its end, and the ringing. Raises BadInput over half an hour."""
    bars_s = score.bars * Meter.parse(score.meter).bar / PER_QUARTER * 60 / checked_tempo(score.tempo)
    length = max([bars_s, *(strike.at_s + strike.held_s for strike in strikes(score))]) + TAIL_S
    if length > LONGEST_S:
        raise BadInput(
            f"the piece lasts {length / 60:.0f} minutes",
            why=f"at most {LONGEST_S / 60:.0f} are turned into sound",
            mend="ask for fewer bars or a faster tempo, or write .mid",
        )
    return length
