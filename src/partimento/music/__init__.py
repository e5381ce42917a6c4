"""The theory engine: plain values in, plain values out. Knows no model, no store and no network."""

from partimento.music.analysis import analyze as analyze
from partimento.music.chord import Chord as Chord
from partimento.music.figured import realize_numeral as realize_numeral
from partimento.music.key import Key as Key
from partimento.music.key_finding import find_key as find_key
from partimento.music.leading import voice as voice
from partimento.music.naming import name_numeral as name_numeral
from partimento.music.roman import degree as degree

__all__ = ["Chord", "Key", "analyze", "degree", "find_key", "name_numeral", "realize_numeral", "voice"]
