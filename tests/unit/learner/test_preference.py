import pytest

from partimento.core.errors import UnknownName
from partimento.learner import preference
from partimento.learner.preference import Preference, Signal, Traits, counted, faded, reranked, signals_of, taste

DAY = 86_400.0


def liked(value: str, times: int, aspect: preference.Aspect = "key", signal: Signal = "liked") -> Preference:
    held = Preference(aspect=aspect, value=value)
    for _ in range(times):
        held = counted(held, [signal], 0.0)
    return held


@pytest.mark.parametrize(
    ("said", "signals"),
    [
        ({"rating": 5, "liked": None, "score": 0.8, "skipped": False}, ("liked", "done")),
        ({"rating": 1, "liked": None, "score": 0.8, "skipped": False}, ("disliked", "done")),
        ({"rating": 3, "liked": None, "score": 0.8, "skipped": False}, ("done",)),
        ({"rating": 1, "liked": True, "score": None, "skipped": False}, ("liked",)),
        ({"rating": None, "liked": None, "score": None, "skipped": True}, ("skipped",)),
        ({"rating": None, "liked": None, "score": None, "skipped": False}, ()),
    ],
)
def test_what_was_said_and_done_becomes_signals(said: dict[str, object], signals: tuple[str, ...]) -> None:
    assert signals_of(said["rating"], said["liked"], said["score"], skipped=bool(said["skipped"])) == signals  # type: ignore[arg-type]


def test_taste_enters_weakly() -> None:
    assert Preference(aspect="key", value="Eb").share == 0.5
    assert liked("Eb", 1).share < 0.6
    assert liked("Eb", 100).share > 0.9


def test_a_signal_counts_half_after_its_half_life() -> None:
    held = faded(liked("Eb", 4), preference.HALF_LIFE_DAYS * DAY)
    assert held.liked == pytest.approx(2)
    assert held.count == 4
    assert faded(held, held.at - DAY) == held


def test_what_is_liked_comes_first_and_nothing_is_left_out() -> None:
    keys = [("C", 1.0), ("Eb", 1.0), ("F", 1.0)]
    known = [liked("Eb", 8), liked("C", 8, signal="disliked")]
    order = reranked(keys, lambda key: Traits(key=key), known, 0.0)
    assert [key for key, _ in order] == ["Eb", "F", "C"]


def test_taste_does_not_beat_what_is_much_better() -> None:
    order = reranked([("C", 10.0), ("Eb", 1.0)], lambda key: Traits(key=key), [liked("Eb", 1000)], 0.0)
    assert order[0][0] == "C"


def test_equals_keep_their_order() -> None:
    candidates = [(name, 1.0) for name in "dbca"]
    assert [name for name, _ in reranked(candidates, lambda name: Traits(), [], 0.0)] == list("dbca")


def test_each_aspect_counts_for_itself() -> None:
    known = [liked("Eb", 20), liked("voicing", 20, aspect="kind")]
    one, both = taste(Traits(key="Eb"), known, 0.0), taste(Traits(key="Eb", kind="voicing"), known, 0.0)
    assert 1 < one < both
    assert taste(Traits(genre="Eb"), known, 0.0) == 1


def test_tempi_are_counted_by_bands() -> None:
    assert [preference.tempo_band(tempo) for tempo in (0, 60, 90, 120, 200)] == [
        "",
        "slow",
        "walking",
        "lively",
        "fast",
    ]
    assert ("tempo", "slow") in Traits(tempo=60).values()


def test_of_too_many_counters_the_faintest_go() -> None:
    many = [liked(f"v{number}", 1 + number % 3, aspect="voicing") for number in range(preference.MOST + 5)]
    gone = preference.faintest(many, 0.0)
    assert len(gone) == 5
    assert {one.count for one in gone} == {1}
    assert preference.faintest(many[:9], 0.0) == []


def test_an_aspect_that_is_not_there_is_told() -> None:
    assert preference.aspect_named("tempo") == "tempo"
    with pytest.raises(UnknownName, match="preference"):
        preference.aspect_named("colour")
