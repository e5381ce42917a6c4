"""Partimento: checked, remembered, accounted content for music and learning apps. The names a user may rely on.

Nothing is loaded before it is used: `import partimento` costs no event loop, no store and no theory.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from partimento.blocking import Partimento as Partimento
    from partimento.client import AsyncPartimento as AsyncPartimento
    from partimento.core.errors import BadInput as BadInput
    from partimento.core.errors import BudgetExceeded as BudgetExceeded
    from partimento.core.errors import ChecksFailed as ChecksFailed
    from partimento.core.errors import ChordSyntaxError as ChordSyntaxError
    from partimento.core.errors import EngineError as EngineError
    from partimento.core.errors import NotConfigured as NotConfigured
    from partimento.core.errors import NothingServed as NothingServed
    from partimento.core.errors import PartimentoError as PartimentoError
    from partimento.core.errors import StoreError as StoreError
    from partimento.core.errors import UnknownName as UnknownName
    from partimento.core.model import Model as Model
    from partimento.core.money import Money as Money
    from partimento.core.request import Caller as Caller
    from partimento.core.request import Options as Options
    from partimento.core.request import Request as Request
    from partimento.core.result import Attempt as Attempt
    from partimento.core.result import Attempted as Attempted
    from partimento.core.result import Claims as Claims
    from partimento.core.result import Delta as Delta
    from partimento.core.result import Done as Done
    from partimento.core.result import Partial as Partial
    from partimento.core.result import Receipt as Receipt
    from partimento.core.result import Result as Result
    from partimento.core.result import Started as Started
    from partimento.core.settings import Settings as Settings
    from partimento.core.task import Prompt as Prompt
    from partimento.core.task import Task as Task
    from partimento.core.task import task as task

__version__ = "0.1.0"

_HOMES = {
    "blocking": ("Partimento",),
    "client": ("AsyncPartimento",),
    "core.errors": (
        "BadInput", "BudgetExceeded", "ChecksFailed", "ChordSyntaxError", "EngineError", "NotConfigured",
        "NothingServed", "PartimentoError", "StoreError", "UnknownName",
    ),
    "core.model": ("Model",),
    "core.money": ("Money",),
    "core.request": ("Caller", "Options", "Request"),
    "core.result": ("Attempt", "Attempted", "Claims", "Delta", "Done", "Partial", "Receipt", "Result", "Started"),
    "core.settings": ("Settings",),
    "core.task": ("Prompt", "Task", "task"),
}  # fmt: skip
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [*sorted(_HOME_OF), "__version__"]


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module 'partimento' has no attribute {name!r}")
    value = getattr(import_module(f"partimento.{_HOME_OF[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return list(__all__)
