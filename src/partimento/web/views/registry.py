"""Which view shows what a task makes: every module of this folder that declares one is found. Knows none by name."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from partimento.web import views
from partimento.web.views.view import View

GENERIC = View(tasks=(), template="views/generic.html")
"""What reads anything."""


def view_of(task: str) -> View:
    """The view of a task's outputs; the generic one where none was made for it."""
    return _by_task().get(task, GENERIC)


@cache
def _by_task() -> dict[str, View]:
    return {task: view for view in _declared() for task in view.tasks}


def _declared() -> Iterator[View]:
    for module in iter_modules(views.__path__):
        if module.name != "registry":
            found = vars(import_module(f"{views.__name__}.{module.name}")).values()
            yield from (one for one in found if isinstance(one, View))
