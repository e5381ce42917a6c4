"""Free text with its receipt. Knows the pair that callers unpack; leaves writing it to the text task."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from partimento.core.result import Receipt


class GeneratedText(Struct, frozen=True):
    """The text and what it took. Unpacks as (text, provider)."""

    text: str
    receipt: Receipt

    @property
    def provider(self) -> str:
        return self.receipt.provider

    def __iter__(self) -> Iterator[str]:
        return iter((self.text, self.provider))
