"""Reading MIDI: what our own writer writes comes back equal; what is broken is refused with what, why and the mend."""

from __future__ import annotations

import io
from contextlib import suppress
from random import Random

import mido
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from partimento import BadInput
from partimento.music.composition.arrange import arrange
from partimento.music.composition.plan import plan
from partimento.music.composition.progression import compose
from partimento.music.formats import midi, midi_reading
from partimento.music.genres import find
from partimento.music.score import BandNote, Score, Track
from partimento.music.take import score_of

ON, OFF = b"\x00\x90\x3c\x40", b"\x60\x80\x3c\x40"
END = b"\x00\xff\x2f\x00"


def file_of(*tracks: bytes, kind: int = 1, division: int = 96, count: int | None = None) -> bytes:
    head = b"MThd" + (6).to_bytes(4) + kind.to_bytes(2) + (len(tracks) if count is None else count).to_bytes(2)
    return head + division.to_bytes(2) + b"".join(b"MTrk" + len(track).to_bytes(4) + track for track in tracks)


def piece(genre: str = "gospel", bars: int = 16) -> Score:
    found = find(genre)
    settled = plan(found, "", key="Ab", bars=bars, level=7, tracks="piano")
    return arrange(compose(found, settled, Random(1)), found, settled, Random(1))


def ticks(score: Score) -> list[tuple[int, int, int, int, str]]:
    """The notes on the grid of the file."""
    return sorted(
        (
            round((note.start_beat - 1) * midi.TICKS),
            round((note.start_beat - 1 + note.beats) * midi.TICKS),
            note.midi,
            note.velocity,
            note.hand,
        )
        for note in score.notes
    )


@pytest.mark.parametrize("genre", ["gospel", "jazz"])
def test_a_file_of_ours_comes_back_with_equal_notes_and_hands(genre: str) -> None:
    score = piece(genre)
    take = midi_reading.read(midi.write(score))
    again = score_of(take)
    assert ticks(again) == ticks(score)
    assert (again.key, again.meter, again.bars, again.title) == (score.key, score.meter, score.bars, score.title)
    assert again.tempo == pytest.approx(score.tempo, abs=0.01)
    assert midi.write(again)[:14] == midi.write(score)[:14]


def test_the_band_is_told_from_the_hands_and_the_drums_are_left_out() -> None:
    bass = Track("bass", 32, (BandNote(1.0, 1.0, 36, 80),))
    drums = Track("drums", None, (BandNote(1.0, 1.0, 42, 80),))
    take = midi_reading.read(midi.write(replace(piece(bars=8), tracks=(bass, drums))))
    assert {note.hand for note in take.notes} == {"left", "right", None}
    assert 10 not in {note.channel for note in take.notes}
    assert "the drums on channel 10 were left out" in take.remarks


def test_a_file_of_mido_is_read() -> None:
    file = mido.MidiFile(type=0, ticks_per_beat=220)
    track = file.add_track("Piano")
    track.append(mido.MetaMessage("set_tempo", tempo=mido.bpm2tempo(90)))
    track.append(mido.MetaMessage("time_signature", numerator=6, denominator=8))
    track.append(mido.MetaMessage("key_signature", key="F#m"))
    for key in (60, 64):
        track.append(mido.Message("note_on", note=key, velocity=77, time=0))
    track.append(mido.Message("control_change", control=64, value=127, time=110))
    track.append(mido.Message("note_on", note=60, velocity=0, time=110))
    track.append(mido.Message("note_off", note=64, time=0))
    written = io.BytesIO()
    file.save(file=written)
    take = midi_reading.read(written.getvalue())
    assert (take.tempo, take.meter, take.key) == (90.0, "6/8", "F#m")
    assert [(note.midi, note.velocity, note.start_beat, note.beats) for note in take.notes] == [
        (60, 77, 1.0, 1.0),
        (64, 77, 1.0, 1.0),
    ]
    assert take.notes[0].end == pytest.approx(60 / 90)


def test_running_status_and_silent_note_ons_are_understood() -> None:
    take = midi_reading.read(file_of(b"\x00\x90\x3c\x40\x60\x3c\x00\x00\x3e\x40\x60\x3e\x00" + END, kind=0))
    assert [(note.midi, note.start, note.end) for note in take.notes] == [(60, 0.0, 0.5), (62, 0.5, 1.0)]


