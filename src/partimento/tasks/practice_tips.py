"""Practice tips for a topic, or for what the learner says goes wrong ("my left hand is uneven").

A model writes the tips, the rules choose and fill theirs from what teachers know; exercises are planned here.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from msgspec import Struct
from msgspec.structs import replace

from partimento.core.errors import BadInput
from partimento.core.task import Prompt, task
from partimento.music.key import Key
from partimento.music.lessons.draft import TipsDraft, Untaught
from partimento.music.lessons.drills import drills
from partimento.music.lessons.matter import counts_of, matter
from partimento.music.lessons.tips import ANYTHING, Problem, Tip, plain, problems_in, write
from partimento.music.lessons.topic import cleaned
from partimento.music.teaching.keys import key_words
from partimento.shapes.learning import described, remarks_on, settled, wanted
from partimento.shapes.practice_tips import PracticeTip, PracticeTips
from partimento.shapes.wording import wording
from partimento.shapes.written import count_flaws, text_flaws


class PracticeTipsInputs(Struct, frozen=True, kw_only=True):
    """A `topic`, a `problem` in the learner's own words, or both; the rest as in a tutorial."""

    topic: str = ""
    problem: str = ""
    level: int | str | None = None
    genre: str | None = None
    key: str | None = None
    minutes: int = 15
    style: str | None = None


def _read(inputs: PracticeTipsInputs) -> PracticeTipsInputs:
    read = replace(settled(inputs), problem=cleaned(inputs.problem, "problem"))
    if not read.topic and not read.problem:
        raise BadInput(
            "there is neither a topic nor a problem",
            why="tips are for something",
            mend='name a topic ("shell voicings") or a problem ("my left hand is uneven")',
        )
    return read


def _problems(inputs: PracticeTipsInputs) -> tuple[str, ...]:
    """The problems understood; a topic that is no concept may be one ("stage fright")."""
    known = wording("practice_tips").table("problem", Problem)
    said = inputs.problem if wanted(inputs).concept else f"{inputs.problem} {inputs.topic}"
    return problems_in(said, known)


def _prompt(inputs: PracticeTipsInputs) -> Prompt:
    found = wanted(inputs)
    setting = found.setting
    return wording("practice_tips").prompt(
        data={"topic": inputs.topic, "problem": inputs.problem},
        concept=described(found.concept),
        genre=setting.title,
        style=setting.style,
        key=key_words(Key.parse(setting.key)),
        level=setting.level,
        difficulty=setting.difficulty,
        minutes=setting.minutes,
    )


def _by_rules(inputs: PracticeTipsInputs, seed: int) -> TipsDraft | Untaught:
    found, problems = wanted(inputs), _problems(inputs)
    if found.concept is None and not problems:
        said = inputs.problem if inputs.problem and not inputs.topic else found.topic.words
        return Untaught(topic=said, near=found.topic.near)
    rng = Random(seed)
    shown = matter(found.concept or ANYTHING, found.setting, counts_of(found.setting, rng))
    return write(shown, problems, wording("practice_tips").table("tip", Tip), rng)


def _is_sound(inputs: PracticeTipsInputs, draft: TipsDraft | Untaught) -> Iterator[str]:
    if isinstance(draft, Untaught):
        yield draft.flaw
        return
    yield from count_flaws("tips", draft.tips, 2, 10)
    yield from text_flaws(draft, _prompt(inputs).system, (inputs.topic, inputs.problem))


def _finish(inputs: PracticeTipsInputs, draft: TipsDraft, method: str) -> PracticeTips:
    found = wanted(inputs)
    concept, setting = found.concept, found.setting
    timed = plain(draft, setting.minutes)
    shown = matter(concept or ANYTHING, setting)
    return PracticeTips(
        topic=concept.title if concept else inputs.topic,
        problem=inputs.problem,
        problems=_problems(inputs),
        tips=tuple(PracticeTip(title=tip.title, do=tip.do, why=tip.why, minutes=tip.minutes) for tip in timed.tips),
        minutes=sum(tip.minutes for tip in timed.tips),
        key=setting.key,
        level=setting.level,
        genre=setting.genre,
        concepts=(concept.id,) if concept else (),
        exercises=drills(shown, 2, Random(repr((inputs, draft)))),
        generation_method=method,
    )


practice_tips = task(
    name="practice_tips",
    summary="What to do about a topic or a problem at the piano, in so many minutes",
    version=1,
    complexity=4,
    inputs=PracticeTipsInputs,
    read=_read,
    draft=TipsDraft,
    output=PracticeTips,
    prompt=_prompt,
    finish=_finish,
    checks=(_is_sound,),
    rules=_by_rules,
    folded=frozenset({"problem"}),
    words=lambda inputs: f"{inputs.topic} {inputs.problem}".strip(),
    notes=lambda inputs: remarks_on(inputs) if inputs.topic else (),
    claims="checked",
    together=4,
)
