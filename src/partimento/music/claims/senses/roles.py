"""What chords do in a key: tonic, subdominant or dominant, one chord or several."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from partimento.music.claims.senses.places import only_chord
from partimento.music.claims.senses.scene import Scene
from partimento.music.claims.senses.told import Told, not_so, sense, so

_FUNCTIONS: Final = {
    "tonic": (("maj", "maj7", "min", "min7", "6", "min6"), (0, 2, 5)),
    "subdominant": (("maj", "maj7", "min", "min7", "hdim7", "dim", "6", "min6"), (1, 3, 5)),
    "predominant": (("maj", "maj7", "min", "min7", "hdim7", "dim"), (1, 3, 5)),
    "dominant": (("maj", "7", "dim", "dim7", "hdim7", "sus7", "aug7", "min", "min7"), (4, 6, 2)),
}  # fmt: skip


_HAS_FUNCTION: Final = re.compile(
    r"\b(tonic|sub ?dominant|pre ?dominant|dominant)s? (?:function|role|quality|family|chord function|area)"
    r"|function\w* as (?:an? |the )?(tonic|sub ?dominant|pre ?dominant|dominant)"
)


@sense("f", "acmn")
def function(scene: Scene) -> Iterator[Told]:
    """What a chord does in a key: tonic, subdominant or dominant."""
    found = _HAS_FUNCTION.search(scene.spoken)
    chord = only_chord(scene) or next((one for one in scene.of("ac") if not scene.is_key(one)), None)
    if found is None or chord is None or chord.entity.chord is None or len(scene.homes) != 1:
        return
    word = (found[1] or found[2]).replace(" ", "")
    key, told = scene.homes[0], chord.entity.chord
    qualities, steps = _FUNCTIONS[word]
    at, shift = key.step_of(told.root_fifths or 0)
    heads = scene.of("f") or [chord]
    if not shift and at in steps and told.quality in qualities and not (word != "dominant" and told.quality == "7"):
        yield so("function", f"{told.symbol} is a {word} in {key.symbol}.", chord)
    elif not shift:
        right = next((one for one in ("tonic", "subdominant", "dominant") if at in _FUNCTIONS[one][1]), "")
        yield not_so("function", f"{told.symbol} is no {word} in {key.symbol}.", heads[0], right, chord)


_GROUP: Final = re.compile(
    r"\b(tonic|sub ?dominant|pre ?dominant|dominant)s? (?:chords?|triads?|family|group|functions?)\b"
)


@sense("L")
def groups(scene: Scene) -> Iterator[Told]:
    """Several chords of one function: "Dm and F are predominants in C"."""
    found = _GROUP.search(scene.plain)
    rows = [row for row in scene.of("L") if len(row.entity.items) in (2, 3)]
    if found is None or len(rows) != 1 or len(scene.homes) != 1:
        return
    word = found[1].replace(" ", "")
    qualities, steps = _FUNCTIONS[word]
    key = scene.homes[0]
    for item in rows[0].entity.items:
        chord = item.chord
        if chord is None or chord.root_fifths is None:
            return
        at, shift = key.step_of(chord.root_fifths)
        if shift or at not in steps or chord.quality not in qualities:
            if not shift:
                yield not_so("function", f"{chord.symbol} is no {word} in {key.symbol}.", item, "", rows[0])
            return
    yield so("function", f"They are {word} in {key.symbol}.", rows[0])
