"""In what circumstances something is learnt: genre, key, level, minutes, and the tempi, keys and hands they mean.

Knows the composer's plan of a genre; nothing of what is learnt.
"""

from __future__ import annotations

from random import Random
from typing import Final, Literal

from msgspec import Struct
from msgspec.structs import replace

from partimento.music.composition.genre import Genre
from partimento.music.composition.plan import Plan
from partimento.music.key import Key, usual_keys
from partimento.music.rhythm import beat_length

Difficulty = Literal["beginner", "intermediate", "advanced"]

_KEYS_BY_LEVEL: Final = (1, 1, 2, 3, 4, 4, 6, 6, 12, 12, 12)
"""How many keys are practised at a level (its place); the first is unused."""
_ORDERS: Final[tuple[tuple[str, int, int], ...]] = (
    ("falling fifths", -1, 1), ("rising fifths", 1, 2), ("whole tones up", 2, 5), ("minor thirds up", -3, 6),
    ("semitones up", 7, 7),
)  # fmt: skip
"""Ways round the keys: what they are called, the step on the line of fifths, the level from which they are taken."""
_SLOWEST: Final = 40


class Setting(Struct, frozen=True, kw_only=True):
    """`tempo`: the genre's own, in quarters a minute; `style`: the use of the genre ("bossa"); `title`: its name."""

    genre: str
    title: str
    style: str
    key: str
    level: int
    tempo: float
    meter: str
    minutes: int

    @property
    def difficulty(self) -> Difficulty:
        return difficulty_of(self.level)

    @property
    def is_minor(self) -> bool:
        return Key.parse(self.key).is_minor

    @property
    def first_tempo(self) -> int:
        """Where practice begins, in beats a minute: the slower, the lower the level."""
        return _even(max(_SLOWEST, min(self.beats * (0.42 + 0.03 * self.level), 44 + 6 * self.level)))

    @property
    def last_tempo(self) -> int:
        """Where it is to arrive: the genre's own tempo, or what the level allows."""
        goal = min(self.beats * min(1.0, 0.62 + 0.055 * self.level), 60 + 12 * self.level)
        return max(_even(goal), self.first_tempo + 8)

    @property
    def beats(self) -> float:
        """The tempo as the metronome ticks: dotted quarters in compound meters."""
        return self.tempo / beat_length(self.meter)

    def in_key(self, key: str) -> Setting:
        """The same in another key."""
        return self if key == self.key else replace(self, key=key)


def setting_of(genre: Genre, plan: Plan, minutes: int) -> Setting:
    """What a plan of the composer means for learning."""
    return Setting(
        genre=genre.name,
        title=genre.title,
        style=plan.application,
        key=plan.key,
        level=plan.level,
        tempo=plan.tempo,
        meter=plan.meter,
        minutes=minutes,
    )


def difficulty_of(level: int) -> Difficulty:
    """The word for a level, 1 to 10."""
    return "beginner" if level <= 3 else "intermediate" if level <= 7 else "advanced"


def key_round(setting: Setting, rng: Random) -> tuple[str, tuple[str, ...]]:
    """An order of keys for the level, and the keys: ("falling fifths", ("Bb", "Eb", "Ab", "Db"))."""
    home = Key.parse(setting.key)
    name, step, _ = rng.choice([order for order in _ORDERS if order[2] <= setting.level])
    place, found = home.pc, [home.pc]
    while len(found) < _KEYS_BY_LEVEL[setting.level]:
        place = (place + step * 7) % 12
        while place in found:  # rounds of whole tones and thirds close early; the next one lies a fourth up
            place = (place + 5) % 12
        found.append(place)
    spelled = usual_keys("minor" if home.is_minor else "major")
    return name, (setting.key, *(spelled[pc].symbol for pc in found[1:]))


def _even(tempo: float) -> int:
    """A mark of the metronome, to the next even number."""
    return 2 * round(tempo / 2)
