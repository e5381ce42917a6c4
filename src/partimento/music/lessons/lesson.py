"""One lesson by the rules: warm-up, recall, what is new, guided practice, music made with it, close; homework."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Final

from msgspec import Struct

from partimento.music.lessons.draft import LessonDraft, StepDraft
from partimento.music.lessons.matter import Matter, counts_of, matter
from partimento.music.lessons.phrases import Phrases, listed
from partimento.music.lessons.setting import Setting
from partimento.music.lessons.templates import Step, fitting, retimed
from partimento.music.lessons.told import Told, name_of, told
from partimento.music.lessons.tutorial import step_of
from partimento.music.teaching.concept import Concept
from partimento.music.teaching.facts import facts

_WEIGHTS: Final = {"warm-up": 2, "recall": 2, "new": 4, "guided": 4, "own": 4, "apply": 4, "close": 2}
_LONG: Final = 45
_SHORT: Final = 15
"""Minutes under which warm-up and recall make room for what is new."""


class Words(Struct, frozen=True):
    """What a lesson is worded with."""

    phrases: Phrases
    segments: tuple[Step, ...]


def write(
    concepts: Sequence[Concept],
    setting: Setting,
    review: Sequence[Concept],
    words: Words,
    rng: Random,
    *,
    goal: str = "",
) -> LessonDraft:
    """A lesson on one concept or a few, the last of them the main one. `review`: what is recalled at the beginning."""
    main = concepts[-1]
    shown = matter(main, setting, counts_of(setting, rng))
    fields = told(shown, rng)
    if review:
        fields["recalled"] = listed([name_of(one.title) for one in review[:2]])
    say = words.phrases
    return LessonDraft(
        title=_title(concepts, fields, say, rng),
        goal=goal or say.say(_goal(shown, fields), rng, **fields),
        segments=_segments(concepts, shown, fields, words, rng),
        homework=say.say("homework", rng, **fields),
    )


def _title(concepts: Sequence[Concept], fields: Told, say: Phrases, rng: Random) -> str:
    if len(concepts) > 1:
        return say.say("title_both", rng, **fields, also=name_of(concepts[0].title))
    return say.say("title", rng, **fields)


def _goal(shown: Matter, fields: Told) -> str:
    if shown.concept.subject == "rhythm" and "counts" in fields:
        return "goal_rhythm"
    return "goal_scale" if "scale" in fields and "progression" not in fields else "goal"


def _segments(
    concepts: Sequence[Concept], shown: Matter, fields: Told, words: Words, rng: Random
) -> tuple[StepDraft, ...]:
    setting, main = shown.setting, shown.concept
    able = fitting(words.segments, fields, subject=main.subject, level=setting.level, genre=setting.genre)
    chosen: list[tuple[str, StepDraft]] = []
    for part in ("warm-up", "recall", "new", "guided", "own", "apply", "close"):
        if setting.minutes < _SHORT and part in ("warm-up", "recall"):
            continue
        if part == "new":
            news = (_new(one, setting, words.phrases, rng) for one in concepts)
            chosen += [(part, step) for step in news if step is not None]
        elif part == "own":
            own = main.practice[: 1 if setting.minutes < _LONG or setting.level < main.level else 3]
            chosen += [(part, step_of(line, main.title, number)) for number, line in enumerate(own, 1)]
        elif found := [one for one in able if one.part == part]:
            chosen.append((part, rng.choice(found).said(fields, rng)))
    return retimed([step for _, step in chosen], setting.minutes, [_WEIGHTS[part] for part, _ in chosen])


def _new(one: Concept, setting: Setting, say: Phrases, rng: Random) -> StepDraft | None:
    """What is new, in the concept's own words and what is true of it in the key; None where nothing is said of it."""
    true = facts(one, setting.key, level=setting.level, genre=setting.genre, seed=rng.randrange(1 << 30))
    sentences = [*([one.summary] if one.summary else []), *rng.sample(one.points, min(2, len(one.points)))]
    sentences += true[: max(2, 4 - len(sentences))]
    if not sentences:
        return None
    return StepDraft(
        title=one.title,
        instruction=say.say("show", rng, facts=" ".join(sentences)),
        success_criteria=say.say("shown", rng),
        minutes=0,
    )
