"""Whether and when to try a call again. Pure: the error, the count, the time left and chance come in as arguments."""

from __future__ import annotations

from datetime import UTC
from email.utils import parsedate_to_datetime
from random import Random

from msgspec import Struct

from partimento.core.errors import EngineError, EngineOverloaded


class RetryPolicy(Struct, frozen=True):
    """At most `retries` more tries; pauses double from `first_pause_s` up to `longest_pause_s`."""

    retries: int = 2
    first_pause_s: float = 0.5
    longest_pause_s: float = 8.0


STANDARD = RetryPolicy()


def pause_before_retry(
    error: EngineError, retried: int, left_s: float, rng: Random, *, free: bool, policy: RetryPolicy = STANDARD
) -> float | None:
    """Seconds to wait before the same call is made once more; None to give up.

    `retried`: how often it was tried again already; `left_s`: until the deadline; `free`: the model costs nothing.
    A failed call that may be billed is not repeated where calls cost money: its reservation covers one call only.
    """
    if not error.retryable or retried >= policy.retries or (error.may_be_billed and not free):
        return None
    pause = min(policy.longest_pause_s, policy.first_pause_s * 2.0**retried) * rng.uniform(0.5, 1.0)
    if isinstance(error, EngineOverloaded) and error.retry_after_s is not None:
        # everyone who was sent away is told the same second, so the jitter stays on top
        pause += error.retry_after_s
    return pause if pause < left_s else None


def retry_after_s(header: str | None, now: float) -> float | None:
    """What a Retry-After header asks for, in seconds from `now` (Unix seconds): a number or an HTTP date."""
    text = (header or "").strip()
    if not text:
        return None
    try:
        seconds = float(text)
    except ValueError:
        try:
            when = parsedate_to_datetime(text)
        except ValueError:
            return None
        seconds = (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp() - now
    return max(0.0, seconds) if seconds < float("inf") else None
