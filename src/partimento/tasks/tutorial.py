"""A tutorial on one topic, in a key, at a level: theory with worked examples, practice steps, mistakes, next steps.

A model writes words and chord symbols, the rules write from the graph of concepts; notes and exercises are always made
here, by the engine. What the rules do not know they leave unsaid.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from random import Random

from msgspec import Struct

from partimento.core.errors import BadInput
from partimento.core.task import Prompt, task
from partimento.music.chord import Chord
from partimento.music.key import Key
from partimento.music.lessons.draft import ExampleDraft, TutorialDraft, Untaught
from partimento.music.lessons.drills import drills
from partimento.music.lessons.matter import hands_of, kind_in, matter, numerals_of
from partimento.music.lessons.order import following
from partimento.music.lessons.planned import PlannedExercise, flaw_of
from partimento.music.lessons.setting import Setting, key_round
from partimento.music.lessons.templates import Step, Text, retimed
from partimento.music.lessons.tutorial import Words, write
from partimento.music.scale import Scale
from partimento.music.teaching.concept import Concept
from partimento.music.teaching.facts import facts
from partimento.music.teaching.keys import key_words
from partimento.shapes.learning import described, remarks_on, settled, wanted
from partimento.shapes.tutorial import (
    Example,
    GuideStep,
    NextConcept,
    NextSteps,
    Overview,
    PracticeGuide,
    Theory,
    Tutorial,
)
from partimento.shapes.wording import wording
from partimento.shapes.written import count_flaws, example_flaws, text_flaws


class TutorialInputs(Struct, frozen=True, kw_only=True):
    """`topic`: free words ("ii-V-I", "rootless voicings"). What is left open follows from what the topic means.

    `level` 1–10 or a word, `minutes` 5–240, `style` a use of the genre ("bossa").
    """

    topic: str
    level: int | str | None = None
    genre: str | None = None
    key: str | None = None
    minutes: int = 30
    style: str | None = None


def _read(inputs: TutorialInputs) -> TutorialInputs:
    read = settled(inputs)
    if not read.topic:
        raise BadInput("there is no topic", why="it is empty", mend='name one, such as "ii-V-I" or "the blues scale"')
    return read


def _prompt(inputs: TutorialInputs) -> Prompt:
    found = wanted(inputs)
    setting, concept = found.setting, found.concept
    true = facts(concept, setting.key, level=setting.level, genre=setting.genre)[:8] if concept else ()
    return wording("tutorial").prompt(
        data={"topic": inputs.topic},
        concept=described(concept),
        genre=setting.title,
        style=setting.style,
        key=key_words(Key.parse(setting.key)),
        level=setting.level,
        difficulty=setting.difficulty,
        minutes=setting.minutes,
        facts=" ".join(true),
    )


@cache
def _words() -> Words:
    said = wording("tutorial")
    return Words(said.phrases, said.table("goal", Text), said.table("step", Step), said.table("mistake", Text))


def _by_rules(inputs: TutorialInputs, seed: int) -> TutorialDraft | Untaught:
    found = wanted(inputs)
    concept, setting = found.concept, found.setting
    if concept is None:
        return Untaught(topic=found.topic.words, near=found.topic.near)
    return write(concept, setting, following(concept.id, setting.genre, setting.level), _words(), Random(seed))


def _is_sound(inputs: TutorialInputs, draft: TutorialDraft | Untaught) -> Iterator[str]:
    """Nothing empty or endless, all chords and scales readable, enough of everything to be a tutorial."""
    if isinstance(draft, Untaught):
        yield draft.flaw
        return
    yield from count_flaws("things to learn", draft.what_you_will_learn, 2, 8)
    yield from count_flaws("key points", draft.key_points, 2, 12)
    yield from count_flaws("examples", draft.examples, 1, 8)
    yield from count_flaws("steps", draft.steps, 3, 12)
    yield from count_flaws("common mistakes", draft.common_mistakes, 1, 8)
    yield from text_flaws(draft, _prompt(inputs).system, (inputs.topic,))
    for place, example in enumerate(draft.examples):
        yield from example_flaws(place, example)


def _finish(inputs: TutorialInputs, draft: TutorialDraft, method: str) -> Tutorial:
    found = wanted(inputs)
    concept, setting = found.concept, found.setting
    rng = Random(repr((inputs, draft.title, draft.examples)))
    ahead = following(concept.id, setting.genre, setting.level) if concept else ()
    steps = retimed(draft.steps, setting.minutes)
    return Tutorial(
        title=draft.title,
        topic=concept.title if concept else inputs.topic,
        key=setting.key,
        level=setting.level,
        genre=setting.genre,
        style=setting.style,
        overview=Overview(
            what_you_will_learn=draft.what_you_will_learn,
            duration_minutes=sum(step.minutes for step in steps),
            difficulty=setting.difficulty,
        ),
        theory=Theory(
            summary=draft.summary,
            key_points=draft.key_points,
            examples=tuple(_shown(example, concept, setting) for example in draft.examples),
        ),
        practice_guide=PracticeGuide(
            steps=tuple(
                GuideStep(
                    step=number,
                    title=step.title,
                    instruction=step.instruction,
                    success_criteria=step.success_criteria,
                    minutes=step.minutes,
                )
                for number, step in enumerate(steps, start=1)
            )
        ),
        common_mistakes=draft.common_mistakes,
        next_steps=NextSteps(
            advice=draft.advice,
            concepts=tuple(NextConcept(id=one.id, title=one.title, level=one.level) for one in ahead),
            exercises=_ahead(ahead, setting, rng),
        ),
        concepts=(concept.id,) if concept else (),
        exercises=_exercises(concept, draft, setting, rng),
        generation_method=method,
    )


def _shown(example: ExampleDraft, concept: Concept | None, setting: Setting) -> Example:
    """The example with numerals, hands and notes of the engine."""
    chords = tuple(Chord.parse(symbol).symbol for symbol in example.chords)
    kind = kind_in(concept, chords, setting) if chords else ""
    return Example(
        title=example.title,
        explanation=example.explanation,
        key=Key.parse(example.key).symbol,
        chords=chords,
        roman_numerals=numerals_of(chords, example.key),
        voicing=kind,
        hands=hands_of(chords, kind) if kind else (),
        scale=Scale.parse(example.scale).symbol if example.scale else "",
        notes=Scale.parse(example.scale).notes if example.scale else (),
    )


def _exercises(
    concept: Concept | None, draft: TutorialDraft, setting: Setting, rng: Random
) -> tuple[PlannedExercise, ...]:
    """The concept's drills; where there is no concept, the draft's own examples to be played."""
    if concept is not None:
        _, keys = key_round(setting, rng)
        return drills(matter(concept, setting), 4, rng, key=keys[1] if len(keys) > 1 else "")
    planned = [
        PlannedExercise(
            type="progression",
            title=example.title,
            genre=setting.genre,
            key=Key.parse(example.key).symbol,
            level=setting.level,
            chords=tuple(Chord.parse(symbol).symbol for symbol in example.chords),
        )
        for example in draft.examples
        if len(example.chords) > 1
    ]
    return tuple(one for one in planned if not flaw_of(one))


def _ahead(concepts: tuple[Concept, ...], setting: Setting, rng: Random) -> tuple[PlannedExercise, ...]:
    """One drill of each concept that comes next."""
    found: list[PlannedExercise] = []
    for one in concepts[:2]:
        higher = wanted(
            TutorialInputs(topic=one.title, genre=setting.genre, level=max(setting.level, one.level), key=setting.key)
        ).setting
        found += drills(matter(one, higher), 1, rng)
    return tuple(found)


tutorial = task(
    name="tutorial",
    summary="A tutorial on a topic: theory with examples, practice steps, mistakes, next steps",
    version=1,
    complexity=6,
    inputs=TutorialInputs,
    read=_read,
    draft=TutorialDraft,
    output=Tutorial,
    prompt=_prompt,
    finish=_finish,
    checks=(_is_sound,),
    rules=_by_rules,
    ttl=timedelta(days=30),
    words=lambda inputs: inputs.topic,
    notes=remarks_on,
    claims="checked",
    hold="sentence",
)
