"""Where tendency tones go, the dominant of harmonic minor, cadences by their chords in a key, the parallel's signature.

Each is read word by word by its own grammar, so that what it says is sure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from partimento.music.chord import Chord, chord_on
from partimento.music.claims.cadences import CADENCE_WORDS
from partimento.music.claims.numerals import written_chord
from partimento.music.claims.senses.scene import Scene, Thing
from partimento.music.claims.senses.signed import signature_words
from partimento.music.claims.senses.told import Told, not_so, sense, so
from partimento.music.key import Key
from partimento.music.pitch import name

_GOES: Final = (
    r"(?:moves?|resolves?|goes|steps?|falls?|rises?|pulls?|leads?|drops?|wants to (?:go|resolve|move|rise|fall)"
    r"|climbs?)"
    r"(?: (?:up|down|upwards?|downwards?|back|naturally|strongly|home))*(?: by)?(?: (?:a|@h\d+|@i\d+|step))*"
    r" (?:up |down )?to (?:the note |an? |the )?@n(\d+)"
)
_LEADS: Final = re.compile(rf"@f\d+ ,? ?\(?@n(\d+) ?\)?,? ?{_GOES}")
_FALLS: Final = re.compile(rf"\b(?:it|which|that note|@n\d+) ?,? {_GOES}")


def _note(scene: Scene, number: str) -> Thing:
    return next(thing for thing in scene.of("n") if scene.words[thing.at] == f"@n{number}")


@sense("f", "n")
def leading_note(scene: Scene) -> Iterator[Told]:
    """ "The leading tone B resolves up to C": a semitone up; or down to the fifth, as inner voices may."""
    for found in _LEADS.finditer(scene.text):
        head = scene.words.index(found[0].split()[0])
        role = next(thing for thing in scene.things if thing.at == head)
        one, goal = _note(scene, found[1]), _note(scene, found[2])
        start, end = one.entity.note, goal.entity.note
        if not role.entity.text.lower().startswith("leading") or start is None or end is None or end == start - 4:
            continue
        reason = f"A leading tone {name(start)} goes up to {name(start - 5)}."
        if end == start - 5:
            yield so("function", reason, goal, one)
        else:
            mend = "" if "down" in found[0] else name(start - 5)
            yield not_so("function", reason, goal, mend, one, sure=True)


@sense("o", "n", "ac")
def seventh_falls(scene: Scene) -> Iterator[Told]:
    """ "The seventh of G7, F, falls to E": by a step down."""
    heads = [thing for thing in scene.of("o") if thing.entity.number == 7]
    chords = [chord for thing in scene.of("ac") if (chord := thing.entity.chord) is not None and chord.quality == "7"]
    found = _FALLS.search(scene.text)
    if len(heads) != 1 or len(scene.of("o")) > 2 or len(chords) != 1 or found is None:
        return
    root, goal = chords[0].root_fifths or 0, _note(scene, found[1])
    if "of" not in scene.after(heads[0], 1) or goal.entity.note is None or goal.at < heads[0].at:
        return
    seventh = root - 2
    minor = any(key.is_minor for key in scene.homes) or "minor" in scene.plain
    true = seventh - 2 if minor else seventh + 5
    reason = f"The seventh of {chords[0].symbol}, {name(seventh)}, falls to {name(true)}."
    if goal.entity.note in (seventh - 2, seventh + 5):
        yield so("function", reason, goal)
    elif goal.entity.note != seventh:
        yield not_so("function", reason, goal, name(true), sure=True)


_DOMINANT: Final = re.compile(
    r"@f(\d+)(?: chord| triad)? (?:in|of) (?:the )?@s(\d+) (?:is|=|becomes|would be) (?:an? )?@[cam](\d+)"
)


@sense("f", "s", "cam")
def harmonic_dominant(scene: Scene) -> Iterator[Told]:
    """The dominant of harmonic minor is major."""
    found = _DOMINANT.search(scene.text)
    if found is None:
        return
    role, home, goal = (next(one for one in scene.things if one.row < 0 and scene.words[one.at][2:] == found[at])
                        for at in (1, 2, 3))  # fmt: skip
    scale, chord = home.entity.scale, goal.entity.chord
    if not role.entity.text.lower().startswith("dominant") or scale is None or chord is None:
        return
    if scale.kind.name != "harmonic minor" or chord.root_fifths != scale.tonic + 1 or "b3" not in chord.degrees:
        return
    true = chord_on(scale.tonic + 1, Chord.parse("C7" if chord.seventh is not None else "C").shape)
    reason = f"The dominant of {scale.symbol} is {true.symbol}."
    yield not_so("chord quality", reason, goal, written_chord(true, goal.entity), role, sure=True)


_CLOSE: Final = re.compile(
    r"@[acmn](\d+)(?: chord)? (?:resolving|moving|going|resolves|moves|goes|falling|leading|returning|followed by)"
    r"(?: back| home| down| up)?(?: to)? (?:an? |the )?@[acmn](\d+)"
)
_STEPS: Final = {"authentic": 1, "plagal": -1}


@sense("z", "acmn")
def cadence_in_key(scene: Scene) -> Iterator[Told]:
    """ "A plagal cadence in E major is A major moving to E major"."""
    found, heads = _CLOSE.search(scene.text), scene.of("z")
    if found is None or len(heads) != 1 or re.search(r"\b(?:not|instead|unlike|than|isn't)\b", scene.text):
        return
    told = heads[0].entity.text.lower().removesuffix("s").removesuffix(" cadence")
    step = _STEPS.get(CADENCE_WORDS.get(told, told))
    one, goal = (next(thing for thing in scene.things if thing.row < 0 and scene.words[thing.at][2:] == found[at])
                 for at in (1, 2))  # fmt: skip
    first, last = one.entity.chord, goal.entity.chord
    if step is None or first is None or last is None or first.root_fifths is None or last.root_fifths is None:
        return
    tonics = {key.tonic for thing in scene.of("mk") if thing.at < one.at and (key := thing.entity.key) is not None}
    if tonics != {last.root_fifths}:
        return
    true = last.root_fifths + step
    reason = f"Such a cadence goes from {name(true)} to {name(last.root_fifths)}."
    if first.root_fifths == true:
        yield so("cadence", reason, one, goal, heads[0])
    elif first.root_fifths != last.root_fifths + 5:
        shape = Chord.parse("C").shape
        yield not_so("cadence", reason, one, written_chord(chord_on(true, shape), one.entity), goal, sure=True)


_PARALLEL: Final = re.compile(
    r"\bits parallel (major|minor)(?: key)? (?:has|have|carries|uses|needs|gets|takes|is (?:written|notated|spelled)"
    r" with)(?: only| just)? @g(\d+)"
)


@sense("f", "g", "mk")
def parallel_signature(scene: Scene) -> Iterator[Told]:
    """ "D minor has one flat, its parallel major has two sharps"."""
    found = _PARALLEL.search(scene.spoken)
    if found is None:
        return
    head = next(thing for thing in scene.of("g") if scene.words[thing.at] == f"@g{found[2]}")
    keys = [key for thing in scene.of("mk") if thing.at < head.at and (key := thing.entity.key) is not None]
    if not keys or keys[-1].mode == found[1]:
        return
    true = Key(keys[-1].tonic, "minor" if found[1] == "minor" else "major")
    words = signature_words(true.signature)
    reason = f"{true.symbol} has {words}."
    count, sharp = head.entity.number, "sharp" in head.entity.text.lower()
    if count == abs(true.signature) and (not count or sharp == (true.signature > 0)):
        yield so("key signature", reason, head)
    else:
        yield not_so("key signature", reason, head, words, sure=True)


_OWN: Final = re.compile(r"\b(?:its|their) own @f(\d+)(?: chord)? ?[,:(]? ?(?:which is |that is |is |= )?@[ac](\d+)")


@sense("f", "ac")
def own_dominant(scene: Scene) -> Iterator[Told]:
    """ "Approach Dm through its own dominant, A7": the dominant of the chord named last, not of the key."""
    found = _OWN.search(scene.text)
    if found is None:
        return
    role, goal = (next(one for one in scene.things if one.row < 0 and scene.words[one.at][2:] == found[at])
                  for at in (1, 2))  # fmt: skip
    chords = [thing for thing in scene.of("acnm") if thing.row < 0 and thing.at < role.at and not scene.is_key(thing)]
    told = goal.entity.chord
    if not role.entity.text.lower().startswith("dominant") or len(chords) != 1 or told is None:
        return
    base = chords[0].entity.chord
    if base is None or base.root_fifths is None:
        return
    true = chord_on(base.root_fifths + 1, Chord.parse("C7" if told.seventh is not None else "C").shape)
    reason = f"The dominant of {base.symbol} is {true.symbol}."
    if told.root_fifths == true.root_fifths and "b3" not in told.degrees:
        yield so("function", reason, goal, chords[0])
    else:
        yield not_so("function", reason, goal, written_chord(true, goal.entity), chords[0], sure=True)
