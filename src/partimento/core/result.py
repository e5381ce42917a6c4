"""What comes back: value and receipt, and the events on the way. Knows shapes; leaves filling them to `pipeline`."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Generic, Literal, TypeVar

from msgspec import Struct

from partimento.core.model import Tier

Out = TypeVar("Out")

Outcome = Literal["served", "flawed", "failed", "passed over"]


class Attempt(Struct, frozen=True):
    """One candidate's turn, and the reason it went as it did."""

    model: str
    outcome: Outcome
    reason: str = ""


class Claims(Struct, frozen=True):
    """How many musical claims the prose of an answer made: proven, put right, and beyond what the engine reads."""

    confirmed: int = 0
    corrected: int = 0
    unrecognised: int = 0

    def __add__(self, other: Claims) -> Claims:
        return Claims(
            self.confirmed + other.confirmed,
            self.corrected + other.corrected,
            self.unrecognised + other.unrecognised,
        )


class Receipt(Struct, frozen=True, kw_only=True):
    """What the answer took. Money in US dollars (exact), time in milliseconds; `memory_id` names the kept item."""

    model: str
    engine: str
    tier: Tier
    task: str
    complexity: int
    cached: bool
    cost_usd: Decimal
    saved_usd: Decimal
    input_tokens: int
    output_tokens: int
    latency_ms: float
    attempts: tuple[Attempt, ...] = ()
    memory_id: str = ""
    provider: str = ""
    notes: tuple[str, ...] = ()
    parts: tuple[Receipt, ...] = ()
    claims: Claims | None = None
    """None where the task makes no claims in prose."""


class Result(Struct, Generic[Out], frozen=True):
    """The checked value and its receipt."""

    value: Out
    receipt: Receipt


class Candidate(Struct, frozen=True):
    """A model on the route, with the reason it stands where it does, in words.

    `drafts` (faded with time) is how much evidence of its own there is at this task and complexity, `soundness` the
    share of sound drafts to expect of it, `chance` how sure it is that this share is enough; None without evidence.
    `propensity`: the share of such requests that this one is asked first; told of the first candidate.
    """

    model: str
    tier: Tier
    reason: str
    expected_cost_usd: Decimal = Decimal(0)
    drafts: float = 0.0
    soundness: float | None = None
    chance: float | None = None
    propensity: float | None = None


class Started(Struct, frozen=True, tag="started"):
    """The request is on its way; `tier` is what its complexity asks for, and these candidates are asked in turn."""

    complexity: int
    tier: Tier
    candidates: tuple[Candidate, ...]
    left_out: tuple[Candidate, ...] = ()
    """Models that are not asked, and what keeps them out; told where somebody reads along."""


class Attempted(Struct, frozen=True, tag="attempted"):
    """A candidate had its turn."""

    attempt: Attempt


class Delta(Struct, frozen=True, tag="delta"):
    """A piece of the draft, before or after the checks as the task's `hold` says. Draft until Done."""

    text: str
    model: str = ""
    cached: bool = False


class Partial(Struct, frozen=True, tag="partial"):
    """What is complete of a structured draft so far, as plain values, or a finished `part` by its name. Draft until
    Done."""

    value: Any
    model: str = ""
    part: str = ""


class Done(Struct, Generic[Out], frozen=True, tag="done"):
    """The answer, after the commit."""

    result: Result[Out]


Event = Started | Attempted | Delta | Partial | Done[Out]
