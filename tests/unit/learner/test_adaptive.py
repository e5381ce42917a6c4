from typing import Any

import pytest
from msgspec.structs import replace

from learning import DAY, KNOWLEDGE, curriculum, ids
from partimento.learner.adaptive import Replanned, mastered, replanned
from partimento.learner.aim import HIGH, LOW
from partimento.learner.kept import Items, Progress, Skills
from partimento.learner.plan import StoredCurriculum, check_curriculum, every_part, identified, to_store
from partimento.learner.progress import progress, week_of
from partimento.learner.review import Review
from partimento.learner.skill import AT_HOME, Belief, chance, difficulty_of
from partimento.learner.standing import Standing

NOON = 1_795_262_400.0
_CONCEPTS = {one.id.replace("-", "_") for one in KNOWLEDGE.by_id.values()}
WEEK = 7 * DAY


def plan() -> StoredCurriculum:
    return replace(identified(to_store(curriculum()), None, ids()), id="c1", version=1)


def standing(level: float = 4, results: int = 5, **known: Any) -> Standing:
    """Somebody of a level; names of concepts say how many log-odds above or below it one is in them."""
    apart = {name.replace("_", "-"): known.pop(name) for name in tuple(known) if name in _CONCEPTS}
    overall = Belief(mean=difficulty_of(level) + AT_HOME, variance=0.02, count=20, at=NOON)
    concepts = {name: Belief(mean=mean, variance=0.02, count=results, at=NOON) for name, mean in apart.items()}
    return Standing(skills=Skills(overall, concepts), items=Items({}), knowledge=KNOWLEDGE, now=NOON, **known)


def done(curriculum: StoredCurriculum, modules: int) -> dict[str, Progress]:
    lessons = [lesson for module in curriculum.modules[:modules] for lesson in module.lessons]
    return {lesson.id: Progress(part=lesson.id, state="done") for lesson in lessons}


def titles(replan: Replanned) -> list[str]:
    return [lesson.title for _, lesson in replan.curriculum.lessons]


def kinds(replan: Replanned) -> list[str]:
    return [change.kind for change in replan.changes]


def test_where_nothing_speaks_for_a_change_there_is_none() -> None:
    assert replanned(plan(), standing(2)) == Replanned(plan(), ())


def test_a_mastered_lesson_is_skipped_with_its_reason() -> None:
    found = replanned(plan(), standing(4, sevenths=2.5))
    assert kinds(found) == ["skipped"]
    assert "Sevenths" not in titles(found)
    (change,) = found.changes
    assert change.title == "Sevenths"
    assert "Mastered before its lesson: at level 4" in change.reason
    assert change.part == plan().modules[1].lessons[0].id


def test_a_lesson_that_is_likely_mastered_is_shortened() -> None:
    found = replanned(plan(), standing(4, results=2, sevenths=2.5))
    assert kinds(found) == ["shortened"]
    lesson = next(one for _, one in found.curriculum.lessons if one.title == "Sevenths")
    assert len(lesson.exercises) == 1
    assert lesson.duration_minutes == 15


def test_a_module_keeps_a_lesson() -> None:
    found = replanned(plan(), standing(4, triads=4.0))
    assert len(found.curriculum.modules[0].lessons) == 1
    assert kinds(found) == ["skipped", "shortened"]


def test_what_is_begun_is_not_taken_away() -> None:
    begun = plan().modules[1].lessons[0].exercises[0].id
    progress = {begun: Progress(part=begun, state="started", score=0.4)}
    assert replanned(plan(), standing(4, sevenths=2.5, progress=progress)).changes == ()


def test_what_was_not_tried_is_not_mastered() -> None:
    assert replanned(plan(), standing(10)).changes == ()


