"""How people write what stands after a chord's root, and which degrees they mean by it. Knows no root and no bass.

The policy is docs/reference/chord-symbols.md. A suffix is a head (quality and number, looked up in one table) and
a tail of changes (alterations, additions, omissions, suspensions, brackets), each read once from left to right.
What has no certain reading is refused with its place.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Final

from partimento.music.chord_shape import ALTERED, Shape, shape_of


class Unreadable(Exception):
    """A place in a suffix (0-based) where reading stopped, with the mend; callers make it a ChordSyntaxError."""

    def __init__(self, place: int, mend: str = "") -> None:
        self.place, self.mend = place, mend
        super().__init__(mend)


# Every sign has one ASCII-or-usual form of the same length, so that columns stay true.
_SIGNS: Final = str.maketrans(
    {"♭": "b", "♯": "#", "−": "-", "–": "-", "‑": "-", "Δ": "^", "△": "^", "∆": "^", "º": "°", "˚": "°", "∅": "ø",
     "Ø": "ø", "Φ": "ø", "φ": "ø", "[": "(", "]": ")", "\u00a0": " ", "⁷": "7", "⁶": "6", "⁹": "9"}
)  # fmt: skip

_HEAD: Final = re.compile(
    r"""\s*(?:(?P<minor>minor|min(?!or)|mi(?!n)|Min(?:or)?|Mi(?!n)|MIN|MI(?!N)|m(?!aj|a(?!ug|dd|lt)|in?)|-)
           |(?P<dim>dim(?:inished)?|Dim|DIM|°|o(?!m)|0)
           |(?P<aug>aug(?:mented)?|Aug|AUG|\+)
           |(?P<hdim>half-?dim(?:inished)?|hdim|ø|h)
           |(?P<dom>dom(?:inant)?|Dom))?
        (?P<major>\s?/?(?:major|maj(?!or)|Major|Maj(?!or)|MAJ|ma(?!j|ug|dd|lt)|Ma(?!j|ug|dd|lt)|MA(?!J)|M(?![aiAI])|j(?=\d)|\^))?
        \s?(?P<number>6\s?/\s?9|69|13|11|9|7M|7|6|5|4|2)?""",
    re.VERBOSE,
)
_TAIL: Final = re.compile(
    r"""(?P<alter>(?:bb(?=7)|[b#]|[-+](?=\d))(?:13|11|10|[1-9]))
      | (?P<add>[aA]dd\s?(?:maj7|[b#+-]?(?:13|11|10|[2-9])))
      | (?P<omit>(?:no|omit|drop)\s?[135](?:rd|th|st)?|\*[b#]*[1-9]+)
      | (?P<sus>[sS][uU][sS](?:4sus2|2sus4|24|42|[24]|\([24]\))?)
      | (?P<alt>[aA]lt(?:ered)?)
      | (?P<aug>aug|\+)
      | (?P<major>/?(?:maj|Maj|MAJ|ma|Ma|M|\^)\s?(?:13|11|9|7)?)
      | (?P<number>13|11|10|[1-9])
      | (?P<open>\()
      | (?P<close>\))
      | (?P<space>[\s,]+|/)""",
    re.VERBOSE,
)

_TRIADS: Final = {
    "": ("3", "5"), "dom": ("3", "5"), "minor": ("b3", "5"), "dim": ("b3", "b5"), "aug": ("3", "#5"),
    "hdim": ("b3", "b5", "b7"),
}  # fmt: skip
# The eleventh stays out of 13 chords, as players leave it out; an 11 chord keeps its third.
_ABOVE: Final = {"7": (), "9": ("9",), "11": ("9", "11"), "13": ("9", "13")}


def _heads() -> dict[tuple[str, str, str], frozenset[str]]:
    """(quality, "M" | "^" | "", number) → degrees; what is missing here is refused."""
    heads: dict[tuple[str, str, str], frozenset[str]] = {}

    def put(quality: str, major: str, number: str, *more: str) -> None:
        heads[quality, major, number] = frozenset({"1", *_TRIADS[quality], *more})

    for quality in ("", "minor", "aug", "dim", "hdim"):
        put(quality, "", "")
    for number, above in _ABOVE.items():
        for quality in ("", "minor", "aug", "dom"):
            put(quality, "", number, "b7", *above)
        put("hdim", "", number, *above)
        for quality in ("", "minor", "aug", "dim"):
            put(quality, "M", number, "7", *above)
            put(quality, "^", number, "7", *above)
    put("dim", "", "7", "bb7")
    put("dim", "", "9", "bb7", "9")
    for quality in ("", "minor", "aug", "dim"):
        put(quality, "^", "", "7")
    for major in ("", "M"):
        for quality in ("", "minor"):
            put(quality, major, "6", "6")
            put(quality, major, "69", "6", "9")
    put("", "M", "")
    put("", "^", "69", "6", "9", "7")
    put("", "", "2", "9")
    put("minor", "", "2", "9")
    put("aug", "", "5")
    heads["", "", "4"] = frozenset({"1", "4", "5"})
    heads["", "", "5"] = frozenset({"1", "5"})
    return heads


_HEADS: Final = _heads()

# what a degree is called inside a chord; None where no reading is certain
_PLAIN: Final = {
    "1": "1",
    "2": "9",
    "3": "3",
    "4": "11",
    "5": "5",
    "6": "6",
    "7": "7",
    "9": "9",
    "10": "3",
    "11": "11",
    "13": "13",
}
_ALTERED: Final = {
    "b2": "b9", "#2": "#9", "b3": "b3", "#4": "#11", "b5": "b5", "#5": "#5", "b6": "b6", "bb7": "bb7", "b7": "b7",
    "b9": "b9", "#9": "#9", "b10": "#9", "#11": "#11", "b13": "b13",
}  # fmt: skip
_TENSIONS: Final = frozenset({"b9", "#9", "#11", "b13"})
_NATURAL: Final = {"b5": "5", "#5": "5", "b9": "9", "#9": "9", "#11": "11", "b13": "13"}


class _Reading:
    """What has been read so far: the degrees, and where the reading stands."""

    __slots__ = ("depth", "harte", "head", "labels")

    def __init__(self, labels: set[str], head: str, harte: bool) -> None:
        self.labels, self.head, self.harte, self.depth = labels, head, harte, 0

    @property
    def in_brackets(self) -> bool:
        return self.depth > 0


def _alter(reading: _Reading, text: str, place: int) -> None:
    label = _ALTERED.get(text.replace("-", "b").replace("+", "#"))
    if label is None:
        raise Unreadable(place, f"no chord has the degree {text!r}; alterations are b5 #5 b9 #9 #11 b13")
    labels = reading.labels
    if label in {"b3", "b7", "bb7"}:
        if not reading.in_brackets:
            raise Unreadable(place, f"put {text!r} in brackets, or write the seventh as a number after the root")
    elif label in _TENSIONS and not (reading.in_brackets or labels & {"6", "b7", "7", "bb7"}):
        raise Unreadable(place, f"write add{text}, or the seventh it stands on: 7{text}")
    labels.discard(_NATURAL.get(label, ""))
    labels.add(label)


def _add(reading: _Reading, text: str, place: int) -> None:
    degree = text[3:].strip().replace("-", "b").replace("+", "#")
    label = "7" if degree == "maj7" else _ALTERED.get(degree) or _PLAIN.get(degree)
    if label is None or degree == "7":
        raise Unreadable(place, "write addb7 or addmaj7" if degree == "7" else f"no chord adds the degree {degree!r}")
    reading.labels.add(label)


def _omit(reading: _Reading, text: str, place: int) -> None:
    number = re.sub(r"[^0-9]", "", text)
    if number == "1":
        raise Unreadable(place, "a chord keeps its root; name the chord that sounds")
    reading.labels -= {label for label in reading.labels if label.lstrip("b#") == number}


def _suspend(reading: _Reading, text: str, place: int) -> None:
    if reading.labels & {"b3", "b5", "#5"}:
        raise Unreadable(place, "a suspension takes the place of the major third; write 7sus4 or sus2 after the root")
    reading.labels -= {"3", "11"}
    digits = text[3:].strip("()").replace("sus", "") or "4"
    reading.labels.update(digits)


def _alt(reading: _Reading, text: str, place: int) -> None:
    if reading.labels not in ({"1", "3", "5"}, {"1", "3", "5", "b7"}):
        raise Unreadable(place, "only a dominant seventh is altered: write 7alt after the root")
    reading.labels.clear()
    reading.labels.update(ALTERED)


def _augment(reading: _Reading, text: str, place: int) -> None:
    if "5" not in reading.labels or not reading.labels & {"3", "b3"}:
        raise Unreadable(place, "write the raised fifth as #5")
    reading.labels.discard("5")
    reading.labels.add("#5")


def _major_seventh(reading: _Reading, text: str, place: int) -> None:
    number = text.lstrip("/MmajAJ^ ") or ("7" if "^" in text else "")
    labels = reading.labels
    over_minor = "b3" in labels
    if over_minor and number == "7" and labels & {"9", "11", "13"}:  # m9(maj7): the 9 was said first
        labels.discard("b7")
    if not number or labels & {"b7", "7"} or (text[0] == "/" and not over_minor):
        raise Unreadable(place, "write the major seventh as maj7, once, after the root")
    labels.update({"7", *_ABOVE[number]})


def _number(reading: _Reading, text: str, place: int) -> None:
    labels = reading.labels
    if not reading.in_brackets:
        raise Unreadable(place, f"write add{text}, or put the number before the alterations")
    if text == "7" and not reading.harte and reading.head != "5" and labels in ({"1", "3", "5"}, {"1", "b3", "5"}):
        raise Unreadable(place, "write 7 or maj7: a seventh in brackets can mean either")
    label = _PLAIN.get(text)
    if label is None:
        raise Unreadable(place, f"no chord has the degree {text!r}")
    labels.add(label)


def _open(reading: _Reading, text: str, place: int) -> None:
    reading.depth += 1
    if reading.depth > 1:
        raise Unreadable(place, "one pair of brackets is enough")


def _close(reading: _Reading, text: str, place: int) -> None:
    reading.depth -= 1
    if reading.depth < 0:
        raise Unreadable(place, "this bracket was never opened")


def _space(reading: _Reading, text: str, place: int) -> None:
    if not reading.in_brackets and not text.isspace():
        raise Unreadable(
            place, "a bass is a note in upper case after one slash: C/E; changes go in brackets: 7(b9,#11)"
        )


_CHANGES: Final[dict[str, Callable[[_Reading, str, int], None]]] = {
    "alter": _alter, "add": _add, "omit": _omit, "sus": _suspend, "alt": _alt, "aug": _augment,
    "major": _major_seventh, "number": _number, "open": _open, "close": _close, "space": _space,
}  # fmt: skip


@lru_cache(maxsize=4096)
def read_suffix(suffix: str, harte: bool = False) -> Shape:
    """The shape meant by what stands between root and bass; `harte`: after a colon. Raises Unreadable."""
    text = suffix.translate(_SIGNS)
    if harte and (text[:1] == "(" or text == "1" or text.startswith(("1(", "1/"))):
        reading, place = _Reading({"1"}, "", harte), int(text[:1] == "1")
    else:
        reading, place = _read_head(text, harte)
    while place < len(text):
        found = _TAIL.match(text, place)
        if found is None:
            raise Unreadable(place)
        _CHANGES[str(found.lastgroup)](reading, found.group(), place)
        place = found.end()
    if reading.depth:
        raise Unreadable(place, "close the bracket")
    return shape_of(reading.labels)


def _read_head(text: str, harte: bool) -> tuple[_Reading, int]:
    found = _HEAD.match(text)
    if found is None:
        raise Unreadable(0)
    minor, dim, aug, hdim, dom, major, number = found.groups()
    quality = "minor" if minor else "dim" if dim else "aug" if aug else "hdim" if hdim else "dom" if dom else ""
    sign = "^" if major and major.endswith("^") else "M" if major or number == "7M" else ""
    figure = "69" if number and number[0] == "6" and len(number) > 1 else (number or "").rstrip("M")
    labels = _HEADS.get((quality, sign, figure))
    if labels is None:
        raise Unreadable(found.start("number") if number else found.end(), _head_mend(quality, sign, figure))
    return _Reading(set(labels), quality or figure, harte), found.end()


def _head_mend(quality: str, sign: str, figure: str) -> str:
    if quality == "minor" and figure == "5":
        return "write m(b5), dim or 5: a minor sign before 5 can mean either"
    if quality == "dom" and not figure:
        return "write the number of the dominant chord: 7, 9 or 13"
    return f"{figure or 'a major sign'} does not follow {sign or quality or 'the root'} in any chord symbol"
