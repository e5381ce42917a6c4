"""What is asked, how, and by whom. Knows the shape of a request; leaves its way to `pipeline`."""

from __future__ import annotations

from typing import Any, Generic, Literal, TypeVar

import msgspec
from msgspec import Struct

from partimento.core.errors import BadInput

Out = TypeVar("Out")

SelectionMode = Literal["auto", "manual"]
Scope = Literal["global", "key", "user"]
CacheUse = Literal["use", "skip", "off"]
"""use: a remembered answer will do; skip: make anew, and remember that; off: neither ask memory nor be found there."""
Privacy = Literal["full", "store-only", "off"]
Priority = Literal["interactive", "background", "batch"]
"""Who waits: a person; nobody in particular; a job of many requests."""


class Options(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How to generate. All of it is part of the fingerprint."""

    selection_mode: SelectionMode = "auto"
    model: str | None = None
    """A model's id (manual), or in auto a tier word that bounds the choice."""
    provider: str | None = None
    complexity: int | None = None
    """1–10; None: the route works it out."""
    temperature: float | None = None
    max_tokens: int | None = None
    system: str | None = None
    language: str | None = None
    seed: int | None = None
    in_parts: bool | None = None
    """Whether to make it of parts, where its task can be; None: as the task finds that it pays."""

    def __post_init__(self) -> None:
        """Refuse what no model could follow. Raises BadInput."""
        for name, low, high in (("temperature", 0, 2), ("max_tokens", 1, 10_000_000), ("complexity", 1, 10)):
            value = getattr(self, name)
            if value is not None and not low <= value <= high:
                raise BadInput(f"cannot use {name}={value!r}", why=f"it goes from {low} to {high}", mend="leave it out")
        if self.selection_mode not in ("auto", "manual"):
            raise BadInput(
                f"unknown selection_mode {self.selection_mode!r}", why="it is auto or manual", mend="leave it out"
            )


class Caller(Struct, frozen=True, kw_only=True):
    """Who asks: opaque strings for accounts and ledger, and the personal names to keep out of everything."""

    user: str = ""
    key: str = ""
    endpoint: str = ""
    names: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    """The models or tiers it may be answered by; empty: all."""
    priority: Priority = "interactive"
    """Whose turn it is where a local model has more to answer than it can at once."""


class Request(Struct, Generic[Out], frozen=True, kw_only=True, eq=False):
    """One thing to make. Immutable; `with_` gives a changed copy."""

    task: Any
    """A `Task[..., Out]`; not named here, since a task makes requests and the two would import each other."""
    inputs: Any
    options: Options = Options()
    caller: Caller = Caller()
    cache: CacheUse = "use"
    scope: Scope = "global"
    privacy: Privacy | None = None
    """None: as the settings say."""
    deadline_s: float | None = None

    def with_(self, **changes: Any) -> Request[Out]:
        """The same request with these fields changed; unknown fields raise TypeError."""
        return msgspec.structs.replace(self, **changes)
