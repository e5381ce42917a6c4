import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import msgspec
import pytest

from databases import Place
from learning import DAY, School, curriculum, result_of, school
from partimento.core.errors import BadInput, UnknownName
from partimento.learner.curricula import Activated
from partimento.learner.curriculum_rows import CurriculumRow
from partimento.learner.plan import StoredCurriculum, every_part

WEEK = 7 * DAY


@pytest.fixture
def house(place: Place) -> Iterator[School]:
    with school(place) as opened:
        opened.learners.add("42", level=2, genre="jazz")
        yield opened


def activated(house: School, name: str = "jazz-beginner-12w", learner: str = "42") -> Activated:
    return asyncio.run(house.curricula.activate(name, learner))


def plan_of(house: School, row: CurriculumRow) -> StoredCurriculum:
    return house.curricula.show(row.id).curriculum


def document_of(house: School, row: CurriculumRow) -> Any:
    return msgspec.json.decode(msgspec.json.encode(plan_of(house, row)))


def test_a_generated_curriculum_is_kept_with_its_memory_item(house: School) -> None:
    row = house.curricula.save(result_of(curriculum()))
    assert (row.state, row.version, row.title, row.learner) == ("draft", 1, "Jazz to rootless voicings", "")
    shown = house.curricula.show(row.id)
    assert shown.versions[0].memory_id == "m1"
    assert shown.versions[0].made_by == "task"
    assert shown.curriculum.id == row.id
    assert all(every_part(shown.curriculum))


def test_a_template_is_made_by_rules_and_followed(house: School) -> None:
    done = activated(house)
    assert not done.known
    assert (done.row.state, done.row.template) == ("active", "jazz-beginner-12w")
    assert done.row.title == "Jazz from the first sevenths"
    (wanted,) = house.wanted
    assert (wanted.fields["genre"], wanted.fields["level"], wanted.fields["weeks"]) == ("jazz", 3, 12)
    assert house.learners.show("42").following == done.row.id
    assert house.learners.next("42").why == "plan"


def test_activated_twice_it_is_done_once(house: School) -> None:
    first, again = activated(house), activated(house)
    assert again == Activated(row=first.row, known=True)
    assert len(house.wanted) == 1
    assert len(house.curricula.list(learner="42")) == 1


def test_processes_that_activate_at_once_make_one(place: Place) -> None:
    with school(place, "a") as one, school(place, "b") as other:
        one.learners.add("42")
        with ThreadPoolExecutor(4) as pool:
            done = list(pool.map(activated, (one, other, one, other)))
        assert len({each.row.id for each in done}) == 1
        assert [each.known for each in done].count(False) == 1


def test_what_is_made_for_one_knows_his_goals_and_what_he_mastered(house: School) -> None:
    house.learners.change("42", goals=["play in church"], level=5)
    for number in range(12):
        house.learners.record("42", id=f"r{number}", concept="triads", score=1.0, level=4, weight=6)
    activated(house)
    (wanted,) = house.wanted
    assert "play in church" in wanted.fields["goals"]
    assert "triads" in wanted.fields["mastered"]
    assert wanted.user == "42", "it is nobody else's answer"


def test_a_curriculum_for_all_is_followed_by_who_has_none(house: School) -> None:
    shared = activated(house, learner="").row
    assert house.learners.show("42").following == shared.id
    own = activated(house, "jazz-intermediate-12w").row
    assert house.learners.show("42").following == own.id


def test_a_kept_curriculum_is_activated_as_a_copy_of_ones_own(house: School) -> None:
    shared = house.curricula.save(curriculum())
    done = activated(house, shared.id)
    assert done.row.id != shared.id
    assert (done.row.based_on, done.row.version, done.row.state) == (shared.id, 1, "active")
    assert list(every_part(plan_of(house, done.row))) == list(every_part(plan_of(house, shared))), "progress survives"
    assert activated(house, shared.id).known
    mine = activated(house, done.row.id)
    assert mine == Activated(row=done.row, known=True)


