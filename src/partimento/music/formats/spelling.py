"""How each sounding note is written: from the chord it belongs to, else from the key. Knows no bars and no staff."""

from __future__ import annotations

from bisect import bisect_right
from functools import lru_cache

from msgspec import Struct

from partimento.music.chord import Chord
from partimento.music.formats.meter import PER_QUARTER
from partimento.music.key import Key
from partimento.music.pitch import LETTERS, nearest_spelling, pitch_class

_NATURAL = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_FEWEST, _MOST = -8, 12  # Fb to B#: the notes with at most one accidental


class Pitch(Struct, frozen=True):
    """A written pitch: letter, semitones of its accidental, octave (4 holds middle C)."""

    step: str
    alter: int
    octave: int


@lru_cache(maxsize=4096)
def written(midi: int, fifths: int) -> Pitch:
    """The written pitch of a MIDI number under a spelling of its pitch class (B# of 60 stands in octave 3)."""
    alter, place = divmod(fifths + 1, 7)
    step = LETTERS[place]
    return Pitch(step, alter, (midi - alter - _NATURAL[step]) // 12 - 1)


class Speller:
    """The spellings of one piece: made from its key and its chords' places (ticks from the start of the piece)."""

    def __init__(self, key: Key, chords: list[tuple[int, Chord]]) -> None:
        self._places = [place for place, _ in chords]
        self._tables = [_table(key, chord) for _, chord in chords]
        self._plain = _table(key, None)

    def spell(self, place: int, midi: int) -> Pitch:
        """The written pitch of a note struck at `place`.

        A tone of the chord there is spelled by it; else a tone of a chord that follows within a beat (an anticipation)
        by that one; else a note of the key as in the key, and any other as a chromatic degree of the chord's root.
        """
        pc = midi % 12
        now = bisect_right(self._places, place) - 1
        table = self._tables[now] if now >= 0 else self._plain
        fifths, is_chord_tone = table[pc]
        if not is_chord_tone and now + 1 < len(self._places) and self._places[now + 1] - place <= PER_QUARTER:
            ahead, belongs = self._tables[now + 1][pc]
            fifths = ahead if belongs else fifths
        return written(midi, fifths)


@lru_cache(maxsize=2048)
def _table(key: Key, chord: Chord | None) -> tuple[tuple[int, bool], ...]:
    """For each pitch class its place on the line of fifths, and whether the chord holds it."""
    tones: dict[int, int] = {}
    centre = key.tonic
    if chord is not None and chord.root_fifths is not None and chord.bass_fifths is not None:
        centre = chord.root_fifths
        for fifths in (chord.bass_fifths, *(centre + step for step in chord.shape.fifths)):
            tones.setdefault(pitch_class(fifths), fifths)
    diatonic = {pitch_class(note): note for note in key.scale}
    spelled = []
    for pc in range(12):
        if pc in tones:
            spelled.append((_readable(tones[pc], min(_FEWEST, key.signature - 4), max(_MOST, key.signature + 9)), True))
        else:
            fifths = diatonic.get(pc, nearest_spelling(pc, centre))
            spelled.append((_readable(fifths, _FEWEST, max(_MOST, key.tonic + 5)), False))
    return tuple(spelled)


def _readable(fifths: int, fewest: int, most: int) -> int:
    """The same note without a double accidental, unless the key is so sharp or so flat that players expect it.

    For a chord's tone the limits are those of the usual borrowed and applied chords: the minor third of iv and bVI on
    the flat side (Ebb in Gb), the third of V/iii on the sharp side (F## in E).
    """
    while fifths < fewest:
        fifths += 12
    while fifths > most:
        fifths -= 12
    return fifths
