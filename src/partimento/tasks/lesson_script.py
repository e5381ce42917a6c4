"""What a teacher says in a lesson, word for word, with the minutes in which the student plays.

A model writes it, or the rules tell the tutorial of the concept aloud.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random
from typing import Final

import msgspec
from msgspec import Struct

from partimento.core.errors import BadInput
from partimento.core.task import Prompt, task
from partimento.decoding.language import language_asked, language_name
from partimento.music.lessons.dialogue import ScriptDraft, lesson
from partimento.music.lessons.draft import Untaught
from partimento.music.lessons.topic import cleaned
from partimento.music.teaching.facts import facts
from partimento.shapes.learning import described, remarks_on, settled, wanted
from partimento.shapes.script import Script, points_of, script_flaws, shown, tellable, told_of
from partimento.shapes.wording import wording

_SPEAKER: Final = "Teacher"
_LONGEST: Final = 120
_PLAYED: Final = 0.97


class LessonScriptInputs(Struct, frozen=True, kw_only=True):
    """`topic`: free words. `minutes` 5–120, playing included; `audience` the student in free words, `key_points` what
    must come up; level, genre, key and style as in a tutorial."""

    topic: str
    minutes: int = 30
    audience: str = ""
    key_points: Sequence[str] = ()
    language: str = ""
    level: int | str | None = None
    genre: str | None = None
    key: str | None = None
    style: str | None = None


def _read(inputs: LessonScriptInputs) -> LessonScriptInputs:
    if inputs.minutes > _LONGEST:
        raise BadInput(
            f"cannot plan {inputs.minutes} minutes", why=f"a lesson has at most {_LONGEST}", mend="make two of it"
        )
    read = settled(inputs)
    if not read.topic:
        raise BadInput("there is no topic", why="it is empty", mend='name one, such as "rootless voicings"')
    return msgspec.structs.replace(
        read,
        audience=cleaned(inputs.audience, "audience"),
        key_points=points_of(inputs.key_points),
        language=language_asked(inputs.language),
    )


def _prompt(inputs: LessonScriptInputs) -> Prompt:
    found = wanted(inputs)
    setting, concept = found.setting, found.concept
    true = facts(concept, setting.key, level=setting.level, genre=setting.genre)[:8] if concept else ()
    return wording("lesson_script").prompt(
        data={"topic": inputs.topic, "audience": inputs.audience, "points": "; ".join(inputs.key_points)},
        speaker=_SPEAKER,
        minutes=inputs.minutes,
        language=language_name(inputs.language) or "English",
        concept=described(concept),
        level=setting.level,
        genre=setting.title,
        key=setting.key,
        facts=" ".join(true),
    )


def _by_rules(inputs: LessonScriptInputs, seed: int) -> ScriptDraft | Untaught:
    found = wanted(inputs)
    told = tellable(found, ())
    if isinstance(told, Untaught):
        return told
    say = wording("lesson_script").phrases
    return lesson(told_of(told[0], found.setting, seed), _SPEAKER, inputs.minutes, say, Random(seed))


def _is_sound(inputs: LessonScriptInputs, draft: ScriptDraft | Untaught) -> Iterator[str]:
    if isinstance(draft, Untaught):
        yield draft.flaw
        return
    yield from script_flaws(inputs, draft, (_SPEAKER,), _prompt(inputs).system, _PLAYED)


lesson_script = task(
    name="lesson_script",
    summary="What a teacher says in a lesson, with the time to play",
    version=1,
    complexity=6,
    inputs=LessonScriptInputs,
    read=_read,
    draft=ScriptDraft,
    output=Script,
    prompt=_prompt,
    finish=lambda inputs, draft, method: shown("lesson", inputs, draft, (_SPEAKER,), method),
    checks=(_is_sound,),
    rules=_by_rules,
    folded=frozenset({"topic", "genre", "style"}),
    words=lambda inputs: f"{inputs.topic} {inputs.audience}",
    notes=remarks_on,
    told=lambda script: script.text,
    claims="checked",
    hold="sentence",
)
