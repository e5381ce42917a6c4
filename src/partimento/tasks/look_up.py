"""Theory looked up: any chord, scale, interval, numeral, key or concept explained, with its notes, scales and grips.

The rules answer all of it exactly; only a concept's prose may be asked of a model, and what it claims is proven.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

import msgspec
from msgspec import Struct

from partimento.core.task import Prompt, task
from partimento.music import genres
from partimento.music.composition.plan import level_of
from partimento.music.key import Key
from partimento.music.teaching.explain import check_numeral, explain
from partimento.music.teaching.page import Page
from partimento.music.teaching.subject import Subject, subject_of
from partimento.shapes.look_up import LookUp, shown
from partimento.shapes.wording import wording

_FEWEST_FACTS: Final = 3
_MOST_FACTS: Final = 16
_LONGEST: Final = 1200
_CALLED: Final = {"key": "key of {}", "scale": "{} scale", "concept": "concept {}"}
"""How a name is written in the canonical inputs, so that it reads back to the same."""


class LookUpInputs(Struct, frozen=True, kw_only=True):
    """What to look up: "Dm7b5", "maj9", "D Dorian", "minor third", "V7/ii in Bb", "Eb major", "rootless voicings".

    `key`: where a kind without a root, a numeral or a concept is shown (C where left out). `level` 1–10 or a word.
    """

    topic: str
    key: str | None = None
    level: int | str | None = None
    genre: str = ""


class LookUpDraft(Struct, frozen=True):
    """What is drafted: the words. All values are the engine's."""

    summary: str
    facts: tuple[str, ...]


def _read(inputs: LookUpInputs) -> LookUpInputs:
    """Canonical names: "half-diminished" in D is the topic "Dm7b5"; a key that the topic names is the key."""
    key = None if inputs.key is None else Key.parse(inputs.key).symbol
    subject = subject_of(inputs.topic, key)
    check_numeral(subject, key)
    placed = subject.kind in ("numeral", "concept") or (subject.kind == "chord" and key is not None)
    home = Key.parse(subject.key or key or "C").symbol if placed else None
    named = f"{subject.name} above {subject.root or _tonic(key)}" if subject.kind == "interval" else subject.name
    topic = _CALLED.get(subject.kind, "{}").format(named)
    return msgspec.structs.replace(
        inputs,
        topic=topic,
        key=home,
        level=level_of(inputs.level),
        genre=genres.find(inputs.genre).name if inputs.genre else "",
    )


def _tonic(key: str | None) -> str:
    return Key.parse(key).symbol.split()[0].removesuffix("m") if key else "C"


def _subject(inputs: LookUpInputs) -> Subject:
    return subject_of(inputs.topic, inputs.key)


def _page(inputs: LookUpInputs, seed: int) -> Page:
    return explain(_subject(inputs), inputs.key, level_of(inputs.level), inputs.genre, seed)


def _prompt(inputs: LookUpInputs) -> Prompt:
    page = _page(inputs, 0)
    return wording("look_up").prompt(
        concept=page.title,
        known=page.summary,
        key=inputs.key or "",
        level=inputs.level or "any",
        genre=inputs.genre,
        facts=" ".join(page.facts),
    )


def _by_rules(inputs: LookUpInputs, seed: int) -> LookUpDraft:
    page = _page(inputs, seed)
    return LookUpDraft(page.summary, page.facts)


def _is_whole(inputs: LookUpInputs, draft: LookUpDraft) -> Iterator[str]:
    """Enough is said, and not too much."""
    if not draft.summary.strip():
        yield "there is no summary"
    if len(draft.summary) > _LONGEST:
        yield f"the summary has {len(draft.summary)} characters; at most {_LONGEST} are read"
    if not _fewest(inputs) <= len(draft.facts) <= _MOST_FACTS:
        yield f"there are {len(draft.facts)} facts; {_fewest(inputs)} to {_MOST_FACTS} are wanted"
    if any(not fact.strip() or len(fact) > _LONGEST for fact in draft.facts):
        yield "a fact is empty or too long"


def _fewest(inputs: LookUpInputs) -> int:
    return _FEWEST_FACTS if _subject(inputs).kind == "concept" else 0


def _finish(inputs: LookUpInputs, draft: LookUpDraft, method: str) -> LookUp:
    subject = _subject(inputs)
    page = msgspec.structs.replace(_page(inputs, 0), summary=draft.summary, facts=draft.facts)
    return shown(page, subject.kind, subject.name, inputs.key or "", method)


look_up = task(
    name="look_up",
    summary="Any chord, scale, interval, numeral, key or concept explained",
    version=1,
    complexity=3,
    inputs=LookUpInputs,
    read=_read,
    draft=LookUpDraft,
    output=LookUp,
    prompt=_prompt,
    finish=_finish,
    checks=(_is_whole,),
    rules=_by_rules,
    ttl=timedelta(days=30),
    claims="checked",
    exact=lambda inputs: _subject(inputs).kind != "concept",
    together=8,
)