def test_a_draft_for_all_may_be_activated_for_all(house: School) -> None:
    draft = house.curricula.save(curriculum())
    assert house.learners.show("42").following == ""
    assert not activated(house, draft.id, "").known
    assert house.learners.show("42").following == draft.id
    assert activated(house, draft.id, "").known


def test_each_edit_is_a_version_and_the_old_ones_stay(house: School) -> None:
    row = house.curricula.save(curriculum())
    document = document_of(house, row)
    document["modules"][0]["title"] = "The first steps"
    house.clock.advance(60)
    edited = house.curricula.edit(row.id, document)
    assert (edited.version, edited.updated_at) == (2, row.updated_at + 60)
    shown = house.curricula.show(row.id)
    assert shown.curriculum.modules[0].title == "The first steps"
    assert [(one.version, one.made_by) for one in shown.versions] == [(1, "task"), (2, "edit")]
    assert shown.versions[1].changes[0].reason == "parts: 1 changed"
    assert house.curricula.show(row.id, 1).curriculum.modules[0].title == "Foundations"
    assert list(every_part(shown.curriculum)) == list(every_part(house.curricula.show(row.id, 1).curriculum))


def test_an_edit_that_changes_nothing_is_no_version(house: School) -> None:
    row = house.curricula.save(curriculum())
    assert house.curricula.edit(row.id, document_of(house, row)) == row
    assert len(house.curricula.show(row.id).versions) == 1


def test_what_is_unchanged_is_written_once(house: School) -> None:
    row = house.curricula.save(curriculum())
    count = len(list(every_part(plan_of(house, row))))
    for number in range(3):
        document = document_of(house, row)
        document["modules"][0]["goal"] = f"Goal {number}"
        house.curricula.edit(row.id, document)
    rows = house.store.ask("copy_curriculum_parts", "", "", -1, 10_000)
    assert len(rows) == count + 3


def test_of_two_edits_from_one_version_the_second_is_told(house: School) -> None:
    row = house.curricula.save(curriculum())
    mine, yours = document_of(house, row), document_of(house, row)
    mine["title"], yours["title"] = "Mine", "Yours"
    house.curricula.edit(row.id, mine)
    with pytest.raises(BadInput, match="version 1, and version 2 is the last"):
        house.curricula.edit(row.id, yours)
    assert house.curricula.show(row.id).row.title == "Mine"
    assert house.curricula.edit(row.id, yours, 2).version == 3, "who says so means it"


def test_an_edit_says_its_version(house: School) -> None:
    row = house.curricula.save(curriculum())
    document = document_of(house, row)
    del document["version"]
    with pytest.raises(BadInput, match="which version") as raised:
        house.curricula.edit(row.id, document)
    assert "--version 1" in raised.value.mend


def test_an_edit_that_cannot_be_taught_leaves_all_as_it_was(house: School) -> None:
    row = house.curricula.save(curriculum())
    document = document_of(house, row)
    document["modules"][0]["lessons"][0]["exercises"][0]["key"] = "H"
    with pytest.raises(BadInput, match="cannot be kept"):
        house.curricula.edit(row.id, document)
    assert house.curricula.show(row.id).row == row


def test_a_result_moves_the_progress_of_its_part(house: School) -> None:
    row = activated(house).row
    exercise = plan_of(house, row).modules[0].lessons[0].exercises[0]
    recorded = house.learners.record("42", part=exercise.id, score=0.6)
    assert [trial.concept for trial in recorded.trials] == ["triads"]
    assert recorded.progress is not None
    assert (recorded.progress.state, recorded.progress.attempts) == ("started", 1)
    house.clock.advance(60)
    house.learners.record("42", part=exercise.id, score=0.9)
    again = house.learners.record("42", part=exercise.id, score=0.1)
    assert again.progress is not None
    assert (again.progress.state, again.progress.score, again.progress.attempts) == ("done", 0.9, 3)
    found = house.curricula.progress(row.id)
    lesson = found.modules[0].lessons[0]
    assert (lesson.state, lesson.done, lesson.total) == ("started", 1, 2)
    assert house.learners.results("42")[0].exercise.key == "C"


