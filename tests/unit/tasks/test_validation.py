"""The validation task on prose and on content: everything that is wrong is told with its place, and nothing raises."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from partimento import BadInput, Partimento
from partimento.tasks import assessment, exercise, progression, quiz, validation
from partimento.tasks.validation import Verdict

EXERCISE: dict[str, Any] = {
    "type": "progression",
    "content": {"chords": ["Dm7", "G7", "Cmaj7"], "key": "C", "roman_numerals": ["ii7", "V7", "Imaj7"]},
    "difficulty": "beginner",
}
QUESTION: dict[str, Any] = {
    "question": "What is the third of Cm7?", "options": ["Eb", "E", "G", "Bb"], "answer": 0,
    "explanation": "The third of Cm7 is Eb.", "kind": "choice",
}  # fmt: skip


@pytest.fixture(scope="module")
def pt(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Partimento]:
    with Partimento(data_folder=str(tmp_path_factory.mktemp("data"))) as opened:
        yield opened


def verdict(pt: Partimento, **fields: Any) -> Verdict:
    return pt.make(validation(**fields), model="rules").value


def content(**changed: Any) -> dict[str, Any]:
    return EXERCISE | {"content": EXERCISE["content"] | changed}


def test_true_prose_is_sound_and_its_claims_are_counted(pt: Partimento) -> None:
    found = verdict(pt, text="The V7 of Bb is F7. The guide tones of G7 are B and F.")
    assert found.sound
    assert found.counts.confirmed >= 2
    assert found.corrected == "The V7 of Bb is F7. The guide tones of G7 are B and F."


def test_untrue_prose_is_told_and_put_right(pt: Partimento) -> None:
    found = verdict(pt, text="The V7 of Bb is F#7. Jazz is lovely.")
    assert not found.sound
    assert "F7" in found.findings[0]
    assert found.corrected == "The V7 of Bb is F7. Jazz is lovely."
    wrong = [claim for claim in found.claims if claim.verdict == "contradicted"]
    assert [(claim.where, claim.correction) for claim in wrong] == [("text", "F7")]
    assert found.counts.contradicted == 1


def test_a_sound_exercise_is_sound(pt: Partimento) -> None:
    found = verdict(pt, content=EXERCISE)
    assert found.sound
    assert (found.counts.chords, found.counts.numerals) == (3, 3)


@pytest.mark.parametrize(
    ("document", "says"),
    [
        (content(chords=["Dm7", "Gq7", "Cmaj7"]), "content.chords[1]"),
        (content(roman_numerals=["ii7", "IV7", "Imaj7"]), "content.roman_numerals[1]: G7 is V7 in C, not IV7"),
        (content(roman_numerals=["ii7", "V7"]), "3 chords, but 2 numerals"),
        (content(roman_numerals=["ii7", "??", "Imaj7"]), "content.roman_numerals[1]"),
        (content(key="H moll"), "content.key"),
        (content(scale="C nonsense"), "content.scale"),
        (content(voicing="upside-down"), "content.voicing"),
        ({"summary": "The third of Cm7 is E."}, "summary"),
        ({"modules": [{"lessons": [{"goal": "The V7 of Bb is F#7."}]}]}, "modules[0].lessons[0].goal"),
        ({"questions": [QUESTION | {"answer": 1}]}, "questions[0]: the right option is 'Eb', not 'E'"),
        ({"questions": [QUESTION | {"answer": 9}]}, "place of no option"),
        ({"questions": [QUESTION | {"options": ["Eb", "D#", "G", "Bb"]}]}, "more than one option is right"),
        ({"questions": [{"question": "What is the third of Cm7?", "answer": "E", "options": []}]}, "'E' is not right"),
        ({"questions": [{"question": "The V7 of Bb is F#7.", "kind": "true_false", "answer": "true"}]}, "is false"),
        ({"questions": [{"question": "Play it nicely", "type": "performance", "answer": None}]}, "cannot be graded"),
        ({"chords": [{"symbol": "G7", "roman": "IV7"}], "key": "C"}, "chords[0].roman"),
        ("{broken", "no JSON"),
        ("42", "bare int"),
        (7, "bare int"),
    ],
)
def test_what_is_wrong_in_content_is_told_with_its_place(pt: Partimento, document: Any, says: str) -> None:
    found = verdict(pt, content=document)
    assert not found.sound
    assert says in " ".join(found.findings)


def test_a_question_that_the_engine_does_not_read_is_counted_and_not_condemned(pt: Partimento) -> None:
    found = verdict(pt, content={"questions": [QUESTION | {"question": "Who wrote Giant Steps?", "explanation": ""}]})
    assert found.sound
    assert (found.counts.questions, found.counts.unproven) == (1, 1)


def test_wrong_options_and_user_s_words_are_no_claims(pt: Partimento) -> None:
    document = {
        "topic": "the V7 of Bb is F#7",
        "questions": [QUESTION | {"options": ["Eb", "Cm7 is C E G", "G", "Bb"]}],
    }
    assert verdict(pt, content=document).sound


def test_what_this_house_makes_is_sound(pt: Partimento) -> None:
    made: list[Any] = [
        pt.make(exercise(kind="voicing", genre="jazz", key="Eb"), model="rules").value,
        pt.make(progression(genre="gospel", bars=8), model="rules").value,
        pt.make(quiz(level=6, questions=20), model="rules").value,
        pt.make(assessment(type="final", level=7), model="rules").value,
    ]
    for value in made:
        found = verdict(pt, content=value)
        assert found.findings == ()
        assert verdict(pt, content=msgspec.json.encode(value).decode()).sound


@pytest.mark.parametrize(
    "strange",
    [
        {"chords": [None, 3, {"symbol": 5}]}, {"chords": "Dm7"}, {"questions": [None, {"question": 3}]}, [[[[]]]],
        {"key": {"a": 1}}, {"": ""}, {"question": "What?", "options": 3, "answer": []}, {"text": "💥" * 50},
        {"question": "Which?", "answer": {"a": 1}, "options": [1, 2]},
    ],
)  # fmt: skip
def test_no_content_raises(pt: Partimento, strange: Any) -> None:
    assert isinstance(verdict(pt, content=strange), Verdict)


def test_content_of_any_depth_ends(pt: Partimento) -> None:
    deep: Any = "end"
    for _ in range(200):
        deep = {"more": deep}
    assert "deep" in verdict(pt, content=deep).findings[0]


def test_nothing_and_too_much_are_refused() -> None:
    with pytest.raises(BadInput):
        validation()
    with pytest.raises(BadInput, match="letters"):
        validation(text="a" * 200_001)
    with pytest.raises(BadInput, match="no key"):
        validation(chords="Dm7 | G7")


def test_chords_text_and_content_are_judged_together(pt: Partimento) -> None:
    found = verdict(pt, chords="Dm7 | G7 | Cmaj7", key="C", text="The V7 of Bb is F#7.", content=content(key="D"))
    assert not found.sound
    assert len(found.findings) >= 2


def test_no_model_is_asked_about_prose_and_content_unless_named() -> None:
    assert validation.exact(validation(text="The V7 of Bb is F7.").inputs)
    assert validation.exact(validation(content=EXERCISE).inputs)
    assert not validation.exact(validation(chords="Dm7 | G7", key="C").inputs)
