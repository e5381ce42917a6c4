"""Numerals of score analysis as notes: "V65/V", "viio43", "Ger6". Leaves naming to `naming`, lead sheets to `roman`.

Reads the DCML standard and RomanText. A numeral says its quality itself (ii is minor, V7 has a minor seventh, IM7 a
major one); figures are "65" or "6/5"; brackets hold suspensions and changes counted from the root.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from msgspec import Struct

from partimento.core.errors import NumeralSyntaxError
from partimento.music.key import Key
from partimento.music.pitch import name, pitch_class
from partimento.music.roman import note_on

_FORM: Final = re.compile(
    r"""(?P<signs>[b#]*)
        (?:(?P<roman>VII|VI|IV|V|III|II|I|vii|vi|iv|v|iii|ii|i)|(?P<special>It|Fr|Ger|N|Cad))
        (?P<form>/?o|/?ø|%|\+)?
        (?P<major>M|maj|\^)?
        (?P<figures>(?:[b#]*(?:/(?=[b#]*\d))?[b#]*[1-9])*)
        (?P<late>\+)?
        (?P<changes>(?:\([^()/]*\)|\[[^\[\]/]*\])*)""",
    re.VERBOSE,
)
_RELATIVE: Final = re.compile(r"/(?=[b#]*(?:[IV]|[iv]|N))")
_SIGNS: Final = str.maketrans({"♭": "b", "♯": "#", "°": "o", "Ø": "ø", "%": "ø", "Δ": "^", "△": "^"})
_CHANGE: Final = re.compile(r"(?P<mark>[+^v-]?)(?P<signs>[b#]*)(?P<number>1[0-9]|[1-9])")
_BRACKET: Final = re.compile(r"(?P<word>no|add)?(?P<signs>[b#]*)(?P<number>1[0-3]|[1-9])")

# chord members as places on the line of fifths above the root: third, fifth, seventh
_STACKS: Final[dict[str, tuple[int, int, int]]] = {
    "M": (4, 1, -2), "m": (-3, 1, -2), "o": (-3, -6, -9), "ø": (-3, -6, -2), "+": (4, 8, -2),
}  # fmt: skip
_MAJOR_SEVENTH: Final = 5
# Augmented sixths as stacks of thirds on their lowest member, counted from the tonic: #4 b6 1 b3, and 2 #4 b6 1.
_SIXTHS: Final = {"It": (6, -4, 0), "Ger": (6, -4, 0, -3), "Fr": (2, 6, -4, 0)}
_SIXTH_ROOT_FIGURES: Final = {"It": "6", "Ger": "65", "Fr": "43"}
_INVERSIONS: Final = {
    "": 0, "5": 0, "53": 0, "3": 0, "6": 1, "63": 1, "64": 2, "7": 0, "75": 0, "753": 0, "73": 0, "65": 1, "653": 1,
    "643": 2, "43": 2, "42": 3, "2": 3, "642": 3, "9": 0, "97": 0, "975": 0, "54": 0, "4": 0, "754": 0, "742": 0,
    "7653": 0,
}  # fmt: skip
_SEVENTHS: Final = frozenset(
    {"7", "75", "753", "73", "65", "653", "643", "43", "42", "2", "642", "9", "97", "975", "754", "742", "7653"}
)


class Realized(Struct, frozen=True):
    """The notes of a numeral, spelled, from the bass up; `bass` is their first, `root` what the chord stands on."""

    notes: tuple[str, ...]
    bass: str
    root: str


class _Stack(Struct):
    """Chord members by their number above the root (1, 3, 5, 7, 9 … as fifths), the bass member and the local key."""

    members: dict[int, list[int]]
    root: int
    bass: int
    key: Key


@lru_cache(maxsize=8192)
def realize_numeral(numeral: str, key: str) -> Realized:
    """The notes a numeral means: realize_numeral("V65/V", "C").notes is ("F#", "A", "C", "D").

    Keys are upper case for major, lower case or a trailing m for minor. Raises NumeralSyntaxError, KeySyntaxError.
    """
    home = Key.parse(key)
    head, *targets = _RELATIVE.split(numeral.strip().rstrip("/").translate(_SIGNS))
    for target in reversed(targets):
        home = _local_key(target, home, numeral)
    found = _FORM.fullmatch(head)
    if found is None:
        raise _unreadable(numeral, f"{head!r} is no numeral with figures")
    figures = found["figures"].replace("/", "")
    numbers = re.sub("[b#]", "", figures)
    stack = _special(found["special"], numbers, home) if found["special"] else _plain(found, numbers, home)
    if stack is None:
        raise _unreadable(numeral, f"the figures {figures!r} name no inversion")
    _figure_changes(stack, figures)
    for change in re.findall(r"\([^()]*\)|\[[^\[\]]*\]", found["changes"]):
        read = _suspend if change[0] == "(" else _bracket
        if not read(stack, change[1:-1]):
            raise _unreadable(numeral, f"{change!r} holds no change of a chord")
    return _realized(stack)


def _local_key(target: str, home: Key, numeral: str) -> Key:
    found = _FORM.fullmatch(target)
    if found is None or found["special"] not in (None, "N") or found["changes"]:
        raise _unreadable(numeral, f"{target!r} is no step to be the tonic")
    if found["special"]:
        return Key(home.tonic - 5)
    roman = found["roman"]
    diminished = found["form"] is not None and found["form"] != "+"
    return Key(note_on(home, found["signs"], roman, diminished), "minor" if roman.islower() else "major")


def _plain(found: re.Match[str], numbers: str, key: Key) -> _Stack | None:
    written = found["form"] or found["late"] or ""
    form = "ø" if "/" in written else written  # RomanText strokes the ring through: vii/o7
    roman = found["roman"]
    root = note_on(key, found["signs"], roman, form in ("o", "ø"))
    third, fifth, seventh = _STACKS[form or ("m" if roman.islower() else "M")]
    members = {1: [root], 3: [root + third], 5: [root + fifth]}
    if numbers in _SEVENTHS or found["major"]:
        members[7] = [root + (_MAJOR_SEVENTH if found["major"] else seventh)]
    if "9" in numbers:
        members[9] = [_scale_note(key, root, 9)]
    inversion = _INVERSIONS.get(numbers, _closest(numbers))
    if inversion is None or (inversion == 3 and 7 not in members):
        return None
    return _Stack(members, root, (1, 3, 5, 7)[inversion], key)


def _closest(numbers: str) -> int | None:
    """The inversion that unusual figures (7653, 6432) show by their telling numbers."""
    for telling, inversion in (("7", 0), ("65", 1), ("43", 2), ("42", 3), ("64", 2), ("6", 1), ("5", 0)):
        if set(telling) <= set(numbers):
            return inversion
    return None


def _special(kind: str, numbers: str, key: Key) -> _Stack | None:
    if kind in ("N", "Cad"):
        root = key.tonic - 5 if kind == "N" else key.tonic
        minor = kind == "Cad" and key.is_minor
        members = {1: [root], 3: [root + (-3 if minor else 4)], 5: [root + 1]}
        inversion = _INVERSIONS.get(numbers)
        return None if inversion in (None, 3) else _Stack(members, root, (1, 3, 5)[inversion or 0], key)
    if numbers in ("", "6", "53"):
        numbers = _SIXTH_ROOT_FIGURES[kind]
    tones = [key.tonic + step for step in _SIXTHS[kind]]
    inversion = _INVERSIONS.get(numbers)
    if inversion is None or inversion >= len(tones):
        return None
    members = {number: [tone] for number, tone in zip((1, 3, 5, 7), tones, strict=False)}
    return _Stack(members, tones[0], (1, 3, 5, 7)[inversion], key)


def _scale_note(key: Key, root: int, number: int) -> int:
    """The scale's note a number of steps above a root: 9 above G in C is A; of a raised root, as if it were not."""
    step = (root - key.tonic) * 4 % 7
    return key.scale[(step + number - 1) % 7]


def _shift(signs: str) -> int:
    return 7 * (signs.count("#") - signs.count("b"))


def _suspend(stack: _Stack, changes: str) -> bool:
    """DCML: 4 stands for 3, 6 for 5, 2 for 1; raised or ^ they come from below; + and numbers above 7 only add."""
    found = list(_CHANGE.finditer(changes))
    if "".join(change.group() for change in found) != changes:
        return False
    numbers = {change["number"] for change in found}
    for change in found:
        number = int(change["number"])
        if change["mark"] in ("+", "v") or number > 7:
            continue
        from_below = "#" in change["signs"] or change["mark"] == "^"
        tone = _scale_note(stack.key, stack.root, number) + _shift(change["signs"])
        if number == 7:
            _retard_root(stack, tone, from_below, "2" in numbers)
        else:
            _replace(stack, number, tone, from_below, changes)
    return True


def _retard_root(stack: _Stack, tone: int, from_below: bool, root_gone: bool) -> None:
    if 7 in stack.members:
        if from_below:
            stack.members[7] = [tone]
    elif stack.bass != 1:
        if not root_gone:
            del stack.members[1]
        stack.members[8] = [tone]


def _replace(stack: _Stack, number: int, tone: int, from_below: bool, changes: str) -> None:
    down = {2: 1, 4: 3, 6: 5}
    up = {2: 3, 4: 5}
    member = up.get(number, number) if from_below else down.get(number, number)
    if number == 6 and re.search(r"#4|\^4", changes):
        stack.members[6] = [tone]
        return
    stack.members[member] = [tone]


def _bracket(stack: _Stack, change: str) -> bool:
    """RomanText: [no3no5], [add4], [b9], [#7]."""
    found = list(_BRACKET.finditer(change))
    if not found or "".join(part.group() for part in found) != change:
        return False
    for part in found:
        number = int(part["number"])
        if part["word"] == "no":
            stack.members.pop(number, None)
        else:
            tone = (
                (stack.root + (0, 2, 4, -1, 1, 3, 5)[(number - 1) % 7])
                if part["signs"]
                else _scale_note(stack.key, stack.root, number)
            )
            if part["word"] == "add":
                stack.members.setdefault(number, []).append(tone + _shift(part["signs"]))
            else:
                stack.members[number] = [tone + _shift(part["signs"])]
    return True


def _figure_changes(stack: _Stack, figures: str) -> None:
    """Accidentals change the note so far above the bass (the b5 of iv6b5); a 4 beside 5 suspends the third."""
    plain = re.sub("[b#]", "", figures)
    if "54" in plain or plain == "4":
        stack.members[3] = [_scale_note(stack.key, stack.root, 4)]
    for signs, number in re.findall(r"([b#]+)(\d)", figures):
        member = (stack.bass + int(number) - 2) % 7 + 1
        around = stack.members.get(member) or stack.members.get(member + 7)
        start = stack.members[stack.bass][0]
        tone = around[0] if around else _scale_note(stack.key, start, int(number))
        stack.members[member] = [tone + _shift(signs)]


def _realized(stack: _Stack) -> Realized:
    tones = [tone for number in sorted(stack.members) for tone in stack.members[number]]
    lowest = stack.members.get(stack.bass) or tones[:1]
    bass = lowest[0]
    base = pitch_class(bass)
    ordered = sorted(dict.fromkeys(tones), key=lambda tone: (pitch_class(tone) - base) % 12)
    return Realized(tuple(name(tone) for tone in ordered), name(bass), name(stack.root))


def _unreadable(numeral: str, why: str) -> NumeralSyntaxError:
    return NumeralSyntaxError(
        f"cannot read the numeral {numeral!r}", why=why, mend="write it like V65/V, viio7, bII6, Ger6 or ii6/5"
    )
