"""A no of the pool as an error of the house. Pure. What lets a pipeline go on elsewhere is an EngineError."""

from __future__ import annotations

from typing import Final

from partimento.core.errors import (
    EngineError,
    EngineOverloaded,
    EngineRefused,
    EngineUnreachable,
    ModelMissing,
    NoRoom,
    PartimentoError,
)
from partimento.pool.deciding.effects import Refusal, Why

_LATER: Final[frozenset[Why]] = frozenset({"full", "busy", "late", "closing", "pinned"})
_BROKEN: Final[frozenset[Why]] = frozenset({"failed", "quarantined"})


def error_of(refusal: Refusal) -> EngineError:
    """For who asked for a lease: what may be better later, what is broken, what will not be."""
    what, why, mend = refusal.what, refusal.why, refusal.mend
    if refusal.kind in _LATER:
        return EngineOverloaded(what, why=why, mend=mend, retry_after_s=refusal.retry_after_s)
    if refusal.kind in _BROKEN:
        return EngineUnreachable(what, why=why, mend=mend)
    return EngineRefused(what, why=why, mend=mend)


def error_by_hand(refusal: Refusal) -> PartimentoError:
    """For who loads, unloads or pins: a conflict with what there is, or an error of the model."""
    if refusal.kind in ("busy", "pinned"):
        return NoRoom(refusal.what, why=refusal.why, mend=refusal.mend, would_evict=refusal.would_evict)
    if refusal.kind in ("too large", "manual", "unknown"):
        return ModelMissing(refusal.what, why=refusal.why, mend=refusal.mend)
    return error_of(refusal)


def unanswered(error: Exception) -> EngineUnreachable:
    why = "it gave no answer in time" if isinstance(error, TimeoutError) else str(error)
    return EngineUnreachable("the pool's daemon broke off", why=why, mend="ask again; partimento pool status")
