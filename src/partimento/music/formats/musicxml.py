"""MusicXML 4.0 of a notated piece: one piano part on two staves, chord symbols, every accidental written out.

Leaves all musical decisions to notation.py and chord_kind.py; here is only the order of elements. The same score
gives the same text.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache

from partimento.music.chord import Chord
from partimento.music.formats.chord_kind import kind_of
from partimento.music.formats.filling import WHOLE_BAR, Item
from partimento.music.formats.meter import PER_QUARTER
from partimento.music.formats.notation import Bar, Notation, accidentals, notate
from partimento.music.formats.spelling import Pitch
from partimento.music.pitch import name
from partimento.music.score import Score

_VOICES = (1, 2, 5, 6)  # the numbers notation programs expect: 1–4 on the first staff, 5–8 on the second
_ACCIDENTALS = {-3: "triple-flat", -2: "flat-flat", -1: "flat", 0: "natural", 1: "sharp", 2: "double-sharp",
                3: "triple-sharp"}  # fmt: skip
_CLEFS = {"treble": "<sign>G</sign><line>2</line>", "bass": "<sign>F</sign><line>4</line>"}
_TRIPLET = "<time-modification><actual-notes>3</actual-notes><normal-notes>2</normal-notes></time-modification>"
_HEADER = """<?xml version="1.0" encoding="UTF-8" standalone="no"?>
<!DOCTYPE score-partwise PUBLIC "-//Recordare//DTD MusicXML 4.0 Partwise//EN" "http://www.musicxml.org/dtds/partwise.dtd">
<score-partwise version="4.0">
"""
_PART_LIST = """<part-list><score-part id="P1"><part-name>Piano</part-name><score-instrument id="P1-I1">\
<instrument-name>Piano</instrument-name></score-instrument><midi-instrument id="P1-I1"><midi-channel>1</midi-channel>\
<midi-program>1</midi-program></midi-instrument></score-part></part-list>
"""


def write(score: Score, degrees: bool = True) -> str:
    """The document. Raises BadInput, KeySyntaxError, ChordSyntaxError for a piece that has no notation.

    The printed text of a chord symbol is whole in itself, so its degrees are marked as not to be printed; without
    `degrees` they are left out, for renderers that print them all the same (Verovio 6.4 does).
    """
    piece = notate(score)
    parts = [
        _HEADER,
        f"<work><work-title>{_escaped(piece.title)}</work-title></work>\n",
        "<identification><encoding><software>Partimento</software>",
        '<supports element="accidental" type="yes"/><supports element="beam" type="yes"/>',
        "</encoding></identification>\n",
        _PART_LIST,
        '<part id="P1">\n',
    ]
    parts += [_bar(bar, piece, degrees) for bar in piece.bars]
    parts.append("</part>\n</score-partwise>\n")
    return "".join(parts)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def _bar(bar: Bar, piece: Notation, degrees: bool) -> str:
    parts = [f'<measure number="{bar.number}">\n']
    if bar.number == 1:
        parts.append(_attributes(piece))
        parts.append(_tempo(piece))
    if bar.section:
        parts.append(_direction(f"<rehearsal>{_escaped(bar.section)}</rehearsal>"))
    drawn = accidentals(bar, 0, piece.key) | accidentals(bar, 1, piece.key)
    for voice, items in enumerate(bar.voices):
        if not items:
            continue
        if voice:
            parts.append(f"<backup><duration>{piece.meter.bar}</duration></backup>\n")
        stem = ("<stem>up</stem>", "<stem>down</stem>")[voice % 2] if bar.voices[voice | 1] else ""
        for nth, item in enumerate(items):
            if voice == 0:
                parts += _harmonies(bar, item, degrees)
            parts.append(_item(item, voice, stem, drawn.get((voice, nth), ())))
    if bar.number == len(piece.bars) or bar.ends_section:
        style = "light-heavy" if bar.number == len(piece.bars) else "light-light"
        parts.append(f'<barline location="right"><bar-style>{style}</bar-style></barline>\n')
    parts.append("</measure>\n")
    return "".join(parts)


def _attributes(piece: Notation) -> str:
    clefs = "".join(f'<clef number="{nth}">{_CLEFS[clef]}</clef>' for nth, clef in enumerate(piece.clefs, 1))
    return (
        f"<attributes><divisions>{PER_QUARTER}</divisions>"
        f"<key><fifths>{piece.key.signature}</fifths><mode>{piece.key.mode}</mode></key>"
        f"<time><beats>{piece.meter.beats}</beats><beat-type>{piece.meter.unit}</beat-type></time>"
        f"<staves>2</staves>{clefs}</attributes>\n"
    )


def _direction(types: str, sound: str = "") -> str:
    return f'<direction placement="above"><direction-type>{types}</direction-type><staff>1</staff>{sound}</direction>\n'


def _tempo(piece: Notation) -> str:
    value, dots, count = piece.meter.counted(piece.tempo)
    unit = f"<beat-unit>{value}</beat-unit>{'<beat-unit-dot/>' * dots}"
    mark = f"<metronome>{unit}<per-minute>{count:g}</per-minute></metronome>"
    swing = words = ""
    if piece.is_swung:
        ratio = Fraction(piece.swing / (1 - piece.swing)).limit_denominator(4)
        swing = (
            f"<swing><first>{ratio.numerator}</first><second>{ratio.denominator}</second>"
            "<swing-type>eighth</swing-type></swing>"
        )
        words = _direction("<words>Swing</words>")
    return words + _direction(mark, f'<sound tempo="{round(piece.tempo, 3):g}">{swing}</sound>')


def _harmonies(bar: Bar, item: Item, degrees: bool) -> list[str]:
    """The chord symbols that fall within an item, to stand before it."""
    return [
        _harmony(chord, place - item.place, degrees)
        for place, chord in bar.chords
        if item.place <= place < item.place + item.length
    ]


@lru_cache(maxsize=4096)
def _harmony(chord: Chord, offset: int, with_degrees: bool) -> str:
    late = f"<offset>{offset}</offset>" if offset else ""
    if chord.root_fifths is None or chord.bass_fifths is None:
        body = '<root><root-step text="">C</root-step></root><kind text="N.C.">none</kind>'
    else:
        kind, degrees = kind_of(chord)
        body = _named("root", chord.root_fifths) + f'<kind text="{_escaped(chord.shape.suffix)}">{kind}</kind>'
        if chord.is_slash:
            body += _named("bass", chord.bass_fifths)
        for degree in degrees if with_degrees else ():
            body += (
                f'<degree print-object="no"><degree-value>{degree.value}</degree-value>'
                f"<degree-alter>{degree.alter}</degree-alter><degree-type>{degree.change}</degree-type></degree>"
            )
    return f'<harmony placement="above">{body}{late}<staff>1</staff></harmony>\n'


def _named(tag: str, fifths: int) -> str:
    written = name(fifths)
    alter = written.count("#") - written.count("b")
    mark = f"<{tag}-alter>{alter}</{tag}-alter>" if alter else ""
    return f"<{tag}><{tag}-step>{written[0]}</{tag}-step>{mark}</{tag}>"


def _item(item: Item, voice: int, stem: str, drawn: tuple[int | None, ...]) -> str:
    """A rest, a gap, or the notes of a chord from low to high."""
    number, staff = _VOICES[voice], voice // 2 + 1
    if item.hidden:
        return f"<forward><duration>{item.length}</duration><voice>{number}</voice><staff>{staff}</staff></forward>\n"
    length, place = f"<duration>{item.length}</duration>", f"<voice>{number}</voice>"
    value = "" if item.value == WHOLE_BAR else f"<type>{item.value}</type>{'<dot/>' * item.dots}"
    triplet = _TRIPLET if item.triplet else ""
    bracket = f'<tuplet type="{item.triplet}"/>' if item.triplet in {"start", "stop"} else ""
    if not item.pitches:
        rest = '<rest measure="yes"/>' if item.value == WHOLE_BAR else "<rest/>"
        notations = f"<notations>{bracket}</notations>" if bracket else ""
        return f"<note>{rest}{length}{place}{value}{triplet}<staff>{staff}</staff>{notations}</note>\n"
    ties = ('<tie type="stop"/>' if item.tied_in else "") + ('<tie type="start"/>' if item.tied_out else "")
    tied = ('<tied type="stop"/>' if item.tied_in else "") + ('<tied type="start"/>' if item.tied_out else "")
    beams = "".join(f'<beam number="{nth}">{beam}</beam>' for nth, beam in enumerate(item.beams, 1))
    parts = []
    for nth, (pitch, mark) in enumerate(zip(item.pitches, drawn, strict=True)):
        accidental = "" if mark is None else f"<accidental>{_ACCIDENTALS[mark]}</accidental>"
        notations = f"<notations>{tied}{bracket}</notations>" if tied or bracket else ""
        parts.append(
            f"<note>{'<chord/>' if nth else ''}{_pitch(pitch)}{length}{ties}{place}{value}{accidental}{triplet}{stem}"
            f"<staff>{staff}</staff>{beams}{notations}</note>\n"
        )
        bracket = beams = ""
    return "".join(parts)


@lru_cache(maxsize=1024)
def _pitch(pitch: Pitch) -> str:
    alter = f"<alter>{pitch.alter}</alter>" if pitch.alter else ""
    return f"<pitch><step>{pitch.step}</step>{alter}<octave>{pitch.octave}</octave></pitch>"
