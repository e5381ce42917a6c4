"""A script to be spoken, and what podcast and lesson scripts share: lengths, who speaks, what must come up.

Knows the shape that doors show and the checks of a draft; leaves telling a matter aloud to `music.lessons.dialogue`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from random import Random
from typing import Final, Literal, Protocol

from msgspec import Struct

from partimento.core.errors import BadInput, PartimentoError
from partimento.decoding.language import language_of, wrong_language
from partimento.music.chord import Chord
from partimento.music.lessons.dialogue import Line, ScriptDraft, Told, sound, spoken_minutes
from partimento.music.lessons.draft import Untaught
from partimento.music.lessons.order import before, following
from partimento.music.lessons.setting import Setting
from partimento.music.lessons.templates import Step, Text
from partimento.music.lessons.told import name_of
from partimento.music.lessons.topic import Topic, cleaned, topic_of
from partimento.music.lessons.tutorial import Words, write
from partimento.music.teaching.concept import Concept
from partimento.shapes.given import missing_points
from partimento.shapes.learning import Wanted, setting_for
from partimento.shapes.prose import Unproven
from partimento.shapes.wording import wording
from partimento.shapes.written import text_flaws

_NEAR: Final = 0.3
"""How far the length may lie from what was asked for, as a share of it."""
_MOST_POINTS: Final = 12


class ScriptLine(Struct, frozen=True):
    """What one speaker says at a stretch."""

    speaker: str
    text: str


class ScriptSegment(Struct, frozen=True, kw_only=True):
    """`minutes` are what it takes to say it and to play in it; `chords` are what is played."""

    title: str
    minutes: float
    lines: tuple[ScriptLine, ...]
    chords: tuple[str, ...] = ()
    play_minutes: float = 0


class Script(Struct, frozen=True, kw_only=True):
    """`minutes` as asked for; `estimated_minutes` at 150 words a minute, playing added. `notes`: what was left out."""

    kind: Literal["podcast", "lesson"]
    title: str
    topic: Unproven
    audience: Unproven
    language: str
    speakers: tuple[str, ...]
    minutes: int
    estimated_minutes: float
    words: int
    segments: tuple[ScriptSegment, ...]
    generation_method: str
    notes: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The script as people read it."""
        parts = [f"# {self.title}"]
        for segment in self.segments:
            parts.append(f"## {segment.title} ({segment.minutes:g} min)")
            parts += [f"{line.speaker}: {line.text}" for line in segment.lines]
            if segment.chords:
                parts.append(f"[plays {' '.join(segment.chords)}]")
            if segment.play_minutes:
                parts.append(f"[{segment.play_minutes:g} min to play]")
        return "\n\n".join(parts)


class Scripted(Protocol):
    """The fields of what asks for a script."""

    @property
    def minutes(self) -> int: ...
    @property
    def language(self) -> str: ...
    @property
    def key_points(self) -> Sequence[str]: ...
    @property
    def topic(self) -> str: ...
    @property
    def audience(self) -> str: ...


def points_of(points: Sequence[str]) -> tuple[str, ...]:
    """Key points in one line each. Raises BadInput for too many or too long ones."""
    if len(points) > _MOST_POINTS:
        raise BadInput(
            f"there are {len(points)} key points", why=f"at most {_MOST_POINTS} fit", mend="name the main ones"
        )
    return tuple(found for point in points if (found := cleaned(point, "key point")))


def shown(
    kind: Literal["podcast", "lesson"],
    inputs: Scripted,
    draft: ScriptDraft,
    speakers: tuple[str, ...],
    method: str,
    notes: tuple[str, ...] = (),
) -> Script:
    """The draft as doors show it, with its lengths."""
    segments = tuple(
        ScriptSegment(
            title=part.title,
            minutes=round(_said(part.lines) + part.play_minutes, 1),
            lines=tuple(ScriptLine(line.speaker, line.text) for line in part.lines),
            chords=tuple(Chord.parse(symbol).symbol for symbol in part.chords),
            play_minutes=part.play_minutes,
        )
        for part in draft.segments
    )
    return Script(
        kind=kind,
        title=draft.title,
        topic=inputs.topic,
        audience=inputs.audience,
        language=inputs.language or language_of(_whole(draft)),
        speakers=speakers,
        minutes=inputs.minutes,
        estimated_minutes=round(_minutes(draft), 1),
        words=sum(len(line.text.split()) for part in draft.segments for line in part.lines),
        segments=segments,
        generation_method=method,
        notes=notes,
    )


