"""A Standard MIDI File as a take: every key pressed, in seconds and in beats, with the hand where a track tells it.

Knows formats 0 and 1, running status, tempo changes, SMPTE time and hanging notes; the bytes are `midi_tracks`'.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import Final

from partimento.core.errors import BadInput
from partimento.music.formats.midi_tracks import Struck, Track, chunks, read_track
from partimento.music.score import Hand
from partimento.music.take import Take, TakeNote, checked

LARGEST: Final = 8 * 1024 * 1024
"""Bytes; what is larger is refused before it is read."""

_DRUMS: Final = 9
_USUAL_TEMPO: Final = 500_000


def read(data: bytes) -> Take:
    """The notes of the file; drums are left out. Raises BadInput with the mend for what is no whole MIDI file."""
    if len(data) > LARGEST:
        raise BadInput(
            f"the MIDI file has {len(data):,} bytes",
            why=f"{LARGEST:,} are read at most, and a take needs few thousands",
            mend="export only the take, as notes without audio or sysex",
        )
    division, bodies = chunks(data)
    tracks = [read_track(body, number) for number, body in enumerate(bodies, 1)]
    clock = _Clock(division, sorted(tempo for track in tracks for tempo in track.tempos))
    hands = _hands(tracks)
    notes = [
        clock.note(struck, hands.get((number, struck.channel)))
        for number, track in enumerate(tracks)
        for struck in track.struck
        if struck.channel != _DRUMS
    ]
    return checked(
        notes,
        tempo=clock.first_tempo,
        meter=next((track.meter for track in tracks if track.meter), ""),
        key=next((track.key for track in tracks if track.key), ""),
        title=tracks[0].name if tracks and not tracks[0].struck else "",
        remarks=tuple(_remarks(tracks, hands)),
    )


class _Clock:
    """Ticks as seconds and beats. Time in frames (SMPTE) has seconds only, and knows no tempo."""

    def __init__(self, division: int, tempos: list[tuple[int, int]]) -> None:
        self.is_smpte = bool(division & 0x8000)
        frames = 256 - (division >> 8)
        self.per_quarter = (division & 0xFF) * (29.97 if frames == 29 else frames) if self.is_smpte else division
        changes = {0: 1_000_000 if self.is_smpte else _USUAL_TEMPO} | ({} if self.is_smpte else dict(tempos))
        self.first_tempo = None if self.is_smpte or not tempos else round(60_000_000 / changes[0], 3)
        self._ticks = sorted(changes)
        self._rates = [changes[tick] / 1e6 / self.per_quarter for tick in self._ticks]
        self._seconds = [0.0]
        for place in range(1, len(self._ticks)):
            passed = self._ticks[place] - self._ticks[place - 1]
            self._seconds.append(self._seconds[-1] + passed * self._rates[place - 1])

    def seconds(self, tick: int) -> float:
        place = bisect_right(self._ticks, tick) - 1
        return self._seconds[place] + (tick - self._ticks[place]) * self._rates[place]

    def note(self, struck: Struck, hand: Hand | None) -> TakeNote:
        start, end = (round(self.seconds(tick), 6) for tick in (struck.tick, struck.end))
        beats = None if self.is_smpte else (struck.end - struck.tick) / self.per_quarter
        return TakeNote(
            start,
            end,
            struck.midi,
            struck.velocity,
            hand,
            struck.channel + 1,
            None if self.is_smpte else 1 + struck.tick / self.per_quarter,
            beats,
        )


def _hands(tracks: list[Track]) -> dict[tuple[int, int], Hand]:
    """Which hand a (track, channel) is: by the words left and right (or L.H., R.H.) in the track's name."""
    hands: dict[tuple[int, int], Hand] = {}
    for number, track in enumerate(tracks):
        words = track.name.lower().replace(".", "").replace("-", " ").split()
        named: list[Hand] = []
        if {"left", "lh"} & set(words):
            named.append("left")
        if {"right", "rh"} & set(words):
            named.append("right")
        if len(named) == 1:
            hands |= dict.fromkeys(((number, struck.channel) for struck in track.struck), named[0])
    return hands if len(set(hands.values())) == 2 or len(hands) == 1 else {}


def _remarks(tracks: list[Track], hands: dict[tuple[int, int], Hand]) -> list[str]:
    remarks = []
    if hanging := sum(track.hanging for track in tracks):
        remarks.append(f"{hanging} notes were never let go; they end with their track")
    if any(struck.channel == _DRUMS for track in tracks for struck in track.struck):
        remarks.append("the drums on channel 10 were left out")
    if hands:
        remarks.append("the tracks tell which hand played")
    return remarks
