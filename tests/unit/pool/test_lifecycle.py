"""Children start, hang, crash, go for want of use, and who waits is served or told."""

from __future__ import annotations

from math import inf

from partimento.pool.deciding.effects import Reclaim, Stop
from partimento.pool.deciding.events import Closing, Exited, Reclaimed, Reset, Stalled
from partimento.pool.values import PoolSettings
from pooling import GB, Pool, machine, model, sized

A = model("a", slots=4)


def test_a_hundred_requests_at_once_for_a_cold_model_start_it_once() -> None:
    pool = Pool()
    leases = [pool.ask(A) for _ in range(100)]
    assert len(pool.started) == 1
    pool.ready("a")
    assert list(pool.granted) == leases[:4]
    pool.finish()
    assert len(pool.started) == 1


def test_who_waits_hears_how_far_the_load_is() -> None:
    pool = Pool()
    lease = pool.ask(A)
    told = pool.told(pool.tells("a", stage="weights", fraction=0.25), lease)
    assert told is not None
    assert (told.progress.state, told.progress.stage, told.progress.fraction) == ("loading", "weights", 0.25)
    assert pool.told(pool.tells("a", stage="weights", fraction=0.26), lease) is None, "not every line is news"
    told = pool.told(pool.tells("a", stage="warming", fraction=1.0), lease)
    assert told is not None
    assert told.progress.state == "warming"


def test_who_waits_long_hears_that_it_still_does() -> None:
    pool = Pool()
    pool.comes("a", slots=1)
    pool.ask(model("a"))
    lease = pool.ask(model("a"))
    assert pool.told(pool.passes(5.5), lease)


def test_an_unused_model_goes_when_its_time_is_over_and_not_before() -> None:
    pool = Pool(settings=PoolSettings(keep_s=300.0))
    pool.comes("a")
    pool.passes(299.0)
    assert pool.state_of("a") == "ready"
    pool.passes(1.0)
    assert pool.state_of("a") == "stopping"


def test_a_used_one_begins_its_time_anew() -> None:
    pool = Pool()
    pool.comes("a")
    pool.passes(299.0)
    pool.end(pool.ask(A))
    pool.passes(299.0)
    assert pool.state_of("a") == "ready"


def test_one_that_keeps_for_no_time_goes_with_its_last_request() -> None:
    pool = Pool()
    pool.ask(model("a", keep_s=0.0))
    pool.ready("a")
    second = pool.ask(model("a", keep_s=0.0))
    pool.end("lease 1")
    assert second in pool.granted
    pool.end(second)
    assert pool.state_of("a") == "stopping"


def test_one_that_is_kept_for_ever_or_pinned_stays() -> None:
    pool = Pool()
    pool.comes("a", keep_s=inf)
    pool.comes("b", pinned=True)
    pool.passes(1e6)
    assert {pool.state_of("a"), pool.state_of("b")} == {"ready"}


def test_a_request_that_comes_while_the_model_goes_is_served() -> None:
    pool = Pool()
    pool.comes("a")
    pool.passes(301.0)
    assert pool.state_of("a") == "stopping"
    lease = pool.ask(A)
    assert lease in pool.open
    pool.dies("a")
    pool.ready("a")
    assert lease in pool.granted


def test_a_request_that_comes_at_the_moment_a_model_would_go_keeps_it() -> None:
    pool = Pool()
    pool.comes("a")
    pool.now += 300.0
    lease = pool.ask(A)
    assert lease in pool.granted
    assert pool.state_of("a") == "ready"


def test_a_crash_takes_its_answers_and_brings_those_who_wait_back() -> None:
    pool = Pool()
    one = model("a")
    pool.ask(one)
    pool.ready("a")
    waiting = pool.ask(one)
    pool.dies("a", "signal 11")
    assert pool.revoked["lease 1"] == "signal 11"
    assert not pool.runs("a"), "not at once"
    pool.passes(1.0)
    pool.ready("a")
    assert waiting in pool.granted


