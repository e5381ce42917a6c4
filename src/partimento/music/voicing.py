"""Voicings: the grips in which two hands can play one chord, by kind, within reach. Leaves choosing to `leading`.

Every grip holds only tones of its chord, with its third (or what suspends it) and seventh (or sixth), the bass lowest
where the kind has one; a hand takes at most five notes and sixteen semitones, the hands do not cross, and no interval
lies lower than it sounds clear.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from itertools import pairwise
from typing import Final, Literal, get_args

from msgspec import Struct

from partimento.core.errors import UnknownName
from partimento.music.chord import Chord

Kind = Literal["shell", "rootless", "close", "drop2", "spread", "gospel", "quartal", "comping", "block"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)

MOST_NOTES: Final = 5
WIDEST: Final = 16
LOWEST, HIGHEST = 28, 84
_KEPT: Final = 12

# The lowest MIDI number of the lower note at which an interval still sounds clear; wider ones are free.
_CLEAR_FROM: Final = (0, 52, 50, 47, 45, 43, 43, 34, 41, 40, 39, 39, 0, 40, 36)


class Grip(Struct, frozen=True):
    """Where the two hands lie (MIDI numbers, low to high). `strain`: how far from comfortable it is by itself."""

    left: tuple[int, ...]
    right: tuple[int, ...]
    strain: float = 0.0

    @property
    def notes(self) -> tuple[int, ...]:
        """All notes from the lowest to the highest."""
        return self.left + self.right


class _Tones(Struct, frozen=True):
    """A chord's pitch classes by what they do. `colours` in order of how much they say; empty sevenths are None."""

    root: int
    bass: int
    third: int | None
    fifth: int | None
    seventh: int | None
    colours: tuple[int, ...]

    @property
    def guides(self) -> tuple[int, ...]:
        return tuple(tone for tone in (self.third, self.seventh) if tone is not None)

    def upper(self, size: int, *, root: bool = True) -> tuple[int, ...]:
        """So many tones at most: the guide tones, then colours, the fifth, and (unless left out) the root."""
        wanted = [*self.guides, *self.colours]
        if self.fifth is not None:
            wanted.append(self.fifth)
        if root:
            wanted.append(self.root)
        return tuple(dict.fromkeys(wanted))[:size]


_THIRDS: Final = ("3", "b3", "4", "2")
_SEVENTHS: Final = ("7", "b7", "bb7", "6", "b6")
_FIFTHS: Final = ("5", "b5", "#5")
_COLOURS: Final = ("13", "b13", "#11", "11", "9", "b9", "#9", "2", "4", "6")


def voicings(chord: Chord, kind: Kind) -> tuple[Grip, ...]:
    """The grips of a chord in one kind, the most comfortable first; one silent grip for "N.C.". Raises UnknownName.

    shell: bass, third, seventh · rootless: the left hand's A (third lowest) and B (seventh lowest) forms · close: all
    in an octave, right hand · drop2: close, its second voice from above an octave lower · spread: bass with fifth,
    seventh or tenth, the rest in the right · gospel: the bass in octaves under a right-hand structure · quartal:
    stacked fourths · comping: bass and a rootless form · block: bass and a close form.
    """
    return grips(chord.symbol, kind)


@lru_cache(maxsize=8192)
def grips(symbol: str, kind: Kind) -> tuple[Grip, ...]:
    """`voicings` by symbol."""
    chord = Chord.parse(symbol)
    build = _BUILDERS.get(kind)
    if build is None:
        raise UnknownName("voicing", kind, KINDS)
    tones = _tones(chord)
    if tones is None:
        return (Grip((), ()),)
    found = {(left, right) for left, right in build(tones) if is_playable(left, right)}
    found = {hands for hands in found if _says_the_chord(hands, tones)} or found
    if not found:
        found = {hands for hands in _block(tones) if is_playable(*hands)}
    ranked = sorted((Grip(left, right, _strain(left, right, kind)) for left, right in found), key=_order)
    return tuple(ranked[:_KEPT])


def is_playable(left: tuple[int, ...], right: tuple[int, ...]) -> bool:
    """Whether two hands can play it, without crossing and without mud."""
    for hand in (left, right):
        if len(hand) > MOST_NOTES or (hand and hand[-1] - hand[0] > WIDEST):
            return False
    notes = left + right
    if not notes or notes[0] < LOWEST or notes[-1] > HIGHEST:
        return False
    return all(low < high and (high - low > 14 or low >= _CLEAR_FROM[high - low]) for low, high in pairwise(notes))


