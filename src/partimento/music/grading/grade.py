"""Grading a take against what was asked: the page that says how. The steps are files beside this one.

tones asked ─ key played in ─ course of time ─ pairing ─ findings ─ marks ─ advice
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean
from typing import Final

from msgspec import Struct

from partimento.music.grading.advice import Practice, advise
from partimento.music.grading.course import Course
from partimento.music.grading.expected import Expected, Tone, tones
from partimento.music.grading.findings import Finding, interval
from partimento.music.grading.following import find_course
from partimento.music.grading.hearing import Hearing, hear
from partimento.music.grading.judge import find
from partimento.music.grading.laying import Placed, overlap
from partimento.music.grading.marks import FORMULA, BarMark, HandMark, Marks, mark
from partimento.music.grading.touch import touch
from partimento.music.grading.voicings import voicing_findings
from partimento.music.key import Key, usual_keys
from partimento.music.take import Take, TakeNote

_SURE: Final = 0.6
"""This share of the tones asked for, each near its place, and no other key is tried."""
_FOREIGN: Final = 0.3
"""Where less than this share of the tones is in its place, the take is likely of another piece."""
_TRIED: Final = 3
_CLEARER: Final = 0.2


class Tempo(Struct, frozen=True):
    """Quarter notes a minute, as asked and as played; `steadiness_ms` is the mean distance of the notes from their
    place, `is_steady` whether one tempo held throughout."""

    asked: float
    played: float
    is_steady: bool
    steadiness_ms: float
    sentence: str


class Transposition(Struct, frozen=True):
    """All of it was played so many semitones higher (lower: below 0)."""

    semitones: int
    asked: str
    played: str
    sentence: str
    mend: str


class Grade(Struct, frozen=True, kw_only=True):
    """A take judged. `score` 0 to 100, its `marks` by part, a mark for each bar and hand; findings in order.

    `met`: whether a criterion in words is fulfilled; None where the take was held against a piece. A criterion has no
    tempo, bars and hands.
    """

    score: int
    met: bool | None = None
    marks: Marks
    formula: str
    tempo: Tempo | None
    transposed: Transposition | None
    bars: tuple[BarMark, ...]
    hands: tuple[HandMark, ...]
    findings: tuple[Finding, ...]
    advice: tuple[Practice, ...]
    remarks: tuple[str, ...]


def grade(take: Take, expected: Expected) -> Grade:
    """Judge a take. It may be in another tempo, start late, stop, go back, or be in another key: each is said.

    Raises BadInput where nothing was played or asked.
    """
    asked = tones(expected)
    notes, remarks = _of_the_pianist(take)
    shift, course = _key_and_course(asked, notes, expected)
    hearing = hear(asked, notes, course, expected, shift)
    key = Key.parse(expected.score.key)
    findings = find(hearing, notes, course, expected, key, shift)
    findings += voicing_findings(expected, notes, course, shift)
    dynamics, told = touch(hearing, notes)
    findings = sorted([*findings, *told], key=lambda one: (one.start_beat, one.expected or one.played or 0))
    tempo = _tempo(expected, course, hearing)
    transposed = _transposition(key, shift)
    marks, bars, hands = mark(hearing, notes, findings, dynamics, expected, shift)
    return Grade(
        score=marks.whole,
        marks=marks,
        formula=FORMULA,
        tempo=tempo,
        transposed=transposed,
        bars=bars,
        hands=hands,
        findings=tuple(findings),
        advice=advise(marks, bars, hands, findings, tempo.asked, tempo.played, transposed.mend if transposed else None),
        remarks=(*take.remarks, *remarks, *_ended_early(asked, hearing), *_another_piece(course)),
    )


def _of_the_pianist(take: Take) -> tuple[Sequence[TakeNote], tuple[str, ...]]:
    """The notes of the two hands; where some tracks tell a hand and others do not, those others are the band's."""
    told = [note for note in take.notes if note.hand is not None]
    others = len(take.notes) - len(told)
    if told and others and all(note.channel is not None for note in take.notes):
        return told, (f"{others} notes of other tracks than the two hands' were left out",)
    if not told:
        return take.notes, ("nothing tells which hand played a note; the hands are inferred from what was asked",)
    return take.notes, ()


def _key_and_course(asked: Sequence[Tone], notes: Sequence[TakeNote], expected: Expected) -> tuple[int, Course]:
    """How far the take is transposed, and its course there. The key asked for stands unless another is clearly it."""
    wrap = None if expected.by_octave else 12
    wanted = [(tone.start_beat, tone.key) for tone in asked]
    per_beat = 60 / expected.score.tempo

    def course(shift: int) -> Course:
        return find_course(wanted, _moved(notes, shift, wrap), per_beat)

    here = course(0)
    plain = _moved(notes, 0, wrap)
    if here.explained >= _SURE:
        return 0, here
    shifts = [shift for shift in (range(-6, 6) if wrap else range(-36, 37)) if shift]
    likely = sorted(shifts, key=lambda shift: (-overlap(wanted, plain, shift, wrap), abs(shift)))[:_TRIED]
    tried = [(course(shift), shift) for shift in likely]
    best, shift = max(tried, key=lambda one: (one[0].explained, -abs(one[1])))
    if best.explained >= 0.5 and best.explained >= here.explained + _CLEARER:
        return shift, best
    return 0, here


def _moved(notes: Sequence[TakeNote], shift: int, wrap: int | None) -> list[Placed]:
    if wrap:
        return [(note.start, (note.midi - shift) % wrap) for note in notes]
    return [(note.start, note.midi - shift) for note in notes if note.midi >= shift]


def _tempo(expected: Expected, course: Course, hearing: Hearing) -> Tempo:
    asked, played = expected.score.tempo, round(60 / course.per_beat, 1)
    offs = [abs(one.off) * 1000 for one in hearing.heard if one.note is not None and not one.is_rolled]
    spread = round(fmean(offs), 1) if offs else 0.0
    share = played / asked - 1
    words = f"Played at {played:g}, asked at {asked:g} beats a minute"
    words += "" if abs(share) < 0.03 else f" ({abs(share):.0%} {'faster' if share > 0 else 'slower'})"
    held = "one tempo throughout" if course.is_steady else "the tempo wandered"
    return Tempo(asked, played, course.is_steady, spread, f"{words}; {held}, notes {spread:.0f} ms off on average.")


def _transposition(key: Key, shift: int) -> Transposition | None:
    if not shift:
        return None
    twelve = usual_keys(key.mode)
    played = twelve[(key.pc + shift) % 12]
    way = "higher" if shift > 0 else "lower"
    if shift % 12 == 0:
        sentence = f"It is all {interval(shift)} {way} than asked."
        return Transposition(shift, key.symbol, key.symbol, sentence, f"move both hands {interval(shift)}")
    sentence = f"It is all {interval(shift)} {way}: played in {played.symbol}, asked in {key.symbol}."
    return Transposition(shift, key.symbol, played.symbol, sentence, f"play it in {key.symbol}")


def _another_piece(course: Course) -> tuple[str, ...]:
    if course.explained >= _FOREIGN:
        return ()
    return (f"only {course.explained:.0%} of what was asked was found in its place: is it the right task?",)


def _ended_early(asked: Sequence[Tone], hearing: Hearing) -> tuple[str, ...]:
    played = [one.tone.bar for one in hearing.heard if one.note is not None]
    last = max((tone.bar for tone in asked), default=0)
    if played and max(played) < last:
        return (f"the take ends with bar {max(played)} of {last}",)
    return ()
