"""Questions on scales and modes: notes, degrees, steps, parents, and what goes over a chord. Each is a family."""

from __future__ import annotations

from random import Random
from typing import Final

from partimento.music.analysis import analyze
from partimento.music.pitch import name
from partimento.music.questions.item import Ask, Families, Item, family
from partimento.music.questions.scope import chords_in, is_plain, is_scale, one_scale, signs_of
from partimento.music.questions.wrong import counts_near, dashed, kept, notes_near, spelled
from partimento.music.roman import chord_of
from partimento.music.scale import Scale, kind_of, kinds, mode_on, parent_of, scale_on
from partimento.music.teaching.concept import Concept
from partimento.music.teaching.keys import key_words

ON_SCALES: Final[Families] = []
_ORDINALS: Final = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh")
_MODES: Final = ("major", "Dorian", "Phrygian", "Lydian", "Mixolydian", "natural minor", "Locrian")
# The chord of a major key that a mode belongs to.
_HOME: Final = {"Dorian": "ii7", "Phrygian": "iii7", "Lydian": "IVmaj7", "Mixolydian": "V7", "Locrian": "viiø7"}
# What a scale is mistaken for, the likeliest first; the first names what tells the two apart.
_LIKE: Final[dict[str, tuple[str, ...]]] = {
    "major": ("Mixolydian", "Lydian", "natural minor"), "natural minor": ("Dorian", "harmonic minor", "Phrygian"),
    "harmonic minor": ("natural minor", "melodic minor", "Dorian"),
    "melodic minor": ("major", "harmonic minor", "Dorian"), "Dorian": ("natural minor", "Mixolydian", "Phrygian"),
    "Mixolydian": ("major", "Dorian", "Lydian dominant"), "Lydian": ("major", "Lydian dominant", "Mixolydian"),
    "Phrygian": ("natural minor", "Locrian", "Dorian"), "Lydian dominant": ("Mixolydian", "Lydian", "altered"),
    "harmonic major": ("major", "harmonic minor", "Lydian"),
    "major pentatonic": ("minor pentatonic", "suspended pentatonic", "major"),
    "minor pentatonic": ("blues", "major pentatonic", "suspended pentatonic"),
    "blues": ("minor pentatonic", "major blues", "natural minor"),
    "altered": ("Lydian dominant", "half-whole diminished", "Mixolydian b6"),
    "whole tone": ("Lydian dominant", "augmented", "Lydian augmented"),
    "half-whole diminished": ("whole-half diminished", "altered", "whole tone"),
    "bebop dominant": ("Mixolydian", "bebop major", "Lydian dominant"),
}  # fmt: skip


def _likes(kind: str) -> tuple[str, ...]:
    return _LIKE.get(kind, ("major", "Dorian", "Mixolydian"))


def _about_modes(concept: Concept) -> bool:
    return "modes" in concept.about or concept.id in (
        "dorian",
        "mixolydian",
        "lydian",
        "phrygian",
        "lydian-dominant",
        "altered-scale",
    )


@family(ON_SCALES, "notes of a scale", is_scale)
def _notes(ask: Ask, rng: Random) -> Item | None:
    scale = one_scale(ask, rng)
    if scale is None:
        return None
    likes = [scale_on(scale.tonic, kind) for kind in _likes(scale.kind.name)]
    moved = [Scale(scale.tonic + move, scale.kind) for move in (1, -1)]
    return Item(
        question=rng.choice(("Which notes are in the {} scale?", "Which notes make up the {} scale?")).format(
            scale.symbol
        ),
        answer=spelled(scale.notes),
        means="notes",
        wrong=kept((spelled(other.notes) for other in (*likes, *moved)), spelled(scale.notes)),
        statement=f"{scale.symbol}: {{}}.",
        explanation=f"{scale.symbol} has the notes {spelled(scale.notes)}.",
        signs=signs_of(ask.key),
    )


@family(ON_SCALES, "scale of notes", is_scale, harder=0.5)
def _named(ask: Ask, rng: Random) -> Item | None:
    scale = one_scale(ask, rng)
    if scale is None:
        return None
    likes = [scale_on(scale.tonic, kind).symbol for kind in _likes(scale.kind.name)]
    tonics = [scale_on(note, scale.kind.name).symbol for note in rng.sample(scale.fifths[1:], 2)]
    return Item(
        question=f"Which scale has the notes {spelled(scale.notes)}?",
        answer=scale.symbol,
        means="scale",
        wrong=kept([*likes[:2], *tonics, *likes[2:]], scale.symbol),
        also=tuple(f"{name(scale.tonic)} {other}" for other in scale.kind.also),
        explanation=f"{scale.symbol} has the notes {spelled(scale.notes)}.",
        signs=signs_of(ask.key),
    )


