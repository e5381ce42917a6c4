"""Which models are asked, in which order, and why. Pure: values in, values out; knows no engine and no clock."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from msgspec import Struct

from partimento.core.errors import ModelMissing, UnknownName
from partimento.core.model import SPOKEN_TIERS, TIERS, Model, Tier
from partimento.core.money import Money
from partimento.core.request import Options, Request
from partimento.core.result import Candidate
from partimento.core.settings import Settings
from partimento.core.task import Task
from partimento.core.usage import Usage

KEYWORDS = {
    "simple": -1, "basic": -1, "easy": -1,
    "sophisticated": 1, "advanced": 1, "detailed": 1,
    "experimental": 2, "avant-garde": 2, "innovative": 2,
}  # fmt: skip
_KEYWORD = re.compile(rf"\b(?:{'|'.join(KEYWORDS)})\b", re.IGNORECASE)
LONG_DESCRIPTION = 100  # characters
TYPICAL_OUTPUT = 700  # tokens, for expected cost only; what may be spent is bounded by the reservation
REACH_WANTED = ("cheap", "normal", "premium")  # the seeds' quality words


class Ranked(Struct, frozen=True):
    """A model in its turn, with the reason in words."""

    model: Model
    reason: str

    @property
    def candidate(self) -> Candidate:
        return Candidate(self.model.id, self.model.tier, self.reason)


def complexity(request: Request[Any]) -> int:
    """1–10: the task's base, moved by visible rules; what the caller states stands. Each keyword counts once."""
    if request.options.complexity is not None:
        return max(1, min(10, request.options.complexity))
    task: Task[..., object] = request.task
    words, bars = task.words(request.inputs), task.bars(request.inputs)
    found = {match.lower() for match in _KEYWORD.findall(words)}
    score = task.complexity + sum(KEYWORDS[word] for word in found)
    score += (bars > 16) + (bars > 32) + (len(words) > LONG_DESCRIPTION)
    return max(1, min(10, score))


def tier_for(score: int, settings: Settings) -> Tier:
    """The tier a complexity asks for."""
    if score <= settings.small_up_to:
        return "small"
    return "medium" if score <= settings.medium_up_to else "cloud"


def reach_of(word: str, settings: Settings) -> int:
    """The complexity a model must reach to be called cheap, normal or premium."""
    return {"cheap": settings.small_up_to, "normal": settings.medium_up_to, "premium": 10}[word]


def route(
    request: Request[Any],
    score: int,
    models: Sequence[Model],
    unready: Callable[[Model], str],
    settings: Settings,
    day: date,
) -> tuple[Ranked, ...]:
    """The candidates in order. `unready` tells why a model cannot be asked ("" when it can).

    Raises ModelMissing where the model asked for by name cannot serve, UnknownName where it does not exist.
    An empty tuple means that nothing at all could be asked.
    """
    options = request.options
    if options.selection_mode == "manual":
        return (_named(options, models, unready, settings),)
    rules = [model for model in models if model.engine == "rules" and not unready(model)]
    if rules and options.model in (None, "auto") and request.task.exact(request.inputs):
        return tuple(Ranked(m, "the rules' answer is proven; a model has nothing to add") for m in rules)
    can = [m for m in models if m.engine != "rules" and not _barred(m, settings) and not unready(m)]
    wanted, why = _bounds(options)
    can = [m for m in can if wanted is None or m.tier in wanted]
    need = reach_of(options.model, settings) if options.model in REACH_WANTED else score
    covering = sorted((m for m in can if m.reach >= need), key=_preference(request, settings, day))
    short = sorted((m for m in can if m.reach < need), key=lambda m: (-m.reach, -m.quality))
    ranked = [
        Ranked(m, f"reach {m.reach} covers complexity {need}, {_cost_words(m, request, day)}{why}") for m in covering
    ]
    ranked += [
        Ranked(m, f"reach {m.reach} is short of complexity {need}; asked when no abler one answers") for m in short
    ]
    rules_wanted = wanted is None or "rules" in wanted or options.model in REACH_WANTED
    ranked += [
        Ranked(m, "the rules answer when no model does: free, offline, never failing") for m in rules if rules_wanted
    ]
    return tuple(ranked)


def expected_cost(model: Model, request: Request[Any], day: date) -> Money:
    """What a typical answer would cost; for ordering, not for accounting."""
    words = request.task.words(request.inputs)
    return model.cost(Usage(200 + len(words) // 4, request.options.max_tokens or TYPICAL_OUTPUT), day)


def _bounds(options: Options) -> tuple[tuple[Tier, ...] | None, str]:
    """Which tiers a word in place of a model name allows; cheap, normal and premium bound the reach instead."""
    if options.model is None or options.model == "auto" or options.model in REACH_WANTED:
        return None, ""
    if options.model not in TIERS:
        raise UnknownName("tier", options.model, SPOKEN_TIERS, mend='name a model with selection_mode="manual"')
    return SPOKEN_TIERS[options.model], f"; tier {options.model} was asked for"


def _preference(request: Request[Any], settings: Settings, day: date) -> Callable[[Model], tuple[object, ...]]:
    """The order among models that cover the request."""
    spoken = request.options.model in REACH_WANTED

    def key(model: Model) -> tuple[object, ...]:
        cost = expected_cost(model, request, day).pico
        if settings.budget_mode == "quality":
            return (-model.quality, cost)
        # a quality word asks for the owner's default among equals first
        return (not (spoken and model.default), cost, TIERS.index(model.tier), -model.quality)

    return key


def _named(options: Options, models: Sequence[Model], unready: Callable[[Model], str], settings: Settings) -> Ranked:
    """The one model a manual choice means: by id, by upstream name within a provider, or a provider's default."""
    of_provider = [m for m in models if options.provider in (None, m.provider)]
    if options.provider is not None and not of_provider:
        raise UnknownName("provider", options.provider, {m.provider for m in models})
    if options.model is None:
        if options.provider is None:
            raise ModelMissing(
                "no model is named", why='selection_mode="manual" means one model and no other', mend="pass model=…"
            )
        model = max(of_provider, key=lambda m: (m.default, m.quality))
    else:
        named = [m for m in of_provider if options.model in (m.id, m.upstream)]
        if not named:
            raise UnknownName("model", options.model, {m.id for m in of_provider})
        model = named[0]
    reason = _barred(model, settings) or unready(model)
    if reason:
        raise ModelMissing(
            f"{model.id} cannot be asked", why=reason, mend="choose another model, or leave the choice out"
        )
    return Ranked(model, "chosen by name")


def _barred(model: Model, settings: Settings) -> str:
    if model.tier == "cloud" and settings.force_local:
        return "force_local removes cloud models"
    if model.tier in ("small", "medium", "large") and not settings.local_llm_enabled:
        return "local_llm_enabled is off"
    return ""


def _cost_words(model: Model, request: Request[Any], day: date) -> str:
    cost = expected_cost(model, request, day)
    return f"about {cost} a call" if cost else "free"
