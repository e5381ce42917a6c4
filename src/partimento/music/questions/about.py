"""Which concepts a quiz or an assessment is about: named by id or name, meant by a topic, or those of a level.

Leaves what free words mean to `music.lessons.topic`, and what can be asked to `families` and `performing`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from difflib import get_close_matches
from typing import Final, get_args

from partimento.core.errors import BadInput, UnknownName
from partimento.music.lessons.broad import broad
from partimento.music.lessons.topic import Topic, also_named, topic_of
from partimento.music.questions.families import askable, families_about
from partimento.music.teaching.concept import Concept, Subject
from partimento.music.teaching.concepts import concept, concept_named, concepts

AROUND: Final = 3
"""How many levels below the learner's own a quiz without a topic reaches."""
_NEAR: Final = 4
_MOST: Final = 40
"""Concepts that may be named."""
_SUBJECTS: Final = {word: subject for subject in get_args(Subject) for word in (subject, subject.rstrip("s"))}
Fits = Callable[[Concept], bool]


def is_askable(one: Concept) -> bool:
    """Whether any family asks about it."""
    return bool(families_about(one.id))


def known(words: Iterable[str]) -> tuple[str, ...]:
    """The ids of concepts given by id or name, each once. Raises UnknownName, BadInput for too many."""
    given = tuple(words)
    if len(given) > _MOST:
        raise BadInput(f"there are {len(given):,} concepts", why=f"at most {_MOST} are read", mend="ask in parts")
    return tuple(dict.fromkeys(_one(word.strip()).id for word in given))


def _one(word: str) -> Concept:
    try:
        return concept(word)
    except UnknownName:
        named = concept_named(word)
        if named is None:
            raise
        return named


def meant(topic: str, level: int | None, genre: str, fits: Fits = is_askable) -> tuple[str, ...]:
    """The ids of the concepts that a topic means: "ii-V-I and shell voicings", or all of a subject ("scales").

    Raises BadInput naming concepts near it, where it means none, or none that can be asked about.
    """
    subject = _SUBJECTS.get(topic.strip().lower())
    if subject is not None:
        chosen = tuple(one.id for one in of_level(level or 3, genre, fits) if one.subject == subject)
        if chosen:
            return chosen
    found = topic_of(topic)
    begun = broad(topic, genre or None, level, fits)
    if found.concept is None and begun is not None:
        found = Topic(topic, begun, guessed=True)
    if found.concept is None:
        near = ", ".join(found.near or _nearest(topic))
        raise BadInput(
            f"no questions can be asked about {topic[:60]!r}",
            why="it names no concept that is known",
            mend=f"near it are: {near}" if near else "name one, such as ii-V-I, key signatures or rootless voicings",
        )
    every = (found.concept, *also_named(found))
    return askable_among(every, fits)


def askable_among(every: Sequence[Concept], fits: Fits = is_askable) -> tuple[str, ...]:
    """The ids of those that can be asked about. Raises BadInput naming others where none can."""
    chosen = tuple(one.id for one in every if fits(one))
    if chosen:
        return chosen
    titles = ", ".join(repr(one.title) for one in every)
    like = [one.id for one in concepts() if one.subject == every[0].subject and fits(one)]
    like.sort(key=lambda identity: abs(concept(identity).level - every[0].level))
    raise BadInput(
        f"no question about {titles} can be proven",
        why="it is a matter of touch, ear or habit, not of notes and chords",
        mend=f"ask about: {', '.join(like[:_NEAR] or askable()[:_NEAR])}",
    )


def _nearest(words: str) -> list[str]:
    names = {name: one.title for one in concepts() for name in (one.id, one.title.lower(), *one.names)}
    return list(dict.fromkeys(names[name] for name in get_close_matches(words.lower(), names, n=_NEAR, cutoff=0.3)))


def of_level(level: int, genre: str, fits: Fits = is_askable, around: int = AROUND) -> tuple[Concept, ...]:
    """What a learner of a level is asked about: the level's own and those just below, of the genre or of any."""
    return tuple(
        one
        for one in concepts()
        if level - around <= one.level <= level and (not one.genres or not genre or genre in one.genres) and fits(one)
    )
