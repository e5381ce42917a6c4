"""Takes of somebody who plays what a criterion asks for, and of somebody who does not."""

from __future__ import annotations

from partimento.music.chord import Chord
from partimento.music.grading.criterion import Criterion, bass_of
from partimento.music.leading import voice
from partimento.music.pitch import pitch_class
from partimento.music.scale import Scale
from partimento.music.take import Take, TakeNote, checked


def played(criterion: Criterion) -> Take:
    """The take that meets it."""
    if criterion.scale:
        return _run(criterion)
    if criterion.voicing:
        hands = voice(criterion.chords, criterion.voicing)
        grips = [(("left", left), ("right", right)) for left, right in hands]
    else:
        grips = [(("right", _stack(symbol, criterion.inversion)),) for symbol in criterion.chords]  # type: ignore[misc]
    return checked(
        TakeNote(2.0 * at, 2.0 * at + 1.8, midi, 80, hand)  # type: ignore[arg-type]
        for at, grip in enumerate(grips)
        for hand, notes in grip
        for midi in notes
    )


def _stack(symbol: str, inversion: int | None) -> tuple[int, ...]:
    chord = Chord.parse(symbol)
    low = bass_of(symbol, inversion) if inversion else chord.bass
    assert low is not None
    others = sorted((pc - low) % 12 for pc in chord.pitch_classes)
    return tuple(48 + low + step for step in others)


def _run(criterion: Criterion) -> Take:
    tones = criterion.tones or tuple(pitch_class(note) for note in Scale.parse(criterion.scale).fifths)
    steps, octaves = sorted((tone - tones[0]) % 12 for tone in tones), criterion.octaves or 1
    up = [48 + tones[0] + 12 * octave + step for octave in range(octaves) for step in steps]
    up.append(48 + tones[0] + 12 * octaves)
    way = up + up[-2::-1] if criterion.direction == "up and down" else up
    hand = "left" if criterion.hand == "left" else "right"
    return checked(TakeNote(0.5 * at, 0.5 * at + 0.45, midi, 80, hand) for at, midi in enumerate(way))  # type: ignore[arg-type]


def misplayed(take: Take) -> Take:
    """The same a semitone too high."""
    return checked(TakeNote(note.start, note.end, note.midi + 1, note.velocity, note.hand) for note in take.notes)
