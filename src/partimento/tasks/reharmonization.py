"""What else could stand there: ranked suggestions with reasons, and a whole version. A model's version is proven."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import msgspec
from msgspec import Struct

from partimento.core.errors import BadInput, PartimentoError
from partimento.core.task import Prompt, task
from partimento.music.composition.plan import level_of
from partimento.music.composition.progression import Progression, read_bars
from partimento.music.key import Key
from partimento.music.key_finding import find_key
from partimento.music.reharmonization.melody_fit import Tone, read_melody
from partimento.music.reharmonization.promises import cadence_of, flaws_of
from partimento.music.reharmonization.reharmonize import (
    Reharmonization,
    bars_of,
    check_request,
    read_chart,
    reharmonize,
    suggest,
)
from partimento.music.rhythm import known_meter
from partimento.shapes.reharmonization import Reharmonized, bar_texts, shown

_MOST_BARS: Final = 128


class ReharmonizationInputs(Struct, frozen=True, kw_only=True):
    """Chords (a chord a bar, or bars parted by "|"); `key` is found from them where it is left out.

    `level` 1–10 or a word: the hardest device allowed. `melody`: bars parted by "|", notes as "E4 G4:2 r:1" (":" and
    quarters for a length); no suggestion goes against it. `at`: only changes that touch this bar. `style`: a genre
    whose habits count for more. `k`: how many suggestions at most.
    """

    chords: Sequence[str] | str
    key: str | None = None
    level: int | str | None = None
    melody: str = ""
    at: int | None = None
    style: str = ""
    meter: str = "4/4"
    k: int = 24


class ReharmonizationDraft(Struct, frozen=True):
    """What a model is asked for: the new chords, a text a bar ("Dm7 G7")."""

    bars: tuple[str, ...]


def _read(inputs: ReharmonizationInputs) -> ReharmonizationInputs:
    bars = bars_of(inputs.chords)
    if len(bars) > _MOST_BARS:
        raise BadInput(
            f"there are {len(bars):,} bars",
            why=f"at most {_MOST_BARS} are taken at once",
            mend="pass a section at a time",
        )
    key = find_key([symbol for bar in bars for symbol in bar.split()]) if inputs.key is None else inputs.key
    meter = known_meter(inputs.meter)
    chart = read_bars(bars, Key.parse(key).symbol, meter)
    settled = msgspec.structs.replace(
        inputs, chords=bar_texts(chart), key=chart.key, level=level_of(inputs.level) or 5, meter=meter,
        melody=inputs.melody.strip(), style=inputs.style.strip().lower(),
    )  # fmt: skip
    check_request(chart, _level(settled), settled.at, settled.style, _melody(settled))
    if inputs.k < 1:
        raise BadInput(f"cannot suggest {inputs.k} changes", why="a list has one at least", mend="leave k out")
    return settled


def _chart(inputs: ReharmonizationInputs) -> Progression:
    return read_chart(tuple(inputs.chords), inputs.key, inputs.meter)


def _level(inputs: ReharmonizationInputs) -> int:
    return level_of(inputs.level) or 5


def _melody(inputs: ReharmonizationInputs) -> tuple[Tone, ...]:
    return read_melody(inputs.melody, inputs.meter, len(inputs.chords)) if inputs.melody else ()


def _prompt(inputs: ReharmonizationInputs) -> Prompt:
    melody = f" The melody is {inputs.melody}." if inputs.melody else ""
    return Prompt(
        "You reharmonize progressions. Keep the number of bars, the last cadence, and every melody note a tone or an "
        "available tension of its chord. Answer in JSON: the new chords, a text a bar.",
        f"In {inputs.key}, {inputs.meter}, level {inputs.level} of 10: {' | '.join(inputs.chords)}.{melody}",
    )


def _by_rules(inputs: ReharmonizationInputs, seed: int) -> Reharmonization:
    return reharmonize(
        _chart(inputs), level=_level(inputs), seed=seed or None, melody=_melody(inputs), style=inputs.style
    )


def _flaws(inputs: ReharmonizationInputs, draft: ReharmonizationDraft | Reharmonization) -> Iterator[str]:
    """A model's chords must parse, fill the bars, and keep cadence and melody."""
    try:
        made = _made(inputs, draft)
    except PartimentoError as error:
        yield str(error)
        return
    yield from flaws_of(_chart(inputs), made, _melody(inputs))


def _made(inputs: ReharmonizationInputs, draft: ReharmonizationDraft | Reharmonization) -> Progression:
    if isinstance(draft, Reharmonization):
        return draft.progression
    return read_bars(draft.bars, inputs.key or "", inputs.meter)


def _finish(inputs: ReharmonizationInputs, draft: ReharmonizationDraft | Reharmonization, method: str) -> Reharmonized:
    chart, made = _chart(inputs), _made(inputs, draft)
    found = suggest(
        chart, level=_level(inputs), melody=_melody(inputs), at=inputs.at, style=inputs.style, k=inputs.k
    )  # fmt: skip
    applied = draft.applied if isinstance(draft, Reharmonization) else ()
    return Reharmonized(
        key=chart.key,
        level=_level(inputs),
        meter=chart.meter,
        keeps=cadence_of(chart),
        generation_method=method,
        original=bar_texts(chart),
        suggestions=tuple(shown(chart, one) for one in found),
        bars=bar_texts(made),
        symbols=tuple(placed.symbol for placed in made.chords),
        roman_numerals=tuple(placed.roman for placed in made.chords),
        chords=made.chords,
        changes=tuple(shown(chart, one) for one in applied),
    )


reharmonization = task(
    name="reharmonization",
    summary="What else could stand there: ranked substitutions with reasons, and a whole version",
    version=1,
    complexity=6,
    inputs=ReharmonizationInputs,
    read=_read,
    draft=ReharmonizationDraft,
    output=Reharmonized,
    prompt=_prompt,
    finish=_finish,
    checks=(_flaws,),
    rules=_by_rules,
    folded=frozenset({"style"}),
    bars=lambda inputs: len(inputs.chords),
    exact=lambda _: True,
)
