"""What an engine over HTTP brings to an exchange: how it puts a call, and who reads the reply. Protocols alone."""

from __future__ import annotations

from typing import Protocol, TypeVar

from msgspec import Struct

from partimento.core.model import Model
from partimento.core.ports import Call, Drafted
from partimento.wire.refusal import Refusal
from partimento.wire.url import Headers

Manner = TypeVar("Manner")


class Question(Struct, frozen=True):
    """What is posted (or, without a body, got)."""

    url: str
    headers: Headers
    body: bytes = b""


class Reader(Protocol):
    """Reads one reply. `done`: the last word was said. `ended`: the model stopped by itself, so that nothing of its
    text can be missing. All but `rest` raise EngineError."""

    @property
    def done(self) -> bool: ...

    @property
    def ended(self) -> bool: ...

    def take(self, event: bytes) -> str:
        """The text that the data of one event adds."""
        ...

    def whole(self, body: bytes) -> str:
        """The text of a reply in one piece."""
        ...

    def rest(self) -> str:
        """Text that was held back until the end."""
        ...

    def drafted(self) -> Drafted:
        """The last word."""
        ...


class Speaker(Protocol[Manner]):
    """How one engine talks. A manner is how a call is put to one server: its dialect."""

    def key(self, model: Model) -> str:
        """The API key, "" where there is none. It is kept out of every error."""
        ...

    def key_variable(self, model: Model) -> str:
        """Where the key is set."""
        ...

    def first_manner(self, call: Call) -> Manner:
        """What to try first with a server nobody has talked to."""
        ...

    def question(self, call: Call, base_url: str, manner: Manner) -> Question:
        """The call in that manner, for the server at that URL."""
        ...

    def simpler(self, call: Call, manner: Manner, status: int, body: bytes) -> Manner | None:
        """What to try after this objection; None where it is not about how the call was put."""
        ...

    def refused(self, refusal: Refusal) -> Refusal:
        """The refusal with what this vendor says only in the body."""
        ...

    def reader(self, call: Call, where: str, manner: Manner) -> Reader:
        """Who reads the reply of the server that is shown as `where`."""
        ...

    def heeded(self, call: Call, manner: Manner, reader: Reader) -> Manner:
        """What to begin with the next time, now that the server has answered."""
        ...

    def probe(self, model: Model, base_url: str) -> Question | None:
        """What costs nothing and tells whether the server lives; None where there is nothing of that kind."""
        ...
