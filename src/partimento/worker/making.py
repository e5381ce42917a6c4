"""What an engine brings to a `ThreadedGenerator`: a checkpoint to be loaded, and the texts made of it together. Three
threads call it, each method says which; none calls while another of its kind does.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from typing import Any, Protocol

from partimento.worker.ports import Ask
from partimento.worker.saying import Saying

Tell = Callable[[str], None]
"""Say what stage it is at."""


class Row(Protocol):
    """One text being made."""

    @property
    def saying(self) -> Saying: ...


class Batch(Protocol):
    """The texts being made together, on the model thread; `rows` are only counted elsewhere."""

    @property
    def rows(self) -> Sequence[Row | None]:
        """By slot; None: free."""
        ...

    @property
    def waiting(self) -> list[Any]:
        """Rows that are to begin, the longest waiting first."""
        ...

    @property
    def busy(self) -> bool:
        """Whether there is anything to be made."""
        ...

    def turn(self) -> None:
        """Let those who may begin, make a token for each, let those who are done or cancelled go."""
        ...

    def vectors(self, texts: list[list[int]]) -> list[bytes]:
        """Of texts, of length 1, as little-endian 32-bit floats. Raises BadInput."""
        ...


class Texts(Protocol):
    """The checkpoint's tokenizer, on the text thread: it may not be used by two at once."""

    def tokens(self, text: str, *, special: bool = True) -> list[int]:
        """A text alone, without a template."""
        ...

    def passages(self, texts: tuple[str, ...]) -> list[list[int]]:
        """Texts to be embedded. Raises BadInput, PromptTooLong."""
        ...


class Making(Protocol):
    """One checkpoint of an engine's."""

    @property
    def batch(self) -> Batch | None:
        """None: not loaded, or asleep."""
        ...

    @property
    def texts(self) -> Texts:
        """Once it has been loaded."""
        ...

    @property
    def embeds_in_line(self) -> bool:
        """Whether texts to be embedded stand in line with those to be made: the queue's bound counts them, and it does
        not fall asleep before they are done.
        """
        ...

    def begin(self, text_thread: Executor) -> None:
        """On the model thread, first of all: import what it needs, and see to the device and its memory."""
        ...

    def load(self, tell: Tell) -> None:
        """On the model thread: the weights, so that there is a `batch`. Called again after each `rest`."""
        ...

    def rest(self) -> None:
        """On the model thread: let the weights go."""
        ...

    def prepare(self, ask: Ask) -> Any:
        """On the text thread: what `row` needs. Raises BadInput, PromptTooLong, NotConfigured."""
        ...

    def row(self, ask: Ask, prepared: Any) -> Row:
        """On the event loop."""
        ...

    def is_memory(self, error: BaseException) -> bool:
        """Whether it tells that memory has run out."""
        ...
