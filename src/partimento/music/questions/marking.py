"""Marks for answers: a choice, a true or false, and a short answer read as forgivingly as a teacher would.

Full marks for what is meant, however it is written; half for what sounds alike but is spelled otherwise, and for a
chord of the right root and third without its other tones; lists are marked by their parts. Leaves reading to `meaning`.
"""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Final

from msgspec import Struct

from partimento.music.questions.meaning import Meaning, Means, folded, meaning

_HALF: Final = 0.5
_TYPO: Final = 0.85
_LEAST_LETTERS: Final = 6
_TRUE: Final = frozenset({"true", "t", "yes", "y", "right", "correct", "so", "1"})
_FALSE: Final = frozenset({"false", "f", "no", "n", "wrong", "incorrect", "not so", "0"})
_LISTS: Final = ("notes", "degrees")
_ROWS: Final = ("chords", "numerals")
_NAMES: Final[dict[Means, str]] = {
    "note": "a note", "notes": "notes", "chord": "a chord symbol", "chords": "chord symbols", "numeral": "a numeral",
    "numerals": "numerals", "key": "a key", "scale": "a scale", "interval": "an interval", "count": "a number",
    "degrees": "degrees", "word": "words",
}  # fmt: skip


class Mark(Struct, frozen=True):
    """`score` 0 to 1, and why in a sentence that tells no answer."""

    score: float
    reason: str


UNANSWERED: Final = Mark(0.0, "It was not answered.")
_RIGHT: Final = Mark(1.0, "Right.")


def mark_choice(given: int | str, options: Sequence[str], answer: int, means: Means = "word", key: str = "C") -> Mark:
    """A choice by its place (from 0), its letter ("B", "b)"), or the option's own words."""
    place = _place(given, options, means, key)
    if place is None:
        return Mark(0.0, "It is none of the options.")
    return _RIGHT if place == answer else Mark(0.0, "Another option is right.")


def _place(given: int | str, options: Sequence[str], means: Means, key: str) -> int | None:
    """The option meant: its own words come first, then its letter, then what means the same, then its place."""
    if isinstance(given, int):
        return given if 0 <= given < len(options) else None
    text = folded(given)
    worded = [at for at, option in enumerate(options) if folded(option) == text]
    letter = text.strip("(): ")
    lettered = ord(letter) - ord("a") if len(letter) == 1 and letter.isalpha() else len(options)
    if worded or lettered < len(options):
        return worded[0] if worded else lettered
    said = meaning(given, means, key)
    same = [at for at, option in enumerate(options) if said is not None and _alike(said, meaning(option, means, key))]
    if len(same) == 1:
        return same[0]
    return int(letter) if letter.isdecimal() and int(letter) < len(options) else None


def _alike(one: Meaning, other: Meaning | None) -> bool:
    return other is not None and one.sounding == other.sounding


def mark_truth(given: str | bool, answer: str) -> Mark:
    """True or false, in any of the usual words."""
    word = folded("true" if given is True else "false" if given is False else given)
    if word not in _TRUE | _FALSE:
        return Mark(0.0, "It says neither true nor false.")
    return _RIGHT if (word in _TRUE) == (answer.lower() == "true") else Mark(0.0, "It is the other way round.")


def mark_short(
    given: str, answer: str, means: Means, *, accepted: Sequence[str] = (), key: str = "C", by_sound: bool = False
) -> Mark:
    """A short answer. `accepted`: other texts that are right too; `by_sound`: another spelling counts in full."""
    if not given.strip():
        return UNANSWERED
    marks = [_marked(given, right, means, key, by_sound) for right in (answer, *accepted)]
    best = max(marks, key=lambda mark: mark.score)
    if best.score == 0 and means != "word" and any(_worded(given, right) for right in accepted):
        return _RIGHT
    return best


