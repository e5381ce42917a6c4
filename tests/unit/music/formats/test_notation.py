from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partimento.core.errors import BadInput, ChordSyntaxError, KeySyntaxError
from partimento.music.chord import Chord
from partimento.music.formats.filling import WHOLE_BAR, Item
from partimento.music.formats.meter import VALUES, Meter, split
from partimento.music.formats.notation import Notation, notate
from partimento.music.formats.quantise import find_swing
from partimento.music.formats.spelling import Speller, written
from partimento.music.key import Key
from partimento.music.score import Hand, Note, PlacedChord, Score

COMMON = Meter.parse("4/4")


def score(
    *notes: Note, meter: str = "4/4", bars: int = 1, key: str = "C", chords: tuple[PlacedChord, ...] = ()
) -> Score:
    return Score("", key, 100, meter, bars, (), chords, notes)


def right(*times: tuple[float, float], midi: int = 72) -> tuple[Note, ...]:
    return tuple(Note(start, beats, midi + nth % 2, 80, "right") for nth, (start, beats) in enumerate(times))


def shown(piece: Notation, voice: int = 0, bar: int = 0) -> list[tuple[str, int]]:
    """(value, length in ticks) of the items of a voice, rests in brackets."""
    return [(item.value if item.pitches else f"({item.value})", item.length) for item in piece.bars[bar].voices[voice]]


@pytest.mark.parametrize(
    ("meter", "start", "end", "parts"),
    [
        ("4/4", 0, 48, [48]), ("4/4", 0, 36, [36]), ("4/4", 12, 48, [36]), ("4/4", 12, 36, [24]), ("4/4", 0, 18, [18]),
        ("4/4", 18, 36, [6, 12]), ("4/4", 6, 18, [12]), ("4/4", 18, 30, [6, 6]), ("4/4", 0, 30, [24, 6]),
        ("4/4", 6, 24, [18]), ("4/4", 9, 15, [3, 3]), ("4/4", 3, 12, [9]), ("3/4", 0, 36, [36]), ("3/4", 12, 36, [24]),
        ("3/4", 6, 36, [6, 24]), ("6/8", 0, 36, [36]), ("6/8", 0, 24, [18, 6]), ("6/8", 12, 24, [6, 6]),
        ("6/8", 6, 18, [12]),
        ("12/8", 0, 72, [72]), ("12/8", 18, 54, [18, 18]), ("7/8", 0, 42, [36, 6]),
    ],
)  # fmt: skip
def test_a_length_is_divided_where_readers_count(meter: str, start: int, end: int, parts: list[int]) -> None:
    assert [length for _, length in split(start, end, Meter.parse(meter))] == parts


@pytest.mark.parametrize(
    ("meter", "start", "end", "parts"),
    [("4/4", 6, 18, [6, 6]), ("4/4", 12, 36, [12, 12]), ("4/4", 24, 48, [24]), ("4/4", 12, 48, [12, 24]),
     ("4/4", 0, 18, [12, 6]), ("4/4", 3, 12, [3, 6]), ("6/8", 18, 36, [18])],
)  # fmt: skip
def test_a_rest_never_hides_a_beat(meter: str, start: int, end: int, parts: list[int]) -> None:
    assert [length for _, length in split(start, end, Meter.parse(meter), rest=True)] == parts


@pytest.mark.parametrize(
    "meter", ["4/4", "3/4", "2/4", "6/8", "9/8", "12/8", "5/4", "7/8", "2/2", "3/8", "5/16", "6/16"]
)
@pytest.mark.parametrize("rest", [False, True])
def test_every_stretch_of_every_meter_can_be_written(meter: str, rest: bool) -> None:
    count = Meter.parse(meter)
    for start in range(0, count.bar, 3):
        for end in range(start + 3, count.bar + 1, 3):
            parts = split(start, end, count, rest)
            assert all(length in VALUES for _, length in parts)
            assert [place for place, _ in parts] == [start, *(place + length for place, length in parts[:-1])]
            assert sum(length for _, length in parts) == end - start


def test_a_touch_short_of_the_next_note_is_no_rest() -> None:
    assert shown(notate(score(*right((1, 0.9), (2, 0.9), (3, 1.8))))) == [
        ("quarter", 12),
        ("quarter", 12),
        ("half", 24),
    ]


