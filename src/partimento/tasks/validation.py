"""Proving somebody's content: chords in a key, claims in prose, exercises, progressions, tutorials, quizzes as JSON.

The theory engine alone can tell; a model, where one is named, must come to the same verdict.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, Final

import msgspec
from msgspec import Struct

from partimento.core.errors import BadInput, PartimentoError, TooLarge
from partimento.core.task import Prompt, task
from partimento.music.claims import check_claims, corrected
from partimento.music.composition.progression import read_bars
from partimento.music.composition.proof import prove_progression
from partimento.music.key import Key
from partimento.shapes.checking import Checked, CheckedClaim, Counts, checked_content, checked_text
from partimento.shapes.prose import Unproven
from partimento.shapes.wording import wording

_LONGEST: Final = 30_000
"""Letters of a text: more would take the engine seconds."""


class ValidationInputs(Struct, frozen=True, kw_only=True):
    """One of three, or several. `chords` bar by bar ("Dm7 G7" is one bar of two; in one string "|" parts bars), with
    the `key`, `bars` and `meter` they should hold to. `text`: prose whose musical claims are proven. `content`: an
    exercise, a progression, a tutorial, a curriculum, a quiz … as JSON."""

    chords: Sequence[str] | str = ()
    key: str | None = None
    bars: int | None = None
    meter: str = "4/4"
    text: str = ""
    content: Any = None


class Verdict(Struct, frozen=True):
    """Whether nothing was found wrong, and a sentence for everything that was; every claim of the text and the content
    with its own verdict; the text `corrected` where that is certain ("" without a text); and what was counted."""

    sound: bool
    findings: tuple[Unproven, ...]
    claims: tuple[CheckedClaim, ...] = ()
    corrected: Unproven = ""
    counts: Counts = Counts()


def _read(inputs: ValidationInputs) -> ValidationInputs:
    parted = inputs.chords.split("|") if isinstance(inputs.chords, str) else inputs.chords
    bars = tuple(bar.strip() for bar in parted if bar.strip())
    content = _plain(inputs.content)
    if not bars and not inputs.text.strip() and content is None:
        raise BadInput("there are no chords", why="nothing was given to prove", mend='pass them: "Dm7 G7 | Cmaj7"')
    if bars and not inputs.key:
        raise BadInput("the chords have no key", why="they are proven to stay in one", mend='pass it: key="C"')
    for name, part in (("text", inputs.text), ("content", content)):
        if isinstance(part, str) and len(part) > _LONGEST:
            raise TooLarge(
                f"the {name} has {len(part):,} letters",
                why=f"{_LONGEST:,} are read at once",
                mend="give it in parts",
            )
    key = Key.parse(inputs.key).symbol if inputs.key else None
    return msgspec.structs.replace(inputs, chords=bars, key=key, content=content)


def _plain(content: Any) -> Any:
    """The content as plain values, whatever object it came as."""
    return msgspec.to_builtins(content, enc_hook=str) if content is not None else None


def _judged(inputs: ValidationInputs) -> Verdict:
    """Once for the draft, its check and the output."""
    return _judged_once(msgspec.json.encode(inputs))


@lru_cache(maxsize=8)
def _judged_once(asked: bytes) -> Verdict:
    inputs = msgspec.json.decode(asked, type=ValidationInputs)
    findings = _of_chords(inputs)
    told = [checked_text(inputs.text)] if inputs.text.strip() else []
    told += [checked_content(inputs.content)] if inputs.content is not None else []
    findings += tuple(finding for part in told for finding in part.findings)
    return Verdict(
        sound=not findings,
        findings=findings,
        claims=tuple(claim for part in told for claim in part.claims),
        corrected=corrected(inputs.text, check_claims(inputs.text)) if inputs.text.strip() else "",
        counts=_summed(told),
    )


def _summed(told: Sequence[Checked]) -> Counts:
    names = Counts.__struct_fields__
    return Counts(**{name: sum(getattr(part.counts, name) for part in told) for name in names})


def _of_chords(inputs: ValidationInputs) -> tuple[str, ...]:
    if not inputs.chords or inputs.key is None:
        return ()
    try:
        made = read_bars(inputs.chords, inputs.key, inputs.meter)
    except PartimentoError as error:
        return (str(error),)
    wanted = len(inputs.chords) if inputs.bars is None else inputs.bars
    return tuple(finding.text for finding in prove_progression(made, inputs.key, wanted))


def _agrees(inputs: ValidationInputs, draft: Verdict) -> Iterator[str]:
    """A model's verdict counts only where it is the engine's."""
    if draft.sound != _judged(inputs).sound:
        what = "chords" if inputs.chords and not inputs.text and inputs.content is None else "content"
        yield f"the theory engine finds the {what} {'flawed' if draft.sound else 'sound'}"


def _prompt(inputs: ValidationInputs) -> Prompt:
    if inputs.chords:
        return wording("validation").prompt(key=inputs.key, meter=inputs.meter, chords=" | ".join(inputs.chords))
    matter = inputs.text or msgspec.json.encode(inputs.content).decode()
    return wording("validation").prompt("content", data={"matter": matter})


def _schema(inputs: ValidationInputs) -> dict[str, Any]:
    """A verdict and its reasons; the rest of the output is the engine's."""
    properties = {"sound": {"type": "boolean"}, "findings": {"type": "array", "items": {"type": "string"}}}
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


validation = task(
    name="validation",
    summary="Whether chords, musical claims in prose, exercises, tutorials and quizzes hold, and what does not",
    version=2,
    complexity=3,
    inputs=ValidationInputs,
    read=_read,
    draft=Verdict,
    output=Verdict,
    prompt=_prompt,
    finish=lambda inputs, draft, method: _judged(inputs),
    checks=(_agrees,),
    rules=lambda inputs, seed: _judged(inputs),
    schema=_schema,
    exact=lambda inputs: bool(inputs.text or inputs.content is not None),
)
