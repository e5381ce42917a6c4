"""The one door for engines and tasks, built-in or yours: entry points. Knows how to find them, nothing of what they do.

A distribution adds a task with

    [project.entry-points."partimento.tasks"]
    my_task = "my_package.my_task:my_task"

an engine with a factory `(settings, clock) -> Engine` under "partimento.engines", and one that runs as a child process
of the pool with a `core.local.LocalEngine` under "partimento.local_engines".
"""

from __future__ import annotations

import logging
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from partimento.core.clock import Clock
from partimento.core.errors import NotConfigured, UnknownName
from partimento.core.local import LocalEngine
from partimento.core.ports import Engine
from partimento.core.settings import Settings
from partimento.core.task import Task

_log = logging.getLogger(__name__)


@cache
def task(name: str) -> Task[..., Any]:
    """The task of that name. Raises UnknownName with the nearest."""
    known = _entries("partimento.tasks")
    if name not in known:
        raise UnknownName("task", name, known)
    found: Task[..., Any] = _load(known[name])
    return found


def task_names() -> tuple[str, ...]:
    return tuple(sorted(_entries("partimento.tasks")))


def engines(settings: Settings, clock: Clock) -> dict[str, Engine]:
    """Every installed engine, made ready; nothing is contacted yet."""
    return {name: _load(entry)(settings, clock) for name, entry in _entries("partimento.engines").items()}


def local_engines() -> dict[str, LocalEngine]:
    """Every installed engine that the pool runs as a child process; one that cannot be loaded is left out, and the
    log says why: a broken extra must not stop the others."""
    found: dict[str, LocalEngine] = {}
    for name, entry in _entries("partimento.local_engines").items():
        try:
            found[name] = _load(entry)
        except NotConfigured as error:
            _log.warning("%s", error)
    return found


def local_engine_names() -> tuple[str, ...]:
    """Their names; none is loaded."""
    return tuple(_entries("partimento.local_engines"))


@cache
def _entries(group: str) -> dict[str, EntryPoint]:
    found = {entry.name: entry for entry in entry_points(group=group)}
    if not found:
        raise NotConfigured(
            f"nothing is registered under {group}",
            why="Partimento finds even its own parts through its installed metadata",
            mend="install it: pip install .",
        )
    return found


def _load(entry: EntryPoint) -> Any:
    try:
        return entry.load()
    except Exception as error:  # whatever a plugin's import raises
        raise NotConfigured(
            f"cannot load {entry.name} from {entry.value}",
            why=f"{type(error).__name__}: {error}",
            mend="mend or uninstall the distribution that brings it",
        ) from error
