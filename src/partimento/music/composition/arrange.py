"""The arranger: a progression for two hands, as a Score. One for every genre; habits come from the genre's declaration.

Each chord gets the grip that leads best; `accompaniment` says which strokes fall where, `playing` what they sound, and
`band` adds bass and drums where they are asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Final

from msgspec.structs import replace

from partimento.music.composition.accompaniment import strokes
from partimento.music.composition.band import band
from partimento.music.composition.genre import Application, Genre
from partimento.music.composition.plan import Plan
from partimento.music.composition.playing import Feel, Stand, played, tones_of
from partimento.music.composition.progression import Progression
from partimento.music.key import Key
from partimento.music.leading import lead
from partimento.music.rhythm import bar_beats
from partimento.music.score import Hand, Note, Score
from partimento.music.voicing import HIGHEST, Grip, Kind

HANDS: Final[tuple[Hand, ...]] = ("left", "right")


def arrange(progression: Progression, genre: Genre, plan: Plan, rng: Random, title: str = "") -> Score:
    """A score for two hands; `plan` gives tempo, level, application, mood and the band, the progression all else.

    The same `rng` state gives the same score. `title` defaults to the genre and key.
    """
    use = genre.application(plan.application)
    grips = lead([chord.symbol for chord in progression.chords], kind_at(use, plan.level))
    feel = Feel(use, plan, progression.meter)
    notes = [
        Note(note.start_beat, note.beats, note.midi, note.velocity, hand)
        for hand in HANDS
        for note in played(
            _stands(progression, grips, hand),
            strokes(progression.sections, genre, plan, progression.meter, hand, rng),
            hand,
            feel,
            rng,
        )
    ]
    notes.sort(key=lambda note: (note.start_beat, note.midi))
    return Score(
        title=title or f"{genre.title} {use.name} in {Key.parse(progression.key).symbol}",
        key=progression.key,
        tempo=plan.tempo,
        meter=progression.meter,
        bars=progression.bars,
        sections=progression.sections,
        chords=tuple(
            replace(chord, left_hand=grip.left, right_hand=grip.right)
            for chord, grip in zip(progression.chords, grips, strict=True)
        ),
        notes=tuple(notes),
        tracks=band(progression, genre, plan, feel, rng),
    )


def kind_at(application: Application, level: int) -> Kind:
    """The voicing that an application takes at a level."""
    return [kind for low, kind in application.voicings if low <= level][-1]


def _stands(progression: Progression, grips: Sequence[Grip], hand: Hand) -> list[Stand]:
    """The chords as one hand grips them; single notes of the left hand stay below the right one."""
    bar = bar_beats(progression.meter)
    return [
        Stand(
            (chord.bar - 1) * bar + chord.beat - 1,
            chord.beats,
            tones_of(chord.symbol),
            grip.left if hand == "left" else grip.right,
            grip.right[0] if hand == "left" and grip.right else HIGHEST,
        )
        for chord, grip in zip(progression.chords, grips, strict=True)
    ]
