"""Devices that put a chord before its goal: dominants of any step, their two-fives, passing and sliding chords, a bass.

Each looks at the chord that gives up half of its time, and yields the changes that are musical there.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from partimento.music.chord import Chord, chord_on
from partimento.music.pitch import name, nearest_spelling, pitch_class
from partimento.music.reharmonization.spot import DOMINANT, MINOR, Change, Spot, on, replaced
from partimento.music.roman import applied_target, usual_root

_PLAIN: Final = 4
"""A chord of more tones than this is not turned over: its bass would no longer be heard as a walk."""
_DIMINISHED: Final = ("dim", "dim7", "hdim7")


def _goal(spot: Spot) -> tuple[Chord, int] | None:
    """The chord that follows and its root (fifths), where it is another chord that can be led to."""
    after = spot.after
    if after is None or after.root_fifths is None or spot.chord.root is None or after.quality in _DIMINISHED:
        return None
    return None if after.root == spot.chord.root else (after, after.root_fifths)


def _split(spot: Spot, inserted: Chord) -> tuple[tuple[Chord, ...], tuple[float, ...]] | None:
    """The spot's chord and a new one after it, in its time; None where the time is too short."""
    halves = spot.halves()
    return None if halves is None else ((spot.chord, inserted), halves)


def secondary(spot: Spot) -> Iterator[Change]:
    """The dominant seventh of the next chord: put in before it, or made of the chord that stands a fifth above it."""
    goal = _goal(spot)
    if goal is None or goal[0].root == spot.key.pc or spot.resolves:
        return
    after, root = goal
    dominant = on(root + 1, "7")
    if applied_target(dominant, spot.key, after) is None:
        return
    if spot.chord.root == dominant.root:
        if spot.chord.quality in ("min", "min7"):
            reason = "{s0} is {n0}: {old} ({old_n}) with its third raised, so that it pulls to {goal} ({goal_n})."
            yield replaced(spot, dominant, "secondary dominants", 4, reason)
        return
    if not spot.chord.is_slash and (made := _split(spot, dominant)) is not None:
        reason = "{s1} is {n1}, put in before {goal} ({goal_n}): its own dominant, which pulls to it."
        yield Change("secondary dominants", 4, spot.at, spot.at + 1, *made, reason)


def two_five(spot: Spot) -> Iterator[Change]:
    """Before a dominant that resolves, the ii of the same goal in half of its time."""
    chord, after, halves = spot.chord, spot.after, spot.halves()
    if not spot.resolves or chord.is_slash or halves is None or chord.root_fifths is None or after is None:
        return
    two = on(chord.root_fifths + 1, "m7b5" if after.quality in MINOR else "m7")
    if spot.before is not None and spot.before.root == two.root:
        return
    reason = "{s0} ({n0}) leads {s1} ({n1}) in: together they are the two-five of {goal}."
    yield Change("related two-five", 5, spot.at, spot.at + 1, (two, chord), halves, reason)


def passing(spot: Spot) -> Iterator[Change]:
    """A diminished seventh between two roots a whole tone apart; downwards between minor chords only."""
    goal = _goal(spot)
    if goal is None or spot.chord.quality in _DIMINISHED or spot.chord.is_slash or goal[0].is_slash:
        return
    after, root = goal
    rise = ((after.root or 0) - (spot.chord.root or 0)) % 12
    both_minor = spot.chord.quality in MINOR and after.quality in MINOR
    if rise == 2:
        inserted, way = on(root + 5, "dim7"), "up"
    elif rise == 10 and both_minor:
        inserted, way = on(root - 5, "dim7"), "down"
    else:
        return
    if (made := _split(spot, inserted)) is not None:
        reason = f"{{s1}} ({{n1}}) fills the whole tone in the bass from {{s0}} {way} to {{goal}}."
        yield Change("passing chords", 5, spot.at, spot.at + 1, *made, reason)


def slide(spot: Spot) -> Iterator[Change]:
    """Before a chord, the dominant or the same shape a semitone above it."""
    goal = _goal(spot)
    if goal is None or spot.resolves or goal[0].is_slash:
        return
    after, root = goal
    above = usual_root(spot.key, root - 5)
    if after.root != spot.key.pc and (made := _split(spot, on(above, "7"))) is not None:
        inserted = made[0][1]
        if inserted.root != spot.chord.root:
            fifth_above = name(nearest_spelling(pitch_class(root + 1), spot.key.tonic))
            reason = (
                f"{{s1}} ({{n1}}) is the tritone substitute of {fifth_above}7, the dominant of {{goal}} ({{goal_n}}):"
            )
            reason += " its root slides down a semitone."
            yield Change("applied tritone substitution", 8, spot.at, spot.at + 1, *made, reason)
    if after.quality in ("min7", "maj7") and spot.chord.quality not in DOMINANT:
        twin = on(above, after.shape.suffix)
        if twin.root != spot.chord.root and (made := _split(spot, twin)) is not None:
            reason = (
                "{s1} ({n1}) has the shape of {goal} a semitone higher and slides down into it, every voice at once."
            )
            yield Change("chromatic approach", 8, spot.at, spot.at + 1, *made, reason)


def walking_bass(spot: Spot) -> Iterator[Change]:
    """An inversion from which the bass goes on by step: in the second half, or all the while between two steps."""
    chord, after = spot.chord, spot.after
    if chord.root_fifths is None or chord.is_slash or after is None or after.bass is None or after.root == chord.root:
        return
    for label, fifths in _low_tones(spot):
        pc = pitch_class(fifths)
        way = _step(pc, after.bass)
        if way == 0:
            continue
        inverted = chord_on(chord.root_fifths, chord.shape, fifths)
        before = spot.before
        if label == "third" and before is not None and before.bass is not None and _step(before.bass, pc) == way:
            line = " ".join((name(before.bass_fifths or 0), name(fifths), name(after.bass_fifths or 0)))
            reason = f"{{s0}} ({{n0}}) has the {label} in the bass, which so walks by step: {line}."
            yield replaced(spot, inverted, "walking bass", 3, reason)
        elif (made := _split(spot, inverted)) is not None:
            reason = f"{{s1}} ({{n1}}) has the {label} in the bass, which walks by step to {{goal}} ({{goal_n}})."
            yield Change("walking bass", 3, spot.at, spot.at + 1, *made, reason)


def _low_tones(spot: Spot) -> Iterator[tuple[str, int]]:
    """The tones a chord can well stand on: its third, and a minor chord's seventh, sounding or not."""
    chord = spot.chord
    steps = dict(zip(chord.degrees, chord.shape.fifths, strict=True))
    root = chord.root_fifths or 0
    if chord.quality in (*_DIMINISHED, "aug", "sus", "sus7", "5") or len(chord.degrees) > _PLAIN:
        return
    for label in ("3", "b3"):
        if label in steps:
            yield "third", root + steps[label]
    if chord.quality in ("min", "min7"):
        yield "seventh", root - 2


def _step(low: int, high: int) -> int:
    """1 where a bass can step up (a tone or a semitone), -1 down, 0 where it cannot."""
    rise = (high - low) % 12
    return 1 if rise in (1, 2) else -1 if rise in (10, 11) else 0
