"""Every error of the house, in one tree; knows exit codes and HTTP statuses, leaves rendering to the doors.

    PartimentoError                 1  500
    ├── BadInput                    2  400
    │   ├── UnknownName             2  404   a genre, task, model … that does not exist; carries the nearest
    │   ├── TooLarge                2  413
    │   ├── PromptTooLong           2  400   for the context of every model
    │   ├── WrongMethod             2  405
    │   ├── WrongType               2  415
    │   ├── Outdated                2  409   somebody else was faster; says what was done
    │   ├── ChordSyntaxError        2  400   carries the symbol and the column
    │   ├── KeySyntaxError          2  400
    │   ├── NumeralSyntaxError      2  400
    │   └── PitchSyntaxError        2  400
    ├── NotConfigured               3  409
    │   ├── SettingsError           3  409
    │   ├── ModelMissing            3  409
    │   ├── NoRoom                  3  409   in memory, for a local model; carries what would have to go
    │   └── NoVoice                 3  501
    ├── NotAllowed                  4  403
    │   ├── KeyNeeded               4  401
    │   └── RateLimited             4  429
    ├── EngineError                 4  502   `retryable` tells whether the same call may succeed later
    │   ├── EngineRefused           4  502   the upstream said no: key, quota, unknown model, bad request
    │   ├── EngineUnreachable       4  503
    │   ├── EngineOverloaded        4  503   429 and 503; carries `retry_after_s`
    │   ├── EngineTimeout           4  504
    │   ├── EngineFault             4  502   5xx, a cut stream, an answer that is no answer
    │   └── NothingServed           4  502   every candidate was asked, none served
    ├── BudgetExceeded              5  402
    ├── ChecksFailed                6  422   drafts came, none passed its checks
    ├── PartlyDone                  7  207
    └── StoreError                  8  503
        ├── StoreReadOnly           8  503
        ├── StoreFull               8  507
        ├── StoreCorrupt            8  503
        └── StoreTooNew             8  503

The docstring of a class is its default `what`. Low-level causes stay in `__cause__`.
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Iterable


LONGEST_SYMBOL = 40
"""What of a chord symbol that cannot be read stands in the message; a model's nonsense may be long."""


class PartimentoError(Exception):
    """Something unexpected happened."""

    exit_code: ClassVar[int] = 1
    status: ClassVar[int] = 500
    retryable: ClassVar[bool] = False

    def __init__(self, what: str = "", *, why: str = "", mend: str = "") -> None:
        self.what = what or (type(self).__doc__ or "").strip()
        self.why = why
        self.mend = mend
        super().__init__(self.what)

    def __str__(self) -> str:
        parts = [self.what.rstrip(".")]
        if self.why:
            parts.append(f" ({self.why.rstrip('.')})")
        if self.mend:
            parts.append(f"; {self.mend}")
        return "".join(parts)


class BadInput(PartimentoError):
    """The request cannot be read."""

    exit_code = 2
    status = 400


class UnknownName(BadInput):
    """There is nothing of that name."""

    status = 404

    def __init__(self, kind: str, name: str, known: Iterable[str], mend: str = "") -> None:
        names = sorted(known)
        near = get_close_matches(name.lower(), [n.lower() for n in names], n=1, cutoff=0.5)
        self.kind, self.name, self.known = kind, name, tuple(names)
        self.nearest = next((n for n in names if near and n.lower() == near[0]), None)
        if not mend:
            mend = f"did you mean {self.nearest!r}?" if self.nearest else f"choose one of: {', '.join(names)}"
        why = f"known: {', '.join(names)}" if self.nearest and len(names) <= 40 else f"no {kind} has that name"
        super().__init__(f"unknown {kind} {name!r}", why=why, mend=mend)


class TooLarge(BadInput):
    """The request is too large."""

    status = 413


class PromptTooLong(BadInput):
    """The prompt is too long for every model."""


class WrongMethod(BadInput):
    """This path takes another method."""

    status = 405


