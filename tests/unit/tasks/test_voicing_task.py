"""The voicing task: grips told in words, in other keys, and a model's hands proven before they count."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from partimento import BadInput, ChordSyntaxError, Partimento, UnknownName
from partimento.tasks.voicing import Hands, VoicingDraft, voicing


@pytest.fixture(scope="module")
def pt(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Partimento]:
    with Partimento(data_folder=str(tmp_path_factory.mktemp("data"))) as opened:
        yield opened


def flaws(request: Any, draft: VoicingDraft) -> list[str]:
    return [flaw for check in voicing.checks for flaw in check(request.inputs, draft)]


def test_a_two_five_one_is_voiced_spelled_and_told(pt: Partimento) -> None:
    made = pt.make(voicing(chords="Dm9 G13 Cmaj9", key="C", kind="rootless"), model="rules").value
    assert [chord.left_notes for chord in made.chords] == [
        ("F3", "A3", "C4", "E4"), ("F3", "A3", "B3", "E4"), ("E3", "G3", "B3", "D4"),
    ]  # fmt: skip
    assert [chord.left_degrees for chord in made.chords] == [
        ("3", "5", "7", "9"), ("7", "9", "3", "13"), ("3", "5", "7", "9"),
    ]  # fmt: skip
    assert [chord.roman for chord in made.chords] == ["ii9", "V13", "Imaj9"]
    assert "7 of Dm9 (C4) falls to 3 of G13 (B3)" in made.chords[1].leading
    assert "3 of Dm9 (F3) stays as 7 of G13 (F3)" in made.chords[1].leading
    assert made.movement == sum(chord.movement for chord in made.chords) == 1 + 5
    assert made.generation_method == "rules"
    assert made.notes == ()


def test_plain_sevenths_wear_the_colours_of_the_key_when_asked_to(pt: Partimento) -> None:
    made = pt.make(voicing(chords="Dm7 G7 Cmaj7", kind="rootless", colours=True), model="rules").value
    assert [chord.symbol for chord in made.chords] == ["Dm9", "G13", "Cmaj9"]


def test_where_a_chord_cannot_take_the_kind_the_result_says_so(pt: Partimento) -> None:
    made = pt.make(voicing(chords="C G7 C", kind="rootless"), model="rules").value
    assert made.notes == ("C cannot be rootless; it is close",)
    assert [chord.kind for chord in made.chords] == ["close", "rootless", "close"]


@pytest.mark.parametrize(
    ("level", "kind"), [(1, "shell"), (3, "close"), ("intermediate", "rootless"), (6, "drop2"), (None, "rootless")]
)
def test_without_a_kind_the_level_chooses(pt: Partimento, level: Any, kind: str) -> None:
    assert pt.make(voicing(chords="Dm7 G7 Cmaj7", level=level), model="rules").value.kind == kind


def test_a_model_s_hands_count_where_they_are_true() -> None:
    request = voicing(chords="Dm7 G7", key="C", kind="shell")
    sound = VoicingDraft((Hands((38, 53), (60,)), Hands((43, 53), (59,))))
    assert flaws(request, sound) == []
    assert "2 chords" in flaws(request, VoicingDraft((Hands((38, 53), (60,)),)))[0]
    wrong = VoicingDraft((Hands((38, 53), (60,)), Hands((43, 52), (59,))))
    assert any("G7" in flaw for flaw in flaws(request, wrong))
    muddy = VoicingDraft((Hands((38, 53), (60,)), Hands((31, 35), (41,))))
    assert any("too low" in flaw for flaw in flaws(request, muddy))
    assert "rootless" not in voicing.prompt(request.inputs).user


def test_two_spellings_of_one_request_are_one_request() -> None:
    one = voicing(chords="C∆7 A-7", key="C major", kind="four-part")
    assert one.inputs == voicing(chords=["Cmaj7", "Am7"], key="C", kind="fourpart").inputs


def test_bad_input_is_refused_and_named() -> None:
    with pytest.raises(ChordSyntaxError):
        voicing(chords="Dm7 Xyz")
    with pytest.raises(UnknownName) as caught:
        voicing(chords="Dm7", kind="rootles")
    assert caught.value.nearest == "rootless"
    wrong: tuple[dict[str, Any], ...] = ({"chords": []}, {"chords": ["C"] * 513}, {"chords": "C", "level": 11})
    for fields in wrong:
        with pytest.raises(BadInput) as refused:
            voicing(**fields)
        assert refused.value.mend
