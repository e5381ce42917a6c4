"""Chords under two hands: which keys to press, and how each voice moves on. The rules voice; a model's are proven."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import msgspec
from msgspec import Struct

from partimento.core.errors import BadInput
from partimento.core.task import Prompt, task
from partimento.music.chord import Chord
from partimento.music.composition.plan import level_of
from partimento.music.composition.proof import grip_flaws
from partimento.music.key import Key
from partimento.music.key_finding import find_key
from partimento.music.leading import lead
from partimento.music.reharmonization.recolour import dressed
from partimento.music.voicing import grips
from partimento.music.voicing.definition import is_of_kind
from partimento.music.voicing.reach import Grip, Kind, is_playable
from partimento.music.voicing.study import kind_for, kind_named
from partimento.shapes.voicing import Voicing, voiced

_MOST_CHORDS: Final = 512


class VoicingInputs(Struct, frozen=True, kw_only=True):
    """Chord symbols in order (a list, or one string of them); `key` is found from them where it is left out.

    Without `kind` the level chooses one (rootless without both). With `colours`, chords wear the ninths and thirteenths
    of the key that the kind lives on (rootless Dm7 is Dm9), and their symbols say so.
    """

    chords: Sequence[str] | str
    key: str | None = None
    kind: str = ""
    level: int | str | None = None
    colours: bool = False


class Hands(Struct, frozen=True):
    """The keys that two hands press for one chord, as MIDI numbers, low to high."""

    left: tuple[int, ...]
    right: tuple[int, ...]


class VoicingDraft(Struct, frozen=True):
    """What a model is asked for: the hands of each chord in order."""

    hands: tuple[Hands, ...]


def _read(inputs: VoicingInputs) -> VoicingInputs:
    words = inputs.chords.replace("|", " ").split() if isinstance(inputs.chords, str) else inputs.chords
    if not words:
        raise BadInput("there are no chords", why="the list is empty", mend='pass chords, such as "Dm7 G7 Cmaj7"')
    if len(words) > _MOST_CHORDS:
        raise BadInput(
            f"there are {len(words)} chords",
            why=f"at most {_MOST_CHORDS} are voiced at once",
            mend="voice the sections one by one",
        )
    chords = [Chord.parse(word) for word in words]
    kind = kind_named(inputs.kind) if inputs.kind.strip() else ""
    key = find_key(chords) if inputs.key is None else Key.parse(inputs.key).symbol
    settled = msgspec.structs.replace(inputs, key=key, kind=kind, level=level_of(inputs.level))
    if inputs.colours:
        chords = [dressed(chord, Key.parse(key), _kind(settled)) for chord in chords]
    return msgspec.structs.replace(settled, chords=tuple(chord.symbol for chord in chords))


def _kind(inputs: VoicingInputs) -> Kind:
    if inputs.kind:
        return kind_named(inputs.kind)
    level = level_of(inputs.level)
    return "rootless" if level is None else kind_for(level)


def _prompt(inputs: VoicingInputs) -> Prompt:
    return Prompt(
        "You voice chords at the piano. Answer in JSON: for each chord the MIDI numbers of the left and right hand.",
        f"Voice as {_kind(inputs)}, with the least movement between chords: {' '.join(inputs.chords)}",
    )


def _by_rules(inputs: VoicingInputs, seed: int) -> VoicingDraft:
    return VoicingDraft(tuple(Hands(grip.left, grip.right) for grip in lead(inputs.chords, _kind(inputs))))


def _is_sound(inputs: VoicingInputs, draft: VoicingDraft) -> Iterator[str]:
    """Every grip must be the chord's, playable, and of the kind (or the nearest the chord can take)."""
    if len(draft.hands) != len(inputs.chords):
        yield f"there are {len(inputs.chords)} chords, but hands for {len(draft.hands)}"
        return
    for symbol, hands in zip(inputs.chords, draft.hands, strict=True):
        kind = grips(symbol, _kind(inputs))[0].kind or _kind(inputs)
        flaws = (*grip_flaws(symbol, hands.left, hands.right), *is_of_kind(symbol, hands.left, hands.right, kind))
        if not flaws and hands.left + hands.right and not is_playable(hands.left, hands.right):
            flaws = ("lies too low to sound clear, or out of reach",)
        yield from (f"{symbol} {flaw}" for flaw in dict.fromkeys(flaws))


def _finish(inputs: VoicingInputs, draft: VoicingDraft, method: str) -> Voicing:
    kind, home = _kind(inputs), Key.parse(inputs.key or "C")
    taken = [grips(symbol, kind)[0].kind for symbol in inputs.chords]
    way = [Grip(hands.left, hands.right, kind=one) for hands, one in zip(draft.hands, taken, strict=True)]
    moved = voiced(inputs.chords, home.symbol, way)
    stepped_in = {symbol: one for symbol, one in zip(inputs.chords, taken, strict=True) if one != kind}
    return Voicing(
        kind=kind,
        generation_method=method,
        key=home.symbol,
        chords=moved,
        movement=sum(chord.movement for chord in moved),
        notes=tuple(f"{symbol} cannot be {kind}; it is {one}" for symbol, one in stepped_in.items()),
    )


voicing = task(
    name="voicing",
    summary="Chords under two hands, led with the least movement",
    version=1,
    complexity=4,
    inputs=VoicingInputs,
    read=_read,
    draft=VoicingDraft,
    output=Voicing,
    prompt=_prompt,
    finish=_finish,
    checks=(_is_sound,),
    rules=_by_rules,
    folded=frozenset({"kind"}),
    exact=lambda _: True,
)
