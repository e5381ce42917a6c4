"""What quizzes call the engine's own kinds: chord qualities, cadences, functions and devices, the usual word first."""

from __future__ import annotations

from typing import Final, TypeVar

from partimento.music.analysis.cadences import CadenceKind
from partimento.music.analysis.facts import FactKind, Function
from partimento.music.chord_shape import Quality

Kind = TypeVar("Kind", bound=str)


def _split(words: dict[Kind, str]) -> dict[Kind, tuple[str, ...]]:
    return {kind: tuple(text.split(", ")) for kind, text in words.items()}


_QUALITIES: dict[Quality, str] = {
    "maj": "major, major triad",
    "min": "minor, minor triad",
    "dim": "diminished, diminished triad",
    "aug": "augmented, augmented triad",
    "7": "dominant seventh, dominant, dominant 7th",
    "maj7": "major seventh, major 7th",
    "min7": "minor seventh, minor 7th",
    "minmaj7": "minor major seventh, minor major",
    "hdim7": "half diminished, half diminished seventh, minor seventh flat five",
    "dim7": "diminished seventh, fully diminished, diminished 7th",
    "6": "major sixth, sixth, added sixth",
    "min6": "minor sixth",
    "aug7": "augmented seventh, augmented dominant",
    "sus": "suspended, sus",
    "sus7": "suspended dominant, suspended",
    "5": "power chord, open fifth",
}
_CADENCES: dict[CadenceKind, str] = {
    "authentic": "authentic, perfect, perfect authentic",
    "two-five-one": "two-five-one, ii-V-I, authentic, perfect",
    "half": "half, imperfect",
    "phrygian half": "phrygian half, phrygian, half",
    "plagal": "plagal, amen",
    "minor plagal": "minor plagal, plagal",
    "deceptive": "deceptive, interrupted, false",
    "backdoor": "backdoor",
    "substitute": "tritone substitute, substitute",
    "turnaround": "turnaround, half",
}
_FUNCTIONS: dict[Function, str] = {
    "tonic": "tonic",
    "subdominant": "subdominant, predominant, pre-dominant",
    "dominant": "dominant",
    "applied dominant": "secondary dominant, applied dominant",
    "substitute dominant": "tritone substitute, tritone substitution, substitute dominant",
    "borrowed": "borrowed, borrowed chord, modal interchange, modal mixture",
    "passing": "passing, passing diminished",
    "chromatic": "chromatic",
}
_DEVICES: dict[FactKind, str] = {
    "applied dominant": "secondary dominant, applied dominant",
    "extended dominant": "extended dominant, secondary dominant",
    "tritone substitute": "tritone substitute, tritone substitution",
    "backdoor": "backdoor dominant, backdoor",
    "neapolitan": "neapolitan",
    "augmented sixth": "augmented sixth",
    "borrowed": "borrowed, borrowed chord, modal interchange, modal mixture",
    "passing diminished": "passing diminished",
    "common-tone diminished": "common-tone diminished",
    "cadential six-four": "cadential six-four, cadential",
    "chromatic mediant": "chromatic mediant",
    "picardy third": "picardy third, picardy",
}
QUALITIES: Final = _split(_QUALITIES)
CADENCES: Final = _split(_CADENCES)
FUNCTIONS: Final = _split(_FUNCTIONS)
DEVICES: Final = _split(_DEVICES)
