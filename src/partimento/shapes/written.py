"""What every written draft must hold to, whoever wrote it: nothing empty, nothing endless, no strange links, no leaks.

Knows drafts as trees of structs and strings; leaves musical claims to the pipeline, the rest to each task's checks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Sized
from typing import Any, Final

from msgspec import Struct

from partimento.core.errors import PartimentoError
from partimento.music.chord import Chord
from partimento.music.key import Key
from partimento.music.lessons.draft import ExampleDraft
from partimento.music.roman import is_diatonic
from partimento.music.scale import Scale
from partimento.shapes.given import quotes, ungiven_addresses
from partimento.shapes.obeyed import obeyed_flaws

LONGEST: Final = 1500
"""Letters in one string."""
_MOST_CHORDS: Final = 24
_DEGREES: Final = re.compile(r"(?<!\d)[b#]*\d{1,2}(?:-[b#]*\d{1,2}){2,}(?!\d)")
"""Formulas such as 1-2-3-5-6, which are no telephone numbers."""
_MAY_BE_EMPTY: Final = frozenset({"scale", "chords"})


def texts(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every string of a draft with the path to it ("steps[2].title")."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Struct):
        for name in value.__struct_fields__:
            yield from texts(getattr(value, name), f"{path}.{name}" if path else name)
    elif isinstance(value, tuple | list):
        for place, part in enumerate(value):
            yield from texts(part, f"{path}[{place}]")


def text_flaws(draft: Struct, instructions: str, given: Sequence[str]) -> Iterator[str]:
    """One sentence for each string that is empty, too long, links to what nobody gave, repeats the instructions, or
    obeys what was only given as matter."""
    for path, text in texts(draft):
        if not text.strip():
            if path.rpartition(".")[2] not in _MAY_BE_EMPTY:
                yield f"{path} is empty"
        elif len(text) > LONGEST:
            yield f"{path} has {len(text)} letters; at most {LONGEST}"
        else:
            yield from (f"{path}: {flaw}" for flaw in ungiven_addresses(_DEGREES.sub("", text), given))
            yield from (f"{path}: {flaw}" for flaw in obeyed_flaws(text, given))
            if quotes(text, instructions):
                yield f"{path} repeats the instructions"


def count_flaws(name: str, found: Sized, fewest: int, most: int) -> Iterator[str]:
    """A sentence where there are too few or too many."""
    if not fewest <= len(found) <= most:
        yield f"there are {len(found)} {name}; {fewest} to {most} are wanted"


def example_flaws(place: int, example: ExampleDraft) -> Iterator[str]:
    """What the theory engine finds wrong with an example: its key, chords and scale must be readable, and agree."""
    told = f"examples[{place}]"
    try:
        home = Key.parse(example.key)
        chords = [Chord.parse(symbol) for symbol in example.chords]
        if example.scale:
            Scale.parse(example.scale)
    except PartimentoError as error:
        yield f"{told}: {error}"
        return
    if len(chords) > _MOST_CHORDS:
        yield f"{told} has {len(chords)} chords; at most {_MOST_CHORDS}"
    if len(chords) > 3 and not any(is_diatonic(chord, home) for chord in chords):
        yield f"{told}: none of {' '.join(example.chords)} belongs to {home.symbol}"
