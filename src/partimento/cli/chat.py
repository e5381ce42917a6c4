"""`partimento chat`: a conversation with the coach, streamed. Knows turns and how they end; the task knows its role."""

from __future__ import annotations

import sys
from contextlib import aclosing
from typing import Any

import click

from partimento.cli.client import opened, running
from partimento.cli.output import json_option, print_json, read_text, receipt_line
from partimento.client import AsyncPartimento
from partimento.core.errors import PartimentoError
from partimento.core.result import Delta, Done, Result

Turns = list[dict[str, str]]


@click.command()
@click.argument("message", required=False)
@click.option("--learner", help="Whose profile, results and reviews the coach knows; see `partimento learner`.")
@click.option("--level", type=click.IntRange(1, 10), help="Your level, where no learner tells it.")
@click.option("--genre", help="What you play, where no learner tells it.")
@click.option("--language", help="The language to reply in; else that of your message.")
@click.option("--model", help="A model's id, or a tier.")
@json_option
def chat(
    message: str | None,
    learner: str | None,
    level: int | None,
    genre: str | None,
    language: str | None,
    model: str | None,
    as_json: bool,
) -> None:
    """Talk with the coach: one MESSAGE ("-" reads it from stdin), or without one a conversation.

    \b
    partimento chat "What should I practise today?" --learner anna
    partimento chat --level 4 --genre gospel      an empty line or Ctrl-D ends it
    """
    known = {name: value for name, value in (("skill_level", level), ("genre", genre)) if value is not None}
    once = None if message is None else read_text(message)
    running(_talked(once, known, learner or "", language or "", model, as_json=as_json))


async def _talked(
    once: str | None, known: dict[str, Any], learner: str, language: str, model: str | None, *, as_json: bool
) -> None:
    async with opened("chat") as client:
        if once is not None:
            await _turn(client, once, known, [], learner, language, model, as_json=as_json)
            return
        history: Turns = []
        if sys.stdin.isatty():
            click.echo("Talk with your coach; an empty line ends it.", err=True)
        while words := _next_words():
            try:
                result = await _turn(client, words, known, history, learner, language, model, as_json=as_json)
            except PartimentoError as error:
                if not sys.stdin.isatty():
                    raise
                click.echo(f"{error}\n{error.mend}", err=True)  # a conversation goes on after a slip
                continue
            history += [{"role": "user", "text": words}, {"role": "assistant", "text": result.value}]


def _next_words() -> str:
    """The next message; "" at the end."""
    try:
        return input("> " if sys.stdin.isatty() else "").strip()
    except EOFError:
        return ""


async def _turn(
    client: AsyncPartimento,
    words: str,
    known: dict[str, Any],
    history: Turns,
    learner: str,
    language: str,
    model: str | None,
    *,
    as_json: bool,
) -> Result[str]:
    request = client.coaching(words, known, history=history, learner=learner, language=language)
    async with aclosing(client.stream(request, model=model)) as events:
        async for event in events:
            if isinstance(event, Delta) and not as_json:
                sys.stdout.write(event.text)
                sys.stdout.flush()
            elif isinstance(event, Done):
                if as_json:
                    print_json(event.result)
                else:
                    sys.stdout.write("\n")
                    click.echo(receipt_line(event.result.receipt), err=True)
                return event.result
    raise AssertionError("a stream ends with Done or an error")
