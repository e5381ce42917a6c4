from hypothesis import given
from hypothesis import strategies as some

from partimento.ledger.latency import Latency, latency_of
from partimento.ledger.sums import Sums


def counted(*latencies: float, ending: str = "served") -> list[Sums]:
    return [Sums(f"{ending} {ms:.1e}", 1) for ms in latencies]


def test_percentiles_are_those_of_the_nearest_rank() -> None:
    told = latency_of(counted(*(float(ms) for ms in range(1, 21))))
    assert told == Latency(20, 10.0, 19.0)
    assert latency_of(counted(7.0)) == Latency(1, 7.0, 7.0)


def test_what_counts_more_often_weighs_more() -> None:
    assert latency_of([Sums("hit 1.0e+00", 94), Sums("served 2.4e+03", 6)]) == Latency(100, 1.0, 2400.0)


def test_answers_can_be_told_by_how_they_ended() -> None:
    groups = counted(1.0, 2.0, 3.0, ending="hit") + counted(900.0)
    assert latency_of(groups, "served") == Latency(1, 900.0, 900.0)
    assert latency_of(groups, "hit", "served").answers == latency_of(groups).answers == 4


def test_of_no_answers_there_is_no_time() -> None:
    assert latency_of([]) == Latency(0, None, None)


@given(some.lists(some.floats(0, 10**7), min_size=1, max_size=60))
def test_a_percentile_is_the_exact_one_rounded_to_two_digits(latencies: list[float]) -> None:
    told = latency_of(counted(*latencies))
    exact = sorted(latencies)
    assert told.p50_ms == float(f"{exact[-(-len(exact) * 50 // 100) - 1]:.1e}")
    assert told.p95_ms == float(f"{exact[-(-len(exact) * 95 // 100) - 1]:.1e}")
