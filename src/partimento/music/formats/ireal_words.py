"""The words of iReal Pro: its meters, keys, chord roots and qualities, and what of ours they can say.

A chord it has no word for is the nearest it has, with the true symbol as staff text. Knows no layout.
"""

from __future__ import annotations

import re
from functools import cache

from partimento.music.chord import Chord
from partimento.music.key import Key
from partimento.music.pitch import name, nearest_spelling, pitch_class

METERS = {
    (2, 4): "T24", (3, 4): "T34", (4, 4): "T44", (5, 4): "T54", (6, 4): "T64", (7, 4): "T74", (2, 2): "T22",
    (3, 2): "T32", (3, 8): "T38", (5, 8): "T58", (6, 8): "T68", (7, 8): "T78", (9, 8): "T98", (12, 8): "T12",
}  # fmt: skip
ROOTS = frozenset("Cb C C# Db D D# Eb E F F# Gb G G# Ab A A# Bb B".split())
MAJOR_KEYS = ("C", "Db", "D", "Eb", "E", "F", "Gb", "G", "Ab", "A", "Bb", "B")
MINOR_KEYS = ("C-", "C#-", "D-", "Eb-", "E-", "F-", "F#-", "G-", "G#-", "A-", "Bb-", "B-")
QUALITIES = (
    "", "-", "7", "^7", "-7", "6", "-6", "h7", "o7", "o", "+", "sus", "7sus", "9", "^9", "-9", "13", "^13", "-11",
    "69", "-69", "-^7", "-^9", "5", "add9", "7alt", "7b9", "7#9", "7#11", "7b5", "7#5", "7b13", "9#11", "9b5", "9#5",
    "13#11", "13b9", "13#9", "11", "9sus", "13sus", "7b9sus", "7b13sus", "7susadd3", "7b9b13", "7b9#11", "7b9#9",
    "7b9#5", "7b9b5", "7#9#5", "7#9b5", "7#9#11", "^7#11", "^9#11", "^7#5", "h9", "-b6", "-#5",
)  # fmt: skip
"""The words iReal Pro has for chords; our grammar reads each of them, and that reading is the translation."""
_COMMANDS = re.compile(r"fine|\dx|d\.[cs]\.", re.IGNORECASE)


def key_word(key: Key) -> str:
    """The tonic and major or minor; other modes are written as the one of these they are nearer to."""
    return (MINOR_KEYS if key.is_minor else MAJOR_KEYS)[key.pc]


def staff_text(text: str) -> str:
    """Text below the chord; what the app would obey as a command stands in quotation marks."""
    text = text.translate(str.maketrans("<>=*", "()-+"))
    return f"<“{text}”>" if _COMMANDS.match(text) else f"<{text}>"


def chord_word(chord: Chord) -> str:
    """A chord in the app's words, its true symbol before it as staff text where the words say less."""
    if chord.root_fifths is None or chord.bass_fifths is None:
        return "n"
    word, is_exact = _word(chord)
    text = _note(chord.root_fifths) + word + (f"/{_note(chord.bass_fifths)}" if chord.is_slash else "")
    return text if is_exact else staff_text(chord.symbol) + text


def _note(fifths: int) -> str:
    return name(fifths) if name(fifths) in ROOTS else name(nearest_spelling(pitch_class(fifths), 0))


def _word(chord: Chord) -> tuple[str, bool]:
    """The quality and whether it is the chord's own; else the one of its class that differs in the fewest degrees."""
    wanted = frozenset(chord.degrees)
    words = _words()
    if wanted in words:
        return words[wanted][0], True
    alike = [(len(wanted ^ degrees), word) for degrees, (word, quality) in words.items() if quality == chord.quality]
    return min(alike, key=lambda found: found[0])[1], False


@cache
def _words() -> dict[frozenset[str], tuple[str, str | None]]:
    """What each quality says: its degrees, and the class they make."""
    read = [(quality, Chord.parse(f"C{quality}")) for quality in QUALITIES]
    return {frozenset(chord.degrees): (quality, chord.quality) for quality, chord in read}
