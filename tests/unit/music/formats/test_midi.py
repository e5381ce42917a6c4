from __future__ import annotations

import io
from collections.abc import Callable

import mido
import pytest
from hypothesis import given
from hypothesis import strategies as st

from partimento.core.errors import BadInput
from partimento.music.formats import midi
from partimento.music.score import BandNote, Note, Score, Section, Track

Event = tuple[int, int, int, int]


def reopened(data: bytes) -> mido.MidiFile:
    return mido.MidiFile(file=io.BytesIO(data), charset="utf-8")


def with_notes(*notes: Note, bars: int = 2) -> Score:
    return Score("Notes", "C", 120, "4/4", bars, (Section("A", 1, bars),), (), notes)


def timed(track: mido.MidiTrack) -> list[tuple[int, mido.Message]]:
    now, events = 0, []
    for message in track:
        now += message.time
        events.append((now, message))
    return events


def sounding(track: mido.MidiTrack) -> list[Event]:
    """(start, stop, key, velocity) of every note; fails where a note is struck twice or never let go."""
    held: dict[int, tuple[int, int]] = {}
    notes = []
    for now, message in timed(track):
        if message.type == "note_on":
            assert message.velocity > 0
            assert message.note not in held, "struck while it sounds"
            held[message.note] = (now, message.velocity)
        elif message.type == "note_off":
            start, velocity = held.pop(message.note)
            notes.append((start, now, message.note, velocity))
    assert not held, "stuck notes"
    return sorted(notes)


def expected(score: Score, hand: str) -> list[Event]:
    return sorted(
        (round((n.start_beat - 1) * 480), round((n.start_beat - 1 + n.beats) * 480), n.midi, n.velocity)
        for n in score.notes
        if n.hand == hand
    )


@pytest.mark.parametrize("meter", ["4/4", "3/4", "6/8", "12/8", "7/8"])
@pytest.mark.parametrize(("swing", "jitter"), [(0.5, 0.0), (0.64, 0.0)])
def test_a_reopened_file_holds_every_note_as_it_was_played(
    make_piece: Callable[..., Score], meter: str, swing: float, jitter: float
) -> None:
    score = make_piece(meter=meter, swing=swing, bars=64)
    _, right, left = reopened(midi.write(score)).tracks
    assert len(expected(score, "right")) > 300
    assert sounding(right) == expected(score, "right")
    assert sounding(left) == expected(score, "left")


def test_times_between_two_grid_points_are_kept(make_piece: Callable[..., Score]) -> None:
    score = make_piece(jitter=0.02)
    _, right, _ = reopened(midi.write(score)).tracks
    assert sorted(start for start, *_ in sounding(right)) == [start for start, *_ in expected(score, "right")]
    assert any(start % 240 for start, *_ in sounding(right))


def test_the_conductor_tells_title_tempo_meter_and_key(make_piece: Callable[..., Score]) -> None:
    file = reopened(midi.write(make_piece(key="Bbm", meter="6/8", tempo=97.3, title="Für <Élise> & Co\x00")))
    assert (file.type, file.ticks_per_beat) == (1, 480)
    told = {message.type: message for message in file.tracks[0]}
    assert told["track_name"].name == "Für <Élise> & Co"
    assert told["set_tempo"].tempo == round(60e6 / 97.3)
    assert (told["time_signature"].numerator, told["time_signature"].denominator) == (6, 8)
    assert told["time_signature"].clocks_per_click == 36
    assert told["key_signature"].key == "Bbm"


@pytest.mark.parametrize(
    ("key", "written"),
    [("Gb", "Gb"), ("Cb", "Cb"), ("D#m", "D#m"), ("C#", "C#"), ("G# major", "Ab"), ("D dorian", "Am")],
)
def test_every_key_has_a_signature(make_piece: Callable[..., Score], key: str, written: str) -> None:
    conductor = reopened(midi.write(make_piece(key=key))).tracks[0]
    assert [message.key for message in conductor if message.type == "key_signature"] == [written]


@pytest.mark.parametrize("tempo", [40, 72.5, 119.7, 300])
def test_a_tempo_comes_back(make_piece: Callable[..., Score], tempo: float) -> None:
    conductor = reopened(midi.write(make_piece(tempo=tempo))).tracks[0]
    found = [mido.tempo2bpm(message.tempo) for message in conductor if message.type == "set_tempo"]
    assert found == [pytest.approx(tempo, abs=0.001)]


def test_sections_are_markers_and_chords_are_texts_in_their_places(make_piece: Callable[..., Score]) -> None:
    conductor = timed(reopened(midi.write(make_piece("Dm7/G N.C.", meter="3/4", bars=4))).tracks[0])
    assert [(now, m.text) for now, m in conductor if m.type == "marker"] == [(0, "Verse"), (2 * 1440, "Chorus")]
    assert [(now, m.text) for now, m in conductor if m.type == "text"] == [
        (0, "Dm7/G"), (1440, "N.C."), (2880, "Dm7/G"), (4320, "N.C."),
    ]  # fmt: skip


