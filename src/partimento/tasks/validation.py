"""Proving somebody's chords: do they parse, fill their bars, stay in their key? The theory engine alone can tell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec
from msgspec import Struct

from partimento.core.errors import BadInput, PartimentoError
from partimento.core.task import Prompt, task
from partimento.music.composition.progression import read_bars
from partimento.music.composition.proof import prove_progression
from partimento.music.key import Key


class ValidationInputs(Struct, frozen=True, kw_only=True):
    """Chords bar by bar ("Dm7 G7" is one bar of two; in one string "|" parts bars), and what they should hold to."""

    chords: Sequence[str] | str
    key: str
    bars: int | None = None
    meter: str = "4/4"


class Verdict(Struct, frozen=True):
    """Whether nothing was found wrong, and a sentence for everything that was."""

    sound: bool
    findings: tuple[str, ...]


def _read(inputs: ValidationInputs) -> ValidationInputs:
    parted = inputs.chords.split("|") if isinstance(inputs.chords, str) else inputs.chords
    bars = tuple(bar.strip() for bar in parted if bar.strip())
    if not bars:
        raise BadInput("there are no chords", why="nothing was given to prove", mend='pass them: "Dm7 G7 | Cmaj7"')
    return msgspec.structs.replace(inputs, chords=bars, key=Key.parse(inputs.key).symbol)


def _by_rules(inputs: ValidationInputs, seed: int) -> Verdict:
    try:
        made = read_bars(inputs.chords, inputs.key, inputs.meter)
    except PartimentoError as error:
        return Verdict(False, (str(error),))
    wanted = len(inputs.chords) if inputs.bars is None else inputs.bars
    findings = tuple(finding.text for finding in prove_progression(made, inputs.key, wanted))
    return Verdict(not findings, findings)


def _agrees(inputs: ValidationInputs, draft: Verdict) -> Iterator[str]:
    """A model's verdict counts only where it is the engine's."""
    if draft.sound != _by_rules(inputs, 0).sound:
        yield f"the theory engine finds the chords {'flawed' if draft.sound else 'sound'}"


validation = task(
    name="validation",
    summary="Whether chords parse, fill their bars and stay in their key",
    version=1,
    complexity=3,
    inputs=ValidationInputs,
    read=_read,
    draft=Verdict,
    output=Verdict,
    prompt=lambda inputs: Prompt(
        "You check chord progressions. Answer in JSON.", f"In {inputs.key}, {inputs.meter}: {' | '.join(inputs.chords)}"
    ),
    finish=lambda inputs, draft, method: draft,
    checks=(_agrees,),
    rules=_by_rules,
)
