"""`partimento review`: what was made, judged one by one. Knows its options; leaves lines to `review_lines`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import click

from partimento import environment, plugins
from partimento.cli.client import store
from partimento.cli.output import json_option, print_json, print_table
from partimento.cli.review_lines import cells, columns, item_lines, said_line
from partimento.core.errors import BadInput
from partimento.flywheel.review_edit import read_json
from partimento.flywheel.review_marks import HARDEST, STATES, Entry, Review
from partimento.flywheel.review_queue import ORDERS, filters_of
from partimento.flywheel.reviews import Reviews

Command = TypeVar("Command", bound=Callable[..., Any])


@click.group()
def review() -> None:
    """Review what was made, one by one: verify, reject, rate, edit, take back. What is verified can be trained on."""


@contextmanager
def reviews() -> Iterator[Reviews]:
    """The owner's."""
    with store() as (opened, clock):
        yield Reviews(opened, clock, environment.new_id, plugins.task)


def filter_options(command: Command) -> Command:
    """Which items."""
    options = (
        click.option("--state", type=click.Choice([*STATES, "all"]), default="open", show_default=True),
        click.option("--task", default="", help="Of this task."),
        click.option("--model", default="", help="Made by this model."),
        click.option("--tag", default="", help="With this tag."),
        click.option("--rated/--unrated", "rated", default=None, help="Rated, or not yet."),
        click.option("--text", default="", help="Words of what was asked."),
        click.option("--order", type=click.Choice(ORDERS), default="newest", show_default=True),
    )
    for option in reversed(options):
        command = option(command)
    return command


def mark_options(command: Command) -> Command:
    """What can be said beside the verdict."""
    options = (
        click.option("--tag", "tags", multiple=True, help="All its tags anew; may be repeated."),
        click.option("--difficulty", type=click.IntRange(1, HARDEST)),
        click.option("--weight", type=float, help="How much it counts as an example; 1 is usual."),
        click.option("--note", help="For yourself: what is wrong, or why it is good."),
    )
    for option in reversed(options):
        command = option(command)
    return command


@review.command("next")
@filter_options
@click.option("--after", default="", help="The one that comes after this item.")
@json_option
def next_(after: str, as_json: bool, **filters: Any) -> None:
    """The next item to look at, readable; nothing when all is done."""
    with reviews() as kept:
        found = kept.queue(_filters(filters), after=kept.find(after) if after else "", most=1)
        entry = kept.one(found[0].id) if found else None
        reached = kept.reached(_filters(filters))
    if as_json:
        print_json(None if entry is None else _document(entry))
        return
    if entry is None:
        click.echo(f"nothing to review; {reached.ready} training-ready of {reached.goal}", err=True)
        return
    click.echo("\n".join(item_lines(entry)))
    told = f"{reached.done} of {reached.total} reviewed, {reached.ready} training-ready of {reached.goal}"
    click.echo(f"{told}; say: partimento review verify|reject {entry.item.id[:12]}", err=True)


@review.command("list")
@filter_options
@click.option("--after", default="", help="Those that come after this item.")
@click.option("--limit", type=click.IntRange(1, 200), default=20, show_default=True)
@json_option
def list_(after: str, limit: int, as_json: bool, **filters: Any) -> None:
    """The queue, an item a row."""
    with reviews() as kept:
        found = kept.queue(_filters(filters), after=kept.find(after) if after else "", most=limit)
    if as_json:
        print_json(found)
        return
    print_table("" if found else "No item is there", columns, map(cells, found), right=("rating",))


@review.command()
@click.argument("id")
@json_option
def show(id: str, as_json: bool) -> None:  # noqa: A002 (the word users know)
    """One item and what is said of it. ID: its beginning will do, here and below."""
    with reviews() as kept:
        entry = kept.one(kept.find(id))
    if as_json:
        print_json(_document(entry))
        return
    click.echo("\n".join(item_lines(entry)))


@review.command()
@click.argument("id")
@click.option("--rating", type=click.IntRange(0, 5))
@mark_options
@json_option
def verify(id: str, as_json: bool, **marks: Any) -> None:  # noqa: A002
    """It is good."""
    _tell(as_json, id, lambda kept, name: kept.verify(name, **_given(marks)))


@review.command()
@click.argument("id")
@click.option("--rating", type=click.IntRange(0, 5))
@mark_options
@json_option
def reject(id: str, as_json: bool, **marks: Any) -> None:  # noqa: A002
    """It is not; it is never trained on. The note may say why."""
    _tell(as_json, id, lambda kept, name: kept.reject(name, **_given(marks)))


@review.command()
@click.argument("id")
@click.argument("rating", type=click.IntRange(0, 5))
@mark_options
@json_option
def rate(id: str, rating: int, as_json: bool, **marks: Any) -> None:  # noqa: A002
    """How good it is, 0 to 5; the first rating tells of the model that made it."""
    _tell(as_json, id, lambda kept, name: kept.rate(name, rating, **_given(marks)))


@review.command()
@click.argument("id")
@mark_options
@json_option
def mark(id: str, as_json: bool, **marks: Any) -> None:  # noqa: A002
    """Tags, difficulty, weight, note."""
    _tell(as_json, id, lambda kept, name: kept.mark(name, **_given(marks)))


@review.command()
@click.argument("id")
@click.argument("file", default="-")
@click.option("--force", is_flag=True, help="Although the theory engine contradicts it.")
@click.option("--verify", "verified", is_flag=True, help="And it is good now.")
@json_option
def edit(id: str, file: str, force: bool, verified: bool, as_json: bool) -> None:  # noqa: A002
    """The value as it should have been, from FILE or stdin: JSON, or the text itself where the item is a text."""
    written = _read(file)

    def said(kept: Reviews, name: str) -> Review:
        value = written.removesuffix("\n") if isinstance(kept.one(name).value, str) else read_json(written)
        return kept.edit(name, value, force=force, verify=verified)

    _tell(as_json, id, said)


@review.command()
@click.argument("id")
@json_option
def undo(id: str, as_json: bool) -> None:  # noqa: A002
    """Take the last change back; again, and the one before it."""
    _tell(as_json, id, lambda kept, name: kept.undo(name))


def _tell(as_json: bool, beginning: str, said: Callable[[Reviews, str], Review]) -> None:
    with reviews() as kept:
        told = said(kept, kept.find(beginning))
    if as_json:
        print_json(told)
        return
    click.echo(said_line(told))


def _filters(given: dict[str, Any]) -> Any:
    rated = {None: "", True: "yes", False: "no"}[given["rated"]]
    return filters_of({**given, "rated": rated})


def _given(marks: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in marks.items() if value is not None and value != ()}


def _document(entry: Entry) -> dict[str, Any]:
    row = entry.item
    told = {"id": row.id, "task": row.task, "model": row.model, "prompt": row.prompt, "value": entry.value}
    return {**told, "created_at": row.created_at, "review": entry.review}


def _read(file: str) -> str:
    try:
        if file == "-":
            return sys.stdin.read()
        return Path(file).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"cannot read {file}", why=str(error), mend="name a file of text, or - for stdin") from error
