"""`partimento library export | import | key`: packs on the command line. Knows options; leaves packs to `library`."""

from __future__ import annotations

from pathlib import Path

import click

from partimento.cli.client import opened, running
from partimento.cli.output import json_option, print_json
from partimento.cli.progress import Line
from partimento.core.errors import BadInput
from partimento.library.bringing import Imported, Trust
from partimento.library.pack import Exported
from partimento.library.signing import fingerprint
from partimento.music.key import Key


@click.command()
@click.option("-o", "--out", "path", type=click.Path(path_type=Path), required=True, help="The pack to write.")
@click.option("--job", default="", help="Only what this job made.")
@click.option("--task", default="", help="Only items of this task.")
@click.option("--genre", default="", help="Only of this genre.")
@click.option("--in", "music_key", default="", metavar="KEY", help="Only in this musical key.")
@click.option("--level", default="", help="Only of this level.")
@click.option("--kind", default="", help="Only of this kind.")
@click.option("--name", default="", help="What the pack is called; else as the job.")
@click.option("--version", default="1", show_default=True, help="Your word for this state of it.")
@click.option("--licence", default="", help="Under what terms it is given away.")
@click.option("--key", type=click.Path(path_type=Path), help="A PEM file to sign with, instead of your own.")
@json_option
def export(
    path: Path,
    job: str,
    task: str,
    genre: str,
    music_key: str,
    level: str,
    kind: str,
    name: str,
    version: str,
    licence: str,
    key: Path | None,
    as_json: bool,
) -> None:
    """Write what was made to one signed file. No prompt, user or cost goes with it."""
    words = {
        "job": job,
        "task": task,
        "genre": genre,
        "key": Key.parse(music_key).symbol if music_key else "",
        "level": level,
        "kind": kind,
    }

    async def work() -> Exported:
        async with opened("library.export") as client:
            chosen = {word: value for word, value in words.items() if value}
            found = client.library
            return found.export(path, name=name, version=version, licence=licence, sign_with=key, **chosen)

    told = running(work())
    if as_json:
        print_json(told)
        return
    click.echo(f"{told.path}: {told.items:,} items, {told.bytes / 1e6:.2f} MB, signed by {fingerprint(told.signed_by)}")
    if told.withheld:
        click.echo(f"  {told.withheld:,} left out: something personal was found in them")


@click.command("import")
@click.argument("path", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--trust", "trusted", default="", metavar="KEY", help="Only if this key, or fingerprint, signed it.")
@click.option("--any", "anyone", is_flag=True, help="Whoever signed it, without remembering him.")
@click.option("--partly", is_flag=True, help="Leave out items that cannot be served here.")
@json_option
def import_(path: Path, trusted: str, anyone: bool, partly: bool, as_json: bool) -> None:
    """Take a pack in: what is in it is served from now on, without a model.

    Who signed the first pack of a name is remembered, and another signer is refused later.
    """
    if trusted and anyone:
        raise BadInput(
            "--trust and --any contradict each other", why="one key, or whoever", mend="leave one of them out"
        )

    async def work() -> Imported:
        async with opened("library.import") as client:
            with Line() as line:
                trust = Trust(trusted, anyone)
                return client.library.import_(
                    path, trust, partly=partly, told=lambda done, of: line.show(f"{path.name}: {done * 100 // of} %")
                )

    told = running(work())
    if as_json:
        print_json(told)
        return
    seen = "" if anyone else ", trusted from now on" if told.first_seen else ", who is trusted"
    here = " were here already" if told.already_here else ""
    click.echo(f"{told.name} {told.version}: {told.items:,} items{here}, signed by {told.signer}{seen}")
    if told.left_out:
        click.echo(f"  {told.left_out:,} left out, the first because {told.first_left_out}")


@click.command()
@json_option
def key(as_json: bool) -> None:
    """The public half of the key that your packs are signed with, and its fingerprint."""

    async def work() -> str:
        async with opened("library.key") as client:
            return client.library.public_key

    public = running(work())
    if as_json:
        print_json({"public_key": public, "fingerprint": fingerprint(public)})
    else:
        click.echo(f"{public}\n{fingerprint(public)}")
