"""A piece with something changed: another bar, another chord, a bar more; and the request that makes it.

Knows no page and offers nothing (`offers` does); the arranger plays, the pipeline makes and proves.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import accumulate
from typing import Any, Final

import msgspec

from partimento.core.errors import BadInput, PartimentoError
from partimento.core.request import Request
from partimento.music.composition.brief import Mood, read
from partimento.music.composition.progression import Progression, read_rows
from partimento.music.composition.proof import prove_progression
from partimento.music.genres import find
from partimento.music.reharmonization.reharmonize import apply, suggest
from partimento.music.reharmonization.suggestion import HABITS, Suggestion
from partimento.music.rhythm import Clave, bar_beats, most_chords, shares
from partimento.music.score import PlacedChord
from partimento.shapes.arrangement import Arrangement
from partimento.shapes.chord_progression import ChordProgression
from partimento.shapes.rearrangement import Rearrangement
from partimento.tasks import rearrangement
from partimento.web.studio.signs import symbol_of

Piece = Arrangement | ChordProgression
MOST_SUGGESTIONS: Final = 12
_WISH: Final = re.compile(r"<wish>(.*?)</wish>", re.DOTALL)
_LETTERS: Final = tuple("ABCDEFG")
_BAR: Final = re.compile(r"bar (\d+)")


def chart_of(piece: Piece) -> Progression:
    """The chords of a piece, as the composer has them."""
    return Progression(piece.key, piece.meter, piece.bars, piece.sections, piece.chords)


def suggested(piece: Piece, bar: int, level: int) -> tuple[tuple[Suggestion, ...], bool]:
    """The suggestions for a bar, and whether they were only found when its section need not end as it does."""
    chart, style = chart_of(piece), piece.genre if piece.genre in HABITS else ""
    found = suggest(chart, level=level, at=bar, style=style, k=MOST_SUGGESTIONS)
    if found:
        return found, False
    sections = tuple(
        msgspec.structs.replace(one, cadence="") if one.start_bar <= bar < one.start_bar + one.bars else one
        for one in chart.sections
    )
    free = msgspec.structs.replace(chart, sections=sections)
    return suggest(free, level=level, at=bar, style=style, k=MOST_SUGGESTIONS), True


def with_offer(piece: Piece, first: int, after: str, bar: int, level: int) -> tuple[Progression, str]:
    """The chart with a suggestion made, and the change in words. Raises BadInput where it is none of those given."""
    found, _ = suggested(piece, bar, level)
    one = next((one for one in found if one.first == first and " ".join(one.after) == after), None)
    if one is None:
        raise BadInput(
            f"{after[:80]!r} is not suggested for bar {bar}",
            why="the page is older than the piece, or the level is another",
            mend="open the bar again and choose from what it shows",
        )
    return _loosened(apply(chart_of(piece), one)), _told(one)


def with_bar(piece: Piece, bar: int, text: str) -> Progression:
    """The chart with other chords in a bar, which they share by the meter. Raises BadInput and its kinds."""
    symbols = text.split()
    if not 1 <= bar <= piece.bars:
        raise BadInput(f"there is no bar {bar}", why=f"the piece has {piece.bars}", mend=f"choose 1 to {piece.bars}")
    if not 1 <= len(symbols) <= most_chords(piece.meter):
        raise BadInput(
            f"bar {bar} would hold {len(symbols)} chords",
            why=f"a bar of {piece.meter} holds 1 to {most_chords(piece.meter)}",
            mend="write them with spaces between: Dm7 G7",
        )
    lengths = shares(piece.meter, len(symbols))
    starts = accumulate((1.0, *lengths))
    new = [(bar, start, beats, symbol) for start, beats, symbol in zip(starts, lengths, symbols, strict=False)]
    rows = [row for row in _rows(piece) if row[0] != bar]
    rows = sorted([*rows, *new], key=lambda row: row[:2])
    return _loosened(read_rows(rows, piece.key, piece.meter, piece.bars, piece.sections))


def with_chord(piece: Piece, number: int, symbol: str) -> Progression:
    """The chart with another chord after the one of that number (from 1): in the place of the next, or as a new bar."""
    rows = _rows(piece)
    if number < len(rows):
        bar, beat, beats, _ = rows[number]
        rows[number] = (bar, beat, beats, symbol)
        return _loosened(read_rows(rows, piece.key, piece.meter, piece.bars, piece.sections))
    rows.append((piece.bars + 1, 1.0, bar_beats(piece.meter), symbol))
    *before, last = piece.sections
    longer = msgspec.structs.replace(last, bars=last.bars + 1, cadence="")  # its promise was for the bar before
    return read_rows(rows, piece.key, piece.meter, piece.bars + 1, (*before, longer))


def _loosened(chart: Progression) -> Progression:
    """The chart without the promises that its chords no longer keep: who writes his own chords may end otherwise."""
    findings = prove_progression(chart, chart.key, chart.bars)
    broken = {finding.bar for finding in findings if finding.kind == "cadence"}
    sections = tuple(
        msgspec.structs.replace(section, cadence="") if section.start_bar + section.bars - 1 in broken else section
        for section in chart.sections
    )
    return msgspec.structs.replace(chart, sections=sections)


def changed_bar(change: str) -> int:
    """The bar that a change in words speaks of; 0 for none."""
    found = _BAR.search(change)
    return int(found[1]) if found else 0


def shown(change: str) -> str:
    """A change in words with the signs that the sheet has."""
    return " ".join(str(symbol_of(word)) if word[:1] in _LETTERS else word for word in change.split(" "))


# ---- the request -----------------------------------------------------------------------------------------------


def request_for(piece: Piece, origin: str, prompt: str, chart: Progression, change: str) -> Request[Rearrangement]:
    """The request for a piece with these chords, all else as it was. `prompt`: what the piece was asked by."""
    mood, clave = _manner_asked(piece, prompt)
    fields: dict[str, Any] = {
        "genre": piece.genre, "key": piece.key, "application": piece.application, "level": piece.level,
        "tempo": piece.tempo, "meter": piece.meter, "sections": msgspec.to_builtins(chart.sections),
        "chords": [
            {"bar": one.bar, "beat": one.beat, "beats": one.beats, "symbol": one.symbol} for one in chart.chords
        ],
        "tracks": [track.name for track in getattr(piece, "tracks", ())], "mood": mood, "clave": clave,
        "title": getattr(piece, "title", ""), "origin": origin, "change": change,
        "manner": getattr(piece, "manner", "") or " ".join(chord.symbol for chord in piece.chords),
    }  # fmt: skip
    # nothing of a person's is in it, and the id of a memory item would be taken for a secret
    return rearrangement.ask(fields).with_(privacy="off")


def _manner_asked(piece: Piece, prompt: str) -> tuple[Mood | None, Clave | None]:
    if isinstance(piece, Rearrangement):
        return piece.mood, piece.clave
    wish = wish_of(prompt)
    try:
        said = read(wish, find(piece.genre))
    except PartimentoError:
        return None, None
    return said.mood, said.clave


def wish_of(prompt: str) -> str:
    """The description that a piece was asked by, "" for none."""
    found = _WISH.search(prompt)
    return found[1].strip() if found else ""


def _rows(piece: Piece) -> list[tuple[int, float, float, str]]:
    return [(chord.bar, chord.beat, chord.beats, chord.symbol) for chord in piece.chords]


def _told(one: Suggestion) -> str:
    return f"bar {one.bar}: {' '.join(one.before)} → {' '.join(one.after)}"


def symbols_in(chords: Sequence[PlacedChord], bar: int) -> str:
    """The chords of a bar as a text."""
    return " ".join(chord.symbol for chord in chords if chord.bar == bar)
