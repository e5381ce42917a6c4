"""Colours: what each plain numeral of a sketch wears at a level (ii7 as ii, ii9, ii11). Knows no key, no cadence."""

from __future__ import annotations

import re
from functools import lru_cache
from random import Random
from typing import Final

from partimento.core.errors import BadInput
from partimento.music.composition.brief import Device
from partimento.music.composition.genre import Colour, Genre
from partimento.music.composition.sketch import Frame, Sketch

_PARTS: Final = re.compile(r"([b#]*[iIvV]+)([^/]*)(/.+)?")
_ALTERED: Final = "altered dominants"
_Options = tuple[tuple[Colour, ...], tuple[float, ...]]


def coloured(frame: Frame, sections: list[Sketch], rng: Random) -> list[Sketch]:
    """The sections with every numeral in its colour, most often the same one each time: a piece keeps its own sound.

    The last chord wears what the genre keeps for it. Raises BadInput where altered dominants are asked for and there
    is no dominant.
    """
    genre, devices, unwanted = frame.genre, frame.devices, frame.unwanted
    texts = [text for section in sections for bar in section for text in bar]
    must_alter = _one_to_alter(frame, texts, rng) if _ALTERED in devices else -1
    worn: dict[str, Colour] = {}
    dressed: list[str] = []
    for place, text in enumerate(texts):
        colours, weights = _options(genre, text, frame.is_minor, frame.level, devices, unwanted)
        if place == len(texts) - 1 and f"last {text}" in genre.colours:
            colours, weights = _options(genre, f"last {text}", frame.is_minor, frame.level, devices, unwanted)
        elif text in worn and place != must_alter and (frame.level <= 3 or rng.random() < 0.7):
            dressed.append(_wearing(text, worn[text]))
            continue
        if place == must_alter:
            colours = tuple(colour for colour in colours if colour.device == _ALTERED)
            weights = tuple(colour.weight for colour in colours)
        if not colours:
            dressed.append(text)
            continue
        worn[text] = rng.choices(colours, weights)[0]
        dressed.append(_wearing(text, worn[text]))
    rest = iter(dressed)
    return [[[next(rest) for _ in bar] for bar in section] for section in sections]


def _one_to_alter(frame: Frame, texts: list[str], rng: Random) -> int:
    """The place of a dominant that wears an altered colour whatever chance does."""
    able = []
    for place, text in enumerate(texts):
        colours, _ = _options(frame.genre, text, frame.is_minor, frame.level, frame.devices)
        if any(colour.device == _ALTERED for colour in colours):
            able.append(place)
    if not able:
        raise BadInput(
            f"found no dominant to alter in {len(texts)} chords",
            why="the form asks for a piece without one",
            mend="ask for more bars, or leave the altered dominants out",
        )
    return rng.choice(able)


@lru_cache(maxsize=8192)
def _options(
    genre: Genre, text: str, is_minor: bool, level: int, devices: tuple[Device, ...], unwanted: tuple[Device, ...] = ()
) -> _Options:
    """The colours a numeral may wear at a level, and their weights; what a description asks for weighs most."""
    declared = genre.colours.get(text) or genre.colours.get(chord_class(text, is_minor), ())
    wanted = [c for c in declared if not c.device or c.device not in unwanted]
    able = [c for c in wanted if c.low <= level <= c.high or (c.device and c.device in devices)]
    return tuple(able), tuple(c.weight * (8 if c.device and c.device in devices else 1) for c in able)


def chord_class(text: str, is_minor: bool) -> str:
    """What a genre calls a numeral's sort: its suffix ("maj7", "7", "ø7"), "m" before it for a minor third ("m7").

    A dominant whose goal is a minor chord is "7 to minor", a triad "triad", a chord over another bass "slash".
    """
    found = _PARTS.fullmatch(text)
    if found is None or (found[3] and found[3][-1].isdigit()):
        return "slash"
    roman, suffix, tail = found[1].lstrip("b#"), found[2], found[3]
    if suffix == "7" and roman.isupper():
        to_minor = tail[1:].lstrip("b#").islower() if tail else is_minor and roman == "V"
        return "7 to minor" if to_minor else "7"
    if roman.islower() and suffix[:1] not in ("o", "ø"):
        return f"m{suffix}"
    return suffix or "triad"


def _wearing(text: str, colour: Colour) -> str:
    found = _PARTS.fullmatch(text)
    if found is None:
        raise LookupError(f"{text!r} is no numeral a colour fits")
    return found[1] + colour.suffix + (found[3] or "")
