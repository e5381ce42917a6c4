"""Figures in prose: given, or following from what was given."""

from __future__ import annotations

import pytest

from partimento.shapes.figures import Amount, numbers_in, ungiven_figures

AMOUNTS = (Amount(42, "lessons"), Amount(36, "lessons"), Amount(0.85), Amount(1234.5, "USD"))
FREE = ("practice in week 12",)


@pytest.mark.parametrize(
    "text",
    [
        "42 lessons, up 6 from 36, by 16.7 %.",
        "That is 17 percent more.",
        "Together they make 78, a mean of 39.",
        "It fell by 6 in week 12.",
        "85 % succeeded.",
        "It cost 1,234.50 USD.",
        "Es kostete 1.234,50 USD.",
        "It cost 1’234.5 USD.",
        "Forty-two lessons were finished.",
        "Dm7, G13 and C6/9 make a 2-5-1 in 4/4, and the 13th chord too.",
        "36 is 85.7 % of 42.",
        "That is 1.2 times as many.",
    ],
)
def test_what_was_given_or_follows_is_let_through(text: str) -> None:
    assert list(ungiven_figures(text, AMOUNTS, FREE)) == []


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("They finished 50 lessons.", "50"),
        ("It rose by 18 %.", "18"),
        ("Between 42-99 lessons.", "99"),
        ("Success was 88 %.", "88"),
        ("Together 1276.5.", "1276.5"),  # lessons and dollars are not added up
        ("Twenty-five learners took part.", "Twenty-five"),
        ("Lessons doubled.", "doubled"),
        ("They made 17 more.", "17"),  # percent are no lessons
        ("About 1235 USD.", "1235"),
        ("In 2024 it was so.", "2024"),
        ("It cost 1.2345 USD.", "1.2345"),
    ],
)
def test_what_does_not_follow_is_told(text: str, part: str) -> None:
    (flaw,) = ungiven_figures(text, AMOUNTS, FREE)
    assert part in flaw


def test_twice_is_twice() -> None:
    assert list(ungiven_figures("It doubled.", (Amount(20, "h"), Amount(10, "h")), ())) == []
    assert list(ungiven_figures("It halved.", (Amount(20, "h"), Amount(10, "h")), ())) == []


def test_a_number_may_be_written_in_more_ways_than_one() -> None:
    (found,) = numbers_in("about 1,234 of them")
    assert found.written == "1,234"
    assert {1234.0, 1.234} <= {*found.meanings}
