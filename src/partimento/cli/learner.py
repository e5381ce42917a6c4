"""`partimento learner`: who learns, how it goes, what is next. Knows its options; leaves lines to `learner_lines`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
import msgspec

from partimento import environment
from partimento.cli.client import store
from partimento.cli.learner_lines import (
    learner_lines,
    next_lines,
    people_lines,
    preferences_table,
    recorded_lines,
    reviews_table,
    skills_table,
    told,
)
from partimento.cli.output import json_option, print_json
from partimento.core.errors import BadInput
from partimento.decoding.schema import encode
from partimento.learner.learners import Learners
from partimento.learner.personal import KNOWN

key_option = click.option("--key", "holder", default="", help="Of this API key (its id), where several have that one.")


@click.group()
def learner() -> None:
    """Learners: what they can, what is due, what to practise next; all of one to export and to delete."""


@contextmanager
def learners(holder: str) -> Iterator[Learners]:
    """Those of a key, or the owner's view of all."""
    with store() as (opened, clock):
        yield Learners(opened, clock, environment.new_id, holder)


@learner.command()
@click.argument("id", required=False, default="")
@click.option("--name", help="What to call them.")
@click.option("--level", help="1-10, or beginner, intermediate, advanced.")
@click.option("--genre", help="What they play.")
@click.option("--goal", "goals", multiple=True, help="What they want to be able to do; may be repeated.")
@key_option
@json_option
def add(id: str, holder: str, as_json: bool, **profile: Any) -> None:  # noqa: A002 (the word users know)
    """A new learner, by your own ID of them; without one, one is made."""
    with learners(holder) as kept:
        made = kept.add(id, **_given(profile))
    told(made, as_json, made.id)


@learner.command()
@click.argument("id")
@click.option("--name", help="What to call them.")
@click.option("--level", help="1-10, or beginner, intermediate, advanced.")
@click.option("--genre", help="What they play.")
@click.option("--goal", "goals", multiple=True, help="All goals anew; may be repeated.")
@key_option
@json_option
def change(id: str, holder: str, as_json: bool, **profile: Any) -> None:  # noqa: A002
    """Say something else of a learner."""
    with learners(holder) as kept:
        changed = kept.change(id, **_given(profile))
    told(changed, as_json, f"changed {changed.id}")


@learner.command("list")
@click.option("--limit", type=click.IntRange(1), default=100, show_default=True)
@key_option
@json_option
def list_(limit: int, holder: str, as_json: bool) -> None:
    """Every learner, in the order they came."""
    with learners(holder) as kept:
        found = kept.list(limit)
    if as_json:
        print_json(found)
        return
    click.echo("\n".join(people_lines(found)))


@learner.command()
@click.argument("id")
@key_option
@json_option
def show(id: str, holder: str, as_json: bool) -> None:  # noqa: A002
    """Who it is, what they can and how sure that is, what they follow."""
    with learners(holder) as kept:
        shown = kept.show(id)
    if as_json:
        print_json(shown)
        return
    click.echo("\n".join(learner_lines(shown)))
    skills_table(shown)


@learner.command()
@click.argument("id")
@click.option("--concept", "concepts", multiple=True, help="What it says something of; may be repeated.")
@click.option("--score", type=float, help="0 to 1.")
@click.option("--grade", help="A grade as `partimento grade --json` prints it: a file, or - for stdin.")
@click.option("--feedback", help="Feedback on an assessment, as JSON: a file, or -.")
@click.option("--exercise", help="The exercise, as `partimento make exercise --json` prints it: a file, or -.")
@click.option("--part", default="", help="The exercise or assessment of a curriculum it was, by its id.")
@click.option("--level", help="1-10, where no exercise says it.")
@click.option("--id", "result_id", default="", help="Your own id of this result, under which it counts once.")
@click.option("--rating", type=click.IntRange(0, 5), help="What the learner thought of it.")
@click.option("--like/--dislike", "liked", default=None)
@click.option("--skipped", is_flag=True, help="It was put aside unplayed.")
@key_option
@json_option
def result(id: str, holder: str, result_id: str, as_json: bool, **fields: Any) -> None:  # noqa: A002
    """How an exercise went."""
    for name in ("grade", "feedback", "exercise"):
        if fields[name] is not None:
            fields[name] = read_document(fields[name])
    with learners(holder) as kept:
        recorded = kept.record(id, id=result_id, **_given(fields))
    if as_json:
        print_json(recorded)
        return
    click.echo("\n".join(recorded_lines(recorded)))


