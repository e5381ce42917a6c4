"""A no of the pool is an error that its caller can do something with."""

from __future__ import annotations

from typing import get_args

import pytest

from partimento.core.errors import EngineError, EngineOverloaded, EngineRefused, EngineUnreachable, ModelMissing, NoRoom
from partimento.core.settings import Settings
from partimento.pool.client.no import error_by_hand, error_of
from partimento.pool.deciding.effects import Refusal, Why
from partimento.pool.settings import pool_settings


@pytest.mark.parametrize("kind", get_args(Why))
def test_every_no_to_a_request_lets_the_pipeline_go_on(kind: Why) -> None:
    error = error_of(Refusal(kind=kind, what="what", why="why", mend="mend", retry_after_s=3.0))
    assert isinstance(error, EngineError)
    assert (error.what, error.why, error.mend) == ("what", "why", "mend")


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("full", EngineOverloaded),
        ("late", EngineOverloaded),
        ("failed", EngineUnreachable),
        ("too large", EngineRefused),
    ],
)
def test_what_may_be_better_later_says_so(kind: Why, expected: type[EngineError]) -> None:
    error = error_of(Refusal(kind=kind, what="what", retry_after_s=3.0))
    assert type(error) is expected
    assert getattr(error, "retry_after_s", None) == (3.0 if expected is EngineOverloaded else None)


def test_a_no_by_hand_is_a_conflict_with_what_there_is() -> None:
    refusal = Refusal(kind="busy", what="no room", would_evict=("a", "b"))
    error = error_by_hand(refusal)
    assert isinstance(error, NoRoom)
    assert error.would_evict == ("a", "b")
    assert isinstance(error_by_hand(Refusal(kind="unknown", what="who")), ModelMissing)
    assert isinstance(error_by_hand(Refusal(kind="failed", what="broken")), EngineUnreachable)


def test_the_houses_settings_become_the_pools() -> None:
    told = pool_settings(Settings(pool_mode="exclusive", pool_memory_gb=4.0, pool_headroom_gb=0.5, keep_s=7.0))
    assert (told.mode, told.headroom_bytes, told.keep_s) == ("exclusive", 500_000_000, 7.0)
    assert told.budget_bytes["cpu"] == told.budget_bytes["metal"] == told.budget_bytes["cuda:0"] == 4_000_000_000
    assert pool_settings(Settings()).budget_bytes == {}
