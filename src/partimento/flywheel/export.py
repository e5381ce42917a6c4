"""Approved answers as training data. Knows which are good enough and how they are written; trains nothing."""

from __future__ import annotations

import msgspec
from msgspec import Struct

from partimento.flywheel.review_queue import READY_RATING
from partimento.ledger.books import Books


class TrainingPair(Struct, frozen=True):
    """What was asked, what was answered or should have been (a text as it stands, anything else as JSON), what it is
    about, how hard it is (1 to 10, where somebody said so), and how much it counts."""

    prompt: str
    completion: str
    tags: tuple[str, ...]
    difficulty: int | None = None
    weight: float = 1.0


def training_pairs(
    store: Books, min_rating: float = READY_RATING, verified_only: bool = True
) -> tuple[TrainingPair, ...]:
    """Every answer rated at least so high (and verified, unless not asked for), as its owner left it, oldest first;
    what was rejected is out, and so is personal data."""
    found = store.ask("approved_items", min_rating, verified_only)
    return tuple(
        TrainingPair(
            prompt, _completion(value), (task, model, *msgspec.json.decode(tags, type=tuple[str, ...])), difficulty,
            weight,
        )
        for task, model, prompt, value, tags, difficulty, weight in found
    )  # fmt: skip


def _completion(value: bytes) -> str:
    decoded = msgspec.json.decode(value)
    return decoded if isinstance(decoded, str) else bytes(value).decode()
