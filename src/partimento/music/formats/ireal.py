"""iReal Pro charts as links of its open protocol, `irealbook://Title=Composer=Style=Key=n=Chart`, one link a line.

The open protocol is the one its makers document for other programs; the app's own `irealb://` is scrambled and is not.
Its chart is a grid of 16 cells a line and 12 lines: bar lines are free, a chord or a blank takes a cell. A tempo has
no field there and stands as staff text. Knows the layout; leaves chords in the app's words to ireal_words.py.
"""

from __future__ import annotations

import re
from itertools import combinations, pairwise
from string import ascii_letters, digits

from partimento.core.errors import BadInput
from partimento.music.chord import Chord
from partimento.music.formats.grid import Chart, ChartBar, Sign, chart_of
from partimento.music.formats.ireal_words import METERS, chord_word, key_word, staff_text
from partimento.music.formats.meter import PER_QUARTER, Meter
from partimento.music.formats.quantise import find_swing, sounding
from partimento.music.score import Score

_BARE = frozenset(ascii_letters + digits + "-._~")
_CELLS_A_BAR = 4
_CELLS_A_CHART = 16 * 12
_MARKS = {"a": "*A", "b": "*B", "c": "*C", "d": "*D", "intro": "*i", "verse": "*v"}


def write(score: Score) -> str:
    """The links: a piece longer than one chart holds is several charts, "Title 1", "Title 2" ….

    A chord iReal Pro has no word for is the nearest it has, with its true symbol below as staff text; chords fall on
    beats. Raises BadInput for a meter the app does not have, KeySyntaxError, ChordSyntaxError.
    """
    chart = chart_of(score)
    meter = METERS.get((chart.meter.beats, chart.meter.unit))
    if meter is None:
        known = ", ".join(f"{beats}/{unit}" for beats, unit in METERS)
        raise BadInput(f"iReal Pro has no meter {score.meter}", why=f"its meters are {known}", mend="write .chordpro")
    style = _style(chart, find_swing(sounding(score), chart.meter).place > 0.5)
    pages = _pages(chart)
    lines = []
    for nth, page in enumerate(pages, 1):
        title = _title(f"{chart.title} {nth}" if len(pages) > 1 else chart.title)
        opening = f"{meter}<{chart.beats_a_minute} bpm>"
        fields = (title, "Partimento", style, key_word(chart.key), "n", _progression(page, opening))
        lines.append("irealbook://" + _encoded("=".join(fields)))
    return "\n".join(lines) + "\n"


def _encoded(text: str) -> str:
    """Percent-encoded for a link, but for letters and digits."""
    return "".join(chr(byte) if chr(byte) in _BARE else f"%{byte:02X}" for byte in text.encode())


def _title(text: str) -> str:
    """A title for a list that is sorted by it; the equals sign parts fields, and there is no escape."""
    text = text.replace("=", "-")
    return f"{text[4:]}, The" if text.startswith("The ") else text


def _style(chart: Chart, swings: bool) -> str:
    """The app's style nearest to how the piece is played; a score names no genre."""
    count = chart.tempo
    if swings:
        return "Slow Swing" if count < 100 else "Medium Swing" if count < 180 else "Up Tempo Swing"
    if (chart.meter.beats, chart.meter.unit) == (3, 4):
        return "Waltz"
    return "Ballad" if count < 90 else "Even 8ths"


def _pages(chart: Chart) -> list[list[tuple[ChartBar, str]]]:
    """The bars with their cells, as many to a page as a chart holds; a page breaks before a section if one begins."""
    pages: list[list[tuple[ChartBar, str]]] = [[]]
    room = _CELLS_A_CHART
    held: Sign | None = None
    for bar in chart.bars:
        signs = _on_beats(bar, chart.meter, held)
        written = _cells(signs, chart.meter)
        needed = _count(written)
        if needed > room:
            first = next((n for n, (old, _) in reversed([*enumerate(pages[-1])]) if n and old.section), len(pages[-1]))
            pages.append(pages[-1][first:])
            del pages[-2][first:]
            room = _CELLS_A_CHART - sum(_count(old) for _, old in pages[-1])
        pages[-1].append((bar, written))
        room -= needed
        held = signs[-1]
    return pages


def _on_beats(bar: ChartBar, meter: Meter, held: Sign | None) -> list[Sign]:
    """The chords of a bar, places in beats of its unit; the app has a chord begin each bar, so one held is restated.

    In 12/8 the app counts dotted quarters only.
    """
    step = 3 if (meter.beats, meter.unit) == (12, 8) else 1
    size = step * 4 * PER_QUARTER // meter.unit
    at = {min(meter.beats - step, int(sign.place / size + 0.5) * step): sign for sign in bar.signs}
    found = [Sign(beat, sign.chord, sign.roman) for beat, sign in at.items()]
    if 0 not in at:
        chord = held.chord if held else Chord.parse("N.C.")
        found.insert(0, Sign(0, chord, ""))
    return found


def _cells(signs: list[Sign], meter: Meter) -> str:
    """The chords in their cells: four where the app then plays them for their lengths, else one for each beat."""
    places = [sign.place for sign in signs]
    edges = [*places, meter.beats]
    for inner in combinations(range(1, _CELLS_A_BAR), len(places) - 1):
        if _played(inner, meter) == places:
            edges = [0, *inner, _CELLS_A_BAR]
            break
    taken = [high - low for low, high in pairwise(edges)]
    chords = [chord_word(sign.chord) for sign in signs]
    return "".join(chord + (" " * (count - 1) or ",") for chord, count in zip(chords, taken, strict=True))


def _played(inner: tuple[int, ...], meter: Meter) -> list[int]:
    """On which beats the app plays chords that stand in the first cell and some inner ones of four.

    A chord and each blank after it is a beat (three in 12/8, half in 3/4); what is too long loses blanks from the first
    chord on, what is too short gains beats from the first chord on, round by round.
    """
    unit = {(12, 8): 3.0, (3, 4): 0.5, (3, 2): 0.5}.get((meter.beats, meter.unit), 1.0)
    edges = (0, *inner, _CELLS_A_BAR)
    lengths = [(high - low) * unit for low, high in pairwise(edges)]
    for step in (-unit, unit):
        while sum(lengths) * step < meter.beats * step:
            for nth, length in enumerate(lengths):
                if sum(lengths) * step < meter.beats * step and length + step >= unit:
                    lengths[nth] += step
    return [int(sum(lengths[:nth])) for nth in range(len(lengths))]


def _count(written: str) -> int:
    """How many cells a bar takes: commas and staff text are free."""
    return sum(1 for _ in re.finditer(r" |[^ ,]+", re.sub(r"<[^>]*>", "", written)))


def _progression(page: list[tuple[ChartBar, str]], opening: str) -> str:
    parts = []
    line = "["
    for nth, (bar, written) in enumerate(page):
        parts.append(line + _mark(bar.section) + (opening if nth == 0 else "") + written)
        line = "][" if bar.ends_section else "|"
    return "".join(parts) + "Z"


def _mark(section: str) -> str:
    """A rehearsal mark where the app has one for the name, else the name as staff text."""
    if not section:
        return ""
    mark = _MARKS.get(section.casefold(), "")
    return mark or staff_text(section)
