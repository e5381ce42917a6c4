"""Which of several servers takes a call, tried on simulated traffic."""

from __future__ import annotations

from collections import Counter
from random import Random

import msgspec

from partimento.core.conversation import Conversation, said
from partimento.core.ports import Call
from partimento.wire.replicas import AT_LEAST, Standing, beginning_of, choose
from verse import SMALL

THREE = tuple(Standing(f"http://{name}/v1") for name in "abc")


def chosen(standings: tuple[Standing, ...], calls: int = 6000, beginning: bytes = b"") -> Counter[int | None]:
    rng = Random(1)
    return Counter(choose(standings, beginning, rng) for _ in range(calls))


def simulated(standings: tuple[Standing, ...], service_s: list[float], calls: int, beginnings: int) -> list[list[int]]:
    """Calls that come every 10 ms and stay as long as their server takes; which server took which beginning."""
    rng = Random(1)
    busy: list[tuple[float, int]] = []
    taken: list[list[int]] = [[] for _ in range(beginnings or 1)]
    for number in range(calls):
        now = number * 0.01
        busy = [(until, place) for until, place in busy if until > now]
        load = Counter(place for _, place in busy)
        seen = tuple(
            msgspec.structs.replace(standing, in_flight=load[place], latency_s=service_s[place])
            for place, standing in enumerate(standings)
        )
        kind = number % beginnings if beginnings else 0
        place = choose(seen, b"beginning %d" % kind if beginnings else b"", rng)
        assert place is not None
        busy.append((now + service_s[place], place))
        taken[kind].append(place)
    return taken


def test_nobody_is_chosen_where_nobody_may_be_asked() -> None:
    shut = tuple(msgspec.structs.replace(standing, open=False) for standing in THREE)
    assert choose(shut, b"x", Random(1)) is None
    assert choose((*shut[:2], THREE[2]), b"x", Random(1)) == 2


def test_the_same_chance_chooses_the_same() -> None:
    assert [choose(THREE, b"", Random(n)) for n in range(50)] == [choose(THREE, b"", Random(n)) for n in range(50)]


def test_calls_spread_over_equal_servers() -> None:
    (taken,) = simulated(THREE, [0.05] * 3, calls=3000, beginnings=0)
    assert min(Counter(taken).values()) > 800


def test_a_server_of_twice_the_weight_takes_about_twice_the_calls() -> None:
    standings = (*THREE[:2], msgspec.structs.replace(THREE[2], weight=2.0))
    (taken,) = simulated(standings, [0.1] * 3, calls=4000, beginnings=0)
    counts = Counter(taken)
    assert 1.5 < counts[2] / ((counts[0] + counts[1]) / 2) < 3.0


def test_of_two_the_one_with_less_to_do_takes_the_call() -> None:
    two = (msgspec.structs.replace(THREE[0], in_flight=5), THREE[1])
    assert chosen(two) == {1: 6000}
    slow = (msgspec.structs.replace(THREE[0], latency_s=3.0), msgspec.structs.replace(THREE[1], latency_s=0.5))
    assert chosen(slow) == {1: 6000}


def test_a_slow_server_among_three_gets_few_calls() -> None:
    (taken,) = simulated(THREE, [0.05, 0.05, 2.0], calls=3000, beginnings=0)
    assert Counter(taken)[2] < 300


def test_calls_that_begin_alike_go_to_one_server() -> None:
    for number in range(20):
        assert len(chosen(THREE, 50, b"system %d" % number)) == 1


def test_beginnings_spread_by_weight() -> None:
    rng = Random(1)
    standings = (*THREE[:2], msgspec.structs.replace(THREE[2], weight=2.0))
    homes = Counter(choose(standings, b"prompt %d" % number, rng) for number in range(4000))
    assert 850 < homes[0] < 1150
    assert 850 < homes[1] < 1150
    assert 1850 < homes[2] < 2150


def test_when_a_server_goes_only_its_own_calls_move() -> None:
    rng = Random(1)
    without = (*THREE[:2], msgspec.structs.replace(THREE[2], open=False))
    for number in range(300):
        before = choose(THREE, b"prompt %d" % number, rng)
        assert before == 2 or choose(without, b"prompt %d" % number, rng) == before


def test_a_home_that_is_overloaded_shares_with_the_others() -> None:
    home = choose(THREE, b"one and only prompt", Random(1))
    assert home is not None
    few = [msgspec.structs.replace(standing, in_flight=0) for standing in THREE]
    few[home] = msgspec.structs.replace(few[home], in_flight=AT_LEAST - 1)
    assert choose(few, b"one and only prompt", Random(1)) == home
    few[home] = msgspec.structs.replace(few[home], in_flight=AT_LEAST)
    assert choose(few, b"one and only prompt", Random(1)) != home


def test_under_a_flood_of_one_beginning_nobody_is_left_idle() -> None:
    (taken,) = simulated(THREE, [1.0] * 3, calls=2000, beginnings=1)
    assert min(Counter(taken).values()) > 400


def test_many_beginnings_keep_their_homes_while_there_is_room() -> None:
    taken = simulated(THREE, [0.05] * 3, calls=3000, beginnings=30)
    at_home = sum(Counter(places).most_common(1)[0][1] for places in taken)
    assert at_home > 0.95 * 3000


def test_a_prompt_begins_with_its_instruction_and_the_first_message() -> None:
    def call(system: str, user: str, *turns: str) -> Call:
        talk = Conversation(messages=tuple(said("user", turn) for turn in turns)) if turns else None
        return Call(model=SMALL, request=None, system=system, user=user, max_tokens=9, deadline=0.0, conversation=talk)

    assert beginning_of(call("s", "last", "first", "last")) == beginning_of(call("s", "other", "first", "other"))
    assert beginning_of(call("s", "a")) != beginning_of(call("s", "b"))
    assert beginning_of(call("s" * 5000, "a")) == beginning_of(call("s" * 5000, "b"))
