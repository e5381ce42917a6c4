from typing import Any

import pytest

from learning import KNOWLEDGE
from partimento.core.errors import BadInput, UnknownName
from partimento.learner.results import WEIGHTS, NewResult, Trial, read_result
from partimento.tasks import exercise

NOON = 1_795_262_400.0


def read(taught: tuple[str, ...] = (), planned: Any = None, **told: Any) -> tuple[Trial, ...]:
    return read_result(NewResult(**told), KNOWLEDGE, taught=taught, planned=planned, now=NOON, made_id="made")


def test_a_plain_score_is_one_trial() -> None:
    (trial,) = read(concept="Triads", score=0.8, level="intermediate", id="r1")
    assert (trial.id, trial.concept, trial.score, trial.level) == ("r1", "triads", 0.8, 5)
    assert (trial.at, trial.source, trial.weight) == (NOON, "result", WEIGHTS["result"])


def test_what_is_not_said_is_filled_in() -> None:
    (trial,) = read(concept="rootless", score=1)
    assert (trial.id, trial.level) == ("made", 6)


def test_a_grade_is_read_as_it_was_made() -> None:
    (trial,) = read(concept="triads", grade={"score": 82, "marks": {"whole": 82}, "formula": "…"})
    assert (trial.score, trial.source, trial.weight) == (0.82, "grade", WEIGHTS["grade"])
    (wrapped,) = read(concept="triads", grade={"value": {"score": 50}, "receipt": {}})
    assert wrapped.score == 0.5


def test_feedback_gives_a_trial_for_each_concept() -> None:
    trials = read(id="f1", feedback={"by_concept": {"Triads": 1.0, "dorian": 0.25}, "score": 0.6})
    assert {trial.concept: trial.score for trial in trials} == {"triads": 1.0, "dorian": 0.25}
    assert {trial.id for trial in trials} == {"f1"}
    assert {trial.source for trial in trials} == {"feedback"}


def test_several_concepts_share_the_weight_of_one_score() -> None:
    trials = read(concepts=["triads", "sevenths"], score=0.5, weight=4)
    assert [trial.weight for trial in trials] == [2, 2]


def test_the_exercise_says_its_concept_level_and_traits() -> None:
    made = exercise(genre="jazz", kind="voicing", voicing="rootless", key="Bb", level=6)
    (trial,) = read(score=0.9, exercise=made.inputs)
    assert (trial.concept, trial.level, trial.exercise.type) == ("rootless", 6, "voicing")
    document = {
        "type": "scale",
        "key": "D",
        "content": {"scale": "D Dorian", "voicing": ""},
        "scale": "Dorian",
        "level": 5,
    }
    (trial,) = read(score=0.9, exercise=document)
    assert (trial.concept, trial.exercise.key, trial.exercise.scale) == ("dorian", "D", "Dorian")
    (trial,) = read(score=0.9, exercise={"topic": "triads", "level": 3})
    assert (trial.concept, trial.level) == ("triads", 3)


def test_a_part_of_a_curriculum_says_what_it_teaches() -> None:
    (trial,) = read(
        score=0.9, part="p1", taught=("sevenths",), planned={"type": "progression", "key": "Eb", "level": 4}
    )
    assert (trial.concept, trial.level, trial.part, trial.exercise.key) == ("sevenths", 4, "p1", "Eb")


def test_what_a_part_of_a_curriculum_is_for_wins_over_how_its_exercise_was_voiced() -> None:
    made = {"type": "progression", "level": 4, "voicing": "rootless", "content": {"voicing": "rootless"}}
    (trial,) = read(score=0.9, part="p1", taught=("sevenths",), exercise=made)
    assert trial.concept == "sevenths"
    assert read(score=0.9, exercise=made)[0].concept == "rootless"


def test_of_a_long_title_the_beginning_is_kept() -> None:
    (trial,) = read(concept="triads", score=1, exercise={"title": "x" * 1_000_000})
    assert trial.exercise.title == "x" * 200


def test_a_skipped_exercise_has_no_score() -> None:
    (trial,) = read(concept="triads", skipped=True, liked=False)
    assert trial.score is None
    assert trial.reaction.skipped
    assert trial.reaction.liked is False


@pytest.mark.parametrize(
    ("told", "says"),
    [
        ({"concept": "triads"}, "no score"),
        ({"concept": "triads", "score": 0.5, "grade": {"score": 50}}, "no one score"),
        ({"concept": "triads", "score": 0.5, "skipped": True}, "no one score"),
        ({"concept": "triads", "score": 82}, "from 0 to 1"),
        ({"concept": "triads", "score": -0.1}, "from 0 to 1"),
        ({"concept": "triads", "score": float("nan")}, "from 0 to 1"),
        ({"concept": "triads", "grade": {"marks": 1}}, "cannot read the grade"),
        ({"concept": "triads", "grade": 7}, "cannot read the grade"),
        ({"feedback": {"by_concept": {}}}, "says nothing of a concept"),
        ({"feedback": "good"}, "cannot read the feedback"),
        ({"score": 0.5}, "says nothing of a concept"),
        ({"score": 0.5, "exercise": {"type": "rhythm"}}, "says nothing of a concept"),
        ({"score": 0.5, "concepts": [f"app:{n}" for n in range(99)]}, "says nothing of a concept"),
        ({"concept": "triads", "score": 0.5, "weight": 0}, "cannot weigh"),
        ({"concept": "triads", "score": 0.5, "rating": 9}, "cannot rate"),
        ({"concept": "triads", "score": 0.5, "level": 11}, "unknown level"),
        ({"concept": "triads", "score": 0.5, "at": NOON + 9e6}, "not past"),
        ({"concept": "triads", "score": 0.5, "id": "x" * 300}, "cannot be kept"),
        ({"concept": "triads", "score": 0.5, "exercise": [1]}, "cannot read the exercise"),
        ({"concept": "triads", "score": 0.5, "exercise": {"level": "high"}}, "cannot read the exercise"),
    ],
)
def test_a_result_that_says_nothing_or_nonsense_is_refused(told: dict[str, Any], says: str) -> None:
    with pytest.raises(BadInput, match=says):
        read(**told)


def test_a_concept_that_is_not_there_is_told() -> None:
    with pytest.raises(UnknownName, match="concept"):
        read(concept="quadruple stops", score=0.5)


def test_a_clock_a_little_ahead_is_forgiven() -> None:
    (trial,) = read(concept="triads", score=0.5, at=NOON + 60)
    assert trial.at == NOON
