"""What a call consumed. Knows token counts; leaves their price to `catalog.prices`."""

from __future__ import annotations

from msgspec import Struct


class Usage(Struct, frozen=True):
    """Tokens of one call, as the upstream reported them.

    `cached` (read from the vendor's cache), `cache_write` and `audio` are parts of the input, `reasoning` one of the
    output; `characters` is what was spoken, for voices that are billed by it.
    """

    input_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int = 0
    reasoning_tokens: int = 0
    cache_write_tokens: int = 0
    audio_tokens: int = 0
    characters: int = 0

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            self.input_tokens + other.input_tokens,
            self.output_tokens + other.output_tokens,
            self.cached_tokens + other.cached_tokens,
            self.reasoning_tokens + other.reasoning_tokens,
            self.cache_write_tokens + other.cache_write_tokens,
            self.audio_tokens + other.audio_tokens,
            self.characters + other.characters,
        )


NOTHING_USED = Usage()
