"""Which models are asked, in which order, and why. Pure: values in, values out; knows no engine and no clock.

`Router` keeps the orders that hold for many requests (`ranking`) and adds what belongs to one: who is ready, whose
context takes the prompt, and now and then a trial of a cheaper model.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from datetime import date
from itertools import groupby
from typing import Any, Final

import msgspec
from msgspec import Struct

from partimento.catalog.vendors import usual
from partimento.core.conversation import Image, Text
from partimento.core.errors import (
    ModelMissing,
    NotAllowed,
    NotConfigured,
    PartimentoError,
    PromptTooLong,
    UnknownName,
)
from partimento.core.model import TIERS, Model, Tier, meant
from partimento.core.ports import Ports, Tally
from partimento.core.request import Options, Request
from partimento.core.result import Candidate
from partimento.core.settings import Settings
from partimento.core.task import Prompt, Task
from partimento.core.usage import Usage
from partimento.pipeline.decision import LeftOut, Ranked, counted, spelled
from partimento.pipeline.ranking import Kind, Plan, allows, barred, how_chosen, plan_for, stays_here
from partimento.pipeline.reach import evidence_by_task

KEYWORDS = {
    "simple": -1, "basic": -1, "easy": -1,
    "sophisticated": 1, "advanced": 1, "detailed": 1,
    "experimental": 2, "avant-garde": 2, "innovative": 2,
}  # fmt: skip
_KEYWORD = re.compile(rf"\b(?:{'|'.join(KEYWORDS)})\b")
LONG_DESCRIPTION = 100  # characters
TYPICAL_OUTPUT = 700  # tokens, for expected cost only; what may be spent is bounded by the reservation
ASKED_AT_MOST: Final = 5  # models for one request, before the rules
PLANS_AT_MOST: Final = 500
A_PICTURE: Final = 1024  # tokens, as vendors count a picture of usual size
BYTES_OF_SOUND: Final = 256  # in base64, for one token


def _none_is(model: Model) -> bool:
    """Where no model is held in memory by us."""
    return False


class Routed(Struct, frozen=True):
    """The candidates in order, those left out, and the decision as the ledger keeps it.

    `propensity`: the share of such requests that ask this first candidate first. `note` is for the receipt.
    """

    ranked: tuple[Ranked, ...]
    left: tuple[LeftOut, ...]
    decision: str
    propensity: float = 1.0
    note: str = ""

    @property
    def candidates(self) -> tuple[Candidate, ...]:
        """Those asked, with their reasons in words."""
        told = [ranked.candidate for ranked in self.ranked]
        return (msgspec.structs.replace(told[0], propensity=self.propensity), *told[1:]) if told else ()

    @property
    def left_out(self) -> tuple[Candidate, ...]:
        """Those not asked, with what keeps them out."""
        return tuple(left.candidate for left in self.left)


def complexity(request: Request[Any]) -> int:
    """1–10: the task's base, moved by visible rules; what the caller states stands. Each keyword counts once."""
    if request.options.complexity is not None:
        return max(1, min(10, request.options.complexity))
    task: Task[..., object] = request.task
    words, bars = task.words(request.inputs), task.bars(request.inputs)
    low = words.lower()
    found = set(_KEYWORD.findall(low)) if any(word in low for word in KEYWORDS) else set()
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


def prompt_tokens(prompt: Prompt, options: Options) -> int:
    """About how many tokens the prompt has: four bytes to one. Of several texts, the longest: each is read alone."""
    size = _bytes(prompt.system) + _bytes(options.system or "")
    if prompt.texts:
        return max(map(_bytes, prompt.texts)) // 4
    if prompt.conversation is None:
        return (size + _bytes(prompt.user)) // 4
    tokens = 0
    for message in prompt.conversation.messages:
        size += sum(len(call.arguments) for call in message.tool_calls)
        for part in message.parts:
            if isinstance(part, Text):
                size += _bytes(part.text)
            else:
                tokens += A_PICTURE if isinstance(part, Image) else len(part.data) // BYTES_OF_SOUND
    return tokens + size // 4


def warm_first(ranked: Sequence[Ranked], warm: Callable[[Model], bool]) -> list[Ranked]:
    """The same order, but among neighbours that stand alike and cost the same those in memory come first."""
    ordered: list[Ranked] = []
    for _, group in groupby(ranked, key=lambda one: (one.code, one.cost, one.model.tier)):
        alike = list(group)
        if len(alike) > 1:
            ready = [warm(one.model) for one in alike]
            alike = [one for one, is_ready in zip(alike, ready, strict=True) if is_ready] + [
                one for one, is_ready in zip(alike, ready, strict=True) if not is_ready
            ]
        ordered += alike
    return ordered


