"""Where a progression changes key, and how: regions by an exact search over 24 keys, and what each change turns on.

The key of the moment is weighed by `key_profile`; which key the whole is in is `key_finding`'s. A change of key must
pay for itself, and a new key have its dominant: an applied dominant and its goal alone are a colour of the old one.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final, Literal

from msgspec import Struct

from partimento.music.chord import Chord
from partimento.music.key import Key
from partimento.music.key_finding import key_of, move, spelled, step_of
from partimento.music.key_profile import HOMES, moment_votes
from partimento.music.pitch import fifths, name, pitch_class
from partimento.music.roman import is_diatonic, numeral, usual_root

ModulationKind = Literal["pivot chord", "common tone", "direct", "chromatic"]

# In log odds. Leaving a key, and what each sharp or flat between the signatures adds; each chord's leaning to the home
# key; how much a chord written again counts. Chosen on When in Rome (docs/reference/key-finding.md).
LEAVING: Final = 4.0
FARTHER: Final = 0.5
HOMEWARD: Final = 0.4
AGAIN: Final = 0.5

_DOMINANT: Final = ("maj", "7", "aug", "aug7", "sus7")
_SEVENTH: Final = ("7", "aug7")
_LEADING: Final = ("dim", "dim7", "hdim7")
_STATES: Final = tuple(range(len(HOMES)))
# The place of each key's signature on the circle of fifths, and the two keys at each place.
_SIGNATURE: Final = tuple((pc + (3 if mode == "minor" else 0)) * 7 % 12 for mode, pc in HOMES)
_SHARING: Final = tuple(tuple(at for at in _STATES if _SIGNATURE[at] == place) for place in range(12))


class KeyRegion(Struct, frozen=True):
    """Chords in one key: from `start` up to and without `end`, counted from 0."""

    key: Key
    start: int
    end: int


class Modulation(Struct, frozen=True):
    """A change of key at the chord `at`. `pivot` is the place of a chord both keys share, with its numeral in each."""

    at: int
    before: Key
    after: Key
    pivot: int | None
    pivot_before: str
    pivot_after: str
    kind: ModulationKind
    sentence: str


def key_regions(chords: Sequence[Chord], home: Key | None = None) -> tuple[KeyRegion, ...]:
    """The keys a progression goes through, covering all its chords; () for no chord.

    `home` is the key at the start, found where it is not given. Raises BadInput where there is no chord to go by.
    """
    if not chords:
        return ()
    first = key_of(chords) if home is None else home
    states = _search(_evidence(chords, first), _state_of(first))
    starts = [at for at in range(len(chords)) if not at or states[at] != states[at - 1]]
    keys = [_key_there(states[at], first, chords[at:end]) for at, end in pairwise([*starts, len(chords)])]
    for place in range(1, len(starts)):
        old, new = keys[place - 1], keys[place]
        while starts[place] - 1 > starts[place - 1] and _belongs_after(chords, starts[place] - 1, old, new):
            starts[place] -= 1
    spans = pairwise([*starts, len(chords)])
    return _confirmed(chords, [KeyRegion(key, *span) for key, span in zip(keys, spans, strict=True)], first)


def _confirmed(chords: Sequence[Chord], regions: Sequence[KeyRegion], home: Key) -> tuple[KeyRegion, ...]:
    """The regions but for those that are not home and never hear their dominant: they stay in the key before.

    It must be strange to that key or fall to the new tonic, also where it does so as the region ends.
    """
    kept = [regions[0]]
    for region in regions[1:]:
        old, new = kept[-1].key, region.key
        heard = chords[region.start : region.end + 1]
        cadences = (_is_dominant(one, new) and goal.root == new.pc for one, goal in pairwise(heard))
        clear = (_is_dominant(one, new) and not _own(one, old) for one in heard)
        if new != old and (new == home or any(clear) or any(cadences)):
            kept.append(region)
        else:
            kept[-1] = KeyRegion(old, kept[-1].start, region.end)
    return tuple(kept)


def _state_of(key: Key) -> int:
    return HOMES.index(("minor" if key.is_minor else "major", key.pc))


def _evidence(chords: Sequence[Chord], home: Key) -> list[list[float]]:
    """What each chord, and the move to it, says for each of the 24 keys; a modal home takes what its scale is told."""
    own = _state_of(home)
    major = next(at for at in _STATES if _SIGNATURE[at] == home.signature % 12 and HOMES[at][0] == "major")
    modal = home.mode not in ("major", "minor")
    said: list[list[float]] = []
    before = None
    for chord in chords:
        step = step_of(chord)
        if step is None:
            said.append([0.0] * len(HOMES))
            continue
        held = before in (None, step)
        by_chord = f"chord {step[1]}"
        votes = moment_votes(by_chord if before is None or held else move(before, step)[0], by_chord, step[0])
        said.append([AGAIN * vote for vote in votes] if step == before else list(votes))
        if modal:
            said[-1][own] = max(said[-1][own], said[-1][major])
        before = step
    return said


def _search(said: list[list[float]], home: int) -> list[int]:
    """The sequence of keys with the most evidence less the cost of its changes (Viterbi); it starts from home."""
    best = [0.0 if at == home else -_distance(home, at) for at in _STATES]
    back: list[list[int]] = []
    for place, votes in enumerate(said):
        came = list(_STATES)
        if place:
            entered = _entered(best)
            for at in _STATES:
                gain, source = entered[_SIGNATURE[at]]
                if gain - LEAVING > best[at]:
                    best[at], came[at] = gain - LEAVING, source
        back.append(came)
        best = [total + vote for total, vote in zip(best, votes, strict=True)]
        best[home] += HOMEWARD
    states = [max(_STATES, key=best.__getitem__)]
    for came in reversed(back[1:]):
        states.append(came[states[-1]])
    return states[::-1]


def _entered(best: Sequence[float]) -> list[tuple[float, int]]:
    """For each signature the best key to come from, and its score less the way round the circle of fifths."""
    reached = [max((best[at], at) for at in keys) for keys in _SHARING]
    for way in (1, -1):
        for turn in range(24):
            place = way * turn % 12
            gain, source = reached[(place - way) % 12]
            if gain - FARTHER > reached[place][0]:
                reached[place] = gain - FARTHER, source
    return reached


def _distance(home: int, at: int) -> float:
    apart = (_SIGNATURE[home] - _SIGNATURE[at]) % 12
    return LEAVING + FARTHER * min(apart, 12 - apart)


def _key_there(state: int, home: Key, chords: Sequence[Chord]) -> Key:
    mode, pc = HOMES[state]
    if pc == home.pc and (mode == "minor") == home.is_minor:
        return home
    sounding = [chord for chord in chords if chord.root is not None]
    return spelled(mode, pc, sounding) if sounding else home


def _belongs_after(chords: Sequence[Chord], at: int, before: Key, after: Key) -> bool:
    """Whether the last chord of a region is strange there, and is the next key's own or the dominant that leads in."""
    chord, goal = chords[at], chords[at + 1]
    if chord.root is None or goal.root is None or _own(chord, before):
        return False
    return _own(chord, after) or (chord.quality in _SEVENTH and (goal.root - chord.root) % 12 == 5)


