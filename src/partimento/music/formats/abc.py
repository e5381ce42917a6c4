"""ABC 2.1 of a notated piece: two staves, chord symbols in quotes, sections as parts, up to two voices a staff.

Readers of ABC disagree on how far an accidental reaches (one octave or all, one voice or the whole staff, over a tie
or not), so it is left out only where every reading gives the right note. Leaves the band out, and all else to
notation.py.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from itertools import pairwise, zip_longest

from partimento.music.formats.filling import WHOLE_BAR, Item
from partimento.music.formats.meter import EIGHTH, VALUES, Meter, split
from partimento.music.formats.notation import Bar, Notation, accidentals, notate, signature_of
from partimento.music.formats.spelling import Pitch
from partimento.music.key import Mode
from partimento.music.pitch import name
from partimento.music.score import Score

BARS_A_LINE = 4
_VOICE_IDS = (1, 3, 2, 4)  # upper and lower of the right hand, upper and lower of the left
_UNSIGNED: tuple[str, ...] = ()
_SIGNS = {-3: "___", -2: "__", -1: "_", 0: "=", 1: "^", 2: "^^", 3: "^^^"}
_MODES: dict[Mode, str] = {
    "major": "", "minor": "m", "dorian": "dor", "phrygian": "phr", "lydian": "lyd", "mixolydian": "mix",
    "locrian": "loc",
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
        "%%MIDI gchordoff",  # the chords are written out; players would sound them a second time
        f"%%score {{{right} | {left}}}",
        *(
            f"V:{_VOICE_IDS[voice]} clef={piece.clefs[voice // 2]}"
            for voice in sorted(used, key=_VOICE_IDS.__getitem__)
        ),
        f"K:{key}",
    ]


def _escaped(text: str) -> str:
    """Text for a field: a bare % would begin a comment, a bare backslash an accent."""
    return text.replace("\\", "\\\\").replace("%", "\\%")


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
    """One bar of a voice; items under one beam stand together, all others apart."""
    if not bar.voices[voice]:
        return f"x{_length(piece.meter.bar)}"
    signs = _signs(bar, voice, piece)
    chords = {place: chord.symbol for place, chord in bar.chords} if voice == 0 else {}
    text = ""
    for nth, item in enumerate(bar.voices[voice]):
        if nth and item.beams[:1] in {(), ("begin",)}:
            text += " "
        if item.triplet == "start":
            count = next(n for n, other in enumerate(bar.voices[voice][nth:], 1) if other.triplet == "stop")
            text += "(3" if count == 3 else f"(3:2:{count}"
        text += " ".join(
            _symbol(part, chords) + _sounded(part, signs[nth] if part.place == item.place else _UNSIGNED)
            for part in _parts(item, chords, piece.meter)
        )
    return text


def _parts(item: Item, chords: dict[int, str], meter: Meter) -> list[Item]:
    """The item cut where a chord symbol falls within it, since in ABC a symbol must stand before a note."""
    end = item.place + item.length
    cuts = [place for place in chords if item.place < place < end]
    if not cuts or item.triplet:
        return [item]
    edges = [item.place, *cuts, end]
    places = [pair for low, high in pairwise(edges) for pair in split(low, high, meter, rest=not item.pitches)]
    return [
        Item(
            place, length, *VALUES[length], item.pitches,
            tied_in=item.tied_in or place > item.place, tied_out=item.tied_out or place + length < end,
        )
        for place, length in places
    ]  # fmt: skip


def _symbol(item: Item, chords: dict[int, str]) -> str:
    """The chord symbols of an item; after `_parts` only a triplet can still hold some that fall within it."""
    return "".join(f'"{symbol}"' for place, symbol in chords.items() if item.place <= place < item.place + item.length)


def _sounded(item: Item, signs: tuple[str, ...]) -> str:
    if item.value == WHOLE_BAR:
        return "Z"
    length = _length(item.length * 3 // 2 if item.triplet else item.length)
    if not item.pitches:
        return ("x" if item.hidden else "z") + length
    notes = [sign + _letter(pitch) for sign, pitch in zip_longest(signs, item.pitches, fillvalue="")]
    joined = notes[0] if len(notes) == 1 else f"[{''.join(notes)}]"
    return f"{joined}{length}{'-' if item.tied_out else ''}"


@lru_cache(maxsize=512)
def _length(ticks: int) -> str:
    """A length in eighths as ABC writes it: "", "2", "/2", "3/2"."""
    eighths = Fraction(ticks, EIGHTH)
    return ("" if eighths.numerator == 1 else str(eighths.numerator)) + (
        "" if eighths.denominator == 1 else f"/{eighths.denominator}"
    )


@lru_cache(maxsize=512)
def _letter(pitch: Pitch) -> str:
    """The letter and octave marks: C is middle C, c the octave above, C, the octave below."""
    return pitch.step.lower() + "'" * (pitch.octave - 5) if pitch.octave > 4 else pitch.step + "," * (4 - pitch.octave)


def _signs(bar: Bar, voice: int, piece: Notation) -> list[tuple[str, ...]]:
    """The accidentals of every item, also where only the strictest reader of the bar rule needs them."""
    signature = signature_of(piece.key)
    drawn = accidentals(bar.voices, voice // 2, piece.key)
    lines: dict[tuple[str, int], int] = {}
    letters: dict[str, int] = {}
    signs: list[tuple[str, ...]] = []
    for nth, item in enumerate(bar.voices[voice]):
        written = []
        for pitch, mark in zip_longest(item.pitches, drawn.get((voice, nth), ())):
            usual = signature[pitch.step]
            line = lines.get((pitch.step, pitch.octave), usual)
            agreed = pitch.alter == line == letters.get(pitch.step, usual)
            written.append("" if agreed and mark is None else _SIGNS[pitch.alter])
            lines[pitch.step, pitch.octave] = letters[pitch.step] = pitch.alter
        signs.append(tuple(written))
    return signs
