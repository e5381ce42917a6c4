"""True sentences about a key: its signature, its neighbours, its relatives, the intervals and steps on its tonic."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from partimento.music.interval import interval, semitones
from partimento.music.key import Key, practical_key
from partimento.music.pitch import name, pitch_class
from partimento.music.scale import mode_on, scale_of, scale_on
from partimento.music.teaching.keys import key_words
from partimento.music.teaching.wording import COUNTS, Words, listed

_INTERVALS: Final = (
    "minor second", "major second", "minor third", "major third", "perfect fourth", "perfect fifth", "minor sixth",
    "major sixth", "minor seventh", "major seventh",
)  # fmt: skip
_INVERTED: Final = (("major third", "minor sixth"), ("minor third", "major sixth"), ("perfect fourth", "perfect fifth"),
                    ("major second", "minor seventh"), ("minor second", "major seventh"))  # fmt: skip
_SHARPS: Final = ("F#", "C#", "G#", "D#", "A#", "E#", "B#")
_FLATS: Final = ("Bb", "Eb", "Ab", "Db", "Gb", "Cb", "Fb")


def signature_facts(key: Key, words: Words) -> Iterator[str]:
    """How many sharps or flats, and which."""
    count = abs(key.signature)
    if not count:
        yield words.say("{key} has no sharps or flats.", "The key of {key} has no sharps or flats.", key=key_words(key))
        return
    kind = "sharp" if key.signature > 0 else "flat"
    signs = (_SHARPS if key.signature > 0 else _FLATS)[:count]
    plural = kind if count == 1 else f"{kind}s"
    parts = {"key": key_words(key), "count": COUNTS[count], "kind": plural, "signs": listed(signs)}
    yield words.say("{key} has {count} {kind}: {signs}.", "There are {count} {kind} in {key}.", **parts)
    verb = "is" if count == 1 else "are"
    yield words.say("The {kind} of {key} {verb} {signs}.", verb=verb, **parts)


def relative_facts(key: Key, words: Words) -> Iterator[str]:
    """The relative and the parallel key."""
    if key.is_minor:
        other, parallel = Key(key.tonic - 3), Key(key.tonic)
    else:
        other, parallel = Key(key.tonic + 3, "minor"), Key(key.tonic, "minor")
    parts = {"key": key_words(key), "mode": other.mode, "other": key_words(other), "parallel": key_words(parallel)}
    yield words.say("The relative {mode} of {key} is {other}.", "{other} is the relative {mode} of {key}.", **parts)
    yield words.say("{key} and {other} share the same key signature.", **parts)
    yield words.say("The parallel {mode} of {key} is {parallel}.", **parts)
    yield words.say("{one} has the same notes as {two}.", one=scale_of(key).symbol, two=scale_of(other).symbol)


def circle_facts(key: Key, words: Words) -> Iterator[str]:
    """The neighbours on the circle of fifths, and the signature."""
    yield from ring_facts(key, words)
    yield from signature_facts(key, words)


def ring_facts(key: Key, words: Words) -> Iterator[str]:
    """The neighbours on the circle of fifths."""
    up, down = (practical_key(Key(key.tonic + step))[0].symbol for step in (1, -1))
    here = key.symbol.removesuffix("m")
    yield words.say(
        "One step clockwise from {here} on the circle of fifths is {up}.", "A perfect fifth above {here} is {up}.",
        here=here, up=name(key.tonic + 1),
    ) if up == name(key.tonic + 1) else words.say(
        "A perfect fifth above {here} is {up}.", here=here, up=name(key.tonic + 1)
    )  # fmt: skip
    yield words.say(
        "A perfect fifth below {here} is {down}.", "A perfect fourth above {here} is {down}.",
        here=here, down=name(key.tonic - 1),
    )  # fmt: skip
    if down == name(key.tonic - 1):
        yield f"One step counterclockwise from {here} on the circle of fifths is {down}."


def interval_facts(key: Key, words: Words) -> Iterator[str]:
    """Intervals on the tonic, their sizes and inversions."""
    tonic = key.symbol.removesuffix("m")
    for told in words.some(_INTERVALS, 4):
        high = key.tonic + interval(told)
        if not -11 <= high <= 15:
            continue
        yield words.say(
            "{low} to {high} is a {told}.", "A {told} above {low} is {high}.", "From {low} up to {high} is a {told}.",
            low=tonic, high=name(high), told=told,
        )  # fmt: skip
    for told in words.some(_INTERVALS[2:], 2):
        yield words.say(
            "A {told} has {count} semitones.", "A {told} spans {count} half steps.",
            told=told, count=COUNTS[semitones(interval(told))],
        )  # fmt: skip
    one, other = words.some(_INVERTED, 1)[0]
    yield f"A {one} inverts to a {other}."


def name_facts(key: Key, words: Words) -> Iterator[str]:
    """The black keys by both their names, and the key's own black keys."""
    for low in words.some(range(-5, 0), 3):
        yield words.say(
            "{sharp} sounds the same as {flat}.", "{flat} is enharmonic to {sharp}.",
            sharp=name(low + 12), flat=name(low),
        )  # fmt: skip
    yield from signature_facts(key, words)


def step_facts(key: Key, words: Words) -> Iterator[str]:
    """The half and whole steps of the key's scale."""
    notes = [*key.scale, key.scale[0]]
    for low, high in words.some(list(pairwise(notes)), 4):
        half = (pitch_class(high) - pitch_class(low)) % 12 == 1
        yield words.say(
            "{low} to {high} is a {size} step.", "From {low} up to {high} is a {size} step.",
            low=name(low), high=name(high), size="half" if half else "whole",
        )  # fmt: skip
    yield (
        words.say("The steps of the major scale are W-W-H-W-W-W-H.", "The major scale is W-W-H-W-W-W-H.")
        if not key.is_minor
        else "The steps of the natural minor scale are W-H-W-W-H-W-W."
    )


def mode_facts(key: Key, words: Words) -> Iterator[str]:
    """The modes that share the key's notes."""
    home = scale_on(key.tonic, "major")
    for step in words.some(range(2, 8), 3):
        mode = mode_on(home, step)
        if mode is not None:
            yield words.say(
                "{mode} is the {nth} mode of {home}.", "{mode} has the same notes as {home}.",
                mode=mode.symbol, home=home.symbol,
                nth=("", "first", "second", "third", "fourth", "fifth", "sixth", "seventh")[step],
            )  # fmt: skip


def neighbour_facts(key: Key, words: Words) -> Iterator[str]:
    """The keys a modulation goes to first: dominant, subdominant, relative."""
    yield from list(relative_facts(key, words))[:2]
    here = key_words(key)
    yield words.say("The dominant of {here} is {up}.", here=here, up=f"{name(key.tonic + 1)}")
    yield words.say("The subdominant of {here} is {down}.", here=here,
                    down=f"{name(key.tonic - 1)}{'m' if key.is_minor else ''}")  # fmt: skip


def lift_facts(key: Key, words: Words) -> Iterator[str]:
    """The keys a half step and a whole step higher, and the dominants that lead there."""
    tonic = key.symbol.removesuffix("m")
    for size, step in (("half", -5), ("whole", 2)):
        goal = key.tonic + step
        yield words.say(
            "A {size} step above {here} is {there}.", "{here} to {there} is a {size} step.",
            here=tonic, there=name(goal), size=size,
        )  # fmt: skip
        usual = practical_key(Key(goal))[0]
        yield words.say(
            "The V7 of {there} is {five}.", "{five} is the V7 of {there}.",
            there=key_words(usual), five=f"{name(usual.tonic + 1)}7",
        )  # fmt: skip
