"""Practice tips by the rules: what the learner's words say is wrong, and what helps. Leaves the words to who calls."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from random import Random
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from partimento.music.lessons.draft import TipDraft, TipsDraft
from partimento.music.lessons.matter import Matter
from partimento.music.lessons.templates import shares
from partimento.music.lessons.told import told
from partimento.music.lessons.tutorial import step_of
from partimento.music.teaching.concept import Concept

ANYTHING: Final = Concept(id="", title="What you practise", subject="technique", level=1)
"""What is practised where only a problem is named: what the genre's players loop."""
_HEART: Final = "This is the matter itself; the rest makes it quick, sure and at home in other keys."
_EACH: Final = 4
"""Minutes that a tip takes at least, where there are enough."""


class Problem(Struct, frozen=True, kw_only=True):
    """What learners say is wrong; `words` are regular expressions, lower case."""

    name: str
    words: tuple[str, ...]


class Tip(Struct, frozen=True, kw_only=True):
    """What helps: for problems, or where there are none, for the subjects (none: all) at the levels."""

    title: str
    do: tuple[str, ...]
    why: str
    problems: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    low: int = 1
    high: int = 10


def problems_in(words: str, known: Sequence[Problem]) -> tuple[str, ...]:
    """The names of the problems that a learner's words speak of, the first said first."""
    found = [(match.start(), one.name) for one in known if (match := _pattern(one.words).search(words.lower()))]
    return tuple(name for _, name in sorted(found))


@lru_cache(maxsize=256)
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(r"\b(?:" + "|".join(words) + ")")


def write(shown: Matter, problems: Sequence[str], tips: Sequence[Tip], rng: Random) -> TipsDraft:
    """Tips for a matter and for problems (names), the problems' first; their minutes are the setting's."""
    fields = told(shown, rng)
    level, subject = shown.setting.level, shown.concept.subject
    able = [one for one in tips if one.low <= level <= one.high and all(need in fields for need in one.needs)]
    helping = [one for one in able if set(one.problems) & set(problems)]
    topical = [one for one in able if not one.problems and (not one.subjects or subject in one.subjects)]
    count = max(2, min(6, shown.setting.minutes // _EACH))
    chosen = _first_of_each(problems, helping, rng)[: count - 1 if count > 2 else count]
    chosen += _own_first(topical, count - len(chosen), rng)
    chosen += [one for one in helping if one not in chosen][: count - len(chosen)]
    drafted = [
        TipDraft(title=one.title, do=rng.choice(one.do).format_map(fields), why=one.why, minutes=0) for one in chosen
    ]
    if (own := _of_the_matter(shown, rng)) is not None and (not problems or len(drafted) > len(problems)):
        drafted = [*drafted[: len(problems)], own, *drafted[len(problems) : -1]] if problems else [own, *drafted[:-1]]
    minutes = shares([2] * len(drafted), shown.setting.minutes)
    return TipsDraft(tips=tuple(replace(tip, minutes=part) for tip, part in zip(drafted, minutes, strict=True)))


def _of_the_matter(shown: Matter, rng: Random) -> TipDraft | None:
    """How the concept itself is practised; None where the graph says nothing of it, or the level is not there yet."""
    concept = shown.concept
    if not concept.practice or shown.setting.level < concept.level - 1:
        return None
    way = step_of(rng.choice(concept.practice[:2]), concept.title, 1)
    told_whole = f"{way.instruction} You have it when this is so: {way.success_criteria}"
    return TipDraft(title=concept.title, do=told_whole, why=_HEART, minutes=0)


def _first_of_each(problems: Sequence[str], helping: Sequence[Tip], rng: Random) -> list[Tip]:
    """The tips in turn: one for each problem, then a second one for each, and so on."""
    piles = [
        rng.sample(own, len(own)) for name in problems if (own := [tip for tip in helping if name in tip.problems])
    ]
    dealt: list[Tip] = []
    while any(piles):
        for pile in piles:
            if pile and (tip := pile.pop()) not in dealt:
                dealt.append(tip)
    return dealt


def _own_first(topical: Sequence[Tip], count: int, rng: Random) -> list[Tip]:
    """So many tips for the topic: those that are for its subject, then those for anything."""
    own = [one for one in topical if one.subjects]
    rest = [one for one in topical if not one.subjects]
    return [*rng.sample(own, len(own)), *rng.sample(rest, len(rest))][: max(0, count)]


def plain(draft: TipsDraft, minutes: int) -> TipsDraft:
    """The draft with its minutes made to add up."""
    parts = shares([max(1, tip.minutes) for tip in draft.tips], minutes)
    return TipsDraft(tips=tuple(replace(tip, minutes=part) for tip, part in zip(draft.tips, parts, strict=True)))
