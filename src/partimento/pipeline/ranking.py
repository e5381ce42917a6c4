"""The order in which models would be asked for requests of one kind, and why the others would not.

Pure, and independent of the moment: what can change from one request to the next (readiness, the length of the prompt,
trials) is left to `route`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Final

from msgspec import Struct

from partimento.core.errors import UnknownName
from partimento.core.model import SPOKEN_TIERS, TIERS, Model, Tier
from partimento.core.settings import Settings
from partimento.core.task import Task
from partimento.core.usage import Usage
from partimento.pipeline.decision import LeftOut, Ranked, counted
from partimento.pipeline.reach import Belief, Evidence, belief

REACH_WANTED: Final = ("cheap", "normal", "premium")  # the seeds' quality words
_SPEECHLESS: Final = frozenset({"embeddings", "speech"})


class Kind(Struct, frozen=True):
    """What of a request the order hangs on. `word` stands in the place of a model's name: a tier, a quality, or ""."""

    task: Task[..., Any]
    need: int
    word: str
    needs: frozenset[str]
    typical: Usage
    allowed: tuple[str, ...]


class Plan(Struct, frozen=True):
    """Models in order, then the rules. `how` is one of the codes of HOW."""

    how: str
    need: int
    ranked: tuple[Ranked, ...]
    rules: tuple[Ranked, ...]
    later: tuple[LeftOut, ...]
    """For each of the ranked: how it is told of, where its turn would not come."""
    left: tuple[LeftOut, ...]
    counted: str
    """How many are left out, by code."""
    trials: tuple[Ranked, ...]
    """Who may be tried before his turn, under the code "x"."""


def how_chosen(word: str) -> str:
    """Which of the codes HOW a word in the place of a model's name stands for. Raises UnknownName."""
    if not word:
        return "a"
    if word in REACH_WANTED:
        return "q"
    if word not in TIERS:
        raise UnknownName("tier", word, SPOKEN_TIERS, mend='name a model with selection_mode="manual"')
    return "t"


def verifiable(task: Task[..., Any]) -> bool:
    """Whether checks can tell a sound draft of this task: only then are drafts weighed."""
    return bool(task.checks or task.proofs)


def provable(task: Task[..., Any]) -> bool:
    """Whether sound drafts prove a model, so that cheaper ones may be tried: checks that see more than the form."""
    return verifiable(task) and task.proves


def plan_for(kind: Kind, models: Sequence[Model], settings: Settings, day: date, evidence: Evidence) -> Plan:
    """Candidates by cost where they cover, by soundness where they do not."""
    how = how_chosen(kind.word)
    tiers = SPOKEN_TIERS[kind.word] if how == "t" else TIERS
    rules, left = _rules(kind, models, tiers)
    covering: list[tuple[Ranked, Belief]] = []
    behind: list[tuple[Ranked, Belief]] = []
    for model in models:
        if model.engine == "rules":
            continue
        if code := _barrier(kind, model, settings, day, tiers):
            left.append(LeftOut(model, code, barred(model, settings) if code == "b" else ""))
            continue
        held = belief(model, kind.need, evidence.get(model.id), verifiable=provable(kind.task))
        one = Ranked(model, _stand(model, kind.need, held), kind.need, model.cost(kind.typical, day), _told(held))
        (covering if one.code in "cp" else behind).append((one, held))
    covering.sort(key=lambda pair: _preference(pair[0], settings, default_first=how == "q"))
    behind.sort(key=lambda pair: (-pair[1].share, -pair[0].model.reach, -pair[0].model.quality))
    tried = how == "a" and settings.trial_share > 0 and provable(kind.task) and kind.task.hold == "whole"
    ranked = tuple(one for one, _ in covering + behind)
    return Plan(
        how, kind.need, ranked, rules, tuple(LeftOut(one.model, "m") for one in ranked), tuple(left), counted(left),
        tuple(_tried(one) for one, _ in behind if tried and one.code == "s"),
    )  # fmt: skip


def allows(allowed: Iterable[str], model: Model) -> bool:
    """Whether a caller held to these ids and tier words may be answered by the model; held to nothing, by any."""
    held = tuple(allowed)
    return not held or any(
        word in (model.id, model.tier) or word in model.aliases or model.tier in SPOKEN_TIERS.get(word, ())
        for word in held
    )


def stays_here(task: Task[..., Any], settings: Settings) -> bool:
    """Whether requests of the task may not leave the owner's machines."""
    return task.local or task.name in settings.local_tasks


def barred(model: Model, settings: Settings) -> str:
    """Why the settings forbid this model, "" where they do not."""
    if model.tier == "cloud" and settings.force_local:
        return "force_local removes cloud models"
    if model.tier in ("small", "medium", "large") and not settings.local_llm_enabled:
        return "local_llm_enabled is off"
    return ""


def _rules(kind: Kind, models: Iterable[Model], tiers: Sequence[Tier]) -> tuple[tuple[Ranked, ...], list[LeftOut]]:
    kept, left = [], []
    for model in models:
        if model.engine == "rules":
            code = "t" if "rules" not in tiers else "" if allows(kind.allowed, model) else "a"
            if code:
                left.append(LeftOut(model, code))
            else:
                kept.append(Ranked(model, "r", kind.need))
    return tuple(kept), left


def _barrier(kind: Kind, model: Model, settings: Settings, day: date, tiers: Sequence[Tier]) -> str:
    """The code of what keeps this model out, whatever the moment; "" for nothing."""
    abilities = model.capabilities
    missing = kind.needs - abilities
    if missing == {"text"} and not abilities & _SPEECHLESS:
        missing = frozenset()  # entries that name only what is special write, too
    barriers = (
        ("t", model.tier not in tiers),
        ("o", model.status(day) == "retired"),
        ("b", bool(barred(model, settings))),
        ("a", not allows(kind.allowed, model)),
        ("l", model.tier == "cloud" and stays_here(kind.task, settings)),
        ("k", bool(missing)),
    )
    return next((code for code, holds in barriers if holds), "")


def _stand(model: Model, need: int, held: Belief) -> str:
    if model.reach >= need:
        return "d" if held.standing == "unsound" else "p" if held.standing == "proven" else "c"
    return "p" if held.standing == "proven" else "d" if held.standing == "unsound" else "s"


def _told(held: Belief) -> Belief | None:
    """What the decision tells of the evidence: nothing, where there is none and none reaches over."""
    return held if held.drafts else None


def _preference(one: Ranked, settings: Settings, *, default_first: bool) -> tuple[object, ...]:
    """The order among models that cover; a quality word asks for the owner's default among them first."""
    model, cost = one.model, one.cost.pico
    if settings.budget_mode == "quality":
        return (-model.quality, cost)
    return (not (default_first and model.default), cost, TIERS.index(model.tier), -model.quality)


def _tried(one: Ranked) -> Ranked:
    return Ranked(one.model, "x", one.need, one.cost, one.belief)
