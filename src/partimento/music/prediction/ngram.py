"""Tables of what followed what in other songs, and the odds they give. Knows no chord names and no single song.

A table's row belongs to a context of up to four tokens; it holds Kneser-Ney counts (Chen & Goodman 1999, interpolated,
one discount), most frequent first. A row is a string, token and count by turns, and is read when first asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

DISCOUNT: Final = 0.75
ORDER: Final = 4
_BASE: Final = 0xA1  # one character a token or count, clear of control characters, quotes and backslashes


class Row(Struct, frozen=True, gc=False):
    """Successors with their counts, most frequent first; the sum; the share that is left to the shorter context."""

    counts: dict[int, int]
    total: int
    spread: float


class Table(Struct, dict=True):
    """One table: `rows` by written context; `size` is how many tokens there are to choose from."""

    rows: dict[str, str]
    size: int

    def chain(self, context: Sequence[int]) -> list[Row]:
        """The rows of the empty context and of ever longer ones, as far as they were met."""
        text = write(context)
        found: list[Row] = []
        cache = self._cache
        for length in range(min(len(text), ORDER) + 1):
            part = text[len(text) - length :]
            row = cache.get(part)
            if row is None:
                written = self.rows.get(part)
                if written is None:
                    break
                row = cache[part] = _read(written)
            found.append(row)
        return found

    @property
    def _cache(self) -> dict[str, Row]:
        cache: dict[str, Row] = self.__dict__.setdefault("read", {})
        return cache

    def odds(self, chain: Sequence[Row], tokens: Sequence[int]) -> list[float]:
        """The probability of each token after the chain's context."""
        shares = [1.0 / self.size] * len(tokens)
        for row in chain:
            counts, total, spread = row.counts, row.total, row.spread
            shares = [
                (counts.get(token, DISCOUNT) - DISCOUNT) / total + spread * share
                for token, share in zip(tokens, shares, strict=True)
            ]
        return shares


def write(tokens: Sequence[int]) -> str:
    """Tokens or counts as a string, one character each."""
    return "".join([chr(_BASE + token) for token in tokens])


def _read(written: str) -> Row:
    numbers = [ord(sign) - _BASE for sign in written]
    counts = dict(zip(numbers[::2], numbers[1::2], strict=True))
    total = sum(counts.values())
    return Row(counts, total, DISCOUNT * len(counts) / total)


def favourites(chain: Sequence[Row], most: int) -> list[int]:
    """The likeliest successors, those of the longest context first; at most so many."""
    found: dict[int, None] = {}
    for row in reversed(chain):
        for token in row.counts:
            found[token] = None
            if len(found) >= most:
                return list(found)
    return list(found)
