"""When a load fails: the next way of running the model, each once, and then a clear no."""

from __future__ import annotations

from math import inf

from partimento.pool.daemon.status import status
from partimento.pool.values import PoolSettings
from pooling import Pool, machine, model, sized

FOUR = model("a", slots=4, context=8192)
KV = 64 << 10


def shapes(pool: Pool) -> list[tuple[int, int]]:
    return [(start.plan.context, start.plan.slots) for start in pool.started]


def test_out_of_memory_is_answered_with_one_slot_then_with_less_context() -> None:
    pool = Pool(machine(20))
    lease = pool.ask(FOUR, sized(4, KV), need=1000)
    pool.dies("a", out_of_memory=True)
    pool.dies("a", out_of_memory=True)
    assert shapes(pool) == [(8192, 4), (8192, 1), (2048, 1)]
    pool.ready("a")
    assert pool.notes[lease] == (
        "runs with 1 slot of 4 and with a context of 2048 tokens instead of 8192: the first try ran out of memory",
    )


def test_the_context_never_falls_below_what_somebody_waits_for() -> None:
    pool = Pool(machine(20))
    pool.ask(FOUR, sized(4, KV), need=5000)
    pool.ask(FOUR, sized(4, KV), need=100)
    pool.dies("a", out_of_memory=True)
    pool.dies("a", out_of_memory=True)
    assert shapes(pool)[-1] == (5120, 1)


def test_then_unused_models_go_and_the_last_try_has_the_device_for_itself() -> None:
    pool = Pool(machine(20), settings=PoolSettings(keep_s=inf))
    pool.comes("other")
    pool.ask(model("a", context=2048), sized(4, KV))
    pool.dies("a", out_of_memory=True)
    assert pool.state_of("other") == "stopping"
    assert not pool.runs("a")
    pool.dies("other")
    assert pool.worker("a").alone


def test_when_every_way_failed_it_is_refused_with_the_reason() -> None:
    pool = Pool(machine(20))
    lease = pool.ask(model("a", context=2048), sized(4, KV))
    pool.dies("a", out_of_memory=True)
    assert pool.refused[lease].kind == "failed"
    assert "out of memory" in pool.refused[lease].why
    assert pool.refused[lease].retry_after_s


def test_what_failed_is_not_tried_again_for_each_request_but_after_a_while_it_is() -> None:
    pool = Pool(machine(20), settings=PoolSettings(remembered_s=600.0))
    pool.ask(model("a", context=2048), sized(4, KV))
    pool.dies("a", out_of_memory=True)
    for _ in range(5):
        assert pool.ask(model("a", context=2048), sized(4, KV)) in pool.refused
    assert len(pool.started) == 1
    pool.passes(601.0)
    pool.ask(model("a", context=2048), sized(4, KV))
    assert len(pool.started) == 2


def test_what_runs_with_less_says_so_for_every_answer_and_in_the_status() -> None:
    pool = Pool(machine(20))
    pool.ask(FOUR, sized(4, KV))
    pool.dies("a", out_of_memory=True)
    pool.ready("a")
    pool.end("lease 1")
    lease = pool.ask(FOUR, sized(4, KV))
    assert pool.notes[lease] == ("runs with 1 slot of 4: the first try ran out of memory",)
    (told,) = status(pool.state, pool.now).models
    assert told.reason == "runs with 1 slot of 4: the first try ran out of memory"


def test_a_large_request_that_cannot_be_loaded_for_leaves_the_small_ones_served() -> None:
    pool = Pool(machine(20))
    wanted = model("a", context=2048, context_limit=32768)
    large = pool.ask(wanted, sized(4, KV), need=30000)
    small = pool.ask(wanted, sized(4, KV), need=100)
    while large in pool.open:
        pool.dies("a", out_of_memory=True)
    assert pool.refused[large].kind == "failed"
    pool.ready("a")
    assert small in pool.granted


def test_one_that_is_killed_for_memory_while_it_answers_comes_back_with_less() -> None:
    pool = Pool(machine(20))
    lease = pool.ask(FOUR, sized(4, KV))
    pool.ready("a")
    pool.seen("a", 9.0)
    pool.ask(FOUR, sized(4, KV))
    pool.dies("a", "killed", out_of_memory=True)
    assert lease in pool.revoked
    pool.ask(FOUR, sized(4, KV))
    assert shapes(pool)[-1] == (8192, 1)


def test_a_child_that_says_it_is_out_of_memory_is_believed() -> None:
    pool = Pool(machine(20))
    pool.ask(FOUR, sized(4, KV))
    pool.tells("a", out_of_memory=True)
    pool.dies("a", "exit 1")
    assert shapes(pool) == [(8192, 4), (8192, 1)]
    assert pool.state.known[FOUR.key].crashes == ()
