"""What the quiz room says of numerals, put to the claim check."""

from __future__ import annotations

import pytest

from partimento.music.claims import check_claims
from partimento.music.quiz.answer import answer


@pytest.mark.parametrize(
    ("question", "options"),
    [
        ("In D minor, which chord is III? (counted from the parallel major scale)", ["F#", "F", "A", "Bb"]),
        ("In D minor, which chord is vi? (counted from the parallel major scale)", ["Bm", "Bbm", "Gm", "Am"]),
        ("In Ab minor, which chord is V7/vi? (counted from the parallel major scale)", ["C7", "Cb7", "Eb7", "F7"]),
        ("In D minor, which Roman numeral describes the chord C#? (counted from the parallel major scale)",
         ["VII", "bVII", "vii", "I"]),
    ],
)  # fmt: skip
def test_a_numeral_counted_from_the_parallel_major_says_so_and_is_not_contradicted(
    question: str, options: list[str]
) -> None:
    found = answer(question, options)
    assert found.index == 0
    assert "ounted from the parallel major" in found.reason
    assert {finding.verdict for finding in check_claims(found.reason)} == {"confirmed"}


def test_a_numeral_in_its_own_key_is_told_plainly() -> None:
    assert answer("In D minor, which chord is bVI?", ["Bb", "B", "Gm", "F"]).reason == "bVI in D minor is Bb."
