"""What people ask of the pool: it is done, or it is said what is in the way."""

from __future__ import annotations

from math import inf

from partimento.pool.daemon.status import status
from partimento.pool.values import PoolSettings
from pooling import Pool, machine, model, sized

A, B = model("a"), model("b")
KEEP = PoolSettings(keep_s=inf)


def test_a_load_is_done_when_the_model_is_ready() -> None:
    pool = Pool()
    ticket = pool.load(A)
    assert ticket in pool.open
    pool.ready("a")
    assert ticket in pool.done


def test_a_load_of_what_is_there_says_so() -> None:
    pool = Pool()
    pool.comes("a")
    assert pool.done[pool.load(A)] == ("it was in memory already",)


def test_a_load_pushes_out_what_is_unused() -> None:
    pool = Pool(machine(6), settings=KEEP)
    pool.comes("a")
    pool.passes(6.0)
    ticket = pool.load(B)
    assert pool.state_of("a") == "stopping"
    pool.dies("a")
    pool.ready("b")
    assert ticket in pool.done


def test_a_load_does_not_push_out_what_is_used_but_says_what_it_is() -> None:
    pool = Pool(machine(6), settings=KEEP)
    lease = pool.ask(A)
    pool.ready("a")
    pool.passes(6.0)
    refusal = pool.refused[pool.load(B)]
    assert (refusal.kind, refusal.would_evict) == ("busy", ("a",))
    assert "--force" in refusal.mend
    assert lease in pool.granted


def test_a_load_does_not_push_out_what_is_pinned_but_says_what_it_is() -> None:
    pool = Pool(machine(6), settings=KEEP)
    pool.comes("a", pinned=True)
    pool.passes(6.0)
    refusal = pool.refused[pool.load(B)]
    assert (refusal.kind, refusal.would_evict) == ("busy", ("a",))


def test_a_forced_load_pushes_out_what_is_used_and_what_is_pinned() -> None:
    for pinned in (False, True):
        pool = Pool(machine(6), settings=KEEP)
        lease = pool.ask(model("a", pinned=pinned))
        pool.ready("a")
        ticket = pool.load(B, force=True)
        assert lease in pool.revoked
        assert pool.state_of("a") == "stopping"
        pool.dies("a")
        pool.ready("b")
        assert ticket in pool.done


def test_a_load_that_cannot_be_is_refused_with_the_figures() -> None:
    pool = Pool(machine(6))
    refusal = pool.refused[pool.load(A, sized(7), force=True)]
    assert refusal.kind == "too large"
    assert "7.5 GB" in refusal.why


def test_a_load_that_fails_in_every_way_says_why() -> None:
    pool = Pool()
    ticket = pool.load(model("a", context=2048))
    pool.dies("a", out_of_memory=True)
    assert pool.refused[ticket].kind == "failed"


def test_a_forced_load_tries_anew_what_was_in_quarantine() -> None:
    pool = Pool(settings=PoolSettings(crashes=1))
    pool.ask(A)
    pool.dies("a", "signal 11")
    assert pool.refused[pool.load(A)].kind == "quarantined"
    ticket = pool.load(A, force=True)
    pool.ready("a")
    assert ticket in pool.done


def test_when_set_so_nothing_is_loaded_but_by_hand() -> None:
    pool = Pool(settings=PoolSettings(mode="manual"))
    lease = pool.ask(A)
    assert pool.refused[lease].kind == "manual"
    assert pool.refused[lease].mend == "partimento models load a"
    pool.load(A)
    waiting = pool.ask(A)
    pool.ready("a")
    assert waiting in pool.granted


def test_when_set_so_nothing_goes_but_by_hand() -> None:
    pool = Pool(machine(6), settings=PoolSettings(mode="manual", keep_s=10.0))
    pool.load(A)
    pool.ready("a")
    pool.passes(1000.0)
    pool.ask(B)
    pool.passes(1000.0)
    assert pool.state_of("a") == "ready"
    pool.unload("a")
    assert pool.state_of("a") == "stopping"


def test_what_was_loaded_by_hand_and_crashed_comes_back_for_who_waits() -> None:
    pool = Pool(settings=PoolSettings(mode="manual"))
    pool.load(A)
    pool.ask(A)
    pool.ready("a")
    waiting = pool.ask(A)
    pool.dies("a", "signal 11")
    pool.passes(1.0)
    pool.ready("a")
    assert waiting in pool.granted


