"""Notes and a key as the numeral of score analysis: D F A C over D in C is "ii7". Leaves reading numerals to `figured`.

Writes the DCML standard: figures without strokes, "%" for half-diminished, "M" for a major seventh, "#viio" for the
leading tone's chord in minor. Without context the most usual reading of a chord is given: A C# E in C is V/ii.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from partimento.core.errors import NumeralSyntaxError
from partimento.music.key import Key
from partimento.music.pitch import fifths
from partimento.music.roman import ROMANS, SEVENTH_FIGURES, TRIAD_FIGURES

# third, fifth and seventh above the root on the line of fifths → kind; None where a chord has none
_KINDS: Final[dict[tuple[int | None, int | None, int | None], str]] = {
    (4, 1, None): "M", (-3, 1, None): "m", (-3, -6, None): "o", (4, 8, None): "+", (4, 1, -2): "7", (4, 1, 5): "M7",
    (-3, 1, -2): "m7", (-3, -6, -2): "%7", (-3, -6, -9): "o7", (4, 8, -2): "+7", (4, 8, 5): "+M7", (-3, 1, 5): "mM7",
    (4, None, None): "M", (-3, None, None): "m", (4, None, -2): "7", (-3, None, -2): "m7", (4, None, 5): "M7",
    (-3, None, -9): "o7", (4, -6, -2): "7b5",
}  # fmt: skip
_SIGN: Final = {"M": "", "m": "", "o": "o", "+": "+", "7": "", "M7": "M", "m7": "", "%7": "%", "o7": "o", "+7": "+",
                "+M7": "+M", "mM7": "M", "7b5": ""}  # fmt: skip
_LOWER: Final = frozenset({"m", "o", "m7", "%7", "o7", "mM7"})

# Augmented sixths by their notes above the tonic, with the member each figure has in the bass.
_SIXTHS: Final = {
    frozenset({-4, 0, 6}): ("It", {-4: "6", 0: "64", 6: ""}),
    frozenset({-4, 0, -3, 6}): ("Ger", {-4: "6", 0: "43", -3: "2", 6: "7"}),
    frozenset({-4, 0, 2, 6}): ("Fr", {-4: "6", 0: "2", 2: "7", 6: "65"}),
}
# (is minor, kind) → places (root above the tonic on the line of fifths) where the chord belongs to the key itself,
# diatonic or by custom (bII, bVI, iv of major); elsewhere it is read as the dominant or leading-tone chord of a step.
_HOME: Final[dict[tuple[bool, str], frozenset[int]]] = {
    (False, "M"): frozenset({0, -1, 1, -3, -4, -5}),
    (True, "M"): frozenset({-3, -4, -2, 1, -1, 0, -5}),
    (False, "7"): frozenset({1}),
    (True, "7"): frozenset({1}),
    (False, "o"): frozenset({5, 2, 3}),
    (True, "o"): frozenset({5, 2, 3, 1}),
    (False, "%7"): frozenset({5, 2, 3}),
    (True, "%7"): frozenset({2, 3}),
    (False, "o7"): frozenset({5}),
    (True, "o7"): frozenset({5}),
    (False, "+"): frozenset({1}),
    (True, "+"): frozenset({1, -3}),
    (False, "+7"): frozenset({1}),
    (True, "+7"): frozenset({1}),
}
_DOMINANT: Final = frozenset({"M", "7", "+", "+7", "7b5"})
_LEADING: Final = frozenset({"o", "o7", "%7"})


def name_numeral(notes: Sequence[str], bass: str, key: str, root: str | None = None) -> str:
    """The numeral of a chord: name_numeral(["D", "F", "A", "C"], bass="D", key="C") is "ii7".

    `notes` are spelled names in any order; without `root` it is found by stacking thirds. Keys as in `realize_numeral`.
    Raises NumeralSyntaxError for notes that stack to no chord, PitchSyntaxError, KeySyntaxError.
    """
    home = Key.parse(key)
    tones = {fifths(note) for note in notes} | {fifths(bass)}
    low = fifths(bass)
    sixth = _augmented_sixth(home, tones, low)
    if sixth:
        return sixth
    base = _root(tones, low) if root is None else fifths(root)
    stack = (base, *(_member(tones, base, steps) for steps in (2, 4, 6)))
    intervals = tuple(None if tone is None else tone - base for tone in stack)
    kind = _KINDS.get((intervals[1], intervals[2], intervals[3]))
    if kind is None or not tones <= set(stack) or low not in stack:
        raise NumeralSyntaxError(
            f"the notes {' '.join(notes)} stack to no chord",
            why="they are not a third, a fifth and a seventh above one of them",
            mend="give chord tones only, spelled in thirds (F# A C, not Gb A C)",
        )
    figures = SEVENTH_FIGURES if stack[3] is not None else TRIAD_FIGURES
    return _placed(home, base, kind, figures[stack.index(low)])


def _augmented_sixth(home: Key, tones: set[int], low: int) -> str:
    """The chord's name where it holds the augmented sixth b6–#4 of the key or, failing that, of one of its steps."""
    if max(tones) - min(tones) != 10:
        return ""
    goal = min(tones) + 4
    found = _SIXTHS.get(frozenset(tone - goal for tone in tones))
    if found is None:
        return ""
    text = found[0] + found[1][low - goal]
    if goal == home.tonic:
        return text
    step, shift = home.step_of(goal)
    roman = ROMANS[step].lower() if _target_is_minor(home, step) else ROMANS[step]
    return f"{text}/{'#' * shift if shift > 0 else 'b' * -shift}{roman}"


