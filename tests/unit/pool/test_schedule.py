"""Whose turn it is: ranks, shares, and when a resident model gives way."""

from __future__ import annotations

from math import inf

from partimento.pool.deciding.decide import wakes_at
from partimento.pool.deciding.events import Seen
from partimento.pool.values import PoolSettings
from pooling import Pool, machine, model, sized

A, B = model("a"), model("b")


def one_at_a_time(**settings: object) -> Pool:
    return Pool(machine(5), settings=PoolSettings(keep_s=inf, **settings))  # type: ignore[arg-type]


def test_a_free_slot_is_given_at_once() -> None:
    pool = one_at_a_time()
    pool.comes("a")
    lease = pool.ask(A)
    assert lease in pool.granted


def test_a_model_answers_no_more_at_once_than_it_has_slots() -> None:
    pool = one_at_a_time()
    leases = [pool.ask(model("a", slots=3)) for _ in range(5)]
    pool.ready("a")
    assert list(pool.granted) == leases[:3]
    pool.end(leases[1])
    assert leases[3] in pool.granted


def test_who_waits_is_told_the_place_and_about_how_long() -> None:
    pool = one_at_a_time()
    pool.comes("a")
    first = pool.ask(A)
    pool.now += 10
    pool.end(first)
    pool.ask(A)
    pool.ask(A)
    effects = pool.end("nobody")
    assert effects == ()
    lease = pool.ask(A)
    waiting = pool.state.waiting[lease]
    known = pool.state.known[A.key]
    assert known.waiting == 2
    assert waiting.rank == 0
    assert known.service_s > 0


def test_a_person_goes_before_the_background_and_that_before_a_batch() -> None:
    pool = one_at_a_time()
    pool.comes("a")
    running = pool.ask(A, priority="batch")
    batch, background, person = (pool.ask(A, priority=p) for p in ("batch", "background", "interactive"))
    order = []
    for lease in (running, person, background, batch):
        assert lease in pool.granted
        order.append(lease)
        pool.end(lease)
    assert len(order) == 4


def test_who_asks_seldom_does_not_wait_behind_who_asks_often() -> None:
    pool = one_at_a_time()
    pool.comes("a")
    running = pool.ask(A, user="busy")
    many = [pool.ask(A, user="busy") for _ in range(20)]
    few = pool.ask(A, user="quiet")
    pool.end(running)
    pool.end(next(iter(pool.granted)))
    assert few in pool.granted
    assert many[1] not in pool.granted


def test_shares_are_of_tokens_not_of_requests() -> None:
    pool = one_at_a_time()
    pool.comes("a")
    running = pool.ask(A, user="long")
    for _ in range(10):
        pool.ask(A, user="long", need=4000)
        pool.ask(A, user="short", need=1000)
    served = {"long": 0, "short": 0}
    pool.end(running)
    for _ in range(10):
        (lease,) = pool.granted
        before = pool.state.known[A.key].served
        served["long" if int(lease.split()[1]) % 2 else "short"] += 1
        assert before
        pool.end(lease)
    assert sorted(served.values()) == [2, 8]


def test_who_was_away_does_not_save_up_turns() -> None:
    pool = one_at_a_time()
    pool.comes("a")
    pool.ask(A, user="busy")
    waiting = [pool.ask(A, user="busy") for _ in range(30)]
    for _ in range(20):
        pool.end(next(iter(pool.granted)))
    late = [pool.ask(A, user="late") for _ in range(10)]
    served = []
    for _ in range(10):
        lease = next(iter(pool.granted))
        served.append(lease in late)
        pool.end(lease)
    assert 4 <= sum(served) <= 6
    assert waiting[20] not in pool.open


def test_a_ready_model_serves_while_another_loads() -> None:
    pool = Pool(machine(10), settings=PoolSettings(keep_s=inf))
    pool.comes("a")
    pool.ask(B)
    assert pool.state_of("b") == "starting"
    lease = pool.ask(A)
    assert lease in pool.granted


def test_an_unused_model_makes_room_when_it_was_held_long_enough() -> None:
    pool = one_at_a_time(hold_s=5.0)
    pool.comes("a")
    pool.ask(B)
    assert pool.state_of("a") == "ready"
    pool.passes(5.1)
    assert pool.state_of("a") == "stopping"
    pool.dies("a")
    assert pool.state_of("b") == "starting"


def test_a_busy_model_goes_on_for_its_quantum_and_then_makes_room_between_two_answers() -> None:
    pool = one_at_a_time(quantum_loads=4.0)
    first = pool.ask(A)
    pool.passes(2.0)
    pool.ready("a")  # loads in 2 s
    pool.ask(A)
    pool.ask(B)
    pool.passes(1.0)
    pool.end(first)
    assert len(pool.granted) == 1, "within its quantum it takes the next"
    pool.passes(20.0)
    assert pool.state_of("a") == "draining"
    third = pool.ask(A)
    assert third not in pool.granted
    pool.end(next(iter(pool.granted)))
    assert pool.state_of("a") == "stopping"
    pool.dies("a")
    assert pool.state_of("b") == "starting"
    assert third in pool.open


