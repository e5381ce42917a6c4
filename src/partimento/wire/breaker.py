"""A circuit breaker as a value: who keeps failing is left alone for a while. Pure; the clock comes in as an argument.

closed ──failures in a row──▶ open ──cool-down over──▶ half-open: one probe ──success──▶ closed, ──failure──▶ open
"""

from __future__ import annotations

import msgspec
from msgspec import Struct


class BreakerPolicy(Struct, frozen=True):
    """Opens after `failures` in a row, for `cool_down_s` seconds."""

    failures: int = 5
    cool_down_s: float = 30.0


STANDARD = BreakerPolicy()


class Breaker(Struct, frozen=True):
    """The state for one target; times are on the clock's monotonic scale."""

    failures: int = 0
    opened_at: float | None = None
    probing: bool = False

    def waits_s(self, now: float, policy: BreakerPolicy = STANDARD) -> float:
        """How long calls are still held back; 0 when one may go (when half-open: the probe)."""
        if self.opened_at is None:
            return 0.0
        left = self.opened_at + policy.cool_down_s - now
        # while the probe is out nobody can tell how long; a cool-down is the honest bound
        return policy.cool_down_s if self.probing else max(0.0, left)

    def asked(self) -> Breaker:
        """A call goes out; when half-open it is the probe, and others wait for its outcome."""
        return self if self.opened_at is None else msgspec.structs.replace(self, probing=True)

    def succeeded(self) -> Breaker:
        """The target answered."""
        return CLOSED

    def failed(self, now: float, policy: BreakerPolicy = STANDARD) -> Breaker:
        """The target failed once more."""
        failures = self.failures + 1
        opens = self.probing or failures >= policy.failures
        return Breaker(failures, now if opens else self.opened_at)

    def abandoned(self) -> Breaker:
        """The call ended without telling anything about the target (cancelled, refused for its own fault)."""
        return msgspec.structs.replace(self, probing=False) if self.probing else self


CLOSED = Breaker()