def test_every_track_lasts_to_the_last_bar_line() -> None:
    file = reopened(midi.write(with_notes(Note(1, 1, 60, 80, "right"), bars=3)))
    assert [sum(message.time for message in track) for track in file.tracks] == [3 * 4 * 480] * 3


def test_a_key_struck_again_is_let_go_first() -> None:
    _, right, _ = reopened(midi.write(with_notes(Note(1, 1, 60, 80, "right"), Note(2, 1, 60, 90, "right")))).tracks
    assert [(now, m.type) for now, m in timed(right) if "note" in m.type] == [
        (0, "note_on"), (480, "note_off"), (480, "note_on"), (960, "note_off"),
    ]  # fmt: skip


def test_a_key_struck_while_it_sounds_is_cut_short() -> None:
    notes = (Note(1, 4, 60, 80, "right"), Note(3, 1, 60, 90, "right"), Note(3, 2, 60, 70, "right"))
    _, right, _ = reopened(midi.write(with_notes(*notes))).tracks
    assert sounding(right) == [(0, 960, 60, 80), (960, 1920, 60, 70)]


def test_the_hands_do_not_let_go_of_each_others_keys() -> None:
    notes = (Note(1, 4, 60, 80, "right"), Note(2, 1, 60, 80, "left"))
    _, right, left = reopened(midi.write(with_notes(*notes))).tracks
    assert (sounding(right), sounding(left)) == ([(0, 1920, 60, 80)], [(480, 960, 60, 80)])
    assert {m.channel for m in right if not m.is_meta} != {m.channel for m in left if not m.is_meta}


def test_silence_is_a_file_too() -> None:
    _, right, left = reopened(midi.write(with_notes())).tracks
    assert sounding(right) == sounding(left) == []


def test_velocities_stay_within_what_sounds() -> None:
    notes = (Note(1, 1, 60, 0, "right"), Note(2, 1, 60, 200, "right"))
    _, right, _ = reopened(midi.write(with_notes(*notes))).tracks
    assert [velocity for *_, velocity in sounding(right)] == [1, 127]


@pytest.mark.parametrize(
    "note", [Note(1, 1, 128, 80, "left"), Note(1, 1, -1, 80, "left"), Note(1, float("nan"), 60, 80, "left")]
)
def test_a_note_that_midi_does_not_have_is_refused(note: Note) -> None:
    with pytest.raises(BadInput):
        midi.write(with_notes(note))


def test_a_long_rest_takes_a_long_delta_time() -> None:
    _, right, _ = reopened(midi.write(with_notes(Note(4 * 500 + 1, 1, 60, 80, "right"), bars=501))).tracks
    assert sounding(right) == [(960_000, 960_480, 60, 80)]


HANDS = st.sampled_from(["left", "right"])
ANY_NOTE = st.builds(Note, st.floats(0.9, 9), st.floats(0, 4), st.integers(60, 64), st.integers(1, 127), HANDS)


@given(st.lists(ANY_NOTE, max_size=30))
def test_no_note_ever_hangs(notes: list[Note]) -> None:
    file = reopened(midi.write(with_notes(*notes)))
    for hand, track in zip(("right", "left"), file.tracks[1:], strict=True):
        struck = {(max(0, round((n.start_beat - 1) * 480)), n.midi) for n in notes if n.hand == hand}
        assert {(start, key) for start, _, key, _ in sounding(track)} == struck


def test_the_band_has_tracks_and_channels_of_its_own(make_band_piece: Callable[..., Score]) -> None:
    score = make_band_piece(bars=4)
    file = reopened(midi.write(score))
    assert [track.name for track in file.tracks[1:]] == ["Right hand", "Left hand", "Bass", "Drums"]
    assert [{m.channel for m in track if not m.is_meta} for track in file.tracks[1:]] == [{0}, {1}, {2}, {9}]
    programs = [[m.program for m in track if m.type == "program_change"] for track in file.tracks[1:]]
    assert programs == [[0], [0], [32], []]
    for track, played in zip(file.tracks[3:], score.tracks, strict=True):
        assert sounding(track) == sorted(
            (round((n.start_beat - 1) * 480), round((n.start_beat - 1 + n.beats) * 480), n.midi, n.velocity)
            for n in played.notes
        )


def test_without_a_band_the_file_is_the_two_hands_alone(make_piece: Callable[..., Score]) -> None:
    assert len(reopened(midi.write(make_piece())).tracks) == 3


def test_a_band_that_midi_cannot_hold_is_refused() -> None:
    for track in (Track("bass", 128, ()), Track("bass", 32, (BandNote(1, 1, 128, 80),))):
        with pytest.raises(BadInput, match="MIDI has no"):
            midi.write(Score("T", "C", 120, "4/4", 1, (), (), (), (track,)))
