"""A tutorial by the rules: the concept's own texts, facts and examples of the engine, steps of practice for the level.

Says nothing of a concept that neither the graph nor the engine says. Leaves where words are kept to who calls.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random
from typing import Final

from msgspec import Struct

from partimento.music.lessons.draft import ExampleDraft, StepDraft, TutorialDraft
from partimento.music.lessons.matter import Matter, counts_of, matter
from partimento.music.lessons.phrases import Phrases
from partimento.music.lessons.setting import Setting
from partimento.music.lessons.templates import Step, Text, fitting, retimed, some
from partimento.music.lessons.told import Told, distinct, name_of, told
from partimento.music.teaching.concept import Concept
from partimento.music.teaching.facts import facts

_PARTS: Final = ("find", "learn", "hands", "time", "keys", "music", "test")
"""The order of a session."""
_DROPPED: Final = ("test", "keys", "hands", "time", "find")
"""What is left out first where there are few minutes."""
_OWN_STEPS: Final = 3
_PLAIN: Final = 8
"""The first facts are the plain ones; those told are drawn from so many."""
_WEIGHTS: Final = {"find": 2, "learn": 3, "hands": 3, "time": 2, "keys": 2, "music": 3, "test": 1}
"""What share of the time each part takes."""


class Words(Struct, frozen=True):
    """What a tutorial is worded with."""

    phrases: Phrases
    goals: tuple[Text, ...]
    steps: tuple[Step, ...]
    mistakes: tuple[Text, ...]


def write(concept: Concept, setting: Setting, following: Sequence[Concept], words: Words, rng: Random) -> TutorialDraft:
    """A tutorial on a concept. `following`: what comes after it; the key must be of the concept's mode."""
    shown = matter(concept, setting, counts_of(setting, rng))
    fields = told(shown, rng)
    say = words.phrases
    points, rest = _points(concept, setting, rng)
    return TutorialDraft(
        title=say.say("title", rng, **fields),
        what_you_will_learn=some(_able(words.goals, shown, fields), 4, fields, rng),
        summary=_summary(shown, fields, say, rng),
        key_points=points,
        examples=tuple(_examples(shown, fields, say, rest, rng)),
        steps=steps(shown, fields, words.steps, rng),
        common_mistakes=_mistakes(shown, fields, words.mistakes, rng),
        advice=_advice(fields, following, say, rng),
    )


def _able(texts: Sequence[Text], shown: Matter, fields: Told) -> list[Text]:
    setting = shown.setting
    return fitting(texts, fields, subject=shown.concept.subject, level=setting.level, genre=setting.genre)


def _summary(shown: Matter, fields: Told, say: Phrases, rng: Random) -> str:
    own = shown.concept.summary or say.say(f"summary_subject_{shown.concept.subject}", rng, **fields)
    return f"{own} {say.say('summary_genre', rng, **fields)}"


def _points(concept: Concept, setting: Setting, rng: Random) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The concept's points and what is true of it in the key, and the facts that are left."""
    true = facts(concept, setting.key, level=setting.level, genre=setting.genre, seed=rng.randrange(1 << 30))
    own = list(concept.points)
    kept = sorted(rng.sample(range(len(own)), min(4, len(own))))
    wanted = min(max(2, 5 - len(kept)), len(true))
    told = sorted(rng.sample(range(min(_PLAIN, len(true))), wanted)) if wanted <= _PLAIN else range(wanted)
    left = tuple(one for place, one in enumerate(true) if place not in told)
    return (*(own[place] for place in kept), *(true[place] for place in told)), left