def _member(tones: set[int], root: int, steps: int) -> int | None:
    """The tone so many letter steps above the root, if there is one."""
    return next((tone for tone in sorted(tones) if (tone - root) * 4 % 7 == steps), None)


def _root(tones: set[int], low: int) -> int:
    """The note on which most of the others stack in thirds; of equals, the bass, then the one with a third above."""

    def fit(root: int) -> tuple[int, bool, bool]:
        stack = [_member(tones, root, steps) for steps in (0, 2, 4, 6)]
        complete = sum(tone is not None for tone in stack) if stack[1] is not None else 0
        gap = stack[2] is None and stack[3] is not None
        return complete, not gap, root == low

    return max(sorted(tones), key=fit)


def _placed(home: Key, root: int, kind: str, figures: str) -> str:
    above = root - home.tonic
    own = _HOME.get((home.is_minor, kind))
    if (kind, above, figures, home.is_minor) == ("M", 0, "6", True):
        return "V6/iv"  # a major tonic ends a minor piece on its root; with the third below it leads on
    if own is None or above in own:
        return _on_step(home, root, kind) + figures
    goal = root - 1 if kind in _DOMINANT else root - 5
    step, shift = home.step_of(goal)
    minor = _target_is_minor(home, step)
    if shift and not (kind in ("7", "o7", "+7") or (step, shift) == (1, -1)):
        return _on_step(home, root, kind) + figures
    if kind in _DOMINANT:
        applied = "V" + _SIGN[kind] + figures
    else:
        applied = ("#" if minor else "") + "vii" + _SIGN[kind] + figures
    signs = "#" * shift if shift > 0 else "b" * -shift
    roman = ROMANS[step].lower() if minor and not shift else ROMANS[step]
    return f"{applied}/{signs}{roman}"


def _target_is_minor(home: Key, step: int) -> bool:
    """The quality of the triad on a step of the key; V of minor counts as major."""
    if home.is_minor and step == 4:
        return False
    third = home.scale[(step + 2) % 7] - home.scale[step]
    return third == -3


def _on_step(home: Key, root: int, kind: str) -> str:
    step, shift = home.step_of(root)
    roman = ROMANS[step].lower() if kind in _LOWER else ROMANS[step]
    return ("#" * shift if shift > 0 else "b" * -shift) + roman + _SIGN[kind]