def test_a_real_rest_is_kept() -> None:
    assert shown(notate(score(*right((1, 0.5), (2, 0.5), (3, 1))))) == [
        ("eighth", 6), ("(eighth)", 6), ("eighth", 6), ("(eighth)", 6), ("quarter", 12), ("(quarter)", 12),
    ]  # fmt: skip


def test_legato_is_no_second_voice() -> None:
    piece = notate(score(*right((1, 1.1), (2, 1.2), (3, 2))))
    assert shown(piece) == [("quarter", 12), ("quarter", 12), ("half", 24)]
    assert shown(notate(score(*right((1, 2.5), (3, 2))))) == [("half", 24), ("half", 24)]
    assert piece.bars[0].voices[1] == ()


def test_a_held_note_over_moving_ones_is_the_upper_voice() -> None:
    notes = (Note(1, 4, 79, 80, "right"), *right((1, 1), (2, 1), (3, 2), midi=60))
    piece = notate(score(*notes))
    assert shown(piece, 0) == [("whole", 48)]
    assert shown(piece, 1) == [("quarter", 12), ("quarter", 12), ("half", 24)]


def test_a_third_voice_is_written_shorter() -> None:
    notes = (Note(1, 4, 48, 80, "left"), Note(2, 3, 55, 80, "left"), Note(3, 2, 60, 80, "left"))
    piece = notate(score(*notes))
    assert {(item.place, item.length) for voice in (2, 3) for item in piece.bars[0].voices[voice] if item.pitches} == {
        (0, 48), (12, 12), (24, 24),
    }  # fmt: skip


def test_a_note_that_rings_past_the_last_bar_ends_with_it() -> None:
    assert shown(notate(score(*right((4, 3.5))))) == [("(half)", 24), ("(quarter)", 12), ("quarter", 12)]


def test_a_silent_bar_is_one_rest() -> None:
    assert notate(score(meter="3/4")).bars[0].voices[0] == (Item(0, 36, WHOLE_BAR),)


def test_sixteenths_and_dotted_eighths_share_beams() -> None:
    items = notate(score(*right((1, 0.75), (1.75, 0.25), (2, 0.25), (2.25, 0.25), (2.5, 0.5)))).bars[0].voices[0]
    assert [item.beams for item in items if item.pitches] == [
        ("begin",), ("end", "backward hook"), ("begin", "begin"), ("continue", "end"), ("end",),
    ]  # fmt: skip


def test_straight_eighths_with_a_few_triplets_are_not_swung() -> None:
    notes = right(*((1 + nth / 2, 0.5) for nth in range(6)), *((4 + third / 3, 1 / 3) for third in range(3)))
    assert find_swing(notes, COMMON).place == 0.5
    assert shown(notate(score(*notes)))[-3:] == [("eighth", 4)] * 3


def test_swung_eighths_beside_a_real_triplet_leave_the_triplet_alone() -> None:
    swung = [(beat + half * 2 / 3, 2 / 3 - half / 3) for beat in (1, 2, 3) for half in (0, 1)]
    piece = notate(score(*right(*swung, *((4 + third / 3, 1 / 3) for third in range(3)))))
    assert piece.swing == pytest.approx(2 / 3)
    assert shown(piece) == [("eighth", 6)] * 6 + [("eighth", 4)] * 3


def test_compound_meters_have_no_swing() -> None:
    notes = right((1, 0.66), (1.66, 0.33), (2.66, 0.33), (3.66, 0.3))
    assert find_swing(notes, Meter.parse("6/8")).place == 0.5


@pytest.mark.parametrize(
    ("key", "symbol", "midi", "name"),
    [
        ("C", "Db7", 66, "Gb4"), ("C", "D7", 66, "F#4"), ("C", "C7", 70, "Bb4"), ("C", "N.C.", 61, "Db4"),
        ("Gb", "Cbm6", 62, "Ebb4"), ("Gb", "Gbdim7", 60, "C4"), ("Ab", "Bbbmaj7", 69, "A4"), ("E", "D#7", 67, "F##4"),
        ("C", "D#7", 67, "G4"), ("D#m", "A#7", 62, "C##4"), ("C#", "C#maj7", 60, "B#3"), ("Cb", "Cbmaj7", 59, "Cb4"),
        ("F", "C7", 63, "Eb4"), ("Am", "E7", 68, "G#4"),
    ],
)  # fmt: skip
def test_a_note_is_spelled_as_its_chord_and_key_have_it(key: str, symbol: str, midi: int, name: str) -> None:
    (pitch,) = Speller(Key.parse(key), [(0, Chord.parse(symbol))]).spell(0, 12, (midi,))
    assert f"{pitch.step}{'#' * pitch.alter}{'b' * -pitch.alter}{pitch.octave}" == name


