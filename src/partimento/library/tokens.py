"""What a piece of content says, as tokens that two pieces can share: words, and music without its key. Pure.

Every string counts as words, in which note names and chords are told by their distance from the key; chords in time as
degree, quality and length; notes as intervals and lengths. So the same thing in two keys has the same tokens.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from hashlib import blake2b
from typing import Any, Final

import msgspec

from partimento.core.errors import KeySyntaxError
from partimento.music.key import Key

_WORD = re.compile(r"[A-Ga-z0-9][\w#♯♭°ø△Δ+/()'-]*|[H-Z]\w*|\w+")
_QUALITY = r"(?:maj|min|dim|aug|sus|add|alt|omit|no|[mMΔ△°øo+#b♯♭0-9(),-])*"
_CHORD = re.compile(rf"([A-G])([#b♯♭]{{0,2}})({_QUALITY})(?:/([A-G])([#b♯♭]{{0,2}}))?")
_PITCH: Final = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_SHIFT: Final = {"#": 1, "♯": 1, "b": -1, "♭": -1}
_AT_ONCE: Final = 3
"""Tokens in a shingle."""
_MASK: Final = (1 << 64) - 1


def shingles(value: Any, key: str | None = None) -> frozenset[int]:
    """The runs of three tokens in a value, as 64-bit numbers. `key`: what it is in; None: as it says, else as if in C.

    The same in every process.
    """
    plain = msgspec.to_builtins(value)
    tonic = tonic_of(key or _own_key(plain))
    found: set[int] = set()
    for run in runs(plain, tonic):
        numbers = [_number(token) for token in run]
        if len(numbers) < _AT_ONCE:
            found.add(_mixed(*numbers, *(0,) * (_AT_ONCE - len(numbers))))
        else:
            found.update(map(_mixed, numbers, numbers[1:], numbers[2:]))
    return frozenset(found)


def similarity(one: frozenset[int], other: frozenset[int]) -> float:
    """Jaccard's: what both have, of what either has; 0 where neither has anything."""
    common = len(one & other)
    both = len(one) + len(other) - common
    return common / both if both else 0.0


@lru_cache(maxsize=256)
def tonic_of(key: str | None) -> int:
    """The pitch class of a key's first note; 0 where there is none."""
    if not key:
        return 0
    try:
        return Key.parse(key).pc
    except KeySyntaxError:
        return 0


def runs(plain: Any, tonic: int) -> Iterator[tuple[str, ...]]:
    """The token runs of plain data, in a fixed order; none is empty."""
    if isinstance(plain, str):
        words = tuple(_folded(word, tonic) for word in _WORD.findall(plain))
        if words:
            yield words
    elif isinstance(plain, dict):
        for name in sorted(plain):
            yield from runs(plain[name], tonic)
    elif isinstance(plain, list | tuple) and plain:
        yield from _list(plain, tonic)


def _list(plain: Sequence[Any], tonic: int) -> Iterator[tuple[str, ...]]:
    first = plain[0]
    if isinstance(first, dict) and "midi" in first:
        yield from _notes(plain)
    elif isinstance(first, dict) and "symbol" in first:
        yield from _chords(plain, tonic)
    elif all(isinstance(one, str) and _CHORD.fullmatch(one) for one in plain):
        yield tuple(f"chord {_folded(one, tonic)}" for one in plain)
    elif all(isinstance(one, int) for one in plain):
        yield (_grip(plain),)
    else:
        for part in plain:
            yield from runs(part, tonic)


def _notes(notes: Sequence[dict[str, Any]]) -> Iterator[tuple[str, ...]]:
    """Each hand's or track's line: the steps from one lowest note to the next, whatever the octave, what sounds over
    it, and how long."""
    hands: dict[str, dict[float, list[dict[str, Any]]]] = {}
    for note in notes:
        hand = str(note.get("hand") or note.get("track") or "")
        at = float(note.get("start_beat", note.get("start", 0)) or 0)
        hands.setdefault(hand, {}).setdefault(at, []).append(note)
    for hand in sorted(hands):
        line, last = [], None
        for at in sorted(hands[hand]):
            together = sorted(int(note["midi"]) for note in hands[hand][at])
            beats = hands[hand][at][0].get("beats", 0)
            step = "" if last is None else (together[0] - last) % 12
            line.append(f"{hand} {step} {_grip(together)} {beats}")
            last = together[0]
        yield tuple(line)


def _chords(chords: Sequence[dict[str, Any]], tonic: int) -> Iterator[tuple[str, ...]]:
    """The changes with their lengths, and the shapes of the hands."""
    yield tuple(f"{_folded(str(chord.get('symbol', '')), tonic)} {chord.get('beats', '')}" for chord in chords)
    hands = [(*chord.get("left_hand", ()), *chord.get("right_hand", ())) for chord in chords]
    if any(hands):
        yield tuple(_grip(sorted(hand)) for hand in hands)
    rest = {"symbol", "beats", "beat", "bar", "left_hand", "right_hand", "roman", "function"}
    for chord in chords:
        yield from runs({name: part for name, part in chord.items() if name not in rest}, tonic)


def _grip(keys: Sequence[int]) -> str:
    """The distances from the lowest key."""
    return "grip " + ",".join(str(key - keys[0]) for key in keys)


@lru_cache(maxsize=1 << 14)
def _folded(word: str, tonic: int) -> str:
    """A word in lower case, or the note or chord it is, told from the tonic. "A" alone is taken for the article."""
    word = word.rstrip(".,;:!?'-")
    if word.endswith(")") and "(" not in word:
        word = word[:-1]
    match = None if word == "A" else _CHORD.fullmatch(word)
    if match is None:
        return word.lower()
    root, signs, quality, bass, bass_signs = match.groups()
    told = f"{(_pitch(root, signs) - tonic) % 12}{quality}"
    return f"{told}/{(_pitch(bass, bass_signs) - tonic) % 12}" if bass else told


def _pitch(letter: str, signs: str) -> int:
    return _PITCH[letter] + sum(_SHIFT[sign] for sign in signs)


def _own_key(plain: Any) -> str | None:
    """The key a value says it is in."""
    if not isinstance(plain, dict):
        return None
    key = plain.get("key")
    if isinstance(key, str):
        return key
    content = plain.get("content")
    return _own_key(content) if isinstance(content, dict) else None


@lru_cache(maxsize=1 << 16)
def _number(token: str) -> int:
    return int.from_bytes(blake2b(token.encode(), digest_size=8).digest(), "big")


def _mixed(one: int, two: int, three: int) -> int:
    """Three numbers as one, in which their order counts and every bit depends on all of theirs."""
    mixed = ((one * 0x9E3779B97F4A7C15 ^ two) * 0xC2B2AE3D27D4EB4F ^ three) & _MASK
    mixed ^= mixed >> 29
    mixed = mixed * 0xBF58476D1CE4E5B9 & _MASK
    return mixed ^ mixed >> 32
