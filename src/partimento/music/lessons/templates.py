"""Texts with conditions: which subjects, levels and fields they are for; and drawing those that fit. Knows no text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace

from partimento.music.lessons.draft import StepDraft


class Text(Struct, frozen=True, kw_only=True):
    """One thing to say, in one or more wordings. `subjects` and `genres` empty: all; `needs`: fields it speaks of."""

    text: tuple[str, ...]
    subjects: tuple[str, ...] = ()
    genres: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    low: int = 1
    high: int = 10


class Step(Struct, frozen=True, kw_only=True):
    """A step of practice; `part` is its place in a session."""

    part: str
    title: str
    instruction: tuple[str, ...]
    success: tuple[str, ...]
    subjects: tuple[str, ...] = ()
    genres: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    low: int = 1
    high: int = 10

    def said(self, words: Mapping[str, str], rng: Random, minutes: int = 0) -> StepDraft:
        """The step in words."""
        return StepDraft(
            title=self.title.format_map(words),
            instruction=rng.choice(self.instruction).format_map(words),
            success_criteria=rng.choice(self.success).format_map(words),
            minutes=minutes,
        )


Conditional = TypeVar("Conditional", Text, Step)


def fitting(
    texts: Sequence[Conditional], words: Mapping[str, str], *, subject: str, level: int, genre: str
) -> list[Conditional]:
    """Those for this subject, level and genre whose fields are there; the subject's own first."""
    able = [
        one
        for one in texts
        if one.low <= level <= one.high
        and (not one.subjects or subject in one.subjects)
        and (not one.genres or genre in one.genres)
        and all(need in words for need in one.needs)
    ]
    return sorted(able, key=lambda one: not one.subjects)


def some(texts: Sequence[Text], count: int, words: Mapping[str, str], rng: Random) -> tuple[str, ...]:
    """So many of the texts, in words, in their order; those that speak of this matter are taken first."""
    own = [one for one in texts if one.subjects or one.needs]
    rest = [one for one in texts if not (one.subjects or one.needs)]
    taken = rng.sample(own, min(count, len(own)))
    taken += rng.sample(rest, min(count - len(taken), len(rest)))
    return tuple(rng.choice(one.text).format_map(words) for one in texts if one in taken)


def retimed(steps: Sequence[StepDraft], minutes: int, weights: Sequence[int] = ()) -> tuple[StepDraft, ...]:
    """The steps with their minutes made to add up, by their weights or by what they have."""
    parts = shares(weights or [max(1, step.minutes) for step in steps], minutes)
    return tuple(replace(step, minutes=part) for step, part in zip(steps, parts, strict=True))


def shares(weights: Sequence[int], minutes: int) -> tuple[int, ...]:
    """Minutes divided by weight, at least one each; they add up to `minutes` (or to one each, where that is more)."""
    whole = max(minutes, len(weights))
    spare, total = whole - len(weights), sum(weights)
    parts = [1 + spare * weight // total for weight in weights]
    for place in range(whole - sum(parts)):
        parts[place % len(parts)] += 1
    return tuple(parts)
