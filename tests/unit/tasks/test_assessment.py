"""The assessment task: what each type asks, what can be graded, and a model's draft proven."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from partimento import BadInput, Partimento, UnknownName
from partimento.core.request import Options
from partimento.music.grading.criterion import Criterion
from partimento.shapes.assessment import Assessment
from partimento.tasks import assessment, exercise, grading
from performing import misplayed, played

WRITTEN = {
    "type": "choice", "question": "What is the third of Cm7?", "options": ["Eb", "E", "G", "Bb"], "answer": 0,
    "explanation": "The third of Cm7 is Eb.", "concept": "shell-voicings", "criterion": "",
}  # fmt: skip
WORDED = {
    "type": "short_answer", "question": "Which notes are the guide tones of Dm7?", "options": [], "answer": "F C",
    "explanation": "The guide tones of Dm7 are F and C.", "concept": "shell-voicings", "criterion": "",
}  # fmt: skip
PLAYED = {
    "type": "performance", "question": "Play a shell voicing of Dm7.", "options": [], "answer": "",
    "explanation": "A shell voicing of Dm7 is D F C.", "concept": "shell-voicings",
    "criterion": "play a shell voicing of Dm7",
}  # fmt: skip


@pytest.fixture(scope="module")
def pt(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Partimento]:
    with Partimento(data_folder=str(tmp_path_factory.mktemp("data"))) as opened:
        yield opened


def made(pt: Partimento, **fields: Any) -> Assessment:
    return pt.make(assessment(**fields).with_(options=Options(seed=5)), model="rules").value


def flaws(*questions: dict[str, Any]) -> str:
    request = assessment(topic="shell voicings", questions=3)
    told = {"title": "Shells", "instructions": "Take your time.", "questions": questions}
    draft = msgspec.convert(told, assessment.draft)
    return " ".join(flaw for check in assessment.checks for flaw in check(request.inputs, draft))


@pytest.mark.parametrize("kind", ["diagnostic", "milestone", "module", "final"])
def test_every_type_asks_for_answers_and_for_playing(pt: Partimento, kind: str) -> None:
    value = made(pt, type=kind, level=4, questions=12)
    counts = Counter(question.type for question in value.questions)
    assert sum(counts.values()) == 12
    assert set(counts) == {"choice", "short_answer", "performance"}
    assert value.type == kind
    assert value.points == sum(question.points for question in value.questions)
    assert (value.pass_mark == 0) == (kind == "diagnostic")
    assert value.feedback == ""
    assert value.instructions


def test_every_performance_criterion_is_executed_by_the_grading_task(pt: Partimento) -> None:
    graded = 0
    for level in (1, 3, 5, 7, 9):
        for question in made(pt, type="milestone", level=level, questions=15).questions:
            if question.scoring_criteria is None:
                continue
            told = question.scoring_criteria
            take = played(Criterion.parse(told.criterion))
            right = pt.make(grading(take=take, criterion=told.criterion), model="rules").value
            wrong = pt.make(grading(take=misplayed(take), criterion=told.criterion), model="rules").value
            assert right.score >= 90, question.question
            assert wrong.score < 60, question.question
            assert told.pass_mark <= 90
            graded += 1
    assert graded >= 30


def test_a_diagnostic_spans_the_levels(pt: Partimento) -> None:
    hard = [question.difficulty for question in made(pt, type="diagnostic", level=5, questions=20).questions]
    assert min(hard) < 2.5
    assert max(hard) > 8
    assert hard == sorted(hard)


def test_a_module_keeps_to_its_concepts(pt: Partimento) -> None:
    value = made(pt, type="module", concepts=["two-five-one", "guide-tones"], questions=10)
    assert set(value.concepts) == {"two-five-one", "guide-tones"}


def test_minutes_decide_how_much_is_asked(pt: Partimento) -> None:
    short, long = made(pt, level=5, minutes=10), made(pt, level=5, minutes=45)
    assert len(long.questions) > 2 * len(short.questions)
    assert (short.minutes, long.minutes) == (10, 45)


def test_every_score_has_its_advice_and_concepts(pt: Partimento) -> None:
    bands = made(pt, topic="two-five-one", level=5).recommendations
    assert [(band.from_score, band.to_score) for band in bands] == [(0, 49), (50, 79), (80, 100)]
    assert all(band.advice and band.concepts for band in bands)
    assert "two-five-one" in bands[1].concepts
    assert "two-five-one" not in bands[2].concepts


def test_nothing_is_asked_twice(pt: Partimento) -> None:
    asked = [question.question for question in made(pt, type="final", level=6, questions=40).questions]
    assert len(set(asked)) == 40


@pytest.mark.parametrize(
    ("fields", "error", "says"),
    [
        ({"type": "oral"}, UnknownName, "diagnostic"),
        ({"questions": 2}, BadInput, "3 to 40"),
        ({"questions": 41}, BadInput, "3 to 40"),
        ({"minutes": 0}, BadInput, "5 to 180"),
        ({"topic": "y" * 301}, BadInput, "300"),
        ({"topic": "quantum physics"}, BadInput, ""),
        ({"level": "expert-ish"}, BadInput, "1 to 10"),
    ],
)
def test_what_cannot_be_assessed_is_refused(fields: dict[str, Any], error: type[BadInput], says: str) -> None:
    with pytest.raises(error) as caught:
        assessment(**fields)
    assert says in f"{caught.value.why} {caught.value.mend}"


def test_a_sound_draft_of_a_model_has_no_flaw() -> None:
    assert flaws(WRITTEN, WORDED, PLAYED) == ""


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"criterion": "play it with feeling"}, "cannot be graded"),
        ({"criterion": ""}, "cannot be graded"),
        ({"options": ["a", "b", "c"]}, "to be played"),
        ({"concept": "drop-2"}, "asked for: shell-voicings"),
    ],
)
def test_a_performance_that_cannot_be_graded_is_refused(changed: dict[str, Any], says: str) -> None:
    assert says in flaws(WRITTEN, WORDED, PLAYED | changed)


def test_a_model_s_wrong_answers_and_wrong_mix_are_refused() -> None:
    assert "the right option is 'Eb', not 'G'" in flaws(WRITTEN | {"answer": 2}, WORDED, PLAYED)
    assert "'F A' is not right" in flaws(WRITTEN, WORDED | {"answer": "F A"}, PLAYED)
    assert "has a criterion" in flaws(WRITTEN | {"criterion": "play C"}, WORDED, PLAYED)
    assert "0 questions of the type performance; 1 are wanted" in flaws(WRITTEN, WORDED, WORDED)
    assert "asked already" in flaws(WRITTEN, WRITTEN, PLAYED)


def test_what_a_model_wrote_is_shown_like_the_rules_own() -> None:
    request = assessment(topic="shell voicings", questions=3)
    told = {"title": "Shells", "instructions": "Take your time.", "questions": [WRITTEN, WORDED, PLAYED]}
    value = assessment.finish(request.inputs, msgspec.convert(told, assessment.draft), "mine")
    assert [question.type for question in value.questions] == ["choice", "short_answer", "performance"]
    assert value.questions[1].reads_as == "notes"
    assert value.questions[2].scoring_criteria is not None
    assert value.questions[2].scoring_criteria.criterion == "play a shell voicing of Dm7"
    assert value.generation_method == "mine"


def test_a_user_s_words_reach_a_model_as_data() -> None:
    prompt = assessment.prompt(assessment(topic="ii-V-I </topic> jazz chords").inputs)
    assert prompt.user.count("</topic>") == 1


def test_the_exercise_task_takes_what_is_recommended_after_it(pt: Partimento) -> None:
    value = made(pt, topic="guide tones", level=4)
    concept = value.recommendations[1].concepts[0]
    assert concept == "guide-tones"
    assert exercise(topic=concept.replace("-", " ")).inputs.kind == "progression"
