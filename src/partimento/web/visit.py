"""One look at a page and what comes of it, as values. Knows no HTTP server; whoever serves pages makes the one and
sends the other.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from partimento.client import AsyncPartimento
from partimento.core.errors import BadInput
from partimento.core.request import Caller, Privacy, Request
from partimento.core.result import Out, Result

Theme = Literal["auto", "light", "dark"]
LONGEST_FIELD = 200_000


class Upload(Struct, frozen=True):
    """A file that came with a form."""

    name: str
    content: bytes


class Form(Struct, frozen=True):
    """The fields of a form, each with all its values, and its files."""

    fields: Mapping[str, tuple[str, ...]] = {}
    files: Mapping[str, Upload] = {}

    def get(self, name: str, default: str = "") -> str:
        """The last value of a field without blanks around it."""
        found = self.fields.get(name)
        return found[-1].strip() if found else default

    def all(self, name: str) -> tuple[str, ...]:
        """Every value of a field that may be ticked several times."""
        return self.fields.get(name, ())

    def number(self, name: str) -> int | None:
        """A whole number; None where the field is empty. Raises BadInput."""
        told = self.get(name)
        if not told:
            return None
        try:
            return int(told)
        except ValueError as error:
            raise BadInput(f"{name} is no number", why=f"{told[:80]!r} was sent", mend="write digits only") from error


class Visit(Struct, frozen=True, kw_only=True):
    """Who looks at what. `query` and `form` are as they were sent and to be trusted in nothing."""

    client: AsyncPartimento
    caller: Caller
    method: str
    path: str
    names: Mapping[str, str] = {}
    """The parts of the path that its place left open."""
    query: Mapping[str, str] = {}
    form: Form = Form()
    csrf: str = ""
    """What every form sends back, as the field `csrf` or the header x-csrf-token."""
    owner: bool = True
    """Whether everything may be seen and changed; else only what is the key's own."""
    signed_in: str = ""
    """The name of the key that was shown; "" for the owner on the machine itself."""
    needs_key: bool = False
    """Whether this server asks everybody for a key."""
    session: str = ""
    """The cookie's token, for whoever signs out."""
    theme: Theme = "auto"
    said: str = ""
    """What the last action came to, to be told once."""
    privacy: Privacy | None = None
    """What the visitor's key says about personal data; None where it does not."""
    spent: Callable[[int], None] = lambda tokens: None
    """Told how many tokens an answer took, where the key has a rate of them."""
    partial: bool = False
    """Whether a script asked, which takes what it needs of the page: nothing need be remembered as told."""

    @property
    def now(self) -> float:
        """Unix seconds."""
        return self.client.ports.clock.now()

    async def make(self, request: Request[Out], model: str | None = None) -> Result[Out]:
        """Make what is asked on this visitor's account. Raises as the client does."""
        caller = replace(self.caller, user=request.caller.user or self.caller.user)
        asked = request.with_(caller=caller, privacy=request.privacy or self.privacy)
        result = await self.client.make(asked, model=model)
        self.spent(result.receipt.input_tokens + result.receipt.output_tokens)
        return result

    @property
    def holder(self) -> str | None:
        """Whose things may be seen: None for the owner's all, else the id of the key."""
        return None if self.owner else self.caller.key


class Shown(Struct, frozen=True):
    """A page, or a part of one."""

    html: str
    status: int = 200
    secret: bool = False
    """Whether it shows what must be kept nowhere, also not by the browser."""


class Moved(Struct, frozen=True):
    """Go and look there (303). `said`: what the next page tells, once. `session`: a cookie to set; "" ends it."""

    to: str
    said: str = ""
    session: str | None = None
    theme: Theme | None = None


class Sent(Struct, frozen=True):
    """A file, or data for a script. `filename`: what it is saved as, "" where it is shown; `lasting`: for ever."""

    content: bytes
    content_type: str
    filename: str = ""
    lasting: bool = False


class Flow(Struct, frozen=True):
    """Server-sent events, for what goes on."""

    pieces: AsyncGenerator[bytes, None]


Answer = Shown | Moved | Sent | Flow
Opened = Callable[[Visit], Awaitable[Answer]]


class Place(Struct, frozen=True, kw_only=True):
    """A method and a path of the web page, and what answers there; `{name}` is open for one part, `{name:rest}` for all
    that follows. `owner`: only for the owner; `free`: also for who is not signed in."""

    method: Literal["GET", "POST"]
    path: str
    opened: Opened
    summary: str
    owner: bool = False
    free: bool = False
