"""Grading a take: what was put in is found, what was not is not, and nothing that a good player does is a fault."""

from __future__ import annotations

from itertools import permutations
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from partimento import BadInput
from partimento.music.grading.criterion import Criterion
from partimento.music.grading.expected import Expected
from partimento.music.grading.findings import Finding, interval, note_name
from partimento.music.grading.following import find_course
from partimento.music.grading.grade import Grade, grade
from partimento.music.grading.hearing import TOLERANCE_MS
from partimento.music.grading.pairing import edges, pair
from partimento.music.grading.performed import perform
from partimento.music.key import Key
from partimento.music.leading import lead
from partimento.music.score import Note, PlacedChord, Score
from partimento.music.take import Take, TakeNote, checked
from partimento.music.voicing.reach import Kind
from partimento.testing.takes import Fault, Faults, take_with

SYMBOLS = "Dm7 G7 Cmaj7 A7 Dm7 G7 Em7 A7 Dm7 G7 Cmaj7 C6".split()
FREE: frozenset[int] = frozenset()


def chords_in(kind: Kind) -> Score:
    """Six bars of two chords each, held, in a voicing."""
    grips = lead(SYMBOLS, kind)
    placed = tuple(
        PlacedChord(at // 2 + 1, 1 + 2 * (at % 2), 2.0, symbol, "", "", grip.left, grip.right)
        for at, (symbol, grip) in enumerate(zip(SYMBOLS, grips, strict=True))
    )
    notes = [Note(1 + 2 * at, 2.0, midi, 64, "left") for at, grip in enumerate(grips) for midi in grip.left]
    notes += [Note(1 + 2 * at, 2.0, midi, 72, "right") for at, grip in enumerate(grips) for midi in grip.right]
    return Score("Chords", "C", 100.0, "4/4", 6, (), placed, tuple(notes))


def tune() -> Score:
    """Eight bars: a line in eighths that never repeats itself for long, over chords in halves."""
    rng = Random(4)
    line = tuple(Note(1 + at / 2, 0.5, rng.randint(60, 79), 80 if at % 2 == 0 else 68, "right") for at in range(64))
    low = tuple(
        Note(1 + 2 * at, 2.0, midi, 60, "left") for at in range(16) for midi in (36 + at % 7, 43 + at % 5, 52 + at % 3)
    )
    return Score("Tune", "F", 120.0, "4/4", 8, (), (), (*line, *low))


TUNE = tune()


def played(score: Score, faults: Faults, seed: int = 1) -> tuple[Take, tuple[Fault, ...]]:
    return take_with(score, faults, Random(seed))


def judged(faults: Faults, seed: int = 1) -> Grade:
    return grade(played(TUNE, faults, seed)[0], Expected(score=TUNE))


def kinds(result: Grade) -> list[str]:
    return [finding.kind for finding in result.findings]


def altered(take: Take, at: int, **changes: object) -> Take:
    """The take with one note changed."""
    notes = list(take.notes)
    notes[at] = replace(notes[at], **changes)
    return checked(notes)


def test_a_take_as_written_has_full_marks_and_nothing_to_mend() -> None:
    result = judged(Faults(tells_hands=True))
    assert (result.score, result.findings, result.transposed) == (100, (), None)
    assert (result.marks.notes, result.marks.rhythm, result.marks.hands) == (100, 100, 100)
    assert all(bar.score == 100 for bar in result.bars)
    assert "Nothing to mend" in result.advice[0].sentence


@given(
    seed=st.integers(0, 10_000), tempo=st.floats(0.8, 1.25), offset=st.floats(0, 20), bell=st.booleans()
)  # fmt: skip
def test_jitter_tempo_and_a_late_start_are_no_faults(seed: int, tempo: float, offset: float, bell: bool) -> None:
    faults = Faults(jitter_ms=50, jitter="gaussian" if bell else "uniform", tempo=tempo, offset=offset)
    result = judged(faults, seed)
    assert kinds(result) == []
    assert result.tempo is not None
    assert result.tempo.played == pytest.approx(120 * tempo, rel=0.01)


@pytest.mark.parametrize("kind", ["wrong", "missing", "extra", "late"])
def test_one_fault_is_named_with_its_bar_its_beat_and_its_notes(kind: str) -> None:
    for seed in range(20):
        take, (fault,) = played(TUNE, replace(Faults(jitter_ms=25, tempo=0.9), **{kind: 1}), seed)
        (finding,) = grade(take, Expected(score=TUNE)).findings
        assert (finding.kind, finding.expected, finding.played) == (kind, fault.expected, fault.played)
        assert finding.bar == int((finding.start_beat - 1) // 4) + 1
        assert finding.start_beat == pytest.approx(fault.start_beat, abs=0.2)
        assert finding.sentence.startswith(f"Bar {finding.bar}, beat ")


def test_110_ms_late_counts_and_50_ms_does_not() -> None:
    take, _ = played(TUNE, Faults())
    for late, found in ((0.05, []), (0.11, ["late"])):
        note = take.notes[30]
        result = grade(altered(take, 30, start=note.start + late, end=note.end + late), Expected(score=TUNE))
        assert kinds(result) == found
    assert 50 < TOLERANCE_MS < 110


def test_a_note_that_comes_too_soon_is_early() -> None:
    take, _ = played(TUNE, Faults())
    (finding,) = grade(altered(take, 40, start=take.notes[40].start - 0.15), Expected(score=TUNE)).findings
    assert finding.kind == "early"
    assert finding.off_ms is not None
    assert -160 < finding.off_ms < -140


def test_several_faults_in_one_chord_are_told_apart() -> None:
    score = chords_in("block")
    take, _ = played(score, Faults())
    last = [at for at, note in enumerate(take.notes) if note.start == take.notes[-1].start]
    notes = list(take.notes)
    notes[last[0]] = replace(notes[last[0]], midi=notes[last[0]].midi + 1)
    notes[last[-1]] = replace(notes[last[-1]], start=notes[last[-1]].start + 0.2, end=notes[last[-1]].end + 0.2)
    del notes[last[1]]
    result = grade(checked(notes), Expected(score=score))
    assert sorted(kinds(result)) == ["late", "missing", "wrong"]


def test_a_wrong_octave_is_named_as_such_and_counts_half() -> None:
    take, _ = played(TUNE, Faults())
    result = grade(altered(take, 20, midi=take.notes[20].midi + 12), Expected(score=TUNE))
    (finding,) = result.findings
    assert (finding.kind, finding.detail) == ("wrong", "octave")
    assert "an octave too high" in finding.sentence
    assert grade(altered(take, 20, midi=take.notes[20].midi + 1), Expected(score=TUNE)).score <= result.score


def test_another_inversion_is_named_in_a_piece_and_free_where_chords_are_asked() -> None:
    score = chords_in("close")
    lowest = min((note for note in score.notes if note.start_beat == 9), key=lambda note: note.midi)
    turned = replace(score, notes=tuple(replace(n, midi=n.midi + 12) if n == lowest else n for n in score.notes))
    take, _ = played(turned, Faults())
    (finding,) = grade(take, Expected(score=score)).findings
    assert finding.detail == "inversion"
    assert grade(take, Expected(score=score, mode="chords")).findings == ()


def test_chords_may_be_played_in_any_grip_but_not_with_foreign_or_missing_tones() -> None:
    asked = Expected(score=chords_in("shell"), mode="chords")
    take, _ = played(chords_in("block"), Faults(jitter_ms=30, tells_hands=True))
    assert grade(take, asked).score == 100
    bass = next(at for at, note in enumerate(take.notes) if note.midi == 38)
    assert set(kinds(grade(altered(take, bass, midi=39), asked))) == {"wrong"}
    rootless, _ = played(chords_in("rootless"), Faults())
    assert set(kinds(grade(rootless, asked))) == {"missing"}


def test_a_voicing_exercise_wants_its_voicing() -> None:
    asked = Expected(score=chords_in("drop2"), mode="voicing", voicing="drop2")
    assert grade(played(chords_in("drop2"), Faults(jitter_ms=30))[0], asked).findings == ()
    result = grade(played(chords_in("close"), Faults(jitter_ms=30))[0], asked)
    assert set(kinds(result)) == {"voicing"}
    assert result.score < 90


@pytest.mark.parametrize(("shift", "key"), [(2, "G"), (-3, "D"), (5, "Bb"), (-1, "E")])
def test_another_key_is_found_and_judged_as_if_it_were_right(shift: int, key: str) -> None:
    result = judged(Faults(transposed=shift, jitter_ms=30))
    assert result.transposed is not None
    assert (result.transposed.semitones, result.transposed.played) == (shift, key)
    assert "asked in F" in result.transposed.sentence
    assert kinds(result) == []
    assert result.score == 50
    assert "play it in F" in result.advice[0].sentence


def test_an_octave_higher_is_the_same_key() -> None:
    result = judged(Faults(transposed=12))
    assert result.transposed is not None
    assert result.transposed.sentence == "It is all an octave higher than asked."
    assert result.score == 75


def test_a_stop_is_one_finding_and_all_after_it_is_right() -> None:
    result = judged(Faults(jitter_ms=30, stop=(17.0, 2.5)))
    assert kinds(result) == ["stop"]
    assert result.findings[0].bar == 5
    assert result.findings[0].off_ms == pytest.approx(2500, abs=60)


def test_a_bar_played_again_is_one_finding() -> None:
    result = judged(Faults(jitter_ms=30, again=(9.0, 4.0)))
    assert kinds(result) == ["repeat"]
    assert result.marks.extra == 0


def test_rolled_chords_are_not_late() -> None:
    score = chords_in("block")
    take, _ = played(score, Faults(roll_ms=60, jitter_ms=5))
    assert grade(take, Expected(score=score)).findings == ()


def test_a_player_who_slows_down_steadily_is_followed() -> None:
    take, _ = played(TUNE, Faults(jitter_ms=20))
    slower = checked(
        replace(note, start=note.start + note.start**2 / 60, end=note.end + note.end**2 / 60) for note in take.notes
    )
    result = grade(slower, Expected(score=TUNE))
    assert kinds(result) == []
    assert result.tempo is not None
    assert not result.tempo.is_steady
    assert "wandered" in result.tempo.sentence


def test_a_take_that_breaks_off_says_where() -> None:
    take, _ = played(TUNE, Faults())
    result = grade(checked(note for note in take.notes if note.start < 8), Expected(score=TUNE))
    assert "the take ends with bar 4 of 8" in result.remarks
    assert set(kinds(result)) == {"missing"}
    assert 45 <= result.score <= 55


def test_another_piece_is_suspected() -> None:
    rng = Random(9)
    noise = checked(TakeNote(at * 0.31, at * 0.31 + 0.2, rng.randint(40, 80)) for at in range(100))
    result = grade(noise, Expected(score=TUNE))
    assert any("right task" in remark for remark in result.remarks)
    assert result.score < 35


def test_the_hand_counts_where_it_is_told_and_is_inferred_where_not() -> None:
    take, _ = played(TUNE, Faults(tells_hands=True))
    crossed = checked(replace(note, hand="left") for note in take.notes)
    result = grade(crossed, Expected(score=TUNE))
    assert set(kinds(result)) == {"hand"}
    assert result.marks.hands is not None
    assert result.marks.hands < 50
    untold = judged(Faults())
    assert untold.marks.hands is None
    assert any("inferred" in remark for remark in untold.remarks)


def test_uneven_touch_lowers_the_mark_for_dynamics_only() -> None:
    rng = Random(3)
    take, _ = played(TUNE, Faults())
    rough = grade(checked(replace(n, velocity=rng.randint(20, 120)) for n in take.notes), Expected(score=TUNE))
    assert rough.marks.dynamics is not None
    assert rough.marks.dynamics < 50
    assert (rough.marks.notes, rough.marks.rhythm) == (100, 100)
    flat = grade(checked(replace(n, velocity=80) for n in take.notes), Expected(score=TUNE))
    assert flat.marks.dynamics is None


def test_accents_that_are_not_played_cost_something() -> None:
    take, _ = played(TUNE, Faults())
    even = checked(replace(n, velocity=70 + at % 2) for at, n in enumerate(take.notes))
    result = grade(even, Expected(score=TUNE))
    assert result.marks.dynamics is not None
    assert 60 < result.marks.dynamics < 100


def test_the_advice_names_the_weak_bars_and_the_weak_hand() -> None:
    take, _ = played(TUNE, Faults(tells_hands=True))
    spoilt = checked(
        replace(note, midi=note.midi + 1) if 4 <= note.start < 6 and note.hand == "right" else note
        for note in take.notes
    )
    practice = grade(spoilt, Expected(score=TUNE)).advice[0]
    assert (practice.first_bar, practice.last_bar, practice.hand) == (3, 3, "right")
    assert practice.tempo is not None
    assert practice.tempo < 120
    assert "bar 3, right hand alone" in practice.sentence


def test_what_asks_for_nothing_cannot_be_graded() -> None:
    with pytest.raises(BadInput) as caught:
        grade(played(TUNE, Faults())[0], Expected(score=replace(TUNE, notes=())))
    assert caught.value.mend


@given(st.lists(st.tuples(st.floats(0, 3), st.integers(60, 64)), max_size=7), st.data())
def test_no_pairing_costs_less(due: list[tuple[float, int]], data: st.DataObject) -> None:
    """Against every other pairing, tried one by one."""
    heard = sorted(data.draw(st.lists(st.tuples(st.floats(0, 3), st.integers(60, 64)), max_size=5)))
    asked = [(second, key, FREE) for second, key in due[:5]]
    prices = [dict(row) for row in edges(asked, heard, None)]

    def total(chosen: list[int | None]) -> float:
        return sum(prices[row][column] for row, column in enumerate(chosen) if column is not None)

    places = [*range(len(heard)), *([None] * len(asked))]
    every = [
        list(way)
        for way in set(permutations(places, len(asked)))
        if all(column is None or column in prices[row] for row, column in enumerate(way))
    ]
    assert total(pair(asked, heard)) == pytest.approx(min(total(way) for way in every))


def test_a_course_is_straight_where_one_tempo_holds() -> None:
    asked = [(1 + at / 2, 60 + at % 12) for at in range(40)]
    course = find_course(asked, [(3 + (beat - 1) * 0.4, key) for beat, key in asked], 0.5)
    assert course.is_steady
    assert course.seconds(11) == pytest.approx(7)
    assert course.beat(7) == pytest.approx(11)


def test_words_of_music() -> None:
    assert [interval(size) for size in (1, 2, 12, -14, 24)] == [
        "a semitone", "a whole tone", "an octave", "an octave and a whole tone", "2 octaves",
    ]  # fmt: skip
    assert [note_name(midi, Key.parse("Ab")) for midi in (60, 61)] == ["C4", "Db4"]
    assert note_name(59, Key.parse("Gb")) == "Cb4"


# ---- criteria in words -----------------------------------------------------------------------------------------


def keys(*midis: int, at: float = 0.0, hand: str | None = None) -> list[TakeNote]:
    return [TakeNote(at, at + 0.5, midi, 80, hand) for midi in midis]  # type: ignore[arg-type]


def run_of(*midis: int, hand: str | None = None) -> Take:
    return checked(note for at, midi in enumerate(midis) for note in keys(midi, at=at * 0.4, hand=hand))


def met(take: Take, words: str) -> bool | None:
    return perform(take, Criterion.parse(words)).met


@pytest.mark.parametrize(
    ("words", "fields"),
    [
        ("play a rootless Dm7 voicing", {"chords": ("Dm7",), "voicing": "rootless"}),
        ("play G7 in first inversion", {"chords": ("G7",), "inversion": 1}),
        ("Play the ii-V-I in Bb in shells.", {"chords": ("Cm7", "F7", "Bbmaj7"), "voicing": "shell", "key": "Bb"}),
        ("the II-V-I in G minor", {"chords": ("Am7b5", "D7", "Gm7"), "key": "Gm"}),
        ("play the iii-VI-ii-V-I in F", {"chords": ("Am7", "D7", "Gm7", "C7", "Fmaj7")}),
        (
            "play a C minor pentatonic scale in the right hand up two octaves",
            {"scale": "C minor pentatonic", "hand": "right", "direction": "up", "octaves": 2},
        ),
        ("play a minor pentatonic scale on A", {"scale": "A minor pentatonic"}),
        ("play D Dorian", {"scale": "D Dorian"}),
        ("an Fmaj7 arpeggio with the left hand", {"tones": (5, 9, 0, 4), "hand": "left"}),
        ("play a D flat major chord", {"chords": ("Db",)}),
        ("play a C major seventh chord in root position", {"chords": ("Cmaj7",), "inversion": 0}),
        ("play C7(b9,#11)", {"chords": ("C7b9#11",)}),
        ("A drop 2 voicing of Cmaj7", {"chords": ("Cmaj7",), "voicing": "drop2"}),
    ],
)
def test_a_criterion_is_read(words: str, fields: dict[str, object]) -> None:
    found = Criterion.parse(words)
    assert {name: getattr(found, name) for name in fields} == fields


@pytest.mark.parametrize(
    "words",
    ["", "play something nice", "play Dm7 staccato", "play the ii-V-I", "play C in third inversion",
     "play a rootless D Dorian scale", "play Dm7 up two octaves", "x" * 400],
)  # fmt: skip
def test_a_wish_that_would_not_be_judged_is_refused(words: str) -> None:
    with pytest.raises(BadInput) as caught:
        Criterion.parse(words)
    assert "rootless Dm7" in caught.value.mend


def test_a_rootless_voicing_has_its_third_and_seventh_and_no_root() -> None:
    assert met(checked(keys(53, 57, 60, 64)), "play a rootless Dm7 voicing")
    assert not met(checked(keys(50, 53, 57, 60)), "play a rootless Dm7 voicing")


def test_an_inversion_has_the_right_tone_lowest() -> None:
    assert met(checked(keys(59, 62, 65, 67)), "play G7 in first inversion")
    result = perform(checked(keys(55, 59, 62, 65)), Criterion.parse("play G7 in first inversion"))
    assert not result.met
    assert result.findings[0].sentence == "G7 was played in root position, not in first inversion."
    assert result.score == 75


def test_a_chord_may_be_spelled_either_way_and_lack_its_fifth() -> None:
    assert met(checked(keys(49, 53, 59)), "play C#7") == met(checked(keys(49, 53, 59)), "play Db7") is True
    assert not met(checked(keys(49, 56, 59)), "play Db7")


def test_of_several_attempts_the_best_counts() -> None:
    result = perform(checked([*keys(60, 63, 67), *keys(60, 64, 67, at=2)]), Criterion.parse("play a C major triad"))
    assert result.met
    assert "best of 2 attempts" in result.remarks[0]


def test_a_progression_is_played_in_order_and_a_chord_left_out_is_missed() -> None:
    chords = [keys(48, 58, 63), keys(53, 57, 63, at=1), keys(46, 57, 62, at=2)]
    words = "play the ii-V-I in Bb in shells"
    assert met(checked(note for chord in chords for note in chord), words)
    result = perform(checked([*chords[0], *chords[2]]), Criterion.parse(words))
    assert [finding.sentence for finding in result.findings] == ["F7 was not played."]


def test_a_scale_is_judged_in_any_octave_and_by_its_hand() -> None:
    words = "play a C minor pentatonic scale in the right hand up two octaves"
    pentatonic = [0, 3, 5, 7, 10, 12, 15, 17, 19, 22, 24]
    assert met(run_of(*(48 + step for step in pentatonic), hand="right"), words)
    wrong_hand = perform(run_of(*(60 + step for step in pentatonic), hand="left"), Criterion.parse(words))
    assert [finding.kind for finding in wrong_hand.findings] == ["hand"]
    untold = perform(run_of(*(60 + step for step in pentatonic)), Criterion.parse(words))
    assert untold.met
    assert "on trust" in untold.remarks[0]


def test_a_slip_in_a_scale_is_named_and_uneven_time_is_told() -> None:
    result = perform(run_of(60, 62, 63, 65, 67, 69, 71, 72), Criterion.parse("play a C major scale up"))
    assert [(one.kind, one.expected, one.played) for one in result.findings] == [("wrong", 64, 63)]
    notes = [*run_of(60, 62, 64, 65, 67, 69, 71, 72).notes]
    late = checked([*notes[:4], *(replace(n, start=n.start + 0.4, end=n.end + 0.4) for n in notes[4:])])
    uneven = perform(late, Criterion.parse("play a C major scale up"))
    assert uneven.met
    assert [finding.kind for finding in uneven.findings] == ["late"]
    assert uneven.score < 100


def test_a_scale_in_two_hands_is_one_line() -> None:
    notes = [
        note for at, step in enumerate((0, 2, 4, 5, 7, 9, 11, 12)) for note in keys(48 + step, 60 + step, at=at * 0.5)
    ]
    assert met(checked(notes), "play a C major scale, one octave up, hands together")


def test_a_finding_is_a_value() -> None:
    finding = Finding(bar=1, beat=1.0, start_beat=1.0, kind="late", sentence="")
    assert finding == replace(finding)
