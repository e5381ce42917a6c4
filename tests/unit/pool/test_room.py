"""Memory: what is promised never exceeds what there is, and what is too large is said so in figures."""

from __future__ import annotations

from math import inf

from partimento.pool.deciding.budget import budget
from partimento.pool.deciding.effects import Remember
from partimento.pool.deciding.events import BecameReady, Exited, Recalled, Reset
from partimento.pool.values import Device, Measured, PoolSettings
from pooling import GB, Pool, machine, model, sized

A, B, C = model("a"), model("b"), model("c")
KEEP = PoolSettings(keep_s=inf)


def test_models_that_fit_together_stay_together() -> None:
    pool = Pool(machine(10))
    pool.comes("a")
    pool.comes("b")
    assert {pool.state_of("a"), pool.state_of("b")} == {"ready"}


def test_two_that_race_for_the_last_memory_do_not_both_get_it() -> None:
    pool = Pool(machine(6))
    pool.ask(A)
    pool.ask(B)
    assert pool.runs("a")
    assert not pool.runs("b"), "what the first was promised counts before it has taken any"


def test_memory_counts_until_it_is_back() -> None:
    pool = Pool(machine(6))
    pool.comes("a")
    pool.ask(B)
    pool.passes(6.0)
    worker = pool.worker("a")
    pool.send(Exited(pool.now, worker.number, "asked to"))
    assert pool.state_of("a") == "reclaiming"
    assert not pool.runs("b")


def test_the_budget_is_the_least_of_what_is_set_recommended_and_free() -> None:
    device = Device(name="metal", total_bytes=24 * GB, recommended_bytes=18 * GB, free_bytes=15 * GB)
    settings = PoolSettings(headroom_bytes=GB)
    assert budget(device, settings, ()) == 14 * GB
    roomy = Device(name="metal", total_bytes=24 * GB, recommended_bytes=18 * GB, free_bytes=23 * GB)
    assert budget(roomy, settings, ()) == 18 * GB
    assert budget(roomy, PoolSettings(budget_bytes={"metal": 4 * GB}), ()) == 4 * GB


def test_a_model_larger_than_the_machine_is_refused_at_once_with_the_figures() -> None:
    pool = Pool(machine(10))
    lease = pool.ask(A, sized(40))
    refusal = pool.refused[lease]
    assert refusal.kind == "too large"
    assert "42.9 GB" in refusal.why
    assert "10.7 GB" in refusal.why


def test_the_figures_of_a_refusal_are_those_of_the_settings_and_small_ones_are_no_zeros() -> None:
    pool = Pool(machine(10), settings=PoolSettings(budget_bytes={"cpu": 50_000_000}))
    refusal = pool.refused[pool.ask(A, sized(0.1))]
    assert "cpu may have 50.0 MB of" in refusal.why


def test_fewer_slots_are_given_before_a_model_is_refused() -> None:
    pool = Pool(machine(10))
    lease = pool.ask(model("a", slots=4, context=8192), sized(4, token_bytes=384 << 10))
    plan = pool.started[0].plan
    assert (plan.slots, plan.context) == (2, 8192)
    pool.ready("a")
    (note,) = pool.notes[lease]
    assert note == "runs with 2 slots of 4: all of it takes 17.2 GB of 10.7 GB"


def test_less_context_is_given_when_one_slot_does_not_fit_but_never_less_than_is_needed() -> None:
    pool = Pool(machine(10))
    pool.ask(model("a", slots=2, context=32768, context_limit=32768), sized(4, token_bytes=384 << 10), need=9000)
    plan = pool.started[0].plan
    assert plan.slots == 1
    assert 9000 <= plan.context <= 16384


def test_a_request_longer_than_the_model_takes_is_refused_at_once() -> None:
    pool = Pool()
    lease = pool.ask(A, need=9000)
    assert pool.refused[lease].kind == "too large"
    assert "9000" in pool.refused[lease].why


def test_all_pinned_is_said_at_once() -> None:
    pool = Pool(machine(6))
    pool.comes("a", pinned=True)
    lease = pool.ask(B)
    assert pool.refused[lease].kind == "pinned"
    assert pool.refused[lease].would_evict == ("a",)


def test_the_gpu_comes_first_and_main_memory_only_for_what_is_too_large_for_it() -> None:
    pool = Pool(machine(20), machine(10, "cuda:0"))
    pool.ask(A)
    pool.ask(B, sized(15))
    assert [start.plan.device for start in pool.started] == ["cuda:0", "cpu"]


