from collections.abc import Sequence
from typing import Any

import pytest

from learning import DAY, KNOWLEDGE
from partimento.learner.aim import HIGH, LOW, Aim, Situation, aims, fitting, is_known
from partimento.learner.kept import Items, Progress, Skills
from partimento.learner.plan import StoredExercise, StoredLesson
from partimento.learner.results import Trial
from partimento.learner.review import Review
from partimento.learner.skill import AT_HOME, Belief, difficulty_of

NOON = 1_795_262_400.0
SURE = 0.02


def someone(level: float, variance: float = 0.05, **apart: float) -> Skills:
    """Of a level, and in some concepts so many log-odds above or below it."""
    overall = Belief(mean=difficulty_of(level) + AT_HOME, variance=variance, count=20, at=NOON)
    named = {name.replace("_", "-"): mean for name, mean in apart.items()}
    return Skills(overall, {name: Belief(mean=mean, variance=SURE, count=5, at=NOON) for name, mean in named.items()})


def where(skills: Skills, **known: Any) -> Situation:
    plain: dict[str, Any] = {"items": Items({}), "knowledge": KNOWLEDGE, "now": NOON, "genre": "jazz"}
    return Situation(skills=skills, **(plain | known))


def card(concept: str, overdue_days: float = 1.0) -> Review:
    due = NOON - overdue_days * DAY
    return Review(concept=concept, due=due, stability=5.0, difficulty=5.0, reviewed_at=due - 5 * DAY)


def trial(concept: str, name: str, score: float = 0.3, level: int = 4) -> Trial:
    return Trial(id=name, concept=concept, at=NOON, score=score, level=level, weight=2, source="result")


def lesson(*levels: int, concept: str = "rootless") -> StoredLesson:
    exercises = tuple(
        StoredExercise(type="voicing", title=f"e{number}", genre="jazz", key="C", level=level, id=f"e{number}")
        for number, level in enumerate(levels)
    )
    return StoredLesson(title="Rootless", concepts=("Rootless",), concept_ids=(concept,), exercises=exercises, id="l1")


def ways(found: Sequence[Aim]) -> list[tuple[str, str]]:
    return [(aim.why, aim.concept) for aim in found]


@pytest.mark.parametrize("level", range(1, 11))
def test_the_level_is_where_the_chance_lies_in_the_aim(level: int) -> None:
    able = someone(level).ability("triads", NOON)
    found, likely, sure = fitting(able, "triads", range(1, 11), Items({}))
    assert LOW <= likely.value <= HIGH
    assert abs(found - level) <= 1
    assert sure > 0.4


def test_where_no_level_is_in_the_aim_the_nearest_is_taken() -> None:
    able = someone(5).ability("triads", NOON)
    assert fitting(able, "triads", range(8, 11), Items({}))[0] == 8
    assert fitting(able, "triads", range(1, 3), Items({}))[0] == 2


def test_what_is_learnt_of_an_item_moves_the_level() -> None:
    able = someone(5).ability("triads", NOON)
    hard = Items({("triads", level): Belief(mean=difficulty_of(level) + 1.2, variance=SURE) for level in range(1, 11)})
    assert fitting(able, "triads", range(1, 11), hard)[0] == fitting(able, "triads", range(1, 11), Items({}))[0] - 2


def test_new_concepts_are_those_whose_needs_are_known() -> None:
    found = [aim.concept for aim in aims(where(someone(4)))]
    assert set(found[:2]) == {"sevenths", "two-five-one"}
    assert found[2:] == ["triads"], "what could have been met earlier comes later"
    assert [aim.concept for aim in aims(where(someone(2)))] == ["triads"]
    shaky = where(someone(4, sevenths=-2.0))
    assert not is_known(shaky, "sevenths")
    assert "two-five-one" not in {aim.concept for aim in aims(shaky)}


