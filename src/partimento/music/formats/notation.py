"""A score as it is written on two staves: bars, voices, ties, spelling, accidentals. Shared by MusicXML and ABC.

What was played is rounded to sixteenths or triplets here, and only here; MIDI keeps the played times. Swung eighths
are written straight and the piece is marked "Swing". Leaves syntax to the formats.
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean

from msgspec import Struct

from partimento.music.chord import Chord
from partimento.music.formats.band_part import BandPart, band_parts
from partimento.music.formats.filling import Item, Piece, fill
from partimento.music.formats.grid import chart_of, signs
from partimento.music.formats.meter import Meter
from partimento.music.formats.quantise import find_swing, sounding, strokes
from partimento.music.formats.spelling import Speller
from partimento.music.formats.text import plain
from partimento.music.formats.voices import Group, in_bars, two_voices
from partimento.music.key import Key
from partimento.music.score import Hand, Note, Score

HANDS: tuple[Hand, Hand] = ("right", "left")
Voice = tuple[Item, ...]
_CLEF_BORDER = {"right": 55, "left": 64}  # below it a hand's mean pitch reads better in the bass clef


class Bar(Struct, frozen=True):
    """One bar. `voices` are upper and lower of the right hand, upper and lower of the left; a lower one may be empty.

    `chords` are (ticks from the bar line, chord); `section` is the name of the section that begins here, else "".
    """

    number: int
    voices: tuple[Voice, Voice, Voice, Voice]
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
    band: tuple[BandPart, ...] = ()

    @property
    def is_swung(self) -> bool:
        return self.swing > 0.5


def notate(score: Score) -> Notation:
    """The score in notation. Raises BadInput, KeySyntaxError, ChordSyntaxError for what has no reading."""
    chart = chart_of(score)
    meter = chart.meter
    speller = Speller(chart.key, [(sign.place, sign.chord) for sign in signs(score, meter)])
    swing = find_swing(sounding(score), meter)
    hands = [two_voices(strokes(_notes_of(score, hand), score.bars, meter, swing)) for hand in HANDS]
    pieces = [_pieces(groups, speller, meter) for hand in hands for groups in hand]
    bars = tuple(
        Bar(
            number=bar.number,
            voices=_voices(pieces, bar.number - 1, meter),
            chords=tuple((sign.place, sign.chord) for sign in bar.signs),
            section=bar.section,
            ends_section=bar.ends_section,
        )
        for bar in chart.bars
    )
    return Notation(
        title=plain(score.title),
        key=chart.key,
        meter=meter,
        tempo=chart.tempo,
        swing=swing.place,
        clefs=_clefs(score),
        bars=bars,
        band=band_parts(score, meter, swing, speller),
    )


def _voices(pieces: list[dict[int, list[Piece]]], bar: int, meter: Meter) -> tuple[Voice, Voice, Voice, Voice]:
    """The voices of a bar; the upper one of each hand is always there, with rests at least."""
    right, right_lower, left, left_lower = (voice.get(bar, []) for voice in pieces)
    return (
        fill(right, meter, hide_gaps=False),
        fill(right_lower, meter, hide_gaps=True) if right_lower else (),
        fill(left, meter, hide_gaps=False),
        fill(left_lower, meter, hide_gaps=True) if left_lower else (),
    )


def _pieces(groups: list[Group], speller: Speller, meter: Meter) -> dict[int, list[Piece]]:
    """A voice spelled and cut at the bar lines."""
    return in_bars([(group, speller.spell(group.start, group.end, group.keys)) for group in groups], meter)


def _notes_of(score: Score, hand: Hand) -> list[Note]:
    return [note for note in score.notes if note.hand == hand]


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


def accidentals(voices: Sequence[Voice], staff: int, key: Key) -> dict[tuple[int, int], tuple[int | None, ...]]:
    """The accidentals to draw on a staff (0 for the first two voices …): (voice, nth item) to one alteration a pitch.

    An alteration is None where nothing is drawn.

    The rule of the bar: an accidental holds for its line or space until the bar line, for both voices of the staff. A
    note tied in draws none, and whatever follows it on that line is marked anew, since the tie told nothing of it.
    """
    signature = signature_of(key)
    state: dict[tuple[str, int], int | None] = {}
    drawn: dict[tuple[int, int], tuple[int | None, ...]] = {}
    order = sorted(
        (item.place, voice, nth)
        for voice in (2 * staff, 2 * staff + 1)
        for nth, item in enumerate(voices[voice])
        if item.pitches
    )
    for _, voice, nth in order:
        item = voices[voice][nth]
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
