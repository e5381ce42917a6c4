"""`partimento compose`: an arrangement to read, hear and open elsewhere. Knows its options and its table only."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from partimento.cli.client import opened, running
from partimento.cli.musical_keys import keys_for, keys_option, path_in
from partimento.cli.output import check_out, console, json_option, print_json, read_text, receipt_line
from partimento.cli.route import explain_option, print_route
from partimento.core.result import Result, Started
from partimento.shapes.arrangement import SUFFIXES, Arrangement


@click.command()
@click.argument("genre")
@click.argument("description", default="")
@click.option("--key", help='Such as "Ab", "C minor", "Am".')
@keys_option
@click.option("--tempo", type=float, help="Quarter notes a minute.")
@click.option("--bars", type=int, help="How many bars.")
@click.option("--meter", help='Such as "4/4", "3/4", "6/8".')
@click.option("--level", help="1-10, or beginner, intermediate, advanced.")
@click.option("--application", help='Such as "worship", "swing", "ballad".')
@click.option("--tracks", help='Who plays beside the pianist: "bass,drums", "all" or "piano".')
@click.option("--seed", type=int, help="The same seed composes the same piece.")
@click.option("--model", help="A model's id, or a tier; leave out to let the route choose.")
@click.option("--no-cache", is_flag=True, help="Make it anew, even where it is remembered.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    multiple=True,
    help="Write .mid .musicxml .abc .txt .cho .ireal .wav .json; repeatable.",
)
@click.option(
    "--open", "opening", is_flag=True, help="Look at it in the browser; serves it until Ctrl-C where need be."
)
@explain_option
@json_option
def compose(
    genre: str,
    description: str,
    keys: str | None,
    seed: int | None,
    model: str | None,
    no_cache: bool,
    out: tuple[Path, ...],
    opening: bool,
    explain: bool,
    as_json: bool,
    **fields: Any,
) -> None:
    """Compose an arrangement in GENRE for two hands, steered by DESCRIPTION ("-": stdin).

    \b
    partimento compose gospel "slow worship ballad, 2-5-1 into the chorus" --key Ab --out song.mid
    partimento compose gospel "slow worship ballad" --key Ab --open
    partimento compose jazz "bebop with tritone substitutions" --bars 32 --level advanced --seed 7
    """
    check_out(out, SUFFIXES)
    fields |= {"description": read_text(description), "seed": seed, "cache": not no_cache}
    if keys is None:
        result, started = running(_one(genre, model, fields))
        results = [result]
    else:
        wanted = keys_for(keys, fields.pop("key"), fields["description"])
        results, started = running(_all(genre, model, [{**fields, "key": key} for key in wanted])), None
    for result in results:
        for path in out:
            target = path if keys is None else path_in(path, result.value.key)
            click.echo(f"wrote {result.value.save(target)}", err=True)
    if explain:
        print_route(started, results[0].receipt)
    if as_json:
        print_json(results[0] if keys is None else results)
    else:
        for result in results:
            _print_arrangement(result)
    if opening:
        from partimento.cli.opening import show

        show(f"/items/{results[0].receipt.memory_id}" if keys is None else "/studio")


async def _one(genre: str, model: str | None, fields: dict[str, Any]) -> tuple[Result[Arrangement], Started | None]:
    async with opened("compose") as client:
        return await client.told(client.composition(genre, **fields), model=model)


async def _all(genre: str, model: str | None, pieces: list[dict[str, Any]]) -> list[Result[Arrangement]]:
    async with opened("compose") as client:
        return await client.make_many([client.composition(genre, **fields) for fields in pieces], model=model)


def _print_arrangement(result: Result[Arrangement]) -> None:
    """Bars four to a row, each chord over its numeral, a heading for each section."""
    from rich import box
    from rich.table import Table

    piece = result.value
    terminal = console()
    terminal.print(
        f"[bold]{piece.genre.title()}[/] in {piece.key} · {piece.tempo:g} bpm · {piece.meter} · {piece.bars} bars · "
        f"{piece.generation_method}"
    )
    in_bar: dict[int, list[Any]] = {}
    for chord in piece.chords:
        in_bar.setdefault(chord.bar, []).append(chord)
    width = max(len(line) for chords in in_bar.values() for line in _lines(chords)) + 3  # all sections in line
    for section in piece.sections:
        table = Table(
            title=section.name, title_justify="left", title_style="bold", box=box.SQUARE, show_header=False,
            show_lines=True, pad_edge=True,
        )  # fmt: skip
        for _ in range(4):
            table.add_column(min_width=width)
        bars = range(section.start_bar, section.start_bar + section.bars)
        cells = [_cell(bar, in_bar.get(bar, [])) for bar in bars]
        for start in range(0, len(cells), 4):
            table.add_row(*cells[start : start + 4])
        terminal.print(table)
    terminal.print(receipt_line(result.receipt), style="dim")
    for note in result.receipt.notes:
        terminal.print(f"note: {note}", style="dim")


def _cell(bar: int, chords: list[Any]) -> str:
    symbols, romans = _lines(chords)
    return f"[dim]{bar:>2}[/] [bold]{symbols}[/]\n   [cyan]{romans}[/]"


def _lines(chords: list[Any]) -> tuple[str, str]:
    """The symbols of a bar, and beneath them their numerals."""
    widths = [max(len(chord.symbol), len(chord.roman)) for chord in chords]
    symbols = "  ".join(f"{chord.symbol:<{width}}" for chord, width in zip(chords, widths, strict=True))
    romans = "  ".join(f"{chord.roman:<{width}}" for chord, width in zip(chords, widths, strict=True))
    return symbols, romans
