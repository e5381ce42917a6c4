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
from partimento.music.composition.form import Cadence, ends_with
from partimento.music.composition.progression import Progression
from partimento.music.key import Key
from partimento.music.rhythm import bar_beats
from partimento.music.score import BandNote, Note, PlacedChord, Score, Section
from partimento.music.voicing import MOST_NOTES, WIDEST

Kind = Literal["symbol", "bars", "beats", "section", "cadence", "key", "voicing", "note"]

_CADENCES: Final = frozenset(get_args(Cadence))
_TOUCHING: Final = 1e-3
_AHEAD: Final = 1.0 + _TOUCHING
_SIXTH: Final = 9


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
                yield Finding(
                    "beats", bar, f"bar {bar}: {placed.symbol} starts on beat {placed.beat:g}; it should on {at:g}"
                )
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
            yield Finding(
                "section", start, f"section {section.name} starts in bar {section.start_bar}; it should in {start}"
            )
        start = section.start_bar + section.bars
        yield from _cadence(section, known, key)
    if progression.sections and start != progression.bars + 1:
        yield Finding("section", 0, f"the sections have {start - 1} bars together; the piece has {progression.bars}")


def _cadence(section: Section, known: Sequence[tuple[PlacedChord, Chord]], key: Key) -> Iterator[Finding]:
    if section.cadence not in ("", *_CADENCES):
        names = ", ".join(sorted(_CADENCES))
        text = f"section {section.name}: there is no cadence {section.cadence!r}; choose one of {names}"
        yield Finding("cadence", 0, text)
        return
    end = section.start_bar + section.bars
    inside = [chord for placed, chord in known if section.start_bar <= placed.bar < end]
    if section.cadence and not ends_with(inside, key, section.cadence):  # type: ignore[arg-type]
        last = " ".join(chord.symbol for chord in inside[-3:])
        text = f"section {section.name} promises a {section.cadence} cadence in bar {end - 1}, but ends {last}"
        yield Finding("cadence", end - 1, text)


# ---- key -------------------------------------------------------------------------------------------------------

_MAJOR: Final = frozenset({0, 2, 4, 5, 7, 9, 11})
_MINOR: Final = frozenset({0, 2, 3, 5, 7, 8, 9, 10, 11})
_MARGIN: Final = 0.2
_TELLING: Final = 4
"""Fewer chords than this tell no key by their tones."""
_LEADING_BACK: Final = ("7", "aug7", "sus7", "sus", "maj", "aug")


def _key(known: Sequence[tuple[PlacedChord, Chord]], key: Key) -> Iterator[Finding]:
    """A piece is in a key when its tonic begins or ends it and no other key of the mode holds its tones far better.

    A piece that ends on the dominant (it turns around) counts as ended when the tonic stands anywhere in it.
    """
    sounding = [(placed, chord) for placed, chord in known if chord.root is not None]
    if not sounding:
        return
    tonic = [place for place, (_, chord) in enumerate(sounding) if _is_tonic(chord, key)]
    last = sounding[-1][1]
    turns_around = last.root == (key.pc + 7) % 12 and last.quality in _LEADING_BACK
    ends = set(range(len(sounding))) if turns_around else {0, len(sounding) - 1}
    if not ends & set(tonic):
        text = f"it begins with {sounding[0][0].symbol} and ends with {sounding[-1][0].symbol}"
        text += f"; a piece in {key.symbol} begins or ends on its tonic chord"
        yield Finding("key", 0, text)
        return
    fits = [0.0] * 12
    for placed, chord in sounding:
        for pc, share in enumerate(_shares(chord.symbol, key.is_minor)):
            fits[pc] += share * placed.beats
    total = sum(placed.beats for placed, _ in sounding)
    best = max(range(12), key=fits.__getitem__)
    if len(sounding) >= _TELLING and (fits[best] - fits[key.pc]) / total > _MARGIN:
        text = f"its chords belong to {key.transposed(_up(best - key.pc)).symbol} rather than to {key.symbol}"
        yield Finding("key", 0, text)


def _up(semitones: int) -> int:
    """An interval in semitones as the nearest way along the line of fifths."""
    return (semitones * 7 + 5) % 12 - 5


def _is_tonic(chord: Chord, key: Key) -> bool:
    third = (key.pc + (3 if key.is_minor else 4)) % 12
    return chord.root == key.pc and chord.third in (None, third)