def test_each_crash_makes_the_next_try_wait_longer() -> None:
    pool = Pool(settings=PoolSettings(crashes=99))
    pool.ask(A, within_s=1e6)
    waits = []
    for _ in range(9):
        pool.ready("a") if pool.runs("a") else None
        pool.dies("a", "signal 11")
        before = pool.now
        while not pool.runs("a"):
            pool.ask(A, within_s=1e6)
            pool.passes(0.25)
        waits.append(pool.now - before)
    assert waits == sorted(waits)
    assert waits[0] < 1.0
    assert 29 < waits[-1] <= 30.5


def test_a_crash_loop_ends_in_quarantine_and_the_model_recovers() -> None:
    pool = Pool(settings=PoolSettings(crashes=3, remembered_s=600.0))
    waiting = [pool.ask(A, within_s=1e6) for _ in range(20)]
    for _ in range(3):
        pool.passes(10.0)
        pool.ready("a")
        pool.dies("a", "signal 11")
    rest = [lease for lease in waiting if lease in pool.refused]
    assert rest
    assert {pool.refused[lease].kind for lease in rest} == {"quarantined"}
    refused = pool.ask(A)
    assert pool.refused[refused].kind == "quarantined"
    assert pool.refused[refused].retry_after_s
    pool.passes(601.0)
    lease = pool.ask(A)
    pool.ready("a")
    assert lease in pool.granted


def test_crashes_at_load_count_too() -> None:
    pool = Pool(machine(10), settings=PoolSettings(crashes=2))
    lease = pool.ask(A, sized(4, 64 << 10))
    pool.dies("a", "exit 1")
    pool.passes(5.0)
    pool.dies("a", "exit 1")
    assert pool.refused[lease].kind == "quarantined"


def test_a_load_without_a_sign_of_life_is_ended() -> None:
    pool = Pool(settings=PoolSettings(stall_s=60.0))
    pool.ask(A)
    pool.passes(59.0)
    pool.tells("a", stage="weights", fraction=0.5)
    pool.passes(59.0)
    assert pool.state_of("a") == "loading"
    pool.passes(2.0)
    assert pool.state_of("a") == "stopping"
    pool.dies("a", "signal 15")
    assert "no sign of life" in pool.state.known[A.key].reason


def test_a_load_that_goes_on_and_on_is_ended_too() -> None:
    pool = Pool(settings=PoolSettings(stall_s=60.0, start_s=600.0))
    pool.ask(A)
    for step in range(19):
        pool.passes(30.0)
        pool.tells("a", stage=f"part {step}")
    assert pool.state_of("a") == "loading"
    pool.passes(31.0)
    assert pool.state_of("a") == "stopping"


def test_one_that_makes_no_progress_loses_its_answers_and_is_ended() -> None:
    pool = Pool()
    lease = pool.ask(A)
    worker = pool.ready("a")
    pool.send(Stalled(pool.now, worker.number, "no token for 60 s"))
    assert pool.revoked[lease] == "no token for 60 s"
    assert pool.state_of("a") == "stopping"
    pool.dies("a", "signal 9")
    assert len(pool.state.known[A.key].crashes) == 1


def test_a_child_that_ends_late_blocks_only_its_own_memory() -> None:
    pool = Pool(machine(10))
    pool.comes("a")
    pool.passes(301.0)
    lease = pool.ask(model("b"))
    pool.ready("b")
    assert lease in pool.granted
    assert pool.state_of("a") == "stopping"


def test_memory_that_does_not_come_back_is_not_given_again() -> None:
    pool = Pool(machine(6))
    pool.comes("a")
    pool.unload("a")
    number = pool.worker("a").number
    effects = pool.send(Exited(pool.now, number, "asked to"))
    assert effects == (Reclaim(number, "cpu", 4 * GB),)
    pool.look(free_gb=3.0)
    pool.send(Reclaimed(pool.now, number))
    pool.ask(model("b"))
    assert not pool.runs("b")


