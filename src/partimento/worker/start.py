"""How a child of ours is started, and what it was told: plan and door travel in its environment, where other users
cannot read the secret as they could in a list of processes. Both ends are here.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

import msgspec

from partimento.core.local import Door, Launch, Plan

PLAN, DOOR = "PARTIMENTO_CHILD_PLAN", "PARTIMENTO_CHILD_DOOR"


def launch(module: str, plan: Plan, door: Door, environment: Mapping[str, str]) -> Launch:
    """`python -m module`; the model's name is for the reader of a list of processes."""
    told = {PLAN: msgspec.json.encode(plan).decode(), DOOR: msgspec.json.encode(door).decode()}
    return Launch((sys.executable, "-m", module, plan.model), {**environment, **told})


def told() -> tuple[Plan, Door]:
    """What `launch` told this process; taken out of its environment, so that no grandchild has the secret."""
    plan, door = os.environ.pop(PLAN, ""), os.environ.pop(DOOR, "")
    if not plan or not door:
        raise SystemExit("this is started by partimento's pool: see `partimento models load`")
    return msgspec.json.decode(plan, type=Plan), msgspec.json.decode(door, type=Door)
