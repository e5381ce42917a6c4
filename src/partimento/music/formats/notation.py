"""A score as it is written on two staves: bars, voices, ties, spelling, accidentals. Shared by MusicXML and ABC.

What was played is rounded to sixteenths or triplets here, and only here; MIDI keeps the played times. Swung eighths
are written straight and the piece is marked "Swing". Leaves syntax to the formats.
"""

from __future__ import annotations

from statistics import fmean

from msgspec import Struct

from partimento.core.errors import BadInput
from partimento.music.chord import Chord
from partimento.music.formats.filling import Item, Piece, fill
from partimento.music.formats.meter import PER_QUARTER, SIXTEENTH, Meter, checked_tempo
from partimento.music.formats.quantise import find_swing, strokes
from partimento.music.formats.spelling import Speller
from partimento.music.formats.text import plain
from partimento.music.formats.voices import Group, two_voices
from partimento.music.key import Key, practical_key
from partimento.music.score import Hand, Score

HANDS: tuple[Hand, Hand] = ("right", "left")
_CLEF_BORDER = {"right": 55, "left": 64}  # below it a hand's mean pitch reads better in the bass clef


class Bar(Struct, frozen=True):
    """One bar. `voices` are upper and lower of the right hand, upper and lower of the left; a lower one may be empty.

    `chords` are (ticks from the bar line, chord); `section` is the name of the section that begins here, else "".
    """

    number: int
    voices: tuple[tuple[Item, ...], tuple[Item, ...], tuple[Item, ...], tuple[Item, ...]]
    chords: tuple[tuple[int, Chord], ...]
    section: str
    ends_section: bool


class Notation(Struct, frozen=True):
    """The whole piece. `swing` is where in the beat second eighths are played (0.5: straight); `clefs` right, left."""

    title: str
    key: Key
    meter: Meter
    tempo: float
    swing: float
    clefs: tuple[str, str]
    bars: tuple[Bar, ...]

    @property
    def is_swung(self) -> bool:
        return self.swing > 0.5


def notate(score: Score) -> Notation:
    """The score in notation. Raises BadInput, KeySyntaxError, ChordSyntaxError for what has no reading."""
    meter = Meter.parse(score.meter)
    key, _ = practical_key(Key.parse(score.key))
    if score.bars < 1:
        raise BadInput(f"a piece of {score.bars} bars cannot be written", mend="ask for one bar or more")
    chords = _placed_chords(score, meter)
    speller = Speller(key, chords)
    swing = find_swing(score.notes, meter)
    upper, lower = two_voices(strokes(score, "right", meter, swing))
    left_upper, left_lower = two_voices(strokes(score, "left", meter, swing))
    parts = [_pieces(groups, speller, meter) for groups in (upper, lower, left_upper, left_lower)]
    names = {section.start_bar: plain(section.name) for section in reversed(score.sections)}
    ends = {section.start_bar + section.bars - 1 for section in score.sections}
    chords_of: dict[int, list[tuple[int, Chord]]] = {}
    for place, chord in chords:
        chords_of.setdefault(place // meter.bar, []).append((place % meter.bar, chord))
    bars = tuple(
        Bar(
            number=nth + 1,
            voices=(
                fill(parts[0].get(nth, []), meter, hide_gaps=False),
                fill(parts[1][nth], meter, hide_gaps=True) if nth in parts[1] else (),
                fill(parts[2].get(nth, []), meter, hide_gaps=False),
                fill(parts[3][nth], meter, hide_gaps=True) if nth in parts[3] else (),
            ),
            chords=tuple(chords_of.get(nth, ())),
            section=names.get(nth + 1, ""),
            ends_section=nth + 1 in ends,
        )
        for nth in range(score.bars)
    )
    return Notation(plain(score.title), key, meter, checked_tempo(score.tempo), swing.place, _clefs(score), bars)


def _placed_chords(score: Score, meter: Meter) -> list[tuple[int, Chord]]:
    """The chords with their places in ticks from the start, in order; on a place that is taken the last one stays."""
    placed = {}
    for chord in score.chords:
        place = (chord.bar - 1) * meter.bar + SIXTEENTH * round((chord.beat - 1) * PER_QUARTER / SIXTEENTH)
        if 0 <= place < score.bars * meter.bar:
            placed[place] = Chord.parse(chord.symbol)
    return sorted(placed.items(), key=lambda pair: pair[0])


def _pieces(groups: list[Group], speller: Speller, meter: Meter) -> dict[int, list[Piece]]:
    """A voice cut at the bar lines: for every bar it sounds in (from 0), its pieces in order."""
    bars: dict[int, list[Piece]] = {}
    for group in groups:
        pitches = speller.spell(group.start, group.end, group.keys)
        start = group.start
        while start < group.end:
            bar = start // meter.bar
            line = bar * meter.bar
            end = min(group.end, line + meter.bar)
            piece = Piece(start - line, end - line, pitches, start > group.start, end < group.end)
            bars.setdefault(bar, []).append(piece)
            start = end
    return bars


def _clefs(score: Score) -> tuple[str, str]:
    """ "treble" or "bass" for each staff, by where the hand lies on the whole."""
    right, left = (
        fmean(heights) if (heights := [note.midi for note in score.notes if note.hand == hand]) else None
        for hand in HANDS
    )
    return (
        "bass" if right is not None and right < _CLEF_BORDER["right"] else "treble",
        "treble" if left is not None and left > _CLEF_BORDER["left"] else "bass",
    )


def accidentals(bar: Bar, staff: int, key: Key) -> dict[tuple[int, int], tuple[int | None, ...]]:
    """The accidentals to draw on a staff (0 right hand, 1 left): (voice, nth item) to one alteration or None a pitch.

    The rule of the bar: an accidental holds for its line or space until the bar line, for both voices of the staff. A
    note tied in draws none, and whatever follows it on that line is marked anew, since the tie told nothing of it.
    """
    signature = signature_of(key)
    state: dict[tuple[str, int], int | None] = {}
    drawn: dict[tuple[int, int], tuple[int | None, ...]] = {}
    order = sorted(
        (item.place, voice, nth)
        for voice in (2 * staff, 2 * staff + 1)
        for nth, item in enumerate(bar.voices[voice])
        if item.pitches
    )
    for _, voice, nth in order:
        item = bar.voices[voice][nth]
        marks: list[int | None] = []
        for pitch in item.pitches:
            line = (pitch.step, pitch.octave)
            if item.tied_in:
                if item.place == 0 and pitch.alter != signature[pitch.step]:
                    state[line] = None
                marks.append(None)
            elif state.get(line, signature[pitch.step]) == pitch.alter:
                marks.append(None)
            else:
                marks.append(pitch.alter)
                state[line] = pitch.alter
        drawn[voice, nth] = tuple(marks)
    return drawn


def signature_of(key: Key) -> dict[str, int]:
    """What the key signature does to each letter: {"F": 1, "C": 0, …} in G."""
    sharps = key.signature
    return {letter: 1 if nth < sharps else -1 if nth >= 7 + sharps else 0 for nth, letter in enumerate("FCGDAEB")}
