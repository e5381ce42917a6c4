"""How the route fared: each model at each task, from the ledger, and what that suggests to set.

Knows counting and the arithmetic of a suggestion; leaves what is believed of a model to `pipeline.reach`, tables to the
doors.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import groupby
from typing import Any, Final

from msgspec import Struct

from partimento.core.model import Model, Tier
from partimento.core.money import Money
from partimento.core.result import Attempt
from partimento.core.settings import Settings
from partimento.core.usage import Usage
from partimento.pipeline.outcomes import attempts_kept
from partimento.pipeline.reach import SOUND_ENOUGH, Counts, belief, interval

TYPICAL: Final = Usage(input_tokens=300, output_tokens=700)
_DAY_S: Final = 86_400.0


class RouteLine(Struct, frozen=True):
    """One model at one task. Turns that ended sound at once, mended at the second asking, escalated to the next model
    (unsound twice), or failed to answer; money in US dollars.

    `sound_share` counts a mended turn as 0.8; `low` and `high` bound it with 90 % (None where no turn was judged).
    `cost_per_answer_usd`: what requests cost in all that asked this model first, for each one that was answered.
    """

    task: str
    model: str
    sound: int
    repaired: int
    escalated: int
    failed: int
    sound_share: float | None
    low: float | None
    high: float | None
    asked_first: int
    cost_per_answer_usd: Decimal | None


class Suggestion(Struct, frozen=True):
    """Lines for partimento.toml, why, and what the period would have cost more (or less, below 0); None: not known."""

    lines: str
    why: str
    change_usd: Decimal | None


class RouteReport(Struct, frozen=True):
    """Lines by task and model. Times in Unix seconds."""

    since: float
    until: float
    lines: tuple[RouteLine, ...]
    suggestions: tuple[Suggestion, ...]


class Went(Struct, frozen=True):
    """Requests that went the same way."""

    task: str
    complexity: int
    attempts: tuple[Attempt, ...]
    served: bool
    count: int
    cost_pico: int

    @property
    def first(self) -> str:
        return self.attempts[0].model

    def turns(self) -> Iterator[tuple[str, str]]:
        """Model by model, what its turn came to: sound, repaired, escalated or failed."""
        for model, turn in groupby(self.attempts, key=lambda attempt: attempt.model):
            outcomes = [attempt.outcome for attempt in turn]
            if outcomes[-1] == "served":
                yield model, "sound" if len(outcomes) == 1 else "repaired"
            elif outcomes[-1] == "flawed":
                yield model, "escalated"
            else:
                yield model, "failed"


def route_report(
    rows: Iterable[tuple[Any, ...]], models: Sequence[Model], settings: Settings, now: float, days: int
) -> RouteReport:
    """The report on the answer to the question `turns_since`."""
    went = read(rows)
    lines = [_line(task, model, went) for task, model in sorted({(w.task, m) for w in went for m, _ in w.turns()})]
    day = datetime.fromtimestamp(now, UTC).date()
    return RouteReport(since(now, days), now, tuple(lines), tuple(suggestions(went, models, settings, day)))


def since(now: float, days: int) -> float:
    """The moment so many days ago."""
    return max(0.0, now - days * _DAY_S)


def read(rows: Iterable[tuple[Any, ...]]) -> tuple[Went, ...]:
    """The rows as requests with attempts; what was refused before any attempt is left out."""
    found = (
        Went(
            task, complexity, attempts_kept(bytes(attempts), model if ending == "served" else ""),
            ending == "served", count, int(cost),
        )
        for task, complexity, attempts, ending, model, count, cost in rows
    )  # fmt: skip
    return tuple(went for went in found if went.attempts)


def suggestions(went: Sequence[Went], models: Sequence[Model], settings: Settings, day: date) -> Iterator[Suggestion]:
    """Another reach for models whose drafts say so, and thresholds that follow from these."""
    reaches = {model.id: model.reach for model in models}
    for model in models:
        if model.engine == "rules":
            continue
        counts = _counts(went, model.id)
        new, why = _suggested_reach(model, counts)
        if new != model.reach:
            reaches[model.id] = new
            lines = f'[[models]]\nid = "{model.id}"\nreach = {new}'
            yield Suggestion(lines, why, _change(went, model, new, counts, day))
    yield from _threshold("small_up_to", "small", settings.small_up_to, went, models, reaches)
    yield from _threshold("medium_up_to", "medium", settings.medium_up_to, went, models, reaches)


def _line(task: str, model: str, went: Iterable[Went]) -> RouteLine:
    of_task = [one for one in went if one.task == task]
    tally = {"sound": 0, "repaired": 0, "escalated": 0, "failed": 0}
    for one in of_task:
        for asked, outcome in one.turns():
            if asked == model:
                tally[outcome] += one.count
    first = [one for one in of_task if one.first == model]
    answered, cost = sum(one.count for one in first if one.served), sum(one.cost_pico for one in first)
    judged = tally["sound"] + tally["repaired"] + tally["escalated"]
    sound = tally["sound"] + SOUND_ENOUGH * tally["repaired"]
    low, high = interval(sound + 0.5, judged - sound + 0.5) if judged else (None, None)
    return RouteLine(
        task, model, **tally, sound_share=sound / judged if judged else None, low=low, high=high,
        asked_first=sum(one.count for one in first),
        cost_per_answer_usd=Money(cost // answered).usd if answered else None,
    )  # fmt: skip


def _counts(went: Iterable[Went], model: str) -> dict[str, dict[int, Counts]]:
    """By task and complexity, how the model's drafts were."""
    found: dict[str, dict[int, Counts]] = {}
    worth = {"sound": 1.0, "repaired": SOUND_ENOUGH, "escalated": 0.0}
    for one in went:
        for asked, outcome in one.turns():
            if asked == model and outcome in worth:
                before = found.setdefault(one.task, {}).get(one.complexity, Counts(0.0, 0.0))
                sound = worth[outcome] * one.count
                found[one.task][one.complexity] = Counts(before.sound + sound, before.unsound + one.count - sound)
    return found