def test_what_goes_wrong_gets_a_lesson_on_what_it_needs_and_on_itself_made_easier() -> None:
    found = replanned(plan(), standing(4, two_five_one=-2.5, sevenths=-1.0))
    assert kinds(found) == ["remedy"]
    names = titles(found)
    at = names.index("Back to what The ii-V-I needs")
    assert names[at + 1] == "Two five one"
    remedy = [lesson for _, lesson in found.curriculum.lessons][at]
    assert remedy.purpose == "remedy"
    assert remedy.concept_ids == ("sevenths", "two-five-one")
    assert max(exercise.level for exercise in remedy.exercises) < 4
    assert "after 5 results the chance of success at level 4 is" in found.changes[0].reason
    assert "Sevenths" in found.changes[0].reason


def test_exercises_of_a_remedy_aim_where_exercises_aim() -> None:
    stood = standing(7, rootless=-2.0)
    found = replanned(plan(), stood)
    (remedy,) = [lesson for _, lesson in found.curriculum.lessons if lesson.purpose == "remedy"]
    for exercise in remedy.exercises:
        likely = chance(stood.skills.ability("rootless", NOON), stood.items.of("rootless", exercise.level)).value
        assert LOW <= likely <= HIGH or exercise.level == 4, "the easiest there is"


@pytest.mark.parametrize("shaky", [{"results": 1}, {"results": 0}])
def test_too_few_results_are_no_reason(shaky: dict[str, Any]) -> None:
    assert replanned(plan(), standing(4, two_five_one=-2.5, **shaky)).changes == ()


def test_a_low_chance_that_is_not_sure_is_no_reason() -> None:
    stood = standing(4)
    unsure = Belief(mean=-1.6, variance=0.9, count=2, at=NOON)
    stood = replace(stood, skills=Skills(stood.skills.overall, {"two-five-one": unsure}))
    assert "remedy" not in kinds(replanned(plan(), stood))


def test_at_most_two_remedies_at_a_time() -> None:
    failing = standing(4, triads=-3.0, sevenths=-3.0, two_five_one=-3.0, rootless=-3.0)
    assert kinds(replanned(plan(), failing)).count("remedy") == 2


def card(concept: str, overdue_days: float = 1) -> Review:
    due = NOON - overdue_days * DAY
    return Review(concept=concept, due=due, stability=3.0, difficulty=5.0, reviewed_at=due - 3 * DAY)


def test_what_is_due_comes_back_before_the_next_lesson() -> None:
    stood = standing(4, reviews=[card("triads"), card("app:harp"), card("dorian", -9)], progress=done(plan(), 1))
    found = replanned(plan(), stood)
    assert kinds(found) == ["review"]
    names = titles(found)
    assert names[names.index("Review 1") + 1] == "Sevenths"
    (lesson,) = [one for _, one in found.curriculum.lessons if one.purpose == "review"]
    assert lesson.concept_ids == ("triads",)
    assert found.changes[0].reason == "Due for review: Triads. They come back before 'Sevenths'."


def test_after_all_is_done_nothing_is_added() -> None:
    stood = standing(4, reviews=[card("triads")], progress=done(plan(), 3), begun_at=NOON - 30 * WEEK)
    assert replanned(plan(), stood).changes == ()


def weeks(found: Replanned) -> list[tuple[int, int]]:
    return [(module.week_start, module.week_end) for module in found.curriculum.modules]


def test_who_is_late_gets_more_time() -> None:
    found = replanned(plan(), standing(2, begun_at=NOON - 4.5 * WEEK))
    assert kinds(found) == ["delayed"]
    assert weeks(found) == [(1, 5), (6, 7), (8, 9)]
    assert found.curriculum.duration_weeks == 9
    assert "It is week 5" in found.changes[0].reason
    assert "3 weeks more" in found.changes[0].reason


def test_who_is_early_goes_on_at_once() -> None:
    found = replanned(plan(), standing(2, begun_at=NOON - 0.5 * WEEK, progress=done(plan(), 1)))
    assert kinds(found) == ["brought forward"]
    assert weeks(found) == [(1, 2), (1, 2), (3, 4)]
    assert found.curriculum.duration_weeks == 4
    assert "2 weeks early" in found.changes[0].reason


