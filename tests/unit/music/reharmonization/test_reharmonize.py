"""Suggestions are true, musical and of their level; what they are applied to keeps its bars, cadence and melody."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from partimento.core.errors import BadInput, ChordSyntaxError, PitchSyntaxError, UnknownName
from partimento.music.analysis import analyze
from partimento.music.chord import Chord
from partimento.music.composition.form import ends_with
from partimento.music.composition.progression import Progression, read_bars
from partimento.music.key import Key, usual_keys
from partimento.music.reharmonization.melody_fit import Tone, bearable, fits, read_melody
from partimento.music.reharmonization.promises import cadence_of, flaws_of
from partimento.music.reharmonization.recolour import dressed
from partimento.music.reharmonization.reharmonize import apply, read_chart, reharmonize, suggest
from partimento.music.reharmonization.suggestion import Suggestion
from partimento.music.rhythm import bar_beats
from partimento.music.roman import chord_of
from partimento.music.score import Section

MAJOR = (
    "I ii iii IV V vi viio Imaj7 ii7 iii7 IVmaj7 V7 vi7 viiø7 V7/ii V7/V bVII7 iv bVImaj7 #io7 I/3 V/7 Imaj9 V13 V7sus4"
)
MINOR = "i iv V7 bVI bIII bVII i7 iiø7 iv7 bVImaj7 V7b9 viio7 i6 bIImaj7 i/b3 V iio"


@st.composite
def charts(draw: st.DrawFn) -> Progression:
    """One to eight bars of one or two chords of a key, no root twice in a row."""
    mode = draw(st.sampled_from(("major", "minor")))
    key = draw(st.sampled_from(usual_keys("major" if mode == "major" else "minor")))
    numerals = draw(st.lists(st.sampled_from((MAJOR if mode == "major" else MINOR).split()), min_size=2, max_size=10))
    chords = [chord_of(text, key) for text in numerals]
    kept = [
        chord for before, chord in zip([None, *chords], chords, strict=False) if not before or before.root != chord.root
    ]
    bars, rest = [], [chord.symbol for chord in kept]
    while rest:
        size = draw(st.integers(1, 2))
        bars.append(" ".join(rest[:size]))
        rest = rest[size:]
    return read_chart(bars, key.symbol, draw(st.sampled_from(("4/4", "3/4", "6/8", "5/4"))))


def devices(chords: str, key: str, **options: object) -> dict[str, list[tuple[str, ...]]]:
    """What each device suggests, as the chords it puts there."""
    found: dict[str, list[tuple[str, ...]]] = {}
    for one in suggest(chords, key, k=500, **options):  # type: ignore[arg-type]
        found.setdefault(one.device, []).append(one.after)
    return found


@settings(max_examples=60)
@given(charts(), st.integers(1, 10))
def test_every_suggestion_parses_keeps_bars_and_cadence_and_names_true_numerals(chart: Progression, level: int) -> None:
    key, cadence = Key.parse(chart.key), cadence_of(chart)
    for one in suggest(chart, level=level, k=500):
        made = apply(chart, one)
        symbols = [placed.symbol for placed in made.chords]
        lengths: Counter[int] = Counter()
        for placed in made.chords:
            lengths[placed.bar] += placed.beats  # type: ignore[assignment]
        assert one.level <= level
        assert lengths == dict.fromkeys(range(1, chart.bars + 1), bar_beats(chart.meter))
        assert ends_with([Chord.parse(symbol) for symbol in symbols], key, cadence)
        assert one.keeps == cadence
        assert any(numeral in one.reason for numeral in one.numerals)
        if all(a.split("/")[0] != b.split("/")[0] for a, b in zip(symbols, symbols[1:], strict=False)):
            read = [reading.numeral for reading in analyze(symbols, chart.key).chords]
            proven = read[one.first : one.first + len(one.after)]
            roots = [Chord.parse(symbol).root for symbol in symbols]
            if all(a != b for a, b in zip(roots, roots[1:], strict=False)):
                assert list(one.numerals) == proven, one


@settings(max_examples=40)
@given(charts(), st.integers(1, 10), st.data())
def test_a_melody_of_chord_tones_is_never_contradicted(chart: Progression, level: int, data: st.DataObject) -> None:
    bar = bar_beats(chart.meter)
    melody = [
        Tone((placed.bar - 1) * bar + placed.beat - 1, placed.beats, 60 + data.draw(st.sampled_from(sorted(tones))))
        for placed in chart.chords
        for tones in [Chord.parse(placed.symbol).pitch_classes]
    ]
    for one in suggest(chart, level=level, melody=melody, k=500):
        made = apply(chart, one)
        for placed in made.chords[one.first : one.first + len(one.after)]:
            start = (placed.bar - 1) * bar + placed.beat - 1
            assert fits(melody, placed.symbol, start, start + placed.beats), (one, melody)


@settings(max_examples=40)
@given(charts(), st.integers(1, 10), st.one_of(st.none(), st.integers(0, 9)))
def test_a_whole_version_keeps_every_promise_and_only_does_what_it_says(
    chart: Progression, level: int, seed: int | None
) -> None:
    whole = reharmonize(chart, level=level, seed=seed)
    assert not list(flaws_of(chart, whole.progression))
    by_hand = chart
    for one in reversed(whole.applied):
        by_hand = apply(by_hand, one)
    assert by_hand == whole.progression
    assert [one.first for one in whole.applied] == sorted(one.first for one in whole.applied)


@pytest.mark.parametrize(
    ("chords", "key", "device", "after"),
    [
        ("C Am F G", "C", "secondary dominants", ("C", "E7")),
        ("C Am7 Dm7 G7", "C", "secondary dominants", ("A7",)),
        ("C Am F G", "C", "diatonic substitution", ("Dm",)),
        ("Am Dm E7 Am", "Am", "diatonic substitution", ("G#dim7",)),
        ("F G C F", "C", "deceptive", ("Am",)),
        ("C F G C", "C", "suspension", ("Gsus4", "G")),
        ("C F G C", "C", "walking bass", ("C", "C/E")),
        ("C G Am F", "C", "walking bass", ("G/B",)),
        ("C F G C", "C", "passing chords", ("F", "F#dim7")),
        ("Em7 Dm7 G7 C", "C", "passing chords", ("Em7", "Ebdim7")),
        ("C G7 C Am", "C", "related two-five", ("Dm7", "G7")),
        ("C E7 Am F", "C", "related two-five", ("Bm7b5", "E7")),
        ("Am F C G", "C", "line cliche", ("Am", "Am/G#", "Am/G", "Am/F#")),
        ("C F C G", "C", "line cliche", ("C", "Cmaj7", "C7")),
        ("Am Am E7 Am", "Am", "minor line", ("Am", "Am(maj7)", "Am7", "Am6")),
        ("C F C G", "C", "modal interchange", ("F", "Fm")),
        ("C Dm7 G7 C", "C", "modal interchange", ("Dm7b5",)),
        ("C F G C Am", "C", "modal interchange", ("Ab", "Bb")),
        ("Am Dm E7 Am", "Am", "modal interchange", ("Bb",)),
        ("Dm7 G7 Cmaj7 Am7", "C", "backdoor", ("Fm7", "Bb7")),
        ("Dm7 G7 Cmaj7", "C", "tritone substitution", ("Db7",)),
        ("Cmaj7 A7 Dm7 G7", "C", "applied tritone substitution", ("Eb7",)),
        ("Cmaj7 Am7 Dm7 G7", "C", "applied tritone substitution", ("Am7", "Eb7")),
        ("Em7 Am7 Dm7 G7 C", "C", "extended dominants", ("E7", "A7", "D7")),
        ("Cmaj7 Am7 Dm7 G7", "C", "chromatic approach", ("Am7", "Ebm7")),
        ("Dm7 G7 Cmaj7", "C", "altered dominants", ("G7alt",)),
        ("Dm7 G7 Cmaj7", "C", "upper structures", ("G13b9",)),
        ("Dm7 G7 Cmaj7 Cmaj7", "C", "Coltrane changes", ("Dm7", "Eb7", "Abmaj7", "B7", "Emaj7", "G7")),
        ("Dm7 G7 Cmaj7 Am7", "C", "richer colour", ("Dm11",)),
        ("C F C G", "C", "richer colour", ("Fmaj7",)),
    ],
)
def test_each_device_is_found_where_a_musician_would_use_it(
    chords: str, key: str, device: str, after: tuple[str, ...]
) -> None:
    assert after in devices(chords, key)[device]


@pytest.mark.parametrize(
    ("device", "level"),
    [
        ("secondary dominants", 4), ("modal interchange", 5), ("tritone substitution", 7), ("upper structures", 9),
        ("Coltrane changes", 10),
    ],
)  # fmt: skip
def test_no_device_comes_below_its_level(device: str, level: int) -> None:
    chords = "Cmaj7 | Am7 | Dm7 | G7 | Cmaj7 | Cmaj7 | Fmaj7 | Cmaj7"
    assert device in devices(chords, "C", level=level)
    assert device not in devices(chords, "C", level=level - 1)


def test_hard_chords_are_made_simple_for_beginners_only() -> None:
    assert ("Dm7",) in devices("Dm11 G13 Cmaj9", "C", level=2)["simplification"]
    assert ("Dm",) in devices("Dm11 G13 Cmaj9", "C", level=1)["simplification"]
    assert "simplification" not in devices("Dm11 G13 Cmaj9", "C", level=8)


def test_reasons_are_said_in_words_with_numerals() -> None:
    (sub,) = [one for one in suggest("Dm7 G7 Cmaj7", "C", k=99) if one.device == "tritone substitution"]
    assert sub.reason == (
        "Db7 (bII7) is the tritone substitute of G7 (V7): both hold B and F, "
        "and its root slides down a semitone to Cmaj7."
    )
    assert (sub.bar, sub.first, sub.last, sub.numerals, sub.beats) == (2, 1, 2, ("bII7",), (4.0,))


def test_suggestions_come_best_first_and_one_device_does_not_crowd_the_list() -> None:
    found = suggest("C Am F G C Am F G", "C", level=6, k=12)
    assert len(found) == 12
    assert len({one.device for one in found}) >= 5
    again: Counter[str] = Counter()
    weights = []
    for one in found:
        weights.append(round(one.score - 0.2 * again[one.device], 6))
        again[one.device] += 1
    assert weights == sorted(weights, reverse=True)


def test_a_style_prefers_its_habits() -> None:
    def place(style: str) -> int:
        found = suggest("Dm7 G7 Cmaj7", "C", level=7, style=style)
        return [one.device for one in found].index("tritone substitution")

    assert place("jazz") < place("pop")


def test_at_one_bar_only_changes_that_touch_it_are_told() -> None:
    found = suggest("C | Am | F | G", "C", at=3, level=6)
    assert found
    assert all(one.bar <= 3 for one in found)
    assert {one.before for one in found} == {("F",)}


def test_a_cadence_that_a_section_promises_is_kept() -> None:
    sections = (Section("A", 1, 2, "plagal"), Section("B", 3, 2, "half"))
    chart = read_bars(["F", "C", "Dm", "G"], "C", sections=sections)
    for one in suggest(chart, k=500):
        made = [Chord.parse(placed.symbol) for placed in apply(chart, one).chords if placed.bar <= 2]
        assert ends_with(made, Key.parse("C"), "plagal"), one


def test_a_melody_bars_what_would_clash_with_it() -> None:
    free = devices("Dm7 G7 Cmaj7", "C")
    held = devices("Dm7 G7 Cmaj7", "C", melody=read_melody("F4 | D5 | E5", "4/4", 3))
    assert ("Db7",) in free["tritone substitution"]
    assert ("G7alt",) in free["altered dominants"]
    assert ("G7alt",) not in held.get("altered dominants", [])  # D5 is no tone of G7alt and no tension it leaves free
    assert ("G7b9",) in held["altered dominants"]


def test_the_same_seed_makes_the_same_version_and_seeds_differ() -> None:
    versions = [reharmonize("C | Am | F | G | C | Am | F | G", "C", 6, seed).progression for seed in (1, 1, 2, 3, 4)]
    assert versions[0] == versions[1]
    assert len({tuple(placed.symbol for placed in one.chords) for one in versions}) > 1


def test_a_suggestion_is_applied_only_to_the_chart_it_was_made_for() -> None:
    one = suggest("C Am F G", "C")[0]
    with pytest.raises(BadInput):
        apply(read_chart("D Bm G A", "D"), one)


def test_chords_on_uncommon_roots_are_spelled_for_players() -> None:
    found: list[Suggestion] = [*suggest("Gb | Ebm7 | Abm7 | Db7 | Gb", "Gb", k=500)]
    assert not [one for one in found if any("bb" in symbol.split("/")[0][:3] for symbol in one.after)]


@pytest.mark.parametrize(
    "ask",
    [
        lambda: suggest("", "C"),
        lambda: suggest([], "C"),
        lambda: suggest("C F"),
        lambda: suggest("C F", "C", at=3),
        lambda: suggest("C F", "C", at=0),
        lambda: suggest("C F", "C", level=11),
        lambda: suggest("C F", "C", melody=[Tone(7.0, 2.0, 60)]),
        lambda: suggest("C F", "C", melody=[Tone(-1.0, 2.0, 60)]),
        lambda: read_melody("C4 | D4 | E4", "4/4", 2),
        lambda: read_melody("C4:3 D4:2", "4/4", 1),
    ],
)
def test_what_cannot_be_is_refused_with_its_mend(ask: object) -> None:
    with pytest.raises(BadInput) as caught:
        ask()  # type: ignore[operator]
    assert caught.value.why
    assert caught.value.mend


def test_an_unknown_chord_style_or_note_is_named() -> None:
    with pytest.raises(ChordSyntaxError):
        suggest("C Xyz", "C")
    with pytest.raises(UnknownName):
        suggest("C F", "C", style="polka")
    with pytest.raises(PitchSyntaxError):
        read_melody("C4 Q4", "4/4", 1)


def test_a_melody_is_read_bar_by_bar() -> None:
    assert read_melody("E4 G4 | B#4:3 r", "4/4", 2) == (Tone(0.0, 2.0, 64), Tone(2.0, 2.0, 67), Tone(4.0, 3.0, 72))
    assert read_melody("Cb5 |", "3/4", 1) == (Tone(0.0, 3.0, 71),)


def test_tensions_are_free_unless_the_symbol_names_the_other_form() -> None:
    assert {9, 10} & bearable("C13b9") == {9, 10}
    assert 2 not in bearable("C13b9")
    assert 5 not in bearable("Cmaj7")
    assert 6 in bearable("Cmaj7")
    assert bearable("N.C.") == frozenset(range(12))


def test_chords_dress_for_the_kind_of_voicing_that_lives_on_colour() -> None:
    key = Key.parse("C")
    assert [dressed(Chord.parse(one), key, "rootless").symbol for one in ("Dm7", "G7", "C")] == ["Dm9", "G13", "Cmaj9"]
    assert dressed(Chord.parse("Dm7"), key, "quartal").symbol == "Dm11"
    assert dressed(Chord.parse("Dm9"), key, "rootless").symbol == "Dm9"
    assert dressed(Chord.parse("Dm7"), key, "shell").symbol == "Dm7"
    assert dressed(Chord.parse("Bdim"), key, "quartal").symbol == "Bdim"
