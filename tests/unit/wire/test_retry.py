"""Whether and when a call is made again."""

from __future__ import annotations

from random import Random

import pytest

from partimento.core.errors import EngineError, EngineFault, EngineOverloaded, EngineRefused, EngineUnreachable
from partimento.wire.retry import RetryPolicy, pause_before_retry, retry_after_s

NOON = 1_795_262_400.0  # Sat, 21 Nov 2026 12:00:00 GMT


def pause(
    error: EngineError, retried: int = 0, left_s: float = 60.0, *, free: bool = False, seed: int = 1
) -> float | None:
    return pause_before_retry(error, retried, left_s, Random(seed), free=free)


def test_what_may_pass_is_tried_again_and_what_will_not_is_not() -> None:
    assert pause(EngineUnreachable()) is not None
    assert pause(EngineRefused()) is None


def test_after_two_retries_it_is_enough() -> None:
    assert pause(EngineUnreachable(), retried=1) is not None
    assert pause(EngineUnreachable(), retried=2) is None


def test_pauses_double_and_never_exceed_the_longest() -> None:
    policy = RetryPolicy(retries=9, first_pause_s=1.0, longest_pause_s=4.0)
    bounds = [(0, 1.0), (1, 2.0), (2, 4.0), (8, 4.0)]
    for retried, longest in bounds:
        waits = [
            pause_before_retry(EngineUnreachable(), retried, 60.0, Random(n), free=True, policy=policy)
            for n in range(50)
        ]
        assert all(wait is not None and longest / 2 <= wait <= longest for wait in waits)


def test_pauses_differ_so_that_callers_do_not_return_together() -> None:
    assert len({pause(EngineUnreachable(), seed=seed) for seed in range(20)}) == 20


def test_the_time_a_server_names_is_kept() -> None:
    wait = pause(EngineOverloaded(retry_after_s=7.0))
    assert wait is not None
    assert 7.0 < wait < 8.0


def test_a_pause_that_ends_after_the_deadline_is_not_begun() -> None:
    assert pause(EngineOverloaded(retry_after_s=7.0), left_s=7.0) is None
    assert pause(EngineUnreachable(), left_s=0.1) is None


def test_a_call_that_may_be_billed_is_repeated_only_where_calls_are_free() -> None:
    assert pause(EngineFault(), free=True) is not None
    assert pause(EngineFault(), free=False) is None
    unbilled = EngineFault()
    unbilled.may_be_billed = False
    assert pause(unbilled, free=False) is not None


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7.0),
        (" 0.5 ", 0.5),
        ("-3", 0.0),
        ("Sat, 21 Nov 2026 12:00:30 GMT", 30.0),
        ("Sat, 21 Nov 2026 13:00:30 +0100", 30.0),
        ("Sat, 21 Nov 2026 12:00:30 -0000", 30.0),
        ("Sat, 21 Nov 2026 11:00:00 GMT", 0.0),
        ("soon", None),
        ("inf", None),
        ("nan", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after_is_read_as_seconds_or_as_a_date(header: str | None, seconds: float | None) -> None:
    assert retry_after_s(header, NOON) == seconds
