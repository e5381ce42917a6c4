"""Is the draft sound? Schema, the task's checks, the claims of its prose, and proof of what it is finished to.

Leaves what then to `run`.
"""

from __future__ import annotations

from typing import Any, Final

from msgspec import Struct

from partimento.core.ports import Drafted
from partimento.core.request import Request
from partimento.core.result import Claims
from partimento.core.task import Task
from partimento.decoding.repair import read
from partimento.pipeline.claims import proven
from partimento.pipeline.generate import FREE_TEXT
from partimento.pipeline.language import language_flaws, rules_language_notes

UNREADABLE: Final = "unreadable: "
"""How the ledger's note of a draft begins that could not be read as JSON."""


class Sound(Struct, frozen=True):
    """The finished output; `mended` says what repair of the draft's text was needed ("" for none)."""

    value: Any
    mended: str = ""
    claims: Claims | None = None
    """What was found of musical claims; None where the task makes none in prose."""
    notes: tuple[str, ...] = ()
    """What was put right, and what else the receipt should say, a sentence each."""


class Flawed(Struct, frozen=True):
    """What is wrong, one sentence each, in words that a model can act on."""

    reasons: tuple[str, ...]
    unreadable: bool = False
    """Whether the draft had to be JSON and could not be read as that."""

    @property
    def noted(self) -> str:
        """What the ledger keeps of it."""
        return (UNREADABLE if self.unreadable else "") + "; ".join(self.reasons)


def validate(request: Request[Any], drafted: Drafted, method: str) -> Sound | Flawed:
    """Decode the draft strictly (after syntactic repair where needed), let every check of the task read it, finish it,
    and prove the output. `method` names who drafted."""
    task: Task[..., Any] = request.task
    draft, mended = drafted.value, ""
    if draft is None:
        if not drafted.text.strip() and not drafted.tool_calls:
            return Flawed(("the answer was empty",), task.draft not in FREE_TEXT)
        if task.draft in FREE_TEXT:
            draft = drafted.text if task.draft is str else drafted
        else:
            reading = read(drafted.text, task.draft, whole=not drafted.truncated)
            if reading.flaw:
                cut = " (it stopped at its token limit)" if drafted.truncated else ""
                return Flawed((reading.flaw + cut,), reading.unreadable)
            draft, mended = reading.value, reading.mended
    if reasons := tuple(reason for check in task.checks for reason in check(request.inputs, draft)):
        return Flawed(reasons)
    proof = proven(task.finish(request.inputs, draft, method), task.claims)
    if proof.flaws:
        return Flawed(proof.flaws)
    value = proof.value
    by_rules = method == "rules"
    if not by_rules and (reasons := tuple(language_flaws(request, value))):
        return Flawed(reasons)
    if reasons := tuple(reason for proof in task.proofs for reason in proof(request.inputs, value)):
        return Flawed(reasons)
    notes = (*proof.corrections, *(rules_language_notes(request) if by_rules else ()))
    return Sound(value, mended, None if task.claims == "left" else proof.claims, notes)
