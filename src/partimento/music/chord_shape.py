"""What a chord is above its root: which degrees, how far each lies, which class it is, how its suffix is printed.

A shape is a set of degree labels ("1", "b3", "5", "b7", "9" …) without a root. Knows nothing of how people
spell chord symbols; that is the grammar's business.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from typing import Final, Literal

from msgspec import Struct

Quality = Literal[
    "maj", "min", "7", "maj7", "min7", "minmaj7", "6", "min6", "dim", "dim7", "hdim7", "aug", "aug7", "sus", "sus7", "5"
]  # fmt: skip

# label: (semitones above the root in stacking order, places on the line of fifths)
DEGREES: Final[dict[str, tuple[int, int]]] = {
    "1": (0, 0), "2": (2, 2), "b3": (3, -3), "3": (4, 4), "4": (5, -1), "b5": (6, -6), "5": (7, 1),
    "#5": (8, 8), "b6": (8, -4), "6": (9, 3), "bb7": (9, -9), "b7": (10, -2), "7": (11, 5), "b9": (13, -5),
    "9": (14, 2), "#9": (15, 9), "11": (17, -1), "#11": (18, 6), "b13": (20, -4), "13": (21, 3),
}  # fmt: skip
_ORDER: Final = {label: place for place, label in enumerate(DEGREES)}

ALTERED: Final = frozenset({"1", "3", "b7", "b9", "#9", "#11", "b13"})
_FIFTHS: Final = ("b5", "5", "#5")
_TENSIONS: Final = ("b9", "#9", "#11", "b13")
_NINTHS: Final = frozenset({"b9", "9", "#9"})


class Shape(Struct, frozen=True):
    """A chord without its root. `intervals` are semitones, `fifths` places on the line of fifths, one a degree."""

    degrees: tuple[str, ...]
    intervals: tuple[int, ...]
    fifths: tuple[int, ...]
    quality: Quality
    suffix: str


def shape_of(labels: AbstractSet[str]) -> Shape:
    """The shape of a set of degree labels, each named as musicians name it (a sixth beside a seventh is a 13)."""
    settled = _settled(set(labels))
    degrees = tuple(sorted(settled, key=_ORDER.__getitem__))
    return Shape(
        degrees,
        tuple(DEGREES[label][0] for label in degrees),
        tuple(DEGREES[label][1] for label in degrees),
        quality_of(settled),
        suffix_of(settled),
    )


def _settled(labels: set[str]) -> set[str]:
    labels.add("1")
    if labels >= {"3", "b3"}:
        _rename(labels, "b3", "#9")
    if labels & {"3", "b3"}:
        _rename(labels, "4", "11")
        _rename(labels, "2", "9")
    else:
        # Without a third, an eleventh is a suspension; a ninth is one where no seventh makes it an extension.
        _rename(labels, "11", "4")
        if not labels & {"2", "4", "6", "b7", "7"}:
            _rename(labels, "9", "2")
    if "2" in labels:
        labels.discard("9")
    diminished = "b3" in labels and "b5" in labels and not labels & {"5", "#5"}
    if labels & {"b7", "7"}:
        _rename(labels, "6", "13")
        _rename(labels, "b6", "b13")
        if not diminished or "b7" in labels:
            _rename(labels, "bb7", "13")
    else:
        _rename(labels, *(("6", "bb7") if diminished else ("bb7", "6")))
        if "b3" not in labels or "bb7" in labels or "5" not in labels:
            _rename(labels, "b6", "b13")
    return labels


def _rename(labels: set[str], old: str, new: str) -> None:
    if old in labels:
        labels.remove(old)
        labels.add(new)


def quality_of(labels: AbstractSet[str]) -> Quality:
    """One of fifteen classes, or "5" for a chord without third and seventh; tensions and alterations fold away."""
    if not labels & {"3", "b3"}:
        if labels & {"2", "4"}:
            return "sus7" if "b7" in labels and "7" not in labels else "sus"
        return "maj7" if "7" in labels else "7" if "b7" in labels else "5"
    if "b3" in labels:
        return _minor_quality(labels)
    augmented = "#5" in labels and not labels & {"5", "b5"}
    if "7" in labels:
        return "maj7"
    if "b7" in labels:
        return "aug7" if augmented else "7"
    if augmented:
        return "aug"
    return "6" if "6" in labels else "maj"


def _minor_quality(labels: AbstractSet[str]) -> Quality:
    if "b5" in labels and not labels & {"5", "#5"}:
        return "dim7" if "bb7" in labels else "hdim7" if "b7" in labels and "7" not in labels else "dim"
    if "7" in labels:
        return "minmaj7"
    if "b7" in labels:
        return "min7"
    return "min6" if "6" in labels else "min"


def suffix_of(labels: AbstractSet[str]) -> str:
    """What a lead sheet prints after the root: "maj7", "m7b5", "7b9#11", "add9"; reading it gives these labels."""
    if labels == ALTERED:
        return "7alt"
    rest = set(labels) - {"1"}
    if rest == {"5"}:
        return "5"
    text, tall = _head(rest)
    text += _suspension(rest)
    if "5" not in rest:
        text += _take(rest, "b5", "#5") or ("" if "no fifth to name" in rest else "no5")
    rest -= {"5", "no fifth to name"}
    if tall:
        # beside its natural form an altered degree is an addition, or reading would put it in the place of the other
        text += _take(rest, *(tension for tension in _TENSIONS if tension[1:] not in tall))
    adds = sorted(rest - {"no third"}, key=_ORDER.__getitem__)
    text += "".join("addmaj7" if label == "7" else f"add{label}" for label in adds)
    text += "no3" if "no third" in rest else ""
    return f"({text[:2]}){text[2:]}" if text[:1] in {"b", "#"} else text


def _head(rest: set[str]) -> tuple[str, tuple[str, ...]]:
    """The quality and extension, taken out of `rest`, and the natural degrees named by it (empty for a triad)."""
    if "b3" in rest and "b5" in rest and not rest & {"5", "#5"} and "b7" not in rest:
        return _diminished_head(rest)
    if "3" in rest and "#5" in rest and not rest & {"b5", "5", "b7", "7"}:
        rest -= {"3", "#5"}
        rest.add("no fifth to name")
        return "aug", ()
    minor = "m" if "b3" in rest else ""
    if not rest & {"3", "b3", "2", "4"}:
        rest.add("no third")
    rest -= {"3", "b3"}
    for seventh, form in (("7", "{m}(maj{n})" if minor else "maj{n}"), ("b7", "{m}{n}")):
        if seventh in rest:
            rest.remove(seventh)
            number, named = _extension(rest)
            return form.format(m=minor, n=number), named
    if "6" in rest:
        rest.remove("6")
        nine = _take(rest, "9")
        return f"{minor}6{nine}", ("6", nine)
    if "b6" in rest:
        rest.remove("b6")
        return "mb6", ()
    return minor, ()


def _diminished_head(rest: set[str]) -> tuple[str, tuple[str, ...]]:
    rest -= {"b3", "b5"}
    rest.add("no fifth to name")
    if "bb7" in rest:
        rest.remove("bb7")
        return "dim7", ("bb7",)
    if "7" in rest:
        rest.remove("7")
        return "dim(maj7)", ("7",)
    return "dim", ()


def _extension(rest: set[str]) -> tuple[str, tuple[str, ...]]:
    """The number a seventh chord is called by: 13 and 11 need a ninth of some kind below them."""
    named = ["7"]
    number = "7"
    if rest & _NINTHS:
        if "13" in rest:
            number = "13"
        elif "11" in rest:
            number = "11"
        elif "9" in rest:
            number = "9"
        for label in ("9", number):
            if label in rest:
                rest.remove(label)
                named.append(label)
    return number, tuple(named)


def _suspension(rest: set[str]) -> str:
    two, four = _take(rest, "2"), _take(rest, "4")
    return f"sus{two}{four}" if two or four else ""


def _take(rest: set[str], *labels: str) -> str:
    """Those of the labels that are in `rest`, taken out of it and written one after the other."""
    found = [label for label in labels if label in rest]
    rest.difference_update(found)
    return "".join(found)
