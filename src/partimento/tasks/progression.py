"""Chords for a form, in a genre. The composer writes them by rule; a model's are proven before they count."""

from __future__ import annotations

from partimento.core.errors import BadInput
from partimento.core.task import task
from partimento.music.composition.progression import Progression
from partimento.shapes.chord_progression import ChordProgression
from partimento.shapes.composition import (
    CompositionInputs,
    by_rules,
    flaws_of,
    planned,
    progression_of,
    prompt_for,
    schema_of_sheet,
    settled,
)
from partimento.shapes.lead_sheet import LeadSheet


def _read(inputs: CompositionInputs) -> CompositionInputs:
    """Canonical spelling. Raises BadInput for players, who have nothing to play here."""
    meant = settled(inputs)
    if meant.tracks:
        raise BadInput(
            "a progression has no tracks",
            why="it is chords without hands, bass or drums",
            mend="make an arrangement of it, or leave the tracks out",
        )
    return meant


def _finish(inputs: CompositionInputs, draft: LeadSheet | Progression, method: str) -> ChordProgression:
    genre, plan = planned(inputs)
    made = progression_of(inputs, draft)
    return ChordProgression(
        genre=genre.name,
        application=plan.application,
        level=plan.level,
        key=made.key,
        tempo=plan.tempo,
        meter=made.meter,
        bars=made.bars,
        generation_method=method,
        symbols=tuple(chord.symbol for chord in made.chords),
        roman_numerals=tuple(chord.roman for chord in made.chords),
        sections=made.sections,
        chords=made.chords,
    )


progression = task(
    name="progression",
    summary="A chord progression in a genre",
    version=1,
    complexity=4,
    inputs=CompositionInputs,
    read=_read,
    draft=LeadSheet,
    output=ChordProgression,
    prompt=prompt_for,
    finish=_finish,
    checks=(flaws_of,),
    rules=by_rules,
    schema=schema_of_sheet,
    folded=frozenset({"genre", "description", "application"}),
    bars=lambda inputs: planned(inputs)[1].bars,
    words=lambda inputs: inputs.description,
    notes=lambda inputs: planned(inputs)[1].notes,
    together=8,
)