def script_flaws(
    inputs: Scripted, draft: ScriptDraft, speakers: Sequence[str], instructions: str, most_played: float
) -> Iterator[str]:
    """One sentence for each flaw of a script; `most_played`: the share of its minutes that may be playing."""
    yield from text_flaws(draft, instructions, (inputs.topic, inputs.audience, *inputs.key_points))
    heard = {line.speaker for part in draft.segments for line in part.lines}
    yield from (
        f"{name!r} is no speaker of this script; they are {', '.join(speakers)}" for name in heard - {*speakers}
    )
    yield from (f"{name} says nothing" for name in speakers if name not in heard)
    length, played = _minutes(draft), sum(part.play_minutes for part in draft.segments)
    if abs(length - inputs.minutes) > _NEAR * inputs.minutes:
        yield f"it lasts about {length:.1f} minutes at 150 words a minute; {inputs.minutes} were asked for"
    if played > most_played * inputs.minutes or any(part.play_minutes < 0 for part in draft.segments):
        yield f"{played:g} of its minutes are only played; at most {most_played * inputs.minutes:g} may be"
    yield from _chord_flaws(draft)
    text = _whole(draft)
    yield from wrong_language(text, inputs.language)
    yield from missing_points(text, inputs.key_points)


def tellable(found: Wanted, points: Sequence[str]) -> tuple[Concept, ...] | Untaught:
    """The concepts that rules can tell of a topic and its points, the topic first; Untaught where one is unknown."""
    told: list[Concept] = []
    for topic in (found.topic, *map(topic_of, points)):
        if topic.concept is None:
            return _untaught(topic)
        if topic.concept not in told:
            told.append(topic.concept)
    return tuple(told)


def around(main: Concept, setting: Setting, told: Sequence[Concept]) -> list[Concept]:
    """What is worth telling beside a matter: what it leans on, what leans on it, and on these."""
    found = [*before(main.id), *following(main.id, setting.genre, setting.level, 4)]
    further = [two for one in found for two in following(one.id, setting.genre, setting.level, 2)]
    return [one for one in dict.fromkeys((*found, *further)) if one not in (*told, main) and holds(one.title)]


def told_of(concept: Concept, setting: Setting, seed: object) -> Told:
    """The tutorial of one concept as the rules write it, in the setting's genre and the concept's own key."""
    own = setting_for(concept, setting.genre, setting.level, setting.key, setting.minutes, None)
    ahead = following(concept.id, own.genre, own.level)
    draft = write(concept, own, ahead, tutorial_words(), Random(repr((seed, concept.id))))
    return Told(name=name_of(concept.title), tutorial=sound(draft, holds), holds=holds)


@lru_cache(maxsize=4096)
def holds(text: str) -> bool:
    """Whether the claim check has nothing against a text."""
    from partimento.music.claims import check_claims  # a fifth of a second, which other tasks need not pay

    return all(finding.verdict != "contradicted" for finding in check_claims(text))


@cache
def tutorial_words() -> Words:
    """What tutorials are worded with."""
    said = wording("tutorial")
    return Words(said.phrases, said.table("goal", Text), said.table("step", Step), said.table("mistake", Text))


def _untaught(topic: Topic) -> Untaught:
    return Untaught(topic=topic.words, near=topic.near)


def _chord_flaws(draft: ScriptDraft) -> Iterator[str]:
    for symbol in dict.fromkeys(chord for part in draft.segments for chord in part.chords):
        try:
            Chord.parse(symbol)
        except PartimentoError as error:
            yield str(error)


def _whole(draft: ScriptDraft) -> str:
    return " ".join(line.text for part in draft.segments for line in part.lines)


def _said(lines: Sequence[Line]) -> float:
    return sum(spoken_minutes(line.text) for line in lines)


def _minutes(draft: ScriptDraft) -> float:
    return sum(_said(part.lines) + part.play_minutes for part in draft.segments)
