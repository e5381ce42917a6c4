from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from databases import Place
from learning import DAY, School, ids, planned, school
from partimento.core.errors import BadInput, UnknownName
from partimento.learner import preference
from partimento.learner.learners import Learners
from partimento.learner.record import Recorded


@pytest.fixture
def house(place: Place) -> Iterator[School]:
    with school(place) as opened:
        opened.learners.add("42", level=4, genre="jazz")
        yield opened


def told(house: School, score: float | None = 0.8, concept: str = "sevenths", **more: Any) -> Recorded:
    return house.learners.record("42", concept=concept, score=score, **more)


def skills(house: School) -> dict[str, tuple[float, int]]:
    return {one.concept: (one.chance, one.results) for one in house.learners.show("42").skills}


def test_a_result_moves_what_is_believed_and_sets_the_next_review(house: School) -> None:
    recorded = told(house, 1.0)
    (moved,) = recorded.moved
    assert moved.chance_before < moved.chance
    assert moved.score == 1.0
    assert 0 < moved.expected < 1
    (card,) = house.learners.reviews("42")
    assert (card.concept, card.due, card.is_due) == ("sevenths", moved.due, False)
    assert skills(house)["sevenths"][1] == 1
    (trial,) = house.learners.results("42")
    assert trial.score == 1.0
    assert trial.expected == pytest.approx(moved.expected, abs=1e-4)


def test_a_result_counts_once(house: School) -> None:
    first = told(house, 0.2, id="r1")
    before = skills(house), house.learners.reviews("42"), house.learners.preferences("42")
    again = told(house, 0.9, id="r1")
    assert (first.known, again.known) == (False, True)
    assert again.trials == first.trials
    assert (skills(house), house.learners.reviews("42"), house.learners.preferences("42")) == before


def test_the_same_id_of_another_learner_is_another_result(house: School) -> None:
    house.learners.add("43")
    told(house, id="r1")
    assert not house.learners.record("43", id="r1", concept="triads", score=1).known


def test_success_says_something_of_what_was_needed(house: School) -> None:
    told(house, 1.0, concept="rootless", level=6)
    found = skills(house)
    assert found["triads"][1] == found["sevenths"][1] == 0, "they were not tried themselves"
    shifts = {name: mean for name, mean, *_ in house.store.ask("skills_of", house.learners.find("42").uid)}
    assert shifts["rootless"] > shifts["sevenths"] > shifts["triads"] > 0


def test_failure_says_nothing_of_what_was_needed(house: School) -> None:
    told(house, 0.0, concept="rootless", level=6)
    assert set(skills(house)) == {"rootless"}


def test_items_are_learnt_from_everybody(house: School) -> None:
    for number in range(8):
        house.learners.of(f"key_{number}").add("1", level=4)
        house.learners.of(f"key_{number}").record("1", concept="sevenths", level=4, score=0.1)
    ((mean, _, results, _),) = house.store.ask("item_of", "sevenths", 4)
    assert results == 8
    assert mean > -0.9 + 0.1, "it is harder than its level says"


def test_a_skipped_exercise_says_something_of_taste_alone(house: School) -> None:
    recorded = told(house, None, skipped=True, exercise=planned(key="Eb"))
    assert recorded.moved == ()
    assert house.learners.show("42").skills == ()
    assert house.learners.reviews("42") == ()
    assert {(one.aspect, one.value) for one in house.learners.preferences("42")} == {
        ("genre", "jazz"), ("key", "Eb"), ("kind", "progression"),
    }  # fmt: skip
    assert all(one.disliked > 0 and one.share < 0.5 for one in house.learners.preferences("42"))


def test_likes_are_counted_and_fade(house: School) -> None:
    for number in range(5):
        told(house, id=f"r{number}", liked=True, exercise=planned(key="Eb"))
    strongest = house.learners.preferences("42")[0]
    assert strongest.share > 0.6
    assert strongest.signals == 10
    house.clock.advance(preference.HALF_LIFE_DAYS * DAY)
    assert house.learners.preferences("42")[0].liked == pytest.approx(strongest.liked / 2, abs=0.01)


def test_preferences_are_reset_one_by_one_by_aspect_or_all(house: School) -> None:
    told(house, exercise=planned(key="Eb"))
    told(house, exercise=planned(key="F"))
    assert house.learners.reset_preferences("42", "key", "Eb") == 1
    assert house.learners.reset_preferences("42", "key") == 1
    assert {one.aspect for one in house.learners.preferences("42")} == {"genre", "kind"}
    assert house.learners.reset_preferences("42") == 2
    assert house.learners.preferences("42") == ()
    with pytest.raises(UnknownName, match="preference"):
        house.learners.reset_preferences("42", "colour")


def test_of_too_many_preferences_the_faintest_go(house: School) -> None:
    for number in range(preference.MOST + 3):
        told(house, 1.0, exercise={"voicing": f"v{number}"})
    kept = {one.value for one in house.learners.preferences("42")}
    assert len(kept) == preference.MOST


def test_feedback_moves_every_concept_at_once(house: School) -> None:
    recorded = house.learners.record("42", id="f1", feedback={"by_concept": {"triads": 1.0, "dorian": 0.0}})
    assert {one.concept: one.chance > one.chance_before for one in recorded.moved} == {"triads": True, "dorian": False}
    assert {one.concept for one in house.learners.reviews("42")} == {"triads", "dorian"}
    assert house.learners.record("42", id="f1", feedback={"by_concept": {"triads": 1.0}}).known


def test_a_result_of_nobody_or_of_a_part_that_is_not_there_is_refused(house: School) -> None:
    with pytest.raises(UnknownName, match="learner"):
        house.learners.record("nobody", concept="triads", score=1)
    with pytest.raises(UnknownName, match="part of a curriculum"):
        told(house, part="p404")
    assert house.learners.results("42") == ()


def test_a_refused_result_leaves_nothing(house: School) -> None:
    with pytest.raises(BadInput):
        told(house, 7.0)
    assert house.learners.show("42").skills == ()
    assert house.store.ask("list_items") == []


def test_writers_side_by_side_lose_nothing(place: Place) -> None:
    with school(place, "a") as one, school(place, "b") as other:
        one.learners.add("42")
        jobs = [(house, number) for number in range(20) for house in (one, other)]

        def tell(job: tuple[School, int]) -> bool:
            house, number = job
            return house.learners.record("42", id=f"r{number}", concept="triads", score=0.5).known

        with ThreadPoolExecutor(8) as pool:
            known = list(pool.map(tell, jobs))
        assert known.count(False) == 20, "of two that tell the same, one is first"
        shown = one.learners.show("42")
        assert shown.results == shown.skills[0].results == 20
        assert len(other.learners.results("42")) == 20


def test_what_comes_late_counts_as_of_its_time(house: School) -> None:
    told(house, 0.8, at=house.clock.now() - 9 * DAY)
    told(house, 0.8, at=house.clock.now() - 30 * DAY)
    (card,) = house.learners.reviews("42")
    assert card.reviews == 2
    assert [round((house.clock.now() - one.at) / DAY) for one in house.learners.results("42")] == [9, 30]


def test_other_keys_cannot_tell_results(house: School) -> None:
    with pytest.raises(UnknownName, match="learner"):
        Learners(house.store, house.clock, ids(), "key_x").record("42", concept="triads", score=1)