def test_an_exercise_that_drills_another_concept_than_its_lesson_counts_for_that(house: School) -> None:
    row = activated(house).row
    document = document_of(house, row)
    document["modules"][1]["lessons"][0]["exercises"][0]["concept"] = "triads"
    house.curricula.edit(row.id, document)
    part = plan_of(house, row).modules[1].lessons[0].exercises[0].id
    (trial,) = house.learners.record("42", part=part, score=0.6).trials
    assert trial.concept == "triads"


def test_an_assessment_has_progress_too(house: School) -> None:
    row = activated(house).row
    assessment = plan_of(house, row).modules[1].assessments[0]
    house.learners.record("42", part=assessment.id, feedback={"by_concept": {"sevenths": 0.9, "two-five-one": 0.7}})
    (found,) = house.curricula.progress(row.id).modules[1].assessments
    assert found.state == "done"
    assert found.score == pytest.approx(0.8)


def test_another_learners_part_is_not_there(house: School) -> None:
    house.learners.add("43")
    part = plan_of(house, activated(house).row).modules[0].lessons[0].exercises[0].id
    with pytest.raises(UnknownName, match="part of a curriculum"):
        house.learners.record("43", part=part, score=1)


def test_progress_may_be_said(house: School) -> None:
    row = activated(house).row
    lesson = plan_of(house, row).modules[0].lessons[0]
    found = house.curricula.mark(row.id, lesson.id, score=0.8)
    assert (found.modules[0].lessons[0].state, found.modules[0].lessons[0].score) == ("done", 0.8)
    assert found.lesson == plan_of(house, row).modules[0].lessons[1].id
    assert house.curricula.mark(row.id, lesson.id, "not started").modules[0].lessons[0].state == "not started"
    with pytest.raises(UnknownName, match="part of this curriculum"):
        house.curricula.mark(row.id, "p404")
    with pytest.raises(BadInput, match="0 to 1"):
        house.curricula.mark(row.id, lesson.id, score=80)


def test_what_was_said_to_be_done_stays_so(house: School) -> None:
    row = activated(house).row
    part = plan_of(house, row).modules[0].lessons[0].exercises[0].id
    house.curricula.mark(row.id, part)
    recorded = house.learners.record("42", part=part, score=0.2)
    assert recorded.progress is not None
    assert (recorded.progress.state, recorded.progress.score) == ("done", 0.2)


def test_of_a_curriculum_for_all_it_is_said_whose_progress(house: School) -> None:
    shared = activated(house, learner="").row
    with pytest.raises(BadInput, match="for all"):
        house.curricula.progress(shared.id)
    assert house.curricula.progress(shared.id, "42").share == 0
    house.learners.add("43")
    own = activated(house).row
    with pytest.raises(BadInput, match="another learner's"):
        house.curricula.progress(own.id, "43")


def test_a_plan_follows_results_with_reasons(house: School) -> None:
    row = activated(house).row
    assert house.curricula.replan(row.id).changes == ()
    house.clock.advance(4.5 * WEEK)
    for number in range(6):
        house.learners.record("42", id=f"r{number}", concept="sevenths", score=0.0, level=4, weight=6)
    done = house.curricula.replan(row.id)
    assert {change.kind for change in done.changes} == {"delayed", "remedy"}
    assert all(change.reason for change in done.changes)
    assert done.row.version == 2
    shown = house.curricula.show(row.id)
    assert (shown.versions[1].made_by, shown.versions[1].changes) == ("replan", done.changes)
    assert any(lesson.purpose == "remedy" for _, lesson in shown.curriculum.lessons)
    assert all(every_part(shown.curriculum))
    assert house.curricula.replan(row.id).changes == ()


