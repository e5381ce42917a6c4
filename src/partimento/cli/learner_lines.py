"""Learners in lines and tables on a terminal. Knows how they read; asks for nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import click

from partimento.cli.output import print_json, print_table
from partimento.learner.learners import LearnerShown, PreferenceShown, ReviewShown
from partimento.learner.next_exercise import NextExercise
from partimento.learner.profile import Learner
from partimento.learner.record import Recorded

_MOST = 15


def people_lines(people: Sequence[Learner]) -> Iterator[str]:
    """A line each, the id first and whole, so that it can be copied."""
    if not people:
        yield "No learners yet: partimento learner add ID --level beginner --genre gospel"
    for one in people:
        level = f"level {one.level}" if one.level else ""
        key = f"of {one.holder}" if one.holder else ""
        told = (one.name, level, one.genre, "; ".join(one.goals), key, f"since {when(one.created_at)}")
        yield f"{one.id}  {', '.join(word for word in told if word)}"


def learner_lines(shown: LearnerShown) -> Iterator[str]:
    """Who it is."""
    who = shown.learner
    named = f"{who.id} ({who.name})" if who.name else who.id
    yield f"{named}: level {shown.level_now or 'not known'}, results: {shown.results}"
    for label, text in (
        ("genre", who.genre), ("goals", "; ".join(who.goals)), ("follows", shown.following),
        ("works on", shown.working_on), ("struggles with", ", ".join(shown.struggles)),
        ("due reviews", str(shown.due_reviews)),
    ):  # fmt: skip
        if text:
            yield f"{label}: {text}"


def skills_table(shown: LearnerShown) -> None:
    """What they can, the best known first."""
    columns = ("concept", "level", "chance of success", "nine in ten", "results")
    rows = (
        (one.title, f"{one.level:g}", f"{one.chance:.0%}", f"{one.low:.0%} to {one.high:.0%}", str(one.results))
        for one in shown.skills[:_MOST]
    )
    if shown.skills:
        print_table("Skills", columns, rows, right=("level", "chance of success", "results"))


def reviews_table(reviews: Sequence[ReviewShown]) -> None:
    columns = ("concept", "due (UTC)", "recalled", "reviews", "forgotten")
    rows = (
        (one.title, "now" if one.is_due else when(one.due), f"{one.recall:.0%}", str(one.reviews), str(one.lapses))
        for one in reviews
    )
    print_table("Reviews" if reviews else "Nothing to review", columns, rows, right=columns[2:])


def preferences_table(preferences: Sequence[PreferenceShown]) -> None:
    columns = ("aspect", "value", "liked", "disliked", "share", "signals")
    rows = (
        (one.aspect, one.value, f"{one.liked:.2f}", f"{one.disliked:.2f}", f"{one.share:.0%}", str(one.signals))
        for one in preferences
    )
    print_table("Preferences" if preferences else "No preferences yet", columns, rows, right=columns[2:])


def next_lines(chosen: NextExercise) -> Iterator[str]:
    """What to practise, why, and the command that makes it."""
    yield f"{chosen.title}: {chosen.exercise.title} (level {chosen.level})"
    for reason in chosen.reasons:
        yield f"  {reason}"
    told = (f"--{name} {_quoted(value)}" for name, value in chosen.fields.items())
    yield f"partimento make exercise {' '.join(told)}"


def recorded_lines(recorded: Recorded) -> Iterator[str]:
    """What a result did."""
    if recorded.known:
        yield f"{recorded.id} was told before: nothing changed"
        return
    if not recorded.moved:
        yield "noted"
    for one in recorded.moved:
        yield (
            f"{one.title} at level {one.level}: {one.score:.0%} where {one.expected:.0%} was expected; the chance of "
            f"success is now {one.chance:.0%} (was {one.chance_before:.0%}), the next review {when(one.due)}"
        )
    if recorded.progress is not None:
        yield f"the exercise is {recorded.progress.state}"


def told(value: Any, as_json: bool, words: str) -> None:
    """One of the two."""
    if as_json:
        print_json(value)
    else:
        click.echo(words)


def when(at: float | None) -> str:
    """A moment, UTC."""
    return "-" if at is None else datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M")


def _quoted(value: Any) -> str:
    text = " | ".join(value) if isinstance(value, list) else str(value)
    return f'"{text}"' if " " in text or "#" in text else text
