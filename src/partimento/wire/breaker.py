"""Circuit breakers: who keeps failing is left alone for a while. Decides purely; the clock comes in as an argument.

closed ──failures in a row──▶ open ──cool-down over──▶ half-open: one probe ──success──▶ closed, ──failure──▶ open
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import msgspec
from msgspec import Struct

from partimento.core.clock import Clock
from partimento.core.errors import EngineFault, EngineRefused, EngineTimeout, EngineUnreachable


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


class Passage:
    """One call on its way through a breaker; whoever makes it says when something came back."""

    answered = False


class Breakers:
    """The breakers of all targets, each told by the calls that go through it."""

    def __init__(self, clock: Clock, policy: BreakerPolicy = STANDARD) -> None:
        self._clock, self._policy = clock, policy
        self._by_target: dict[str, Breaker] = {}

    @contextmanager
    def passage(self, target: str, deadline: float) -> Iterator[Passage]:
        """Make a call to `target` within this block, ending by `deadline` (monotonic). Raises EngineUnreachable,
        at once and free, while the breaker is open. What the block raises tells how the call went."""
        breaker = self._by_target.get(target, CLOSED)
        waits_s = breaker.waits_s(self._clock.monotonic(), self._policy)
        if waits_s:
            raise EngineUnreachable(
                f"{target} was not asked",
                why=f"it failed {breaker.failures} times in a row",
                mend=f"see whether it runs; it may be asked again in {waits_s:.0f} seconds",
            )
        breaker = self._by_target[target] = breaker.asked()
        passage = Passage()
        failed = False
        try:
            yield passage
        except (EngineUnreachable, EngineTimeout, EngineFault):
            failed = True
            raise
        except EngineRefused:
            passage.answered = True  # it is up, and said no
            raise
        finally:
            now = self._clock.monotonic()
            after = self._by_target[target]
            if failed or (not passage.answered and now >= deadline):  # a caller may cancel at the deadline before we do
                self._by_target[target] = after.failed(now, self._policy)
            elif passage.answered:
                self._by_target[target] = after.succeeded()
            elif breaker.probing:
                self._by_target[target] = after.abandoned()
