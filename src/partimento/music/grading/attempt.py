"""Attempts at chords: which was meant for which chord, and what each lacks. Knows nothing of runs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct

from partimento.music.chord import Chord
from partimento.music.grading.colours import free_tones
from partimento.music.grading.criterion import Criterion, bass_of
from partimento.music.grading.findings import Finding, Kind, note_name
from partimento.music.grading.voicings import voicing_flaws
from partimento.music.key import Key
from partimento.music.pitch import pitch_class
from partimento.music.take import TakeNote
from partimento.music.voicing.tones import tones_of

AMISS: Final = 0.25
"""What a chord out of its voicing or inversion takes off, and a wrong hand."""
_NEW_ATTEMPT: Final = 0.35
_TOGETHER, _OVERLAP = 0.12, 0.05
"""Seconds between two onsets that make the second a chord of its own: while keys are held, and after they were let go;
and how long a key may linger on."""
_SKIPPED, _EXTRA = 5.0, 1.5
"""Prices of a chord that was not played, and of an attempt that was none of those asked for."""
_INVERSIONS: Final = ("root position", "first inversion", "second inversion", "third inversion")


class Judged(Struct, frozen=True):
    """What one attempt, or a run, comes to."""

    asked: int
    right: int
    findings: tuple[Finding, ...]
    off: float = 0.0
    """Taken off for what is not a matter of single tones."""


def found_at(
    number: int, kind: Kind, sentence: str, expected: int | None = None, played: TakeNote | None = None
) -> Finding:
    """A finding; what has no bars counts attempts, or the notes of a run, as beats."""
    return Finding(
        bar=1,
        beat=float(number),
        start_beat=float(number),
        kind=kind,
        sentence=sentence,
        expected=expected,
        played=None if played is None else played.midi,
        hand=None if played is None else played.hand,
        at=None if played is None else played.start,
    )


def chords_in(notes: Sequence[TakeNote], criterion: Criterion) -> tuple[Judged, tuple[str, ...]]:
    """Each chord asked for with the attempt that was meant for it, in order: the way that costs least."""
    attempts, chords = _attempts(notes), criterion.chords
    table = [
        [_attempt(symbol, attempt, criterion, number) for attempt in attempts]
        for number, symbol in enumerate(chords, 1)
    ]
    if len(chords) == 1:
        best = min(reversed(table[0]), key=lambda judged: len(judged.findings))
        remarks = (f"the best of {len(attempts)} attempts counts",) if len(attempts) > 1 else ()
        return best, remarks
    chosen = _in_order(table, len(attempts))
    judged = [
        table[row][column] if column is not None else _unplayed(symbol, row + 1)
        for row, (symbol, column) in enumerate(zip(chords, chosen, strict=True))
    ]
    used = {column for column in chosen if column is not None}
    over = tuple(
        found_at(at + 1, "extra", "A chord was played that was not asked for.", played=attempt[0])
        for at, attempt in enumerate(attempts)
        if at not in used
    )
    return Judged(
        sum(one.asked for one in judged),
        sum(one.right for one in judged),
        (*(finding for one in judged for finding in one.findings), *over),
        sum(one.off for one in judged) / len(judged),
    ), ()


def _attempts(notes: Sequence[TakeNote]) -> list[list[TakeNote]]:
    """Notes struck together, or rolled: a new attempt begins after a wait, or when all keys were let go."""
    attempts: list[list[TakeNote]] = []
    for note in notes:
        if attempts:
            gap = note.start - attempts[-1][-1].start
            let_go = note.start >= max(one.end for one in attempts[-1]) - _OVERLAP
            if gap <= (_TOGETHER if let_go else _NEW_ATTEMPT):
                attempts[-1].append(note)
                continue
        attempts.append([note])
    return attempts


def _in_order(table: list[list[Judged]], attempts: int) -> list[int | None]:
    """For each chord its attempt or None, in order, at the least total price."""
    reached: list[list[tuple[float, tuple[int | None, ...]]]] = [[(_EXTRA * at, ()) for at in range(attempts + 1)]]
    for row in table:
        above = reached[-1]
        here = [(above[0][0] + _SKIPPED, (*above[0][1], None))]
        for column, judged in enumerate(row):
            ways = [
                (above[column][0] + min(_SKIPPED, len(judged.findings)), (*above[column][1], column)),
                (above[column + 1][0] + _SKIPPED, (*above[column + 1][1], None)),
                (here[column][0] + _EXTRA, here[column][1]),
            ]
            here.append(min(ways, key=lambda way: way[0]))
        reached.append(here)
    return list(reached[-1][-1][1])


def _required(symbol: str) -> tuple[int, ...]:
    """The tones without which it is another chord: all but the perfect fifth of a chord of four tones and more."""
    tones = tones_of(Chord.parse(symbol))
    if tones is None:
        return ()
    every = tuple(dict.fromkeys((*tones.every, tones.bass)))
    perfect = (tones.root + 7) % 12
    return tuple(pc for pc in every if pc != perfect) if len(every) > 3 and tones.bass != perfect else every


def _unplayed(symbol: str, number: int) -> Judged:
    return Judged(len(_required(symbol)), 0, (found_at(number, "missing", f"{symbol} was not played."),))


def _attempt(symbol: str, struck: Sequence[TakeNote], criterion: Criterion, number: int) -> Judged:
    """One attempt at one chord."""
    chord, key = Chord.parse(symbol), Key.parse(criterion.key)
    allowed = chord.pitch_classes if criterion.voicing is None else free_tones(symbol)
    sounding = {note.midi % 12 for note in struck}
    findings = [
        found_at(number, "extra", f"{note_name(note.midi, key)} is no tone of {symbol}.", played=note)
        for note in struck
        if note.midi % 12 not in allowed
    ]
    if criterion.voicing is not None:
        flaws = voicing_flaws(symbol, struck, criterion.voicing)
        asked = tuple(pc for pc in sounding if pc in allowed)
        if flaws and not findings:
            sentence = f"{symbol} is no {criterion.voicing} voicing: it {flaws[0]}."
            findings.append(found_at(number, "voicing", sentence, played=struck[0]))
        asked_count, right = max(3, len(asked)), len(asked)
    else:
        asked = _required(symbol)
        names = {
            pitch_class((chord.root_fifths or 0) + step): name
            for step, name in zip(chord.shape.fifths, chord.notes, strict=True)
        }
        findings += [
            found_at(number, "missing", f"The {names.get(pc, key.spell(pc))} of {symbol} is missing.", expected=60 + pc)
            for pc in asked
            if pc not in sounding
        ]
        asked_count, right = len(asked), sum(pc in sounding for pc in asked)
    findings += _turned(symbol, struck, criterion, number)
    off = AMISS if any(one.kind == "voicing" for one in findings) else 0.0
    return Judged(asked_count, right, tuple(findings), off)


def _turned(symbol: str, struck: Sequence[TakeNote], criterion: Criterion, number: int) -> Iterator[Finding]:
    if criterion.inversion is None:
        return
    lowest = min(struck, key=lambda note: note.midi)
    if lowest.midi % 12 != bass_of(symbol, criterion.inversion):
        lows = (bass_of(symbol, at) for at in range(4))
        real = next(
            (name for name, low in zip(_INVERSIONS, lows, strict=True) if low == lowest.midi % 12), "no inversion"
        )
        sentence = f"{symbol} was played in {real}, not in {_INVERSIONS[criterion.inversion]}."
        yield found_at(number, "voicing", sentence, played=lowest)