def _tones(chord: Chord) -> _Tones | None:
    if chord.root is None or chord.bass is None:
        return None
    at = {label: (chord.root + step) % 12 for label, step in zip(chord.degrees, chord.intervals, strict=True)}
    third = next((label for label in _THIRDS if label in at), None)
    seventh = next((label for label in _SEVENTHS if label in at), None)
    fifth = next((label for label in _FIFTHS if label in at), None)
    colours: list[str] = [label for label in _COLOURS if label in at and label not in (third, seventh)]
    if fifth in ("b5", "#5"):
        colours.insert(0, fifth)
    return _Tones(
        root=chord.root,
        bass=chord.bass,
        third=None if third is None else at[third],
        fifth=None if fifth is None else at[fifth],
        seventh=None if seventh is None else at[seventh],
        colours=tuple(at[label] for label in colours),
    )


_Hands = tuple[tuple[int, ...], tuple[int, ...]]


def _says_the_chord(hands: _Hands, tones: _Tones) -> bool:
    sounding = {note % 12 for note in hands[0] + hands[1]}
    return all(tone in sounding for tone in tones.guides)


def _at(pc: int, low: int, high: int) -> range:
    """Every place of a pitch class from low to high."""
    return range(low + (pc - low) % 12, high + 1, 12)


def _stacked(pcs: Iterable[int], bottom: int) -> tuple[int, ...]:
    """The pitch classes in their order, each as near above the one before as it can be, from `bottom` up."""
    notes = [bottom]
    for pc in list(pcs)[1:]:
        notes.append(notes[-1] + ((pc - notes[-1]) % 12 or 12))
    return tuple(notes)


def _turned(pcs: Iterable[int], low: int, high: int) -> Iterator[tuple[int, ...]]:
    """Every inversion in close position, from low to high."""
    ring = sorted(set(pcs))
    for place in range(len(ring)):
        order = ring[place:] + ring[:place]
        for bottom in _at(order[0], low, high):
            notes = _stacked(order, bottom)
            if notes[-1] <= high:
                yield notes


def _beyond_bass(tones: _Tones, pcs: tuple[int, ...]) -> tuple[int, ...]:
    """The tones left for the right hand when the bass has taken its own; all of them where too little is left."""
    rest = tuple(pc for pc in pcs if pc != tones.bass)
    return rest if len(rest) >= 2 else pcs


def _shell(tones: _Tones) -> Iterator[_Hands]:
    """Bass, third and seventh; the fifth where there is no seventh, the root too where another note is in the bass."""
    pcs = tones.guides
    if tones.seventh is None and tones.fifth is not None:
        pcs = (*pcs, tones.fifth)
    if tones.bass != tones.root and (tones.seventh is None or tones.bass in pcs):
        pcs = (*pcs, tones.root)
    rest = tuple(pc for pc in dict.fromkeys(pcs) if pc != tones.bass) or (tones.root,)
    for bass in _at(tones.bass, 36, 52):
        for right in _turned(rest, 52, 74):
            yield (bass,), right
            if len(right) == 2 and right[0] - bass <= WIDEST:
                yield (bass, right[0]), right[1:]


def _rootless_forms(tones: _Tones) -> Iterator[tuple[int, ...]]:
    """The A and B forms as pitch classes from below; the thirteenth or an alteration takes the fifth's place."""
    if tones.third is None or tones.seventh is None:
        return
    rest = [pc for pc in tones.colours if pc != tones.root]
    ninths = [pc for pc in rest if (pc - tones.root) % 12 in (1, 2, 3)]
    middles = [pc for pc in rest if pc not in ninths]
    if tones.fifth is not None:
        middles.append(tones.fifth)
    middle, ninth = middles[:1], ninths[:1]
    yield (tones.third, *middle, tones.seventh, *ninth)
    yield (tones.seventh, *ninth, tones.third, *middle)


def _rootless(tones: _Tones) -> Iterator[_Hands]:
    slash = [()] if tones.bass == tones.root else [(bass,) for bass in _at(tones.bass, 40, 52)]
    for form in _rootless_forms(tones):
        for bottom in _at(form[0], 46, 64):
            grip = _stacked(form, bottom)
            if grip[-1] <= 76:
                yield from ((below, grip) if below else (grip, ()) for below in slash)
    if tones.third is None or tones.seventh is None:
        yield from _close(tones)


def _comping(tones: _Tones) -> Iterator[_Hands]:
    for form in _rootless_forms(tones):
        for bottom in _at(form[0], 50, 67):
            grip = _stacked(form, bottom)
            if grip[-1] <= 78:
                yield from (((bass,), grip) for bass in _at(tones.bass, 33, 48))
    if tones.third is None or tones.seventh is None:
        yield from _block(tones)


