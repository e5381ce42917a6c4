"""`--explain`: why the route went as it did, on stderr. Knows the Started event and the receipt."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from partimento.core.result import Receipt, Started

Command = TypeVar("Command", bound=Callable[..., Any])


def explain_option(command: Command) -> Command:
    return click.option("--explain", is_flag=True, help="Tell which models were candidates, and why.")(command)


def print_route(started: Started | None, receipt: Receipt) -> None:
    """The candidates in order with their reasons, those left out, then what became of each that was asked."""
    if started is None:
        click.echo(f"answered from memory (item {receipt.memory_id[:12]}, made by {receipt.model})", err=True)
        return
    click.echo(f"complexity {started.complexity} asks for {started.tier}; candidates in order:", err=True)
    for place, candidate in enumerate(started.candidates, 1):
        click.echo(f"  {place}. {candidate.model} ({candidate.tier}): {candidate.reason}", err=True)
        if candidate.propensity is not None and candidate.propensity < 1:
            click.echo(f"     asked first by {candidate.propensity:.1%} of such requests", err=True)
    if started.left_out:
        click.echo("left out:", err=True)
        names: dict[str, list[str]] = {}
        for candidate in started.left_out:
            names.setdefault(candidate.reason, []).append(candidate.model)
        for reason, models in names.items():
            click.echo(f"  {', '.join(models)}: {reason}", err=True)
    for attempt in receipt.attempts:
        click.echo(f"  {attempt.model} {attempt.outcome}: {attempt.reason}", err=True)