@family(ON_SCALES, "step of a scale", is_scale)
def _step(ask: Ask, rng: Random) -> Item | None:
    scale = one_scale(ask, rng)
    if scale is None:
        return None
    step = rng.randrange(1, min(7, len(scale.fifths)))
    note, word = scale.fifths[step], _ORDINALS[step]
    return Item(
        question=f"What is the {word} note of the {scale.symbol} scale?",
        answer=name(note),
        means="note",
        wrong=kept([*notes_near(note, rng)[:2], name(scale.fifths[step - 1]), *notes_near(note, rng)], name(note)),
        statement=f"The {word} note of {scale.symbol} is {{}}.",
        explanation=f"The {word} note of {scale.symbol} is {name(note)}.",
        signs=signs_of(ask.key),
    )


@family(ON_SCALES, "degrees of a scale", is_scale, low=3, harder=0.5)
def _degrees(ask: Ask, rng: Random) -> Item | None:
    kind = kind_of(ask.concept.scale)
    if kind.name == "major":
        return None
    likes = [dashed(kind_of(other).degrees) for other in (*_likes(kind.name), "major", "Phrygian dominant")]
    return Item(
        question=rng.choice(
            ("Which degrees make up the {} scale?", "Which degrees of the major scale make up the {} scale?")
        ).format(kind.name),
        answer=dashed(kind.degrees),
        means="degrees",
        wrong=kept(likes, dashed(kind.degrees)),
        statement=f"The {kind.name} scale is {{}}.",
        explanation=f"The {kind.name} scale is {dashed(kind.degrees)}.",
    )


@family(ON_SCALES, "size of a scale", is_scale, harder=-0.5)
def _size(ask: Ask, rng: Random) -> Item | None:
    kind = kind_of(ask.concept.scale)
    words = ("", "", "", "", "four", "five", "six", "seven", "eight")
    return Item(
        question=f"How many notes are in the {kind.name} scale?",
        answer=str(len(kind.degrees)),
        means="count",
        wrong=counts_near(len(kind.degrees), rng),
        statement=f"The {kind.name} scale has {{}} notes.",
        explanation=f"The {kind.name} scale has {words[len(kind.degrees)]} notes.",
    )


@family(ON_SCALES, "what tells two scales apart", is_scale, low=4, harder=0.5)
def _apart(ask: Ask, rng: Random) -> Item | None:
    """The one note of a scale that the scale it is mistaken for has not."""
    scale = one_scale(ask, rng)
    if scale is None:
        return None
    likes = [scale_on(scale.tonic, kind) for kind in _likes(scale.kind.name)]
    pairs = [(other, note) for other in likes for note in _alone_in(scale, other)]
    single = [(other, note) for other, note in pairs if len(_alone_in(scale, other)) == 1]
    if not single:
        return None
    other, note = rng.choice(single)
    return Item(
        question=f"Which note of {scale.symbol} is not in {other.symbol}?",
        answer=name(note),
        means="note",
        wrong=kept((name(one) for one in rng.sample(scale.fifths, len(scale.fifths))), name(note)),
        explanation=f"{scale.symbol} has the notes {spelled(scale.notes)}. "
        f"{other.symbol} has the notes {spelled(other.notes)}.",
        signs=signs_of(ask.key),
    )


def _alone_in(scale: Scale, other: Scale) -> list[int]:
    return [note for note in scale.fifths if (note * 7) % 12 not in other.pitch_classes]


