"""MusicXML 4.0 of a notated piece: a piano part on two staves, chord symbols, every accidental written out; the band.

Leaves all musical decisions to notation.py, band_part.py and chord_kind.py; here is only the order of elements. The
same score gives the same text.
"""

from __future__ import annotations

from fractions import Fraction

from partimento.music.formats.band_part import BandPart, place_of
from partimento.music.formats.filling import Item
from partimento.music.formats.meter import PER_QUARTER
from partimento.music.formats.musicxml_harmony import harmony
from partimento.music.formats.musicxml_note import instrument_id, item_elements
from partimento.music.formats.notation import Bar, Notation, accidentals, notate
from partimento.music.score import Score

_PIANO = "P1"
_VOICES = (1, 2, 5, 6)  # the numbers notation programs expect: 1–4 on the first staff, 5–8 on the second
_CLEFS = {
    "treble": "<sign>G</sign><line>2</line>", "bass": "<sign>F</sign><line>4</line>",
    "drums": "<sign>percussion</sign>",
}  # fmt: skip
_SOUNDS_AN_OCTAVE_LOWER = (
    "<transpose><diatonic>0</diatonic><chromatic>0</chromatic><octave-change>-1</octave-change></transpose>"
)
_HEADER = """<?xml version="1.0" encoding="UTF-8" standalone="no"?>
<!DOCTYPE score-partwise PUBLIC "-//Recordare//DTD MusicXML 4.0 Partwise//EN" "http://www.musicxml.org/dtds/partwise.dtd">
<score-partwise version="4.0">
"""


def write(score: Score, degrees: bool = True) -> str:
    """The document. Raises BadInput, KeySyntaxError, ChordSyntaxError for a piece that has no notation.

    Without `degrees` a chord symbol is only its text: for renderers that print degrees which are not to be printed
    (Verovio 6.4 does).
    """
    piece = notate(score)
    parts = [
        _HEADER,
        f"<work><work-title>{_escaped(piece.title)}</work-title></work>\n",
        "<identification><encoding><software>Partimento</software>",
        '<supports element="accidental" type="yes"/><supports element="beam" type="yes"/>',
        "</encoding></identification>\n",
        f"<part-list>{_part(_PIANO, 'Piano', 1, 0)}",
    ]
    players = [(f"P{nth}", player) for nth, player in enumerate(piece.band, 2)]
    parts += [
        _kit(part, player) if player.drums else _part(part, "Bass", 3, player.program) for part, player in players
    ]
    parts += ["</part-list>\n", f'<part id="{_PIANO}">\n']
    parts += [_bar(bar, piece, degrees) for bar in piece.bars]
    parts.append("</part>\n")
    for part, player in players:
        parts.append(f'<part id="{part}">\n')
        parts += [_band_bar(bar, part, player, piece) for bar in piece.bars]
        parts.append("</part>\n")
    parts.append("</score-partwise>\n")
    return "".join(parts)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def _part(part: str, title: str, channel: int, program: int | None) -> str:
    """A player of one instrument; `program` counts from 0, MusicXML from 1."""
    instrument = f"{part}-I1"
    return (
        f'<score-part id="{part}"><part-name>{title}</part-name><score-instrument id="{instrument}">'
        f'<instrument-name>{title}</instrument-name></score-instrument><midi-instrument id="{instrument}">'
        f"<midi-channel>{channel}</midi-channel><midi-program>{(program or 0) + 1}</midi-program></midi-instrument>"
        "</score-part>\n"
    )


def _kit(part: str, player: BandPart) -> str:
    """A drummer: each piece of the kit is an instrument; its key counts from 0, in MusicXML from 1."""
    named = [(instrument_id(part, drum), drum) for drum in player.drums]
    instruments = "".join(
        f'<score-instrument id="{id_}"><instrument-name>{place_of(drum).name}</instrument-name></score-instrument>'
        for id_, drum in named
    )
    keys = "".join(
        f'<midi-instrument id="{id_}"><midi-channel>10</midi-channel><midi-unpitched>{drum + 1}</midi-unpitched>'
        "</midi-instrument>"
        for id_, drum in named
    )
    return f'<score-part id="{part}"><part-name>Drums</part-name>{instruments}{keys}</score-part>\n'


