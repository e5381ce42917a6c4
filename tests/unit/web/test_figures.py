"""Numbers, money and times as people read them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from partimento.web import figures

NOON = 1_795_262_400.0


@pytest.mark.parametrize(
    ("dollars", "told"),
    [
        ("0", "$0"),
        ("0.00001", "under $0.0001"),
        ("0.0123", "$0.0123"),
        ("0.5", "$0.50"),
        ("12.4", "$12.40"),
        ("1234567.891", "$1,234,567.89"),
        ("-3", "−$3.00"),
    ],
)
def test_money_keeps_the_digits_that_count(dollars: str, told: str) -> None:
    assert figures.money(Decimal(dollars)) == told


@pytest.mark.parametrize(
    ("part", "told"), [(0, "0 %"), (0.004, "0.4 %"), (0.42, "42 %"), (0.996, "99.6 %"), (1, "100 %")]
)
def test_a_share_never_rounds_to_nothing_or_all(part: float, told: str) -> None:
    assert figures.share(part) == told


@pytest.mark.parametrize(
    ("ms", "told"), [(0.42, "0.4 ms"), (240.4, "240 ms"), (1_240, "1.2 s"), (90_000, "1 min 30 s")]
)
def test_a_time_taken_is_told_in_its_own_unit(ms: float, told: str) -> None:
    assert figures.milliseconds(ms) == told


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(0, "0 s"), (75, "1 min 15 s"), (120, "2 min"), (7_300, "2 h 1 min"), (90_000, "1 d 1 h"), (86_400, "1 d")],
)
def test_a_duration_has_two_units_at_most(seconds: float, told: str) -> None:
    assert figures.duration(seconds) == told


@pytest.mark.parametrize(
    ("before", "told"),
    [
        (3, "just now"),
        (50, "1 min ago"),
        (720, "12 min ago"),
        (10_800, "3 h ago"),
        (86_400, "yesterday"),
        (5 * 86_400, "5 days ago"),
        (90 * 86_400, "23 Aug 2026"),
        (-3_600, "21 Nov 2026"),
    ],
)
def test_a_moment_is_as_long_ago_as_people_say(before: float, told: str) -> None:
    assert figures.ago(NOON - before, NOON) == told


def test_counts_sizes_and_moments() -> None:
    assert [figures.count(n) for n in (0, 1_234, 1_250_000)] == ["0", "1,234", "1.25 M"]
    assert [figures.size(gb) for gb in (0.35, 4.25)] == ["350 MB", "4.2 GB"]
    assert figures.moment(NOON) == "2026-11-21T12:00:00Z"