def _suggested_reach(model: Model, counts: Mapping[str, Mapping[int, Counts]]) -> tuple[int, str]:
    """The reach that fits every task there is evidence of, and why; the present one where the tasks disagree."""
    standings = [
        (task, c, belief(model, c, {c: drafts}, verifiable=True).standing, drafts)
        for task, by_complexity in counts.items()
        for c, drafts in by_complexity.items()
    ]
    proven = [one for one in standings if one[2] == "proven" and one[1] > model.reach]
    unsound = [one for one in standings if one[2] == "unsound"]
    lowest = min((c for _, c, *_ in unsound), default=11)
    up = [one for one in proven if one[1] < lowest]
    if up:
        new = max(c for _, c, *_ in up)
        return new, _why([one for one in up if one[1] == new], "sound", model)
    down = [one for one in unsound if one[1] <= model.reach]
    if down and not any(standing == "proven" and c >= lowest for _, c, standing, _ in standings):
        return max(1, lowest - 1), _why([one for one in down if one[1] == lowest], "unsound", model)
    return model.reach, ""


def _why(found: Iterable[tuple[str, int, str, Counts]], which: str, model: Model) -> str:
    told = []
    for task, complexity, _, drafts in found:
        whole = drafts.sound + drafts.unsound
        part = drafts.sound if which == "sound" else drafts.unsound
        told.append(f"{part:g} of {whole:g} drafts of {task} at complexity {complexity} were {which}")
    return f"{'; '.join(told)}; its reach is {model.reach} now"


def _change(
    went: Sequence[Went], model: Model, new: int, counts: Mapping[str, Mapping[int, Counts]], day: date
) -> Decimal | None:
    """What the requests between the old reach and the new one would have cost more."""
    low, high = sorted((model.reach, new))
    touched = [one for one in went if low < one.complexity <= high and one.task in counts]
    mine = [one for one in touched if one.first == model.id]
    others = [one for one in touched if one.first != model.id and one.cost_pico]
    if new < model.reach:
        if not (mine and others):
            return None
        return Money(round((_each(others) - _each(mine)) * sum(one.count for one in mine))).usd
    alone = [one for one in went if one.served and {a.model for a in one.attempts} == {model.id}]
    own = _each(alone) if alone else model.cost(TYPICAL, day).pico
    drafts = [counts[one.task].get(one.complexity) for one in touched]
    sound = sum(d.sound for d in drafts if d)
    whole = sum(d.sound + d.unsound for d in drafts if d)
    unsound_share = 1 - sound / whole if whole else 0.0
    change = sum(one.count * own + (unsound_share - 1) * one.cost_pico for one in others)
    return Money(round(min(0.0, change))).usd


def _each(went: Iterable[Went]) -> float:
    some = list(went)
    return sum(one.cost_pico for one in some) / max(1, sum(one.count for one in some))


def _threshold(
    name: str, tier: Tier, threshold: int, went: Iterable[Went], models: Iterable[Model], reaches: Mapping[str, int]
) -> Iterator[Suggestion]:
    """Where the models of a tier that were asked reach another complexity than the threshold says."""
    asked = {attempt.model for one in went for attempt in one.attempts}
    changed = [m for m in models if m.tier == tier and m.id in asked and reaches[m.id] != m.reach]
    best = max((reaches[m.id] for m in models if m.tier == tier and m.id in asked), default=threshold)
    if changed and best != threshold:
        why = f"so far the {tier} models reach that were asked: {', '.join(sorted(m.id for m in changed))}"
        yield Suggestion(f"{name} = {best}", f"{why}; it moves only what {tier}, cheap and normal mean", Decimal(0))
