"""Forms and cadences: how a piece divides into sections of any length, and what each section's end promises.

A cadence is known by the chords that make it, so that it can be proved on any progression, whoever wrote it. Leaves
which chords a genre likes to the genre, and choosing to `progression`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import groupby
from typing import Final, Literal, get_args

from msgspec import Struct

from partimento.core.errors import BadInput
from partimento.music.chord import Chord
from partimento.music.key import Key

MOST_BARS: Final = 256

Cadence = Literal[
    "authentic", "two-five-one", "two-five", "half", "turnaround", "plagal", "backdoor", "deceptive", "tonic", "open"
]  # fmt: skip
CADENCES: Final[tuple[Cadence, ...]] = get_args(Cadence)


class Part(Struct, frozen=True):
    """One section of a form. `bars` is its length where the form has its own size; other sizes are divided alike.

    `roles` name what the phrases of four bars do, the first for the first phrase, the last for all that are left.
    A part that comes `once` (an introduction, a tag) is not repeated with the form and goes first where bars are few.
    """

    name: str
    bars: int
    cadence: Cadence
    roles: tuple[str, ...] = ("opening", "answer")
    once: bool = False


class Form(Struct, frozen=True):
    """An order of parts. `words` are what people call it; the last part of a piece ends with the `final` cadence.

    With `fixed`, a piece is whole rounds of the form (a 12-bar blues has 12, 24, 36 … bars) and no other length.
    """

    name: str
    parts: tuple[Part, ...]
    final: Cadence = "authentic"
    words: tuple[str, ...] = ()
    fixed: bool = False
    weight: float = 1.0

    @property
    def bars(self) -> int:
        """The length of one round."""
        return sum(part.bars for part in self.parts)


class Span(Struct, frozen=True):
    """A part in its place: bars from `start_bar` (counted from 1), and the cadence it promises there."""

    name: str
    start_bar: int
    bars: int
    cadence: Cadence
    roles: tuple[str, ...]


@lru_cache(maxsize=1024)
def lay_out(form: Form, bars: int) -> tuple[Span, ...]:
    """The sections of a piece of so many bars (1 to 256). Raises BadInput for a length the form cannot have."""
    if not 1 <= bars <= MOST_BARS:
        why = f"a piece has 1 to {MOST_BARS} bars"
        raise BadInput(f"cannot compose {bars} bars", why=why, mend="ask for 8, 16 or 32")
    if form.fixed and bars % form.bars:
        raise BadInput(
            f"a {form.name} cannot have {bars} bars",
            why=f"it comes in whole rounds of {form.bars} bars",
            mend=f"ask for {form.bars * max(1, round(bars / form.bars))} bars, or leave the form out",
        )
    parts = _parts_for(form, bars)
    lengths = [part.bars for part in parts] if form.fixed else _divided(bars, [part.bars for part in parts])
    spans = []
    start = 1
    for place, (part, length) in enumerate(zip(parts, lengths, strict=True)):
        cadence = form.final if place == len(parts) - 1 else part.cadence
        spans.append(Span(part.name, start, length, cadence, part.roles))
        start += length
    return tuple(spans)


def _parts_for(form: Form, bars: int) -> list[Part]:
    body = [part for part in form.parts if not part.once]
    first = [part for part in form.parts[:1] if part.once]
    last = [part for part in form.parts[-1:] if part.once]
    rounds = max(1, round((bars - sum(p.bars for p in first + last)) / sum(p.bars for p in body)))
    body = body * rounds
    for few in (first, last):
        if bars < 4 * len(first + body + last):
            few.clear()
    return (first + body + last)[: max(1, bars // 2)]


def _divided(bars: int, shares: list[int]) -> list[int]:
    """Bars in proportion to the shares, in fours where there is room, else in twos or ones; the last takes the rest."""
    unit = next((unit for unit in (4, 2, 1) if bars // unit >= len(shares)), 1)
    units = bars // unit
    whole = sum(shares)
    lengths = [max(1, units * share // whole) for share in shares]
    wanted = sorted(range(len(shares)), key=lambda place: lengths[place] / shares[place])
    for turn in range(units - sum(lengths)):
        lengths[wanted[turn % len(shares)]] += 1
    while sum(lengths) > units:
        lengths[max(range(len(lengths)), key=lengths.__getitem__)] -= 1
    lengths = [length * unit for length in lengths]
    lengths[-1] += bars - sum(lengths)
    return lengths


# What a chord may be at each place of a cadence: semitones above the tonic → qualities (empty: any).
_Step = dict[int, frozenset[str]]
_ANY: Final[frozenset[str]] = frozenset()
_LEADING: Final = frozenset({"7", "aug7", "sus7", "maj", "aug", "sus"})
_DOMINANT: Final[_Step] = {
    7: _LEADING, 1: frozenset({"7", "maj7", "maj", "aug7"}), 11: frozenset({"dim", "dim7", "hdim7"}),
}  # fmt: skip
_TONIC: Final[_Step] = {0: frozenset({"maj", "maj7", "6", "7", "min", "min7", "min6", "minmaj7", "5"})}
_FIVE: Final[_Step] = {7: _LEADING}
_TWO: Final[_Step] = {2: frozenset({"min7", "min", "hdim7", "dim"})}
_BEFORE_DOMINANT: Final[_Step] = {2: _ANY, 5: _ANY, 8: _ANY}
_STEPS: Final[dict[Cadence, tuple[_Step, ...]]] = {
    "authentic": (_DOMINANT, _TONIC),
    "two-five-one": (_TWO, _DOMINANT, _TONIC),
    "two-five": (_TWO, _FIVE),
    "half": (_FIVE,),
    "turnaround": (dict.fromkeys((0, 1, 3, 4, 5, 8, 9, 10), _ANY), _BEFORE_DOMINANT, _DOMINANT),
    "plagal": ({5: _ANY, 2: frozenset({"hdim7", "min7"})}, _TONIC),
    "backdoor": ({10: frozenset({"7", "maj", "sus7"})}, _TONIC),
    "deceptive": (_DOMINANT, {9: _ANY, 8: _ANY}),
    "tonic": (_TONIC,),
    "open": (),
}


def ends_with(chords: Sequence[Chord], key: Key, cadence: Cadence) -> bool:
    """Whether the chords of a section end with the cadence. Chords held or recoloured on one root count as one."""
    steps = _STEPS[cadence]
    stands = [list(group) for _, group in groupby((_stand(chord, key) for chord in chords), key=lambda at: at[0])]
    if len(stands) < len(steps):
        return False
    return all(_fits(stand, step) for stand, step in zip(stands[len(stands) - len(steps) :], steps, strict=True))


def _stand(chord: Chord, key: Key) -> tuple[int, str]:
    """The place above the tonic and the quality; IV or ii over the fifth step is the dominant it is heard as."""
    if chord.root is None or chord.bass is None:
        return -1, ""
    root, bass = (chord.root - key.pc) % 12, (chord.bass - key.pc) % 12
    if bass == 7 and root in (2, 5):
        return 7, "sus7"
    return root, chord.quality or ""


def _fits(stand: Iterable[tuple[int, str]], step: _Step) -> bool:
    *_, (root, quality) = stand
    allowed = step.get(root)
    return allowed is not None and (not allowed or quality in allowed)
