"""The script of a podcast episode about a matter of music: hosts, turns, what is played, as long as was asked for.

A model writes it, or the rules let the hosts talk through what the graph of concepts and the theory engine know.
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
from partimento.music.lessons.dialogue import WORDS_A_MINUTE, ScriptDraft, episode
from partimento.music.lessons.draft import Untaught
from partimento.music.lessons.topic import cleaned
from partimento.music.teaching.facts import facts
from partimento.shapes.learning import described, remarks_on, settled, wanted
from partimento.shapes.script import Script, around, points_of, script_flaws, shown, tellable, told_of
from partimento.shapes.wording import wording

_HOSTS: Final = ("Mara", "Theo")
_MOST_HOSTS, _LONGEST_NAME, _LONGEST = 4, 40, 60
_PLAYED: Final = 0.25
_SAID: Final = 60
"""Letters of an audience that hosts say aloud."""


class PodcastScriptInputs(Struct, frozen=True, kw_only=True):
    """`topic`: free words. `minutes` 5–60, `hosts` one to four names, `audience` and `tone` in free words, `key_points`
    what must come up; level, genre, key and style as in a tutorial."""

    topic: str
    minutes: int = 10
    hosts: Sequence[str] = _HOSTS
    audience: str = ""
    tone: str = ""
    key_points: Sequence[str] = ()
    language: str = ""
    level: int | str | None = None
    genre: str | None = None
    key: str | None = None
    style: str | None = None


def _read(inputs: PodcastScriptInputs) -> PodcastScriptInputs:
    if inputs.minutes > _LONGEST:
        raise BadInput(
            f"cannot write {inputs.minutes} minutes", why=f"an episode has at most {_LONGEST}", mend="make two of it"
        )
    read = settled(inputs)
    if not read.topic:
        raise BadInput("there is no topic", why="it is empty", mend='name one, such as "gospel passing chords"')
    return msgspec.structs.replace(
        read,
        hosts=_hosts(inputs.hosts),
        audience=cleaned(inputs.audience, "audience"),
        tone=cleaned(inputs.tone, "tone"),
        key_points=points_of(inputs.key_points),
        language=language_asked(inputs.language),
    )


def _hosts(names: Sequence[str]) -> tuple[str, ...]:
    hosts = tuple(dict.fromkeys(cleaned(name, "host") for name in names))
    if not 1 <= len(hosts) <= _MOST_HOSTS or len(hosts) != len(names) or not all(hosts):
        raise BadInput("cannot seat these hosts", why=f"one to {_MOST_HOSTS} different names speak", mend="Mara, Theo")
    if any(len(host) > _LONGEST_NAME for host in hosts):
        raise BadInput("a host's name is too long", why=f"at most {_LONGEST_NAME} letters", mend="use a first name")
    return hosts


def _prompt(inputs: PodcastScriptInputs) -> Prompt:
    found = wanted(inputs)
    setting, concept = found.setting, found.concept
    true = facts(concept, setting.key, level=setting.level, genre=setting.genre)[:8] if concept else ()
    return wording("podcast_script").prompt(
        data={
            "topic": inputs.topic, "audience": inputs.audience, "tone": inputs.tone,
            "points": "; ".join(inputs.key_points), "hosts": ", ".join(inputs.hosts),
        },
        minutes=inputs.minutes,
        words=inputs.minutes * WORDS_A_MINUTE,
        language=language_name(inputs.language) or "English",
        concept=described(concept),
        level=setting.level,
        genre=setting.title,
        key=setting.key,
        facts=" ".join(true),
    )  # fmt: skip


def _by_rules(inputs: PodcastScriptInputs, seed: int) -> ScriptDraft | Untaught:
    found = wanted(inputs)
    told = tellable(found, inputs.key_points)
    if isinstance(told, Untaught):
        return told
    matters = [told_of(one, found.setting, seed) for one in (*told, *around(told[0], found.setting, told))]
    audience = inputs.audience if len(inputs.audience) <= _SAID else ""
    say = wording("podcast_script").phrases
    return episode(matters, inputs.hosts, inputs.minutes, audience, say, Random(seed))


def _is_sound(inputs: PodcastScriptInputs, draft: ScriptDraft | Untaught) -> Iterator[str]:
    if isinstance(draft, Untaught):
        yield draft.flaw
        return
    yield from script_flaws(inputs, draft, inputs.hosts, _prompt(inputs).system, _PLAYED)


def _finish(inputs: PodcastScriptInputs, draft: ScriptDraft, method: str) -> Script:
    notes = ("the rules know one tone only",) if method == "rules" and inputs.tone else ()
    return shown("podcast", inputs, draft, tuple(inputs.hosts), method, notes)


podcast_script = task(
    name="podcast_script",
    summary="The script of a podcast episode about a matter of music",
    version=1,
    complexity=7,
    inputs=PodcastScriptInputs,
    read=_read,
    draft=ScriptDraft,
    output=Script,
    prompt=_prompt,
    finish=_finish,
    checks=(_is_sound,),
    rules=_by_rules,
    folded=frozenset({"topic", "genre", "style"}),
    words=lambda inputs: f"{inputs.topic} {inputs.audience} {inputs.tone}",
    notes=remarks_on,
    told=lambda script: script.text,
    claims="checked",
    hold="sentence",
)
