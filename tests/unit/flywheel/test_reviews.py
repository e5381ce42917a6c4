"""Reviews on both databases: a queue that stands still, verdicts taken back exactly, tabs that tell of each other."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import pytest

from databases import Place, by_hand
from partimento import plugins
from partimento.core.errors import BadInput, ChecksFailed, Outdated, UnknownName
from partimento.core.ports import CacheEntry
from partimento.flywheel.export import training_pairs
from partimento.flywheel.review_marks import Review
from partimento.flywheel.review_queue import Filters, filters_of
from partimento.flywheel.reviews import Reviews
from partimento.ledger.retention import tidy
from partimento.store.maintenance import cache_stats, prune
from partimento.store.opening import open_store
from partimento.store.store import Store
from partimento.testing.clock import FrozenClock
from partimento.testing.store_suite import DAY, NOON, item, row

TEXT = b'"The V7 of C is G7."'


@pytest.fixture
def store(place: Place) -> Iterator[Store]:
    opened = open_store(place, FrozenClock(NOON))
    yield opened
    opened.close()


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(NOON)


@pytest.fixture
def reviews(store: Store, clock: FrozenClock) -> Reviews:
    numbers = itertools.count()
    return Reviews(store, clock, lambda: f"change-{next(numbers)}", plugins.task, reviewer="Zoë")


def keep(store: Store, name: str, *, at: float = NOON, key: str = "", **fields: object) -> str:
    """A memory item and the request that made it."""
    made = {"task": "text", "model": "little", "tier": "small", "value": TEXT, **fields}

    async def record() -> None:
        told = row(f"row of {name}", at=at, memory_id=name, key=key, task=made["task"], model=made["model"])
        await store.record(told, msgspec.structs.replace(item(name), created_at=at, **made))

    asyncio.run(record())
    return name


def ids(reviews: Reviews, **fields: str) -> list[str]:
    return [one.id for one in reviews.queue(filters_of(fields))]


# ---- the queue -------------------------------------------------------------------------------------------------------


def test_what_nobody_looked_at_is_open_the_newest_first(store: Store, reviews: Reviews) -> None:
    for number in range(3):
        keep(store, f"item{number}", at=NOON - number)
    assert ids(reviews) == ["item0", "item1", "item2"]
    assert ids(reviews, order="oldest") == ["item2", "item1", "item0"]
    assert reviews.queue()[0].tags == ()


def test_a_place_in_the_queue_stays_when_items_leave_it(store: Store, reviews: Reviews) -> None:
    for number in range(6):
        keep(store, f"item{number}", at=NOON - number)
    first = reviews.queue(most=2)
    for one in first:
        reviews.verify(one.id)
    assert [one.id for one in reviews.queue(after=first[-1].id, most=2)] == ["item2", "item3"]
    assert [one.id for one in reviews.queue(after="item4", most=2, back=True)] == ["item3", "item2"]


def test_items_of_one_moment_are_each_met_once(store: Store, reviews: Reviews) -> None:
    names = {keep(store, f"item{number}") for number in range(7)}
    for order in ("newest", "oldest", "doubtful"):
        met, after = [], ""
        while found := reviews.queue(filters_of({"order": order}), after=after, most=2):
            met += [one.id for one in found]
            after = met[-1]
        assert len(met) == 7
        assert set(met) == names


def test_the_most_doubtful_come_first(store: Store, reviews: Reviews) -> None:
    keep(store, "ruled", tier="rules")
    keep(store, "bought", tier="cloud")
    keep(store, "bought-unproven", tier="cloud", claims="3,1,2")
    keep(store, "small-proven", tier="small", claims="3,0,0")
    keep(store, "small-unproven", tier="small", claims="0,0,9")
    told = ids(reviews, order="doubtful")
    assert told[0] == "small-unproven"
    assert set(told[1:3]) == {"small-proven", "bought-unproven"}
    assert told[3:] == ["bought", "ruled"]
    back = reviews.queue(filters_of({"order": "doubtful"}), after="ruled", back=True)
    assert [one.id for one in back] == told[-2::-1]


def test_filters_narrow_the_queue(store: Store, reviews: Reviews) -> None:
    keep(store, "a", task="tutorial", prompt="Gospel in Ab")
    keep(store, "b", model="large", prompt="Étude in C")
    keep(store, "c", task="embedding")
    reviews.rate("a", 4, tags=["two words", "x"], difficulty=7)
    assert ids(reviews, task="tutorial") == ["a"]
    assert ids(reviews, model="large") == ["b"]
    assert ids(reviews, tag="two words") == ["a"]
    assert ids(reviews, tag="two") == []
    assert ids(reviews, rated="yes") == ["a"]
    assert ids(reviews, rated="no") == ["b"]
    assert ids(reviews, easiest="7", hardest="8") == ["a"]
    assert ids(reviews, hardest="6") == []
    assert ids(reviews, text="gospel") == ["a"]
    assert ids(reviews, text="%") == []
    assert ids(reviews, state="all") == ["b", "a"], "vectors are nothing to read"


@pytest.mark.parametrize(
    "fields", [{"state": "odd"}, {"order": "x"}, {"rated": "1"}, {"easiest": "11"}, {"hardest": "-1"}]
)
def test_a_filter_without_a_meaning_is_refused(fields: dict[str, str]) -> None:
    with pytest.raises(BadInput):
        filters_of(fields)


def test_filters_come_back_from_their_own_query() -> None:
    filters = Filters(state="all", tag="a b", easiest=3, order="doubtful", text="II-V")
    assert filters_of(filters.query) == filters
    assert Filters().query == {}


def test_how_far_one_has_come_is_counted(store: Store, reviews: Reviews) -> None:
    for name in "abcd":
        keep(store, name, task="quiz" if name == "d" else "text")
    reviews.verify("a", rating=5)
    reviews.verify("b")
    reviews.reject("c")
    reached = reviews.reached()
    assert (reached.open, reached.verified, reached.rejected, reached.done, reached.total) == (1, 2, 1, 3, 4)
    assert reached.ready == 1, "what is not rated 4 or 5 is not trained on"
    assert reviews.reached(filters_of({"task": "quiz"})).total == 1


def test_choices_name_what_there_is(store: Store, reviews: Reviews) -> None:
    keep(store, "a", task="quiz", model="m1")
    keep(store, "b", model="m2")
    reviews.mark("a", tags=["zeta", "Alpha"])
    found = reviews.choices()
    assert (found.tasks, found.models, found.tags) == (("quiz", "text"), ("m1", "m2"), ("Alpha", "zeta"))


def test_a_beginning_of_an_id_will_do(store: Store, reviews: Reviews) -> None:
    for name in ("abcd1", "abcd2", "abce"):
        keep(store, name)
    assert reviews.find("abce") == "abce"
    assert reviews.find("abcd1") == "abcd1"
    with pytest.raises(BadInput, match="several"):
        reviews.find("abcd")
    for nothing in ("", "abc", "zzzz", "ab%d", "\x00\x00\x00\x00"):
        with pytest.raises(UnknownName):
            reviews.find(nothing)


# ---- saying ----------------------------------------------------------------------------------------------------------


def test_what_is_said_is_kept_and_the_item_stays_as_it_was_made(store: Store, place: Place, reviews: Reviews) -> None:
    keep(store, "a")
    said = reviews.verify("a", tags=[" swing ", "Swing", "II–V–I"], difficulty=3, weight=2.5, note=" good\0 ")
    assert said == reviews.one("a").review
    assert (said.state, said.tags, said.difficulty, said.weight) == ("verified", ("swing", "II–V–I"), 3, 2.5)
    assert (said.note, said.reviewer, said.reviewed_at, said.revision) == ("good", "Zoë", NOON, 1)
    assert by_hand(place, "SELECT verified, rating FROM memory") == [(1, None)]
    assert reviews.one("a").item.value == TEXT


def test_only_what_is_verified_is_marked_so(store: Store, place: Place, reviews: Reviews) -> None:
    keep(store, "a")
    for verdict, marked in ((reviews.verify, 1), (reviews.reject, 0), (reviews.verify, 1), (reviews.reopen, 0)):
        verdict("a")
        assert by_hand(place, "SELECT verified FROM memory") == [(marked,)]


def test_saying_the_same_again_is_no_change(store: Store, reviews: Reviews) -> None:
    keep(store, "a")
    assert reviews.verify("a").revision == reviews.verify("a").revision == 1


@pytest.mark.parametrize(
    "marks",
    [
        {"tags": ['a"b']}, {"tags": ["a,b"]}, {"tags": ["a\u202eb"]}, {"tags": ["x" * 41]},
        {"tags": [*map(str, range(21))]},
        {"difficulty": 0}, {"difficulty": 11}, {"weight": -1.0}, {"weight": float("nan")}, {"weight": 101.0},
        {"note": "x" * 10_001}, {"rating": 6}, {"rating": True},
    ],
)  # fmt: skip
def test_marks_beyond_their_scale_are_refused_and_change_nothing(
    store: Store, reviews: Reviews, marks: dict[str, Any]
) -> None:
    keep(store, "a")
    with pytest.raises(BadInput):
        reviews.verify("a", **marks)
    assert reviews.one("a").review.revision == 0


@pytest.mark.parametrize("name", ["nothing", "", "\x00", "x" * 5000])
def test_nothing_can_be_said_of_nothing(reviews: Reviews, name: str) -> None:
    for act in (reviews.verify, reviews.reject, reviews.undo, reviews.one):
        with pytest.raises(UnknownName):
            act(name)


# ---- taking back -----------------------------------------------------------------------------------------------------


def marks_of(review: Review) -> dict[str, object]:
    left = {"revision", "reviewed_at", "reviewer", "undoable"}
    return {name: value for name, value in msgspec.structs.asdict(review).items() if name not in left}


def test_each_change_is_taken_back_exactly_one_after_another(store: Store, place: Place, reviews: Reviews) -> None:
    keep(store, "a")
    steps: list[Callable[[], Review]] = [
        lambda: reviews.rate("a", 4),
        lambda: reviews.mark("a", tags=["x"], difficulty=2, weight=0.5, note="n"),
        lambda: reviews.edit("a", "The V7 of F is C7."),
        lambda: reviews.verify("a", rating=5),
        lambda: reviews.reject("a", note="no"),
    ]
    told = [marks_of(reviews.one("a").review), *(marks_of(step()) for step in steps)]
    assert len({repr(one) for one in told}) == 6
    for number, before in enumerate(reversed(told[:-1]), 1):
        undone = reviews.undo("a")
        assert marks_of(undone) == before
        assert undone.revision == 5 + number
    assert by_hand(place, "SELECT count(*) FROM reviews") == [(0,)]
    assert by_hand(place, "SELECT rating, verified FROM memory") == [(None, 0)]
    with pytest.raises(BadInput, match="nothing to take back"):
        reviews.undo("a")


def test_after_taking_back_one_may_say_something_else(store: Store, reviews: Reviews) -> None:
    keep(store, "a")
    reviews.verify("a")
    reviews.undo("a")
    assert reviews.one("a").review.undoable == ""
    assert reviews.reject("a").undoable == "reject"
    assert reviews.undo("a").state == "open"


def test_a_rating_is_evidence_once_and_none_when_it_was_a_slip(store: Store, reviews: Reviews) -> None:
    keep(store, "a")
    keep(store, "ruled", tier="rules")
    reviews.rate("ruled", 5)
    assert store.ask("tallies") == []
    reviews.rate("a", 5)
    (_, model, _, sound, unsound, _), *more = store.ask("tallies")
    assert (model, sound, unsound, more) == ("little", 3.0, 0.0, [])
    reviews.rate("a", 1)
    assert store.ask("tallies")[0][3:5] == (3.0, 0.0)
    reviews.undo("a")
    reviews.undo("a")
    assert store.ask("tallies")[0][3:5] == (0.0, 0.0)
    reviews.rate("a", 0)
    assert store.ask("tallies")[0][3:5] == (0.0, 3.0)


# ---- two tabs --------------------------------------------------------------------------------------------------------


def test_the_later_of_two_tabs_is_told_what_the_first_one_did(
    store: Store, reviews: Reviews, clock: FrozenClock
) -> None:
    keep(store, "a")
    seen = reviews.one("a").review.revision
    reviews.verify("a", revision=seen)
    clock.advance(12)
    with pytest.raises(Outdated, match="Zoë verified it 12 s ago") as told:
        reviews.reject("a", revision=seen)
    assert told.value.status == 409
    assert reviews.one("a").review.state == "verified"
    assert reviews.reject("a", revision=seen + 1).state == "rejected"


def test_a_change_that_was_taken_back_is_a_change_too(store: Store, reviews: Reviews) -> None:
    keep(store, "a")
    seen = reviews.verify("a").revision
    reviews.undo("a")
    reviews.reject("a")
    with pytest.raises(Outdated, match="took a change back"):
        reviews.mark("a", tags=["late"], revision=seen)


# ---- edits -----------------------------------------------------------------------------------------------------------


def test_an_edit_stands_beside_what_was_made_and_is_trained_on(store: Store, reviews: Reviews) -> None:
    keep(store, "a", prompt="what is it?")
    reviews.edit("a", "The V7 of F is C7.", tags=["fixed"], difficulty=2)
    entry = reviews.one("a")
    assert (entry.value, entry.item.value) == ("The V7 of F is C7.", TEXT)
    assert training_pairs(store) == ()
    reviews.verify("a", rating=5, weight=2.0)
    (pair,) = training_pairs(store)
    assert (pair.prompt, pair.completion) == ("what is it?", "The V7 of F is C7.")
    assert (pair.tags, pair.difficulty, pair.weight) == (("text", "little", "fixed"), 2, 2.0)


def test_what_was_rejected_is_never_trained_on(store: Store, reviews: Reviews) -> None:
    keep(store, "a")
    reviews.reject("a", rating=5)
    assert training_pairs(store, 0.0, verified_only=False) == ()


def test_the_theory_engine_may_be_overruled_but_not_overlooked(store: Store, reviews: Reviews) -> None:
    keep(store, "a")
    with pytest.raises(ChecksFailed, match="D7"):
        reviews.edit("a", "The V7 of C is D7.")
    assert reviews.one("a").review.edited is None
    assert reviews.edit("a", "The V7 of C is D7.", force=True).edited == "The V7 of C is D7."


def test_an_edit_must_be_an_output_of_its_task(store: Store, reviews: Reviews) -> None:
    keep(store, "a", task="theory", value=b"{}")
    with pytest.raises(BadInput, match="theory"):
        reviews.edit("a", {"key": 7})
    keep(store, "gone", task="of-a-plug-in", value=b'{"x": 1}')
    assert reviews.edit("gone", {"x": [1, 2]}).edited == {"x": [1, 2]}


def test_an_edit_back_to_what_was_made_is_none(store: Store, reviews: Reviews) -> None:
    keep(store, "a")
    reviews.edit("a", "The V7 of F is C7.", verify=True)
    review = reviews.edit("a", msgspec.json.decode(TEXT))
    assert (review.edited, review.state) == (None, "verified")


# ---- what becomes of it ----------------------------------------------------------------------------------------------


def test_what_was_reviewed_is_never_pruned(store: Store, reviews: Reviews) -> None:
    for name in ("rejected", "tagged", "edited", "plain"):
        keep(store, name, at=NOON - 90 * DAY)
        entry = CacheEntry(name.encode(), "", name, NOON - DAY)
        asyncio.run(_recorded(store, entry))
    reviews.reject("rejected")
    reviews.mark("tagged", tags=["x"])
    reviews.edit("edited", "The V7 of F is C7.")
    assert cache_stats(store, NOON).kept == 3
    assert prune(store, NOON).items == 1
    asyncio.run(tidy(store, NOON, 30, pause_s=0))
    assert set(ids(reviews, state="all")) == {"rejected", "tagged", "edited"}


async def _recorded(store: Store, entry: CacheEntry) -> None:
    made = msgspec.structs.replace(item(entry.memory_id), created_at=NOON - 90 * DAY)
    await store.record(row(f"hit on {entry.memory_id}"), made, entry)


def test_a_key_reviews_what_its_own_requests_made_and_nothing_else(store: Store, reviews: Reviews) -> None:
    keep(store, "mine", key="key_a", at=NOON - 1)
    keep(store, "theirs", key="key_b", at=NOON - 2)
    keep(store, "owners", at=NOON - 3)
    own = reviews.of("key_a", "shop")
    assert ids(own) == ["mine"]
    assert own.reached().total == 1
    assert own.verify("mine").reviewer == "shop"
    for name in ("theirs", "owners"):
        for act in (own.one, own.verify, own.undo):
            with pytest.raises(UnknownName):
                act(name)
    assert ids(reviews, state="all") == ["mine", "theirs", "owners"]
