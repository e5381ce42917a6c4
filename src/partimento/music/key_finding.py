"""Which key a list of chords is in: its traces of harmony, weighed. The weights are `key_profile`'s; `chord` reads.

Changes of key on the way are `modulation`'s. docs/reference/key-finding.md says how good it is, and where it errs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from partimento.core.errors import BadInput
from partimento.music.chord import Chord
from partimento.music.key import Key, Mode, usual_keys
from partimento.music.key_profile import HOMES, Trace, tally
from partimento.music.pitch import pitch_class

_GROUPS: Final = {
    "maj": "major", "maj7": "major", "6": "major", "aug": "major", "7": "dominant", "aug7": "dominant",
    "sus7": "dominant", "min": "minor", "min7": "minor seventh", "min6": "minor", "minmaj7": "minor", "hdim7": "half",
    "dim": "diminished", "dim7": "diminished", "5": "open", "sus": "open",
}  # fmt: skip
_FAMILIES: Final = {"open": "major", "half": "minor", "minor seventh": "minor seventh"}
_GOALS: Final = ("major", "minor", "open", "minor seventh")
_FOURTH_UP: Final = 5


def find_key(symbols: Sequence[str | Chord]) -> str:
    """The key of a list of chords: find_key(["Dm7", "G7", "Cmaj7"]) is "C"; minor keys read "Am".

    Raises ChordSyntaxError, and BadInput where no chord is left to go by.
    """
    return key_of([chord if isinstance(chord, Chord) else Chord.parse(chord) for chord in symbols]).symbol


def key_of(chords: Sequence[Chord]) -> Key:
    """The key of read chords, its tonic spelled as the chords are. Raises BadInput where there is no chord to go by."""
    scores = tally(traces(chords))
    mode, pc = HOMES[max(range(len(HOMES)), key=scores.__getitem__)]
    return spelled(mode, pc, chords)


def traces(chords: Sequence[Chord]) -> dict[Trace, float]:
    """All that speaks for a key, by kind and pitch class; chords, moves and notes as shares of the list.

    Chords and moves count once a change, held chords and notes as often as they are written. The first and the last
    chord count, and the first and the last one a dominant falls to: where the music settles, and not in a turnaround.
    Raises BadInput where no chord sounds.
    """
    steps = [(chord.root, _GROUPS[chord.quality]) for chord in chords if chord.root is not None and chord.quality]
    if not steps:
        raise BadInput("cannot find the key", why="there is no chord to go by", mend="give at least one chord symbol")
    path = [step for place, step in enumerate(steps) if not place or steps[place - 1] != step]
    found: dict[Trace, float] = defaultdict(float)
    for root, group in path:
        found[f"chord {group}", root] += 1 / len(path)
    for before, after in pairwise(path):
        found[move(before, after)] += 1 / (len(path) - 1)
    for root, group in steps:
        found[f"held {group}", root] += 1 / len(steps)
    for chord in chords:
        for pc in chord.pitch_classes:
            found["note", pc] += 1 / len(steps)
    for place, (root, group) in (("first", path[0]), ("last", path[-1])):
        found[f"{place} {group}", root] += 1
    goals = [after for before, after in pairwise(path) if _settles(before, after)]
    for place, (root, group) in (("first goal", goals[0]), ("last goal", goals[-1])) if goals else ():
        found[f"{place} {group}", root] += 1
    return found


def step_of(chord: Chord) -> tuple[int, str] | None:
    """A chord as the profile knows it, root and group of qualities; None for no chord."""
    return None if chord.root is None or chord.quality is None else (chord.root, _GROUPS[chord.quality])


def move(before: tuple[int, str], after: tuple[int, str]) -> Trace:
    """The trace of one chord going to another: families of both, semitones between, on the second's root."""
    (start, group), (goal, goal_group) = before, after
    first, second = _FAMILIES.get(group, group), _FAMILIES.get(goal_group, goal_group)
    return f"move {first} {(goal - start) % 12} {second}", goal


def _settles(before: tuple[int, str], after: tuple[int, str]) -> bool:
    (start, group), (goal, goal_group) = before, after
    return group == "dominant" and goal_group in _GOALS and (goal - start) % 12 == _FOURTH_UP


def spelled(mode: Mode, tonic: int, chords: Sequence[Chord]) -> Key:
    """The usual key on a pitch class, or its twin with at most six accidentals where the chords are spelled so."""
    usual = usual_keys(mode)[tonic]
    roots = [chord.root_fifths for chord in chords if chord.root_fifths is not None]
    centre = sum(roots) / len(roots)
    twins = [usual, *(usual.transposed(step) for step in (-12, 12))]
    practical = [twin for twin in twins if pitch_class(twin.tonic) == tonic and abs(_accidentals(twin)) <= 6]
    return min(practical, key=lambda twin: abs(_accidentals(twin) + 2 - centre))


def _accidentals(key: Key) -> int:
    return key.scale[3] + 1 if key.mode == "major" else key.scale[5] + 1
