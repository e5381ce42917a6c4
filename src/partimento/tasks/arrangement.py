"""A piece for two hands and a band. Chords come from the composer or a model; the hands are always the arranger's."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from partimento.core.task import task
from partimento.music.composition.arrange import arrange
from partimento.music.composition.progression import Progression
from partimento.music.composition.proof import prove
from partimento.shapes.arrangement import Arrangement
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


def _finish(inputs: CompositionInputs, draft: LeadSheet | Progression, method: str) -> Arrangement:
    genre, plan = planned(inputs)
    made = progression_of(inputs, draft)
    # chance drawn from the chords themselves: the same chords are always played the same way
    score = arrange(made, genre, plan, Random(" ".join(chord.symbol for chord in made.chords)))
    return Arrangement(
        title=score.title,
        genre=genre.name,
        application=plan.application,
        level=plan.level,
        key=score.key,
        tempo=score.tempo,
        meter=score.meter,
        bars=score.bars,
        generation_method=method,
        sections=score.sections,
        chords=score.chords,
        notes=score.notes,
        tracks=score.tracks,
    )


def _proven(inputs: CompositionInputs, made: Arrangement) -> Iterator[str]:
    """Every grip and note, not only the chords that were asked for."""
    _, plan = planned(inputs)
    for finding in prove(made.score, plan.key, plan.bars):
        yield finding.text


arrangement = task(
    name="arrangement",
    summary="A piece for two hands in a genre, with a band where it is asked for",
    version=2,
    complexity=4,
    inputs=CompositionInputs,
    read=settled,
    draft=LeadSheet,
    output=Arrangement,
    prompt=prompt_for,
    finish=_finish,
    checks=(flaws_of,),
    proofs=(_proven,),
    rules=by_rules,
    schema=schema_of_sheet,
    folded=frozenset({"genre", "description", "application"}),
    bars=lambda inputs: planned(inputs)[1].bars,
    words=lambda inputs: inputs.description,
    notes=lambda inputs: planned(inputs)[1].notes,
)
