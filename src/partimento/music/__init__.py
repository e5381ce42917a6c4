"""The theory engine: plain values in, plain values out. Knows no model, no store and no network.

A name is loaded when it is used, and with it only the part of the engine it needs.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from partimento.music.analysis import analyze as analyze
    from partimento.music.analysis.cadences import find_cadences as find_cadences
    from partimento.music.analysis.form import find_form as find_form
    from partimento.music.analysis.modulation import key_regions as key_regions
    from partimento.music.chord import Chord as Chord
    from partimento.music.figured import realize_numeral as realize_numeral
    from partimento.music.key import Key as Key
    from partimento.music.key_finding import find_key as find_key
    from partimento.music.leading import voice as voice
    from partimento.music.naming import name_numeral as name_numeral
    from partimento.music.predict import next_chords as next_chords
    from partimento.music.quiz.answer import answer as answer
    from partimento.music.reharmonization.reharmonize import suggest as suggest
    from partimento.music.roman import degree as degree
    from partimento.music.scale import Scale as Scale
    from partimento.music.transposition import transposed as transposed

_HOME_OF = {
    "Chord": "chord", "Key": "key", "Scale": "scale", "analyze": "analysis", "answer": "quiz.answer", "degree": "roman",
    "find_cadences": "analysis.cadences", "find_form": "analysis.form", "find_key": "key_finding",
    "key_regions": "analysis.modulation",
    "name_numeral": "naming", "next_chords": "predict", "realize_numeral": "figured",
    "suggest": "reharmonization.reharmonize", "transposed": "transposition", "voice": "leading",
}  # fmt: skip

__all__ = sorted(_HOME_OF)


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"partimento.music.{_HOME_OF[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
