"""What the owner thinks of what was generated. Knows ratings, and that the first one tells of the model's ability;
leaves what else becomes of them to `export`.
"""

from __future__ import annotations

from msgspec.structs import astuple

from partimento.core.errors import BadInput
from partimento.pipeline.outcomes import evidence_of_rating
from partimento.store.store import Store

BEST = 5


def rate(store: Store, memory_id: str, rating: int, now: float) -> None:
    """Rate a memory item, 0 to 5; a rated one is never pruned. Raises BadInput for another number or no such item."""
    if rating not in range(BEST + 1):
        raise BadInput(
            f"cannot rate with {rating!r}", why=f"ratings are whole numbers from 0 to {BEST}", mend="give 0-5"
        )
    made = store.ask("made_by", memory_id)
    if not store.tell("rate_item", rating, memory_id):
        raise BadInput(
            f"there is no memory item {memory_id!r}",
            why="nothing was generated under that id, or it was pruned",
            mend="take the memory_id of a receipt",
        )
    for task, model, tier, complexity, rated_before in made:
        if rated_before is None and tier != "rules":
            store.tell("record_tally", *astuple(evidence_of_rating(task, model, complexity, rating, now)))
