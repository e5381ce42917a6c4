"""The piece as a Standard MIDI File: played times, tempo, key, markers. Knows no notation and never rounds to a grid.

Format 1, 480 ticks a quarter note: a conductor track (title, tempo, meter, key, sections as markers, chord symbols as
text), the right hand on channel 1, the left hand on channel 2, so that a key both hands touch is never cut short by
the other hand; then the band, bass on channel 3 and drums on 10. The same score gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from partimento.core.errors import BadInput
from partimento.music.formats.meter import PER_QUARTER, Meter, checked_tempo
from partimento.music.formats.text import plain
from partimento.music.key import Key, practical_key
from partimento.music.score import BandNote, Instrument, Note, Score

TICKS = 480
_TEXT, _TRACK_NAME, _MARKER = 0x01, 0x03, 0x06
_SLOWEST = 0xFFFFFF  # µs a quarter note: all that the three bytes of a tempo event hold
_LONGEST_DELTA = 0x0FFFFFFF
_END = b"\xff\x2f\x00"
_PIANO = 0
_CHANNELS: dict[Instrument, int] = {"bass": 2, "drums": 9}

Timed = tuple[int, bytes]


def write(score: Score) -> bytes:
    """The bytes of the file.

    Of two notes on one key of one hand or player the earlier ends where the later begins; of two that begin together
    the longer stays. Raises BadInput for a note or a program outside 0 to 127 or a time that is no number,
    KeySyntaxError for the key.
    """
    meter = Meter.parse(score.meter)
    end = score.bars * meter.bar * TICKS // PER_QUARTER
    tracks = [
        _conductor(score, meter, end),
        _player("Right hand", _PIANO, 0, (note for note in score.notes if note.hand == "right"), end),
        _player("Left hand", _PIANO, 1, (note for note in score.notes if note.hand == "left"), end),
        *(
            _player(track.name.capitalize(), track.program, _CHANNELS[track.name], track.notes, end)
            for track in score.tracks
        ),
    ]
    header = b"MThd" + (6).to_bytes(4) + (1).to_bytes(2) + len(tracks).to_bytes(2) + TICKS.to_bytes(2)
    return header + b"".join(b"MTrk" + len(track).to_bytes(4) + track for track in tracks)


def _conductor(score: Score, meter: Meter, end: int) -> bytes:
    key, _ = practical_key(Key.parse(score.key))
    bar = meter.bar * TICKS // PER_QUARTER
    clicks = meter.beat * 24 // PER_QUARTER
    tempo = min(_SLOWEST, round(60_000_000 / checked_tempo(score.tempo)))
    events: list[Timed] = [
        (0, _meta(_TRACK_NAME, plain(score.title).encode())),
        (0, _meta(0x51, tempo.to_bytes(3))),
        (0, _meta(0x58, bytes((meter.beats, meter.unit.bit_length() - 1, clicks, 8)))),
        (0, _meta(0x59, bytes((key.signature & 0xFF, key.is_minor)))),
    ]
    marks = [
        (max(0, section.start_bar - 1) * bar, _meta(_MARKER, plain(section.name).encode()))
        for section in score.sections
    ]
    marks += [
        (max(0, (chord.bar - 1) * bar + _ticks(chord.beat - 1)), _meta(_TEXT, plain(chord.symbol).encode()))
        for chord in score.chords
    ]
    return _track(events + sorted(marks, key=lambda mark: mark[0]), end)


def _meta(kind: int, data: bytes) -> bytes:
    return bytes((0xFF, kind)) + _delta(len(data)) + data


def _ticks(beats: float) -> int:
    try:
        return round(beats * TICKS)
    except (ValueError, OverflowError):
        raise BadInput(f"a time of {beats} beats cannot be written", mend="give times as finite numbers") from None


def _player(name: str, program: int | None, channel: int, notes: Iterable[Note | BandNote], end: int) -> bytes:
    """One player's track. An event is one int while it is sorted: tick, on after off, key, velocity."""
    spans: list[tuple[int, int, int, int]] = []
    for note in notes:
        midi, begin = note.midi, note.start_beat - 1
        if not 0 <= midi <= 127:
            raise BadInput(f"MIDI has no note {midi}", mend="keep notes between 0 and 127")
        start = max(0, _ticks(begin))
        spans.append((midi, start, max(start + 1, _ticks(begin + note.beats)), min(127, max(1, note.velocity))))
    spans.sort()
    events: list[int] = []
    after = (-1, 0, 0, 0)  # the next span on the same key is found by walking backwards
    for span in reversed(spans):
        midi, start, stop, velocity = span
        if after[0] == midi:
            if after[1] == start:
                continue
            stop = min(stop, after[1])
        events.append(start << 15 | 1 << 14 | midi << 7 | velocity)
        events.append(stop << 15 | midi << 7)
        after = span
    events.sort()
    on, off = 0x90 | channel, 0x80 | channel
    timed: list[Timed] = [(0, _meta(_TRACK_NAME, name.encode()))]
    if program is not None:
        timed.append((0, bytes((0xC0 | channel, _checked_program(program)))))
    timed += [(event >> 15, bytes((on if event & 1 << 14 else off, event >> 7 & 127, event & 127))) for event in events]
    return _track(timed, end)


def _checked_program(program: int) -> int:
    if not 0 <= program <= 127:
        raise BadInput(f"MIDI has no program {program}", mend="give a General MIDI program from 0 to 127")
    return program


def _track(events: list[Timed], end: int) -> bytes:
    """Events in order of time as delta times and bytes, closed at `end` or with the last event."""
    parts: list[bytes] = []
    now = 0
    for tick, data in events:
        parts.append(_delta(tick - now))
        parts.append(data)
        now = tick
    parts.append(_delta(max(0, end - now)) + _END)
    return b"".join(parts)


@lru_cache(maxsize=8192)
def _delta(value: int) -> bytes:
    """A variable-length quantity: seven bits a byte, the high bit on all but the last."""
    if value < 0x80:
        return bytes((value,))
    if value > _LONGEST_DELTA:
        raise BadInput("the piece is too long for a MIDI file", mend="write fewer bars")
    parts = [value & 0x7F]
    while value := value >> 7:
        parts.append(value & 0x7F | 0x80)
    return bytes(reversed(parts))
