import pytest

from partimento.learner.review import LONGEST_DAYS, Review, due, recall_of, recalled, reviewed

DAY = 86_400.0
NOON = 1_795_262_400.0


@pytest.mark.parametrize(
    ("score", "word"),
    [
        (0, "again"), (0.49, "again"), (0.5, "hard"), (0.74, "hard"), (0.75, "good"), (0.94, "good"), (0.95, "easy"),
        (1, "easy"),
    ],
)  # fmt: skip
def test_a_score_says_how_well_it_was_known(score: float, word: str) -> None:
    assert recall_of(score) == word


def test_the_better_it_was_known_the_later_it_comes_back() -> None:
    dues = [reviewed("triads", None, score, NOON).due for score in (0.2, 0.6, 0.8, 1.0)]
    assert dues == sorted(dues)
    assert dues[0] >= NOON + DAY
    assert dues[0] < dues[-1]


def test_intervals_grow_while_it_is_remembered_and_shrink_when_it_is_not() -> None:
    card = reviewed("triads", None, 0.8, NOON)
    waits = [card.due - NOON]
    for _ in range(4):
        at = card.due
        card = reviewed("triads", card, 0.8, at)
        waits.append(card.due - at)
    assert waits == sorted(waits)
    assert (card.reviews, card.lapses) == (5, 0)
    lapsed = reviewed("triads", card, 0.1, card.due)
    assert lapsed.due - card.due < waits[-1]
    assert (lapsed.reviews, lapsed.lapses) == (6, 1)


def test_nothing_is_drawn_by_chance() -> None:
    def thrice() -> Review:
        card = reviewed("triads", None, 0.8, NOON)
        for _ in range(3):
            card = reviewed("triads", card, 0.8, card.due)
        return card

    assert thrice().due - NOON > 30 * DAY
    assert len({thrice() for _ in range(20)}) == 1


def test_no_interval_is_longer_than_a_year() -> None:
    card = reviewed("triads", None, 1.0, NOON)
    for _ in range(12):
        card = reviewed("triads", card, 1.0, card.due)
    assert card.due - card.reviewed_at <= LONGEST_DAYS * DAY


def test_recall_fades_to_nine_in_ten_when_it_is_due() -> None:
    card = reviewed("triads", None, 0.8, NOON)
    assert recalled(card, NOON) == 1.0
    assert recalled(card, card.due) == pytest.approx(0.9, abs=0.03)
    assert recalled(card, card.due + 100 * DAY) < 0.7


def test_a_result_that_comes_late_counts_as_of_the_last_one() -> None:
    card = reviewed("triads", None, 0.8, NOON)
    late = reviewed("triads", card, 0.8, NOON - 5 * DAY)
    assert late.reviewed_at == NOON
    assert late.reviews == 2


def test_what_is_due_comes_in_the_order_of_its_time() -> None:
    cards = tuple(reviewed(name, None, score, NOON) for name, score in (("a", 1.0), ("b", 0.1), ("c", 0.8)))
    assert due(cards, NOON) == ()
    assert [one.concept for one in due(cards, NOON + 400 * DAY)] == ["b", "c", "a"]
    assert cards[1].overdue_days(cards[1].due + 3 * DAY) == pytest.approx(3)
