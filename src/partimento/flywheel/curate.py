"""What the owner's ratings tell of the models. Knows that the first one of an item is evidence of ability, and how that
is taken back; leaves what else is said of items to `reviews`.
"""

from __future__ import annotations

from msgspec.structs import astuple

from partimento.core.errors import BadInput
from partimento.pipeline.outcomes import evidence_of_rating
from partimento.store.database import Session

BEST = 5


def checked_rating(rating: int) -> int:
    """A rating as it was given. Raises BadInput for what is none."""
    if isinstance(rating, bool) or rating not in range(BEST + 1):
        raise BadInput(
            f"cannot rate with {rating!r}", why=f"ratings are whole numbers from 0 to {BEST}", mend="give 0-5"
        )
    return rating


def learn(db: Session, memory_id: str, rating: int, now: float) -> None:
    """The first rating of an item, as evidence of the model that made it."""
    for task, model, tier, complexity in db.execute("made_by", (memory_id,)).fetchall():
        if tier != "rules":
            db.execute("record_tally", astuple(evidence_of_rating(task, model, complexity, rating, now)))


def unlearn(db: Session, memory_id: str, rating: int) -> None:
    """It was a slip: what it told is taken off the counts again."""
    for task, model, tier, complexity in db.execute("made_by", (memory_id,)).fetchall():
        if tier != "rules":
            told = evidence_of_rating(task, model, complexity, rating, 0.0)
            db.execute("take_back_tally", (told.sound, told.unsound, task, model, complexity))