class WrongType(BadInput):
    """The content type cannot be read."""

    status = 415


class Outdated(BadInput):
    """It was changed meanwhile."""

    status = 409


class ChordSyntaxError(BadInput):
    """The chord symbol cannot be read."""

    def __init__(self, symbol: str, column: int, mend: str = "", *, why: str = "") -> None:
        self.symbol, self.column = symbol, column
        shown = symbol if len(symbol) <= LONGEST_SYMBOL else f"{symbol[:LONGEST_SYMBOL]}…"
        super().__init__(
            f"cannot read the chord symbol {shown!r} at column {column}",
            why=why or "no reading of it is certain, and a guess would be a wrong chord",
            mend=mend or "write it as root, quality, extensions, alterations, /bass: Bbm7b5/E",
        )


class KeySyntaxError(BadInput):
    """The key cannot be read."""


class NumeralSyntaxError(BadInput):
    """The Roman numeral cannot be read."""


class PitchSyntaxError(BadInput):
    """The note name cannot be read."""


class NotConfigured(PartimentoError):
    """Something this needs is not set up."""

    exit_code = 3
    status = 409


class SettingsError(NotConfigured):
    """The settings cannot be read."""


class ModelMissing(NotConfigured):
    """The model that was asked for is not available."""


class NoRoom(NotConfigured):
    """There is no room in memory for the model."""

    def __init__(self, what: str = "", *, why: str = "", mend: str = "", would_evict: Iterable[str] = ()) -> None:
        super().__init__(what, why=why, mend=mend)
        self.would_evict = tuple(would_evict)


class NoVoice(NotConfigured):
    """There is no voice to speak with."""

    status = 501


class NotAllowed(PartimentoError):
    """This caller may not do this."""

    exit_code = 4
    status = 403


class KeyNeeded(NotAllowed):
    """A valid key is needed."""

    status = 401


class RateLimited(NotAllowed):
    """The key's rate is used up for now."""

    status = 429
    retryable = True

    def __init__(self, what: str = "", *, why: str = "", mend: str = "", retry_after_s: float | None = None) -> None:
        super().__init__(what, why=why, mend=mend)
        self.retry_after_s = retry_after_s


class EngineError(PartimentoError):
    """A model could not answer."""

    exit_code = 4
    status = 502
    may_be_billed: bool = False
    """Whether the upstream may charge for the call all the same; the ledger then books its reservation in full."""


class EngineRefused(EngineError):
    """The upstream refused the call."""


class EngineUnreachable(EngineError):
    """The upstream cannot be reached."""

    status = 503
    retryable = True


class EngineOverloaded(EngineError):
    """The upstream is overloaded."""

    status = 503
    retryable = True

    def __init__(self, what: str = "", *, why: str = "", mend: str = "", retry_after_s: float | None = None) -> None:
        super().__init__(what, why=why, mend=mend)
        self.retry_after_s = retry_after_s


class EngineTimeout(EngineError):
    """The upstream did not answer in time."""

    status = 504
    retryable = True
    may_be_billed = True


class EngineFault(EngineError):
    """The upstream failed while answering."""

    retryable = True
    may_be_billed = True


class NothingServed(EngineError):
    """No candidate could serve the request."""


class BudgetExceeded(PartimentoError):
    """The budget does not allow this call."""

    exit_code = 5
    status = 402


class ChecksFailed(PartimentoError):
    """No draft passed its checks."""

    exit_code = 6
    status = 422


class PartlyDone(PartimentoError):
    """A part of the work is done; the rest is not."""

    exit_code = 7
    status = 207


class StoreError(PartimentoError):
    """The store cannot be used."""

    exit_code = 8
    status = 503


class StoreReadOnly(StoreError):
    """The data folder cannot be written."""


class StoreFull(StoreError):
    """The disk is full."""

    status = 507


class StoreCorrupt(StoreError):
    """The database is damaged."""


class StoreTooNew(StoreError):
    """The database was written by a newer Partimento."""
