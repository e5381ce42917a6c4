"""Voice leading within bounds: a range, notes for the top voice, a grip to start from. Leaves its cost to `leading`.

Of the grips that keep to the bounds no other way costs less (Viterbi, exact). Where none of a chord's usual grips keeps
to them, all that its kind allows are tried.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from msgspec import Struct

from partimento.core.errors import BadInput
from partimento.music.chord import Chord
from partimento.music.leading import Manners, duties_between, movement, usual_manners
from partimento.music.pitch import fifths, pitch_class
from partimento.music.voicing import HIGHEST, LOWEST, Grip, Kind, grips, is_playable
from partimento.music.voicing.kinds import BUILDERS
from partimento.music.voicing.tones import tones_of

_NOTE: Final = re.compile(r"([A-Ga-g])([#b♯♭x]{0,2})(-?[0-9])?\Z")
_SIGNS: Final = str.maketrans("♯♭", "#b")
_MOST_TRIED: Final = 32


class Note(Struct, frozen=True):
    """A note asked for, "E" in any octave or "E5" in its own: its pitch class, and MIDI number where it has one."""

    text: str
    pc: int
    midi: int | None = None

    def is_at(self, midi: int) -> bool:
        return midi == self.midi if self.midi is not None else midi % 12 == self.pc


class Bounds(Struct, frozen=True, kw_only=True):
    """Where the voices may go: MIDI numbers, and for each chord the note of its top voice, None where it is free.

    `start`: the grip that the first chord is already held with; it may be any.
    """

    lowest: int = LOWEST
    highest: int = HIGHEST
    tops: tuple[Note | None, ...] = ()
    start: Grip | None = None


def note_of(text: str) -> Note:
    """A note by its name, "E", "Bb", "F#4". Raises BadInput."""
    found = _NOTE.match(text.strip())
    if found is None:
        raise BadInput(
            f"cannot read the note {text[:20]!r}", why="it is a letter, # or b, and an octave", mend='"E", "Bb4", "F#5"'
        )
    letter, signs, octave = found[1].upper(), found[2].translate(_SIGNS), found[3]
    pc = pitch_class(fifths(letter + signs))
    if octave is None:
        return Note(letter + signs, pc)
    natural = pitch_class(fifths(letter))
    shift = (pc - natural + 6) % 12 - 6  # Cb5 lies below C5, B#4 above B4
    return Note(letter + signs + octave, pc, 12 * (int(octave) + 1) + natural + shift)


def lead_within(symbols: Sequence[str], kind: Kind, bounds: Bounds, manners: Manners | None = None) -> list[Grip]:
    """The cheapest way through chords given by canonical symbols, one grip each. Raises BadInput if there is none."""
    if not symbols:
        return []
    manners = usual_manners(kind) if manners is None else manners
    choices = [_choices(symbol, kind, bounds, place) for place, symbol in enumerate(symbols)]
    costs = [grip.strain for grip in choices[0]]
    came_from: list[list[int]] = []
    for (before, after), (sources, goals) in zip(pairwise(symbols), pairwise(choices), strict=True):
        duties = duties_between(before, after)
        steps, reached = list[int](), list[float]()
        for goal in goals:
            totals = [cost + movement(old, goal, manners, duties) for cost, old in zip(costs, sources, strict=True)]
            least = min(totals)
            steps.append(totals.index(least))
            reached.append(least + goal.strain)
        came_from.append(steps)
        costs = reached
    path = [costs.index(min(costs))]
    for steps in reversed(came_from):
        path.append(steps[path[-1]])
    return [found[place] for found, place in zip(choices, reversed(path), strict=True)]


def _choices(symbol: str, kind: Kind, bounds: Bounds, place: int) -> tuple[Grip, ...]:
    """The grips of one chord that keep to the bounds. Raises BadInput where none does."""
    if place == 0 and bounds.start is not None:
        return (bounds.start,)
    usual = grips(symbol, kind)
    if not usual[0].notes:  # N.C.
        return usual
    top = bounds.tops[place] if place < len(bounds.tops) else None
    kept = tuple(grip for grip in usual if _keeps(grip, bounds, top)) or _rarer(symbol, usual, bounds, top)
    if kept:
        return kept
    wish = f" with {top.text} on top" if top is not None else ""
    raise BadInput(
        f"no {usual[0].kind} voicing of {symbol}{wish} lies within the range",
        why=f"the voices must stay from MIDI {bounds.lowest} to {bounds.highest}, and a hand reaches so far only",
        mend="widen the range, leave this top note open, or choose another kind (fourpart and spread reach widest)",
    )


def _rarer(symbol: str, usual: tuple[Grip, ...], bounds: Bounds, top: Note | None) -> tuple[Grip, ...]:
    """What the kind allows beyond the most comfortable; no better than the worst of those."""
    kind, tones = usual[0].kind, tones_of(Chord.parse(symbol))
    if kind is None or tones is None:
        return ()
    found = {hands for hands in BUILDERS[kind](tones) if is_playable(*hands)}
    strange = [Grip(*hands, usual[-1].strain, kind) for hands in sorted(found)]
    said = [grip for grip in strange if {note % 12 for note in grip.notes} >= set(tones.guides)]
    return tuple(grip for grip in said if _keeps(grip, bounds, top))[:_MOST_TRIED]


def _keeps(grip: Grip, bounds: Bounds, top: Note | None) -> bool:
    notes = grip.notes
    return bounds.lowest <= notes[0] and notes[-1] <= bounds.highest and (top is None or top.is_at(notes[-1]))
