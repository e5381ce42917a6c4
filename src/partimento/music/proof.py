"""Proof of a piece: is every claim it makes true? Knows the rules, changes nothing, and says each flaw in one sentence.

`prove_progression` reads chords that anybody wrote (also a model's draft, symbols unread); `prove` reads a finished
score with its grips and notes. No findings: it is sound.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Final, Literal, get_args

from msgspec import Struct

from partimento.core.errors import ChordSyntaxError
from partimento.music.chord import Chord
from partimento.music.form import Cadence, ends_with
from partimento.music.key import Key
from partimento.music.progression import Progression
from partimento.music.rhythm import bar_beats
from partimento.music.score import Note, PlacedChord, Score, Section
from partimento.music.voicing import MOST_NOTES, WIDEST

Kind = Literal["symbol", "bars", "beats", "section", "cadence", "key", "voicing", "note"]

_CADENCES: Final = frozenset(get_args(Cadence))
_TOUCHING: Final = 1e-3
_AHEAD: Final = 0.5 + _TOUCHING


class Finding(Struct, frozen=True):
    """One flaw: its kind, the bar it shows in (0: the whole piece), and a sentence that tells how to mend it."""

    kind: Kind
    bar: int
    text: str


def prove_progression(progression: Progression | Score, key: str, bars: int) -> tuple[Finding, ...]:
    """What is wrong with a progression that was to be in a key and so many bars long. Raises KeySyntaxError."""
    home = Key.parse(key)
    chords: list[Chord | None] = []
    findings: list[Finding] = []
    for placed in progression.chords:
        try:
            chords.append(Chord.parse(placed.symbol))
        except ChordSyntaxError as error:
            chords.append(None)
            findings.append(Finding("symbol", placed.bar, f"bar {placed.bar}: {error}"))
    findings.extend(_bars(progression, bars))
    findings.extend(_beats(progression.chords, progression.meter))
    if Key.parse(progression.key) != home:
        findings.append(Finding("key", 0, f"it is written in {progression.key}; {home.symbol} was asked for"))
    known = [(placed, chord) for placed, chord in zip(progression.chords, chords, strict=True) if chord is not None]
    findings.extend(_key(known, home))
    findings.extend(_sections(progression, known, home))
    return tuple(findings)


def prove(score: Score, key: str, bars: int) -> tuple[Finding, ...]:
    """What is wrong with a finished score: all that `prove_progression` looks for, and every grip and note."""
    findings = prove_progression(score, key, bars)
    if any(finding.kind in ("symbol", "bars", "beats") for finding in findings):
        return findings
    grips = (
        Finding("voicing", placed.bar, f"bar {placed.bar}: {placed.symbol} {flaw}")
        for placed in score.chords
        for flaw in grip_flaws(placed.symbol, placed.left_hand, placed.right_hand)
    )
    return (*findings, *grips, *_notes(score))


# ---- bars, beats, sections -------------------------------------------------------------------------------------


def _bars(progression: Progression | Score, bars: int) -> Iterator[Finding]:
    if progression.bars != bars:
        yield Finding("bars", 0, f"it has {progression.bars} bars; {bars} were asked for")
    there = {placed.bar for placed in progression.chords}
    for bar in range(1, bars + 1):
        if bar not in there:
            yield Finding("bars", bar, f"bar {bar} has no chord; write one, or N.C. for silence")
    for bar in sorted(bar for bar in there if not 1 <= bar <= bars):
        yield Finding("bars", bar, f"bar {bar} does not exist; the piece has bars 1 to {bars}")


def _beats(chords: Iterable[PlacedChord], meter: str) -> Iterator[Finding]:
    length = bar_beats(meter)
    in_bar: dict[int, list[PlacedChord]] = {}
    for placed in chords:
        in_bar.setdefault(placed.bar, []).append(placed)
    for bar, row in in_bar.items():
        at = 1.0
        for placed in row:
            if abs(placed.beat - at) > _TOUCHING:
                yield Finding("beats", bar, f"bar {bar}: {placed.symbol} starts on beat {placed.beat:g}; it should on {at:g}")
            at = placed.beat + placed.beats
        lasts = sum(placed.beats for placed in row)
        if abs(lasts - length) > _TOUCHING:
            yield Finding("beats", bar, f"bar {bar}: its chords last {lasts:g} beats; a bar of {meter} has {length:g}")


def _sections(
    progression: Progression | Score, known: Sequence[tuple[PlacedChord, Chord]], key: Key
) -> Iterator[Finding]:
    start = 1
    for section in progression.sections:
        if section.start_bar != start:
            yield Finding("section", start, f"section {section.name} starts in bar {section.start_bar}; it should in {start}")
        start = section.start_bar + section.bars
        yield from _cadence(section, known, key)
    if progression.sections and start != progression.bars + 1:
        yield Finding("section", 0, f"the sections have {start - 1} bars together; the piece has {progression.bars}")


def _cadence(section: Section, known: Sequence[tuple[PlacedChord, Chord]], key: Key) -> Iterator[Finding]:
    if section.cadence not in ("", *_CADENCES):
        names = ", ".join(sorted(_CADENCES))
        yield Finding("cadence", 0, f"section {section.name}: there is no cadence {section.cadence!r}; choose one of {names}")
        return
    end = section.start_bar + section.bars
    inside = [chord for placed, chord in known if section.start_bar <= placed.bar < end]
    if section.cadence and not ends_with(inside, key, section.cadence):  # type: ignore[arg-type]
        last = " ".join(chord.symbol for chord in inside[-3:])
        text = f"section {section.name} promises a {section.cadence} cadence in bar {end - 1}, but ends {last}"
        yield Finding("cadence", end - 1, text)
