"""`partimento keys`: API keys made, listed, revoked. Knows its options and tables; leaves accounts to `ledger`."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import click

from partimento.cli.client import store
from partimento.cli.output import json_option, print_json, print_table
from partimento.core.money import Money
from partimento.ledger import accounts
from partimento.ledger.overview import KeyLine, overview
from partimento.upkeep.amounts import dollars, moment


@click.group()
def keys() -> None:
    """Give out API keys for `partimento serve`, each with its caps, rates and models."""


@keys.command()
@click.argument("name")
@click.option("--budget", help="US dollars it may spend in each period; --per says which.")
@click.option("--per", "periods", type=click.Choice(["day", "month"]), default="month", show_default=True)
@click.option("--rpm", type=click.IntRange(1), help="Requests a minute.")
@click.option("--tpm", type=click.IntRange(1), help="Tokens a minute.")
@click.option("--models", default="", help="Models or tiers that may answer it: gpt-4o-mini,small. [default: all]")
@click.option("--expires", help="The day on which it ends (UTC): 2027-01-31, or a moment: 2027-01-31T18:00.")
@click.option(
    "--privacy",
    type=click.Choice(["full", "store-only", "off"]),
    help="What is done with personal data in its requests. [default: as the settings say]",
)
@click.option(
    "--role",
    type=click.Choice(["owner", "app"]),
    help="Whether it may see and change everything in the web page. [default: owner without limits, else app]",
)
@json_option
def create(
    name: str,
    budget: str | None,
    periods: Any,
    rpm: int | None,
    tpm: int | None,
    models: str,
    expires: str | None,
    privacy: Any,
    role: Any,
    as_json: bool,
) -> None:
    """Make a key and show it, once: only its SHA-256 is kept."""
    wanted = tuple(part.strip() for part in models.split(",") if part.strip())
    _check_models(wanted)
    budgets = () if budget is None else ((dollars(budget), periods),)
    with store() as (opened, clock):
        made = accounts.create_key(
            opened, name, budgets=budgets, requests_per_minute=rpm, tokens_per_minute=tpm, models=wanted,
            privacy=privacy or "", expires_at=None if expires is None else moment(expires), role=role or "",
            now=clock.now(), new_secret=lambda: secrets.token_urlsafe(32),
        )  # fmt: skip
        line = next(line for line in overview(opened, clock.now()) if line.id == made.key.id)
    if as_json:
        print_json({"key": made.secret.value, **_told(line)})
        return
    click.echo(made.secret.value)
    click.echo(f"{line.name} ({line.id}): keep it now, it cannot be shown again", err=True)


@keys.command("list")
@json_option
def list_(as_json: bool) -> None:
    """Every key: what it spent against its caps, when it was last used, whether it lives."""
    with store() as (opened, clock):
        lines = overview(opened, clock.now())
    if as_json:
        print_json([_told(line) for line in lines])
        return
    columns = (
        "name",
        "id",
        "role",
        "state",
        "today",
        "this month",
        "a minute",
        "models",
        "last used (UTC)",
        "expires (UTC)",
    )
    print_table("API keys" if lines else "No keys yet: partimento keys create NAME", columns, map(_cells, lines))


@keys.command()
@click.argument("name")
@json_option
def revoke(name: str, as_json: bool) -> None:
    """End the key of that NAME or id. Servers that are running follow within seconds."""
    with store() as (opened, clock):
        key = accounts.revoke_key(opened, name, clock.now())
    if as_json:
        print_json({"id": key.id, "name": key.name, "revoked_at": key.revoked_at})
        return
    click.echo(f"revoked {key.name} ({key.id})")


def _check_models(names: Sequence[str]) -> None:
    if names:
        from partimento.blocking import Partimento

        with Partimento() as client:
            accounts.check_models(names, {model.id for model in client.async_.ports.catalog.models()})


def _told(line: KeyLine) -> dict[str, Any]:
    return {field: getattr(line, field) for field in line.__struct_fields__}


def _cells(line: KeyLine) -> tuple[str, ...]:
    rates = ((line.requests_per_minute, "requests"), (line.tokens_per_minute, "tokens"))
    a_minute = ", ".join(f"{rate} {what}" for rate, what in rates if rate is not None)
    today = _against(Money.of(line.spent_today_usd), line.daily_budget_usd)
    month = _against(Money.of(line.spent_this_month_usd), line.monthly_budget_usd)
    role = "owner" if line.owner else "app"
    shown = (line.name, line.id, role, line.state, today, month, a_minute or "-", ", ".join(line.models) or "all")
    return (*shown, _when(line.last_used_at), _when(line.expires_at))


def _against(spent: Money, cap: Any) -> str:
    return str(spent) if cap is None else f"{spent} of ${cap:f}"


def _when(at: float | None) -> str:
    return "-" if at is None else datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M")
