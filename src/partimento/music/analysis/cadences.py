"""Where a progression closes or pauses, how, and how firmly. Leaves the sections that cadences end to `form`.

Chords alone decide what formula it is; bars, where they are known, decide whether a phrase ends there. Without bars a
formula inside the progression is told as the weaker for it, and a half cadence is only seen at the very end.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

from msgspec import Struct

from partimento.core.errors import BadInput
from partimento.music.analysis.facts import MAJOR_LIKE
from partimento.music.chord import Chord
from partimento.music.key import Key
from partimento.music.pitch import name

CadenceKind = Literal[
    "authentic", "two-five-one", "half", "phrygian half", "plagal", "minor plagal", "deceptive", "backdoor",
    "substitute", "turnaround",
]  # fmt: skip
Strength = Literal["strong", "medium", "weak"]

PHRASE: Final = 4
_PAUSES: Final = ("half", "phrygian half", "turnaround")
_DOMINANT: Final = ("7", "aug7", "sus7", "maj", "aug")
_TWO: Final = ("min7", "hdim7", "min", "dim")
_TONIC: Final = ("maj", "maj7", "6", "min", "min7", "min6", "minmaj7", "5")


class FoundCadence(Struct, frozen=True):
    """A cadence: its chords from `start` to `at` (counted from 0; `at` is the arrival), its kind, key and strength.

    `strong` closes a phrase with both chords in root position, `medium` lacks one of the two, `weak` lacks both.
    """

    at: int
    start: int
    kind: CadenceKind
    key: str
    strength: Strength
    sentence: str


class _Stand(Struct, frozen=True):
    """Chords held or recoloured on one root, as one: where they begin, and the last of them, in the key's terms."""

    at: int
    last: int
    chord: Chord
    key: Key

    @property
    def above(self) -> int:
        return ((self.chord.root or 0) - self.key.pc) % 12

    @property
    def bass(self) -> int:
        return ((self.chord.bass or 0) - self.key.pc) % 12

    @property
    def is_dominant(self) -> bool:
        return (self.above == 7 and self.chord.quality in _DOMINANT) or (self.bass == 7 and self.above in (2, 5))

    @property
    def is_tonic(self) -> bool:
        blues = self.chord.quality == "7" and self.key.mode == "major"
        return self.above == 0 and self.bass != 7 and (self.chord.quality in _TONIC or blues)


def find_cadences(
    chords: Sequence[Chord], key: Key | Sequence[Key], bars: Sequence[int] | None = None
) -> tuple[FoundCadence, ...]:
    """The cadences of a progression in a key, or with one key a chord, in order of arrival.

    `bars` says in which bar (from 1) each chord begins; phrases are taken to be four bars. Raises BadInput where keys
    or bars are not one a chord.
    """
    keys = [key] * len(chords) if isinstance(key, Key) else list(key)
    if len(keys) != len(chords) or (bars is not None and len(bars) != len(chords)):
        raise BadInput(
            "keys and bars must be as many as the chords", why="each chord has one", mend="pass one for each chord"
        )
    stands = _stands(chords, keys)
    found: list[FoundCadence] = []
    for place, stand in enumerate(stands):
        ends = _ends_phrase(stands, place, bars)
        paused = bool(found) and place > 0 and found[-1].at == stands[place - 1].at and found[-1].kind in _PAUSES
        arrival = None if paused else _arrival(stands[max(0, place - 3) : place], stand, ends)
        if arrival is not None and arrival.kind == "plagal" and bars is not None and not ends:
            continue
        cadence = arrival or _pause(stands, place, bars)
        if cadence is not None:
            found.append(cadence)
    return tuple(found)


def _stands(chords: Sequence[Chord], keys: Sequence[Key]) -> list[_Stand]:
    stands: list[_Stand] = []
    for at, (chord, key) in enumerate(zip(chords, keys, strict=True)):
        if chord.root is None:
            continue
        if stands and stands[-1].chord.root == chord.root and stands[-1].chord.bass == chord.bass:
            stands[-1] = _Stand(stands[-1].at, at, chord, key)
        else:
            stands.append(_Stand(at, at, chord, key))
    return stands


def _ends_phrase(stands: Sequence[_Stand], place: int, bars: Sequence[int] | None) -> bool:
    """Whether a phrase closes with this chord: it is the last, fills the last bar of four, or begins the next four."""
    if place == len(stands) - 1:
        return True
    if bars is None:
        return False
    begins, goes = bars[stands[place].at], bars[stands[place + 1].at]
    fills = (goes - 1) // PHRASE > (begins - 1) // PHRASE and begins % PHRASE in (3, 0)
    return fills or begins % PHRASE == 1


