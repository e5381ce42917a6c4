"""Chords that somebody brings, as a piece for two hands and a band: one's own, or a piece with a bar changed.

The chords are kept as they are; the arranger plays them, and everything is proven. A model has nothing to write here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from random import Random
from typing import Final

import msgspec
from msgspec import Struct

from partimento.core.errors import BadInput, UnknownName
from partimento.core.task import Prompt, task
from partimento.music.composition.arrange import arrange
from partimento.music.composition.brief import Mood
from partimento.music.composition.genre import Application, Genre
from partimento.music.composition.plan import Plan, band_of, level_of
from partimento.music.composition.progression import Progression, read_bars, read_rows
from partimento.music.composition.proof import prove, prove_progression
from partimento.music.genres import find
from partimento.music.key import Key
from partimento.music.reharmonization.reharmonize import bars_of
from partimento.music.rhythm import Clave, known_meter
from partimento.music.score import Section
from partimento.shapes.rearrangement import Rearrangement
from partimento.shapes.reharmonization import bar_texts

_MOST_BARS: Final = 256
_MOST_CHORDS: Final = 8_000
_SLOWEST, _FASTEST = 20, 400
_ID: Final = re.compile("[0-9a-f]{64}")
_LONGEST: Final = {"title": 200, "change": 2_000, "manner": 20_000}


class ChordAt(Struct, frozen=True):
    """A chord in its place, as an arrangement has them: bars and beats count from 1, `beats` are quarters."""

    bar: int
    beat: float
    beats: float
    symbol: str


class RearrangementInputs(Struct, frozen=True, kw_only=True):
    """`chords`: a text with bars parted by "|", or an arrangement's own chords in their places; `sections` its own.

    Without `application` and `tempo` they are the genre's usual. `tracks` as for an arrangement. `origin`, `change`:
    the memory id of the piece that this one was made from, and what is different; `manner` keeps the playing alike.
    With privacy on, an id counts as a secret and is stored redacted.
    """

    genre: str
    key: str
    chords: Sequence[ChordAt] | str
    sections: Sequence[Section] = ()
    application: str | None = None
    level: int | str | None = None
    tempo: float | None = None
    meter: str | None = None
    tracks: Sequence[str] | str = ()
    mood: Mood | None = None
    clave: Clave | None = None
    title: str = ""
    origin: str = ""
    change: str = ""
    manner: str = ""


class CopiedChords(Struct, frozen=True):
    """What a model is asked for: the same chords, a text a bar."""

    bars: tuple[str, ...]


def _read(inputs: RearrangementInputs) -> RearrangementInputs:
    for name, most in _LONGEST.items():
        if len(getattr(inputs, name)) > most:
            raise BadInput(f"the {name} is too long", why=f"it has {most:,} characters at most", mend="shorten it")
    if len(inputs.chords) > _MOST_CHORDS:
        raise BadInput(
            f"there are {len(inputs.chords):,} chords or letters of them",
            why=f"at most {_MOST_CHORDS:,} are read at once",
            mend="bring a part of the piece",
        )
    if inputs.origin and not _ID.fullmatch(inputs.origin):
        raise BadInput(
            "the origin is no memory id", why="an id has 64 hex digits", mend="leave it out, or see a receipt"
        )
    genre, key = find(inputs.genre), Key.parse(inputs.key)
    if key.mode not in ("major", "minor"):
        raise BadInput(
            f"cannot arrange in {key.symbol}", why="pieces stand in major or minor", mend="name the nearest of them"
        )
    use = _use_of(genre, inputs)
    meter = known_meter(inputs.meter) if inputs.meter else use.meters[0]
    if meter not in genre.meters:
        meters = ", ".join(genre.meters)
        raise BadInput(
            f"{genre.title} cannot be played in {meter}",
            why="it has no patterns in that meter",
            mend=f"one of {meters}",
        )
    tempo = float(round(sum(use.tempo) / 2) if inputs.tempo is None else inputs.tempo)
    if not _SLOWEST <= tempo <= _FASTEST:
        raise BadInput(
            f"cannot play at tempo {tempo:g}", why="tempo is 20 to 400 quarters a minute", mend="try 60 to 200"
        )
    settled = msgspec.structs.replace(
        inputs, genre=genre.name, key=key.symbol, application=use.name, level=level_of(inputs.level) or 5, tempo=tempo,
        meter=meter, tracks=band_of(genre, inputs.tracks), sections=tuple(inputs.sections),
        chords=inputs.chords if isinstance(inputs.chords, str) else tuple(inputs.chords),
    )  # fmt: skip
    if not _progression(settled).bars <= _MOST_BARS:
        raise BadInput("there are too many bars", why=f"a piece has {_MOST_BARS} at most", mend="bring a part of it")
    return settled


def _use_of(genre: Genre, inputs: RearrangementInputs) -> Application:
    """The application that is named, else the genre's first that plays in the meter."""
    known = genre.applications
    if not inputs.application:
        return next((use for use in known if inputs.meter in (None, *use.meters)), known[0])
    word = inputs.application.strip().lower()
    found = next((use for use in known if word in (use.name, *use.words)), None)
    if found is None:
        raise UnknownName(f"application of {genre.name}", inputs.application, [use.name for use in known])
    return found


