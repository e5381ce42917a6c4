"""ChordPro 6 of a piece's chords: the frame as directives, each section as a comment and a grid. Leaves notes out.

One cell a beat, or smaller where a chord falls between beats; "." is a cell in which the last chord goes on.
"""

from __future__ import annotations

from partimento.music.formats.grid import BARS_A_ROW, ChartBar, cell_of, cells, chart_of, rows
from partimento.music.formats.meter import Meter
from partimento.music.pitch import name
from partimento.music.score import Score

_HARMLESS = str.maketrans({"{": "(", "}": ")", "[": "(", "]": ")", "<": "‹", ">": "›", "&": "+", "\\": "/"})
"""ChordPro has no escape: braces end a directive, brackets are chords, <…> and & markup, %{…} and \\u are replaced."""


def write(score: Score) -> str:
    """The song. Raises BadInput, KeySyntaxError, ChordSyntaxError for a piece that has no chart."""
    chart = chart_of(score)
    meter = chart.meter
    lines = [
        f"{{title: {_harmless(chart.title)}}}",
        f"{{key: {name(chart.key.tonic)}{'m' if chart.key.is_minor else ''}}}",
        f"{{time: {meter.beats}/{meter.unit}}}",
        f"{{tempo: {chart.beats_a_minute}}}",
    ]
    size = cell_of([sign.place for bar in chart.bars for sign in bar.signs], meter, meter.beat)
    open_grid = f'{{start_of_grid shape="{BARS_A_ROW}x{meter.bar // size}"}}'
    for nth, row in enumerate(rows(chart.bars)):
        if row[0].section or nth == 0:
            lines += ["{end_of_grid}"] if nth else []
            lines.append("")
            lines += [f"{{comment: {_harmless(row[0].section)}}}"] if row[0].section else []
            lines.append(open_grid)
        lines.append(_row(row, meter, size, is_last=row[-1].number == len(chart.bars)))
    lines.append("{end_of_grid}")
    return "\n".join(lines) + "\n"


def _harmless(text: str) -> str:
    return text.translate(_HARMLESS)


def _row(row: list[ChartBar], meter: Meter, size: int, *, is_last: bool) -> str:
    bars = [" ".join(sign.chord.symbol if sign else "." for sign in cells(bar, meter, size)) for bar in row]
    close = "|." if is_last else "||" if row[-1].ends_section else "|"
    return f"| {' | '.join(bars)} {close}"
