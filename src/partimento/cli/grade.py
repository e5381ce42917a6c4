"""`partimento grade`: a take judged against an exercise or a criterion. Knows its options and its tables only."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, Final

import click
import msgspec

from partimento.cli.client import opened, running
from partimento.cli.output import json_option, print_json, print_table, receipt_line
from partimento.core.errors import BadInput
from partimento.core.result import Result
from partimento.music.formats.midi_reading import LARGEST
from partimento.music.grading.grade import Grade

_MOST_SHOWN: Final = 40


@click.command()
@click.argument("take")
@click.option(
    "--task",
    "task_file",
    help='The exercise or arrangement as JSON, as `make` or `compose --json` prints it ("-": stdin).',
)
@click.option("--index", type=int, help="Which one, where the file holds a list; from 1.")
@click.option("--criterion", help='Instead of a task: what was to be played, such as "play G7 in first inversion".')
@click.option("--tempo", type=float, help="Quarter notes a minute, where a JSON take counts in beats.")
@click.option("--no-cache", is_flag=True, help="Judge it anew, even where it is remembered.")
@json_option
def grade(
    take: str,
    task_file: str | None,
    index: int | None,
    criterion: str | None,
    tempo: float | None,
    no_cache: bool,
    as_json: bool,
) -> None:
    """Grade TAKE, a MIDI file or a JSON list of notes ("-": stdin).

    \b
    partimento make exercise --genre jazz --key Bb --json > exercise.json
    partimento grade take.mid --task exercise.json
    partimento grade take.mid --criterion "play a rootless Dm7 voicing"
    """
    if take == "-" and task_file == "-":
        raise BadInput("stdin cannot be both the take and the task", why="it is read once", mend="save one as a file")
    played = _take(take)
    asked = None if task_file is None else _json(_bytes(task_file), task_file)

    async def work() -> Result[Grade]:
        async with opened("grade") as client:
            return await client.grade(played, asked, criterion=criterion, index=index, tempo=tempo, cache=not no_cache)

    result = running(work())
    if as_json:
        print_json(result)
        return
    _print_grade(result.value)
    click.echo(receipt_line(result.receipt), err=True)


def _bytes(name: str) -> bytes:
    """The file, or all of stdin; what is too large for a take is not read."""
    if name == "-":
        return sys.stdin.buffer.read(LARGEST + 1)
    path = Path(name)
    try:
        if path.stat().st_size > LARGEST:
            raise BadInput(
                f"{path} has {path.stat().st_size:,} bytes",
                why=f"{LARGEST:,} are read at most",
                mend="export only the take, as notes without audio or sysex",
            )
        return path.read_bytes()
    except OSError as error:
        raise BadInput(
            f"cannot read {name}", why=error.strerror or str(error), mend="name a file that is there"
        ) from error


def _take(name: str) -> Any:
    """The bytes of a MIDI file, or what a JSON file holds: told apart by their beginning, not by the name."""
    content = _bytes(name)
    return _json(content, name) if content.lstrip()[:1] in (b"[", b"{") else content


def _json(content: bytes, name: str) -> Any:
    try:
        return msgspec.json.decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadInput(f"cannot read {name}", why=f"it is no JSON: {error}", mend="write it with --json") from error


def _print_grade(judged: Grade) -> None:
    """Marks, a row for each bar that is not whole, what was found, what to practise."""
    marks = judged.marks
    parts = (("notes", marks.notes), ("rhythm", marks.rhythm), ("dynamics", marks.dynamics), ("hands", marks.hands))
    told = ", ".join(f"{name} {value}" for name, value in parts if value is not None)
    met = "" if judged.met is None else " (met)" if judged.met else " (not met)"
    click.echo(f"{judged.score} of 100{met}: {told}")
    for line in (judged.tempo, judged.transposed):
        if line is not None:
            click.echo(line.sentence)
    columns = ("bar", "score", "right", "wrong", "missing", "extra", "late", "early")
    rows = [
        (str(bar.bar), str(bar.score), f"{bar.right}/{bar.asked}",
         *(str(count or "") for count in (bar.wrong, bar.missing, bar.extra, bar.late, bar.early)))
        for bar in judged.bars
        if bar.score < 100
    ]  # fmt: skip
    if rows:
        print_table("Bars that are not whole", columns, rows, right=columns)
    if judged.findings:
        shown = judged.findings[:_MOST_SHOWN]
        print_table("", ("found", "what"), [(one.kind, one.sentence) for one in shown])
        if len(shown) < len(judged.findings):
            click.echo(f"and {len(judged.findings) - len(shown)} more; --json shows all")
    for practice in judged.advice:
        click.echo(f"practise: {practice.sentence}")
    for remark in judged.remarks:
        click.echo(f"note: {remark}", err=True)
