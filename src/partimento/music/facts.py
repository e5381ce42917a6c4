"""What is so about a chord in its place: where it is borrowed from, what it leads to, which cadence it makes.

Facts are typed and carry no prose (that is `explain`'s); what a chord does in its key is judged by `analysis`.
"""

from __future__ import annotations

from typing import Final, Literal

from msgspec import Struct

from partimento.music.chord import Chord, chord_on
from partimento.music.key import Key, Mode
from partimento.music.pitch import name
from partimento.music.roman import applied_target, is_diatonic, place_of, usual_root

Function = Literal[
    "tonic", "subdominant", "dominant", "applied dominant", "substitute dominant", "borrowed", "passing", "chromatic",
    "none",
]  # fmt: skip
FactKind = Literal[
    "applied dominant", "applied two-five", "two-five", "tritone substitute", "borrowed", "backdoor",
    "passing diminished", "authentic cadence", "plagal cadence", "deceptive cadence", "half cadence", "bass",
]  # fmt: skip

DOMINANT_SEVENTHS: Final = ("7", "aug7", "sus7")
_LENDING_MODES: Final[dict[bool, tuple[Mode, ...]]] = {
    False: ("minor", "phrygian"),
    True: ("major", "dorian", "phrygian"),
}


class Fact(Struct, frozen=True):
    """One thing that is so about a chord; `about` names what it points to: a numeral, a key, a chord symbol, a bass."""

    kind: FactKind
    about: str


def borrowed_from(chord: Chord, key: Key) -> Key | None:
    """The parallel key a chord of no step of its own is taken from; iv of any kind counts as minor's."""
    if chord.root_fifths is None:
        return None
    root = usual_root(key, chord.root_fifths, chord.quality in ("dim", "dim7", "hdim7"))
    tried = chord_on(root, chord.shape)
    for mode in _LENDING_MODES[key.is_minor]:
        if is_diatonic(tried, Key(key.tonic, mode)):
            return Key(key.tonic, mode)
    coloured_iv = not key.is_minor and root - key.tonic == -1 and "b3" in chord.degrees
    return Key(key.tonic, "minor") if coloured_iv else None


def facts_of(chord: Chord, key: Key, function: Function, before: Chord | None, after: Chord | None) -> tuple[Fact, ...]:
    """Everything that is so about a chord between its neighbours, the telling facts first."""
    facts: list[Fact] = []
    target = applied_target(chord, key, after)
    if target is not None:
        goal, minor = target
        signs, roman = place_of(key, goal)
        kind: FactKind = "applied dominant" if function == "applied dominant" else "applied two-five"
        facts.append(Fact(kind, signs + (roman.lower() if minor else roman)))
    elif _leads_as_two_five(chord, after):
        facts.append(Fact("two-five", _symbol(after)))
    if function == "substitute dominant":
        facts.append(Fact("tritone substitute", name(usual_root(key, (chord.root_fifths or 0) + 6)) + "7"))
    source = borrowed_from(chord, key) if function == "borrowed" else None
    if source is not None:
        facts.append(Fact("borrowed", source.symbol))
    comes_home = after is not None and after.root == key.pc
    if comes_home and chord.quality in DOMINANT_SEVENTHS and chord.root == (key.pc + 10) % 12:
        facts.append(Fact("backdoor", _symbol(after)))
    if function == "passing" and before is not None and after is not None:
        facts.append(Fact("passing diminished", f"{before.symbol} to {after.symbol}"))
    facts.extend(_cadences(chord, key, function, after))
    if chord.is_slash and chord.bass_fifths is not None:
        facts.append(Fact("bass", name(chord.bass_fifths)))
    return tuple(facts)


def _symbol(chord: Chord | None) -> str:
    return "" if chord is None else chord.symbol


def _leads_as_two_five(chord: Chord, after: Chord | None) -> bool:
    if after is None or chord.root is None or after.root is None or chord.quality not in ("min7", "hdim7", "min"):
        return False
    return after.quality in DOMINANT_SEVENTHS and (after.root - chord.root) % 12 == 5


def _cadences(chord: Chord, key: Key, function: Function, after: Chord | None) -> list[Fact]:
    """The cadence a chord makes with the one after it, or at the end by stopping on the dominant."""
    dominant = function == "dominant" and chord.root == (key.pc + 7) % 12
    if after is None:
        return [Fact("half cadence", chord.symbol)] if dominant else []
    if after.root == key.pc:
        if dominant:
            return [Fact("authentic cadence", after.symbol)]
        plagal = chord.root == (key.pc + 5) % 12 and chord.quality not in DOMINANT_SEVENTHS
        return [Fact("plagal cadence", after.symbol)] if plagal else []
    sixth = after.root == (key.pc + (8 if key.is_minor else 9)) % 12
    if dominant and sixth and after.quality not in DOMINANT_SEVENTHS:
        return [Fact("deceptive cadence", after.symbol)]
    return []
