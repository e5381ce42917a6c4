"""What one learner should do next, from what is known of him. Pure; knows no words: leaves telling it to `answers`."""

from __future__ import annotations

from typing import Final, Literal

from msgspec import Struct

from partimento.core.errors import PartimentoError
from partimento.music.genres import find
from partimento.music.key import Key
from partimento.music.teaching.concept import Concept
from partimento.music.teaching.concepts import concept_named, concepts_in
from partimento.music.teaching.keys import keys_for
from partimento.music.teaching.path import path, weight
from partimento.shapes.learner_context import LearnerContext

Kind = Literal["review", "weak", "struggle", "new", "keep"]
LOWEST_AIM, HIGHEST_AIM = 0.70, 0.85
"""Between these shares of success one learns best."""
_WEIGHTS: Final[dict[Kind, int]] = {"review": 2, "weak": 4, "struggle": 4, "new": 3, "keep": 1}
_MOST_STEPS: Final = 3


class Step(Struct, frozen=True, kw_only=True):
    """One thing to do: its title as the learner knows it, its concept where there is one, for so many minutes (0: no
    time was named); `share` of success lately, where it is why."""

    kind: Kind
    title: str
    concept: Concept | None = None
    share: float | None = None
    minutes: int = 0


def steps_for(context: LearnerContext, minutes: int = 0) -> tuple[Step, ...]:
    """A session: what is due, what is weak or resists, something new. Never empty."""
    steps: list[Step] = []
    if context.due_reviews:
        steps.append(_step("review", context.due_reviews[0]))
    weak = weakest(context)
    if weak is not None:
        steps.append(_step("weak", weak[0], weak[1]))
    elif context.struggles:
        steps.append(_step("struggle", context.struggles[0]))
    if len(steps) < _MOST_STEPS and (found := new_concept(context)) is not None:
        steps.append(Step(kind="new", title=found.title, concept=found))
    if len(steps) < _MOST_STEPS and context.recent_performance:
        best = max(context.recent_performance, key=lambda name: context.recent_performance[name])
        share = context.recent_performance[best]
        if share >= HIGHEST_AIM and all(step.title != best for step in steps):
            steps.append(_step("keep", best, share))
    return _timed(steps, minutes)


def weakest(context: LearnerContext) -> tuple[str, float] | None:
    """The subject with the least success lately, where it is below the aim."""
    if not context.recent_performance:
        return None
    name = min(context.recent_performance, key=lambda one: context.recent_performance[one])
    share = context.recent_performance[name]
    return (name, share) if share < LOWEST_AIM else None


def new_concept(context: LearnerContext) -> Concept | None:
    """What to learn next: what is worked on, or what the level, genre and goals put first and is not yet known."""
    if context.working_on and (named := concept_named(context.working_on)) is not None:
        return named
    genre, goals = genre_of(context), ". ".join(context.goals)
    told = (*context.due_reviews, *context.struggles, *context.recent_performance)
    met = {one.id for text in told for one in concepts_in(text)}
    level = context.level
    way = [one for one in path(level, min(10, level + 1), genre or None, goals, met) if level - 1 <= one.level]
    return max(way, key=lambda one: (weight(one, genre or None, goals), -one.level), default=None)


def genre_of(context: LearnerContext) -> str:
    """The genre's own name; "" where none is told or it is not known."""
    try:
        return find(context.genre).name if context.genre else ""
    except PartimentoError:
        return ""


def key_for(concept: Concept, key: str, context: LearnerContext) -> Key:
    """The key to speak of a concept in: the one asked for, else the learner's, else one that suits the level."""
    for word in (key, context.key):
        try:
            if word:
                return Key.parse(word)
        except PartimentoError:
            continue
    return keys_for(context.level, genre_of(context), concept.mode)[0]


def tempo_for(context: LearnerContext) -> int:
    """Beats a minute to begin at: the lower the level, the slower."""
    return 44 + 4 * context.level


def _step(kind: Kind, title: str, share: float | None = None) -> Step:
    return Step(kind=kind, title=title, concept=concept_named(title), share=share)


def _timed(steps: list[Step], minutes: int) -> tuple[Step, ...]:
    """The minutes shared out, in fives where there are enough, none under two."""
    if not minutes:
        return tuple(steps)
    whole = sum(_WEIGHTS[step.kind] for step in steps)
    unit = 5 if minutes >= 5 * len(steps) * 2 else 1
    shares = [max(2, unit * round(minutes * _WEIGHTS[step.kind] / whole / unit)) for step in steps]
    shares[-1] = max(2, minutes - sum(shares[:-1]))
    return tuple(
        Step(kind=step.kind, title=step.title, concept=step.concept, share=step.share, minutes=share)
        for step, share in zip(steps, shares, strict=True)
    )
