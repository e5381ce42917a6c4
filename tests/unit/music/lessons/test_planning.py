"""Exercises that are planned can be made; weeks, concepts and stages are shared out without remainder."""

from __future__ import annotations

from random import Random

import pytest

from partimento.music.composition.plan import plan
from partimento.music.genres import find
from partimento.music.lessons.course import exercises_of
from partimento.music.lessons.drills import drills
from partimento.music.lessons.matter import matter
from partimento.music.lessons.order import before, following, in_order
from partimento.music.lessons.planned import PlannedExercise, flaw_of
from partimento.music.lessons.selection import module_weeks, room_for, selected, shared
from partimento.music.lessons.setting import Setting, setting_of
from partimento.music.lessons.stages import staged
from partimento.music.teaching.concept import Concept
from partimento.music.teaching.concepts import concept, concepts
from partimento.music.teaching.path import path


def planned(**fields: object) -> PlannedExercise:
    usual = {"type": "progression", "title": "x", "genre": "jazz", "key": "C", "level": 5}
    return PlannedExercise(**usual | fields)  # type: ignore[arg-type]


def where(one: Concept) -> Setting:
    return setting_of(find("jazz"), plan(find("jazz"), key="C", level=max(4, one.level)), 30)


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({}, ""),
        ({"chords": ("Dm7", "G7 Db7", "Cmaj7")}, ""),
        ({"chords": ("Dm7", "Xyz")}, "Xyz"),
        ({"key": "H"}, "H"),
        ({"genre": "polka"}, "polka"),
        ({"type": "scale", "scale": "Klingon"}, "Klingon"),
        ({"type": "scale", "chords": ("C",)}, "takes no chords"),
        ({"type": "lick", "voicing": "rootless"}, "has no voicing"),
        ({"type": "voicing", "voicing": "quartal", "chords": ("Bdim7",)}, "no quartal voicing"),
        ({"level": 11}, "level"),
    ],
)
def test_what_cannot_be_made_is_told_before_it_is_tried(fields: dict[str, object], says: str) -> None:
    flaw = flaw_of(planned(**fields))
    assert says in flaw
    assert bool(flaw) == bool(says)


def test_the_fields_are_those_of_the_exercise_task() -> None:
    assert planned(voicing="shell").fields == {
        "kind": "progression", "genre": "jazz", "key": "C", "level": 5, "voicing": "shell",
    }  # fmt: skip


def test_drills_are_of_the_concept_s_own_kind_first_and_go_elsewhere() -> None:
    shown = matter(concept("rootless-voicings"), where(concept("rootless-voicings")))
    found = drills(shown, 3, Random(1), key="F")
    assert (found[0].type, found[0].voicing) == ("voicing", "rootless")
    assert "F" in {one.key for one in found}
    assert drills(matter(concept("dorian"), where(concept("dorian"))), 1, Random(1))[0].key == "Cm"


def test_what_follows_leans_on_it_and_is_at_home_in_the_genre() -> None:
    ahead = following("shell-voicings", "jazz", 4)
    assert all("shell-voicings" in one.needs for one in ahead[:2])
    assert not [one for one in following("twelve-bar-blues", "gospel", 3) if one.genres == ("blues",)]
    assert "guide-tones" in [one.id for one in before("shell-voicings")]
    assert [one.id for one in in_order(("rootless-voicings", "guide-tones"))] == ["guide-tones", "rootless-voicings"]


def test_shares_add_up_and_differ_by_one() -> None:
    assert shared(7, 3) == (2, 2, 3)
    assert shared(2, 4) == (0, 0, 1, 1)


@pytest.mark.parametrize("weeks", [1, 2, 3, 8, 12, 52])
def test_modules_fill_the_weeks(weeks: int) -> None:
    spans = module_weeks(weeks, 100)
    assert [week for first, last in spans for week in range(first, last + 1)] == list(range(1, weeks + 1))
    assert len(module_weeks(weeks, 2)) <= 2


def test_a_selection_keeps_what_it_needs_and_the_order() -> None:
    below = [one.id for one in concepts() if one.level < 4]
    whole = path(4, 7, "jazz", "rootless voicings", below)
    chosen = selected(whole, 12, "jazz", "rootless voicings")
    ids = [one.id for one in chosen]
    assert len(chosen) == 12
    assert "rootless-voicings" in ids
    in_reach = {one.id for one in whole}
    assert all(need in ids for one in chosen for need in one.needs if need in in_reach)
    assert [one for one in whole if one in chosen] == list(chosen)
    assert selected(whole, 1000, "jazz", "") == whole


def test_longer_lessons_have_room_for_more() -> None:
    assert room_for(8, 2, 60) == 2 * room_for(8, 2, 30)
    assert room_for(1, 1, 10) == 1


@pytest.mark.parametrize("count", [1, 2, 3, 4, 7, 20, 60])
def test_a_module_s_lessons_are_as_many_as_asked_for_and_all_concepts_are_met(count: int) -> None:
    new = path(4, 5, "jazz")[:4]
    lessons = staged(new, path(3, 3, "jazz"), count, set())
    assert len(lessons) == count
    met = [one.concepts[-1].id for one in lessons if one.stage == "meet"]
    assert met == [one.id for one in new][-len(met) :] or count <= len(new)
    assert {one.id for lesson in lessons for one in lesson.concepts} >= {one.id for one in new}


def test_a_concept_comes_back_at_growing_distances() -> None:
    one, other = concept("guide-tones"), concept("two-five-one")
    exercises = exercises_of([(one,), *([(other,)] * 20)], where, Random(1))
    reviews = [place for place, found in enumerate(exercises) for each in found if each.title.startswith("Review")]
    assert reviews[:3] == [2, 6, 14]
