"""`partimento analyze`: what each chord is and does. Knows its options and its table only."""

from __future__ import annotations

import click

from partimento.cli.client import opened, running
from partimento.cli.output import json_option, print_json, print_table, read_text, receipt_line
from partimento.core.result import Result
from partimento.shapes.theory import TheoryAnalysis


@click.command()
@click.argument("chords")
@click.option("--key", help='Such as "C" or "A minor"; found from the chords where it is left out.')
@json_option
def analyze(chords: str, key: str | None, as_json: bool) -> None:
    """Explain the progression CHORDS ("-" reads it from stdin).

    \b
    partimento analyze "Cmaj7 A7 Dm7 G7" --key C
    """

    async def work() -> Result[TheoryAnalysis]:
        async with opened("analyze") as client:
            return await client.analyze(read_text(chords), key)

    result = running(work())
    if as_json:
        print_json(result)
        return
    reading = result.value
    rows = [(c.symbol, c.numeral, c.function, c.sentence) for c in reading.chords]
    found = "" if reading.key_given else " (found from the chords)"
    print_table(f"In {reading.key}{found}", ("chord", "numeral", "function", "why"), rows)
    click.echo(receipt_line(result.receipt), err=True)
