"""What the owner thinks of what was generated. Knows ratings; leaves what becomes of them to `export`."""

from __future__ import annotations

from partimento.core.errors import BadInput
from partimento.store.sqlite import SqliteStore

BEST = 5


def rate(store: SqliteStore, memory_id: str, rating: int) -> None:
    """Rate a memory item, 0 to 5; a rated one is never pruned. Raises BadInput for another number or no such item."""
    if rating not in range(BEST + 1):
        raise BadInput(
            f"cannot rate with {rating!r}", why=f"ratings are whole numbers from 0 to {BEST}", mend="give 0-5"
        )
    if not store.tell("rate_item", rating, memory_id):
        raise BadInput(
            f"there is no memory item {memory_id!r}",
            why="nothing was generated under that id, or it was pruned",
            mend="take the memory_id of a receipt",
        )
