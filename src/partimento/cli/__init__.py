"""The command line: one file per command group. Knows how commands are found and how errors are told; makes nothing."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import Any

import click

from partimento import __version__
from partimento.core.errors import PartimentoError

COMMANDS = {  # told here so that --help loads none of them
    "compose": "Compose an arrangement in a genre and write it to files.",
    "make": "Make what any task makes; --list shows the tasks.",
    "text": "Write a text for a prompt, or JSON that follows a schema.",
    "chat": "Talk with a coach who knows the learner and says nothing unproven.",
    "analyze": "Explain a chord progression: numerals, functions, reasons.",
    "grade": "Judge a played take: what was wrong, a score, what to practise.",
    "serve": "Answer other programs: OpenAI, Anthropic, Ollama and native HTTP.",
    "models": "Local models: what is here, what fits, fetch, load, unload, measure.",
    "providers": "Models, their vendors, keys and prices: set up, list, change, test.",
    "pool": "The daemon that keeps local models in memory: start, look at, stop.",
    "library": "Generate content ahead of time, and carry it in packs; then no model is asked.",
    "review": "Review what was made: verify, reject, rate, edit, take back.",
    "learner": "Learners: what they can, what is due, what is next; export and delete all of one.",
    "curriculum": "Curricula: templates to activate, plans to edit, progress, changes after results.",
    "router": "How the route fared with each model, and what it suggests to set.",
    "usage": "What was asked, answered from memory, spent and saved.",
    "keys": "Give out API keys with caps, rates and models; revoke them.",
    "budgets": "Cap what everybody, a user or a key may spend.",
    "cache": "Look at what is remembered; prune what has expired.",
    "config": "Show every setting and where its value came from.",
    "db": "Migrate, back up and restore the database.",
    "doctor": "Check this installation and say what to mend.",
}

NEXT_STEPS = """\
Partimento makes music and learning content, checks it, remembers it, and accounts for it.

  partimento compose gospel "slow worship ballad, 2-5-1 into the chorus" --key Ab --out song.mid
  partimento analyze "Cmaj7 A7 Dm7 G7" --key C
  partimento make --list
  partimento models pull small a model of your own machine, fetched and checked
  partimento doctor            what could answer on this machine
  partimento --help            all commands
"""


class Commands(click.Group):
    """Finds a command's file when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(import_module(f"partimento.cli.{cmd_name}"), cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        from difflib import get_close_matches

        if args and args[0] not in COMMANDS:
            near = get_close_matches(args[0], COMMANDS, n=1)
            hint = f"did you mean {near[0]!r}?" if near else "see `partimento --help`"
            raise click.UsageError(f"unknown command {args[0]!r}; {hint}")
        return super().resolve_command(ctx, args)


@click.group(cls=Commands, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="partimento")
@click.pass_context
def partimento(ctx: click.Context) -> None:
    """Checked, remembered, accounted content for music and learning apps."""
    if ctx.invoked_subcommand is None:
        click.echo(NEXT_STEPS, nl=False)


def main(arguments: list[str] | None = None) -> None:
    """Run, and end with the exit code that the documentation promises; never with a traceback."""
    try:
        code = partimento.main(arguments, prog_name="partimento", standalone_mode=False)
    except PartimentoError as error:
        _tell(error.what, error.why, error.mend)
        code = error.exit_code
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
        code = 0
    except click.ClickException as error:
        what, _, mend = error.format_message().partition("; ")
        _tell(what, "the command line could not be read", mend or _help_hint(error))
        code = 2
    except (click.Abort, KeyboardInterrupt):
        _tell("interrupted", "you stopped it", "run the same command again: what was answered is remembered")
        code = 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the reader has gone; nothing is wrong
        code = 0
    except Exception as error:
        if os.environ.get("PARTIMENTO_DEBUG"):
            raise
        _tell(
            "something unexpected happened", f"{type(error).__name__}: {error}", "set PARTIMENTO_DEBUG=1 to see where"
        )
        code = 1
    sys.exit(code if isinstance(code, int) else 0)


def _help_hint(error: click.ClickException) -> str:
    context = getattr(error, "ctx", None)
    return f"see `{context.command_path} --help`" if context else "see `partimento --help`"


def _tell(what: str, why: str, mend: str) -> None:
    for word, text in (("error", what), ("cause", why or "-"), ("mend", mend or "-")):
        click.echo(f"{word}: {' '.join(text.split())}", err=True)
