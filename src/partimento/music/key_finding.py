"""Which key a list of chords is in: 24 profiles, one sum each. The numbers are `key_profile`'s; `chord` reads."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from partimento.core.errors import BadInput
from partimento.music import key_profile as profile
from partimento.music.chord import Chord
from partimento.music.key import Key, Mode, usual_keys
from partimento.music.pitch import pitch_class

_GROUPS: Final = {
    "maj": 0, "maj7": 0, "6": 0, "aug": 0, "7": 1, "aug7": 1, "sus7": 1, "min": 2, "min7": 2, "min6": 2, "minmaj7": 2,
    "hdim7": 3, "dim": 4, "dim7": 4, "5": 5, "sus": 5,
}  # fmt: skip
_TABLES: Final[dict[Mode, tuple[profile.Table, profile.Table, profile.Table, profile.Table]]] = {
    "major": (profile.MAJOR_BODY, profile.MAJOR_FIRST, profile.MAJOR_LAST, profile.MAJOR_RESOLVED),
    "minor": (profile.MINOR_BODY, profile.MINOR_FIRST, profile.MINOR_LAST, profile.MINOR_RESOLVED),
}
_DOMINANT: Final = 1


def find_key(symbols: Sequence[str | Chord]) -> str:
    """The key of a list of chords: find_key(["Dm7", "G7", "Cmaj7"]) is "C"; minor keys read "Am".

    Raises ChordSyntaxError, and BadInput where no chord is left to go by.
    """
    return key_of([chord if isinstance(chord, Chord) else Chord.parse(chord) for chord in symbols]).symbol


def key_of(chords: Sequence[Chord]) -> Key:
    """The key of read chords, its tonic spelled as the chords are. Raises BadInput where there is no chord to go by."""
    path: list[tuple[int, int]] = []
    for chord in chords:
        if chord.root is not None and chord.quality is not None:
            step = (chord.root, _GROUPS[chord.quality])
            if not path or path[-1] != step:
                path.append(step)
    if not path:
        raise BadInput("cannot find the key", why="there is no chord to go by", mend="give at least one chord symbol")
    best = max(((mode, pc) for mode in _TABLES for pc in range(12)), key=lambda home: _score(path, *home))
    return _spelled(*best, chords)


def _score(path: list[tuple[int, int]], mode: Mode, tonic: int) -> float:
    body, first, last, resolved = _TABLES[mode]
    relative = [((root - tonic) % 12, group) for root, group in path]
    score = sum(body[step][group] for step, group in relative)
    for (step, group), (goal, goal_group) in pairwise(relative):
        if group == _DOMINANT and (goal - step) % 12 == 5:
            score += resolved[goal][goal_group]
    opening, closing = relative[0], relative[-1]
    return score / len(path) + first[opening[0]][opening[1]] + last[closing[0]][closing[1]]


def _spelled(mode: Mode, tonic: int, chords: Sequence[Chord]) -> Key:
    """The usual key on a pitch class, or its twin with at most six accidentals where the chords are spelled so."""
    usual = usual_keys(mode)[tonic]
    roots = [chord.root_fifths for chord in chords if chord.root_fifths is not None]
    centre = sum(roots) / len(roots)
    twins = [usual, *(usual.transposed(step) for step in (-12, 12))]
    practical = [twin for twin in twins if pitch_class(twin.tonic) == tonic and abs(_accidentals(twin)) <= 6]
    return min(practical, key=lambda twin: abs(_accidentals(twin) + 2 - centre))


def _accidentals(key: Key) -> int:
    return key.scale[3] + 1 if key.mode == "major" else key.scale[5] + 1
