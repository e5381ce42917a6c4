"""`partimento pool`: the daemon that holds local models. Knows its options; `pool` does the work."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Coroutine
from contextlib import aclosing
from pathlib import Path
from typing import Any, TypeVar

import click
import msgspec

from partimento import environment, plugins
from partimento.cli.output import json_option, print_json
from partimento.core.errors import NotConfigured
from partimento.pool.client.leases import Leases
from partimento.pool.client.starting import COMMAND
from partimento.pool.messages import Status
from partimento.pool.settings import pool_settings
from partimento.pool.values import Device, PoolSettings

Value = TypeVar("Value")
NONE_RUNS = "no pool runs; it starts when a local model is first asked, or with `partimento pool start`"


@click.group(invoke_without_command=True)
@click.pass_context
def pool(ctx: click.Context) -> None:
    """The daemon that keeps local models in memory, one for all programs of this user."""
    if ctx.invoked_subcommand is None:
        running(_show(as_json=False))


@pool.command()
@click.option("--foreground", is_flag=True, help="Be the daemon, here, until Ctrl-C.")
@json_option
def start(foreground: bool, as_json: bool) -> None:
    """Start the daemon, or give one that runs the settings as they are now."""
    settings = environment.configured().settings
    if foreground:
        _keep(environment.pool_folder(settings), pool_settings(settings), lambda pid: _say(pid, True, as_json))
        return
    running(_start(pool_settings(settings), as_json))


@pool.command()
@click.option("--watch", is_flag=True, help="Again after each change, until Ctrl-C.")
@json_option
def status(watch: bool, as_json: bool) -> None:
    """What is in memory: state, memory, context and slots, answers under way, since when unused, and why."""
    running(_watch(as_json) if watch else _show(as_json=as_json))


@pool.command()
@click.option("--force", is_flag=True, help="At once, without waiting for answers.")
@json_option
def stop(force: bool, as_json: bool) -> None:
    """End the daemon and its models, after the answers under way."""
    was = running(_leases().stop(force=force))
    if as_json:
        print_json({"stopped": was})
    else:
        click.echo("the pool has ended" if was else "no pool ran")


@pool.command(hidden=True)
@click.option("--folder", type=click.Path(file_okay=False, path_type=Path), required=True)
@click.option("--settings", "told", required=True, help="PoolSettings as JSON.")
@click.option(
    "--devices",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file with the devices as JSON, read at each look: for tests, in the place of this machine's.",
)
def run(folder: Path, told: str, devices: Path | None) -> None:
    """What is spawned: the daemon of that folder."""
    settings = msgspec.json.decode(told, type=PoolSettings)
    _keep(folder, settings, lambda _: None, None if devices is None else lambda: _read(devices))


def running(work: Coroutine[Any, Any, Value]) -> Value:
    """As other commands run; loaded here, since the daemon needs nothing of the client."""
    from partimento.cli import client

    return client.running(work)


def _keep(
    folder: Path,
    settings: PoolSettings,
    ready: Callable[[int], None],
    devices: Callable[[], tuple[Device, ...]] | None = None,
) -> None:
    from partimento.pool.daemon.keeping import keep
    from partimento.pool.memory import machine

    engines = plugins.local_engines()
    clock = environment.SystemClock()
    asyncio.run(keep(folder, settings, engines, devices or machine.devices, clock, ready=ready))


def _read(path: Path) -> tuple[Device, ...]:
    return msgspec.json.decode(path.read_bytes(), type=tuple[Device, ...])


def _leases() -> Leases:
    settings = environment.configured().settings
    return Leases(environment.pool_folder(settings), COMMAND, pool_settings(settings), environment.SystemClock())


async def _start(settings: PoolSettings, as_json: bool) -> None:
    leases = _leases()
    new = await leases.start()
    if not new:
        await leases.set_settings(settings)
    told = await leases.status()
    await leases.close()
    if told is None:
        raise NotConfigured("the pool has ended again", why="see pool.log in its folder", mend="partimento pool start")
    _say(told.pid, new, as_json)


def _say(pid: int, new: bool, as_json: bool) -> None:
    if as_json:
        print_json({"pid": pid, "started": new})
    else:
        click.echo(f"the pool runs: process {pid}" if new else f"the pool ran already (process {pid}), and is set anew")


async def _show(*, as_json: bool) -> None:
    leases = _leases()
    told = await leases.status()
    await leases.close()
    _print(told, as_json)


async def _watch(as_json: bool) -> None:
    leases = _leases()
    told: Status | None = None
    async with aclosing(leases.watch()) as seen:
        async for told in seen:
            if sys.stdout.isatty() and not as_json:
                click.clear()
            _print(told, as_json)
    await leases.close()
    if told is None:
        _print(None, as_json)


def _print(told: Status | None, as_json: bool) -> None:
    from partimento.cli.model_lines import status_table
    from partimento.pool.front import PoolState

    if as_json:
        shown: Any = {"running": told is not None, "pool": told}
        print_json(shown)
    elif told is None:
        click.echo(NONE_RUNS)
    else:
        click.echo(f"the pool runs: process {told.pid}, {told.mode}, up {told.since_s:.0f} s, {told.clients} clients")
        status_table(PoolState(current_model=None, status=told))
