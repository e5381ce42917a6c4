"""Circuit breakers: who keeps failing is left alone for a while. Decides purely; the clock comes in as an argument.

closed ──failures in a row──▶ open ──cool-down over──▶ half-open: one probe ──success──▶ closed, ──failure──▶ open
"""

from __future__ import annotations

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


class Breakers:
    """The breakers of all targets, each told by the calls that go through it."""

    def __init__(self, clock: Clock, policy: BreakerPolicy = STANDARD) -> None:
        self._clock, self._policy = clock, policy
        self._by_target: dict[str, Breaker] = {}

    def passage(self, target: str, deadline: float) -> Passage:
        """For one call to `target`, ending by `deadline` (monotonic). Entering raises EngineUnreachable, at once and
        free, while the breaker is open. What the block raises tells how the call went."""
        return Passage(self, target, deadline)

    def waits_s(self, target: str) -> float:
        """How long calls to it are still held back; 0 when one may go."""
        breaker = self._by_target.get(target)
        return 0.0 if breaker is None else breaker.waits_s(self._clock.monotonic(), self._policy)

    def wants_probe(self, target: str) -> bool:
        """Whether it was left alone long enough, so that it is time to find out whether it is well again."""
        breaker = self._by_target.get(target)
        return breaker is not None and breaker.opened_at is not None and not self.waits_s(target)

    def probed(self, target: str, *, alive: bool) -> None:
        """A probe beside the calls has found out. Alive is not yet well: the next failure opens it again."""
        now = self._clock.monotonic()
        breaker = self._by_target.get(target, CLOSED)
        self._by_target[target] = (
            Breaker(self._policy.failures - 1) if alive else breaker.asked().failed(now, self._policy)
        )

    def begun(self, target: str) -> bool:
        """A call goes out; whether it is a probe. Raises EngineUnreachable while the breaker is open."""
        breaker = self._by_target.get(target)
        if breaker is None or breaker.opened_at is None:
            return False
        waits_s = breaker.waits_s(self._clock.monotonic(), self._policy)
        if waits_s:
            raise EngineUnreachable(
                f"{target} was not asked",
                why=f"it failed {breaker.failures} times in a row",
                mend=f"see whether it runs; it may be asked again in {waits_s:.0f} seconds",
            )
        self._by_target[target] = breaker.asked()
        return True

    def ended(self, target: str, *, answered: bool, failed: bool, probe: bool) -> None:
        """How the call went that was begun."""
        breaker = self._by_target.get(target)
        if failed:
            self._by_target[target] = (breaker or CLOSED).failed(self._clock.monotonic(), self._policy)
        elif answered:
            if breaker is not None:
                del self._by_target[target]
        elif probe and breaker is not None:
            self._by_target[target] = breaker.abandoned()

    def now(self) -> float:
        """Seconds on the clock's monotonic scale."""
        return self._clock.monotonic()


class Passage:
    """One call on its way through a breaker; whoever makes it says when something came back."""

    __slots__ = ("_breakers", "_deadline", "_probe", "_target", "answered")

    def __init__(self, breakers: Breakers, target: str, deadline: float) -> None:
        self._breakers, self._target, self._deadline = breakers, target, deadline
        self.answered = False

    def __enter__(self) -> Passage:
        self._probe = self._breakers.begun(self._target)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: object) -> None:
        failed = kind is not None and issubclass(kind, EngineUnreachable | EngineTimeout | EngineFault)
        # one that is up and says no has answered; a caller may cancel at the deadline before we do
        answered = self.answered or (kind is not None and issubclass(kind, EngineRefused))
        late = not answered and not failed and self._breakers.now() >= self._deadline
        self._breakers.ended(self._target, answered=answered, failed=failed or late, probe=self._probe)
