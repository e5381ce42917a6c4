"""A chart in plain text, for a message or a music stand: bars four to a row, numerals beneath. Leaves notes out.

A bar's chords share it evenly; where they do not, a point stands for each part of it in which the last chord goes on.
"""

from __future__ import annotations

from partimento.music.formats.grid import Chart, ChartBar, cell_of, cells, chart_of, rows
from partimento.music.score import Score

HELD = "."


def write(score: Score, numerals: bool = True) -> str:
    """The chart. Raises BadInput, KeySyntaxError, ChordSyntaxError for a piece that has no chart."""
    chart = chart_of(score)
    meter = chart.meter
    frame = f"{chart.key.symbol} · {meter.beats}/{meter.unit} · {chart.beats_a_minute} bpm · {len(chart.bars)} bars"
    lines = [chart.title, frame]
    width = max(len(text) for bar in chart.bars for text in _texts(bar, chart))
    for row in rows(chart.bars):
        if row[0].section:
            lines += ["", f"[{row[0].section}]"]
        written = [_texts(bar, chart) for bar in row]
        lines.append("| " + " | ".join(symbols.ljust(width) for symbols, _ in written) + " |")
        if numerals:
            lines.append(("  " + "   ".join(romans.ljust(width) for _, romans in written)).rstrip())
    return "\n".join(lines) + "\n"


def _texts(bar: ChartBar, chart: Chart) -> tuple[str, str]:
    """The symbols of a bar, and beneath them their numerals."""
    size = cell_of([sign.place for sign in bar.signs], chart.meter, chart.meter.bar)
    symbols, romans = [], []
    for sign in cells(bar, chart.meter, size):
        symbol, roman = (sign.chord.symbol, sign.roman) if sign else (HELD, "")
        width = max(len(symbol), len(roman))
        symbols.append(symbol.ljust(width))
        romans.append(roman.ljust(width))
    return "  ".join(symbols).rstrip(), "  ".join(romans).rstrip()
