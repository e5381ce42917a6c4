"""A chord explained: notes, formula, function, keys it belongs to, scales over it, inversions and grips."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from random import Random
from typing import Final

from partimento.music.analysis import ChordReading, analyze
from partimento.music.chord import Chord, chord_on
from partimento.music.interval import interval_name
from partimento.music.key import Key, usual_keys
from partimento.music.pitch import name
from partimento.music.roman import is_diatonic, numeral
from partimento.music.scale import Scale, scales_holding
from partimento.music.teaching.chord_facts import (
    formula_fact,
    inversion_facts,
    kind_fact,
    member_facts,
    notes_fact,
    numeral_fact,
    quality_words,
    speakable,
)
from partimento.music.teaching.concepts import concepts
from partimento.music.teaching.facts import in_formulas
from partimento.music.teaching.keys import key_words
from partimento.music.teaching.kinds import chord_kind
from partimento.music.teaching.page import FittingScale, FoundIn, Grasp, Page, Turned, Values
from partimento.music.teaching.progression_facts import guides_of
from partimento.music.teaching.scale_facts import over_fact
from partimento.music.teaching.wording import Words, listed
from partimento.music.voicing import grips
from partimento.music.voicing.reach import Kind
from partimento.music.voicing.study import kind_for
from partimento.music.voicing.words import note_names

_INVERSIONS: Final = ("root position", "first", "second", "third", "fourth", "fifth", "sixth")
_KINDS: Final[tuple[tuple[int, Kind], ...]] = (
    (1, "block"), (2, "close"), (3, "shell"), (4, "rootless"), (5, "spread"), (6, "drop2"), (7, "comping"),
    (8, "quartal"), (9, "cluster"),
)  # fmt: skip
_OWN: Final[dict[str, Kind]] = {"gospel": "gospel", "neosoul": "neosoul", "classical": "fourpart"}
_MOST_GRASPS: Final = 5
_MOST_SCALES: Final = 6
_PLACES: Final = {
    "7": ("V",), "aug7": ("V",), "sus7": ("V",), "min": ("i", "vi", "ii"), "min7": ("ii", "i", "vi"),
    "dim": ("vii", "ii"), "min6": ("i", "ii"), "hdim7": ("ii", "vii"), "dim7": ("vii",), "sus": ("V", "I"),
    "aug": ("V", "III"),
}  # fmt: skip
"""Where chords of a class are usually met, the most usual first; the others on I, IV and V."""


def chord_page(symbol: str, key: str | None, level: int, genre: str, seed: int) -> Page:
    """All about one chord (a canonical symbol); in `key` where one is given."""
    chord = Chord.parse(symbol)
    words = Words(Random(f"{symbol} {key} {seed}"))
    places = found_in(chord)
    reading = analyze([symbol], key or _home(chord, places)).chords[0]
    scales = scales_over(chord, reading)
    values = Values(
        notes=chord.notes,
        degrees=chord.degrees,
        intervals=_interval_names(chord),
        semitones=chord.intervals,
        formula=" ".join(chord.degrees),
        function=reading.function if key is not None else "",
        found_in=places,
        scales=scales,
        inversions=inversions(chord),
        voicings=grasps(symbol, level, genre),
    )
    return Page(
        title=f"{symbol}: {_name(chord)}",
        summary=_summary(chord, places),
        facts=tuple(dict.fromkeys(_facts(chord, key, places, scales, words))),
        values=values,
        related=_related(chord),
    )


def _name(chord: Chord) -> str:
    kind = chord_kind(chord.shape.suffix)
    plain = kind.name if kind is not None else f"{quality_words(chord)} with alterations"
    return f"{plain} over {name(chord.bass_fifths or 0)}" if chord.is_slash else plain


def _summary(chord: Chord, places: Sequence[FoundIn]) -> str:
    """Its notes, what it is for, and where it is at home."""
    kind = chord_kind(chord.shape.suffix)
    use = kind.use if kind is not None else _BY_QUALITY[quality_words(chord)]
    first = f"{chord.symbol} contains {listed(chord.notes)}." if chord.shape.suffix else (
        f"The {chord.symbol} chord has the notes {listed(chord.notes)}."
    )  # fmt: skip
    if chord.is_slash:
        plain = chord_on(chord.root_fifths or 0, chord.shape)
        first = f"{chord.symbol} is {plain.symbol} over {name(chord.bass_fifths or 0)}."
    home = ""
    if places and speakable(places[0].numeral, chord):
        home = f" {chord.symbol} is the {places[0].numeral} chord of {key_words(Key.parse(places[0].key))}."
    return f"{first} {use}{home}"


# What a chord of each class is for, where its kind has no entry of its own.
_BY_QUALITY: Final = {
    "major": "A major chord with added colour; it rests where its plain triad would.",
    "minor": "A minor chord with added colour; it does what its plain triad does, more softly.",
    "diminished": "A tense chord that wants to move by a half step.",
    "augmented": "A chord that leans upward through its raised fifth.",
    "dominant seventh": "A dominant with its own set of tensions; it pulls down a fifth, or slides down a half step.",
    "major seventh": "A resting chord with colour above its seventh.",
    "minor seventh": "A moving or grooving minor chord with colour above its seventh.",
    "minor major seventh": "A minor home with a leading tone inside and colour above.",
    "half diminished": "It prepares the dominant of a minor key.",
    "half-diminished": "It prepares the dominant of a minor key.",
    "diminished seventh": "A tense link between neighbouring chords.",
    "major sixth": "A resting chord without a leading tone.",
    "minor sixth": "A settled minor chord.",
    "augmented seventh": "A dominant whose raised fifth leans upward.",
    "suspended": "A chord that holds its third back.",
    "suspended dominant": "A dominant that waits: the fourth stands where the leading tone would be.",
    "power chord": "An open sound, neither major nor minor.",
}


def _facts(
    chord: Chord, key: str | None, places: Sequence[FoundIn], scales: Sequence[FittingScale], words: Words
) -> Iterator[str]:
    plain = chord_on(chord.root_fifths or 0, chord.shape)
    safe = ":" not in chord.symbol
    home = None if key is None else Key.parse(key)
    if home is not None and speakable(told := numeral(chord, home), chord):
        yield numeral_fact(told, chord, home, words)
    if safe:
        yield notes_fact(plain, words)
        yield from kind_fact(plain, words)
        yield from member_facts(plain, words, 3)
        if in_formulas(plain):
            yield formula_fact(plain, words)
        guides = guides_of(plain)
        if guides is not None:
            yield f"The guide tones of {plain.symbol} are {listed(guides)}."
        if len(plain.degrees) <= 4 and not chord.is_slash:
            yield from inversion_facts(plain, words)
    if chord.is_slash and safe:
        yield from _slash_facts(chord, plain)
    for place in words.some([one for one in places if one.key != key and speakable(one.numeral, chord)], 2):
        yield numeral_fact(place.numeral, chord, Key.parse(place.key), words)
    holding = next((one.scale for one in scales if plain.pitch_classes <= Scale.parse(one.scale).pitch_classes), "")
    if holding and safe and plain.shape.suffix:
        yield over_fact(Scale.parse(holding), plain.symbol, words)


def _slash_facts(chord: Chord, plain: Chord) -> Iterator[str]:
    bass = name(chord.bass_fifths or 0)
    yield f"The bass of {chord.symbol} is {bass}."
    if bass in plain.notes[1:4]:
        yield f"{chord.symbol} is {plain.symbol} in {_INVERSIONS[plain.notes.index(bass)]} inversion."


def _home(chord: Chord, places: Sequence[FoundIn]) -> str:
    """The key in which a chord is judged where none is given: the first it belongs to, else the one on its root."""
    return (
        places[0].key if places else Key(chord.root_fifths or 0, "minor" if "b3" in chord.degrees else "major").symbol
    )


def _interval_names(chord: Chord) -> tuple[str, ...]:
    return tuple(interval_name(step) for step in chord.shape.fifths)


def found_in(chord: Chord) -> tuple[FoundIn, ...]:
    """The keys to which a chord belongs, with its numeral; of one that has none, the keys whose dominant it is."""
    if chord.is_slash:
        return ()
    every = (*usual_keys(), *usual_keys("minor"))
    own = [key for key in every if is_diatonic(chord, key)]
    if not own and chord.quality in ("7", "aug7", "sus7"):
        goal = (chord.root_fifths or 0) - 1
        own = [key for key in every if key.tonic == goal]
    found = (FoundIn(key.symbol, numeral(chord, key), chord.symbol) for key in own)
    return tuple(sorted(found, key=lambda one: (_rank(one.numeral, chord), one.key.endswith("m"))))


def _rank(told: str, chord: Chord) -> int:
    """The more usual the place, the sooner: a dominant on V, a minor seventh on ii, a major chord on I."""
    usual = _PLACES.get(chord.quality or "5", ("I", "IV", "V"))
    plain = re.sub(r"[^IViv]+.*", "", told.lstrip("b#"))
    return usual.index(plain) if plain in usual else len(usual)


def scales_over(chord: Chord, reading: ChordReading) -> tuple[FittingScale, ...]:
    """Scales on the root for a chord: those players take where it stands, then others that hold every tone."""
    root = chord.root_fifths or 0
    tones = {((chord.root or 0) + step) % 12 for step in chord.intervals}
    usual = [Scale.parse(one.scale) for one in reading.scales]
    others = sorted(scales_holding(tones, root), key=lambda scale: len(scale.kind.degrees) != 7)
    found = dict.fromkeys((*usual, *others))
    return tuple(FittingScale(scale.symbol, scale.notes) for scale in found)[:_MOST_SCALES]


def inversions(chord: Chord) -> tuple[Turned, ...]:
    """Every turn of the chord, the root position first."""
    plain = chord_on(chord.root_fifths or 0, chord.shape)
    turns = [Turned(_INVERSIONS[0], plain.symbol, plain.notes)]
    for place in range(1, min(len(plain.notes), 4)):
        bass = (plain.root_fifths or 0) + plain.shape.fifths[place]
        turned = chord_on(plain.root_fifths or 0, plain.shape, bass)
        turns.append(Turned(_INVERSIONS[place], turned.symbol, (*plain.notes[place:], *plain.notes[:place])))
    return tuple(turns)


def grasps(symbol: str, level: int, genre: str) -> tuple[Grasp, ...]:
    """Ways to play a chord, from plain to rich up to a level; the genre's own and the one the level studies first."""
    wanted: list[Kind] = [kind for low, kind in _KINDS if low <= level + 1]
    wanted.sort(key=lambda kind: kind != kind_for(level))
    if genre in _OWN:
        wanted.insert(0, _OWN[genre])
    found = []
    for kind in dict.fromkeys(wanted):
        best = grips(symbol, kind)[0]
        if best.kind == kind:
            found.append(Grasp(symbol, kind, best.left, best.right, note_names(symbol, best.notes)))
    if not found:
        best = grips(symbol, "block")[0]
        found = [Grasp(symbol, best.kind or "block", best.left, best.right, note_names(symbol, best.notes))]
    return tuple(found[:_MOST_GRASPS])


def _related(chord: Chord) -> tuple[str, ...]:
    """The concepts that stand for this kind of chord, and those that need them."""
    own = [one.id for one in concepts() if one.chord and Chord.parse(f"C{one.chord}").shape == chord.shape]
    if not own:
        own = [one.id for one in concepts() if one.chord and Chord.parse(f"C{one.chord}").quality == chord.quality][:2]
    after = [one.id for one in concepts() if set(one.needs) & set(own)]
    return tuple(dict.fromkeys((*own, *after)))[:6]
