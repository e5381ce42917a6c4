"""A tutorial told aloud: as an episode between hosts, or as a lesson that a teacher gives. Knows turns and lengths.

Leaves what is true to the tutorial it tells, phrases to whoever calls.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from random import Random
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from partimento.music.lessons.draft import StepDraft, TutorialDraft
from partimento.music.lessons.phrases import Phrases

WORDS_A_MINUTE: Final = 150
_SIGNS_A_MINUTE: Final = 320
"""Of Chinese, Japanese and Thai, which are written without spaces; between what readers of the three say aloud."""
_UNSPACED: Final = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]")
_SENTENCE_END: Final = re.compile(r"(?<=[.!?]) (?=[A-Z])")
_FULL: Final = 1.1
"""So many times the words wanted, and nothing more is added."""


class Line(Struct, frozen=True):
    """What one speaker says at a stretch."""

    speaker: str
    text: str


class SegmentDraft(Struct, frozen=True, kw_only=True):
    """`chords` are played in it; `play_minutes` is time to play, beside what is said."""

    title: str
    lines: tuple[Line, ...]
    chords: tuple[str, ...] = ()
    play_minutes: float = 0


class ScriptDraft(Struct, frozen=True, kw_only=True):
    title: str
    segments: tuple[SegmentDraft, ...]


class Told(Struct, frozen=True, kw_only=True):
    """A tutorial with the name of its matter within a sentence; `holds` tells whether a text may be said."""

    name: str
    tutorial: TutorialDraft
    holds: Callable[[str], bool]


def spoken_minutes(text: str) -> float:
    """How long it takes to say a text."""
    signs = len(_UNSPACED.findall(text))
    return len(_UNSPACED.sub("", text).split()) / WORDS_A_MINUTE + signs / _SIGNS_A_MINUTE


def sound(draft: TutorialDraft, holds: Callable[[str], bool]) -> TutorialDraft:
    """The tutorial without what does not hold when it is said by itself."""
    return replace(
        draft,
        summary=_so_far(_SENTENCE_END.split(draft.summary), holds),
        what_you_will_learn=tuple(filter(holds, draft.what_you_will_learn)),
        key_points=tuple(filter(holds, draft.key_points)),
        examples=tuple(one for one in draft.examples if holds(f"{one.title}. {one.explanation}")),
        common_mistakes=tuple(filter(holds, draft.common_mistakes)),
        steps=tuple(one for one in draft.steps if holds(f"{one.instruction} {one.success_criteria}")),
    )


def episode(
    matters: Sequence[Told], hosts: Sequence[str], minutes: float, audience: str, say: Phrases, rng: Random
) -> ScriptDraft:
    """Hosts talk about the first matter, then about the others for as long as there is time. The first host explains,
    the others ask."""
    talk = _Talk(hosts, say, rng)
    main = matters[0]
    opening = _segment(say.say("opening_title", rng), talk.opening(main, audience))
    closing = _segment(say.say("closing_title", rng), talk.closing(main))
    wanted = minutes - _length(opening) - _length(closing)
    taken: list[SegmentDraft] = []
    for place, matter in enumerate(matters):
        for part in talk.beats(matter, bridged=place > 0):
            left = wanted * _FULL - sum(map(_length, taken))
            if _length(part) <= left and all(matter.holds(line.text) for line in part.lines):
                taken.append(part)
        if sum(map(_length, taken)) >= wanted:
            break
    return ScriptDraft(
        title=say.say("title", rng, title=_title(main.name)), segments=_joined([opening, *taken, closing])
    )


def lesson(matter: Told, speaker: str, minutes: int, say: Phrases, rng: Random) -> ScriptDraft:
    """A teacher gives a lesson; what is left of its minutes is for playing, by the weight of the steps."""
    draft = matter.tutorial
    shown = [chords for example in draft.examples for chords in example.chords]
    parts = [
        (
            "welcome_title",
            [say.say("welcome", rng, matter=matter.name, minutes=minutes), *draft.what_you_will_learn[:3]],
            (),
        ),
        ("theory_title", [say.say("theory", rng), draft.summary, *draft.key_points], ()),
        (
            "listen_title",
            [say.say("listen", rng), *(f"{example.title}. {example.explanation}" for example in draft.examples)],
            tuple(dict.fromkeys(shown)),
        ),
        ("mistakes_title", [say.say("mistakes", rng), *draft.common_mistakes[:3]], ()),
    ]
    head = [
        SegmentDraft(title=say.say(title, rng), lines=_by(speaker, texts), chords=chords)
        for title, texts, chords in parts
    ]
    steps = [
        SegmentDraft(title=say.say("step_title", rng, title=step.title), lines=_by(speaker, _step(step, say, rng)))
        for step in draft.steps
    ]
    end = SegmentDraft(
        title=say.say("homework_title", rng), lines=_by(speaker, [say.say("homework", rng), draft.advice])
    )
    spare = max(0.0, minutes - sum(map(_length, (*head, *steps, end))))
    whole = sum(step.minutes for step in draft.steps) or 1
    timed = [
        replace(part, play_minutes=round(spare * step.minutes / whole, 1))
        for part, step in zip(steps, draft.steps, strict=True)
    ]
    return ScriptDraft(
        title=say.say("title", rng, title=_title(matter.name)), segments=(*head[:3], *timed, head[3], end)
    )


class _Talk:
    """Hosts taking turns."""

    def __init__(self, hosts: Sequence[str], say: Phrases, rng: Random) -> None:
        self._first, self._others = hosts[0], tuple(hosts[1:])
        self._say, self._rng, self._turn = say, rng, 0
        self._left: dict[str, list[str]] = {}
        self._said: set[str] = set()

    def opening(self, matter: Told, audience: str) -> Iterator[Line]:
        for_whom = f" for {audience}" if audience else ""
        yield Line(self._first, self._phrase("open", host=self._first, matter=matter.name, audience=for_whom))
        for host in self._others:
            yield Line(host, self._phrase("open_other", host=host))
        goals = matter.tutorial.what_you_will_learn[:3]
        yield Line(self._first, _so_far((self._phrase("promise"), *goals), matter.holds))

    def closing(self, matter: Told) -> Iterator[Line]:
        if self._others:
            yield Line(self._asker(), self._phrase("ask_close"))
        yield Line(self._first, f"{matter.tutorial.advice} {self._phrase('close')}")

    def beats(self, matter: Told, *, bridged: bool) -> Iterator[SegmentDraft]:
        """The matter in small parts, the most telling first."""
        draft, name = matter.tutorial, matter.name
        what = self._say.say("what_title", self._rng, matter=name)
        head = [Line(self._first, self._phrase("bridge", matter=name))] if bridged else []
        yield _segment(what, [*head, *self._asked("ask_what", draft.summary, matter=name)])
        for points in _pairs(self._new(draft.key_points)):
            yield _segment(what, self._asked("ask_more", " ".join(points), matter=name))
        piano = self._say.say("piano_title", self._rng, matter=name)
        shown = self._new([example.explanation for example in draft.examples])
        for example in (one for one in draft.examples if one.explanation in shown):
            part = _segment(piano, self._asked("ask_play", f"{example.title}. {example.explanation}", matter=name))
            yield replace(part, chords=example.chords)
        wrong = self._say.say("wrong_title", self._rng, matter=name)
        for mistake in self._new(draft.common_mistakes):
            yield _segment(wrong, self._asked("ask_wrong", mistake, matter=name))
        practice = self._say.say("practice_title", self._rng, matter=name)
        fresh = self._new([step.instruction for step in draft.steps])
        for step in (one for one in draft.steps if one.instruction in fresh):
            text = f"{step.instruction} {self._phrase('success')} {step.success_criteria}"
            yield _segment(practice, self._asked("ask_practice", text, matter=name))

    def _new(self, texts: Sequence[str]) -> list[str]:
        """Those that have not been said of another matter."""
        fresh = [text for text in texts if text not in self._said]
        self._said.update(fresh)
        return fresh

    def _asked(self, name: str, answer: str, **fields: str) -> list[Line]:
        """A question by another host and the answer; one host alone goes straight on."""
        if not self._others:
            return [Line(self._first, answer)]
        return [Line(self._asker(), self._phrase(name, **fields)), Line(self._first, answer)]

    def _asker(self) -> str:
        self._turn += 1
        return self._others[self._turn % len(self._others)]

    def _phrase(self, name: str, **fields: str) -> str:
        """One wording; none comes again before all have been used."""
        if not self._left.get(name):
            self._left[name] = self._rng.sample(self._say.ways[name], len(self._say.ways[name]))
        return self._left[name].pop().format_map(fields)


def _so_far(texts: Sequence[str], holds: Callable[[str], bool]) -> str:
    """The texts in one, without those with which it would no longer hold: a sentence is read with those before it."""
    told = ""
    for text in texts:
        longer = f"{told} {text}".strip()
        told = longer if holds(longer) else told
    return told


def _step(step: StepDraft, say: Phrases, rng: Random) -> list[str]:
    return [step.instruction, f"{say.say('success', rng)} {step.success_criteria}"]


def _title(name: str) -> str:
    return name[:1].upper() + name[1:]


def _by(speaker: str, texts: Sequence[str]) -> tuple[Line, ...]:
    return tuple(Line(speaker, text) for text in texts if text)


def _segment(title: str, lines: Iterator[Line] | Sequence[Line]) -> SegmentDraft:
    return SegmentDraft(title=title, lines=tuple(lines))


def _pairs(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    return (texts[start : start + 2] for start in range(0, len(texts), 2))


def _length(segment: SegmentDraft) -> float:
    return sum(spoken_minutes(line.text) for line in segment.lines)


def _joined(parts: Sequence[SegmentDraft]) -> tuple[SegmentDraft, ...]:
    """Neighbours of one title as one segment."""
    segments = []
    for title, group in groupby(parts, key=lambda part: part.title):
        same = list(group)
        lines = tuple(line for part in same for line in part.lines)
        chords = tuple(dict.fromkeys(chord for part in same for chord in part.chords))
        segments.append(SegmentDraft(title=title, lines=lines, chords=chords))
    return tuple(segments)