def _arrival(before: Sequence[_Stand], goal: _Stand, ends: bool) -> FoundCadence | None:
    """The cadence that arrives with `goal` after the one to three chords before it."""
    if not before:
        return None
    last, second = before[-1], before[-2] if len(before) > 1 else None
    if last.key != goal.key and last.chord.quality not in _DOMINANT:
        return None
    last = _Stand(last.at, last.last, last.chord, goal.key)
    kind, first = _formula(second, last, goal)
    if kind is None:
        return None
    rooted = not last.chord.is_slash and not goal.chord.is_slash
    strength: Strength = "strong" if ends and rooted else "medium" if ends or (rooted and kind != "plagal") else "weak"
    symbols = [stand.chord.symbol for stand in (second, last, goal) if stand is not None and stand.at >= first]
    return FoundCadence(goal.at, first, kind, goal.key.symbol, strength, _told(kind, symbols, goal.key))


def _formula(second: _Stand | None, last: _Stand, goal: _Stand) -> tuple[CadenceKind | None, int]:
    if last.is_dominant:
        if goal.is_tonic:
            two = second is not None and (second.chord.root or 0) == (goal.key.pc + 2) % 12
            if two and second is not None and second.chord.quality in _TWO and last.above == 7:
                return "two-five-one", second.at
            return "authentic", last.at
        sixth = 8 if goal.key.is_minor or "3" in goal.chord.degrees else 9
        if last.above == 7 and goal.above == sixth and goal.chord.quality in _TONIC:
            return "deceptive", last.at
        return None, last.at
    if not goal.is_tonic:
        return None, last.at
    if last.above == 10 and last.chord.quality in ("7", "sus7"):
        return "backdoor", second.at if second is not None and second.above == 5 else last.at
    if last.above == 1 and last.chord.quality in ("7", "aug7") and goal.chord.quality != "7":
        return "substitute", last.at
    if last.above == 5 and last.chord.quality in _TONIC and not last.chord.is_slash:
        minor = "b3" in last.chord.degrees and not goal.key.is_minor
        return "minor plagal" if minor else "plagal", last.at
    return None, last.at


def _pause(stands: Sequence[_Stand], place: int, bars: Sequence[int] | None) -> FoundCadence | None:
    """A half cadence: a phrase that stops on the dominant. A turnaround: the last bars lead back to the top."""
    goal = stands[place]
    is_last = place == len(stands) - 1
    if goal.above != 7 or goal.chord.quality not in MAJOR_LIKE or goal.chord.is_slash or place == 0:
        return None
    closes = is_last or (
        bars is not None
        and bars[goal.last] % PHRASE == 0
        and bars[stands[place + 1].at] > bars[goal.last]
        and bars[goal.at] % PHRASE in (3, 0)
        and bars[goal.at] > bars[stands[place - 1].last]
    )
    if not closes:
        return None
    before = stands[place - 1]
    turns = place >= 3 and stands[place - 3].is_tonic and before.above in (2, 5, 8)
    if is_last and turns and stands[0].is_tonic:
        start, kind = stands[place - 3].at, "turnaround"
    else:
        phrygian = goal.key.is_minor and before.above == 5 and before.bass == 8
        start, kind = before.at, "phrygian half" if phrygian else "half"
    symbols = [stand.chord.symbol for stand in stands if start <= stand.at <= goal.at]
    strength: Strength = "strong" if is_last or bars is not None else "medium"
    told: CadenceKind = kind  # type: ignore[assignment]
    return FoundCadence(goal.at, start, told, goal.key.symbol, strength, _told(told, symbols, goal.key))


_WORDS: Final[dict[CadenceKind, str]] = {
    "authentic": "{chords}: an authentic cadence, the dominant home to {tonic}.",
    "two-five-one": "{chords}: a two-five-one, home to {tonic}.",
    "half": "{chords}: a half cadence, a pause on the dominant of {tonic}.",
    "phrygian half": "{chords}: a Phrygian half cadence, the bass falling a half step to the dominant of {tonic}.",
    "plagal": "{chords}: a plagal cadence, the fourth step home to {tonic}.",
    "minor plagal": "{chords}: a minor plagal cadence, the borrowed minor fourth step home to {tonic}.",
    "deceptive": "{chords}: a deceptive cadence, the dominant of {tonic} to {last} instead of home.",
    "backdoor": "{chords}: a backdoor cadence, home to {tonic} from a whole tone below.",
    "substitute": "{chords}: a tritone-substitute cadence, home to {tonic} from a half step above.",
    "turnaround": "{chords}: a turnaround, leading back to {tonic} at the top.",
}


def _told(kind: CadenceKind, symbols: list[str], key: Key) -> str:
    tonic = name(key.tonic) + (" minor" if key.mode == "minor" else "" if key.mode == "major" else f" {key.mode}")
    return _WORDS[kind].format(chords=" ".join(symbols), tonic=tonic, last=symbols[-1])
