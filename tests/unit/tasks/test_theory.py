from __future__ import annotations

from typing import Any

import pytest

from partimento.core.errors import BadInput
from partimento.shapes.theory import TheoryAnalysis
from partimento.tasks import theory
from partimento.tasks.theory import TheoryDraft


def explained(**inputs: Any) -> TheoryAnalysis:
    request = theory(**inputs)
    assert request.task.rules is not None
    draft = request.task.rules(request.inputs, 0)
    return request.task.finish(request.inputs, draft, "rules")  # type: ignore[no-any-return]


def test_an_explanation_holds_all_that_is_told_as_values() -> None:
    value = explained(chords="Cmaj7 A7 Dm7 G7", key="C")
    assert value.numerals == ("Imaj7", "V7/ii", "ii7", "V7")
    assert [chord.scales[0].scale for chord in value.chords][1] == "A Phrygian dominant"
    assert [cadence.kind for cadence in value.cadences] == ["turnaround"]
    assert {remark.kind for remark in value.remarks} == {"guide tones"}
    assert value.form is None


def test_bar_lines_and_bars_are_the_same_input() -> None:
    lines = theory(chords="| C7 | F7 | C7 | % |", key="C").inputs
    assert lines == theory(chords=["C7", "F7", "C7", "C7"], bars=[1, 2, 3, 4], key="C").inputs


def test_a_blues_written_with_bar_lines_is_called_one() -> None:
    blues = "| C7 | F7 | C7 | % | F7 | % | C7 | % | G7 | F7 | C7 | G7 |"
    form = explained(chords=blues, key="C").form
    assert form is not None
    assert form.name == "12-bar blues"


def test_bars_that_do_not_fit_are_refused() -> None:
    with pytest.raises(BadInput, match="bars"):
        theory(chords="Dm7 G7", bars=[1])


def test_a_mode_is_a_key() -> None:
    assert explained(chords="Dm7 G7", key="D dorian").numerals == ("i7", "IV7")
    assert TheoryDraft("D dorian", ("i7", "IV7")).key == explained(chords="Dm7 G7", key="D dorian").key
