"""What is to be learnt, and where: how the learning tasks read topic, genre, level, key, minutes and style.

One reading for all of them; leaves what a topic means to `music.lessons.topic`, what a genre does to the composer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, Protocol, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from partimento.core.errors import BadInput, UnknownName
from partimento.music.composition.brief import read
from partimento.music.composition.genre import Genre
from partimento.music.composition.plan import level_of, plan
from partimento.music.genres import find, names
from partimento.music.key import Key
from partimento.music.lessons.broad import broad
from partimento.music.lessons.setting import Setting, setting_of
from partimento.music.lessons.topic import Topic, cleaned, topic_of
from partimento.music.teaching.concept import Concept, KeyMode
from partimento.music.teaching.keys import home_key, key_words, keys_for

_GENRE: Final = "jazz"
"""Where neither the caller nor the concept names one; the task exercise has the same."""
_COMPOUND: Final = ("12/8", "6/8")
_LETTERS: Final = re.compile(r"[a-z&]+")
_FEWEST, _MOST = 5, 240


class Learning(Protocol):
    """The fields that the inputs of all learning tasks have."""

    @property
    def topic(self) -> str: ...
    @property
    def genre(self) -> str | None: ...
    @property
    def level(self) -> int | str | None: ...
    @property
    def key(self) -> str | None: ...
    @property
    def minutes(self) -> int: ...
    @property
    def style(self) -> str | None: ...


class Wanted(Struct, frozen=True):
    """A topic as it was understood, in its setting."""

    topic: Topic
    setting: Setting
    key_asked: str | None = None

    @property
    def concept(self) -> Concept | None:
        return self.topic.concept


Read = TypeVar("Read", bound=Learning)


def settled(inputs: Read) -> Read:
    """The same in canonical spelling; what was left open stays open. Raises BadInput and its kinds."""
    level, genre = level_of(inputs.level), find(inputs.genre).name if inputs.genre else None
    if not _FEWEST <= inputs.minutes <= _MOST:
        raise BadInput(
            f"cannot plan {inputs.minutes} minutes", why=f"it takes {_FEWEST} to {_MOST}", mend="ask for 30 minutes"
        )
    words, style = cleaned(inputs.topic), cleaned(inputs.style or "", "style").lower() or None
    topic = topic_of(words) if words else None
    if topic is not None and topic.concept is not None and not topic.guessed:
        words = topic.concept.title
    key = Key.parse(inputs.key).symbol if inputs.key else None
    understood(words, genre, level, key, inputs.minutes, style)
    return replace(  # type: ignore[type-var]  # what has these fields is a struct of inputs
        inputs, topic=words, genre=genre, level=level, key=key, style=style
    )


def wanted(learning: Learning) -> Wanted:
    """What settled inputs ask for."""
    level = learning.level if isinstance(learning.level, int) else None
    return understood(learning.topic, learning.genre, level, learning.key, learning.minutes, learning.style)


@lru_cache(maxsize=4096)
def understood(
    words: str, genre: str | None, level: int | None, key: str | None, minutes: int, style: str | None
) -> Wanted:
    """The topic that words mean, and the setting that follows. Raises UnknownName, BadInput."""
    topic = topic_in(words, genre, level)
    said = _said(words, topic.concept, genre)
    asked = key or said.key
    setting = setting_for(topic.concept, genre or said.genre, level or said.level, asked, minutes, style or said.style)
    return Wanted(topic, setting, asked)


def topic_in(words: str, genre: str | None, level: int | None) -> Topic:
    """What words mean: the concept they name, or where to begin in the field they name."""
    topic = topic_of(words) if words else Topic("", None)
    if topic.concept is None and (first := broad(words, genre, level)) is not None:
        return Topic(words, first, guessed=True)
    return topic


class _Said(Struct, frozen=True):
    """What the words of a topic say beside it: "rootless voicings in Ab for beginners"."""

    genre: str | None = None
    key: str | None = None
    level: int | None = None
    style: str | None = None


def _said(words: str, concept: Concept | None, genre: str | None) -> _Said:
    """Read by the composer's own reader; a name of the concept ("the jazz blues") says nothing beside it."""
    if not words or (concept is not None and words == concept.title):
        return _Said()
    spoken = _LETTERS.findall(words.lower())
    named = genre or next((name for name in names() if name in spoken), None)
    found = find(named or (concept.genres[0] if concept and concept.genres else _GENRE))
    try:
        brief = read(words, found)
    except BadInput:
        return _Said(genre=named)
    return _Said(
        named, brief.key, level_of(brief.level) if brief.level in range(1, 11) else None, brief.application or None
    )


def setting_for(
    concept: Concept | None, genre: str | None, level: int | None, key: str | None, minutes: int, style: str | None
) -> Setting:
    """What is left open follows from the concept: its home genre, its level, a key of its mode, its rhythm."""
    found = find(genre or (concept.genres[0] if concept and concept.genres else _GENRE))
    height = level or (concept.level if concept else 5)
    if style and not any(style.strip().lower() in (use.name, *use.words) for use in found.applications):
        raise UnknownName(f"style of {found.name}", style, [use.name for use in found.applications])
    mode = mode_of(concept) if concept else ""
    if key is None:
        home = keys_for(height, found.name, mode or "major")[0]
    else:
        home = home_key(replace(concept, mode=mode), key) if concept else _plain(Key.parse(key))
    use = style or (_style(concept, found) if concept else None)
    return setting_of(found, plan(found, key=home.symbol, level=height, application=use), minutes)


def mode_of(concept: Concept) -> KeyMode:
    """The mode a concept lives in: its own, or the one that its numerals are counted in; "" for either."""
    if concept.mode or not concept.numerals:
        return concept.mode
    return (
        "minor"
        if any(one.startswith(("i7", "iv", "iiø")) or one in ("i", "i6") for one in concept.numerals)
        else "major"
    )


def _plain(key: Key) -> Key:
    return Key(key.tonic, "minor" if key.is_minor else "major")


def _style(concept: Concept, genre: Genre) -> str | None:
    """The use of the genre that a concept is at home in."""
    uses = {use.name: use for use in genre.applications}
    if concept.rhythm in uses:
        return concept.rhythm
    if named := next((name for name in uses if name in concept.names), None):
        return named
    if "compound" in concept.about:
        return next((name for name, use in uses.items() if use.meters[0] in _COMPOUND), None)
    return None


def remarks_on(learning: Learning) -> Iterator[str]:
    """What the receipt should say of how the topic and the key were read."""
    found = wanted(learning)
    if learning.topic and found.topic.note:
        yield found.topic.note
    concept, setting = found.concept, found.setting
    if found.key_asked and setting.key != found.key_asked:
        yield f"it is taught in {key_words(Key.parse(setting.key))}, as {found.key_asked} was asked for"
    if concept is not None and setting.level + 2 < concept.level:
        yield f"{concept.title} is usually met at level {concept.level}; it was asked for level {setting.level}"


def described(concept: Concept | None) -> str:
    """A concept as a model is told of it."""
    if concept is None:
        return ""
    chosen = (concept.title, concept.summary, *concept.points[:4])
    return " ".join(f"{part.rstrip('.')}." for part in chosen if part)
