"""The music of a matter as words: what phrases call {chords}, {grips}, {keys}; only the round of keys is drawn here."""

from __future__ import annotations

from itertools import pairwise
from random import Random
from typing import Final

from partimento.music.chord import Chord
from partimento.music.key import Key
from partimento.music.leading import lead
from partimento.music.lessons.matter import Hands, Matter, hands_of
from partimento.music.lessons.phrases import listed
from partimento.music.lessons.setting import Setting, key_round
from partimento.music.scale import Scale
from partimento.music.teaching.keys import key_words
from partimento.music.voicing.words import degrees, note_names

Told = dict[str, str]
"""Field → words; a field that this matter has not is missing."""

_GRIPS, _SPELLED = 4, 3
"""How many of each are told at most."""
_ALL_KEYS: Final = 12
_LONG: Final = 9
"""So many bars are no longer spelled out each time."""
_DEGREES: Final = {
    "1": "the root", "b3": "the third", "3": "the third", "5": "the fifth", "b5": "the flat fifth", "b7": "the seventh",
    "7": "the seventh", "9": "the ninth", "6": "the sixth", "13": "the thirteenth", "11": "the eleventh",
}  # fmt: skip
_NUMBERS_FROM: Final = 3
"""The level from which chords are told by numeral."""
_KEPT_CAPITAL: Final = frozenset(
    "Alberti Andalusian Afro-Cuban Charleston Coltrane Dilla Lydian Motown Neapolitan".split()
)


def told(matter: Matter, rng: Random) -> Told:
    """All that can be said of it; the round of keys is drawn by chance."""
    setting = matter.setting
    order, keys = key_round(setting, rng)
    words = {
        "title": matter.concept.title,
        "name": name_of(matter.concept.title),
        "tempo": str(setting.first_tempo),
        "goal": str(setting.last_tempo),
        "minutes": str(setting.minutes),
        "genre": genre_words(setting),
        "style": setting.style,
        "a_genre": with_article(genre_words(setting)),
        "a_style": with_article(setting.style),
        "A_style": with_article(setting.style).capitalize(),
        "genre_tempo": f"{setting.beats:.0f}",
        "key_words": _key_words(matter, setting.key),
        "keys": _keys_told(matter, keys),
        "key_row": listed([key.removesuffix("m") for key in keys]),
        "round": order,
        "tonic": setting.key.removesuffix("m"),
        "kind": matter.kind,
        **_of_chords(matter),
        **_of_scale(matter),
    }
    words["line"] = _line(words, len(matter.chords))
    if all(matter.counts):
        left, right = (count.replace(" | ", ", then in the next bar ") for count in matter.counts)
        words |= {"counts": "yes", "left_count": left, "right_count": right}
    if len(keys) > 1:
        words |= _elsewhere(matter, keys[1])
    return words


def _line(words: Told, bars: int) -> str:
    """What is played through: the scale, or the chords; by number where letters alone could be taken for notes."""
    if "scale" in words and "progression" not in words:
        return words["scale"]
    if bars >= _LONG:
        return f"all {bars} bars"
    if all(Chord.parse(one).shape.suffix for one in words["chords"].split()):
        return words["chords"]
    return words["numerals_dashed"] if "numbered" in words else f"the chords {words['chords']}"


def _keys_told(matter: Matter, keys: tuple[str, ...]) -> str:
    """ "Eb major, Bb major and F major"; bare letters could be taken for notes."""
    if len(keys) == _ALL_KEYS:
        mode = "minor" if matter.setting.is_minor else "major"
        return f"all twelve {mode} keys, from {_key_words(matter, keys[0])} on"
    return listed([_key_words(matter, key) for key in keys])


def _key_words(matter: Matter, key: str) -> str:
    """ "Eb major"; the tonic alone where a scale is learnt that is at home in neither mode."""
    home = Key.parse(key)
    modeless = matter.scale and not matter.concept.mode
    return home.symbol.removesuffix("m") if modeless else key_words(home)


def name_of(title: str) -> str:
    """A title within a sentence: "rootless voicings", "the ii–V–I", "Alberti bass"."""
    first = title.split()[0]
    kept = first in _KEPT_CAPITAL or (first != "A" and not first[1:].islower())
    return title if kept else title[:1].lower() + title[1:]


def genre_words(setting: Setting) -> str:
    """The genre within a sentence: "jazz", "R&B"."""
    return setting.title if any(sign.isupper() for sign in setting.title[1:]) else setting.title.lower()


def with_article(word: str) -> str:
    """ "an R&B", "a jazz"."""
    return f"an {word}" if word[0] in "aeioAEIO" or word.startswith("R&") else f"a {word}"


