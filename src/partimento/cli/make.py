"""`partimento make`: any task by name, its inputs as options. Knows how words become fields; the task reads them."""

from __future__ import annotations

import sys
from contextlib import aclosing
from typing import Any

import click
import msgspec

from partimento import plugins
from partimento.cli.client import opened, running
from partimento.cli.musical_keys import fields_in, keys_option
from partimento.cli.output import json_option, print_json, print_table, read_text, receipt_line
from partimento.cli.route import explain_option, print_route
from partimento.core.errors import BadInput
from partimento.core.request import Options, Request
from partimento.core.result import Done, Partial, Result, Started
from partimento.decoding.schema import encode


@click.command(context_settings={"ignore_unknown_options": True, "allow_interspersed_args": True})
@click.argument("name", metavar="TASK", required=False)
@click.argument("fields", nargs=-1, type=click.UNPROCESSED, metavar="[--FIELD VALUE]...")
@click.option("--list", "listing", is_flag=True, help="Show the tasks and their fields.")
@keys_option
@click.option("--model", help="A model's id, or a tier.")
@click.option("--seed", type=int, help="The same seed makes the same thing.")
@click.option("--language", help="The language to write in, where a model writes: ja, German …")
@click.option("--in-parts/--in-one-piece", default=None, help="Outline by the ablest model, details by others, or not.")
@click.option("--no-cache", is_flag=True, help="Make it anew, even where it is remembered.")
@explain_option
@json_option
def make(
    name: str | None,
    fields: tuple[str, ...],
    listing: bool,
    keys: str | None,
    model: str | None,
    seed: int | None,
    language: str | None,
    in_parts: bool | None,
    no_cache: bool,
    explain: bool,
    as_json: bool,
) -> None:
    """Make what TASK makes.

    \b
    partimento make --list
    partimento make progression --genre jazz --key Bb --bars 12
    partimento make exercise --genre jazz --kind voicing --voicing rootless --keys all
    partimento make curriculum --goals "accompany a choir" --genre gospel --level beginner --weeks 12
    """
    if listing or name is None:
        _print_tasks(as_json)
        return
    task, given = plugins.task(name), _fields(fields)
    wanted = [given] if keys is None else fields_in(keys, given)
    options = Options(seed=seed, language=language, in_parts=in_parts)
    requests = [task.ask(one).with_(options=options, cache="skip" if no_cache else "use") for one in wanted]
    if keys is None:
        _make_one(name, requests[0], model, explain=explain, as_json=as_json)
    else:
        _make_all(name, requests, model, as_json=as_json)


def _make_one(name: str, request: Request[Any], model: str | None, *, explain: bool, as_json: bool) -> None:
    result, started = running(_made(name, request, model))
    if explain:
        print_route(started, result.receipt)
    if as_json:
        print_json(result)
        return
    _print_value(result.value)
    click.echo(receipt_line(result.receipt), err=True)


async def _made(name: str, request: Request[Any], model: str | None) -> tuple[Result[Any], Started | None]:
    """The result and the route; on a terminal, each finished part is told."""
    started = None
    async with opened(f"make.{name}") as client, aclosing(client.stream(request, model=model)) as events:
        async for event in events:
            if isinstance(event, Started):
                started = event
            elif isinstance(event, Partial) and event.part and sys.stderr.isatty():
                click.echo(f"{event.part}: by {event.model}", err=True)
            elif isinstance(event, Done):
                return event.result, started
    raise AssertionError("a stream ends with Done or an error")


def _make_all(name: str, requests: list[Request[Any]], model: str | None, *, as_json: bool) -> None:
    """Several requests, and their results as a list."""

    async def work() -> list[Result[Any]]:
        async with opened(f"make.{name}") as client:
            return await client.make_many(requests, model=model)

    results = running(work())
    if as_json:
        print_json(results)
        return
    for result in results:
        _print_value(result.value)
        click.echo(receipt_line(result.receipt), err=True)


def _print_value(value: Any) -> None:
    click.echo(value if isinstance(value, str) else msgspec.json.format(encode(value), indent=2).decode())


def _fields(words: tuple[str, ...]) -> dict[str, Any]:
    """`--key Ab --keys=all` as fields. A repeated field, and one written as a JSON list, is a list; "-" reads stdin."""
    fields: dict[str, Any] = {}
    waiting = list(words)
    while waiting:
        word = waiting.pop(0)
        if not word.startswith("--"):
            raise BadInput(f"cannot place {word!r}", why="fields are written --FIELD VALUE", mend="see make --list")
        name, given, value = word.removeprefix("--").replace("-", "_").partition("=")
        if given:
            value = word.partition("=")[2]
        elif waiting:
            value = waiting.pop(0)
        else:
            raise BadInput(f"the field {word} has no value", why="fields are written --FIELD VALUE", mend=f"{word} …")
        fields[name] = _value(read_text(value))
    return fields


def _value(text: str) -> Any:
    if text[:1] in "[{":
        try:
            return msgspec.json.decode(text)
        except msgspec.DecodeError:
            return text
        except RecursionError as error:
            raise BadInput(
                "a field is nested too deep", why="it is no list or object of ours", mend="flatten it"
            ) from error
    return text


def _print_tasks(as_json: bool) -> None:
    tasks = [plugins.task(name) for name in plugins.task_names()]
    if as_json:
        print_json([{"name": t.name, "summary": t.summary, "inputs": msgspec.json.schema(t.inputs)} for t in tasks])
        return
    rows = []
    for task in tasks:
        inputs: Any = task.inputs
        rows.append((task.name, task.summary, " ".join(f"--{f.replace('_', '-')}" for f in inputs.__struct_fields__)))
    print_table("", ("task", "makes", "fields"), rows)
