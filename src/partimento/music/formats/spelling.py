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
    """A written pitch: letter, semitones of its accidental, octave (4 holds middle C).

    `drum` is the General MIDI key of a piece of the drum kit, which stands on the line or space of the letter.
    """

    step: str
    alter: int
    octave: int
    drum: int | None = None


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

    def spell(self, start: int, end: int, keys: tuple[int, ...]) -> tuple[Pitch, ...]:
        """The written pitches of keys (MIDI, low to high) struck together at `start` and held until `end`.

        A tone of the chord there is spelled by it; a tone of a chord that follows within a beat by that one, if it is
        held into it (an anticipation) or foreign to the first; else a note of the key as in the key, and any other as a
        chromatic degree of the chord's root. Two notes on one line, such as F and F#, become F and Gb.
        """
        now = bisect_right(self._places, start) - 1
        table = self._tables[now] if now >= 0 else self._plain
        ahead, held = table, False
        if now + 1 < len(self._places) and self._places[now + 1] - start <= PER_QUARTER:
            ahead, held = self._tables[now + 1], end > self._places[now + 1]
        spelled = []
        for midi in keys:
            fifths, is_tone = table[midi % 12]
            if ahead[midi % 12][1] and (held or not is_tone):
                fifths = ahead[midi % 12][0]
            spelled.append(written(midi, fifths))
        return _on_lines_of_their_own(spelled, keys)


def _on_lines_of_their_own(pitches: list[Pitch], keys: tuple[int, ...]) -> tuple[Pitch, ...]:
    for low in range(len(pitches) - 1):
        one, two = pitches[low], pitches[low + 1]
        if (one.step, one.octave) != (two.step, two.octave):
            continue
        if two.alter > 0:
            pitches[low + 1] = written(keys[low + 1], _fifths(two) - 12)
        else:
            pitches[low] = written(keys[low], _fifths(one) + 12)
    return tuple(pitches)


def _fifths(pitch: Pitch) -> int:
    return LETTERS.index(pitch.step) - 1 + 7 * pitch.alter


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