@lru_cache(maxsize=8192)
def _shares(symbol: str, is_minor: bool) -> tuple[float, ...]:
    """For a key on each pitch class: the part of a chord's tones that it holds, the blue sevenths of I and IV too."""
    scale = _MINOR if is_minor else _MAJOR
    chord = Chord.parse(symbol)
    tones = chord.pitch_classes
    blue = None if chord.quality != "7" else chord.seventh

    def held(pc: int) -> int:
        at_home = chord.root in (pc, (pc + 5) % 12)
        return sum((tone - pc) % 12 in scale or (at_home and tone == blue) for tone in tones)

    return tuple(held(pc) / len(tones) for pc in range(12))


# ---- grips and notes -------------------------------------------------------------------------------------------


@lru_cache(maxsize=32768)
def grip_flaws(symbol: str, left: tuple[int, ...], right: tuple[int, ...]) -> tuple[str, ...]:
    """What is wrong with a grip of a chord, one clause a flaw: a hand too wide or full, tones foreign or missing …"""
    chord = Chord.parse(symbol)
    flaws = []
    for name, hand in (("left", left), ("right", right)):
        if len(hand) > MOST_NOTES:
            flaws.append(f"has {len(hand)} notes in the {name} hand; it takes {MOST_NOTES}")
        if hand and max(hand) - min(hand) > WIDEST:
            flaws.append(f"spans {max(hand) - min(hand)} semitones in the {name} hand; it reaches {WIDEST}")
    if left and right and max(left) >= min(right):
        flaws.append("crosses the hands")
    sounding = {note % 12 for note in left + right}
    if sounding - chord.pitch_classes:
        flaws.append(f"holds {len(sounding - chord.pitch_classes)} tones that are not its own")
    for name, tone in (("third", chord.third), ("seventh", chord.seventh)):
        if tone is not None and tone not in sounding:
            flaws.append(f"is without its {name}")
    return tuple(flaws)


def _notes(score: Score) -> Iterator[Finding]:
    """What is wrong with the notes of both hands, and of the band."""
    yield from _part(score, [(f"the {note.hand} hand", note.hand == "left", note) for note in score.notes])
    for track in score.tracks:
        if track.name == "bass":
            yield from _part(score, [("the bass", True, note) for note in track.notes])
        for note in track.notes:
            if note.start_beat >= 1 + score.bars * bar_beats(score.meter):
                yield Finding("note", 0, f"the {track.name} play on after the last bar")
                break


_Heard = tuple[str, bool, Note | BandNote]
"""Who plays a note, whether it is a low part that may step into the next bass, and the note."""


def _part(score: Score, heard: Sequence[_Heard]) -> Iterator[Finding]:
    """Notes out of their chords, and keys struck while they are still held; notes in order of time."""
    bar = bar_beats(score.meter)
    starts = [1 + (placed.bar - 1) * bar + placed.beat - 1 for placed in score.chords]
    tones = [Chord.parse(placed.symbol).pitch_classes for placed in score.chords]
    low = {round(note.start_beat, 3): note.midi for _, is_low, note in reversed(heard) if is_low}
    held: dict[tuple[str, int], float] = {}
    place, last = 0, len(starts) - 1
    for who, is_low, note in heard:
        while place < last and note.start_beat >= starts[place + 1] - _TOUCHING:
            place += 1
        end = note.start_beat + note.beats
        if held.get((who, note.midi), 0.0) > note.start_beat + _TOUCHING:
            text = f"bar {score.chords[place].bar}: {who} strikes {note.midi} while it holds it"
            yield Finding("note", score.chords[place].bar, text)
        held[who, note.midi] = end
        after = place + 1 if place < last and end > starts[place + 1] + _TOUCHING else place
        if note.midi % 12 in tones[place] and note.midi % 12 in tones[after]:
            continue
        is_ahead = after > place and starts[after] - note.start_beat <= _AHEAD and note.midi % 12 in tones[after]
        if not is_ahead and not (is_low and (_approaches(note, end, starts, place, low) or _shuffles(note, low))):
            chord = score.chords[place]
            yield Finding("note", chord.bar, f"bar {chord.bar}: {who} plays {note.midi}, no tone of {chord.symbol}")


def _approaches(note: Note | BandNote, end: float, starts: Sequence[float], place: int, low: dict[float, int]) -> bool:
    """Whether a foreign note is a bass line's step into the next chord: short, and by a tone at most."""
    if note.beats > 1 + _TOUCHING or place + 1 >= len(starts):
        return False
    goal = low.get(round(end, 3))
    return goal is not None and abs(end - starts[place + 1]) < _TOUCHING and 1 <= abs(goal - note.midi) <= 2


def _shuffles(note: Note | BandNote, low: dict[float, int]) -> bool:
    """Whether a foreign note is the sixth that a shuffle strikes together with its bass."""
    bass = low.get(round(note.start_beat, 3))
    return bass is not None and note.midi - bass == _SIXTH
