"""Who makes room is who is least missed."""

from __future__ import annotations

from itertools import combinations
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from partimento.pool.deciding.evict import EXACT, Candidate, cheapest


def one(number: int, frees: int, cost: float, last_used: float = 0.0) -> Candidate:
    return Candidate(number=number, frees_bytes=frees, cost=cost, last_used=last_used)


def test_the_cheapest_that_is_large_enough_goes() -> None:
    assert cheapest([one(1, 10, 5.0), one(2, 10, 1.0), one(3, 4, 0.1)], 8) == (2,)


def test_two_cheap_ones_go_before_a_dear_one() -> None:
    assert cheapest([one(1, 10, 5.0), one(2, 5, 1.0), one(3, 5, 1.0)], 10) == (2, 3)


def test_one_dear_to_miss_stays_though_it_would_do_alone() -> None:
    assert cheapest([one(1, 20, 9.0), one(2, 6, 2.0), one(3, 6, 3.0)], 12) == (2, 3)


def test_at_equal_cost_the_longest_unused_goes() -> None:
    assert cheapest([one(1, 10, 1.0, 50.0), one(2, 10, 1.0, 20.0), one(3, 10, 1.0, 70.0)], 10) == (2,)


def test_nobody_goes_when_all_together_are_too_few() -> None:
    assert cheapest([one(1, 10, 1.0), one(2, 10, 1.0)], 21) is None


def test_nobody_goes_when_nothing_is_missing() -> None:
    assert cheapest([one(1, 10, 1.0)], 0) == ()


def test_who_frees_nothing_never_goes() -> None:
    assert cheapest([one(1, 0, 0.0), one(2, 10, 9.0)], 5) == (2,)


CANDIDATES = st.lists(st.tuples(st.integers(0, 20), st.sampled_from([0.0, 0.5, 1.0, 3.0])), min_size=1, max_size=EXACT)


@given(CANDIDATES, st.integers(1, 40))
def test_no_other_choice_of_few_is_cheaper(pairs: list[tuple[int, float]], needed: int) -> None:
    candidates = [one(number, *pair) for number, pair in enumerate(pairs)]
    chosen = cheapest(candidates, needed)
    costs = [
        sum(c.cost for c in some)
        for size in range(1, len(candidates) + 1)
        for some in combinations(candidates, size)
        if sum(c.frees_bytes for c in some) >= needed
    ]
    if chosen is None:
        assert not costs
    else:
        assert sum(candidates[n].cost for n in chosen) == min(costs)


def test_of_many_enough_go_and_none_that_is_not_needed() -> None:
    random = Random(3)
    many = [one(number, random.randint(1, 9), random.random()) for number in range(60)]
    chosen = cheapest(many, 40)
    assert chosen is not None
    freed = sum(many[number].frees_bytes for number in chosen)
    assert freed >= 40
    assert all(freed - many[number].frees_bytes < 40 for number in chosen)
