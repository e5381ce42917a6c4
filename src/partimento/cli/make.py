"""`partimento make`: any task by name, its inputs as options. Knows how words become fields; the task reads them."""

from __future__ import annotations

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
from partimento.core.result import Result
from partimento.decoding.schema import encode


@click.command(context_settings={"ignore_unknown_options": True, "allow_interspersed_args": True})
@click.argument("name", metavar="TASK", required=False)
@click.argument("fields", nargs=-1, type=click.UNPROCESSED, metavar="[--FIELD VALUE]...")
@click.option("--list", "listing", is_flag=True, help="Show the tasks and their fields.")
@keys_option
@click.option("--model", help="A model's id, or a tier.")
@click.option("--seed", type=int, help="The same seed makes the same thing.")
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
    no_cache: bool,
    explain: bool,
    as_json: bool,
) -> None:
    """Make what TASK makes.

    \b
    partimento make --list
    partimento make progression --genre jazz --key Bb --bars 12
    partimento make exercise --genre jazz --kind voicing --voicing rootless --keys all
    """
    if listing or name is None:
        _print_tasks(as_json)
        return
    task, given = plugins.task(name), _fields(fields)
    wanted = [given] if keys is None else fields_in(keys, given)
    options = Options(seed=seed)
    requests = [task.ask(one).with_(options=options, cache="skip" if no_cache else "use") for one in wanted]
    if keys is None:
        _make_one(name, requests[0], model, explain=explain, as_json=as_json)
    else:
        _make_all(name, requests, model, as_json=as_json)


def _make_one(name: str, request: Request[Any], model: str | None, *, explain: bool, as_json: bool) -> None:
    async def work() -> Any:
        async with opened(f"make.{name}") as client:
            return await client.told(request, model=model)

    result, started = running(work())
    if explain:
        print_route(started, result.receipt)
    if as_json:
        print_json(result)
        return
    _print_value(result.value)
    click.echo(receipt_line(result.receipt), err=True)


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