def test_it_goes_on_if_who_waited_for_the_room_has_gone() -> None:
    pool = one_at_a_time()
    pool.ask(A)
    pool.ready("a")
    other = pool.ask(B)
    pool.passes(100.0)
    assert pool.state_of("a") == "draining"
    waiting = pool.ask(model("a", slots=1))
    pool.end(other)
    assert pool.state_of("a") == "ready"
    pool.end("lease 1")
    assert waiting in pool.granted


def test_a_batch_gives_way_to_a_person_after_the_answer_it_is_at() -> None:
    pool = one_at_a_time()
    item = pool.ask(A, priority="batch")
    pool.ready("a")
    rest = [pool.ask(A, priority="batch") for _ in range(5)]
    pool.ask(B)
    assert pool.state_of("a") == "draining"
    assert item in pool.granted, "what was begun is ended"
    pool.end(item)
    assert not pool.granted
    pool.dies("a")
    assert pool.state_of("b") == "starting"
    assert set(rest) <= pool.open


def test_the_batch_goes_on_when_the_person_is_served() -> None:
    pool = one_at_a_time()
    pool.ask(A, priority="batch")
    pool.ready("a")
    batch = pool.ask(A, priority="batch")
    person = pool.ask(B)
    pool.end("lease 1")
    pool.dies("a")
    pool.ready("b")
    pool.end(person)
    pool.passes(6.0)
    pool.dies("b")
    pool.ready("a")
    assert batch in pool.granted


def test_a_batch_waits_longer_for_a_model_that_people_use_but_not_for_ever() -> None:
    pool = one_at_a_time(quantum_loads=4.0)
    pool.ask(A)
    pool.ready("a")
    pool.ask(B, priority="batch", within_s=1e6)
    for _ in range(10):  # somebody always waits
        pool.ask(A, within_s=1e6)
    pool.passes(30.0)
    assert pool.state_of("a") == "ready"
    pool.passes(4 * 4 * 4 * 4.0)
    assert pool.state_of("a") == "draining"


def test_who_had_to_make_room_does_not_take_it_back_before_the_other_has_come() -> None:
    pool = one_at_a_time()
    first = pool.ask(A)
    pool.ready("a")
    waiting = pool.ask(A)
    pool.ask(B)
    pool.passes(30.0)
    pool.end(first)
    pool.dies("a")
    assert pool.state_of("b") == "starting"
    assert waiting in pool.open


def test_a_less_urgent_model_does_not_take_the_room_that_is_made_for_another() -> None:
    pool = Pool(machine(9), settings=PoolSettings(keep_s=inf))
    pool.ask(A, sized(6))
    pool.ready("a")
    pool.ask(B, sized(8))
    pool.passes(100.0)
    assert pool.state_of("a") == "draining"
    pool.ask(model("c"), sized(2), priority="batch")
    assert not pool.runs("c")
    pool.end("lease 1")
    pool.dies("a")
    assert pool.runs("b")
    assert not pool.runs("c")


def test_the_queue_is_bounded_and_says_when_to_come_again() -> None:
    pool = one_at_a_time(queue_length=2)
    pool.ask(A)
    pool.ask(A)
    third = pool.ask(A)
    assert pool.refused[third].kind == "full"
    assert pool.refused[third].retry_after_s


def test_a_full_queue_of_a_batch_does_not_keep_a_person_out() -> None:
    pool = one_at_a_time(queue_length=2)
    pool.ask(A, priority="batch")
    last = pool.ask(A, priority="batch")
    person = pool.ask(A)
    assert person in pool.open
    assert pool.refused[last].kind == "full"


def test_who_waited_as_long_as_it_may_is_refused_and_told_why() -> None:
    pool = one_at_a_time()
    lease = pool.ask(A, within_s=7.0)
    pool.passes(6.9)
    assert lease in pool.open
    pool.passes(0.1)
    assert pool.refused[lease].kind == "late"


def test_who_gives_up_frees_its_place() -> None:
    pool = one_at_a_time(queue_length=1)
    first = pool.ask(A)
    pool.end(first)
    second = pool.ask(A)
    assert second in pool.open
    pool.ready("a")
    assert list(pool.granted) == [second]


def test_a_person_is_next_whatever_the_length_of_a_batch() -> None:
    pool = one_at_a_time()
    for _ in range(200):
        pool.ask(A, priority="batch", within_s=1e6)
    pool.ready("a")
    person = pool.ask(A)
    pool.end("lease 1")
    assert list(pool.granted) == [person]


def test_what_is_due_passed_unseen_is_done_when_the_pool_is_woken() -> None:
    pool = one_at_a_time(hold_s=5.0)
    pool.comes("a")
    pool.now += 3.0
    pool.ask(B)
    pool.now += 7.0
    pool.send(Seen(pool.now, pool.worker("a").number, 1, 1))  # no look at the time falls between
    assert wakes_at(pool.state) == pool.now
    pool.look()
    assert pool.state_of("a") == "stopping"
