"""All families of questions, and those that ask about a concept. Each is a function in one of the `on_…` files."""

from __future__ import annotations

from functools import cache
from typing import Final

from partimento.music.questions.item import Family
from partimento.music.questions.on_chords import ON_CHORDS
from partimento.music.questions.on_idioms import ON_IDIOMS
from partimento.music.questions.on_intervals import ON_INTERVALS
from partimento.music.questions.on_keys import ON_KEYS
from partimento.music.questions.on_numerals import ON_NUMERALS
from partimento.music.questions.on_progressions import ON_PROGRESSIONS
from partimento.music.questions.on_rhythm import ON_RHYTHM
from partimento.music.questions.on_scales import ON_SCALES
from partimento.music.questions.on_substitutes import ON_SUBSTITUTES
from partimento.music.questions.on_voicings import ON_VOICINGS
from partimento.music.teaching.concepts import concept, concepts

FAMILIES: Final[tuple[Family, ...]] = (
    *ON_INTERVALS, *ON_KEYS, *ON_CHORDS, *ON_SCALES, *ON_NUMERALS, *ON_PROGRESSIONS, *ON_SUBSTITUTES, *ON_VOICINGS,
    *ON_RHYTHM, *ON_IDIOMS,
)  # fmt: skip


@cache
def families_about(concept_id: str) -> tuple[Family, ...]:
    """The families that ask about a concept. Raises UnknownName."""
    found = concept(concept_id)
    return tuple(one for one in FAMILIES if one.about(found))


@cache
def askable() -> tuple[str, ...]:
    """The ids of the concepts that questions can be asked about, in the order they are learnt in."""
    return tuple(one.id for one in concepts() if families_about(one.id))
