"""A small task, a small catalog and a clock that stands still, for the stations one by one."""

from __future__ import annotations

from datetime import date

from msgspec import Struct

from partimento.core.model import Model, Price
from partimento.core.money import Money
from partimento.core.task import Prompt, Task, task


class VerseInputs(Struct, frozen=True, kw_only=True):
    about: str
    lines: int = 2
    mood: str = ""


class Verse(Struct, frozen=True, forbid_unknown_fields=True):
    lines: tuple[str, ...]


def _has_the_lines(inputs: VerseInputs, draft: Verse) -> list[str]:
    if len(draft.lines) == inputs.lines:
        return []
    return [f"it has {len(draft.lines)} lines; {inputs.lines} were asked for"]


def _by_rule(inputs: VerseInputs, seed: int) -> Verse:
    return Verse(tuple(f"{inputs.about} {seed} {n}" for n in range(inputs.lines)))


def declare(*, with_rules: bool = True, complexity: int = 4, exact: bool = False) -> Task[..., Verse]:
    return task(
        name="verse",
        summary="Lines about something",
        version=1,
        complexity=complexity,
        inputs=VerseInputs,
        draft=Verse,
        output=Verse,
        prompt=lambda inputs: Prompt("You are a poet.", f"{inputs.lines} lines about {inputs.about}"),
        finish=lambda inputs, draft, method: draft,
        checks=(_has_the_lines,),
        rules=_by_rule if with_rules else None,
        folded=frozenset({"mood"}),
        bars=lambda inputs: inputs.lines,
        words=lambda inputs: inputs.about,
        exact=lambda _: exact,
    )


def model(name: str, tier: str, reach: int, output: str = "", **more: object) -> Model:
    prices = (Price(date(2024, 1, 1), Money.of(output), Money.of(output)),) if output else ()
    return Model(id=name, engine="scripted", tier=tier, reach=reach, prices=prices, upstream=name, **more)  # type: ignore[arg-type]


RULES = Model(id="rules", engine="rules", tier="rules", reach=10, provider="rules")
SMALL = model("little", "small", 4)
MEDIUM = model("middling", "medium", 7)
CHEAP_CLOUD = model("cirrus", "cloud", 8, "0.5", provider="sky")
CLOUD = model("cumulus", "cloud", 10, "5", provider="sky", default=True, quality=0.9)
ALL = (CLOUD, RULES, MEDIUM, CHEAP_CLOUD, SMALL)
