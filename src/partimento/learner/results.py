"""What was practised and how it went, as apps tell it, and as it is kept: a row for each concept it says something of.

Knows the shapes of results (a grade, feedback on an assessment, plain scores); leaves what follows to `record`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal

import msgspec
from msgspec import Struct, structs

from partimento.core.errors import BadInput
from partimento.learner.knowledge import Knowledge
from partimento.learner.preference import Traits
from partimento.music.composition.plan import level_of

Source = Literal["grade", "feedback", "result"]

PASSED: Final = 0.7
"""From this score on an exercise is done."""
WEIGHTS: Final[Mapping[Source, float]] = {"grade": 6.0, "feedback": 2.0, "result": 2.0}
"""How many right-or-wrong answers a result is worth: the notes of a take go wrong in clumps, so it is no thousand."""
LONGEST_ID: Final = 200
MOST_CONCEPTS: Final = 50
_LONGEST: Final = 200
"""So many characters of a title or a key are kept."""
_AHEAD_S: Final = 86_400.0
"""So far the clocks of apps may be ahead of ours."""


class Practised(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What of an exercise is kept with its result: fields of an exercise, made or planned, others are passed over."""

    type: str = ""
    title: str = ""
    genre: str = ""
    key: str = ""
    level: int = 0
    tempo: float = 0.0
    voicing: str = ""
    scale: str = ""

    @property
    def traits(self) -> Traits:
        """What of it may be to one's taste."""
        return Traits(
            genre=self.genre, key=self.key, kind=self.type, tempo=self.tempo, voicing=self.voicing, scale=self.scale
        )