def test_a_change_of_tempo_moves_seconds_and_not_beats() -> None:
    slower = b"\x60\xff\x51\x03\x0f\x42\x40" + END
    take = midi_reading.read(file_of(slower, ON + OFF + ON + OFF + END))
    assert [(note.start_beat, note.start, note.end) for note in take.notes] == [(1.0, 0.0, 0.5), (2.0, 0.5, 1.5)]


def test_smpte_time_has_seconds_and_no_beats() -> None:
    take = midi_reading.read(file_of(b"\x00\x90\x3c\x40\x83\x74\x80\x3c\x40" + END, division=0xE728))
    assert (take.notes[0].end, take.notes[0].beats, take.tempo) == (0.5, None, None)
    with pytest.raises(BadInput):
        score_of(take)


def test_a_key_never_let_go_ends_with_its_track_and_is_told() -> None:
    take = midi_reading.read(file_of(ON + b"\x60\x90\x40\x40\x60\x80\x40\x00" + END))
    assert [(note.midi, note.end) for note in take.notes] == [(60, 1.0), (64, 1.0)]
    assert take.remarks == ("1 notes were never let go; they end with their track",)


def test_a_key_struck_twice_ends_its_first_stroke_first() -> None:
    take = midi_reading.read(file_of(ON + b"\x30\x90\x3c\x50" + b"\x30\x80\x3c\x00" + b"\x30\x80\x3c\x00" + END))
    assert [(note.start_beat, note.beats) for note in take.notes] == [(1.0, 1.0), (1.5, 1.0)]


def test_an_absurd_tempo_is_bounded() -> None:
    take = midi_reading.read(file_of(b"\x00\xff\x51\x03\x00\x00\x00" + ON + OFF + END))
    assert take.tempo == 1000.0


@pytest.mark.parametrize("name", ["Left", "LH", "L.H.", "piano left hand"])
def test_a_track_s_name_tells_its_hand(name: str) -> None:
    named = b"\x00\xff\x03" + bytes([len(name)]) + name.encode()
    assert midi_reading.read(file_of(named + ON + OFF + END)).notes[0].hand == "left"


def test_a_track_without_its_end_mark_and_a_foreign_chunk_are_forgiven() -> None:
    content = file_of(ON + OFF)
    foreign = content[:14] + b"XFIH" + (3).to_bytes(4) + b"abc" + content[14:]
    assert len(midi_reading.read(content).notes) == len(midi_reading.read(foreign).notes) == 1


WHOLE = file_of(ON + OFF + END)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "empty"),
        (b"hello, this is no MIDI", "no MIDI file"),
        (b"MThd", "cut off"),
        (WHOLE[:14], "cut off"),
        (WHOLE[:-6], "cut off"),
        (file_of(ON + OFF + END, count=2), "cut off"),
        (file_of(ON + b"\x60\x80"), "cut off"),
        (file_of(ON + OFF + END, kind=2), "format 2"),
        (file_of(ON + OFF + END, division=0), "time"),
        (file_of(ON + OFF + END, division=0x8100), "time"),
        (file_of(b"\x00\x3c\x40"), "damaged"),
        (file_of(b"\x00\x90\xff\x40"), "damaged"),
        (file_of(b"\x00\xf4\x00"), "damaged"),
        (file_of(b"\xff\xff\xff\xff\xff"), "damaged"),
        (file_of(END), "no notes"),
        (file_of(), "no notes"),
        (file_of(b"\xff\xff\xff\x7f\x90\x3c\x40" + OFF + END, division=1), "cannot sound"),
        (bytes(midi_reading.LARGEST + 1), "bytes"),
    ],
)
def test_a_broken_file_is_refused_with_what_why_and_the_mend(data: bytes, says: str) -> None:
    with pytest.raises(BadInput) as caught:
        midi_reading.read(data)
    assert says in caught.value.what
    assert caught.value.why
    assert caught.value.mend


def test_format_2_says_how_to_save_it() -> None:
    with pytest.raises(BadInput) as caught:
        midi_reading.read(file_of(ON + OFF + END, kind=2))
    assert caught.value.mend == "save it as format 0 or 1"


@given(st.binary(max_size=300))
def test_no_bytes_break_the_reader(body: bytes) -> None:
    for data in (body, file_of(body), b"MThd" + body):
        with suppress(BadInput):
            assert midi_reading.read(data).notes


@given(st.integers(14, 5000), st.integers(0, 255))
def test_no_damage_to_a_real_file_breaks_the_reader(place: int, byte: int) -> None:
    content = bytearray(REAL)
    content[place % len(content)] = byte
    with suppress(BadInput):
        assert midi_reading.read(bytes(content)).notes


REAL = midi.write(piece(bars=8))
