"""One process's share of what a key may ask in a minute. Pure; leaves the books that all processes share to `rates`.

A process leases a portion of the minute's allowance and hands it out without asking again. So all processes together
never hand out more than the allowance; and what one holds and does not use, the others cannot have: a portion at most.
"""

from __future__ import annotations

from msgspec import Struct

MINUTE = 60
PORTIONS = 60
"""Of an allowance: below this many a minute, each request is leased alone."""
NO_LIMIT = 1 << 60
SEEN_S = 1.0  # how long what other processes have taken is believed, where it would refuse


class Amount(Struct, frozen=True):
    """Requests and tokens."""

    requests: int = 0
    tokens: int = 0

    def __add__(self, other: Amount) -> Amount:
        return Amount(self.requests + other.requests, self.tokens + other.tokens)

    def __sub__(self, other: Amount) -> Amount:
        return Amount(self.requests - other.requests, self.tokens - other.tokens)

    def fits(self, limits: Amount) -> bool:
        return self.requests <= limits.requests and self.tokens <= limits.tokens

    def __bool__(self) -> bool:
        return bool(self.requests or self.tokens)


NOTHING = Amount()


class Share(Struct, frozen=True):
    """What this process holds in a minute (since 1970) and has not handed out; `taken` is what all have leased, as seen
    last. Spare tokens are negative where requests used more than they had asked for."""

    minute: int
    spare: Amount = NOTHING
    taken: Amount = NOTHING
    seen_at: float = 0.0

    def lacking(self, asked: Amount) -> Amount:
        """What must be leased before that can be handed out."""
        short = asked - self.spare
        return Amount(max(0, short.requests), max(0, short.tokens))

    def refuses(self, lacking: Amount, limits: Amount, now: float) -> bool:
        """Whether it is known that so much is not to be had; what was seen too long ago is no knowledge."""
        return 0 <= now - self.seen_at < SEEN_S and not (self.taken + lacking).fits(limits)

    def with_lease(self, leased: Amount, taken: Amount, now: float) -> Share:
        return Share(self.minute, self.spare + leased, taken, now)

    def without(self, handed: Amount) -> Share:
        return Share(self.minute, self.spare - handed, self.taken, self.seen_at)

    def surplus(self, limits: Amount) -> Amount:
        """What the books should be told: spare tokens far beyond a portion (others may need them), or so many used
        beyond what was leased (negative). Nothing in between: each correction is a write."""
        enough = portion(limits.tokens)
        if limits.tokens < NO_LIMIT and not -enough < self.spare.tokens <= 2 * enough:
            return Amount(0, self.spare.tokens if self.spare.tokens < 0 else self.spare.tokens - enough)
        return NOTHING

    def remaining(self, limits: Amount) -> Amount:
        """What this process could still hand out, as far as it has seen."""
        left = limits - self.taken + self.spare
        return Amount(max(0, left.requests), max(0, left.tokens))


def minute_of(now: float) -> int:
    """The minute of a moment in Unix seconds."""
    return int(now // MINUTE)


def left_in_minute(now: float) -> float:
    """Seconds until the allowance is whole again."""
    return MINUTE - now % MINUTE


def portion(limit: int) -> int:
    """How much of a limit is leased at once."""
    return max(1, limit // PORTIONS)


def to_lease(lacking: Amount, limits: Amount) -> Amount:
    """The portion to ask for: no less than is lacking, no more than the whole allowance."""
    return Amount(_rounded(lacking.requests, limits.requests), _rounded(lacking.tokens, limits.tokens))


def _rounded(lacking: int, limit: int) -> int:
    return min(limit, max(lacking, portion(limit))) if lacking else 0
