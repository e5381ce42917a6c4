"""When a concept comes up again: the schedule of the library `fsrs`, one card for each concept. Pure: time comes in.

Knows cards and grades; leaves which exercise a review is to `aim`. Nothing is drawn by chance, and the shortest
interval is a day: within one, practice is the plan's business.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Final, Literal

from msgspec import Struct

if TYPE_CHECKING:
    from fsrs import Scheduler

Recall = Literal["again", "hard", "good", "easy"]

RETENTION: Final = 0.9
"""A concept comes up again when it would be recalled nine times in ten."""
LONGEST_DAYS: Final = 365
_BARS: Final[tuple[tuple[float, Recall], ...]] = ((0.5, "again"), (0.75, "hard"), (0.95, "good"))
_DAY: Final = 86_400.0


class Review(Struct, frozen=True, kw_only=True):
    """The card of a concept. Times in Unix seconds; `stability`: days until recall falls to nine in ten; `difficulty`:
    1–10; `lapses`: how often it had been forgotten."""

    concept: str
    due: float
    stability: float
    difficulty: float
    reviewed_at: float
    reviews: int = 1
    lapses: int = 0

    def overdue_days(self, now: float) -> float:
        """Days since it was due; below 0: until."""
        return (now - self.due) / _DAY


def recall_of(score: float) -> Recall:
    """What a score 0–1 says of how well it was known: below 0.5 again, 0.75 hard, 0.95 good, from there on easy."""
    return next((word for bar, word in _BARS if score < bar), "easy")


def reviewed(concept: str, before: Review | None, score: float, now: float) -> Review:
    """The card after a result at that moment. One that comes late, after a later one, counts as of the later one."""
    from fsrs import Card, Rating, State

    at = now if before is None else max(now, before.reviewed_at)
    rating = Rating[recall_of(score).title()]
    if before is None:
        card = Card(card_id=0, due=_moment(at))
    else:
        card = Card(
            card_id=0, state=State.Review, stability=before.stability, difficulty=before.difficulty,
            due=_moment(before.due), last_review=_moment(before.reviewed_at),
        )  # fmt: skip
    card, _ = _scheduler().review_card(card, rating, _moment(at))
    assert card.stability is not None
    assert card.difficulty is not None
    return Review(
        concept=concept, due=card.due.timestamp(), stability=card.stability, difficulty=card.difficulty,
        reviewed_at=at, reviews=1 + (before.reviews if before else 0),
        lapses=(before.lapses if before else 0) + (before is not None and rating is Rating.Again),
    )  # fmt: skip


def recalled(review: Review, now: float) -> float:
    """The chance, 0–1, that it is recalled now."""
    from fsrs import Card, State

    card = Card(
        card_id=0, state=State.Review, stability=review.stability, difficulty=review.difficulty,
        due=_moment(review.due), last_review=_moment(review.reviewed_at),
    )  # fmt: skip
    return float(_scheduler().get_card_retrievability(card, _moment(max(now, review.reviewed_at))))


def due(reviews: tuple[Review, ...], now: float) -> tuple[Review, ...]:
    """Those that are due, the longest due first."""
    return tuple(sorted((one for one in reviews if one.due <= now), key=lambda one: (one.due, one.concept)))


@cache
def _scheduler() -> Scheduler:
    from fsrs import Scheduler

    return Scheduler(
        desired_retention=RETENTION, learning_steps=(), relearning_steps=(), maximum_interval=LONGEST_DAYS,
        enable_fuzzing=False,
    )  # fmt: skip


def _moment(at: float) -> datetime:
    return datetime.fromtimestamp(at, UTC)
