"""Something to practise in a genre: progressions, voicings, licks, rhythms, scales, in any key, by level.

The chords come from the composer, from a model or from the caller; the notes are always made, and proven, here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from random import Random
from typing import Final, get_args

from msgspec import Struct
from msgspec.structs import replace

from partimento.core.errors import BadInput, UnknownName
from partimento.core.task import task
from partimento.music.composition.genre import Genre
from partimento.music.composition.plan import Plan
from partimento.music.composition.progression import Progression, compose, read_bars
from partimento.music.composition.proof import grip_flaws
from partimento.music.exercises import lick, progression, rhythm, scale, voicing
from partimento.music.exercises.study import Ask, Hands, Study
from partimento.music.key import Key
from partimento.music.key_finding import find_key
from partimento.music.rhythm import bar_beats
from partimento.music.scale import kind_of
from partimento.music.score import Section
from partimento.music.voicing.study import kind_named
from partimento.shapes.composition import (
    CompositionInputs,
    flaws_of,
    planned,
    progression_of,
    prompt_for,
    schema_of_sheet,
    settled,
    usual_bars,
)
from partimento.shapes.exercise import Content, Exercise, Kind
from partimento.shapes.lead_sheet import LeadSheet

_BARS: Final[dict[Kind, tuple[int, int]]] = {
    "progression": (4, 8), "voicing": (4, 8), "lick": (4, 4), "rhythm": (4, 4), "scale": (4, 4),
}  # fmt: skip
"""How many bars where none are asked for: for beginners, and for the others."""


_DRAWS: Final = 40
"""How many progressions are tried for one whose chords all take the voicing."""


class ExerciseInputs(Struct, frozen=True, kw_only=True):
    """What to practise. `topic`: words as in `compose` ("ii-V-I", "12-bar blues"); `chords`: your own instead.

    `voicing` is a kind of voicing, `scale` the name of a scale ("Dorian"), `hand` left, right or both; what is left
    open follows from level and genre.
    """

    genre: str = "jazz"
    kind: Kind = "progression"
    key: str | None = None
    level: int | str | None = None
    topic: str = ""
    chords: Sequence[str] | str = ()
    voicing: str | None = None
    scale: str | None = None
    hand: Hands | None = None
    bars: int | None = None
    tempo: float | None = None
    meter: str | None = None
    application: str | None = None


def _read(inputs: ExerciseInputs) -> ExerciseInputs:
    """Canonical spelling; raises for what cannot be practised."""
    _check_fit(inputs)
    key, scale_name = inputs.key, inputs.scale
    if key is not None and inputs.kind == "scale" and (mode := Key.parse(key).mode) not in ("major", "minor"):
        key = Key(Key.parse(key).tonic, "minor" if Key.parse(key).is_minor else "major").symbol
        scale_name = scale_name or mode
    inputs = replace(
        inputs,
        key=key,
        chords=_bars_of(inputs.chords),
        voicing=kind_named(inputs.voicing) if inputs.voicing else None,
        scale=kind_of(scale_name).name if scale_name else None,
    )
    if inputs.chords and key is None:
        inputs = replace(inputs, key=_key_of(inputs.chords))
    whole = settled(_composition(inputs))
    if inputs.chords and inputs.kind == "voicing":
        _, plan = _planned(inputs)
        if flaw := next(iter(voicing.unfit(read_bars(inputs.chords, plan.key, plan.meter), _ask(inputs))), ""):
            raise BadInput(f"cannot practise these chords: {flaw}", mend="choose another voicing, or richer chords")
    return replace(
        inputs, genre=whole.genre, key=whole.key, level=whole.level, meter=whole.meter, application=whole.application
    )


def _check_fit(inputs: ExerciseInputs) -> None:
    if inputs.kind not in get_args(Kind):
        raise UnknownName("kind of exercise", inputs.kind, get_args(Kind))
    if inputs.hand is not None and inputs.hand not in get_args(Hands):
        raise UnknownName("hand", inputs.hand, get_args(Hands))
    for name, kinds in (("voicing", ("voicing", "progression")), ("scale", ("scale",))):
        if getattr(inputs, name) and inputs.kind not in kinds:
            raise BadInput(
                f"an exercise of the kind {inputs.kind} has no {name}",
                why=f"only {' and '.join(kinds)} exercises have one",
                mend=f"ask for kind {kinds[0]}, or leave {name} out",
            )
    if inputs.chords and inputs.kind == "scale":
        raise BadInput("a scale exercise takes no chords", why="it is on one scale", mend="leave the chords out")


def _bars_of(chords: Sequence[str] | str) -> tuple[str, ...]:
    """Bars of chords: parted by "|" where there are such, else one chord a bar."""
    if isinstance(chords, str):
        return (
            tuple(bar.strip() for bar in chords.strip().strip("|").split("|"))
            if "|" in chords
            else tuple(chords.split())
        )
    return tuple(chords)


def _key_of(bars: Sequence[str]) -> str:
    return find_key([symbol for bar in bars for symbol in bar.split()])


def _composition(inputs: ExerciseInputs) -> CompositionInputs:
    """The same request as the composer knows it."""
    wanted = CompositionInputs(
        genre=inputs.genre,
        description=inputs.topic,
        key=inputs.key,
        tempo=inputs.tempo,
        bars=len(inputs.chords) or inputs.bars,
        level=inputs.level,
        application=inputs.application,
        meter=inputs.meter,
        tracks="piano",
    )
    if wanted.bars is not None:
        return wanted
    few, more = _BARS[inputs.kind]
    return replace(wanted, bars=usual_bars(wanted, few, more))


@lru_cache(maxsize=1024)
def _planned(inputs: ExerciseInputs) -> tuple[Genre, Plan]:
    return planned(_composition(inputs))


def _ask(inputs: ExerciseInputs) -> Ask:
    genre, plan = _planned(inputs)
    kind = kind_named(inputs.voicing) if inputs.voicing else None
    return Ask(genre=genre, plan=plan, voicing=kind, scale=inputs.scale or "", hand=inputs.hand)


def _draft(inputs: ExerciseInputs, seed: int) -> LeadSheet | Progression:
    genre, plan = _planned(inputs)
    if inputs.kind == "scale":
        return LeadSheet(plan.key, ())
    if inputs.chords:
        return read_bars(inputs.chords, plan.key, plan.meter)
    rng = Random(seed)
    made = compose(genre, plan, rng)
    if inputs.kind != "voicing":
        return made
    for draw in range(_DRAWS):
        if not tuple(voicing.unfit(made, _ask(inputs))):
            break
        # half way, without the diminished chords that many kinds cannot take
        plainer = draw >= _DRAWS // 2 and "passing chords" not in plan.devices
        made = compose(genre, replace(plan, unwanted=("passing chords",)) if plainer else plan, rng)
    return made  # where none fits, the check tells which chord cannot take the kind


def _flaws(inputs: ExerciseInputs, draft: LeadSheet | Progression) -> Iterator[str]:
    """A model's chords must be sound; the caller's own are practised as they are. All must take the voicing."""
    if _is_exact(inputs):
        return
    flaws = tuple(flaws_of(_composition(inputs), draft))
    yield from flaws
    if inputs.kind == "voicing" and not flaws:
        yield from voicing.unfit(progression_of(_composition(inputs), draft), _ask(inputs))


def _finish(inputs: ExerciseInputs, draft: LeadSheet | Progression, method: str) -> Exercise:
    genre, plan = _planned(inputs)
    ask = _ask(inputs)
    study, sections = _study(inputs, draft, ask)
    chords = study.chords[:1] if inputs.kind == "scale" else study.chords  # however many bars a scale takes
    return Exercise(
        type=inputs.kind,
        title=study.title,
        instruction=study.instruction,
        content=Content(
            chords=tuple(chord.symbol for chord in chords),
            key=plan.key,
            roman_numerals=tuple(chord.roman for chord in chords),
            scale=study.scale,
            voicing=study.voicing,
        ),
        difficulty="beginner" if plan.level <= 3 else "intermediate" if plan.level <= 7 else "advanced",
        level=plan.level,
        genre=genre.name,
        key=plan.key,
        tempo=plan.tempo,
        meter=plan.meter,
        bars=study.bars,
        grading=study.grading,
        tips=study.tips,
        generation_method="rules" if _is_exact(inputs) else method,
        sections=sections,
        chords=study.chords,
        notes=study.notes,
    )


def _study(inputs: ExerciseInputs, draft: LeadSheet | Progression, ask: Ask) -> tuple[Study, tuple[Section, ...]]:
    """The study, chance drawn from the request and its chords: the same are always practised the same way."""
    if inputs.kind == "scale":
        return scale.make(ask, Random(repr(inputs))), ()
    made = progression_of(_composition(inputs), draft)
    rng = Random(" ".join([inputs.kind, *(chord.symbol for chord in made.chords)]))
    match inputs.kind:
        case "progression":
            return progression.make(made, ask), made.sections
        case "voicing":
            return voicing.make(made, ask), made.sections
        case "lick":
            return lick.make(made, ask, rng), made.sections
        case "rhythm":
            return rhythm.make(made, ask, rng), made.sections


def _proven(inputs: ExerciseInputs, made: Exercise) -> Iterator[str]:
    """Every grip is its chord's; the notes keep to the bars."""
    for chord in made.chords:
        if inputs.kind in ("progression", "voicing", "rhythm"):
            for flaw in grip_flaws(chord.symbol, chord.left_hand, chord.right_hand):
                yield f"bar {chord.bar}: {chord.symbol} {flaw}"
    end = 1 + made.bars * bar_beats(made.meter)
    if made.notes and max(note.start_beat + note.beats for note in made.notes) > end + 1e-6:
        yield f"it plays on after bar {made.bars}"


def _is_exact(inputs: ExerciseInputs) -> bool:
    """A scale, and chords that the caller brings, leave a model nothing to write."""
    return inputs.kind == "scale" or bool(inputs.chords)


exercise = task(
    name="exercise",
    summary="Something to practise in a genre: progression, voicing, lick, rhythm, scale",
    version=1,
    complexity=3,
    inputs=ExerciseInputs,
    read=_read,
    draft=LeadSheet,
    output=Exercise,
    prompt=lambda inputs: prompt_for(_composition(inputs)),
    finish=_finish,
    checks=(_flaws,),
    proofs=(_proven,),
    rules=_draft,
    schema=lambda inputs: schema_of_sheet(_composition(inputs)),
    folded=frozenset({"genre", "topic", "application"}),
    bars=lambda inputs: _planned(inputs)[1].bars,
    words=lambda inputs: inputs.topic,
    notes=lambda inputs: _planned(inputs)[1].notes,
    exact=_is_exact,
    together=8,
)