@family(ON_SCALES, "mode on a step", _about_modes, low=3)
def _mode(ask: Ask, rng: Random) -> Item | None:
    parent, step = _parent(ask, rng)
    mode = mode_on(parent, step + 1)
    if mode is None or any(len(note) > 2 for note in parent.notes):
        return None
    others = [one for at in range(len(parent.fifths)) if (one := mode_on(parent, at + 1)) is not None and at != step]
    wrong = [scale_on(mode.tonic, one.kind.name).symbol for one in others[:2]] + [one.symbol for one in others]
    rng.shuffle(wrong)
    return Item(
        question=f"What is the {_ORDINALS[step]} mode of {parent.symbol}?",
        answer=mode.symbol,
        means="scale",
        wrong=kept(wrong, mode.symbol),
        also=tuple(f"{name(mode.tonic)} {other}" for other in mode.kind.also),
        statement=f"The {_ORDINALS[step]} mode of {parent.symbol} is {{}}.",
        explanation=f"{mode.symbol} is the {_ORDINALS[step]} mode of {parent.symbol}.",
        signs=signs_of(ask.key),
    )


def _parent(ask: Ask, rng: Random) -> tuple[Scale, int]:
    """A scale with modes, and a step (from 0): those of the concept's own kind where it is one mode."""
    if "modes" in ask.concept.about:
        return scale_on(ask.key.tonic, "major"), rng.randrange(1, 7)
    mode = scale_on(ask.key.tonic, ask.concept.scale)
    parent, step = parent_of(mode)
    home = Scale(ask.key.tonic - (parent.kind.fifths[step - 1] if rng.random() < 0.5 else 0), parent.kind)
    return home, step - 1


@family(ON_SCALES, "mode of a degree", _about_modes, low=3, harder=-0.5)
def _mode_name(ask: Ask, rng: Random) -> Item | None:
    parent, step = _parent(ask, rng)
    mode = mode_on(Scale(0, parent.kind), step + 1)
    if mode is None:
        return None
    sisters = [one.name for one in kinds().values() if one.family == parent.kind.family and one.name != mode.kind.name]
    tonic = Scale(0, parent.kind)
    return Item(
        question=f"Which mode is built on the {_ORDINALS[step]} degree of the {parent.kind.name} scale?",
        answer=mode.kind.name,
        means="scale",
        wrong=tuple(rng.sample(sisters, len(sisters))),
        also=mode.kind.also,
        explanation=f"{mode.symbol} is the {_ORDINALS[step]} mode of {tonic.symbol}.",
    )


@family(ON_SCALES, "parent of a mode", _about_modes, low=4, harder=0.5)
def _parent_scale(ask: Ask, rng: Random) -> Item | None:
    parent, step = _parent(ask, rng)
    mode = mode_on(parent, step + 1)
    if mode is None or step == 0 or any(len(note) > 2 for note in parent.notes):
        return None
    others = [Scale(parent.tonic + move, parent.kind).symbol for move in rng.sample((1, -1, 2, -2), 4)]
    return Item(
        question=f"What is the parent scale of {mode.symbol}?",
        answer=parent.symbol,
        means="scale",
        wrong=kept([scale_on(mode.tonic, parent.kind.name).symbol, *others], parent.symbol),
        also=(name(parent.tonic),),
        statement=f"{mode.symbol} is the {_ORDINALS[step]} mode of {{}}.",
        explanation=f"{mode.symbol} has the same notes as {parent.symbol}.",
        signs=signs_of(ask.key),
    )


def _over(concept: Concept) -> bool:
    return "chord-scales" in concept.about or (concept.scale in _MODES and concept.level >= 5) or concept.id in (
        "altered-dominants", "half-diminished", "minor-two-five-one", "two-five-one", "lydian-dominant",
        "altered-scale",
    )  # fmt: skip


@family(ON_SCALES, "scale over a chord", _over, low=5)
def _over_chord(ask: Ask, rng: Random) -> Item | None:
    own = _HOME.get(ask.concept.scale)
    every = (chord_of(own, ask.key),) if own else chords_in(ask)
    chords = [chord for chord in every if is_plain(chord, ask.level) and not chord.is_slash]
    if not chords:
        return None
    chord = rng.choice(chords)
    reading = analyze([chord.symbol], ask.key.symbol).chords[0]
    best = reading.scales[0].scale
    tonic = name(chord.root_fifths or 0)
    return Item(
        question=f"Which scale fits over {chord.symbol} in {key_words(ask.key)}?",
        answer=best,
        means="scale",
        wrong=kept(
            (f"{tonic} {kind}" for kind in rng.sample((*_MODES, "harmonic minor", "Lydian dominant", "altered"), 10)),
            best,
        ),
        alone=False,
        statement="",
        explanation=f"{best} fits over {chord.symbol}: it holds {spelled(chord.notes)}.",
        signs=signs_of(ask.key),
    )