def test_the_second_gpu_is_taken_when_the_first_is_full() -> None:
    pool = Pool(machine(6, "cuda:0"), machine(6, "cuda:1"))
    pool.ask(A)
    pool.ask(B)
    assert [start.plan.device for start in pool.started] == ["cuda:0", "cuda:1"]


def test_an_engine_runs_only_where_it_can() -> None:
    pool = Pool(machine(10, "cuda:0"), machine(10))
    pool.ask(model("a", devices=("cpu",)))
    lease = pool.ask(model("b", devices=("metal",)))
    assert pool.started[0].plan.device == "cpu"
    assert pool.refused[lease].kind == "too large"


def test_a_model_that_took_more_than_estimated_is_given_that_the_next_time() -> None:
    pool = Pool(machine(10))
    lease = pool.ask(A)
    pool.ready("a", used_gb=6.0)
    assert pool.worker("a").reserved_bytes == 6 * GB
    pool.end(lease)
    pool.unload("a")
    pool.dies("a")
    pool.ask(A)
    assert pool.worker("a").reserved_bytes == 6 * GB


def test_a_model_that_really_takes_much_less_is_given_that_with_a_margin() -> None:
    pool = Pool(machine(12))
    pool.ask(A, sized(8))
    pool.ready("a", used_gb=3.0)
    pool.seen("a", 4.0, tokens=10)
    pool.end("lease 1")
    pool.unload("a")
    pool.dies("a")
    pool.ask(A, sized(8))
    assert pool.worker("a").reserved_bytes == 8 * GB, "ten tokens show nothing yet"
    pool.ready("a", used_gb=3.0)
    pool.seen("a", 4.0, tokens=9000)
    pool.end(next(iter(pool.granted)))
    pool.unload("a")
    pool.dies("a")
    pool.ask(A, sized(8))
    assert pool.worker("a").reserved_bytes == int(4 * GB * 1.1)


def test_what_was_measured_is_handed_out_to_be_kept_and_taken_back() -> None:
    pool = Pool(machine(10))
    pool.ask(A)
    pool.now = 3.0
    worker = pool.worker("a")
    (kept,) = [e for e in pool.send(BecameReady(3.0, worker.number, 5 * GB)) if isinstance(e, Remember)]
    assert kept.measured == (Measured(8192, 1, 5 * GB, 3.0),)
    later = Pool(machine(10))
    later.send(Recalled(0.0, {kept.key: kept.measured}))
    later.ask(A)
    assert later.worker("a").reserved_bytes == 5 * GB


def test_memory_that_others_took_stops_new_loads() -> None:
    pool = Pool(machine(10))
    pool.look(free_gb=3.0)
    lease = pool.ask(A)
    assert not pool.runs("a")
    assert lease in pool.open
    pool.passes(2.0, free_gb=9.0)
    assert pool.runs("a")


def test_who_does_not_fit_beside_others_is_not_left_waiting() -> None:
    pool = Pool(machine(10))
    pool.look(free_gb=3.0)
    lease = pool.ask(A)
    pool.passes(6.0, free_gb=3.0)
    assert pool.refused[lease].kind == "too large"
    assert "2.1 GB of 11.8 GB" in pool.refused[lease].why


def test_memory_that_others_took_costs_an_unused_model_its_place_only_when_it_is_really_short() -> None:
    pool = Pool(machine(10), settings=KEEP)
    pool.comes("a")
    pool.look(free_gb=1.5)
    assert pool.state_of("a") == "ready"
    pool.look(free_gb=0.3)
    assert pool.state_of("a") == "stopping"


def test_memory_that_others_took_costs_no_answer() -> None:
    pool = Pool(machine(10), settings=KEEP)
    lease = pool.ask(A)
    pool.ready("a")
    pool.look(free_gb=0.1)
    assert lease in pool.granted


def test_a_child_whose_memory_cannot_be_measured_is_taken_to_use_what_it_was_promised() -> None:
    pool = Pool(machine(10), settings=KEEP)
    pool.ask(A)
    pool.ready("a", used_gb=0.0)
    pool.look()
    pool.ask(B)
    assert pool.runs("b")
    assert pool.worker("a").used_bytes == 4 * GB


def test_what_fits_beside_the_room_that_is_made_for_another_need_not_wait_for_it() -> None:
    pool = Pool(machine(12), settings=KEEP)
    pool.ask(A, sized(8))
    pool.ready("a")
    pool.ask(B, sized(8))
    pool.passes(100.0)
    assert pool.state_of("a") == "draining"
    pool.ask(C, sized(3), priority="batch")
    assert pool.runs("c")


