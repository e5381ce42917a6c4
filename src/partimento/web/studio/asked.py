"""The ask form: its fields as they came from a link or a form, what may be chosen, and the request they make. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any, Final
from urllib.parse import urlencode

from msgspec import Struct

from partimento.core.errors import BadInput
from partimento.core.model import Model
from partimento.music import genres
from partimento.music.rhythm import METERS
from partimento.web.studio.signs import key_of
from partimento.web.visit import Form

Choices = tuple[tuple[str, str], ...]

_TONICS: Final = ("C", "Db", "D", "Eb", "E", "F", "F#", "Gb", "G", "Ab", "A", "Bb", "B")
_MINOR: Final = ("C", "C#", "D", "D#", "Eb", "E", "F", "F#", "G", "G#", "A", "Bb", "B")
_LEVELS: Final = {1: "beginner", 4: "intermediate", 8: "advanced"}
_TIERS: Final[Choices] = (
    ("", "auto: the cheapest that is able"), ("rules", "the rules, free"), ("small", "small models at most"),
    ("medium", "medium models at most"), ("large", "large models at most"), ("cloud", "cloud models too"),
)  # fmt: skip
_MORE: Final = ("level", "application", "meter", "tracks", "model", "seed", "anew")


class Asked(Struct, frozen=True, kw_only=True):
    """The form as it was filled, each field as text, "" where it was left alone."""

    genre: str = "gospel"
    description: str = ""
    key: str = ""
    tempo: str = ""
    bars: str = ""
    level: str = ""
    application: str = ""
    meter: str = ""
    tracks: tuple[str, ...] = ()
    model: str = ""
    seed: str = ""
    anew: bool = False

    @property
    def is_open(self) -> bool:
        """Whether one of the rarer fields is filled, so that they must be seen."""
        return any(getattr(self, name) for name in _MORE)

    @property
    def link(self) -> str:
        """Where the form stands filled like this."""
        told = {name: getattr(self, name) for name in self.__struct_fields__}
        told |= {"tracks": ",".join(self.tracks), "anew": "1" if self.anew else ""}
        return f"/studio?{urlencode({name: value for name, value in told.items() if value})}"

    @property
    def fields(self) -> dict[str, Any]:
        """What `composition` takes. Raises BadInput for what should be a number and is none."""
        return {
            "genre": self.genre, "description": self.description, "key": self.key or None,
            "tempo": _number("tempo", self.tempo, float), "bars": _number("bars", self.bars, int),
            "level": self.level or None, "application": self.application or None, "meter": self.meter or None,
            "tracks": ",".join(self.tracks) or None, "seed": _number("seed", self.seed, int), "cache": not self.anew,
        }  # fmt: skip


def from_link(query: Mapping[str, str]) -> Asked:
    """The form as a link fills it."""
    return _asked(query, tuple(one for one in query.get("tracks", "").split(",") if one.strip()))


def from_form(form: Form) -> Asked:
    """The form as it was sent."""
    return _asked({name: form.get(name) for name in form.fields}, form.all("tracks"))


def _asked(told: Mapping[str, str], tracks: tuple[str, ...]) -> Asked:
    names = [name for name in Asked.__struct_fields__ if name not in ("tracks", "anew")]
    filled = {name: told[name].strip() for name in names if told.get(name, "").strip()}
    return Asked(**filled, tracks=tuple(one.strip() for one in tracks), anew=told.get("anew", "") not in ("", "0"))


def _number(name: str, told: str, kind: type[int] | type[float]) -> float | None:
    if not told:
        return None
    try:
        return kind(told.replace(",", "."))
    except ValueError as error:
        raise BadInput(f"{name} is no number", why=f"{told[:80]!r} was sent", mend="write digits only") from error


# ---- what may be chosen ----------------------------------------------------------------------------------------


class Use(Struct, frozen=True):
    """The applications of a genre, for a list that is parted by genres."""

    genre: str
    title: str
    names: tuple[str, ...]


def genre_choices() -> Choices:
    """Every genre by its title."""
    return tuple((name, genres.find(name).title) for name in genres.names())


def uses() -> tuple[Use, ...]:
    """The applications, genre by genre."""
    found = [genres.find(name) for name in genres.names()]
    return tuple(Use(genre.name, genre.title, tuple(use.name for use in genre.applications)) for genre in found)


def key_choices(now: str) -> Choices:
    """The keys of a piano; what stands in the field and is none of them is kept."""
    keys = [*_TONICS, *(f"{tonic}m" for tonic in _MINOR)]
    known = [("", "from the description"), *((key, key_of(key)) for key in keys)]
    return tuple(known if now in ("", *keys) else [*known, (now, now)])


def level_choices(now: str) -> Choices:
    """1 to 10, with the words that begin there."""
    known = [("", "as the description says"), *((str(n), _level_words(n)) for n in range(1, 11))]
    return tuple(known if now in dict(known) else [*known, (now, now)])


def _level_words(level: int) -> str:
    word = _LEVELS[max(first for first in _LEVELS if first <= level)]
    return f"{level} – {word}"


def meter_choices(now: str) -> Choices:
    """The meters that are known."""
    known = [("", "the genre's usual"), *((meter, meter) for meter in METERS)]
    return tuple(known if now in dict(known) else [*known, (now, now)])


class ModelGroup(Struct, frozen=True):
    """Models that stand together in the list: those that can be asked, or those kept out by one thing."""

    words: str
    choices: Choices
    can: bool


def model_groups(
    models: Sequence[Model], states: Mapping[str, str], allowed: Collection[str], today: date
) -> list[ModelGroup]:
    """Auto and the tiers, the models that are ready, and those that cannot be asked now, by what keeps them out.

    `states`: "ready", or why not, by id; `allowed`: a key's own models and tiers, empty for all.
    """
    grouped: dict[str, list[tuple[str, str]]] = {}
    for model in models:
        retired = model.retired_on is not None and model.retired_on <= today
        if "text" not in model.capabilities or retired or model.id == "rules":
            continue
        if not allowed or model.id in allowed or model.tier in allowed:
            why = states.get(model.id, "").partition(";")[0]
            grouped.setdefault(why or "it is not known here", []).append((model.id, f"{model.id} ({model.tier})"))
    ready = grouped.pop("ready", [])
    found = [ModelGroup("Let the route choose", _TIERS, True)]
    found += [ModelGroup("One model and no other", tuple(ready), True)] if ready else []
    return [*found, *(ModelGroup(f"Not now: {why}", tuple(kept_out), False) for why, kept_out in grouped.items())]


EXAMPLES: Final = (
    ("Slow worship, 2-5-1 into the chorus", Asked(
        genre="gospel", description="slow worship ballad, 2-5-1 into the chorus", key="Ab", tempo="72", bars="16")),
    ("Bebop with tritone substitutions", Asked(
        genre="jazz", description="bebop with tritone substitutions", key="Bb", bars="32", level="8")),
    ("Late-night neo-soul with a band", Asked(
        genre="neosoul", description="late night, lush ninths, with bass and drums", key="Db", bars="8")),
    ("A minuet in three", Asked(
        genre="classical", description="a gentle minuet for a beginner", meter="3/4", bars="16")),
    ("Bossa nova, calm", Asked(genre="latin", description="calm bossa nova with a turnaround", key="F", bars="16")),
    ("Twelve-bar shuffle", Asked(genre="blues", description="12-bar blues shuffle, upbeat", key="E")),
)  # fmt: skip
"""What one may begin with: words, and the form filled."""
