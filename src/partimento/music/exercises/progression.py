"""A progression to know by heart: its chords held, in the grips of the level. Any inversion a learner plays counts."""

from __future__ import annotations

from msgspec.structs import replace

from partimento.music.composition.arrange import kind_at
from partimento.music.composition.progression import Progression
from partimento.music.exercises.study import Ask, Study, held
from partimento.music.leading import lead
from partimento.music.rhythm import bar_beats


def make(progression: Progression, ask: Ask) -> Study:
    """The chords in the genre's own grips at the level, or in the voicing that is asked for."""
    kind = ask.voicing or kind_at(ask.genre.application(ask.plan.application), ask.plan.level)
    grips = lead([chord.symbol for chord in progression.chords], kind)
    numerals = " ".join(dict.fromkeys(chord.roman for chord in progression.chords))
    return Study(
        title=f"{ask.genre.title} progression in {progression.key}",
        instruction=f"Play each chord for its full length: {numerals}. Keep the hands still between changes.",
        tips=(
            f"Say the numerals aloud before you play: {numerals}.",
            "Look for the tones two neighbouring chords share, and leave those fingers down.",
            f"Start at {max(40, round(ask.plan.tempo * 0.6))} bpm; go up by 4 when three rounds were right.",
        ),
        grading="chords",
        bars=progression.bars,
        chords=tuple(
            replace(chord, left_hand=grip.left, right_hand=grip.right)
            for chord, grip in zip(progression.chords, grips, strict=True)
        ),
        notes=held(progression.chords, grips, bar_beats(progression.meter)),
        voicing=kind,
    )