def _examples(shown: Matter, fields: Told, say: Phrases, rest: Sequence[str], rng: Random) -> Iterator[ExampleDraft]:
    key = shown.setting.key
    row = distinct(shown.chords)
    if shown.scale:
        yield _example(say, "example_scale", fields, rng, key=key, scale=shown.scale)
    if "progression" in fields:
        parts = [
            say.say("example_row" if "numbered" in fields else "example_plain", rng, **fields),
            say.say("example_grip", rng, **fields),
        ]
        parts += [say.say("example_move", rng, **fields)] if "move" in fields else []
        yield ExampleDraft(
            title=say.say("example_row_title", rng, **fields),
            explanation=" ".join(parts),
            key=key,
            chords=shown.chords,
        )
        if len(set(row)) <= 4:
            yield _example(say, "example_spelled", fields, rng, key=key, chords=tuple(dict.fromkeys(row))[:3])
    if shown.concept.subject == "rhythm" and "counts" in fields:
        yield _example(say, "example_rhythm", fields, rng, key=key, chords=row[:1])
    if "other" in fields and "progression" in fields:
        moved = say.say("example_moved" if "numbered" in fields else "example_moved_plain", rng, **fields)
        text = f"{moved} {say.say('example_moved_tail' if 'numbered' in fields else 'example_moved_near', rng)}"
        chords = distinct(shown.in_key(fields["other"]).chords)
        yield ExampleDraft(
            title=say.say("example_moved_title", rng, **fields), explanation=text, key=fields["other"], chords=chords
        )
    elif "progression" not in fields and rest:
        yield ExampleDraft(title=fields["first"], explanation=" ".join(rest[:2]), key=key, chords=row[:1])


def _example(
    say: Phrases, name: str, fields: Told, rng: Random, *, key: str, chords: tuple[str, ...] = (), scale: str = ""
) -> ExampleDraft:
    title, text = say.say(f"{name}_title", rng, **fields), say.say(name, rng, **fields)
    return ExampleDraft(title=title, explanation=text, key=key, chords=chords, scale=scale)


def steps(shown: Matter, fields: Told, templates: Sequence[Step], rng: Random) -> tuple[StepDraft, ...]:
    """The steps of a practice session in order; their minutes are the setting's."""
    setting, concept = shown.setting, shown.concept
    able = fitting(templates, fields, subject=concept.subject, level=setting.level, genre=setting.genre)
    chosen: list[tuple[str, StepDraft, int]] = []
    for part in _parts(concept, setting):
        if part == "learn":
            chosen += [(part, step, _WEIGHTS[part]) for step in own_steps(concept, setting.level, rng)]
        elif found := [one for one in able if one.part == part]:
            one = rng.choice(found)
            chosen.append((part, one.said(fields, rng), _WEIGHTS[part]))
    weights = [weight for _, _, weight in chosen]
    return retimed([step for _, step, _ in chosen], setting.minutes, weights)


def own_steps(concept: Concept, level: int, rng: Random) -> list[StepDraft]:
    """The concept's own ways of practising from the first on: each leans on the one before, and is harder."""
    count = min(rng.randint(min(2, _OWN_STEPS), _OWN_STEPS), _steps_for(concept, level))
    return [step_of(line, concept.title, number) for number, line in enumerate(concept.practice[:count], 1)]


def _steps_for(concept: Concept, level: int) -> int:
    """How many of its own steps suit a level: where that lies below the concept's, the first ones alone."""
    return max(1, _OWN_STEPS - max(0, concept.level - level))


def step_of(practice: str, title: str, number: int) -> StepDraft:
    """A line "instruction — what shows that it succeeded" as a step."""
    instruction, _, success = practice.partition(" — ")
    instruction = instruction if instruction.endswith(".") else f"{instruction}."
    success = f"{success[:1].upper()}{success[1:]}" if success else "It holds three times running."
    return StepDraft(title=f"{title}, {number}", instruction=instruction, success_criteria=success, minutes=0)


def _parts(concept: Concept, setting: Setting) -> tuple[str, ...]:
    """The parts that there is time for: about five minutes each."""
    own = min(_steps_for(concept, setting.level), len(concept.practice))
    room = max(3, min(setting.minutes // 4, len(_PARTS) - 1 + own)) - own
    dropped = _DROPPED[: max(0, len(_PARTS) - 1 - room)]
    return tuple(part for part in _PARTS if part not in dropped)


def _mistakes(shown: Matter, fields: Told, templates: Sequence[Text], rng: Random) -> tuple[str, ...]:
    own = list(shown.concept.mistakes)
    kept = [own[place] for place in sorted(rng.sample(range(len(own)), min(3, len(own))))]
    return (*kept, *some(_able(templates, shown, fields), max(1, 4 - len(kept)), fields, rng))


def _advice(fields: Told, following: Sequence[Concept], say: Phrases, rng: Random) -> str:
    if not following:
        return say.say("advice_alone", rng, **fields)
    return say.say("advice", rng, **fields, next=name_of(following[0].title))
