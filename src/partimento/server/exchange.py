"""One request and its reply as values, between the wire and the doors. Knows HTTP's parts; leaves sockets to the server
below and what is asked to the doors.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Literal, TypeVar
from urllib.parse import parse_qsl

import msgspec
from msgspec import Struct

from partimento.core.errors import BadInput
from partimento.core.ports import LedgerRow
from partimento.core.request import Caller, Privacy

if TYPE_CHECKING:
    from partimento.client import AsyncPartimento
    from partimento.ledger.accounts import Key

Value = TypeVar("Value")
Dialect = Literal["openai", "anthropic", "ollama", "native", "page"]
"""Whose shape an error takes; "page": a page of HTML."""

JSON = "application/json"
EVENTS = "text/event-stream; charset=utf-8"
LINES = "application/x-ndjson"


class Ask:
    """One request, its body read and its caller known.

    `names` are the parts of the path that the door left open; `started` is when its first byte came (monotonic).
    """

    __slots__ = (
        "body", "caller", "client", "door", "entrance", "error", "extra", "key", "method", "names", "path", "privacy",
        "raw_headers", "raw_query", "row", "span", "spent", "started",
    )  # fmt: skip

    def __init__(
        self,
        client: AsyncPartimento,
        method: str,
        path: str,
        raw_query: bytes,
        raw_headers: Mapping[bytes, bytes],
        started: float,
    ) -> None:
        self.client, self.method, self.path = client, method, path
        self.raw_query, self.raw_headers, self.started = raw_query, raw_headers, started
        self.body = b""
        self.entrance: Any = None
        """Who lets requests in, an `auth.Entrance`; that room knows this one. Set before any door opens."""
        self.key: Key | None = None
        """The key that a page was shown."""
        self.names: Mapping[str, str] = {}
        self.caller = Caller()
        self.privacy: Privacy | Literal[""] = ""
        """What the key says about personal data; "" where it does not."""
        self.extra: tuple[tuple[str, str], ...] = ()
        """Headers that the reply carries whatever it is."""
        self.spent: Callable[[int], None] = _nobody_counts
        """Told how many tokens the request took, where its key has a rate of them."""
        self.door: Door | None = None
        """Where it is answered; None where there is no such door."""
        self.error: BaseException | None = None
        """Why it could not be answered."""
        self.row: LedgerRow | None = None
        """What the ledger says of it, where somebody watches."""
        self.span: Any = None
        """Its trace, where there is one."""

    def header(self, name: bytes) -> str:
        """The header of that name (lower case), "" where there is none."""
        return self.raw_headers.get(name, b"").decode("latin-1")

    @property
    def query(self) -> dict[str, str]:
        """The fields of the query; of a repeated one the last."""
        return dict(parse_qsl(self.raw_query.decode("latin-1"), keep_blank_values=True))

    def read(self, kind: type[Value]) -> Value:
        """The body as that type; unknown fields are passed over. Raises BadInput naming the field."""
        return read_json(self.body, kind)


class Reply(Struct, frozen=True):
    """An answer in one piece."""

    body: bytes
    status: int = 200
    content_type: str = JSON
    headers: tuple[tuple[str, str], ...] = ()


class Stream(Struct, frozen=True):
    """An answer in pieces. What goes wrong after the first piece is told within `pieces`, in the door's own form."""

    pieces: AsyncGenerator[bytes, None]
    content_type: str = EVENTS
    headers: tuple[tuple[str, str], ...] = ()


Opened = Callable[[Ask], Awaitable[Reply | Stream]]


class Door(Struct, frozen=True, kw_only=True):
    """A method and a path, and what answers there. `{name}` in the path is open for one part, `{name:rest}` for all
    that follows. `free`: no key is asked. `body` and `answer` are types, for the OpenAPI page."""

    method: str
    path: str
    opened: Opened
    summary: str
    dialect: Dialect = "native"
    free: bool = False
    body: Any = None
    answer: Any = None
    content_type: str = JSON
    """Of its answer in one piece."""
    streams: str = ""
    """The content type of its stream, where it has one."""


asking: ContextVar[Ask | None] = ContextVar("asking", default=None)
"""The request that this task answers; None where nobody watches."""


def _nobody_counts(tokens: int) -> None:
    """Most keys have no rate of tokens."""


def read_json(body: bytes, kind: type[Value]) -> Value:
    """JSON as that type. Raises BadInput naming the field."""
    try:
        value: Value = _decoder(kind).decode(body)
        return value
    except msgspec.ValidationError as error:
        raise BadInput(
            "a field of the request cannot be used", why=str(error), mend="see /openapi.json for what it takes"
        ) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadInput("the request is no JSON", why=str(error), mend="send one JSON object") from error


_decoders: dict[Any, msgspec.json.Decoder[Any]] = {}


def _decoder(kind: Any) -> msgspec.json.Decoder[Any]:
    found = _decoders.get(kind)
    if found is None:
        found = _decoders[kind] = msgspec.json.Decoder(kind, strict=False)
    return found


def any_object() -> dict[str, Any]:
    """The schema of a tool or an answer that says no more than that it is an object."""
    return {"type": "object"}


def as_json(value: Any) -> bytes:
    """One JSON document."""
    return msgspec.json.encode(value)
