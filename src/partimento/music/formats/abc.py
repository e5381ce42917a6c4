"""ABC 2.1 of a notated piece: two staves, chord symbols in quotes, sections as parts, up to two voices a staff.

Readers of ABC disagree on how far an accidental reaches (one octave or all, one voice or the whole staff, over a tie
or not), so it is left out only where every reading gives the right note. Leaves all else to notation.py.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache

from partimento.music.formats.filling import WHOLE_BAR, Item
from partimento.music.formats.meter import EIGHTH, VALUES, Meter, split
from partimento.music.formats.notation import Bar, Notation, accidentals, notate, signature_of
from partimento.music.key import Mode
from partimento.music.pitch import name
from partimento.music.score import Score

BARS_A_LINE = 4
_VOICE_IDS = (1, 3, 2, 4)  # upper and lower of the right hand, upper and lower of the left
_SIGNS = {-3: "___", -2: "__", -1: "_", 0: "=", 1: "^", 2: "^^", 3: "^^^"}
_MODES: dict[Mode, str] = {
    "major": "", "minor": "m", "dorian": "dor", "phrygian": "phr", "lydian": "lyd", "mixolydian": "mix", "locrian": "loc",
}  # fmt: skip


def write(score: Score) -> str:
    """The tune. Raises BadInput, KeySyntaxError, ChordSyntaxError for a piece that has no notation."""
    piece = notate(score)
    used = [voice for voice in range(4) if voice % 2 == 0 or any(bar.voices[voice] for bar in piece.bars)]
    lines = _header(piece, used)
    row: list[Bar] = []
    for bar in piece.bars:
        row.append(bar)
        following = piece.bars[bar.number : bar.number + 1]
        if len(row) == BARS_A_LINE or not following or following[0].section:
            lines += _row(row, piece, used)
            row = []
    return "\n".join(lines) + "\n"


def _header(piece: Notation, used: list[int]) -> list[str]:
    value, dots, count = piece.meter.counted(piece.tempo)
    beat = Fraction({"whole": 4, "half": 2, "quarter": 1}[value], 4) * (Fraction(3, 2) if dots else 1)
    swing = '"Swing" ' if piece.is_swung else ""
    right, left = ("(1 3)" if 1 in used else "1"), ("(2 4)" if 3 in used else "2")
    key = name(piece.key.tonic) + _MODES[piece.key.mode]
    return [
        "%abc-2.1",
        "X:1",
        f"T:{_escaped(piece.title)}",
        f"M:{piece.meter.beats}/{piece.meter.unit}",
        "L:1/8",
        f"Q:{swing}{beat}={round(count) or 1}",
        f"%%score {{{right} | {left}}}",
        *(f"V:{_VOICE_IDS[voice]} clef={piece.clefs[voice // 2]}" for voice in sorted(used, key=_VOICE_IDS.__getitem__)),
        f"K:{key}",
    ]


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("&", "\\&")


def _row(row: list[Bar], piece: Notation, used: list[int]) -> list[str]:
    """The lines of up to four bars, one a voice, below the name of the section that begins with them."""
    lines = [f"P:{_escaped(row[0].section)}"] if row[0].section else []
    for voice in sorted(used, key=_VOICE_IDS.__getitem__):
        bars = []
        for bar in row:
            line = "|]" if bar.number == len(piece.bars) else "||" if bar.ends_section else "|"
            bars.append(f"{_voice(bar, voice, piece)} {line}")
        lines.append(f"[V:{_VOICE_IDS[voice]}] {' '.join(bars)}")
    return lines


def _voice(bar: Bar, voice: int, piece: Notation) -> str:
    items = bar.voices[voice]
    if not items:
        return f"x{_length(piece.meter.bar)}"
    signs = _signs(bar, voice, piece)
    chords = dict(bar.chords) if voice == 0 else {}
    text = ""
    for nth, item in enumerate(items):
        if nth and not (item.beams and item.beams[0] != "begin"):
            text += " "
        if item.triplet == "start":
            count = next(n for n, other in enumerate(items[nth:], 1) if other.triplet == "stop")
            text += "(3" if count == 3 else f"(3:2:{count}"
        text += _item(item, signs[nth], chords, piece.meter)
    return text


def _item(item: Item, signs: tuple[str, ...], chords: dict[int, object], meter: Meter) -> str:
    return ""
