"""`partimento analyze`: what each chord is and does. Knows its options and its page only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import click

from partimento.cli.client import opened, running
from partimento.cli.output import console, json_option, print_json, print_table, read_text, receipt_line
from partimento.core.result import Result
from partimento.music.analysis import ChordReading
from partimento.shapes.theory import TheoryAnalysis

_MOST_LINES = 8
_TOLD_LAST = {"guide tones": 1, "chromatic line": 2}


@click.command()
@click.argument("chords")
@click.option("--key", help='Such as "C", "A minor" or "D dorian"; found from the chords where it is left out.')
@json_option
def analyze(chords: str, key: str | None, as_json: bool) -> None:
    """Explain the progression CHORDS ("-" reads it from stdin). Bar lines tell its form too.

    \b
    partimento analyze "Cmaj7 A7 Dm7 G7" --key C
    partimento analyze "| C7 | F7 | C7 | C7 |"
    """

    async def work() -> Result[TheoryAnalysis]:
        async with opened("analyze") as client:
            return await client.analyze(read_text(chords), key)

    result = running(work())
    if as_json:
        print_json(result)
        return
    reading = result.value
    rows = [(c.symbol, c.numeral, c.function, c.scales[0].scale if c.scales else "", _why(c)) for c in reading.chords]
    found = "" if reading.key_given else " (found from the chords)"
    print_table(f"In {reading.key}{found}", ("chord", "numeral", "function", "scale", "why"), rows)
    _print_findings(reading)
    click.echo(receipt_line(result.receipt), err=True)


def _why(chord: ChordReading) -> str:
    """The sentence without what the other columns say already."""
    lead, named, told = chord.sentence.partition(f"{chord.symbol} is ")
    if not named:
        return chord.sentence
    if chord.here is not None:
        return lead + told
    return told.removeprefix(chord.numeral).lstrip(",: ")


def _print_findings(reading: TheoryAnalysis) -> None:
    """What is so about the whole: its form, its cadences and its lines, each beside its heading."""
    from rich.table import Table

    page = Table.grid(padding=(0, 2))
    page.add_column(style="bold", no_wrap=True)
    page.add_column()
    for row in _findings(reading):
        page.add_row(*row)
    if page.row_count:
        console().print(page)


def _findings(reading: TheoryAnalysis) -> Iterator[tuple[str, str]]:
    """Headings and sentences."""
    if reading.form is not None and (reading.form.name or len(reading.form.sections) > 1):
        yield "form", reading.form.sentence
    for place, change in enumerate(reading.modulations):
        yield "" if place else "keys", change.sentence
    cadences = Counter(cadence.sentence for cadence in reading.cadences)
    for place, (sentence, times) in enumerate(cadences.items()):
        yield "" if place else "cadences", sentence if times == 1 else f"{sentence} ({times} times)"
    lines = sorted(reading.remarks, key=lambda remark: _TOLD_LAST.get(remark.kind, 0))
    for place, remark in enumerate(lines[:_MOST_LINES]):
        yield "" if place else "voices", remark.sentence
    more = len(lines) - _MOST_LINES
    if more > 0:
        yield "", f"… and {more} more: --json shows all."
    for place, one in enumerate(reading.substitutions):
        yield "" if place else "instead", f"{' '.join(one.after)} for {' '.join(one.before)}: {one.reason}"
