"""The smoothest way through chords: exact within its bounds, told in figures, commented on by models, unchanged."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest

from partimento import BadInput, Partimento, UnknownName
from partimento.music.bounded_leading import Bounds, lead_within, note_of
from partimento.music.leading import FREE, STRICT, cost, duties_between, lead, movement
from partimento.music.voicing import grips
from partimento.pipeline.claims import proven
from partimento.tasks.voice_leading import Comment, voice_leading


@pytest.fixture(scope="module")
def pt(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Partimento]:
    with Partimento(data_folder=str(tmp_path_factory.mktemp("data"))) as opened:
        yield opened


def led(**fields: Any) -> Any:
    request = voice_leading(**fields)
    return voice_leading.finish(request.inputs, Comment("Listen."), "rules")


def flaws(request: Any, comment: str) -> list[str]:
    return [flaw for check in voice_leading.checks for flaw in check(request.inputs, Comment(comment))]


def test_a_two_five_one_moves_little_and_root_positions_much(pt: Partimento) -> None:
    result = pt.make(voice_leading(chords="Dm7 G7 Cmaj7"))
    made = result.value
    assert [(*chord.left_notes, *chord.right_notes) for chord in made.chords] == [
        ("D4", "F4", "A4", "C5"), ("D4", "F4", "G4", "B4"), ("C4", "E4", "G4", "B4"),
    ]  # fmt: skip
    assert (made.led.movement, made.led.common_tones, made.led.parallels) == (6, 4, 0)
    assert made.root_position.movement - made.led.movement == made.saved > 20
    assert made.root_position.parallels > 0
    assert made.steps[0].common_tones == ("D4", "F4")
    assert "6 semitones" in made.comment
    assert (result.receipt.engine, made.generation_method) == ("rules", "rules")


def test_without_bounds_it_is_the_leading_of_the_house() -> None:
    chords = ["Dm7", "G7", "Cmaj7", "A7b9", "Dm7"]
    for kind in ("close", "drop2", "shell", "rootless"):
        ways = lead_within(chords, kind, Bounds()), lead(chords, kind)
        assert cost(chords, ways[0], FREE) == pytest.approx(cost(chords, ways[1], FREE))


@pytest.mark.parametrize("manners", [FREE, STRICT])
def test_no_other_way_within_the_bounds_costs_less(manners: Any) -> None:
    chords = ["C", "F", "G7"]
    bounds = Bounds(lowest=43, highest=77)
    least = min(
        cost(chords, way, manners)
        for way in product(*(grips(chord, "fourpart") for chord in chords))
        if all(grip.notes[0] >= 43 and grip.notes[-1] <= 77 for grip in way)
    )
    found = lead_within(chords, "fourpart", bounds, manners)
    assert cost(chords, found, manners) == pytest.approx(least)
    assert movement(found[0], found[1], manners, duties_between("C", "F")) >= 0


def test_a_melody_may_be_given_to_the_top_voice() -> None:
    made = led(chords="C F G7 C", kind="fourpart", top="C5 - B4 C")
    assert [made.chords[place].right_notes[-1] for place in (0, 2, 3)] == ["C5", "B4", "C5"]
    assert made.style == "strict"
    assert made.led.parallels == 0


def test_a_rarer_grip_serves_where_the_usual_ones_do_not_reach() -> None:
    usual = {grip.notes[-1] for grip in grips("G13", "fourpart")}
    rare = next(f"{name}5" for name in ("E", "F", "B", "G") if note_of(f"{name}5").midi not in usual)
    assert led(chords="G13", kind="fourpart", top=rare).chords[0].right_notes[-1] == rare


def test_a_range_holds() -> None:
    made = led(chords="Am F C G", lowest="C4", highest="C5")
    notes = [note for chord in made.chords for note in chord.left_hand + chord.right_hand]
    assert min(notes) >= 60
    assert max(notes) <= 72


def test_it_goes_on_from_where_the_hands_are() -> None:
    made = led(chords="Dm7 G7", start=(57, 60, 62, 65))
    assert made.chords[0].right_hand == (57, 60, 62, 65)
    assert made.led.movement <= 6


def test_parallels_are_told_with_their_notes() -> None:
    made = led(chords="C Dm", kind="block", start=(48, 55, 64), style="free", top="- A4")
    told = [sentence for step in made.steps for sentence in step.parallels]
    assert all("from C to Dm" in sentence for sentence in told)
    plain = led(chords="C D", start=(60, 64, 67), top="G4 A4", lowest="D4", highest="A4")
    assert plain.steps[0].parallels == ("parallel fifths from C to D: C4-G4 to D4-A4",)


def test_where_a_chord_cannot_take_the_kind_the_result_says_so() -> None:
    assert led(chords="C G7", kind="rootless").notes == ("C cannot be rootless; it is close",)


def test_no_chord_and_one_chord_are_led_too() -> None:
    assert led(chords="N.C. C").led.movement == 0
    request = voice_leading(chords="C")
    assert voice_leading.rules is not None
    assert "One chord" in voice_leading.rules(request.inputs, 1).comment


@pytest.mark.parametrize("chords", ["Bbm7 Eb7 Abmaj7 Dbmaj7", "C F G7 C", "Am F C G", "F C Dm Bb F", "E7 A7 D7 G7 C"])
@pytest.mark.parametrize("kind", ["close", "drop2", "fourpart"])
def test_what_the_rules_say_of_a_leading_is_let_through_as_it_is(chords: str, kind: str) -> None:
    request = voice_leading(chords=chords, kind=kind)
    assert voice_leading.rules is not None
    for seed in range(4):
        said = voice_leading.rules(request.inputs, seed)
        read = proven(voice_leading.finish(request.inputs, said, "rules"), "checked")
        assert (read.corrections, read.flaws) == ((), ())


def test_a_model_comments_and_changes_no_note() -> None:
    request = voice_leading(chords="Dm7 G7 Cmaj7", language="German")
    assert request.inputs.language == "de"
    prompt = voice_leading.prompt(request.inputs)
    assert "German" in prompt.system
    assert "C5" in prompt.user
    assert flaws(request, "Die Stimmen bewegen sich kaum, und das ist der Grund, warum es so weich klingt.") == []
    assert "German" in flaws(request, "The voices hardly move, and that is why it sounds so smooth.")[0]
    assert "empty" in flaws(request, " ")[0]
    assert "at most" in flaws(request, "Die Stimmen. " * 200)[0]


@pytest.mark.parametrize(
    ("fields", "part"),
    [
        ({"chords": []}, "no chords"),
        ({"chords": ["C"] * 257}, "257"),
        ({"chords": "C", "top": "E G"}, "2 top notes"),
        ({"chords": "C", "top": "Q"}, "note"),
        ({"chords": "C", "lowest": "C"}, "octave"),
        ({"chords": "C", "lowest": "C5", "highest": "C4"}, "range"),
        ({"chords": "C", "lowest": "C4", "highest": "E4"}, "close voicing of C"),
        ({"chords": "C", "top": "F#5"}, "F#5 on top"),
        ({"chords": "C", "start": (200,)}, "MIDI"),
        ({"chords": "C", "language": "x" * 99}, "language"),
    ],
)
def test_what_cannot_be_led_is_refused_and_mendable(fields: dict[str, Any], part: str) -> None:
    with pytest.raises(BadInput) as refused:
        voice_leading(**fields)
    assert part in str(refused.value)
    assert refused.value.mend


def test_a_style_is_one_of_two() -> None:
    wrong: Any = "stric"
    with pytest.raises(UnknownName):
        voice_leading(chords="C", style=wrong)
