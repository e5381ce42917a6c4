"""Is the draft sound? Runs the schema, then the task's own checks. Pure; leaves what to do about flaws to `run`."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from partimento.core.ports import Drafted
from partimento.core.request import Request
from partimento.decoding.repair import read


class Sound(Struct, frozen=True):
    """The draft as its type, fit to be finished; `mended` says what repair of its text was needed ("" for none)."""

    draft: Any
    mended: str = ""


class Flawed(Struct, frozen=True):
    """What is wrong, one sentence each, in words that a model can act on."""

    reasons: tuple[str, ...]


def validate(request: Request[Any], drafted: Drafted) -> Sound | Flawed:
    """Decode the draft strictly (after syntactic repair where needed), then let every check of the task read it."""
    draft, mended = drafted.value, ""
    if draft is None:
        if not drafted.text.strip():
            return Flawed(("the answer was empty",))
        if request.task.draft is str:
            draft = drafted.text
        else:
            reading = read(drafted.text, request.task.draft)
            if reading.flaw:
                cut = " (it stopped at its token limit)" if drafted.truncated else ""
                return Flawed((reading.flaw + cut,))
            draft, mended = reading.value, reading.mended
    reasons = tuple(reason for check in request.task.checks for reason in check(request.inputs, draft))
    return Flawed(reasons) if reasons else Sound(draft, mended)
