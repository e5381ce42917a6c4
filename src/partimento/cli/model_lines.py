"""Local models as lines and tables for people. Knows words and units; asks nobody."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import click

from partimento.cli.aligned import aligned
from partimento.pool.bench import Benched
from partimento.pool.deciding.effects import Progress
from partimento.pool.files.choose import Fit
from partimento.pool.front import LocalRow, PoolState
from partimento.pool.messages import Resident
from partimento.pool.values import gigabytes


def list_table(rows: Sequence[LocalRow]) -> None:
    """Every model with what there is of it."""
    columns = ("model", "tier", "size", "state", "in", "what")
    cells = [
        (row.model, row.tier, gigabytes(row.disk_bytes) if row.disk_bytes else "-", _state(row), row.format or "-",
         row.why or row.path or row.licence)
        for row in rows
    ]  # fmt: skip
    for line in aligned(columns, cells, right=("size",)):
        click.echo(line)
    if not rows:
        click.echo("no local model is here; `partimento models pull small` brings one")


def status_table(told: PoolState) -> None:
    """What the daemon holds."""
    status = told.status
    if status is None:
        click.echo("no model is in memory: the pool's daemon does not run; it starts when a model is first asked")
        return
    for device in status.devices:
        words = f" ({device.device.words})" if device.device.words else ""
        promised = f"{gigabytes(device.reserved_bytes)} of {gigabytes(device.budget_bytes)} promised to models"
        click.echo(f"{device.device.name}{words}: {promised}, {gigabytes(device.device.free_bytes)} free")
    held = [one for one in status.models if one.state not in ("absent", "cold") or one.queued or one.reason]
    if not held:
        click.echo("no model is in memory")
        return
    columns = ("model", "state", "promised/used", "context", "leases", "waiting", "unused", "why")
    for line in aligned(
        columns, [_cells(one) for one in held], right=("promised/used", "context", "leases", "waiting", "unused")
    ):
        click.echo(line)


def fit_lines(found: Iterable[Fit]) -> Iterator[str]:
    """One line a model."""
    for fit in found:
        yield fit.line()


def bench_lines(measured: Iterable[Benched]) -> Iterator[str]:
    """A few lines a model."""
    for one in measured:
        yield from one.lines()


def loading_line(at: Progress) -> str:
    """How far a load is."""
    told = f"{at.model}: {at.state}"
    if at.stage:
        told += f", {at.stage}"
    if at.fraction is not None:
        told += f" {at.fraction:.0%}"
    if at.position:
        told += f", number {at.position} in the queue"
    return told + (f", about {at.eta_s:.0f} s" if at.eta_s else "")


def _state(row: LocalRow) -> str:
    if row.fraction is not None and not row.loaded and row.state != "absent":
        return f"{row.state} {row.fraction:.0%}"
    return "here" if row.state == "cold" else row.state


def _cells(one: Resident) -> tuple[str, ...]:
    state = f"{one.state} {one.fraction:.0%}" if one.fraction is not None else one.state
    held = f"{gigabytes(one.reserved_bytes)}/{gigabytes(one.measured_bytes)}" if one.reserved_bytes else "-"
    context = f"{one.context}x{one.slots}" if one.context else "-"
    unused = "-" if one.unused_s is None else f"{one.unused_s:.0f} s"
    why = "pinned" + (f"; {one.reason}" if one.reason else "") if one.pinned else one.reason
    return (one.model, state, held, context, str(one.leases), str(one.queued), unused, why)