def modulations(chords: Sequence[Chord], regions: Sequence[KeyRegion]) -> tuple[Modulation, ...]:
    """How each region of `key_regions` gives way to the next.

    By a pivot chord: the last one diatonic to both keys before the new key's first clear dominant. Else, where the old
    key has just closed with a full cadence, direct; into the new tonic by a note held over, common tone; by a chord
    that alters a note of the last one (C to C#), chromatic; and direct in all other cases.
    """
    return tuple(_modulation(chords, old, new) for old, new in pairwise(regions))


def _modulation(chords: Sequence[Chord], old: KeyRegion, new: KeyRegion) -> Modulation:
    at, before, after = new.start, old.key, new.key
    pivot = _pivot(chords, old, new)
    if pivot is not None:
        names = numeral(chords[pivot], before), numeral(chords[pivot], after)
        kind: ModulationKind = "pivot chord"
        how = f"through {chords[pivot].symbol}, which is {names[0]} in the old key and {names[1]} in the new"
    else:
        names = "", ""
        kind, how = _without_pivot(chords, at, before, after)
    sentence = f"The music goes from {_called(before)} to {_called(after)} {how}."
    return Modulation(at, before, after, pivot, *names, kind, sentence)


def _pivot(chords: Sequence[Chord], old: KeyRegion, new: KeyRegion) -> int | None:
    """Sought from the new key's first clear dominant back to the last chord of the old key."""
    places = range(new.start, new.end)
    clear = (at for at in places if _is_dominant(chords[at], new.key) and not _own(chords[at], old.key))
    dominant = next(clear, new.start)
    for at in range(dominant - 1, max(old.start, new.start - 1) - 1, -1):
        if _own(chords[at], old.key) and _own(chords[at], new.key):
            return at
    return None


def _own(chord: Chord, key: Key) -> bool:
    """Whether a chord is diatonic to the key, however its root is spelled."""
    if chord.root_fifths is None:
        return False
    root = usual_root(key, chord.root_fifths, chord.quality in _LEADING)
    return is_diatonic(chord.respelled(root), key)


def _is_dominant(chord: Chord, key: Key) -> bool:
    """Whether a chord is V or vii of the key."""
    if chord.root is None:
        return False
    above = (chord.root - key.pc) % 12
    return (above == 7 and chord.quality in _DOMINANT) or (above == 11 and chord.quality in _LEADING)


def _without_pivot(chords: Sequence[Chord], at: int, before: Key, after: Key) -> tuple[ModulationKind, str]:
    last, first = chords[at - 1], chords[at]
    if _closed(chords, at, before):
        return "direct", f"at {first.symbol}, straight after a close in {_called(before)}"
    if first.root == after.pc:
        shared = [note for note in last.notes if pitch_class(fifths(note)) in first.pitch_classes]
        if shared:
            held = " and ".join(shared[:2])
            return "common tone", f"at {first.symbol}: {held} {'is' if len(shared) == 1 else 'are'} held over"
        return "direct", f"at {first.symbol}, with no chord that belongs to both"
    altered = [(old, new) for old in last.notes for new in first.notes if old[0] == new[0] and old != new]
    if altered:
        return "chromatic", f"at {first.symbol}: {altered[0][0]} becomes {altered[0][1]}"
    return "direct", f"at {first.symbol}, with no chord that belongs to both"


def _closed(chords: Sequence[Chord], at: int, key: Key) -> bool:
    """Whether the two chords before `at` are a dominant of the key and its tonic."""
    if at < 2:
        return False
    dominant, tonic = chords[at - 2], chords[at - 1]
    return tonic.root == key.pc and _is_dominant(dominant, key)


def _called(key: Key) -> str:
    return f"{name(key.tonic)} {key.mode}"