def test_a_smaller_budget_evicts_what_is_unused() -> None:
    pool = Pool(machine(10), settings=KEEP)
    pool.comes("a")
    pool.comes("b")
    pool.send(Reset(pool.now, PoolSettings(keep_s=inf, budget_bytes={"cpu": 5 * GB})))
    pool.look()
    assert sorted(worker.state for worker in pool.state.workers.values()) == ["ready", "stopping"]


def test_one_at_a_time_when_set_so() -> None:
    pool = Pool(machine(30), settings=PoolSettings(mode="exclusive"))
    pool.comes("a")
    pool.ask(B)
    assert not pool.runs("b")
    pool.passes(6.0)
    pool.dies("a")
    assert pool.runs("b")


def test_the_least_missed_of_the_unused_goes() -> None:
    pool = Pool(machine(9), settings=KEEP)
    for _ in range(5):
        pool.now += 1
        if not pool.runs("a"):
            pool.comes("a")
        else:
            pool.end(pool.ask(A))
    pool.comes("b")
    pool.passes(10.0)
    pool.end(pool.ask(B))  # the last used, but seldom
    pool.ask(C)
    assert pool.state_of("b") == "stopping"
    assert pool.state_of("a") == "ready"


def test_one_that_can_sleeps_instead_of_going_when_main_memory_has_room() -> None:
    pool = Pool(machine(6, "cuda:0"), machine(20), settings=KEEP)
    pool.comes("a", sleeps=True)
    pool.ask(B)
    pool.passes(6.0)
    assert pool.state_of("a") == "sleeping"
    assert not pool.runs("b")
    pool.slept("a")
    assert pool.runs("b")
    assert pool.worker("a").on("cpu") == 4 * GB


def test_a_sleeping_one_is_woken_when_it_is_asked() -> None:
    pool = Pool(machine(6, "cuda:0"), machine(20), settings=KEEP)
    pool.comes("a", sleeps=True)
    pool.ask(B)
    pool.passes(6.0)
    pool.slept("a")
    pool.ready("b")
    pool.end("lease 2")
    pool.passes(6.0)
    lease = pool.ask(model("a", sleeps=True))
    pool.passes(0.0)
    pool.dies("b")
    assert pool.worker("a").stage == "waking"
    pool.ready("a")
    assert lease in pool.granted
    assert len(pool.started) == 2, "it was not loaded anew"


def test_one_that_can_sleep_goes_where_main_memory_has_no_room() -> None:
    pool = Pool(machine(6, "cuda:0"), machine(2), settings=KEEP)
    pool.comes("a", sleeps=True)
    pool.ask(B)
    pool.passes(6.0)
    assert pool.state_of("a") == "stopping"


def test_a_larger_request_has_the_model_loaded_anew_when_it_is_unused() -> None:
    pool = Pool(machine(10))
    pool.comes("a", context=4096, context_limit=16384)
    lease = pool.ask(model("a", context=4096, context_limit=16384), need=6000)
    assert pool.state_of("a") == "stopping"
    pool.dies("a")
    assert pool.ready("a").plan.context == 8192
    assert lease in pool.granted


def test_a_larger_context_that_is_only_wished_for_loads_nothing_anew() -> None:
    pool = Pool(machine(10))
    pool.comes("a", context=8192, context_limit=16384)
    lease = pool.ask(model("a", context=16384, context_limit=16384), need=500)
    assert lease in pool.granted


def test_a_larger_request_waits_for_the_answers_under_way_and_small_ones_do_not_hold_it_up_for_ever() -> None:
    pool = Pool(machine(10))
    wanted = model("a", context=4096, context_limit=16384)
    pool.ask(wanted)
    pool.ready("a")
    large = pool.ask(wanted, need=6000, within_s=1e6)
    pool.ask(wanted)
    pool.end("lease 1")
    assert "lease 3" in pool.granted
    pool.passes(60.0)
    assert pool.state_of("a") == "draining"
    pool.end("lease 3")
    pool.dies("a")
    pool.ready("a")
    assert large in pool.granted


def test_a_model_that_was_large_lately_comes_back_large() -> None:
    pool = Pool(machine(10))
    wanted = model("a", context=4096, context_limit=16384)
    pool.end(pool.ask(wanted, need=6000))
    pool.ready("a")
    pool.unload("a")
    pool.dies("a")
    pool.ask(wanted, need=100)
    assert pool.worker("a").plan.context == 8192