def test_every_new_concept_is_within_the_aim() -> None:
    for level in range(2, 8):
        for aim in aims(where(someone(level))):
            assert aim.why == "next"
            assert LOW <= aim.chance.value <= HIGH, (level, aim)


def test_somebody_beyond_it_all_gets_what_comes_nearest() -> None:
    (aim,) = aims(where(someone(10)))
    assert aim.why == "next"
    assert aim.chance.value > HIGH
    assert "nearest to the aim" in aim.reasons[-1]


def test_concepts_of_other_genres_stay_out() -> None:
    found = {aim.concept for aim in aims(where(someone(4), genre="gospel"))}
    assert found == {"sevenths", "triads"}


def test_what_is_due_comes_first_the_least_recalled_before_the_others() -> None:
    reviews = [card("triads", 1), card("sevenths", 40), card("dorian", -5)]
    found = aims(where(someone(4), reviews=reviews, lesson=lesson(4)))
    assert ways(found)[:2] == [("review", "sevenths"), ("review", "triads")]
    assert "due for review for 40 days" in found[0].reasons[0]
    assert ("review", "dorian") not in ways(found)


def test_an_apps_own_concept_is_reviewed_by_the_app() -> None:
    assert "app:harp" not in {aim.concept for aim in aims(where(someone(4), reviews=[card("app:harp")]))}


def test_the_plan_goes_on_where_it_stands() -> None:
    done = {"e0": Progress(part="e0", state="done")}
    found = aims(where(someone(6), lesson=lesson(6, 6), progress=done))
    assert found[0].why == "plan"
    assert found[0].exercise is not None
    assert found[0].exercise.id == "e1"
    assert "'Rootless'" in found[0].reasons[0]


@pytest.mark.parametrize(("able", "way"), [(4.5, "easier"), (8.0, "harder")])
def test_a_planned_exercise_is_taken_easier_or_harder_to_fit(able: float, way: str) -> None:
    found = aims(where(someone(able), lesson=lesson(6)))
    plan = next(aim for aim in found if aim.why == "plan")
    assert (plan.level < 6) is (way == "easier")
    assert any(way in reason for reason in plan.reasons)
    assert LOW <= plan.chance.value <= HIGH


def test_what_goes_wrong_is_mended_by_what_it_needs() -> None:
    failing = someone(4, rootless=-1.5, two_five_one=-1.2)
    trials = [trial("rootless", "r1"), trial("rootless", "r2")]
    found = aims(where(failing, lesson=lesson(6), trials=trials))
    assert ways(found)[0] == ("remedy", "two-five-one")
    assert "Rootless voicings went wrong" in found[0].reasons[0]
    assert ("remedy", "sevenths") not in ways(found), "what is known needs no mending"


def test_one_failure_is_no_reason_to_go_back() -> None:
    failing = someone(4, rootless=-1.5, two_five_one=-1.2)
    found = aims(where(failing, lesson=lesson(6), trials=[trial("rootless", "r1")]))
    assert "remedy" not in {aim.why for aim in found}


def test_what_was_just_practised_is_less_welcome() -> None:
    fresh = [aim.concept for aim in aims(where(someone(4)))]
    tired = [aim.concept for aim in aims(where(someone(4), trials=[trial(fresh[0], "r1", 0.9)]))]
    assert tired[0] != fresh[0]
    assert set(tired) == set(fresh)


def test_goals_weigh() -> None:
    plain, meant = aims(where(someone(4))), aims(where(someone(4), goals=("chords",)))
    worth = [next(aim.worth for aim in found if aim.concept == "sevenths") for found in (plain, meant)]
    assert worth[0] < worth[1]


def test_every_aim_says_why() -> None:
    found = aims(where(someone(4), reviews=[card("triads")], lesson=lesson(4)))
    assert {aim.why for aim in found} == {"review", "plan", "next"}
    for aim in found:
        assert len(aim.reasons) >= 2
        assert all(reason.endswith(".") for reason in aim.reasons)
        assert "chance of success" in aim.reasons[-1]
