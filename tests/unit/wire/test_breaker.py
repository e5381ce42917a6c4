"""Who keeps failing is left alone for a while, and one probe finds out when it is well again."""

from __future__ import annotations

import pytest

from partimento.core.errors import EngineFault, EngineOverloaded, EngineRefused, EngineUnreachable
from partimento.testing.clock import FrozenClock
from partimento.wire.breaker import CLOSED, Breaker, BreakerPolicy, Breakers

POLICY = BreakerPolicy(failures=3, cool_down_s=30.0)
HERE = "http://127.0.0.1:11434"


def opened(at: float = 0.0) -> Breaker:
    return CLOSED.failed(at, POLICY).failed(at, POLICY).failed(at, POLICY)


def test_it_opens_at_the_third_failure_in_a_row_and_no_sooner() -> None:
    two = CLOSED.failed(0.0, POLICY).failed(0.0, POLICY)
    assert two.waits_s(0.0, POLICY) == 0.0
    assert two.failed(0.0, POLICY).waits_s(10.0, POLICY) == 20.0


def test_a_success_between_failures_starts_the_count_anew() -> None:
    breaker = CLOSED.failed(0.0, POLICY).failed(0.0, POLICY).succeeded().failed(0.0, POLICY)
    assert breaker.waits_s(0.0, POLICY) == 0.0


def test_after_the_cool_down_one_probe_goes_and_the_others_wait() -> None:
    breaker = opened()
    assert breaker.waits_s(30.0, POLICY) == 0.0
    probing = breaker.asked()
    assert probing.waits_s(31.0, POLICY) > 0.0


def test_the_outcome_of_the_probe_decides() -> None:
    probing = opened().asked()
    assert probing.succeeded() == CLOSED
    assert probing.failed(40.0, POLICY).waits_s(41.0, POLICY) == 29.0


def test_a_probe_that_told_nothing_leaves_room_for_another() -> None:
    assert opened().asked().abandoned().waits_s(30.0, POLICY) == 0.0


def fail(breakers: Breakers, times: int, error: Exception | None = None) -> None:
    for _ in range(times):
        with pytest.raises(type(error or EngineFault())), breakers.passage(HERE, deadline=1e9):
            raise error or EngineFault()


def fail_at_the_door(breakers: Breakers) -> None:
    with pytest.raises(EngineUnreachable), breakers.passage(HERE, deadline=1e9):
        pytest.fail("the call went through")


def test_an_open_breaker_refuses_at_once_and_for_free_and_says_for_how_long() -> None:
    clock = FrozenClock()
    breakers = Breakers(clock, POLICY)
    fail(breakers, 3)
    clock.advance(10.0)
    with pytest.raises(EngineUnreachable) as refused, breakers.passage(HERE, deadline=1e9):
        pytest.fail("the call went through")
    assert "20 seconds" in refused.value.mend
    assert not refused.value.may_be_billed


def test_another_target_is_not_touched() -> None:
    breakers = Breakers(FrozenClock(), POLICY)
    fail(breakers, 3)
    with breakers.passage("http://127.0.0.1:1234", deadline=1e9) as passage:
        passage.answered = True


@pytest.mark.parametrize("error", [EngineRefused(), EngineOverloaded()])
def test_a_server_that_says_no_is_not_a_failing_server(error: Exception) -> None:
    breakers = Breakers(FrozenClock(), POLICY)
    fail(breakers, 9, error)
    with breakers.passage(HERE, deadline=1e9) as passage:
        passage.answered = True


def test_a_call_cancelled_by_its_caller_says_nothing_about_the_server() -> None:
    breakers = Breakers(FrozenClock(), POLICY)
    fail(breakers, 2)
    for _ in range(3):
        with breakers.passage(HERE, deadline=1e9):
            pass
    fail(breakers, 1)
    with pytest.raises(EngineUnreachable), breakers.passage(HERE, deadline=1e9):
        pass


def test_a_call_cancelled_at_its_deadline_counts_as_a_failure() -> None:
    clock = FrozenClock()
    breakers = Breakers(clock, POLICY)
    for _ in range(3):
        with breakers.passage(HERE, deadline=clock.monotonic()):
            pass
    with pytest.raises(EngineUnreachable), breakers.passage(HERE, deadline=1e9):
        pass


def test_a_probe_that_is_cancelled_gives_its_place_back() -> None:
    clock = FrozenClock()
    breakers = Breakers(clock, POLICY)
    fail(breakers, 3)
    clock.advance(31.0)
    with breakers.passage(HERE, deadline=1e9):
        fail_at_the_door(breakers)
    with breakers.passage(HERE, deadline=1e9) as second:
        second.answered = True
    with breakers.passage(HERE, deadline=1e9), breakers.passage(HERE, deadline=1e9):
        pass  # closed again: no limit on calls at once