def _close(tones: _Tones) -> Iterator[_Hands]:
    basses: list[tuple[int, ...]] = [()]
    if tones.bass != tones.root:
        basses = [(bass,) for bass in _at(tones.bass, 40, 54)]
    for right in _turned(tones.upper(4), 52, 79):
        yield from ((bass, right) for bass in basses)


def _block(tones: _Tones) -> Iterator[_Hands]:
    pcs = tones.upper(3) if tones.seventh is None else tones.upper(4, root=False)
    rest = _beyond_bass(tones, pcs) if tones.bass != tones.root else pcs
    for right in _turned(rest, 53, 78):
        yield from (((bass,), right) for bass in _at(tones.bass, 33, 48))


def _drop2(tones: _Tones) -> Iterator[_Hands]:
    pcs = tones.upper(4)
    for close in _turned(pcs, 50, 82):
        four = (*close, close[0] + 12) if len(close) == 3 else close
        if len(four) != 4:
            continue
        low, below, dropped, top = four
        notes = (dropped - 12, low, below, top)
        if tones.bass == tones.root:
            yield notes[:2], notes[2:]
            continue
        for bass in _at(tones.bass, 36, 52):
            yield (bass, *notes[:1]), notes[1:]


def _spread(tones: _Tones) -> Iterator[_Hands]:
    pcs = tones.upper(4 if tones.seventh is not None else 3)
    seconds = [pc for pc in (tones.fifth, tones.seventh, tones.third) if pc is not None and pc != tones.bass]
    for bass in _at(tones.bass, 34, 50):
        for second in seconds:
            above = bass + (second - bass) % 12
            above += 12 if second == tones.third and above - bass < 12 else 0
            rest = [pc for pc in pcs if pc not in (second, tones.bass)]
            if len(rest) < 2:
                rest = [pc for pc in pcs if pc != tones.bass]
            yield from (((bass, above), right) for right in _turned(rest, max(above + 1, 55), 79))


def _gospel(tones: _Tones) -> Iterator[_Hands]:
    big = len(tones.colours) > 1
    pcs = tones.upper(3) if tones.seventh is None else tones.upper(4 if big or tones.colours else 3, root=False)
    rest = _beyond_bass(tones, pcs) if tones.bass != tones.root else pcs
    for bass in _at(tones.bass, 29, 44):
        lefts: list[tuple[int, ...]] = [(bass, bass + 12)]
        if tones.fifth is not None and (tones.fifth - tones.bass) % 12 == 7:
            lefts.append((bass, bass + 7, bass + 12))
        for left in lefts:
            yield from ((left, right) for right in _turned(rest, max(bass + 13, 53), 78))


def _quartal(tones: _Tones) -> Iterator[_Hands]:
    everything = {tones.root, *tones.upper(7)}
    for start in everything:
        chain = [start]
        while len(chain) < 5:
            step = next((s for s in (5, 6, 4) if (chain[-1] + s) % 12 in everything - set(chain)), None)
            if step is None or (step == 4 and len(chain) < 3):
                break
            chain.append((chain[-1] + step) % 12)
        if len(chain) < 4:
            continue
        for bottom in _at(start, 43, 60):
            notes = _stacked(chain, bottom)
            if tones.bass == tones.root:
                yield notes[:2], notes[2:]
            yield from (((bass,), notes) for bass in _at(tones.bass, 34, 46))
    yield from _spread(tones)


_BUILDERS: Final[dict[str, Callable[[_Tones], Iterator[_Hands]]]] = {
    "shell": _shell, "rootless": _rootless, "close": _close, "drop2": _drop2, "spread": _spread, "gospel": _gospel,
    "quartal": _quartal, "comping": _comping, "block": _block,
}  # fmt: skip

# The middle of the register each kind sounds best in, as the mean of its upper notes.
_CENTRE: Final = {"rootless": 57.0, "close": 65.0, "drop2": 62.0, "shell": 60.0}


def _strain(left: tuple[int, ...], right: tuple[int, ...], kind: Kind) -> float:
    """Semitones off the kind's centre (a third counted), a gap over an octave between the hands, seconds that rub."""
    upper = right or left
    strain = abs(sum(upper) / len(upper) - _CENTRE.get(kind, 64.5)) / 3
    if left and right:
        strain += max(0, right[0] - left[-1] - 12) / 4
        strain += abs(left[0] - 41) / 6 if kind != "drop2" else 0
    strain += sum(0.75 for low, high in pairwise(upper) if high - low == 1)
    if kind == "quartal":
        strain += sum(1.5 for low, high in pairwise(left + right) if high - low not in (5, 6, 4))
    return round(strain, 3)


def _order(grip: Grip) -> tuple[float, tuple[int, ...]]:
    return grip.strain, grip.notes