def _bar(bar: Bar, piece: Notation, degrees: bool) -> str:
    parts = [f'<measure number="{bar.number}">\n']
    if bar.number == 1:
        clefs = "".join(f'<clef number="{nth}">{_CLEFS[clef]}</clef>' for nth, clef in enumerate(piece.clefs, 1))
        parts += [_attributes(piece, _key(piece), f"<staves>2</staves>{clefs}"), _tempo(piece)]
    if bar.section:
        parts.append(_direction(f"<direction-type><rehearsal>{_escaped(bar.section)}</rehearsal></direction-type>"))
    drawn = accidentals(bar.voices, 0, piece.key) | accidentals(bar.voices, 1, piece.key)
    for voice, items in enumerate(bar.voices):
        if not items:
            continue
        if voice:
            parts.append(_back(piece))
        stem = _stem(voice % 2) if bar.voices[voice | 1] else ""
        for nth, item in enumerate(items):
            if voice == 0:
                parts += _harmonies(bar, item, degrees)
            marks = drawn.get((voice, nth), ())
            parts.append(item_elements(item, _PIANO, _VOICES[voice], voice // 2 + 1, stem, marks))
    parts.append(_bar_end(bar, piece))
    return "".join(parts)


def _band_bar(bar: Bar, part: str, player: BandPart, piece: Notation) -> str:
    voices = player.bars[bar.number - 1]
    parts = [f'<measure number="{bar.number}">\n']
    if bar.number == 1:
        clef = f"<clef>{_CLEFS[player.name]}</clef>"
        drums = _attributes(piece, "", clef)  # a kit has no key
        parts.append(drums if player.drums else _attributes(piece, _key(piece), clef + _SOUNDS_AN_OCTAVE_LOWER))
    drawn = {} if player.drums else accidentals(voices, 0, piece.key)
    for voice, items in enumerate(voices):
        if not items:
            continue
        if voice:
            parts.append(_back(piece))
        stem = _stem(voice) if player.drums else ""
        for nth, item in enumerate(items):
            marks = drawn.get((voice, nth), (None,) * len(item.pitches))
            parts.append(item_elements(item, part, voice + 1, 0, stem, marks))
    parts.append(_bar_end(bar, piece))
    return "".join(parts)


def _key(piece: Notation) -> str:
    return f"<key><fifths>{piece.key.signature}</fifths><mode>{piece.key.mode}</mode></key>"


def _attributes(piece: Notation, key: str, staves: str) -> str:
    return (
        f"<attributes><divisions>{PER_QUARTER}</divisions>{key}"
        f"<time><beats>{piece.meter.beats}</beats><beat-type>{piece.meter.unit}</beat-type></time>"
        f"{staves}</attributes>\n"
    )


def _back(piece: Notation) -> str:
    return f"<backup><duration>{piece.meter.bar}</duration></backup>\n"


def _stem(voice: int) -> str:
    return ("<stem>up</stem>", "<stem>down</stem>")[voice]


def _bar_end(bar: Bar, piece: Notation) -> str:
    is_last = bar.number == len(piece.bars)
    style = "light-heavy" if is_last else "light-light" if bar.ends_section else ""
    line = f'<barline location="right"><bar-style>{style}</bar-style></barline>\n' if style else ""
    return f"{line}</measure>\n"


def _direction(types: str, sound: str = "") -> str:
    return f'<direction placement="above">{types}<staff>1</staff>{sound}</direction>\n'


def _tempo(piece: Notation) -> str:
    value, dots, count = piece.meter.counted(piece.tempo)
    unit = f"<beat-unit>{value}</beat-unit>{'<beat-unit-dot/>' * dots}"
    mark = f"<direction-type><metronome>{unit}<per-minute>{count:g}</per-minute></metronome></direction-type>"
    swing = ""
    if piece.is_swung:
        ratio = Fraction(piece.swing / (1 - piece.swing)).limit_denominator(4)
        swing = (
            f"<swing><first>{ratio.numerator}</first><second>{ratio.denominator}</second>"
            "<swing-type>eighth</swing-type></swing>"
        )
        mark = f'<direction-type><words font-weight="bold" xml:space="preserve">Swing </words></direction-type>{mark}'
    return _direction(mark, f'<sound tempo="{round(piece.tempo, 3):g}">{swing}</sound>')


def _harmonies(bar: Bar, item: Item, degrees: bool) -> list[str]:
    """The chord symbols that fall within an item, to stand before it."""
    return [
        harmony(chord, place - item.place, degrees)
        for place, chord in bar.chords
        if item.place <= place < item.place + item.length
    ]