def test_a_week_early_is_early() -> None:
    found = replanned(plan(), standing(2, begun_at=NOON - 1.5 * WEEK, progress=done(plan(), 1)))
    assert weeks(found) == [(1, 2), (2, 3), (4, 5)]
    assert "a week early" in found.changes[0].reason


def test_who_is_in_time_goes_on_as_planned() -> None:
    for begun, modules in ((0.5, 0), (1.5, 0), (2.5, 1), (4.5, 2)):
        stood = standing(2, begun_at=NOON - begun * WEEK, progress=done(plan(), modules))
        assert replanned(plan(), stood).changes == (), begun


@pytest.mark.parametrize(
    "stood",
    [
        standing(4, sevenths=2.5),
        standing(4, results=2, sevenths=2.5),
        standing(4, triads=4.0),
        standing(4, two_five_one=-2.5, sevenths=-1.0),
        standing(4, triads=-3.0, sevenths=-3.0, two_five_one=-3.0),
        standing(4, reviews=[card("triads"), card("sevenths")]),
        standing(2, begun_at=NOON - 9 * WEEK),
        standing(2, begun_at=NOON, progress=done(plan(), 1)),
        standing(3, begun_at=NOON - 9 * WEEK, rootless=-2.0, triads=3.0, reviews=[card("dorian")]),
    ],
)
def test_planned_again_from_the_same_results_nothing_changes(stood: Standing) -> None:
    first = replanned(plan(), stood)
    assert first.changes
    check_curriculum(first.curriculum, KNOWLEDGE)
    kept = identified(first.curriculum, plan(), ids("new"))
    again = replanned(kept, stood)
    while again.changes and set(kinds(again)) == {"remedy"}:  # two at a time
        kept = identified(again.curriculum, kept, ids("newer"))
        again = replanned(kept, stood)
    assert again == Replanned(kept, ())


def test_what_is_done_stays_whatever_comes() -> None:
    progress_rows = done(plan(), 1)
    stood = standing(4, triads=4.0, two_five_one=-3.0, reviews=[card("triads")], progress=progress_rows)
    found = replanned(plan(), stood)
    before = plan().modules[0]
    assert found.curriculum.modules[0] == before
    assert set(every_part(replace(plan(), modules=(before,)))) <= set(every_part(found.curriculum))


def test_a_new_plan_leaves_out_what_is_mastered() -> None:
    stood = standing(4, triads=3.0, sevenths=3.0, dorian=-1.0)
    assert mastered(stood.skills, stood.items, KNOWLEDGE, NOON) == ("triads", "sevenths")


def test_weeks_count_from_one() -> None:
    assert [week_of(NOON, NOON + days * DAY) for days in (-1, 0, 6.9, 7, 20)] == [1, 1, 1, 2, 3]
    assert week_of(None, NOON) == 1


def test_progress_is_told_from_exercise_to_whole() -> None:
    course = plan()
    first, second = course.modules[0].lessons
    rows = {
        first.exercises[0].id: Progress(part="", state="done", score=0.9),
        first.exercises[1].id: Progress(part="", state="done", score=0.8),
        second.exercises[0].id: Progress(part="", state="started", score=0.4),
    }
    found = progress(course, rows, NOON - WEEK, NOON)
    one, two = found.modules[0].lessons
    assert (one.state, one.done, one.total, one.score) == ("done", 2, 2, 0.85)
    assert (two.state, two.done, two.score) == ("started", 0, 0.4)
    assert [module.state for module in found.modules] == ["started", "not started", "not started"]
    assert (found.share, found.lesson, found.week, found.state) == (0.2, second.id, 2, "started")


def test_a_lesson_may_be_said_to_be_done() -> None:
    course = plan()
    lesson = course.modules[0].lessons[0]
    found = progress(course, {lesson.id: Progress(part=lesson.id, state="done", score=0.7)}, None, NOON)
    assert found.modules[0].lessons[0].state == "done"
    assert found.modules[0].lessons[0].score == 0.7
    assert found.lesson == course.modules[0].lessons[1].id
