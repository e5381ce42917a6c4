from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from learning import KNOWLEDGE, curriculum, ids
from partimento.core.errors import BadInput
from partimento.learner.parts import assembled, changed, head_of, parts_of
from partimento.learner.plan import (
    StoredCurriculum,
    check_curriculum,
    every_part,
    identified,
    read_curriculum,
    to_store,
)


def kept() -> StoredCurriculum:
    return identified(to_store(curriculum()), None, ids())


def plain(plan: StoredCurriculum) -> Any:
    return msgspec.json.decode(msgspec.json.encode(plan))


def test_a_generated_curriculum_gets_assessments_from_its_milestones() -> None:
    plan = to_store(curriculum())
    assert [[one.type for one in module.assessments] for module in plan.modules] == [
        ["module"], ["module"], ["module", "final"],
    ]  # fmt: skip
    assert plan.modules[0].assessments[0].title == "Play triads in two keys"
    assert plan.modules[1].assessments[0].concept_ids == ("sevenths", "two-five-one")
    assert to_store(plan) == plan, "stored once more, it gets no second ones"


def test_every_part_has_an_identity_of_its_own() -> None:
    plan = kept()
    parts = list(every_part(plan))
    assert len(parts) == len(set(parts)) == 3 + 4 + 5 + 10
    assert all(parts)


def test_a_curriculum_is_the_same_after_the_rows() -> None:
    plan = replace(kept(), id="c1", version=3)
    assert assembled(head_of(plan), reversed(parts_of(plan)), "c1", 3) == plan


def test_only_what_changed_is_a_new_row() -> None:
    before = kept()
    lesson = replace(before.modules[1].lessons[0], goal="Another goal")
    module = replace(before.modules[1], lessons=(lesson, before.modules[1].lessons[1]))
    after = replace(before, modules=(before.modules[0], module))
    ended, begun = changed(parts_of(before), parts_of(after))
    assert [part.id for part in begun] == [lesson.id]
    gone = set(every_part(before)) - set(every_part(after))
    assert set(ended) == gone | {lesson.id}


def test_an_edit_keeps_the_identities_it_says() -> None:
    before = kept()
    document = plain(before)
    document["modules"][0]["lessons"].reverse()
    document["modules"][0]["lessons"][0]["title"] = "Another title"
    after = identified(read_curriculum(document), before, ids("new"))
    assert set(every_part(after)) == set(every_part(before))
    assert after.modules[0].lessons[0].id == before.modules[0].lessons[1].id


def test_an_edit_without_identities_is_matched_by_names() -> None:
    before = kept()
    after = identified(to_store(curriculum()), before, ids("new"))
    assert after == before


def test_what_is_new_gets_a_new_identity_and_a_strangers_is_not_believed() -> None:
    before = kept()
    document = plain(before)
    document["modules"][0]["lessons"][0] |= {"id": "stranger", "title": "Quite another"}
    after = identified(read_curriculum(document), before, ids("new"))
    lesson = after.modules[0].lessons[0]
    assert lesson.id.startswith("new")
    assert lesson.exercises[0].id == before.modules[0].lessons[0].exercises[0].id


def test_a_copied_lesson_is_another_one() -> None:
    before = kept()
    document = plain(before)
    lessons = document["modules"][0]["lessons"]
    copied = {name: value for name, value in lessons[0].items() if name != "id"}
    copied["exercises"] = [{k: v for k, v in one.items() if k != "id"} for one in copied["exercises"]]
    lessons.insert(0, copied)
    after = identified(read_curriculum(document), before, ids("new"))
    parts = list(every_part(after))
    assert len(parts) == len(set(parts)) == len(list(every_part(before))) + 3


def test_a_sound_curriculum_passes() -> None:
    check_curriculum(to_store(curriculum()), KNOWLEDGE)


def spoilt(**fields: Any) -> Any:
    return plain(to_store(curriculum())) | fields


def with_module(**fields: Any) -> Any:
    document = spoilt()
    document["modules"][1] |= fields
    return document


def with_lesson(**fields: Any) -> Any:
    document = spoilt()
    document["modules"][1]["lessons"][0] |= fields
    return document


def with_exercise(**fields: Any) -> Any:
    document = spoilt()
    document["modules"][1]["lessons"][0]["exercises"][0] |= fields
    return document


@pytest.mark.parametrize(
    ("document", "says"),
    [
        (spoilt(modules=[]), "0 modules"),
        (spoilt(duration_weeks=0), "0 weeks"),
        (spoilt(duration_weeks=100_000), "100000 weeks"),
        (spoilt(level=11), "level 11"),
        (spoilt(genre="polka"), "no genre 'polka'"),
        (with_module(week_start=9), "week 9 to 4"),
        (with_module(week_end=99), "week 3 to 99"),
        (with_module(title=" "), "is called"),
        (with_lesson(title=""), "is called"),
        (with_lesson(duration_minutes=0), "takes 0 minutes"),
        (with_lesson(concept_ids=["polka"]), "concept 'polka'"),
        (with_lesson(goal="x" * 5_000_000), "bytes"),
        (with_exercise(key="H#"), "cannot be made"),
        (with_exercise(chords=["Xyz"]), "cannot be made"),
        (with_exercise(voicing="rootless", type="scale", chords=[]), "cannot be made"),
        (with_exercise(level=99), "cannot be made"),
    ],
)
def test_what_cannot_be_taught_is_refused_by_name(document: Any, says: str) -> None:
    with pytest.raises(BadInput, match="cannot be kept") as raised:
        check_curriculum(read_curriculum(document), KNOWLEDGE)
    assert says in raised.value.why


def test_an_id_stands_once() -> None:
    document = plain(kept())
    document["modules"][1]["id"] = document["modules"][0]["id"]
    with pytest.raises(BadInput) as raised:
        check_curriculum(read_curriculum(document), KNOWLEDGE)
    assert "stands twice" in raised.value.why


@pytest.mark.parametrize("document", [7, [], {}, {"title": "x"}, with_exercise(type="dance"), with_module(lessons=7)])
def test_what_is_no_curriculum_is_told(document: Any) -> None:
    with pytest.raises(BadInput, match="no curriculum"):
        read_curriculum(document)


@pytest.mark.parametrize("wrapping", ["value", "curriculum"])
def test_a_curriculum_may_come_wrapped_as_it_was_shown(wrapping: str) -> None:
    document = {wrapping: plain(to_store(curriculum())), "receipt": {}}
    assert read_curriculum(document) == to_store(curriculum())
