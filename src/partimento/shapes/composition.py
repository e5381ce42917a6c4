"""What a composition is asked by: the inputs that progression and arrangement share, and how a model is told of them.

Knows the words of the request; leaves what they mean to `music.brief`, what follows from them to the composer.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from random import Random
from typing import Any, Final

import msgspec
from msgspec import Struct

from partimento.core.errors import PartimentoError, TooLarge
from partimento.core.task import Prompt
from partimento.music.composition.brief import read
from partimento.music.composition.genre import Genre
from partimento.music.composition.plan import Plan, level_of, plan
from partimento.music.composition.progression import Progression, compose, read_bars
from partimento.music.composition.proof import prove_progression
from partimento.music.genres import find
from partimento.music.key import Key
from partimento.music.rhythm import known_meter
from partimento.shapes.lead_sheet import LeadSheet, schema_for
from partimento.shapes.wording import FENCE, fenced

LONGEST_DESCRIPTION: Final = 4_000


class CompositionInputs(Struct, frozen=True, kw_only=True):
    """A genre and a description; an option wins over the words. `tempo` in BPM, `level` 1–10 or a word.

    `tracks`: who plays beside the pianist, "bass", "drums", "all" or "piano".
    """

    genre: str
    description: str = ""
    key: str | None = None
    tempo: float | None = None
    bars: int | None = None
    level: int | str | None = None
    application: str | None = None
    meter: str | None = None
    tracks: Sequence[str] | str | None = None


@lru_cache(maxsize=1024)
def planned(inputs: CompositionInputs) -> tuple[Genre, Plan]:
    """The genre meant and all that follows from the words. Raises BadInput and its kinds."""
    genre = find(inputs.genre)
    return genre, plan(
        genre,
        inputs.description,
        key=inputs.key,
        tempo=inputs.tempo,
        bars=inputs.bars,
        level=inputs.level,
        application=inputs.application,
        meter=inputs.meter,
        tracks=inputs.tracks,
    )


def settled(inputs: CompositionInputs) -> CompositionInputs:
    """The same in canonical spelling ("A♭", "ab major" → "Ab"); what was left open stays open. Raises as `planned`.

    What follows from the words is not written out: `planned` alone knows that, and tells what it changed. Raises
    TooLarge for a description that is too long.
    """
    if len(inputs.description) > LONGEST_DESCRIPTION:
        raise TooLarge(
            f"the description has {len(inputs.description):,} characters",
            why=f"at most {LONGEST_DESCRIPTION:,} are read",
            mend="say it in a few sentences",
        )
    if inputs.tracks is not None and not isinstance(inputs.tracks, str):
        inputs = msgspec.structs.replace(inputs, tracks=tuple(inputs.tracks))
    genre, meant = planned(inputs)
    return msgspec.structs.replace(
        inputs,
        genre=genre.name,
        key=Key.parse(inputs.key).symbol if inputs.key else None,
        level=level_of(inputs.level),
        application=meant.application if inputs.application else None,
        meter=known_meter(inputs.meter) if inputs.meter else None,
        tracks=None if inputs.tracks is None else meant.tracks,
    )


def usual_bars(inputs: CompositionInputs, few: int, more: int) -> int | None:
    """How long a short piece is where nobody says: `few` bars to level 3, then `more`, or one round of a fixed form.

    None where the description says it.
    """
    genre, meant = planned(inputs)
    said = read(inputs.description, genre)
    if said.bars is not None or said.form:
        return None
    forms = [genre.form(name) for name in meant.forms]
    wanted = few if meant.level <= 3 else more
    able = [form.bars for form in forms if not form.fixed or wanted % form.bars == 0]
    return wanted if able else min(form.bars for form in forms)


def prompt_for(inputs: CompositionInputs) -> Prompt:
    """The matter as a model is asked for it: a lead sheet, no voicings."""
    genre, meant = planned(inputs)
    wish = fenced("wish", inputs.description)
    return Prompt(
        f"You write {genre.title} chord progressions as a working pianist does. Answer with one JSON object: "
        '{"key": the key, "bars": a list with one list of chord symbols for each bar}. Lead-sheet symbols only '
        "(Cmaj7, F#m7b5, Bb13, A7b9/C#); several chords in a bar share it evenly."
        + (f"\n{FENCE.format(tag='wish')}" if wish else ""),
        "\n".join(
            [
                f"Key: {meant.key}. Bars: {meant.bars}. Meter: {meant.meter}. Tempo: {meant.tempo:g} bpm.",
                f"Style: {genre.title}, {meant.application}. Level: {meant.level} of 10.",
                *([f"Wish: {wish}"] if wish else []),
            ]
        ),
    )


def schema_of_sheet(inputs: CompositionInputs) -> dict[str, Any]:
    """This key and no other, exactly so many bars."""
    _, meant = planned(inputs)
    return schema_for(meant.key, meant.bars)


def by_rules(inputs: CompositionInputs, seed: int) -> Progression:
    """The composer's own progression."""
    genre, meant = planned(inputs)
    return compose(genre, meant, Random(seed))


def progression_of(inputs: CompositionInputs, draft: LeadSheet | Progression) -> Progression:
    """The draft as a progression. Raises BadInput and its kinds where it cannot be read."""
    if isinstance(draft, Progression):
        return draft
    _, meant = planned(inputs)
    return read_bars(draft.bars, meant.key, meant.meter)


def flaws_of(inputs: CompositionInputs, draft: LeadSheet | Progression) -> Iterator[str]:
    """One sentence for everything that the theory engine finds wrong."""
    _, meant = planned(inputs)
    if draft.key != meant.key:
        yield f"the key is {draft.key!r}; it must be {meant.key!r}"
    try:
        progression = progression_of(inputs, draft)
    except PartimentoError as error:
        yield str(error)
        return
    for finding in prove_progression(progression, meant.key, meant.bars):
        yield finding.text
