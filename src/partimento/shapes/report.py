"""A report in words on figures that somebody gave. Knows its fields, and how plain sentences are made of figures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random
from typing import Any

from msgspec import Struct

from partimento.music.lessons.phrases import Phrases
from partimento.music.teaching.wording import COUNTS
from partimento.shapes.figures import Amount
from partimento.shapes.prose import Unproven

_SPELLED = 10
"""Counts are told in words, and only up to here."""


class Figure(Struct, frozen=True, kw_only=True):
    """A number with its name; `previous`: what it was before, `target`: what it was to be. All of one `unit`."""

    name: str
    value: float
    unit: str = ""
    previous: float | None = None
    target: float | None = None

    @property
    def amounts(self) -> tuple[Amount, ...]:
        """Its numbers."""
        given = (self.value, self.previous, self.target)
        return tuple(Amount(number, self.unit) for number in given if number is not None)


class ReportSection(Struct, frozen=True):
    title: str
    text: str


class ReportDraft(Struct, frozen=True, kw_only=True):
    title: str
    summary: str
    sections: tuple[ReportSection, ...]
    recommendations: tuple[str, ...] = ()


class Report(Struct, frozen=True, kw_only=True):
    """Every number in its texts is one of `figures`, stands in the facts given, or follows from figures of one unit."""

    title: str
    subject: Unproven
    audience: Unproven
    language: str
    summary: str
    sections: tuple[ReportSection, ...]
    recommendations: tuple[str, ...]
    figures: tuple[Figure, ...]
    generation_method: str
    notes: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The report as people read it."""
        parts = [f"# {self.title}", self.summary]
        parts += [f"## {section.title}\n\n{section.text}" for section in self.sections]
        if self.recommendations:
            parts.append("## Recommendations\n\n" + "\n".join(f"- {one}" for one in self.recommendations))
        return "\n\n".join(parts)


def told_plainly(
    subject: str, figures: Sequence[Figure], facts: Sequence[str], say: Phrases, rng: Random
) -> ReportDraft:
    """The figures in plain sentences: each with what it was and was to be, then how those of one unit compare."""
    sections = (
        [ReportSection(say.say("figures_title", rng), " ".join(_sentences(figures, say, rng)))] if figures else []
    )
    if compared := list(_compared(figures, say, rng)):
        sections.append(ReportSection(say.say("compared_title", rng), " ".join(compared)))
    if facts:
        told = " ".join(f"{fact[:1].upper()}{fact[1:]}".rstrip(".") + "." for fact in facts)
        sections.append(ReportSection(say.say("facts_title", rng), told))
    moved = [one for one in figures if one.previous not in (None, one.value)]
    better = sum(one.value > (one.previous or 0) for one in moved)
    summary = say.say("summary", rng, subject=subject, count=counted(len(figures), "figure"))
    if moved and len(figures) <= _SPELLED:
        summary += " " + say.say("moves", rng, **_in_words(better, len(moved), len(figures)))
    return ReportDraft(
        title=say.say("title", rng, subject=_capital(subject)), summary=summary, sections=tuple(sections)
    )


def _in_words(better: int, moved: int, every: int) -> dict[str, str]:
    return {"up": COUNTS[better], "down": COUNTS[moved - better], "same": COUNTS[every - moved]}


def counted(count: int, thing: str) -> str:
    """ "1 figure", "3 figures"."""
    return f"{count} {thing}{'' if count == 1 else 's'}"


def written(value: float) -> str:
    """A number as people write it: "1,234.5", no more decimals than it has, two at most."""
    return f"{value:,.2f}".rstrip("0").rstrip(".")


def _sentences(figures: Sequence[Figure], say: Phrases, rng: Random) -> Iterator[str]:
    for one in figures:
        fields: dict[str, Any] = {"title": _capital(one.name), "value": _measured(one.value, one.unit)}
        if one.previous is None:
            yield say.say("is", rng, **fields)
        elif one.previous == one.value:
            yield say.say("stays", rng, **fields)
        else:
            change = one.value - one.previous
            way = "up" if change > 0 else "down"
            yield say.say(way, rng, **fields, previous=_plain(one.previous, one.unit), change=_change(one, change))
        if one.target is not None:
            goal = _measured(one.target, one.unit)
            missing = _measured(abs(one.target - one.value), one.unit)
            name = "reached" if one.value == one.target else "above" if one.value > one.target else "below"
            yield say.say(name, rng, target=goal, missing=missing)


def _compared(figures: Sequence[Figure], say: Phrases, rng: Random) -> Iterator[str]:
    for unit in dict.fromkeys(one.unit for one in figures):
        same = [one for one in figures if one.unit == unit]
        values = [one.value for one in same]
        if len(same) < 2 or len(set(values)) < 2 or not unit:
            continue
        high, low = max(same, key=lambda one: one.value), min(same, key=lambda one: one.value)
        yield say.say(
            "most",
            rng,
            high=high.name,
            most=_measured(high.value, unit),
            low=low.name,
            least=_measured(low.value, unit),
        )


def _change(figure: Figure, change: float) -> str:
    """ "6 (16.7 %)"; percentages change by points."""
    if figure.unit == "%":
        return f"{written(abs(change))} percentage points"
    percent = f" ({100 * abs(change) / abs(figure.previous):,.1f} %)" if figure.previous else ""
    return _plain(abs(change), figure.unit) + percent


def _plain(value: float, unit: str) -> str:
    """A number whose unit has been told."""
    return f"{written(value)} %" if unit == "%" else written(value)


def _measured(value: float, unit: str) -> str:
    return f"{written(value)} {unit}".rstrip()


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
