"""What goes wrong on a wire, as the house's errors. Knows their words; names hosts, never a header, a key or a body."""

from __future__ import annotations

from partimento.core.errors import EngineFault, EngineRefused, EngineTimeout, EngineUnreachable


def too_late(where: str, timeout_s: float) -> EngineTimeout:
    """It did not answer within the time it had."""
    return EngineTimeout(
        f"{where} did not answer in time",
        why=f"it had {timeout_s:.3g} seconds",
        mend="raise deadline_s, or choose a faster model",
    )


def unreachable(where: str, why: str) -> EngineUnreachable:
    """Nobody there, or nobody who can be talked to."""
    return EngineUnreachable(
        f"cannot reach {where}",
        why=why,
        mend="start the server there, or correct base_url; see `partimento doctor`",
    )


def distrusted(where: str, why: str) -> EngineUnreachable:
    """There is somebody, but the certificate does not prove who."""
    return EngineUnreachable(
        f"{where} cannot prove who it is",
        why=why,
        mend="if it is your own server, name its certificate in SSL_CERT_FILE; else correct base_url",
    )


def broken_off(where: str, why: str) -> EngineFault:
    """The answer began, or should have, and was not ended."""
    return EngineFault(f"{where} broke off its answer", why=why, mend="try again, or choose another model")


def too_long(where: str, most: int) -> EngineFault:
    """No answer to one question is that long."""
    return EngineFault(
        f"{where} sent more than {most} bytes",
        why="no answer to one question is that long",
        mend="see whether base_url names the server you mean",
    )


def unsendable(where: str) -> EngineRefused:
    """What HTTP has no room for; without a cause, which could quote the header."""
    return EngineRefused(
        f"the call to {where} cannot be sent",
        why="its URL or one of its headers has characters that HTTP does not allow",
        mend="look at base_url and at the API key",
    )


def fault(where: str, what: str, why: str, key: str = "") -> EngineFault:
    """An answer that is none. `key` is kept out of what it says."""
    if key:
        why = why.replace(key, "***")
    return EngineFault(f"{where} {what}", why=why, mend="try again, or choose another model")


def refused(model_id: str, why: str) -> EngineRefused:
    """The model itself will not answer; it read the question, so the call may be billed."""
    error = EngineRefused(
        f"{model_id} refuses to answer", why=why, mend="ask for it in other words, or choose another model"
    )
    error.may_be_billed = True
    return error