def test_a_plan_for_all_becomes_ones_own_before_it_is_changed(house: School) -> None:
    shared = activated(house, learner="").row
    part = plan_of(house, shared).modules[0].lessons[0].exercises[0].id
    house.learners.record("42", part=part, score=0.9)
    house.clock.advance(4.5 * WEEK)
    done = house.curricula.replan(shared.id, "42")
    assert done.copied
    assert (done.row.based_on, done.row.version) == (shared.id, 2)
    assert done.row.activated_at == shared.activated_at, "he is as late as he was"
    assert house.curricula.show(shared.id).row.version == 1
    lessons = house.curricula.progress(done.row.id).modules[0].lessons
    assert {lesson.title: lesson.done for lesson in lessons} == {"Review 1": 0, "Triads": 1, "Triads again": 0}
    assert not house.curricula.replan(shared.id, "42").copied
    assert house.learners.show("42").following == done.row.id


def test_an_archived_curriculum_is_followed_no_more_and_kept(house: School) -> None:
    row = activated(house).row
    assert house.curricula.archive(row.id).state == "archived"
    assert house.learners.show("42").following == ""
    assert house.curricula.show(row.id).row.state == "archived"
    assert not activated(house, row.id).known
    assert house.learners.show("42").following == row.id


def test_a_key_sees_its_own_curricula_and_what_the_owner_keeps_for_all(house: School) -> None:
    shared = activated(house, learner="").row
    draft = house.curricula.save(curriculum())
    mine, yours = house.curricula.of("key_a"), house.curricula.of("key_b")
    own = mine.save(curriculum())
    assert {row.id for row in mine.list()} == {own.id, shared.id}
    assert {row.id for row in yours.list()} == {shared.id}
    assert {row.id for row in house.curricula.list()} == {own.id, shared.id, draft.id}
    assert mine.show(shared.id).row == shared
    for name in (own.id, draft.id):
        with pytest.raises(UnknownName, match="unknown curriculum"):
            yours.show(name)
    with pytest.raises(UnknownName, match="unknown curriculum"):
        yours.archive(shared.id)
    with pytest.raises(UnknownName, match="unknown curriculum"):
        yours.edit(shared.id, document_of(house, shared))
    with pytest.raises(UnknownName, match="unknown learner"):
        asyncio.run(yours.activate(shared.id, "42"))


def test_a_key_may_copy_what_the_owner_keeps_for_all(house: School) -> None:
    shared = activated(house, learner="").row
    house.learners.of("key_a").add("7")
    done = asyncio.run(house.curricula.of("key_a").activate(shared.id, "7"))
    assert (done.row.holder, done.row.based_on) == ("key_a", shared.id)


def test_names_that_are_not_there_come_with_the_nearest(house: School) -> None:
    with pytest.raises(UnknownName, match="template or curriculum") as raised:
        activated(house, "jazz-beginer-12w")
    assert "'jazz-beginner-12w'" in raised.value.mend
    with pytest.raises(UnknownName, match="version"):
        house.curricula.show(house.curricula.save(curriculum()).id, 7)
    for call in (house.curricula.show, house.curricula.replan, house.curricula.archive, house.curricula.progress):
        with pytest.raises(UnknownName, match="unknown curriculum"):
            call("nothing")
    with pytest.raises(UnknownName, match="unknown learner"):
        activated(house, learner="nobody")


def test_writers_of_one_curriculum_lose_nothing(place: Place) -> None:
    with school(place, "a") as one, school(place, "b") as other:
        row = one.curricula.save(curriculum())

        def edit(number: int) -> int:
            house = (one, other)[number % 2]
            while True:
                document = document_of(house, row)
                document["goals"] = [*document["goals"], f"goal {number}"]
                try:
                    return house.curricula.edit(row.id, document).version
                except BadInput:
                    continue

        with ThreadPoolExecutor(4) as pool:
            versions = list(pool.map(edit, range(8)))
        assert sorted(versions) == list(range(2, 10))
        assert len(plan_of(one, row).goals) == 1 + 8
