"""Approved answers as training data. Knows which are good enough and how they are written; trains nothing."""

from __future__ import annotations

import msgspec
from msgspec import Struct

from partimento.store.store import Store


class TrainingPair(Struct, frozen=True):
    """What was asked, what was answered (a text as it stands, anything else as JSON), and what it is about."""

    prompt: str
    completion: str
    tags: tuple[str, ...]


def training_pairs(store: Store, min_rating: float = 4.0, verified_only: bool = True) -> tuple[TrainingPair, ...]:
    """Every answer rated at least so high (and verified, unless not asked for), oldest first; personal data is out."""
    found = store.ask("approved_items", min_rating, verified_only)
    return tuple(TrainingPair(prompt, _completion(value), (task, model)) for task, model, prompt, value in found)


def _completion(value: bytes) -> str:
    decoded = msgspec.json.decode(value)
    return decoded if isinstance(decoded, str) else value.decode()
