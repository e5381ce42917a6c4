"""Marks: how much of what was asked came. The formula stands here, in words and in code."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from partimento.music.grading.expected import Expected
from partimento.music.grading.findings import Finding
from partimento.music.grading.hearing import Heard, Hearing, hand_of
from partimento.music.score import Hand
from partimento.music.take import TakeNote

FORMULA: Final = (
    "notes 60, rhythm 25, dynamics 10, hands 5 of 100; what a take does not tell is left out and the others share. "
    "notes = right tones / (tones asked + extra notes); an octave off counts half. rhythm = notes on time (72 ms) / "
    "tones asked, less 0.05 a stop or repeat, 0.3 at most. dynamics = evenness and accents, by the share of tones "
    "played. hands = tones by the right hand / tones asked, where each note has its hand. Another key halves the "
    "whole, another octave takes a quarter off."
)
_NOTES, _RHYTHM, _DYNAMICS, _HANDS = 60, 25, 10, 5
_OTHER_KEY, _OTHER_OCTAVE = 0.5, 0.75
_PER_STOP, _MOST_STOPS = 0.05, 0.3


class Marks(Struct, frozen=True):
    """Each 0 to 100; None where the take does not tell. The counts are of tones asked, and of notes too many."""

    whole: int
    notes: int
    rhythm: int
    dynamics: int | None
    hands: int | None
    asked: int
    right: int
    wrong: int
    missing: int
    extra: int
    late: int
    early: int


class BarMark(Struct, frozen=True):
    """One bar: its score (notes and rhythm), and what was found in it."""

    bar: int
    score: int
    asked: int
    right: int
    wrong: int
    missing: int
    extra: int
    late: int
    early: int


class HandMark(Struct, frozen=True):
    """One hand's share of the right tones, 0 to 100; `is_told` is False where the hands are inferred."""

    hand: Hand
    score: int
    asked: int
    right: int
    faults: int
    is_told: bool


def mark(
    hearing: Hearing, notes: Sequence[TakeNote], findings: Sequence[Finding], dynamics: float | None,
    expected: Expected, shift: int,
) -> tuple[Marks, tuple[BarMark, ...], tuple[HandMark, ...]]:  # fmt: skip
    """The marks of the whole, of each bar, of each hand. `shift`: by how many semitones it is transposed."""
    heard = hearing.heard
    counts = Counter(finding.kind for finding in findings)
    in_tune = _in_tune(heard, len(hearing.extra), counts["voicing"])
    stops = min(_MOST_STOPS, _PER_STOP * (counts["stop"] + counts["repeat"]))
    on_time = max(0.0, sum(one.is_on_time for one in heard) / len(heard) - stops)
    played = sum(one.note is not None for one in heard) / len(heard)
    is_told = any(notes[one.note].hand is not None for one in heard if one.note is not None)
    by_hand = None
    if is_told and expected.by_octave:
        by_hand = sum(one.note is not None and notes[one.note].hand == one.tone.hand for one in heard) / len(heard)
    parts = [(_NOTES, in_tune), (_RHYTHM, on_time)]
    parts += [] if dynamics is None else [(_DYNAMICS, dynamics * played)]
    parts += [] if by_hand is None else [(_HANDS, by_hand)]
    whole = sum(weight * share for weight, share in parts) / sum(weight for weight, _ in parts)
    whole *= 1 if not shift else _OTHER_OCTAVE if shift % 12 == 0 else _OTHER_KEY
    marks = Marks(
        _percent(whole), _percent(in_tune), _percent(on_time),
        None if dynamics is None else _percent(dynamics * played), None if by_hand is None else _percent(by_hand),
        len(heard), sum(one.is_right for one in heard), counts["wrong"], counts["missing"], counts["extra"],
        counts["late"], counts["early"],
    )  # fmt: skip
    return marks, _by_bar(heard, findings), _by_hand(hearing, notes, is_told)


def _in_tune(heard: Sequence[Heard], extra: int, ungainly: int = 0) -> float:
    """The share of right tones; a chord that is not in the voicing asked for counts as one wrong tone."""
    if not heard:
        return 0.0
    right = sum(1.0 if one.is_right else 0.5 if one.is_octave else 0.0 for one in heard)
    return max(0.0, right - ungainly) / (len(heard) + extra)


def _percent(share: float) -> int:
    """Whole percent; 100 only where nothing is amiss."""
    return 100 if share >= 1 - 1e-9 else min(99, round(100 * share))


def _by_bar(heard: Sequence[Heard], findings: Sequence[Finding]) -> tuple[BarMark, ...]:
    own: defaultdict[int, list[Heard]] = defaultdict(list)
    for one in heard:
        own[one.tone.bar].append(one)
    counts: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for finding in findings:
        counts[finding.bar][finding.kind] += 1
    marks = []
    for bar in sorted({*own, *(bar for bar, count in counts.items() if count["extra"])}):
        tones, count = own[bar], counts[bar]
        on_time = sum(one.is_on_time for one in tones) / max(1, len(tones))
        share = (_NOTES * _in_tune(tones, count["extra"]) + _RHYTHM * on_time) / (_NOTES + _RHYTHM)
        right = sum(one.is_right for one in tones)
        kinds = (count[kind] for kind in ("wrong", "missing", "extra", "late", "early"))
        marks.append(BarMark(bar, _percent(share), len(tones), right, *kinds))
    return tuple(marks)


def _by_hand(hearing: Hearing, notes: Sequence[TakeNote], is_told: bool) -> tuple[HandMark, ...]:
    extra = Counter(hand_of(notes[at], hearing, notes) for at in hearing.extra)
    marks = []
    hands: tuple[Hand, ...] = ("left", "right")
    for hand in hands:
        own = [one for one in hearing.heard if one.tone.hand == hand]
        if not own:
            continue
        right = sum(one.is_right for one in own)
        faults = sum(not one.is_right or not one.is_on_time for one in own) + extra[hand]
        marks.append(HandMark(hand, _percent(right / (len(own) + extra[hand])), len(own), right, faults, is_told))
    return tuple(marks)