def _marked(given: str, answer: str, means: Means, key: str, by_sound: bool) -> Mark:
    if means == "word":
        return _word(given, answer)
    said, right = meaning(given, means, key), meaning(answer, means, key)
    if said is None or right is None:
        return Mark(0.0, f"It was not read as {_NAMES[means]}.")
    if said.written == right.written:
        return _RIGHT
    if said.sounding == right.sounding:
        return Mark(1.0, "Right; it is usually spelled otherwise.") if by_sound else _sounds_alike(said, right, means)
    if means in _LISTS:
        return _list(said, right)
    if means in _ROWS:
        return _row(said, right, by_sound)
    if means in ("chord", "numeral") and said.kind == right.kind:
        return Mark(_HALF, "The root and the third are right; the chord has other tones.")
    if means == "scale" and said.kind == right.kind and right.written == (None, right.kind):
        return _RIGHT  # a kind of scale was asked for, on whatever tonic it is told
    if means == "scale" and said.written == (None, right.kind):
        return Mark(_HALF, "The kind of scale is right; its tonic is not told.")
    return Mark(0.0, "It is not what was asked for.")


def _sounds_alike(said: Meaning, right: Meaning, means: Means) -> Mark:
    if means == "interval":  # "tritone" has no spelling of its own
        return Mark(_HALF, "It is as many semitones, but another interval by its letters.")
    if means in ("count", "word"):
        return _RIGHT
    if not right.parts or means in _ROWS:
        return Mark(_HALF, "It sounds right, but is spelled otherwise here.")
    wrong = len({part.written for part in right.parts} - {part.written for part in said.parts})
    share = 1 - _HALF * wrong / len(right.parts)
    return Mark(round(share, 2), f"All sound right; {wrong} of {len(right.parts)} are spelled otherwise here.")


def _list(said: Meaning, right: Meaning) -> Mark:
    wanted = {part.sounding: part.written for part in right.parts}
    given = {part.sounding: part.written for part in said.parts}
    found = [sound for sound in wanted if sound in given]
    extra = len(given) - len(found)
    points = sum(1.0 if given[sound] == wanted[sound] else _HALF for sound in found) - extra
    words = f"{len(found)} of {len(wanted)} are right"
    words += f", {extra} too many." if extra else "."
    return Mark(round(max(0.0, points) / len(wanted), 2), words)


def _row(said: Meaning, right: Meaning, by_sound: bool) -> Mark:
    points = 0.0
    for one, other in zip(said.parts, right.parts, strict=False):
        same = one.written == other.written or (by_sound and one.sounding == other.sounding)
        points += 1.0 if same else _HALF if one.kind == other.kind or one.sounding == other.sounding else 0.0
    count = max(len(said.parts), len(right.parts))
    exact = sum(one.written == other.written for one, other in zip(said.parts, right.parts, strict=False))
    return Mark(round(points / count, 2), f"{exact} of {len(right.parts)} stand in their place.")


def _word(given: str, answer: str) -> Mark:
    if _worded(given, answer):
        return _RIGHT
    said, right = folded(given), folded(answer)
    near = len(right) >= _LEAST_LETTERS and len(said) < 2 * len(right)
    if near and SequenceMatcher(None, said, right).ratio() >= _TYPO and _one_off(said, right):
        return Mark(1.0, "Right, but for the spelling.")
    return Mark(0.0, "It is not what was asked for.")


def _worded(given: str, answer: str) -> bool:
    said, right = folded(given), folded(answer)
    if said == right:
        return True
    words, wanted = said.split(), right.split()
    extra = [word for word in words if word not in wanted]
    small = {"cadence", "chord", "triad", "a", "an", "the", "is", "it", "inversion", "voicing", "note", "mode", "scale"}
    return bool(wanted) and [word for word in words if word in wanted] == wanted and set(extra) <= small


def _one_off(said: str, right: str) -> bool:
    """Whether only letters within words differ: "minor" is no misspelt "major"."""
    mine, theirs = said.split(), right.split()
    if len(mine) != len(theirs):
        return False
    return all(
        one == other or SequenceMatcher(None, one, other).ratio() >= _TYPO
        for one, other in zip(mine, theirs, strict=True)
    )