def test_an_anticipation_is_spelled_by_the_chord_it_anticipates() -> None:
    speller = Speller(Key.parse("C"), [(0, Chord.parse("G7")), (48, Chord.parse("E7"))])
    assert speller.spell(42, 48, (68,)) == (written(68, 8),)
    assert speller.spell(24, 30, (68,)) == (written(68, -4),)
    flat_then_sharp = Speller(Key.parse("C"), [(0, Chord.parse("Fm7")), (48, Chord.parse("E7"))])
    assert flat_then_sharp.spell(42, 96, (68,)) == (written(68, 8),)
    assert flat_then_sharp.spell(42, 48, (68,)) == (written(68, -4),)


def test_two_notes_of_a_chord_never_share_a_line() -> None:
    in_g = Speller(Key.parse("G"), [])
    assert [pitch.step for pitch in in_g.spell(0, 12, (65, 66))] == ["F", "G"]
    in_c = Speller(Key.parse("C"), [(0, Chord.parse("D7"))])
    assert [(pitch.step, pitch.alter) for pitch in in_c.spell(0, 12, (65, 66, 69))] == [("F", 0), ("G", -1), ("A", 0)]


def test_a_frame_nobody_can_write_is_refused() -> None:
    with pytest.raises(BadInput, match="bars"):
        notate(score(bars=0))
    with pytest.raises(KeySyntaxError):
        notate(score(key="H"))
    with pytest.raises(ChordSyntaxError):
        notate(score(chords=(PlacedChord(1, 1, 4, "Cxyz", "", ""),)))


@pytest.mark.parametrize("wrong", [right((float("nan"), 1)), right((1, float("inf"))), right((1, 1), midi=128),
                                   right((1, 1), midi=11), right((1, 1), midi=-3)])  # fmt: skip
def test_a_note_nobody_can_write_is_refused(wrong: tuple[Note, ...]) -> None:
    with pytest.raises(BadInput, match="note"):
        notate(score(*wrong))


def test_a_chord_on_no_beat_is_refused() -> None:
    with pytest.raises(BadInput, match="chord"):
        notate(score(chords=(PlacedChord(1, float("nan"), 4, "C", "", ""),)))


def test_a_note_of_no_length_is_written_as_a_short_one() -> None:
    assert shown(notate(score(*right((1, 0), (2, 1)))))[:3] == [("eighth", 6), ("(eighth)", 6), ("quarter", 12)]


HANDS: tuple[Hand, Hand] = ("right", "left")


@given(st.integers(0, 10_000), st.sampled_from(["4/4", "3/4", "6/8", "5/4"]), st.booleans())
def test_whatever_is_played_fills_every_bar_of_every_voice(seed: int, meter: str, ternary: bool) -> None:
    random = Random(seed)
    grid = 3 if ternary else 4
    notes = [
        Note(
            1 + random.randrange(10 * grid) / grid + random.uniform(-0.1, 0.1),
            random.choice([0.1, 0.25, 1 / 3, 0.5, 1, 1.9, 4]),
            random.randrange(48, 72), 80, random.choice(HANDS),
        )
        for _ in range(random.randrange(40))
    ]  # fmt: skip
    piece = notate(score(*notes, meter=meter, bars=3))
    for bar in piece.bars:
        for items in filter(None, bar.voices):
            assert [item.place for item in items] == [0, *(item.place + item.length for item in items[:-1])]
            assert items[-1].place + items[-1].length == piece.meter.bar
            marks = [item.triplet for item in items if item.triplet in {"start", "stop"}]
            assert marks == ["start", "stop"] * (len(marks) // 2)
    begun = sum(len(item.pitches) for bar in piece.bars for items in bar.voices for item in items if not item.tied_in)
    assert begun <= len(notes)
