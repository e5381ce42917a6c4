"""A result goes into all that it says something of: skills, items, reviews, preferences, progress, in one transaction.

Knows what follows from what; leaves how much to `skill`, `review` and `preference`. A result counts once, however often
it is told and by however many processes at a time.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from partimento.core.errors import UnknownName
from partimento.learner import kept, preference, skill
from partimento.learner.kept import OVERALL, Progress, Skills, within
from partimento.learner.knowledge import Knowledge
from partimento.learner.profile import Learner
from partimento.learner.results import PASSED, NewResult, Trial, read_result
from partimento.learner.review import Review, reviewed
from partimento.ledger.books import Books
from partimento.store.database import Session

FAR_NEEDS: Final = 2
"""So many steps before a concept its success still says something."""


class Moved(Struct, frozen=True, kw_only=True):
    """What a result did to a concept: what had been expected, what came, the chance of success at its level before and
    now, and when it comes up again (Unix seconds)."""

    concept: str
    title: str
    level: int
    score: float
    expected: float
    chance_before: float
    chance: float
    due: float


class Recorded(Struct, frozen=True, kw_only=True):
    """`known`: it had been told before, and nothing changed."""

    id: str
    known: bool
    trials: tuple[Trial, ...]
    moved: tuple[Moved, ...] = ()
    progress: Progress | None = None


def record(
    store: Books,
    learner: Learner,
    new: NewResult,
    *,
    knowledge: Knowledge,
    taught: Sequence[str] = (),
    planned: Any = None,
    now: float,
    made_id: str,
) -> Recorded:
    """Keep a result and all that follows. `taught`, `planned`: as in `read_result`. Raises BadInput, UnknownName."""
    trials = read_result(new, knowledge, taught=taught, planned=planned, now=now, made_id=made_id)

    def work(db: Session) -> Recorded:
        ask = within(db)
        if not ask("learner_of", learner.uid):
            raise UnknownName("learner", learner.id, (), mend="it was deleted a moment ago")
        before = kept.trials_named(ask, learner.uid, trials[0].id)
        if before:
            return Recorded(id=trials[0].id, known=True, trials=before)
        told, moved = _learn(db, learner, trials, knowledge)
        kept.put_trials(db, learner.uid, told)
        _like(db, learner.uid, told[0])
        return Recorded(id=told[0].id, known=False, trials=told, moved=moved, progress=_advance(db, learner.uid, told))

    return store.write(work)


def _learn(
    db: Session, learner: Learner, trials: Sequence[Trial], knowledge: Knowledge
) -> tuple[tuple[Trial, ...], tuple[Moved, ...]]:
    """Skills, items and reviews after the trials that have a score."""
    ask = within(db)
    skills = kept.skills_of(ask, learner)
    told, moved = [], []
    changed: dict[str, skill.Belief] = {}
    items, reviews = [], []
    for trial in trials:
        if trial.score is None:
            told.append(trial)
            continue
        item = kept.item_at(ask, trial.concept, trial.level)
        before = skill.chance(skills.ability(trial.concept, trial.at), item).value
        learned = skill.learn(
            skills.overall, skills.own(trial.concept), item, trial.score, trial.weight, trial.at
        )  # fmt: skip
        spread = _spread(skills, trial.concept, learned, knowledge)
        changed |= {OVERALL: learned.overall, trial.concept: learned.concept, **spread}
        skills = Skills(learned.overall, {**skills.concepts, trial.concept: learned.concept, **spread})
        items.append((trial.concept, trial.level, learned.item))
        card = reviewed(trial.concept, kept.review_at(ask, learner.uid, trial.concept), trial.score, trial.at)
        reviews.append(card)
        after = skill.chance(skills.ability(trial.concept, trial.at), learned.item).value
        told.append(replace(trial, expected=learned.expected))
        moved.append(_moved(trial, trial.score, knowledge, learned.expected, before, after, card))
    kept.put_skills(db, learner.uid, changed.items())
    kept.put_items(db, items)
    kept.put_reviews(db, learner.uid, reviews)
    return tuple(told), tuple(moved)


def _spread(skills: Skills, concept: str, learned: skill.Learned, knowledge: Knowledge) -> dict[str, skill.Belief]:
    """What is needed for the concept, where success in it says more of that than was known."""
    found = {}
    for need, steps in knowledge.steps_before(concept, FAR_NEEDS).items():
        own = skills.own(need)
        raised = skill.raised(own, learned.concept, learned.shift, steps)
        if raised is not own:
            found[need] = raised
    return found


def _moved(
    trial: Trial, score: float, knowledge: Knowledge, expected: float, before: float, after: float, card: Review
) -> Moved:
    return Moved(
        concept=trial.concept, title=knowledge.title(trial.concept), level=trial.level, score=score,
        expected=round(expected, 4), chance_before=round(before, 4), chance=round(after, 4), due=card.due,
    )  # fmt: skip


def _like(db: Session, uid: str, trial: Trial) -> None:
    """Count what was liked; of too many counters the faintest go."""
    said = trial.reaction
    signals = preference.signals_of(said.rating, said.liked, trial.score, skipped=said.skipped)
    values = trial.exercise.traits.values()
    if not signals or not values:
        return
    known = {(one.aspect, one.value): one for one in kept.preferences_of(within(db), uid)}
    for aspect, value in values:
        before = known.get((aspect, value)) or preference.Preference(aspect=aspect, value=value, at=trial.at)
        known[aspect, value] = preference.counted(before, signals, trial.at)
    kept.put_preferences(db, uid, [known[pair] for pair in values])
    for faint in preference.faintest(known.values(), trial.at):
        db.execute("drop_preference", (uid, faint.aspect, faint.value))


def _advance(db: Session, uid: str, trials: Sequence[Trial]) -> Progress | None:
    """The part of a curriculum that was practised is started, or done."""
    part, at = trials[0].part, trials[0].at
    scores = [trial.score for trial in trials if trial.score is not None]
    if not part or not scores:
        return None
    before = kept.progress_at(within(db), uid, part)
    after = advanced(before, sum(scores) / len(scores), at)
    kept.put_progress(db, uid, after)
    return after


def advanced(before: Progress, score: float, at: float) -> Progress:
    """A part after one more try: done from PASSED on, and once done it stays so."""
    best = score if before.score is None else max(before.score, score)
    done = before.state == "done" or best >= PASSED
    return replace(
        before, state="done" if done else "started", score=best, attempts=before.attempts + 1,
        started_at=at if before.started_at is None else min(at, before.started_at),
        done_at=(at if before.done_at is None else before.done_at) if done else None, updated_at=at,
    )  # fmt: skip