@lru_cache(maxsize=64)
def _progression(inputs: RearrangementInputs) -> Progression:
    meter = inputs.meter or "4/4"
    if isinstance(inputs.chords, str):
        bars = bars_of(inputs.chords)
        return read_bars([_held(bars, at) for at in range(len(bars))], inputs.key, meter, inputs.sections)
    if not inputs.chords:
        raise BadInput("there are no chords", why="nothing was given to arrange", mend='pass chords="Dm7 G7 | Cmaj7"')
    rows = [(placed.bar, placed.beat, placed.beats, placed.symbol) for placed in inputs.chords]
    return read_rows(rows, inputs.key, meter, max(placed.bar for placed in inputs.chords), inputs.sections)


def _held(bars: Sequence[str], at: int) -> str:
    """The chords of a bar; % repeats the bar before."""
    while at and bars[at] == "%":
        at -= 1
    return bars[at]


def _plan(inputs: RearrangementInputs) -> Plan:
    return Plan(
        key=inputs.key, tempo=inputs.tempo or 0.0, meter=inputs.meter or "4/4", bars=_progression(inputs).bars,
        level=level_of(inputs.level) or 5, application=inputs.application or "", forms=(), mood=inputs.mood,
        clave=inputs.clave or _use_of(find(inputs.genre), inputs).clave,
        tracks=band_of(find(inputs.genre), inputs.tracks),
    )  # fmt: skip


def _flaws(inputs: RearrangementInputs, draft: CopiedChords) -> Iterator[str]:
    """The chords must be what was brought, and hold together."""
    made = _progression(inputs)
    for number, (brought, copied) in enumerate(zip(bar_texts(made), draft.bars, strict=False), start=1):
        if brought != copied:
            yield f"bar {number} is {brought}, not {copied}"
    if len(draft.bars) != made.bars:
        yield f"there are {made.bars} bars, not {len(draft.bars)}"
    for finding in prove_progression(made, inputs.key, made.bars):
        yield finding.text


def _finish(inputs: RearrangementInputs, draft: CopiedChords, method: str) -> Rearrangement:
    made, genre, plan = _progression(inputs), find(inputs.genre), _plan(inputs)
    manner = inputs.manner or " ".join(chord.symbol for chord in made.chords)
    score = arrange(made, genre, plan, Random(manner), inputs.title)
    return Rearrangement(
        title=score.title, genre=genre.name, application=plan.application, level=plan.level, key=score.key,
        tempo=score.tempo, meter=score.meter, bars=score.bars, generation_method=method, sections=score.sections,
        chords=score.chords, notes=score.notes, tracks=score.tracks, origin=inputs.origin, change=inputs.change,
        manner=manner, mood=inputs.mood, clave=inputs.clave,
    )  # fmt: skip


def _proven(inputs: RearrangementInputs, made: Rearrangement) -> Iterator[str]:
    """Every grip and note, too."""
    for finding in prove(made.score, inputs.key, _progression(inputs).bars):
        yield finding.text


def _prompt(inputs: RearrangementInputs) -> Prompt:
    return Prompt(
        'You copy chords bar by bar. Answer with one JSON object: {"bars": a list with one text of chord symbols for '
        "each bar, as they were given}.",
        f"In {inputs.key}, {inputs.meter}: {' | '.join(bar_texts(_progression(inputs)))}",
    )


rearrangement = task(
    name="rearrangement",
    summary="Your own chords as a piece for two hands in a genre, with a band where it is asked for",
    version=1,
    complexity=4,
    inputs=RearrangementInputs,
    read=_read,
    draft=CopiedChords,
    output=Rearrangement,
    prompt=_prompt,
    finish=_finish,
    checks=(_flaws,),
    proofs=(_proven,),
    rules=lambda inputs, seed: CopiedChords(bar_texts(_progression(inputs))),
    folded=frozenset({"genre", "application"}),
    bars=lambda inputs: _progression(inputs).bars,
    exact=lambda _: True,
)
