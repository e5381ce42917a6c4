"""A child hangs when it makes no tokens, and only then."""

from __future__ import annotations

import pytest

from partimento.core.errors import EngineFault
from partimento.pool.processes.questions import Counter, counters
from partimento.pool.processes.watchdog import LONGEST_GAP_S, Watchdog


def at(written: int, *, read: int = 5, busy: bool = True) -> tuple[Counter, ...]:
    return (Counter(slot=0, is_processing=busy, read=read, written=written),)


def test_tokens_are_progress_and_their_want_is_counted() -> None:
    dog = Watchdog(0.0)
    for now, written in ((1.0, 1), (2.0, 2), (3.0, 2), (4.0, 2)):
        dog.looked(now, ["a"], at(written))
    assert dog.still_s == 2.0
    dog.looked(5.0, ["a"], at(3))
    assert dog.still_s == 0.0


def test_reading_a_long_prompt_is_progress() -> None:
    dog = Watchdog(0.0)
    for now in (1.0, 2.0, 3.0):
        dog.looked(now, ["a"], at(0, read=int(now) * 512))
    assert dog.still_s == 0.0


def test_one_that_does_not_answer_makes_no_progress() -> None:
    dog = Watchdog(0.0)
    dog.looked(1.0, ["a"], at(1))
    dog.looked(3.0, ["a"], None)
    assert dog.still_s == 2.0


def test_a_new_or_a_finished_lease_is_progress() -> None:
    dog = Watchdog(0.0)
    dog.looked(1.0, ["a", "b"], at(1))
    dog.looked(2.0, ["a", "b"], at(1))
    dog.looked(3.0, ["b"], at(1))
    assert dog.still_s == 0.0


def test_a_child_that_nobody_asks_is_at_rest() -> None:
    dog = Watchdog(0.0)
    dog.looked(1.0, ["a"], at(1))
    dog.looked(2.0, [], None)
    assert dog.still_s == 0.0
    dog.looked(3.0, ["b"], at(1, busy=False))
    dog.looked(9.0, ["b"], at(1, busy=False))
    assert dog.still_s == 0.0


def test_time_that_nobody_watched_does_not_count() -> None:
    dog = Watchdog(0.0)
    dog.looked(1.0, ["a"], at(1))
    dog.looked(5000.0, ["a"], at(1))
    assert dog.still_s == LONGEST_GAP_S
    dog.looked(4000.0, ["a"], at(1))
    assert dog.still_s == LONGEST_GAP_S


def test_tokens_are_added_up_over_the_texts_of_a_slot() -> None:
    dog = Watchdog(0.0)
    for now, written in ((1.0, 3), (2.0, 7), (3.0, 2), (4.0, 4)):
        dog.looked(now, ["a"], at(written))
    assert dog.tokens == 11


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (b'[{"id":0,"is_processing":true,"n_prompt_tokens_processed":9,"n_decoded":4}]', Counter(0, True, 9, 4)),
        (b'[{"id":3,"is_processing":true,"next_token":{"n_decoded":6}}]', Counter(3, True, 0, 6)),
        (b'[{"id":1,"is_processing":false,"next_token":[{"n_decoded":8}]}]', Counter(1, False, 0, 8)),
        (b'[{"id":1,"state":1,"n_past":40,"next_token":[]}]', Counter(1, True, 40, 0)),
    ],
)
def test_slots_are_read_as_our_workers_and_llama_servers_tell_them(body: bytes, found: Counter) -> None:
    assert counters(body) == (found,)


@pytest.mark.parametrize("body", [b"", b"{}", b"[1]", b"<html>"])
def test_what_is_no_list_of_slots_is_an_error_and_no_crash(body: bytes) -> None:
    with pytest.raises(EngineFault):
        counters(body)