@learner.command("next")
@click.argument("id")
@key_option
@json_option
def next_(id: str, holder: str, as_json: bool) -> None:  # noqa: A002
    """The exercise to practise now, and why."""
    with learners(holder) as kept:
        chosen = kept.next(id)
    if as_json:
        print_json(chosen)
        return
    click.echo("\n".join(next_lines(chosen)))
    if chosen.part:
        click.echo(f"tell how it went: partimento learner result {id} --part {chosen.part} --score 0.8", err=True)


@learner.command()
@click.argument("id")
@click.option("--due", "due_only", is_flag=True, help="Only what is due.")
@key_option
@json_option
def reviews(id: str, due_only: bool, holder: str, as_json: bool) -> None:  # noqa: A002
    """What comes up again, and when."""
    with learners(holder) as kept:
        found = kept.reviews(id, due_only=due_only)
    if as_json:
        print_json(found)
        return
    reviews_table(found)


@learner.command()
@click.argument("id")
@click.option("--reset", is_flag=False, flag_value="all", help="Forget them: all, or ASPECT, or ASPECT=VALUE.")
@key_option
@json_option
def preferences(id: str, reset: str | None, holder: str, as_json: bool) -> None:  # noqa: A002
    """What a learner likes, as counted; the counters fade."""
    with learners(holder) as kept:
        if reset is not None:
            aspect, _, value = ("" if reset == "all" else reset).partition("=")
            gone = kept.reset_preferences(id, aspect, value)
            told({"forgotten": gone}, as_json, f"forgot {gone} preferences of {id}")
            return
        found = kept.preferences(id)
    if as_json:
        print_json(found)
        return
    preferences_table(found)


@learner.command()
@click.argument("id")
@click.option("--out", type=click.Path(path_type=Path), help="A file, instead of stdout.")
@key_option
@json_option
def export(id: str, out: Path | None, holder: str, as_json: bool) -> None:  # noqa: A002
    """All that is known of one learner, as one JSON document."""
    with learners(holder) as kept:
        data = kept.export(id)
    if out is None:
        print_json(data)
        return
    try:
        out.write_bytes(msgspec.json.format(encode(data), indent=2))
    except OSError as error:
        raise BadInput(f"cannot write {out}", why=error.strerror or str(error), mend="name another file") from error
    told({"id": id, "file": str(out)}, as_json, f"wrote {out}")


@learner.command()
@click.argument("id")
@click.option("--yes", is_flag=True, help="Do not ask.")
@key_option
@json_option
def delete(id: str, yes: bool, holder: str, as_json: bool) -> None:  # noqa: A002
    """Delete all that is known of one learner. Requests stay in the ledger, without the name."""
    with learners(holder) as kept:
        who = kept.find(id)
        sure(yes, f"Delete all data of {who.id}{f' ({who.name})' if who.name else ''}?")
        gone = kept.delete(id)
    words = f"deleted {gone.id} (rows: {gone.rows}, curricula: {gone.curricula}, made for them alone: {gone.items})"
    told(gone, as_json, words)


@learner.command()
@click.argument("id")
@click.argument("what", type=click.Choice([*KNOWN, "all"]))
@click.option("--yes", is_flag=True, help="Do not ask.")
@key_option
@json_option
def reset(id: str, what: str, yes: bool, holder: str, as_json: bool) -> None:  # noqa: A002
    """Forget WHAT was learnt of a learner; the profile and the curricula stay."""
    with learners(holder) as kept:
        kept.find(id)
        sure(yes, f"Forget {'all that was learnt' if what == 'all' else f'the {what}'} of {id}?")
        gone = kept.reset(id, what)
    told({"id": id, "forgotten": gone}, as_json, f"forgot {gone} rows of {id}")


def sure(yes: bool, question: str) -> None:
    """Ask, unless told not to. Raises BadInput where nobody can answer."""
    if yes:
        return
    if not sys.stdin.isatty():
        raise BadInput("nobody is there to confirm it", why="it cannot be undone", mend="say --yes")
    click.confirm(question, abort=True, err=True)


def read_document(place: str) -> Any:
    """JSON from a file, or stdin for "-". Raises BadInput."""
    try:
        raw = sys.stdin.buffer.read() if place == "-" else Path(place).read_bytes()
        return msgspec.json.decode(raw)
    except OSError as error:
        raise BadInput(f"cannot read {place}", why=error.strerror or str(error), mend="name a file of JSON") from error
    except msgspec.DecodeError as error:
        raise BadInput(f"{place} is no JSON", why=str(error), mend="give it as --json printed it") from error


def _given(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None and value != ()}