class Router:
    """The route while models, settings, evidence and the day stay as they are."""

    def __init__(
        self, models: Sequence[Model], settings: Settings, day: date, tallies: Sequence[Tally] = (), now: float = 0.0
    ) -> None:
        self._models, self._settings, self._day, self._tallies = models, settings, day, tallies
        self._evidence = evidence_by_task(tallies, now)
        self._plans: dict[Any, Plan] = {}
        self._meanings: dict[tuple[str | None, str | None], tuple[Model, str]] = {}

    def holds(self, models: Sequence[Model], settings: Settings, day: date, tallies: Sequence[Tally]) -> bool:
        """Whether it still is the route of these."""
        return (
            (models is self._models or models == self._models)
            and settings is self._settings
            and tallies is self._tallies
            and day == self._day
        )

    def route(
        self,
        request: Request[Any],
        score: int,
        unready: Callable[[Model], str],
        size: int = 0,
        request_id: str = "",
        warm: Callable[[Model], bool] = _none_is,
    ) -> Routed:
        """The candidates for a request of this complexity, whose prompt has about `size` tokens.

        `unready` tells why a model cannot be asked now ("" when it can); of equals, those that are `warm` (in memory)
        come first. The same request id is routed the same while they stay so. None may be asked: see
        `nothing_to_ask`. Raises ModelMissing, NotAllowed and UnknownName for a model named by hand.
        """
        options = request.options
        if options.selection_mode == "manual":
            return self._named(request, unready)
        if options.model in (None, "auto") and request.task.exact(request.inputs):
            rules = self._rules(request, unready)
            if rules:
                return Routed(rules, (), spelled("e", 0, rules, "", 1.0))
        plan = self._plan(request, score, size)
        asked, left, later = self._now(plan, request, unready, size)
        first, propensity = self._tried(plan, asked, request, unready, size, request_id)
        if first is not None:
            asked = [first, *(one for one in asked if one.model is not first.model)]
        else:
            asked = warm_first(asked, warm)
        ranked = (*asked, *(one for one in plan.rules if not unready(one.model)))
        counts = plan.counted + (counted(left) if left else "") + (f"m{len(later)}" if later else "")
        decision = spelled(plan.how, plan.need, ranked, counts, propensity)
        return Routed(ranked, (*plan.left, *left, *later), decision, propensity)

    def _plan(self, request: Request[Any], score: int, size: int) -> Plan:
        options, task = request.options, request.task
        word = options.model if options.model not in (None, "auto") else ""
        sizes = (size.bit_length(), (options.max_tokens or 0).bit_length())
        needs = task.needs(request.inputs)
        key = (task, score, word, needs, sizes, request.caller.models)
        plan = self._plans.get(key)
        if plan is None:
            need = reach_of(word, self._settings) if how_chosen(word) == "q" else score
            kind = Kind(task, need, word, needs, _typical(*sizes), request.caller.models)
            evidence = self._evidence.get(task.name, {})
            if len(self._plans) >= PLANS_AT_MOST:
                self._plans.clear()
            plan = plan_for(kind, self._models, self._settings, self._day, evidence)
            self._plans[key] = plan
        return plan

    def _now(
        self, plan: Plan, request: Request[Any], unready: Callable[[Model], str], size: int
    ) -> tuple[list[Ranked], list[LeftOut], tuple[LeftOut, ...]]:
        """Who of the plan can be asked now, who is left out, and whose turn would not come."""
        asked: list[Ranked] = []
        left: list[LeftOut] = []
        for place, one in enumerate(plan.ranked):
            model = one.model
            if len(asked) == ASKED_AT_MOST:
                return asked, left, plan.later[place:]
            if why := unready(model):
                left.append(LeftOut(model, "u", why))
            elif size + model.max_output_tokens > model.context and (why := self._too_long(model, request, size)):
                left.append(LeftOut(model, "w", why))
            else:
                asked.append(one)
        return asked, left, ()

    def _too_long(self, model: Model, request: Request[Any], size: int) -> str:
        """Why the prompt and its answer do not fit the model's context, "" where they do."""
        out = min(request.options.max_tokens or self._settings.max_tokens, model.max_output_tokens)
        if "embeddings" in model.capabilities:
            out = 0
        if size + out <= model.context:
            return ""
        return f"its context of {model.context} tokens is too short for about {size} and {out} to answer"

    def _tried(
        self,
        plan: Plan,
        asked: Sequence[Ranked],
        request: Request[Any],
        unready: Callable[[Model], str],
        size: int,
        request_id: str,
    ) -> tuple[Ranked | None, float]:
        """Who is tried first instead, if anybody, and the share of requests that go this way.

        Tried is who would be cheaper than a paid first candidate and is neither proven nor found unsound.
        """
        if not (plan.trials and asked and request_id and asked[0].cost):
            return None, 1.0
        able = [
            one
            for one in plan.trials
            if one.cost < asked[0].cost and not self._too_long(one.model, request, size) and not unready(one.model)
        ]
        if not able:
            return None, 1.0
        share = self._settings.trial_share
        drawn = int.from_bytes(hashlib.blake2b(request_id.encode(), digest_size=8).digest(), "big") / 2**64
        if drawn >= share:
            return None, 1.0 - share
        return able[int(drawn / share * len(able))], share / len(able)

    def _rules(self, request: Request[Any], unready: Callable[[Model], str]) -> tuple[Ranked, ...]:
        return tuple(
            Ranked(model, "e")
            for model in self._models
            if model.engine == "rules" and allows(request.caller.models, model) and not unready(model)
        )

    def _meaning(self, options: Options) -> tuple[Model, str]:
        """The model of that name within a provider, or a provider's default, and a note where a successor answers."""
        of_provider = [m for m in self._models if options.provider in (None, m.provider)]
        if options.provider is not None and not of_provider:
            raise UnknownName("provider", options.provider, {m.provider for m in self._models})
        if options.model is None:
            if options.provider is None:
                raise ModelMissing(
                    "no model is named", why='selection_mode="manual" means one model and no other', mend="pass model=…"
                )
            return max(of_provider, key=lambda m: (m.default, m.id == usual(m.provider), m.quality)), ""
        found = meant(options.model, of_provider, self._day)
        if found is None:
            raise UnknownName("model", options.model, {m.id for m in of_provider})
        if found[0].status(self._day) == "retired":
            model = found[0]
            mend = f"ask for {model.replaced_by}" if model.replaced_by else "choose another model"
            raise ModelMissing(f"{model.id} is retired", why=f"since {model.retired_on}", mend=mend)
        return found

    def _named(self, request: Request[Any], unready: Callable[[Model], str]) -> Routed:
        """The one model a manual choice means."""
        options, settings = request.options, self._settings
        wanted = (options.provider, options.model)
        found = self._meanings.get(wanted)
        if found is None:
            if len(self._meanings) >= PLANS_AT_MOST:
                self._meanings.clear()
            found = self._meanings[wanted] = self._meaning(options)
        model, note = found
        if not allows(request.caller.models, model):
            raise NotAllowed(
                f"this caller may not use {model.id}",
                why=f"it is held to {', '.join(request.caller.models)}",
                mend="name one of these, or leave the choice out",
            )
        local = model.tier == "cloud" and stays_here(request.task, settings)
        why = f"what {request.task.name} is asked stays on your machines" if local else barred(model, settings)
        if why := why or unready(model):
            raise ModelMissing(
                f"{model.id} cannot be asked", why=why, mend="choose another model, or leave the choice out"
            )
        ranked = (Ranked(model, "n"),)
        return Routed(ranked, (), spelled("m", 0, ranked, "", 1.0), note=note)


