"""What a view declares. Knows no view."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec import Struct

from partimento.web.item import Item
from partimento.web.visit import Visit


class View(Struct, frozen=True, kw_only=True):
    """How the outputs of some tasks are shown: a template, filled with `item` and what `values` adds. `values` may read
    the store and run the theory engine; it is called on a thread. `styles`, `scripts`: static files it needs."""

    tasks: tuple[str, ...]
    template: str
    values: Callable[[Visit, Item], dict[str, Any]] = lambda visit, item: {}
    styles: tuple[str, ...] = ()
    scripts: tuple[str, ...] = ()
