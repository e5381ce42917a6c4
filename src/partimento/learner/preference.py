"""What a learner likes: a handful of counters that fade, shown as they are and reset at will. Pure.

Taste enters weakly, on purpose: a counter begins as if ten signals had been as many likes as dislikes, and what it
comes to moves a candidate by a share, never out of the list. Knows signals and counters; leaves where they are kept to
`kept`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Final, Literal, TypeVar, get_args

from msgspec import Struct
from msgspec.structs import replace

from partimento.core.errors import UnknownName

Aspect = Literal["genre", "key", "kind", "tempo", "voicing", "scale"]
ASPECTS: Final[tuple[Aspect, ...]] = get_args(Aspect)
Signal = Literal["liked", "disliked", "done", "skipped"]

HALF_LIFE_DAYS: Final = 60.0
"""After so long a signal counts half."""
DOUBT: Final = 10.0
"""How many signals, half of them likes, stand against the first one."""
WORTH: Final[Mapping[Signal, tuple[float, float]]] = {
    "liked": (1.0, 0.0), "disliked": (0.0, 1.0), "done": (0.1, 0.0), "skipped": (0.0, 0.5),
}  # fmt: skip
"""What a signal adds to likes and dislikes."""
WEIGHT: Final = 2.0
"""How much taste moves a candidate: with every counter at its end, e^±1 for each aspect."""
MOST: Final = 200
"""Counters that are kept of a learner; the faintest go."""
_HALF_LIFE: Final = HALF_LIFE_DAYS * 86_400.0
_LONGEST: Final = 40
_BANDS: Final = ((70, "slow"), (100, "walking"), (140, "lively"))

Candidate = TypeVar("Candidate")


class Preference(Struct, frozen=True, kw_only=True):
    """One counter, as of `at` (Unix seconds); `count`: signals there ever were, unfaded."""

    aspect: Aspect
    value: str
    liked: float = 0.0
    disliked: float = 0.0
    count: int = 0
    at: float = 0.0

    @property
    def share(self) -> float:
        """Likes among all, 0–1, drawn to one half while there are few."""
        return (self.liked + DOUBT / 2) / (self.liked + self.disliked + DOUBT)


class Traits(Struct, frozen=True, kw_only=True):
    """What of an exercise may be to one's taste; "" or 0: it has none."""

    genre: str = ""
    key: str = ""
    kind: str = ""
    tempo: float = 0.0
    voicing: str = ""
    scale: str = ""

    def values(self) -> tuple[tuple[Aspect, str], ...]:
        """Aspect and value, of those it has; tempi by bands."""
        named: dict[Aspect, str] = {
            "genre": self.genre, "key": self.key, "kind": self.kind, "tempo": tempo_band(self.tempo),
            "voicing": self.voicing, "scale": self.scale,
        }  # fmt: skip
        return tuple((aspect, value[:_LONGEST]) for aspect, value in named.items() if value)


def tempo_band(tempo: float) -> str:
    """Slow below 70 quarter notes a minute, walking below 100, lively below 140, fast; "" where there is none."""
    if tempo <= 0:
        return ""
    return next((word for bar, word in _BANDS if tempo < bar), "fast")


def signals_of(rating: int | None, liked: bool | None, score: float | None, *, skipped: bool) -> tuple[Signal, ...]:
    """What was said and done: a rating 0–5 (4 and 5 like, 0 and 1 dislike), a like, a skip; practised at all counts a
    little."""
    said: list[Signal] = []
    if liked is not None:
        said.append("liked" if liked else "disliked")
    elif rating is not None and rating not in (2, 3):
        said.append("liked" if rating > 3 else "disliked")
    if skipped:
        said.append("skipped")
    elif score is not None:
        said.append("done")
    return tuple(said)


def faded(preference: Preference, now: float) -> Preference:
    """The same as of now."""
    share = 0.5 ** (max(0.0, now - preference.at) / _HALF_LIFE)
    return replace(
        preference, liked=preference.liked * share, disliked=preference.disliked * share, at=max(preference.at, now)
    )


def counted(before: Preference, signals: Iterable[Signal], now: float) -> Preference:
    """The counter after these signals."""
    held = faded(before, now)
    for signal in signals:
        liked, disliked = WORTH[signal]
        held = replace(held, liked=held.liked + liked, disliked=held.disliked + disliked, count=held.count + 1)
    return held


def faintest(preferences: Iterable[Preference], now: float) -> list[Preference]:
    """Those that are to go where there are more than MOST."""
    loudest = sorted(preferences, key=lambda one: -(one.liked + one.disliked) * 0.5 ** ((now - one.at) / _HALF_LIFE))
    return loudest[MOST:]


def taste(traits: Traits, preferences: Iterable[Preference], now: float) -> float:
    """What candidates of these traits are multiplied by; 1: nothing is known."""
    known = {(one.aspect, one.value): faded(one, now).share for one in preferences}
    return math.exp(sum(WEIGHT * (known[value] - 0.5) for value in traits.values() if value in known))


def reranked(
    candidates: Iterable[tuple[Candidate, float]],
    traits: Callable[[Candidate], Traits],
    preferences: Iterable[Preference],
    now: float,
) -> list[tuple[Candidate, float]]:
    """Candidates with their scores (above 0), by what is left of the order after taste; equals keep their order."""
    known = tuple(preferences)
    weighed = [(one, score * taste(traits(one), known, now)) for one, score in candidates]
    return sorted(weighed, key=lambda pair: -pair[1])


def aspect_named(name: str) -> Aspect:
    """The aspect. Raises UnknownName."""
    for aspect in ASPECTS:
        if name == aspect:
            return aspect
    raise UnknownName("preference", name, ASPECTS)
