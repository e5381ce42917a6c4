from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partimento.learner import skill
from partimento.learner.skill import Belief, chance, difficulty_of, item_of, learn, level_of, sureness

DAY = 86_400.0
scores = st.floats(0, 1)
weights = st.floats(0.1, 20)
levels = st.integers(1, 10)


def known(level: float, variance: float = 0.01) -> Belief:
    """Somebody of whom it is sure."""
    return Belief(mean=difficulty_of(level) + skill.AT_HOME, variance=variance)


@pytest.mark.parametrize("level", range(1, 11))
def test_exercises_of_ones_own_level_lie_in_the_aim(level: int) -> None:
    item = Belief(mean=difficulty_of(level), variance=0.01)
    assert 0.70 <= chance(known(level), item).value <= 0.85
    assert level_of(known(level).mean) == pytest.approx(level)


def test_the_harder_the_less_likely() -> None:
    chances = [chance(known(5), item_of(level)).value for level in range(1, 11)]
    assert all(easier > harder for easier, harder in pairwise(chances))


def test_what_is_not_sure_is_nearer_to_one_half_and_wider() -> None:
    sure, unsure = chance(known(7), item_of(4)), chance(known(7, variance=2.0), item_of(4))
    assert 0.5 < unsure.value < sure.value
    assert unsure.low < sure.low < sure.high < unsure.high


@pytest.mark.parametrize("truth", [2, 3, 7, 8])
def test_a_level_that_was_stated_wrongly_is_found_out(truth: int) -> None:
    overall, concept = skill.stated(5, 0), skill.untried(0)
    able = known(truth).mean
    for _ in range(12):
        score = chance(Belief(mean=able, variance=1e-6), Belief(mean=difficulty_of(5), variance=1e-6)).value
        after = learn(overall, concept, Belief(mean=difficulty_of(5), variance=1e-3), score, 6, 0)
        overall, concept = after.overall, after.concept
    assert level_of(overall.mean + concept.mean) == pytest.approx(truth, abs=0.5)
    assert abs(level_of(overall.mean) - truth) < 0.4 * abs(5 - truth), "most of it is not this concept's alone"


def test_success_raises_and_failure_lowers_what_is_believed() -> None:
    before = skill.stated(5, 0), skill.untried(0), item_of(5)
    better, worse = learn(*before, 1.0, 2, 0), learn(*before, 0.0, 2, 0)
    assert better.overall.mean > before[0].mean > worse.overall.mean
    assert better.concept.mean > 0 > worse.concept.mean
    assert better.item.mean < before[2].mean < worse.item.mean
    assert better.shift == better.concept.mean


def test_what_was_expected_moves_nothing() -> None:
    before = skill.stated(5, 0), skill.untried(0), item_of(5)
    expected = learn(*before, 0.5, 2, 0).expected
    assert learn(*before, expected, 2, 0).overall.mean == pytest.approx(before[0].mean)


def test_the_less_sure_moves_more() -> None:
    after = learn(skill.stated(None, 0), skill.untried(0), item_of(5), 0.0, 2, 0)
    moves = [abs(after.overall.mean - skill.stated(None, 0).mean), abs(after.concept.mean), abs(after.item.mean + 0.3)]
    assert moves == sorted(moves, reverse=True)


def test_partial_credit_counts_between_failure_and_success() -> None:
    before = skill.stated(5, 0), skill.untried(0), item_of(5)
    means = [learn(*before, score, 6, 0).overall.mean for score in (0, 0.25, 0.5, 0.75, 1)]
    assert means == sorted(means)


def test_a_take_of_many_notes_says_more_than_one_answer() -> None:
    before = skill.stated(5, 0), skill.untried(0), item_of(5)
    assert learn(*before, 1.0, 6, 0).overall.variance < learn(*before, 1.0, 1, 0).overall.variance


@given(st.lists(st.tuples(scores, weights, levels), min_size=1, max_size=60))
def test_whatever_comes_beliefs_stay_within_bounds(results: list[tuple[float, float, int]]) -> None:
    overall, concept = skill.stated(None, 0), skill.untried(0)
    items = {level: item_of(level) for level in range(1, 11)}
    for number, (score, weight, level) in enumerate(results):
        after = learn(overall, concept, items[level], score, weight, number * DAY)
        overall, concept, items[level] = after.overall, after.concept, after.item
        for belief in (overall, concept, items[level]):
            assert -8 <= belief.mean <= 8
            assert 0 < belief.variance <= skill.UNSTATED
        assert 0 <= after.expected <= 1
    assert overall.count == len(results)


def test_time_makes_less_sure_and_never_less_than_at_first() -> None:
    practised = Belief(mean=0.7, variance=0.1, count=9, at=0)
    month, years = skill.faded(practised, 30 * DAY), skill.faded(practised, 3000 * DAY)
    assert practised.variance < month.variance < years.variance == skill.APART
    assert month.mean == years.mean == practised.mean
    assert skill.faded(practised, -5 * DAY) == practised


def test_success_says_something_of_what_was_needed_and_failure_nothing() -> None:
    needed, follower = Belief(mean=-0.2, variance=0.5), Belief(mean=0.5, variance=0.2)
    one, two = (skill.raised(needed, follower, 0.5, steps) for steps in (1, 2))
    assert needed.mean < two.mean < one.mean < follower.mean
    assert one.mean == pytest.approx(needed.mean + 0.5 * skill.SPREAD)
    assert skill.raised(needed, follower, -0.5, 1) is needed
    assert skill.raised(needed, follower, 99, 1).mean == follower.mean
    above = Belief(mean=0.9, variance=0.5)
    assert skill.raised(above, follower, 0.5, 1) is above


def test_the_surest_level_is_that_of_who_is_known_best() -> None:
    item = Belief(mean=difficulty_of(5), variance=0.01)
    assert sureness(known(5, 0.05), item, 0.70, 0.85) > sureness(known(5, 1.0), item, 0.70, 0.85)
    assert sureness(known(9, 0.05), item, 0.70, 0.85) < 0.01
    assert sureness(known(5, 0.05), item, 0.01, 0.99) == pytest.approx(1, abs=0.01)
