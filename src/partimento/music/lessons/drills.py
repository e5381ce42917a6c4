"""Which exercises make a concept one's own, planned for a setting: nothing is planned that could not be made."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Final

from partimento.music.chord import Chord
from partimento.music.key import Key
from partimento.music.lessons.matter import Matter
from partimento.music.lessons.planned import PlannedExercise, flaw_of
from partimento.music.lessons.told import distinct, distinct_numerals
from partimento.music.scale import kind_of
from partimento.music.teaching.concept import Subject
from partimento.music.teaching.keys import key_words

_ORDER: Final[dict[Subject, str]] = {
    "chords": "voicing row lick elsewhere rhythm", "scales": "scale lick elsewhere row",
    "voicing": "voicing elsewhere row rhythm", "progressions": "row voicing elsewhere rhythm lick",
    "rhythm": "rhythm row elsewhere", "form": "row rhythm lick elsewhere",
    "reharmonization": "row voicing elsewhere lick", "technique": "row scale rhythm elsewhere",
}  # fmt: skip
"""The kinds of drill for a subject, the likeliest first."""
_LICKS_FROM: Final = 3
_MOST_BARS: Final = 12


def drills(matter: Matter, count: int, rng: Random, *, key: str = "") -> tuple[PlannedExercise, ...]:
    """So many exercises at most; `key`: another one, for the drill that leaves home."""
    found: list[PlannedExercise] = []
    for one in _candidates(matter, key, rng):
        if len(found) == count:
            break
        if all((one.title, one.key) != (old.title, old.key) for old in found) and not flaw_of(one):
            found.append(one)
    return tuple(found)


def _candidates(matter: Matter, key: str, rng: Random) -> Iterator[PlannedExercise]:
    kinds = _ORDER[matter.concept.subject].split()
    if len(kinds) > 3 and rng.random() < 0.5:
        kinds[2], kinds[3] = kinds[3], kinds[2]
    for kind in kinds:
        if kind == "elsewhere":
            if key:
                yield from _of_kind(kinds[0], matter.in_key(key))
        else:
            yield from _of_kind(kind, matter)
    yield from _of_kind("rhythm", matter)
    yield from _of_kind("scale", matter)


def _of_kind(kind: str, matter: Matter) -> Iterator[PlannedExercise]:
    setting = matter.setting
    row = distinct(matter.chords)[:_MOST_BARS]
    where = key_words(Key.parse(setting.key))
    numerals = "–".join(distinct_numerals(matter)) if len(row) <= 4 else matter.concept.title

    def plan(type_: str, title: str, **fields: str | tuple[str, ...]) -> PlannedExercise:
        told = {
            "genre": setting.genre,
            "key": setting.key,
            "level": setting.level,
            "concept": matter.concept.id,
        } | fields
        return PlannedExercise(type=type_, title=title, **told)  # type: ignore[arg-type]

    if kind == "row" and len(row) > 1:
        yield plan("progression", f"{numerals} in {where}", chords=matter.chords[:_MOST_BARS])
    elif kind == "voicing" and len(row) > 1:
        chosen = matter.concept.voicing or matter.kind
        yield plan("voicing", f"{numerals} in {where}, {chosen} voicings", chords=row, voicing=chosen)
    elif kind == "scale" and matter.scale:
        yield _scale(matter, plan("scale", matter.scale, scale=matter.concept.scale))
    elif kind == "scale" and matter.concept.subject == "scales":
        yield plan("scale", f"The scale of {where}", scale="natural minor" if setting.is_minor else "major")
    elif kind == "rhythm":
        title = f"{setting.style.capitalize()} rhythm on {numerals}"
        yield plan("rhythm", title, topic=setting.style, chords=row[:4])
        yield plan("rhythm", title, topic=setting.style)
    elif kind == "lick" and setting.level >= _LICKS_FROM:
        bars = row if len(row) > 1 else row * 2
        if all(Chord.parse(symbol).quality != "5" for symbol in bars):
            yield plan("lick", f"A line over {numerals}", chords=bars)


def _scale(matter: Matter, planned: PlannedExercise) -> PlannedExercise:
    """The key of the scale's own third: D Dorian is practised in D minor."""
    tonic = planned.key.removesuffix("m")
    minor = "b3" in kind_of(planned.scale).degrees and "3" not in kind_of(planned.scale).degrees
    fields = {name: getattr(planned, name) for name in planned.__struct_fields__}
    return PlannedExercise(**fields | {"key": tonic + "m" * minor})