def grip_words(hands: Hands) -> str:
    """ "the left hand on Eb3 G3 Bb3 D4"; both hands where both play."""
    parts = (("left", hands.left_hand), ("right", hands.right_hand))
    return " and ".join(f"the {side} hand on {' '.join(notes)}" for side, notes in parts if notes)


def spelling(symbol: str) -> str:
    """ "Dm7 is D F A C"."""
    chord = Chord.parse(symbol)
    return f"{symbol} is {' '.join(chord.notes)}"


def move_in(matter: Matter) -> str:
    """What one voice does from a chord to the next, by step: "Bb in Cm9 falls to A in F13: the seventh becomes the
    third"; "" where none moves so. A seventh that falls into the third is told before all else."""
    chords = distinct(matter.chords)
    pairs = list(zip(pairwise(chords), pairwise(lead(list(chords), matter.kind)), strict=True))
    for (before, after), (old, new) in pairs:
        falls = ((low, high) for low in old.notes for high in new.notes if low - high in (1, 2))
        for low, high in falls:
            if _place(before, low) == "the seventh" and _place(after, high) == "the third":
                return _moved(before, after, low, high)
    for (before, after), (old, new) in pairs:
        if len(old.notes) != len(new.notes):
            continue
        voices = zip(reversed(old.notes), reversed(new.notes), strict=True)
        if moved := next(((low, high) for low, high in voices if abs(low - high) in (1, 2)), None):
            return _moved(before, after, *moved)
    return ""


def _moved(before: str, after: str, low: int, high: int) -> str:
    (left,), (right,) = note_names(before, (low,)), note_names(after, (high,))
    was, becomes = _place(before, low), _place(after, high)
    tail = f": {was} becomes {becomes}" if was and becomes and was != becomes else ""
    return f"{left[:-1]} in {before} {'rises' if low < high else 'falls'} to {right[:-1]} in {after}{tail}"


def _place(symbol: str, note: int) -> str:
    """What a key is in a chord: "the third"; "" for what has no plain name."""
    return _DEGREES.get(degrees(symbol, (note,))[0], "")


def distinct(chords: tuple[str, ...]) -> tuple[str, ...]:
    """The chords without repeats of what has just been played."""
    return tuple(one for place, one in enumerate(chords) if place == 0 or one != chords[place - 1])


def _of_chords(matter: Matter) -> Told:
    row = distinct(matter.chords)
    hands = hands_of(tuple(dict.fromkeys(row)), matter.kind)
    numerals = distinct_numerals(matter)
    roots = [symbol.split("/")[-1] if "/" in symbol else str(Chord.parse(symbol).notes[0]) for symbol in row]
    words = {
        "chords": " ".join(row),
        "chords_dashed": "–".join(row),
        "numerals": " ".join(numerals),
        "numerals_dashed": "–".join(numerals),
        "first": row[0],
        "first_grip": grip_words(hands[0]),
        "grips": "; ".join(f"{one.chord} with {grip_words(one)}" for one in hands[:_GRIPS]),
        "spellings": "; ".join(spelling(symbol) for symbol in list(dict.fromkeys(row))[:_SPELLED]),
        "roots": " ".join(roots),
        "over": row[0],
    }
    if matter.setting.level >= _NUMBERS_FROM:
        words["numbered"] = "yes"
    if len(row) > 1:
        words |= {"progression": "yes", "second": row[1]}
    if len(row) > 2:
        words["third"] = row[2]
    if move := move_in(matter):
        words["move"] = move
    return words


def distinct_numerals(matter: Matter) -> tuple[str, ...]:
    """The numerals of the chords, without repeats of what has just been played."""
    pairs = zip(matter.numerals, matter.chords, strict=True)
    kept = [one for place, one in enumerate(pairs) if place == 0 or one[1] != matter.chords[place - 1]]
    return tuple(numeral for numeral, _ in kept)


def _of_scale(matter: Matter) -> Told:
    if not matter.scale:
        return {}
    notes = Scale.parse(matter.scale).notes
    return {"scale": matter.scale, "scale_notes": " ".join(notes), "scale_listed": listed(notes)}


def _elsewhere(matter: Matter, key: str) -> Told:
    other = matter.in_key(key)
    row = distinct(other.chords)
    words = {
        "other": key,
        "other_key_words": _key_words(matter, key),
        "other_chords": " ".join(row),
        "other_chords_dashed": "–".join(row),
    }
    return words | ({"other_scale": other.scale} if other.scale else {})
