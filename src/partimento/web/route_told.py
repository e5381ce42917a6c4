"""Why this model: the request behind an item, as people read it. Knows the ledger row; decides nothing."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from msgspec import Struct

from partimento.core.money import Money
from partimento.core.ports import LedgerRow, MemoryItem
from partimento.core.result import Attempt
from partimento.core.settings import Settings
from partimento.ledger.books import Books
from partimento.pipeline.claims import counted
from partimento.pipeline.decision import told
from partimento.pipeline.outcomes import attempts_kept
from partimento.pipeline.route import tier_for

NEAR_S: Final = 1.0
"""An item and its request are of the same moment; databases may round it."""
OUTCOMES: Final = {
    "served": "answered", "flawed": "its draft did not pass the checks", "failed": "could not answer",
    "passed over": "was passed over",
}  # fmt: skip
SAVED_BY: Final = {
    "cache": "it was remembered", "local": "made here, not in the cloud",
    "flight": "the same was being made for somebody else",
}  # fmt: skip


class Turn(Struct, frozen=True):
    """A model on the route, or its turn: what stands of it, in words."""

    model: str
    words: str
    outcome: str = ""


class RouteTold(Struct, frozen=True, kw_only=True):
    """`asked`: what was looked for; `candidates` in order with their reasons, `remarks` on those not named; `turns`:
    what became of each that was asked. Money in US dollars, time in milliseconds."""

    asked: str
    candidates: tuple[Turn, ...]
    remarks: tuple[str, ...]
    turns: tuple[Turn, ...]
    saved: Decimal
    saved_because: str
    cost: Decimal
    latency_ms: float
    tokens: int
    owner_of_request: str


def row_of(store: Books, item: MemoryItem) -> LedgerRow | None:
    """The request that made the item; None where the ledger no longer has it, or never had: it came in a pack.
    Blocks."""
    found = store.ask("row_of_item", item.created_at - NEAR_S, item.created_at + NEAR_S, item.id)
    return LedgerRow(**dict(zip(LedgerRow.__struct_fields__, found[0], strict=True))) if found else None


def route_told(row: LedgerRow, settings: Settings) -> RouteTold:
    """The row in words."""
    lines = told(row.decision)
    head, rest = (lines[0], lines[1:]) if lines else ("", ())
    marked = list(zip(row.decision.split(" ")[1:], rest, strict=True))
    candidates = tuple(_candidate(line) for token, line in marked if token[:1] not in ("+", "-", "~"))
    remarks = tuple(line for token, line in marked if token[:1] in ("+", "-", "~"))
    attempts = attempts_kept(row.attempts, row.model if row.ending == "served" else "")
    return RouteTold(
        asked=_asked(row, head, settings),
        candidates=candidates,
        remarks=remarks,
        turns=tuple(map(_turn, attempts)),
        saved=Money(row.saved_pico).usd,
        saved_because=SAVED_BY.get(row.saved_by, ""),
        cost=Money(row.cost_pico).usd,
        latency_ms=row.latency_ms,
        tokens=row.input_tokens + row.output_tokens,
        owner_of_request=row.user,
    )


def claims_told(kept: str) -> str:
    """What proving the prose came to, in a sentence; "" where it makes no claims."""
    claims = counted(kept)
    if claims is None:
        return ""
    total = claims.confirmed + claims.corrected + claims.unrecognised
    if total == 0:
        return "Its prose makes no musical claim that would need proof."
    parts = [f"{claims.confirmed} proven" if claims.confirmed else ""]
    parts += [f"{claims.corrected} put right" if claims.corrected else ""]
    parts += [f"{claims.unrecognised} beyond what the theory engine reads" if claims.unrecognised else ""]
    told_parts = ", ".join(part for part in parts if part)
    return f"{total} musical claim{'s' if total > 1 else ''} in its prose: {told_parts}."


def _asked(row: LedgerRow, head: str, settings: Settings) -> str:
    if row.selection_mode == "manual" or head.startswith("a model was named"):
        return "A model was named, and no other was asked."
    if head.startswith("the rules answer exactly"):
        return "The rules have the one right answer, so no model was asked."
    if not head:
        return f"Complexity {row.complexity} of 10." if row.complexity else "Nothing was weighed."
    tier = tier_for(row.complexity, settings)
    return f"{head[:1].upper()}{head[1:]} of 10, which asks for a {tier} model."


def _candidate(line: str) -> Turn:
    model, _, words = line.partition(": ")
    return Turn(model, words)


def _turn(attempt: Attempt) -> Turn:
    return Turn(attempt.model, attempt.reason, OUTCOMES[attempt.outcome])
