"""`partimento budgets`: caps set by hand. Knows how holders are written; leaves holding the caps to the pipeline."""

from __future__ import annotations

from typing import Any

import click

from partimento.cli.client import store
from partimento.cli.output import json_option, print_json, print_table
from partimento.ledger import budgets as caps
from partimento.ledger.accounts import list_keys, named_key
from partimento.ledger.books import Books
from partimento.upkeep.amounts import dollars

_EVERYBODY = "everybody"
_per = click.option("--per", type=click.Choice(["day", "month"]), default="month", show_default=True, help="UTC.")


@click.group()
def budgets() -> None:
    """Cap what everybody, a user or a key may spend, on top of the caps in the settings."""


@budgets.command("set")
@click.argument("holder")
@click.argument("amount")
@_per
@json_option
def set_(holder: str, amount: str, per: str, as_json: bool) -> None:
    """Let HOLDER spend AMOUNT dollars in each day or month: `everybody`, `user:NAME` or `key:NAME`."""
    limit = dollars(amount)
    with store() as (opened, _):
        cap = caps.set_budget(opened, _holder(opened, holder), per, limit)
    _say(
        {"holder": cap.holder, "period": cap.period, "limit_usd": cap.limit.usd}, as_json, f"{holder}: {limit} a {per}"
    )


@budgets.command("list")
@json_option
def list_(as_json: bool) -> None:
    """Every cap set by hand, and what is spent of it."""
    with store() as (opened, clock):
        found = caps.standings(opened, clock.now())
        names = {f"key:{key.id}": f"key:{key.name}" for key in list_keys(opened)}
    if as_json:
        print_json([_told(standing, names) for standing in found])
        return
    columns = ("holder", "per", "cap", "spent", "put aside")
    rows = [(_name(s, names), s.cap.period, str(s.cap.limit), str(s.spent), str(s.reserved)) for s in found]
    print_table("Caps set by hand", columns, rows, right=columns[2:])


@budgets.command()
@click.argument("holder")
@_per
@json_option
def remove(holder: str, per: str, as_json: bool) -> None:
    """Take the cap of HOLDER for a day or month away."""
    with store() as (opened, _):
        known = _holder(opened, holder)
        removed = caps.remove_budget(opened, known, per)
    _say({"holder": known, "removed": removed}, as_json, "removed" if removed else f"{holder} had no cap a {per}")


def _holder(opened: Books, words: str) -> str:
    """The holder as the books have it: a key by its id. Raises UnknownName."""
    if words == _EVERYBODY:
        return ""
    kind, _, name = words.partition(":")
    return f"key:{named_key(opened, name).id}" if kind == "key" and name else words or ":"


def _name(standing: caps.Standing, names: dict[str, str]) -> str:
    holder = standing.cap.holder
    return names.get(holder, holder) or _EVERYBODY


def _told(standing: caps.Standing, names: dict[str, str]) -> dict[str, Any]:
    cap = standing.cap
    return {
        "holder": cap.holder, "name": _name(standing, names), "period": cap.period, "limit_usd": cap.limit.usd,
        "spent_usd": standing.spent.usd, "reserved_usd": standing.reserved.usd,
    }  # fmt: skip


def _say(value: dict[str, Any], as_json: bool, words: str) -> None:
    if as_json:
        print_json(value)
    else:
        click.echo(words)
