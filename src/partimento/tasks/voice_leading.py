"""The smoothest way through given chords. The theory engine leads; a model, where one is named, only comments."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from random import Random
from typing import Final, Literal

import msgspec
from msgspec import Struct

from partimento.core.errors import BadInput, UnknownName
from partimento.core.task import Prompt, task
from partimento.decoding.language import language_asked, language_name, wrong_language
from partimento.music.bounded_leading import Bounds, Note, lead_within, note_of
from partimento.music.chord import Chord
from partimento.music.key import Key
from partimento.music.key_finding import find_key
from partimento.music.leading import FREE, STRICT, usual_manners
from partimento.music.voicing.reach import HIGHEST, LOWEST, Grip, Kind
from partimento.music.voicing.study import kind_named
from partimento.shapes.voice_leading import Style, VoiceLeading, root_positions, steps_of, summed
from partimento.shapes.voicing import voiced
from partimento.shapes.wording import wording

_MOST_CHORDS: Final = 256
_LONGEST_COMMENT: Final = 1500
_STYLES: Final = ("", "free", "strict")
_OPEN: Final = ("-", "*", "_", "")


class VoiceLeadingInputs(Struct, frozen=True, kw_only=True):
    """Chord symbols in order (a list, or one string of them); `key` is found from them where it is left out.

    `kind` is a kind of voicing ("close" where none is named); `style` "free" counts movement and held tones, "strict"
    also avoids parallels and resolves sevenths and leading tones; without it four parts are led strictly, all else
    freely. `lowest` and `highest` bound the range ("C3", "G5"). `top`: the note of the top voice for each chord ("E5",
    "E" in any octave, "-" where it is free). `start`: the MIDI numbers that the first chord is already held with.
    """

    chords: Sequence[str] | str
    key: str | None = None
    kind: str = ""
    style: Literal["", "free", "strict"] = ""
    lowest: str = ""
    highest: str = ""
    top: Sequence[str] | str = ()
    start: Sequence[int] = ()
    language: str = ""


class Comment(Struct, frozen=True):
    """What a model is asked for: words about the leading that the engine found."""

    comment: str


def _read(inputs: VoiceLeadingInputs) -> VoiceLeadingInputs:
    words = inputs.chords.replace("|", " ").split() if isinstance(inputs.chords, str) else inputs.chords
    if not words:
        raise BadInput("there are no chords", why="the list is empty", mend='pass chords, such as "Dm7 G7 Cmaj7"')
    if inputs.style not in _STYLES:
        raise UnknownName("style", inputs.style, _STYLES)
    if len(words) > _MOST_CHORDS:
        raise BadInput(
            f"there are {len(words)} chords", why=f"at most {_MOST_CHORDS} are led at once", mend="lead sections apart"
        )
    chords = [Chord.parse(word) for word in words]
    tops = inputs.top.split() if isinstance(inputs.top, str) else inputs.top
    if len(tops) > len(chords):
        raise BadInput(
            f"there are {len(tops)} top notes for {len(chords)} chords",
            why="each belongs to one chord",
            mend='write "-" for a chord whose top voice is free',
        )
    settled = msgspec.structs.replace(
        inputs,
        chords=tuple(chord.symbol for chord in chords),
        key=find_key(chords) if inputs.key is None else Key.parse(inputs.key).symbol,
        kind=kind_named(inputs.kind) if inputs.kind.strip() else "close",
        style=inputs.style or ("strict" if usual_manners(_kind(inputs)) == STRICT else "free"),
        top=tuple(one if one in _OPEN else note_of(one).text for one in tops),
        start=_checked_start(inputs.start),
        language=language_asked(inputs.language),
    )
    _way(settled)  # what cannot be led is refused before anything is made
    return settled


def _kind(inputs: VoiceLeadingInputs) -> Kind:
    return kind_named(inputs.kind) if inputs.kind.strip() else "close"


def _checked_start(start: Sequence[int]) -> tuple[int, ...]:
    notes = tuple(sorted(set(start)))
    if any(not 0 <= note <= 127 for note in notes):
        raise BadInput("the start has notes beyond MIDI", why="MIDI numbers go from 0 to 127", mend="60 is middle C")
    return notes


def _bounds(inputs: VoiceLeadingInputs) -> Bounds:
    tops: list[Note | None] = [None if one in _OPEN else note_of(one) for one in inputs.top]
    low, high = _edge(inputs.lowest, LOWEST), _edge(inputs.highest, HIGHEST)
    if low >= high:
        raise BadInput(
            "the range is empty", why=f"its lowest note is MIDI {low}, its highest {high}", mend='lowest "C3", say'
        )
    start = Grip((), tuple(inputs.start), kind=_kind(inputs)) if inputs.start else None
    return Bounds(lowest=low, highest=high, tops=tuple(tops), start=start)


def _edge(text: str, usual: int) -> int:
    if not text.strip():
        return usual
    note = note_of(text)
    if note.midi is None:
        raise BadInput(f"the edge {text!r} of the range has no octave", why="a range needs one", mend=f'"{text}4"')
    return note.midi


def _way(inputs: VoiceLeadingInputs) -> tuple[Grip, ...]:
    return _led(tuple(inputs.chords), _kind(inputs), inputs.style == "strict", _bounds(inputs))


@lru_cache(maxsize=64)
def _led(symbols: tuple[str, ...], kind: Kind, strictly: bool, bounds: Bounds) -> tuple[Grip, ...]:
    return tuple(lead_within(symbols, kind, bounds, STRICT if strictly else FREE))


def _made(inputs: VoiceLeadingInputs, comment: str, method: str) -> VoiceLeading:
    way, home = _way(inputs), Key.parse(inputs.key or "C").symbol
    steps = steps_of(inputs.chords, way)
    plain = summed(steps_of(inputs.chords, root_positions(inputs.chords, way)))
    led = summed(steps)
    taken = {symbol: grip.kind for symbol, grip in zip(inputs.chords, way, strict=True) if grip.kind != _kind(inputs)}
    style: Style = "strict" if inputs.style == "strict" else "free"
    return VoiceLeading(
        kind=_kind(inputs),
        style=style,
        key=home,
        chords=voiced(inputs.chords, home, way),
        steps=steps,
        led=led,
        root_position=plain,
        saved=plain.movement - led.movement,
        comment=comment,
        generation_method=method,
        notes=tuple(f"{symbol} cannot be {_kind(inputs)}; it is {kind}" for symbol, kind in taken.items()),
    )


def _prompt(inputs: VoiceLeadingInputs) -> Prompt:
    return wording("voice_leading").prompt(facts=_facts(inputs), language=language_name(inputs.language) or "English")


def _facts(inputs: VoiceLeadingInputs) -> str:
    made = _made(inputs, "", "")
    lines = [f"- {chord.symbol}: {' '.join((*chord.left_notes, *chord.right_notes))}" for chord in made.chords]
    for step, chord in zip(made.steps, made.chords[1:], strict=True):
        lines.append(f"- {step.before} to {step.after}: {'; '.join(chord.leading)}")
        lines += [f"  {sentence}" for sentence in step.parallels]
    lines.append(f"- movement {_semitones(made.led.movement)}, in root position {made.root_position.movement}")
    return "\n".join(lines)


def _by_rules(inputs: VoiceLeadingInputs, seed: int) -> Comment:
    made, rng, say = _made(inputs, "", ""), Random(seed), wording("voice_leading").phrases.say
    if not made.steps:
        return Comment(say("single", rng))
    movement, plain = _semitones(made.led.movement), str(made.root_position.movement)
    told = [say("total" if made.saved > 0 else "same", rng, movement=movement, plain=plain)]
    kept = made.led.common_tones
    told.append(say("kept", rng, count=_counted(kept, "note")) if kept else say("none_kept", rng))
    far, *others = sorted(made.steps, key=lambda step: -step.movement)
    if others and far.movement > others[0].movement:
        told.append(say("far", rng, after=far.after))
    if made.led.parallels:
        told.append(say("parallels", rng, count=_counted(made.led.parallels, "pair") + " of voices"))
    elif made.style == "strict":
        told.append(say("strict", rng))
    return Comment(" ".join(told))


def _semitones(count: int) -> str:
    return _counted(count, "semitone")


def _counted(count: int, thing: str) -> str:
    return f"{count} {thing}{'' if count == 1 else 's'}"


def _comments(inputs: VoiceLeadingInputs, draft: Comment) -> Iterator[str]:
    """A comment is words, not too many, in the language asked for."""
    if not draft.comment.strip():
        yield "the comment is empty"
    if len(draft.comment) > _LONGEST_COMMENT:
        yield f"the comment has {len(draft.comment)} characters; at most {_LONGEST_COMMENT} are read"
    yield from wrong_language(draft.comment, inputs.language)


voice_leading = task(
    name="voice_leading",
    summary="The smoothest way through chords, and what it saves",
    version=1,
    complexity=4,
    inputs=VoiceLeadingInputs,
    read=_read,
    draft=Comment,
    output=VoiceLeading,
    prompt=_prompt,
    finish=lambda inputs, draft, method: _made(inputs, draft.comment.strip(), method),
    checks=(_comments,),
    rules=_by_rules,
    folded=frozenset({"kind"}),
    exact=lambda inputs: inputs.language in ("", "en"),
    claims="checked",
)
