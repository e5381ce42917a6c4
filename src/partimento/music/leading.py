"""Voice leading: the one grip a chord that makes the easiest way through a progression. Takes grips from `voicing`.

The cost of a way is stated in full here. It is the sum of each grip's strain and, between neighbours, with voices
matched from the top down:

    1             for each semitone that a voice moves
    new_voice     for each voice that appears or vanishes
    -held_tone    for each tone that stays where it is
    leap          for each semitone that the top voice moves beyond a fourth
    parallel      for each two voices that move from a perfect fifth, octave or unison to another of the same kind
    hidden        where the outer voices move the same way into a fifth or octave, the top voice by leap
    overlap       for each voice that passes the place its neighbour has just left
    seventh       for each seventh that neither falls by step nor stays (unless the root stays)
    leading_tone  for each leading tone that does not rise to the tone a semitone above it; in an inner voice it may
                  fall a third to the fifth of its goal instead. Leading tones are the third of a major-like chord whose
                  root goes up a fourth (of a dominant seventh also a tone or a semitone) and the root of a diminished
                  one that goes up a semitone, where the next chord holds the goal

`Manners` are the weights; with those of `FREE` only the first three lines count. No other choice of the same grips
costs less (Viterbi, exact).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from operator import add, sub
from typing import Final

from msgspec import Struct

from partimento.music.chord import Chord
from partimento.music.voicing import Grip, Kind, grips


class Manners(Struct, frozen=True):
    """What counts as good leading: the weights of the cost this module states. All are at least 0."""

    new_voice: float = 2.0
    held_tone: float = 1.0
    leap: float = 0.0
    parallel: float = 0.0
    hidden: float = 0.0
    overlap: float = 0.0
    seventh: float = 0.0
    leading_tone: float = 0.0


FREE: Final = Manners()
"""Jazz, pop, gospel: short ways and held tones; parallels are a colour like any other."""
STRICT: Final = Manners(leap=1.0, parallel=60.0, hidden=8.0, overlap=10.0, seventh=25.0, leading_tone=25.0)
"""The chorale's: no parallel fifths or octaves, sevenths and leading tones resolve, voices keep their places."""

_FIFTH_OR_OCTAVE: Final = (0, 7)
_MAJOR_LIKE: Final = ("maj", "7", "aug", "aug7")
_SEVENTHS: Final = ("7", "aug7")
_DIMINISHED: Final = ("dim", "dim7", "hdim7")


def voice(
    symbols: Sequence[str], kind: Kind = "rootless", manners: Manners | None = None
) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
    """Left and right hand of each chord as MIDI numbers, led smoothly: voice(["Dm7", "G7", "Cmaj7"]).

    `kind` as in `voicing.voicings`, `manners` as in `lead`. A hand may be empty: a rootless form is the left hand's, a
    close one the right's. Raises ChordSyntaxError, UnknownName.
    """
    return [(grip.left, grip.right) for grip in lead([Chord.parse(symbol).symbol for symbol in symbols], kind, manners)]


def usual_manners(kind: Kind) -> Manners:
    """How a kind is led where nothing else is said: four parts strictly, all others freely."""
    return STRICT if kind == "fourpart" else FREE


def lead(symbols: Sequence[str], kind: Kind, manners: Manners | None = None) -> list[Grip]:
    """The cheapest way through chords given by canonical symbols; one grip each. Without `manners`, the kind's own."""
    if not symbols:
        return []
    manners = usual_manners(kind) if manners is None else manners
    costs: list[float] = [grip.strain for grip in grips(symbols[0], kind)]
    came_from: list[list[int]] = []
    for before, after in pairwise(symbols):
        sources: list[int] = []
        reached: list[float] = []
        for column in _columns(before, after, kind, manners):
            totals = list(map(add, costs, column))
            least = min(totals)
            sources.append(totals.index(least))
            reached.append(least)
        came_from.append(sources)
        costs = reached
    place = costs.index(min(costs))
    path = [place]
    for sources in reversed(came_from):
        place = sources[place]
        path.append(place)
    return [grips(symbol, kind)[place] for symbol, place in zip(symbols, reversed(path), strict=True)]


def cost(symbols: Sequence[str], way: Sequence[Grip], manners: Manners = FREE) -> float:
    """What a way through chords costs: the sum that `lead` makes least."""
    between = zip(pairwise(symbols), pairwise(way), strict=True)
    return sum(grip.strain for grip in way) + sum(
        movement(old, new, manners, _duties(before, after)) for (before, after), (old, new) in between
    )


class Duties(Struct, frozen=True):
    """What one chord owes the next, as pitch classes: a seventh that must fall, a leading tone that must rise."""

    seventh: int | None = None
    leading_tone: int | None = None
    may_fall_to: int | None = None
    """The fifth of the goal, where an inner leading tone may go."""