def test_an_unload_waits_for_answers_and_is_done_when_the_memory_is_back() -> None:
    pool = Pool()
    lease = pool.ask(A)
    pool.ready("a")
    ticket = pool.unload("a")
    assert lease in pool.granted
    assert pool.state_of("a") == "draining"
    pool.end(lease)
    assert ticket in pool.open
    pool.dies("a")
    assert pool.done[ticket] == ("1 answer was ended first",)


def test_a_forced_unload_breaks_answers_off() -> None:
    pool = Pool()
    lease = pool.ask(A)
    pool.ready("a")
    pool.unload("a", force=True)
    assert pool.revoked[lease] == "unloaded by hand"
    assert pool.state_of("a") == "stopping"


def test_a_request_that_comes_while_a_model_is_unloaded_brings_it_back() -> None:
    pool = Pool()
    running = pool.ask(A)
    pool.ready("a")
    ticket = pool.unload("a")
    lease = pool.ask(A)
    assert lease in pool.open
    pool.end(running)
    pool.dies("a")
    assert ticket in pool.done
    pool.ready("a")
    assert lease in pool.granted


def test_all_are_unloaded_without_a_name() -> None:
    pool = Pool()
    pool.comes("a")
    pool.comes("b")
    ticket = pool.unload()
    pool.dies("a")
    assert ticket in pool.open
    pool.dies("b")
    assert ticket in pool.done


def test_an_unload_of_a_load_ends_it_and_tells_who_asked_for_it() -> None:
    pool = Pool()
    load = pool.load(A)
    pool.unload("a")
    assert pool.refused[load].kind == "manual"
    assert pool.state_of("a") == "stopping"


def test_what_is_not_known_is_said_so() -> None:
    pool = Pool()
    assert pool.refused[pool.unload("nobody")].kind == "unknown"
    assert pool.refused[pool.pin("nobody")].kind == "unknown"
    pool.comes("a")
    pool.unload("a")
    pool.dies("a")
    assert pool.done[pool.unload("a")] == ("it was not in memory",)


def test_a_pinned_model_stays_and_an_unpinned_one_may_go() -> None:
    pool = Pool(machine(6))
    pool.comes("a")
    pool.pin("a")
    pool.passes(400.0)
    assert pool.refused[pool.ask(B)].kind == "pinned"
    pool.pin("a", False)
    assert pool.state_of("a") == "stopping"


def test_how_long_a_model_stays_can_be_set_by_hand() -> None:
    pool = Pool()
    pool.comes("a")
    pool.pin("a", None, keep_s=20.0)
    pool.passes(21.0)
    assert pool.state_of("a") == "stopping"


def test_the_status_tells_all_there_is_to_know() -> None:
    pool = Pool(machine(10))
    pool.comes("a")
    pool.seen("a", 4.5, tokens=77)
    pool.ask(model("a", slots=1))
    pool.ask(A)
    pool.ask(B, sized(8))
    pool.passes(3.0)
    told = status(pool.state, pool.now, pid=9, clients=2)
    assert (told.pid, told.clients, told.since_s, told.mode) == (9, 2, 3.0, "auto")
    (device,) = told.devices
    assert device.reserved_bytes == pool.worker("a").reserved_bytes
    first, second = told.models
    assert (first.model, first.state, first.leases, first.queued, first.tokens) == ("a", "ready", 1, 1, 77)
    assert first.measured_bytes == int(4.5 * (1 << 30))
    assert (second.model, second.state, second.queued) == ("b", "waiting", 1)


def test_the_status_tells_why_a_model_is_not_there() -> None:
    pool = Pool(machine(6), settings=PoolSettings(keep_s=inf, crashes=1))
    pool.comes("a")
    pool.passes(6.0)
    pool.ask(B)
    pool.dies("a")
    pool.dies("b", "signal 11")
    told = {one.model: one for one in status(pool.state, pool.now).models}
    assert (told["a"].state, told["a"].reason) == ("cold", "made room for b")
    assert told["b"].state == "quarantined"
    assert "signal 11" in told["b"].reason
    assert told["b"].retry_s