class Reaction(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the learner thought of it: `rating` 0–5; `skipped`: it was put aside unplayed."""

    rating: int | None = None
    liked: bool | None = None
    skipped: bool = False


class NewResult(Struct, frozen=True, kw_only=True):
    """What an app tells: a `grade` (as the task `grading` makes it), or `feedback` on an assessment (its `by_concept`
    counts), or a `score` 0–1 of `concept` or `concepts`; or a `skipped` exercise.

    `id`: the app's own, under which it counts once. `part`: the exercise or assessment of a curriculum it was, whose
    lesson then says the concepts. `exercise`: what was played, made or planned. `level` 1–10, where no exercise says
    it. `weight`: how many right-or-wrong answers it is worth. `at`: Unix seconds, now by default.
    """

    id: str = ""
    at: float | None = None
    concept: str = ""
    concepts: Sequence[str] = ()
    score: float | None = None
    grade: Any = None
    feedback: Any = None
    part: str = ""
    exercise: Any = None
    level: int | str | None = None
    weight: float | None = None
    rating: int | None = None
    liked: bool | None = None
    skipped: bool = False


class Trial(Struct, frozen=True, kw_only=True):
    """A result as to one concept, as it is kept. `score` is None where nothing was played, `expected` then too."""

    id: str
    concept: str
    at: float
    score: float | None
    expected: float | None = None
    level: int
    weight: float
    source: Source
    part: str = ""
    exercise: Practised = Practised()
    reaction: Reaction = Reaction()


class _Grade(Struct):
    score: float


class _Feedback(Struct):
    by_concept: dict[str, float]


def read_result(
    new: NewResult, knowledge: Knowledge, *, taught: Sequence[str] = (), planned: Any = None, now: float, made_id: str
) -> tuple[Trial, ...]:
    """The trials a result is. `taught`: the concepts of the lesson that its `part` stands in, `planned` that part.

    Raises BadInput naming what is wrong, UnknownName for a concept.
    """
    source, scores = _scores(new, knowledge, taught)
    exercise = _practised(new.exercise if new.exercise is not None else planned)
    level = level_of(new.level) or min(10, exercise.level)
    weight = WEIGHTS[source] if new.weight is None else new.weight
    if not 0.1 <= weight <= 20:
        raise BadInput(f"a result cannot weigh {weight:g}", why="it goes from 0.1 to 20", mend="leave weight out")
    if new.rating is not None and new.rating not in range(6):
        raise BadInput(f"cannot rate with {new.rating}", why="ratings are whole numbers from 0 to 5", mend="give 0-5")
    share = weight / len(scores) if source != "feedback" else weight
    return tuple(
        Trial(
            id=_id(new.id) or made_id, concept=concept, at=_at(new.at, now), score=score,
            level=level or knowledge.level(concept), weight=share, source=source, part=new.part, exercise=exercise,
            reaction=Reaction(rating=new.rating, liked=new.liked, skipped=new.skipped),
        )
        for concept, score in scores.items()
    )  # fmt: skip


def _scores(new: NewResult, knowledge: Knowledge, taught: Sequence[str]) -> tuple[Source, dict[str, float | None]]:
    """Where the scores come from, and the score of each concept."""
    given = [name for name in ("score", "grade", "feedback") if getattr(new, name) is not None]
    if len(given) + new.skipped != 1:
        raise BadInput(
            "there is no one score in this result" if given else "there is no score in this result",
            why=f"it has {' and '.join(given)}" if given else "nothing says how it went",
            mend="give one of score (0-1), grade, feedback, or skipped",
        )
    if new.feedback is not None:
        shares = _converted("feedback", new.feedback, _Feedback).by_concept
        if not 0 < len(shares) <= MOST_CONCEPTS:
            raise _no_concept("the feedback names none, or more than anybody is asked at once")
        return "feedback", {knowledge.id_of(name): _unit(share) for name, share in shares.items()}
    score: float | None = None
    if new.grade is not None:
        score = _unit(_converted("grade", new.grade, _Grade).score / 100)
    elif new.score is not None:
        score = _unit(new.score)
    named = (
        [*new.concepts, *([new.concept] if new.concept else ())] or list(taught) or _said_by(new.exercise, knowledge)
    )
    if not 0 < len(named) <= MOST_CONCEPTS:
        raise _no_concept("neither the result nor its exercise names one, or they name too many")
    return ("result" if new.grade is None else "grade"), {knowledge.id_of(name): score for name in named}


def _said_by(exercise: Any, knowledge: Knowledge) -> list[str]:
    """The concept that an exercise's own fields name: its voicing, its scale, its topic."""
    if exercise is None:
        return []
    told = _converted("exercise", _plain(exercise), dict[str, Any])
    content = told.get("content")
    inner = content if isinstance(content, dict) else {}
    for field, held in (("concept_id", told), ("voicing", inner), ("voicing", told), ("scale", told), ("topic", told)):
        name = held.get(field)
        if not isinstance(name, str) or not name:
            continue
        if field in ("voicing", "scale"):
            found = [one.id for one in knowledge.by_id.values() if getattr(one, field).casefold() == name.casefold()]
            if found:
                return found[:1]
        elif (concept := knowledge.find(name)) is not None:
            return [concept.id]
    return []


def _practised(exercise: Any) -> Practised:
    if exercise is None:
        return Practised()
    told = _plain(exercise)
    if isinstance(told, dict):
        inner = told["content"] if isinstance(told.get("content"), dict) else {}
        told = {"type": told.get("kind", ""), **inner, **{k: v for k, v in told.items() if v is not None}}
    practised: Practised = _converted("exercise", told, Practised)
    long = {name: value[:_LONGEST] for name, value in structs.asdict(practised).items() if isinstance(value, str)}
    return structs.replace(practised, **long)


def _plain(document: Any) -> Any:
    """A struct as its fields; {"value", "receipt"} unpacked."""
    told = msgspec.to_builtins(document)
    return told["value"] if isinstance(told, dict) and "receipt" in told and "value" in told else told


def _converted(what: str, document: Any, kind: Any) -> Any:
    try:
        return msgspec.convert(_plain(document), kind, strict=False)
    except (msgspec.ValidationError, TypeError) as error:
        raise BadInput(
            f"cannot read the {what} of this result", why=str(error), mend=f"give the {what} as it was made"
        ) from error


def _unit(score: float) -> float:
    if not (math.isfinite(score) and 0 <= score <= 1):
        raise BadInput(
            f"a score of {score:g} cannot be kept", why="scores go from 0 to 1", mend="divide per cent by 100"
        )
    return score


def _at(at: float | None, now: float) -> float:
    if at is None:
        return now
    if not (math.isfinite(at) and 0 <= at <= now + _AHEAD_S):
        raise BadInput(f"a result of {at:g} cannot be kept", why="its moment is not past", mend="give Unix seconds")
    return min(at, now)


def _id(name: str) -> str:
    if len(name) > LONGEST_ID or not name.isprintable():
        raise BadInput(
            "the id of this result cannot be kept",
            why=f"it has up to {LONGEST_ID} printable characters",
            mend="shorten it",
        )
    return name


def _no_concept(why: str) -> BadInput:
    return BadInput("this result says nothing of a concept", why=why, mend='name it: {"concept": "rootless-voicings"}')
