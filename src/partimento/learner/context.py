"""What the coach is told of a learner: where he stands, in words and shares. Pure; leaves the talk to others."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean
from typing import Final

from partimento.learner.aim import TOO_HARD, Situation
from partimento.learner.profile import Learner
from partimento.learner.results import Trial
from partimento.learner.review import due
from partimento.learner.skill import chance, level_of
from partimento.shapes.learner_context import LearnerContext

_RECENT: Final = 20
_TOLD: Final = 8
_SHOWN: Final = 3
"""From so many results on, the level shown counts and not the one stated."""
_DAY: Final = 86_400.0


def context_of(learner: Learner, situation: Situation) -> LearnerContext:
    """The learner as the coach should know him. `situation.trials`: the newest first.

    His name stays here: what the coach is told may reach a model elsewhere.
    """
    recent = [trial for trial in situation.trials if trial.score is not None][:_RECENT]
    waiting = due(tuple(situation.reviews), situation.now)
    return LearnerContext(
        skill_level=level_now(learner, situation), genre=learner.genre, goals=learner.goals,
        recent_performance=_performance(recent, situation),
        recent_results=tuple(_sentence(trial, situation) for trial in recent[:_TOLD]),
        due_reviews=tuple(situation.knowledge.title(one.concept) for one in waiting[:_TOLD]),
        struggles=tuple(situation.knowledge.title(name) for name in struggles(situation)),
        working_on=situation.lesson.title if situation.lesson else _last(recent, situation),
        key=next((trial.exercise.key for trial in recent if trial.exercise.key), ""),
    )  # fmt: skip


def level_now(learner: Learner, situation: Situation) -> int | None:
    """1–10: what he showed, once he showed something; else what he says."""
    overall = situation.skills.overall
    return learner.level if overall.count < _SHOWN else round(level_of(overall.mean))


def struggles(situation: Situation) -> tuple[str, ...]:
    """Concepts that failed more than once and would fail again, the worst first."""
    found = []
    for name, own in situation.skills.concepts.items():
        able = situation.skills.ability(name, situation.now)
        last = next((trial.level for trial in situation.trials if trial.concept == name), 0)
        level = last or situation.knowledge.level(name)
        odds = chance(able, situation.items.of(name, level)).value
        if own.count > 1 and odds < TOO_HARD:
            found.append((odds, name))
    return tuple(name for _, name in sorted(found))


def _performance(recent: Sequence[Trial], situation: Situation) -> dict[str, float]:
    """The mean score of each subject."""
    scores: dict[str, list[float]] = {}
    for trial in recent:
        concept = situation.knowledge.by_id.get(trial.concept)
        subject = concept.subject if concept else situation.knowledge.title(trial.concept)
        scores.setdefault(subject, []).append(trial.score or 0.0)
    return {subject: round(fmean(many), 2) for subject, many in scores.items()}


def _sentence(trial: Trial, situation: Situation) -> str:
    days = int((situation.now - trial.at) // _DAY)
    when = "today" if days < 1 else "yesterday" if days == 1 else f"{days} days ago"
    where = f" in {trial.exercise.key}" if trial.exercise.key else ""
    return f"{situation.knowledge.title(trial.concept)}{where} at level {trial.level}: {trial.score:.0%}, {when}"


def _last(recent: Sequence[Trial], situation: Situation) -> str:
    return situation.knowledge.title(recent[0].concept) if recent else ""
