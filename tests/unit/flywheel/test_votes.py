from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing

import pytest

from databases import Place
from partimento.core.errors import BadInput, UnknownName
from partimento.core.ports import MemoryItem
from partimento.flywheel.votes import (
    Comparison,
    Side,
    find_comparison,
    keep_comparison,
    list_comparisons,
    preference_pairs,
    tallies,
    vote,
    wilson,
)
from partimento.store.opening import open_store
from partimento.store.store import Store
from partimento.testing.clock import FrozenClock


@pytest.fixture
def store(place: Place) -> Iterator[Store]:
    with closing(open_store(place, FrozenClock())) as opened:
        yield opened


def compared(name: str, first: str = "small", second: str = "rules", **more: object) -> Comparison:
    fields = {"at": 1.0, "task": "text", "asked": {"prompt": "ü 日本"}} | more
    return Comparison(id=name, first=Side(f"{name}-1", first), second=Side(f"{name}-2", second), **fields)  # type: ignore[arg-type]


def voted(store: Store, name: str, choice: str, **more: object) -> None:
    comparison = compared(name, **more)  # type: ignore[arg-type]
    keep_comparison(store, comparison)
    assert vote(store, comparison, choice)


def remember(store: Store, name: str, value: object, prompt: str = "Say it") -> None:
    item = MemoryItem(
        id=name, task="text", task_version=1, value=json.dumps(value).encode(), prompt=prompt, options=b"{}",
        model="m", engine="e", tier="small", provider="", input_tokens=0, output_tokens=0, cost_pico=0, latency_ms=1.0,
        created_at=1.0,
    )  # fmt: skip
    store.write(lambda db: db.execute("record_item", tuple(getattr(item, field) for field in item.__struct_fields__)))


def test_a_comparison_is_found_as_it_was_kept(store: Store) -> None:
    kept = compared("a", holder="key1")
    keep_comparison(store, kept)
    assert find_comparison(store, "a") == kept
    assert find_comparison(store, "a", "key1") == kept


def test_a_comparison_kept_twice_stays_in_its_first_order(store: Store) -> None:
    keep_comparison(store, compared("a", "small", "rules"))
    keep_comparison(store, compared("a", "rules", "small"))
    assert find_comparison(store, "a").first.model == "small"


@pytest.mark.parametrize(("name", "holder"), [("b", None), ("a", "key2"), ("a", "")])
def test_a_comparison_of_somebody_else_is_not_found(store: Store, name: str, holder: str | None) -> None:
    keep_comparison(store, compared("a", holder="key1"))
    with pytest.raises(UnknownName):
        find_comparison(store, name, holder)


def test_comparisons_are_listed_newest_first_and_each_holder_sees_its_own(store: Store) -> None:
    for number, holder in enumerate(("", "key1", "")):
        keep_comparison(store, compared(f"c{number}", at=float(number), holder=holder))
    assert [one.id for one in list_comparisons(store)] == ["c2", "c1", "c0"]
    assert [one.id for one in list_comparisons(store, "key1")] == ["c1"]
    assert [one.id for one in list_comparisons(store, most=1, offset=1)] == ["c1"]


def test_only_the_first_vote_counts(store: Store) -> None:
    comparison = compared("a")
    keep_comparison(store, comparison)
    assert vote(store, comparison, "second")
    assert not vote(store, comparison, "first")
    found = find_comparison(store, "a")
    assert found.choice == "second"
    assert found.better == found.second


@pytest.mark.parametrize("choice", ["", "third", "'; DROP TABLE votes"])
def test_what_is_no_choice_is_refused(store: Store, choice: str) -> None:
    keep_comparison(store, compared("a"))
    with pytest.raises(BadInput):
        vote(store, compared("a"), choice)
    assert find_comparison(store, "a").choice == ""


def test_wins_are_counted_for_a_pair_in_whichever_order_it_was_shown(store: Store) -> None:
    for number in range(5):
        voted(store, f"a{number}", "first", first="small", second="rules")
    for number in range(2):
        voted(store, f"b{number}", "second", first="rules", second="small")
    voted(store, "c", "second", first="small", second="rules")
    voted(store, "d", "first", first="rules", second="small")
    voted(store, "e", "both")
    voted(store, "f", "neither")
    (tally,) = tallies(store)
    assert (tally.one, tally.other, tally.wins, tally.losses, tally.both, tally.neither) == (
        "small",
        "rules",
        7,
        2,
        1,
        1,
    )
    assert tally.votes == 11
    assert (round(tally.low, 2), round(tally.high, 2)) == (0.45, 0.94)


def test_a_model_against_itself_and_open_comparisons_are_not_counted(store: Store) -> None:
    voted(store, "a", "first", first="rules", second="rules")
    keep_comparison(store, compared("b"))
    assert tallies(store) == ()


def test_tasks_and_holders_are_counted_apart(store: Store) -> None:
    voted(store, "a", "first", task="quiz", holder="key1")
    voted(store, "b", "first", task="text")
    assert {tally.task for tally in tallies(store)} == {"quiz", "text"}
    assert [tally.task for tally in tallies(store, "key1")] == ["quiz"]


def test_what_was_preferred_becomes_pairs_for_training(store: Store) -> None:
    for name, value in (("a-1", "bad"), ("a-2", "good"), ("b-1", {"x": 1}), ("b-2", {"x": 2}), ("c-1", "lost")):
        remember(store, name, value)
    voted(store, "a", "second", at=1.0)
    voted(store, "b", "first", at=2.0)
    voted(store, "c", "first", at=3.0)
    voted(store, "d", "both", at=4.0)
    first, second = preference_pairs(store)
    assert (first.prompt, first.chosen, first.rejected) == ("Say it", "good", "bad")
    assert (first.chosen_id, first.rejected_id) == ("a-2", "a-1")
    assert (json.loads(second.chosen), json.loads(second.rejected)) == ({"x": 1}, {"x": 2})


def test_an_answer_that_was_made_to_another_prompt_before_makes_no_pair(store: Store) -> None:
    remember(store, "a-1", "I do not know.", prompt="something else")
    remember(store, "a-2", "It is C.")
    voted(store, "a", "first")
    assert preference_pairs(store) == []


def test_what_was_voted_on_is_kept_from_pruning(store: Store) -> None:
    remember(store, "a-1", "one")
    voted(store, "a", "neither")
    assert store.ask("memory_item", "a-1")[0][-1] == 1


def test_the_interval_is_wide_for_few_votes_and_narrows_with_many() -> None:
    assert wilson(0, 0) == (0.0, 1.0)
    assert [round(bound, 3) for bound in wilson(7, 9)] == [0.453, 0.937]
    few, many = wilson(3, 4), wilson(300, 400)
    assert many[0] > few[0]
    assert many[1] < few[1]
    assert wilson(5, 5)[1] == 1.0
