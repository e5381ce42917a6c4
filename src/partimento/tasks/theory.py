"""Explaining a progression: what each chord is and does. The engine reads; a model's reading must agree with it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import msgspec
from msgspec import Struct

from partimento.core.errors import BadInput
from partimento.core.task import Prompt, task
from partimento.music.analysis import analyze, chart_of, check_bars
from partimento.music.chord import Chord
from partimento.music.key import Key
from partimento.music.reharmonization.reharmonize import suggest
from partimento.shapes.theory import TheoryAnalysis, shown

_MOST: Final = 2_000
_SUBSTITUTIONS: Final = 5
_SHORT: Final = 16
"""Longer charts are read without substitutions; the task reharmonization has them."""


class TheoryInputs(Struct, frozen=True, kw_only=True):
    """Chord symbols in order (a list, or one string of them); `key` is found from them where it is left out.

    `bars` says in which bar (from 1) each chord begins; bar lines in a string of chords say so too.
    """

    chords: Sequence[str] | str
    key: str | None = None
    bars: Sequence[int] | None = None


class TheoryDraft(Struct, frozen=True):
    """What a model is asked for: the key, and a numeral for each chord."""

    key: str
    numerals: tuple[str, ...]


def _read(inputs: TheoryInputs) -> TheoryInputs:
    words, barred = chart_of(inputs.chords) if isinstance(inputs.chords, str) else (inputs.chords, None)
    if not words:
        raise BadInput("there are no chords", why="the list is empty", mend='pass chords, such as "Dm7 G7 Cmaj7"')
    if len(words) > _MOST:
        raise BadInput(
            f"there are {len(words):,} chords",
            why=f"at most {_MOST:,} are read at once",
            mend="pass a section at a time",
        )
    symbols = tuple(Chord.parse(word).symbol for word in words)
    key = None if inputs.key is None else Key.parse(inputs.key).symbol
    bars = barred if inputs.bars is None else inputs.bars
    if bars is not None:
        check_bars(bars, len(symbols))
    return msgspec.structs.replace(inputs, chords=symbols, key=key, bars=None if bars is None else tuple(bars))


def _prompt(inputs: TheoryInputs) -> Prompt:
    within = f" in {inputs.key}" if inputs.key else "; find the key first"
    return Prompt(
        "You name Roman numerals as jazz musicians do (Imaj7, ii7, V7/ii, bVII7). Answer in JSON.",
        f"Name the numeral of each chord{within}: {' '.join(inputs.chords)}",
    )


def _by_rules(inputs: TheoryInputs, seed: int) -> TheoryDraft:
    reading = analyze(inputs.chords, inputs.key)
    return TheoryDraft(reading.key, tuple(chord.numeral for chord in reading.chords))


def _agrees(inputs: TheoryInputs, draft: TheoryDraft) -> Iterator[str]:
    """Every numeral must be the one the engine proves."""
    reading = analyze(inputs.chords, inputs.key)
    if draft.key != reading.key:
        yield f"the key is {reading.key}, not {draft.key}"
    elif len(draft.numerals) != len(reading.chords):
        yield f"there are {len(reading.chords)} chords, but {len(draft.numerals)} numerals"
    else:
        for claimed, proven in zip(draft.numerals, reading.chords, strict=True):
            if claimed != proven.numeral:
                yield f"{proven.symbol} is {proven.numeral} in {reading.key}, not {claimed}"


def _finish(inputs: TheoryInputs, draft: TheoryDraft, method: str) -> TheoryAnalysis:
    reading = analyze(inputs.chords, inputs.key, inputs.bars)
    most = _SUBSTITUTIONS if len(inputs.chords) <= _SHORT else 0
    return shown(reading, suggest(inputs.chords, reading.key, k=most) if most else ())


theory = task(
    name="theory",
    summary="Numerals, functions and reasons of a progression",
    version=2,
    complexity=5,
    inputs=TheoryInputs,
    read=_read,
    draft=TheoryDraft,
    output=TheoryAnalysis,
    prompt=_prompt,
    finish=_finish,
    checks=(_agrees,),
    rules=_by_rules,
    exact=lambda _: True,
)
