"""`partimento text`: free text, or JSON of a schema, for a prompt. Knows its options; the tasks do the rest."""

from __future__ import annotations

import sys
from contextlib import aclosing
from pathlib import Path
from typing import Any

import click
import msgspec

from partimento.cli.client import opened, running
from partimento.cli.output import json_option, print_json, read_text, receipt_line
from partimento.cli.route import explain_option, print_route
from partimento.core.conversation import Conversation, said
from partimento.core.errors import BadInput
from partimento.core.request import Options, Request
from partimento.core.result import Delta, Done, Result, Started
from partimento.decoding.schema import encode


@click.command()
@click.argument("prompt")
@click.option("--task", "kind", default="text", show_default=True, help="What it is for: podcast_script, report, …")
@click.option("--system", help="A standing instruction.")
@click.option("--complexity", type=click.IntRange(1, 10), help="How able the model must be.")
@click.option("--model", help="A model's id, or a tier.")
@click.option("--temperature", type=click.FloatRange(0, 2), help="0: always the likeliest words.")
@click.option("--max-tokens", type=click.IntRange(min=1), help="The most tokens the answer may have.")
@click.option("--schema", type=click.Path(path_type=Path), help="A JSON schema that the answer must follow.")
@click.option("--no-cache", is_flag=True, help="Make it anew, even where it is remembered.")
@click.option("--stream", is_flag=True, help="Show the text as it is written.")
@explain_option
@json_option
def text(
    prompt: str, kind: str, system: str | None, complexity: int | None, model: str | None, temperature: float | None,
    max_tokens: int | None, schema: Path | None, no_cache: bool, stream: bool, explain: bool, as_json: bool,
) -> None:  # fmt: skip
    """Write a text for PROMPT ("-" reads it from stdin).

    \b
    partimento text "Three sentences on the ii-V-I" --model small
    partimento text - --task podcast_script --stream < notes.txt
    partimento text "Name three jazz standards" --schema names.schema.json
    """
    from partimento.tasks.text import text_request

    words = read_text(prompt)
    options = {"system": system, "complexity": complexity, "temperature": temperature, "max_tokens": max_tokens}
    given = {name: value for name, value in options.items() if value is not None}
    if schema is None:
        request: Request[Any] = text_request(kind, words, given)
    else:
        request = _structured(words, _schema_in(schema), given)
    if complexity is not None:
        request = request.with_(options=msgspec.structs.replace(request.options, complexity=complexity, model=None))
    request = request.with_(cache="skip" if no_cache else "use")
    result, started = running(_written(request, model, show=stream and not as_json))
    if as_json:
        print_json(result)
        return
    if not stream:
        click.echo(result.value if isinstance(result.value, str) else encode(result.value.value).decode())
    if explain:
        print_route(started, result.receipt)
    click.echo(receipt_line(result.receipt), err=True)


async def _written(request: Request[Any], model: str | None, *, show: bool) -> tuple[Result[Any], Started | None]:
    """The result; with `show` its text on the way, a piece at a time."""
    started = None
    async with opened("text") as client, aclosing(client.stream(request, model=model)) as events:
        async for event in events:
            if isinstance(event, Started):
                started = event
            elif isinstance(event, Delta) and show:
                sys.stdout.write(event.text)
                sys.stdout.flush()
            elif isinstance(event, Done):
                if show:
                    sys.stdout.write("\n")
                return event.result, started
    raise AssertionError("a stream ends with Done or an error")


def _structured(words: str, schema: dict[str, Any], given: dict[str, Any]) -> Request[Any]:
    from partimento.tasks import structured

    request = structured(conversation=Conversation(messages=(said("user", words),)), schema=schema)
    return request.with_(options=msgspec.convert(given, Options))


def _schema_in(path: Path) -> dict[str, Any]:
    try:
        return msgspec.json.decode(path.read_bytes(), type=dict[str, Any])
    except (OSError, msgspec.MsgspecError) as error:
        raise BadInput(
            f"cannot read the schema {path}", why=str(error), mend="name a file with one JSON schema"
        ) from error