def movement(before: Grip, after: Grip, manners: Manners = FREE, duties: Duties | None = None) -> float:
    """What it costs to move from one grip to the next, strain apart; `duties` as `duties_between` two chords."""
    old, new = before.notes[::-1], after.notes[::-1]
    moved = _moved(old, new, {*old}, {*new}, manners)
    return moved if _is_free(manners) else moved + _faults(_Sounding(old), new, manners, duties or Duties())


def duties_between(before: str, after: str) -> Duties:
    """What a chord owes the next, by symbol. Raises ChordSyntaxError."""
    return _duties(Chord.parse(before).symbol, Chord.parse(after).symbol)


def _moved(old: tuple[int, ...], new: tuple[int, ...], held: set[int], wanted: set[int], manners: Manners) -> float:
    total: float = sum(map(abs, map(sub, old, new)))
    return total + manners.new_voice * abs(len(old) - len(new)) - manners.held_tone * len(held & wanted)


def _is_free(manners: Manners) -> bool:
    rules = (manners.leap, manners.parallel, manners.hidden, manners.overlap, manners.seventh, manners.leading_tone)
    return not any(rules)


@lru_cache(maxsize=8192)
def _columns(before: str, after: str, kind: Kind, manners: Manners) -> tuple[tuple[float, ...], ...]:
    """For each grip of the second chord: the cost of coming there from each grip of the first, with its own strain."""
    sources = [(grip.notes[::-1], {*grip.notes}) for grip in grips(before, kind)]
    goals = [(grip.notes[::-1], {*grip.notes}, grip.strain) for grip in grips(after, kind)]
    moved = tuple(
        tuple(_moved(old, new, held, wanted, manners) + strain for old, held in sources)
        for new, wanted, strain in goals
    )
    if _is_free(manners):
        return moved
    duties = _duties(before, after)
    sounding = [_Sounding(old) for old, _ in sources]
    return tuple(
        tuple(price + _faults(old, new, manners, duties) for price, old in zip(column, sounding, strict=True))
        for column, (new, _, _) in zip(moved, goals, strict=True)
    )


# ---- the strict rules ------------------------------------------------------------------------------------------


class _Sounding:
    """A grip about to move: its voices from the top down, and which two of them stand a fifth or octave apart."""

    def __init__(self, voices: tuple[int, ...]) -> None:
        self.voices = voices
        self.perfect = [
            (upper, lower, (voices[upper] - voices[lower]) % 12)
            for upper in range(len(voices))
            for lower in range(upper + 1, len(voices))
            if (voices[upper] - voices[lower]) % 12 in _FIFTH_OR_OCTAVE
        ]


def _faults(source: _Sounding, new: tuple[int, ...], manners: Manners, duties: Duties) -> float:
    old, count = source.voices, min(len(source.voices), len(new))
    if not count:
        return 0.0
    fault = manners.leap * max(0, abs(new[0] - old[0]) - 5)
    for upper, lower, interval in source.perfect:
        if lower < count and new[upper] != old[upper] and (new[upper] - new[lower]) % 12 == interval:
            fault += manners.parallel
    for place in range(count - 1):
        if new[place] < old[place + 1] or new[place + 1] > old[place]:
            fault += manners.overlap
    if len(old) == len(new) and (new[0] - new[-1]) % 12 in _FIFTH_OR_OCTAVE:
        top, bass = new[0] - old[0], new[-1] - old[-1]
        fault += manners.hidden if top * bass > 0 and abs(top) > 2 else 0.0
    return fault + _undone(old, new, count, manners, duties)


def _undone(old: tuple[int, ...], new: tuple[int, ...], count: int, manners: Manners, duties: Duties) -> float:
    fault = 0.0
    for place in range(count):
        step = new[place] - old[place]
        pc = old[place] % 12
        if pc == duties.seventh and step not in (0, -1, -2):
            fault += manners.seventh
        elif pc == duties.leading_tone and step != 1:
            inner = 0 < place < count - 1
            may_fall = inner and step in (-3, -4) and new[place] % 12 == duties.may_fall_to
            fault += 0.0 if may_fall else manners.leading_tone
    return fault


@lru_cache(maxsize=8192)
def _duties(before: str, after: str) -> Duties:
    chord, goal = Chord.parse(before), Chord.parse(after)
    if chord.root is None or goal.root is None or chord.root == goal.root:
        return Duties()
    rise = (goal.root - chord.root) % 12
    leading = None
    if chord.quality in _MAJOR_LIKE and (rise == 5 or (rise in (1, 2) and chord.quality in _SEVENTHS)):
        leading = chord.third
    elif chord.quality in _DIMINISHED and rise == 1:
        leading = chord.root
    if leading is None or (leading + 1) % 12 not in goal.pitch_classes:
        return Duties(chord.seventh)
    return Duties(chord.seventh, leading, (goal.root + 7) % 12)