async def router_for(ports: Ports, day: date, now: float) -> Router:
    """The router that holds at this moment, from the ports' keeping."""
    models = ports.catalog.models()
    tallies: Sequence[Tally] = () if ports.outcomes is None else await ports.outcomes.tallies(now)
    held: Router | None = ports.routes.get("router")
    if held is None or not held.holds(models, ports.settings, day, tallies):
        held = ports.routes["router"] = Router(models, ports.settings, day, tallies, now)
    return held


def nothing_to_ask(routed: Routed, request: Request[Any]) -> PartimentoError:
    """Why nobody could be asked, and the mend."""
    name, wanted = request.task.name, request.options.model
    codes = {left.code for left in routed.left}
    alike: dict[str, list[str]] = {}
    for left_out in routed.left_out:
        alike.setdefault(left_out.reason, []).append(left_out.model)
    why = "; ".join(f"{_few(models)}: {reason}" for reason, models in alike.items())
    if "w" in codes and "u" not in codes:
        return PromptTooLong(
            f"the prompt is too long for every model that can make {name}",
            why=why,
            mend="shorten it, ask for fewer tokens, or add a model with a longer context",
        )
    if "a" in codes and "u" not in codes:
        return NotAllowed(
            f"none of this caller's models can make {name}", why=why, mend="allow it another model, or change the task"
        )
    return NotConfigured(
        f"no model {f'of tier {wanted} ' if wanted in TIERS else ''}can make {name} now",
        why=why or "none is configured for it",
        mend="set OPENAI_BASE_URL or OPENAI_API_KEY, or add a [[models]] table to partimento.toml",
    )


def _few(models: Sequence[str], most: int = 3) -> str:
    return ", ".join(models[:most]) + (f" and {len(models) - most} more" if len(models) > most else "")


def _bytes(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode())


def _typical(size_bits: int, out_bits: int) -> Usage:
    """The middle of all requests whose prompt and answer have so many binary digits of tokens."""
    return Usage(200 + (3 << size_bits) // 4, (3 << out_bits) // 4 if out_bits else TYPICAL_OUTPUT)