def test_what_a_child_says_while_it_is_asked_to_end_is_no_crash() -> None:
    pool = Pool()
    pool.comes("a")
    pool.unload("a")
    pool.tells("a", reason="standard input closed")
    pool.dies("a", "exit 0")
    assert pool.state.known[A.key].crashes == ()


def test_models_that_nobody_asks_for_any_more_are_forgotten() -> None:
    pool = Pool(settings=PoolSettings(mode="manual"))
    pool.load(A)
    for number in range(400):
        pool.ask(model(f"model {number}"))
    pool.passes(1.0)
    assert len(pool.state.known) == 256
    assert pool.state_of("a") == "starting"


def test_a_deadline_that_is_no_number_has_passed() -> None:
    pool = Pool()
    lease = pool.ask(A, within_s=float("nan"))
    assert pool.refused[lease].kind == "late"


def test_an_end_told_twice_changes_nothing() -> None:
    pool = Pool()
    pool.ask(A)
    pool.ready("a")
    pool.end("lease 1")
    before = pool.state
    assert pool.end("lease 1") == ()
    assert pool.state == before


def test_the_same_lease_asked_twice_is_one() -> None:
    pool = Pool()
    pool.ask(A, lease="x")
    before = len(pool.state.waiting)
    pool.ask(A, lease="x")
    assert len(pool.state.waiting) == before == 1


def test_a_client_that_goes_while_its_model_loads_leaves_the_model_to_be_used_or_to_go() -> None:
    pool = Pool()
    lease = pool.ask(A)
    pool.end(lease)
    pool.ready("a")
    assert pool.state_of("a") == "ready"
    assert not pool.granted


def test_new_settings_count_from_now() -> None:
    pool = Pool()
    pool.comes("a")
    pool.passes(100.0)
    pool.send(Reset(pool.now, PoolSettings(keep_s=50.0)))
    assert pool.state_of("a") == "stopping"


def test_new_settings_break_no_answer_off() -> None:
    pool = Pool()
    lease = pool.ask(A)
    pool.ready("a")
    pool.send(Reset(pool.now, PoolSettings(mode="exclusive", keep_s=0.0, budget_bytes={"cpu": 1})))
    pool.look()
    assert lease in pool.granted


def test_a_clock_that_went_back_stands_still() -> None:
    pool = Pool()
    pool.now = 1000.0
    pool.comes("a")
    pool.now = 10.0
    lease = pool.ask(A, within_s=2000.0)
    assert lease in pool.granted
    assert pool.state.now == 1000.0
    assert pool.state_of("a") == "ready"


def test_a_clock_that_leaps_lets_unused_models_go_and_breaks_nothing() -> None:
    pool = Pool()
    pool.comes("a")
    lease = pool.ask(model("b"))
    pool.ready("b")
    pool.now += 8 * 3600.0
    pool.look()
    assert pool.state_of("a") == "stopping"
    assert lease in pool.granted


def test_closing_refuses_who_waits_lets_answers_end_and_then_closes() -> None:
    pool = Pool()
    one = model("a")
    running = pool.ask(one)
    pool.ready("a")
    waiting = pool.ask(one)
    pool.ask(model("b"))
    pool.send(Closing(pool.now))
    assert pool.refused[waiting].kind == "closing"
    assert running in pool.granted
    assert pool.state_of("b") == "stopping"
    late = pool.ask(one)
    assert pool.refused[late].kind == "closing"
    pool.dies("b")
    pool.end(running)
    pool.dies("a")
    assert pool.closed


def test_closing_at_once_breaks_answers_off() -> None:
    pool = Pool()
    lease = pool.ask(A)
    pool.ready("a")
    pool.send(Closing(pool.now))
    effects = pool.send(Closing(pool.now, force=True))
    assert lease in pool.revoked
    assert any(isinstance(effect, Stop) for effect in effects)
    pool.dies("a")
    assert pool.closed


def test_an_empty_pool_closes_at_once() -> None:
    pool = Pool()
    pool.send(Closing(0.0))
    assert pool.closed
