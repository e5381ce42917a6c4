"""What the door asks of an engine's model, as values and one protocol. Knows no HTTP, and leaves how text is made to
the engine that implements `Generator`.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Any, Literal, Protocol

from msgspec import Struct

from partimento.core.conversation import Message, Tool


class Media(Struct, frozen=True):
    """A picture or a sound, decoded. `type` as a data URL has it ("image/png"), or a file's suffix ("wav")."""

    kind: Literal["image", "audio"]
    type: str
    data: bytes


class Sampling(Struct, frozen=True, kw_only=True):
    """How the next token is chosen. None: as the checkpoint likes it."""

    max_tokens: int | None = None
    """None: until it ends, or its context does."""
    temperature: float | None = None
    top_p: float | None = None
    top_k: int | None = None
    min_p: float | None = None
    presence_penalty: float | None = None
    frequency_penalty: float | None = None
    seed: int | None = None
    stop: tuple[str, ...] = ()


class Ask(Struct, frozen=True, kw_only=True):
    """One text to be made."""

    messages: tuple[Message, ...]
    media: tuple[Media, ...] = ()
    """The Image and Audio parts of the messages, decoded, in their order."""
    tools: tuple[Tool, ...] = ()
    """To be told to the model through its chat template."""
    sampling: Sampling = Sampling()
    schema: dict[str, Any] | None = None
    """JSON schema that the whole text must follow; None: free text."""
    adapter: str = ""
    """The name of the adapter to be on; "": none."""
    thinking: bool = False
    """Whether a model that can think first is to."""


class Thought(Struct, frozen=True):
    """A piece of what a model thinks before it answers: no part of the text."""

    text: str


class Ended(Struct, frozen=True, kw_only=True):
    """The last word on a text. `cached_tokens`: those of the prompt that were not computed again; `reasoning_tokens`:
    those of the completion that were thoughts."""

    finish: Literal["stop", "length"]
    prompt_tokens: int
    completion_tokens: int
    cached_tokens: int = 0
    reasoning_tokens: int = 0


class Slot(Struct, frozen=True, kw_only=True):
    """One of the texts that can be made at once, in llama-server's words. Counts are of the text at hand."""

    id: int
    is_processing: bool = False
    n_prompt_tokens_processed: int = 0
    n_decoded: int = 0


class Embedded(Struct, frozen=True):
    """Vectors, each as little-endian 32-bit floats, in the order of the texts."""

    vectors: tuple[bytes, ...]
    prompt_tokens: int


class Generator(Protocol):
    """A model that makes texts, several at once. All of it is called on the event loop, none of it may block that."""

    @property
    def adapters(self) -> tuple[str, ...]:
        """Names of the adapters that can be asked for."""
        ...

    def unready(self) -> str:
        """What it is at, in a word or two ("loading weights", "sleeping"); "" when it answers."""
        ...

    def submit(self, ask: Ask) -> AsyncGenerator[str | Thought | Ended, None]:
        """Pieces of text as they come, thoughts before them, then one Ended. Closing it frees the slot.

        Raises BadInput, PromptTooLong, RateLimited (its queue is full) before any piece; EngineError later.
        """
        ...

    async def embed(self, texts: tuple[str, ...]) -> Embedded:
        """The vectors of the texts. Raises BadInput where the model makes none."""
        ...

    async def tokenize(self, text: str, *, special: bool) -> list[int]:
        """The text's tokens; `special`: with the mark that begins every prompt."""
        ...

    def slots(self) -> tuple[Slot, ...]:
        """All slots, now."""
        ...

    async def sleep(self) -> None:
        """Give device memory back. Raises BadInput where it cannot; RateLimited while it is at work."""
        ...

    async def wake(self) -> None:
        """Take it again, and return when it answers."""
        ...
