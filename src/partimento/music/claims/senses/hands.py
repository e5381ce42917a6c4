"""Chords taken apart: between two hands, as a shell, a suspended note for the third, a note added to a triad.

Each is read word by word by its own grammar, so that what it says is sure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from partimento.music.chord import Chord
from partimento.music.claims.chord_tones import by_sound, chord_notes, chord_tone_alike
from partimento.music.claims.senses.scene import Scene, Thing
from partimento.music.claims.senses.told import Told, not_so, sense, so
from partimento.music.pitch import name, pitch_class

_HANDS: Final = re.compile(
    r"\b(?:left|lh)\b.*\b(?:right|rh)\b|\b(?:right|rh)\b.*\b(?:left|lh)\b|\b(?:one|each|two) hands?\b.*\bother\b"
)
_OTHERWISE: Final = re.compile(
    r"\b(?:over|scale|rootless|tension|instead|without|not|don't|isn't|doubl\w+|melody|fingers?|thumb)\b"
)


def _one_chord(scene: Scene) -> tuple[Thing, Chord] | None:
    """The one chord that a sentence names by a symbol or in words."""
    found = {chord.symbol: (thing, chord) for thing in scene.of("ac") if thing.row < 0
             and (chord := thing.entity.chord) is not None and chord.root_fifths is not None}  # fmt: skip
    return next(iter(found.values())) if len(found) == 1 else None


def _essential(chord: Chord) -> tuple[int, ...]:
    """The notes that no voicing leaves out: third, seventh, and what is altered."""
    root = chord.root_fifths or 0
    pairs = zip(chord.degrees, chord.shape.fifths, strict=True)
    return tuple(root + step for label, step in pairs if label.strip("b#") in ("3", "7", "6") or label in ("b5", "#5"))


@sense("nN", "ac")
def in_two_hands(scene: Scene) -> Iterator[Told]:
    """What both hands play is one chord: the union of both; a strange note stands where a needed one is missing."""
    named = _one_chord(scene)
    things = [thing for thing in scene.of("nN") if thing.row < 0]
    notes = [note for thing in things for note in thing.entity.notes or ()]
    if named is None or not _HANDS.search(scene.text) or scene.has(_OTHERWISE) or scene.of("iosmkrLfhgv"):
        return
    thing, chord = named
    if len(things) not in (2, 3) or not 3 <= len(set(notes)) <= 6:
        return
    true, loose = chord_notes(chord), by_sound(chord)
    items = [item for one in things for item in (one.entity.items or (one.entity,))]
    strange = [one for one in items if not any(chord_tone_alike(one.note or 0, own, loose) for own in true)]
    missing = [own for own in _essential(chord) if not any(chord_tone_alike(note, own, loose) for note in notes)]
    reason = f"{chord.symbol} is {' '.join(map(name, true))}."
    if not strange and not missing:
        yield so("voicing", reason, thing, *things)
    elif len(strange) == 1:
        left = [own for own in true if not any(chord_tone_alike(note, own, loose) for note in notes)]
        right = missing or [own for own in left if (own - (strange[0].note or 0)) % 7 == 0]
        if len(right) == 1:
            yield not_so("voicing", reason, strange[0], name(right[0]), thing, *things, sure=True)


_SHELL: Final = re.compile(r"\bshells?\b")


@sense("N", "ac")
def as_shell(scene: Scene) -> Iterator[Told]:
    """A shell is root, third and seventh, no fifth."""
    named, rows = _one_chord(scene), [row for row in scene.of("N") if len(row.entity.items) in (2, 3)]
    if named is None or len(rows) != 1 or not scene.has(_SHELL) or scene.has(_OTHERWISE) or scene.of("rRLDi"):
        return
    thing, chord = named
    notes, needed = rows[0].entity.notes or (), _essential(chord)
    root = chord.root_fifths or 0
    if len(needed) != 2 or "b5" in chord.degrees or "#5" in chord.degrees:
        return
    strange = [item for item in rows[0].entity.items if item.note not in (root, *needed)]
    missing = [note for note in needed if note not in notes]
    reason = f"A shell of {chord.symbol} is {name(root)} {' '.join(map(name, needed))}."
    if not strange and not missing:
        yield so("voicing", reason, thing, rows[0])
    elif len(strange) == 1 and len(missing) == 1:
        yield not_so("voicing", reason, strange[0], name(missing[0]), thing, rows[0], sure=True)


_SWAPS: Final = re.compile(
    r"\b(?:swap\w*|replac\w+|trad\w+|exchang\w+|chang\w+|turn\w*|mov\w+)(?: out)? (?:the |its )?(?:third ,? ?)?@n(\d+)"
    r"(?: of (?:the )?@[acmn]\d+)?(?: up| down)? (?:for|with|by|to|into) (?:an? |the )?@n(\d+)"
)


@sense("n", "ac")
def suspended(scene: Scene) -> Iterator[Told]:
    """ "For Gsus4 swap the B for a C": the third gives way to the second or the fourth."""
    found = _SWAPS.search(scene.text)
    chords = [chord for thing in scene.of("ac") if (chord := thing.entity.chord) is not None
              and {"4", "2"} & set(chord.degrees) and "3" not in chord.degrees]  # fmt: skip
    if found is None or len({chord.symbol for chord in chords}) != 1 or re.search(r"\bback\b|\bresolv", scene.text):
        return
    root = chords[0].root_fifths or 0
    old, new = (next(one for one in scene.of("n") if scene.words[one.at] == f"@n{found[at]}") for at in (1, 2))
    if old.entity.note not in (root + 4, root - 3):
        return
    true = root + (-1 if "4" in chords[0].degrees else 2)
    reason = f"{chords[0].symbol} has {name(true)} for its third."
    if new.entity.note == true:
        yield so("chord notes", reason, old, new)
    else:
        yield not_so("chord notes", reason, new, name(true), old, sure=True, robust=True)


_PLUS: Final = re.compile(
    r"@[ac](\d+) (?:is|=|means|equals)(?: (?:just|simply|only|really|nothing but|a|an|the|plain)){0,3} "
    r"@[cam](\d+)(?: chord| triad)? (?:with|plus|and|\+) (?:an? |the )?(?:added |extra |additional )?@n(\d+)"
)


@sense("n", "ac")
def added_to_triad(scene: Scene) -> Iterator[Told]:
    """ "Gm6 is a G minor triad with E added"."""
    for found in _PLUS.finditer(scene.text):
        whole, base, note = (_marked(scene, found[at]) for at in (1, 2, 3))
        chord, triad = whole.entity.chord, base.entity.chord
        if chord is None or triad is None or chord.root != triad.root or len(chord.degrees) != len(triad.degrees) + 1:
            continue
        extra = [step for step in chord.shape.fifths if step not in triad.shape.fifths]
        if len(extra) != 1:
            continue
        true = (chord.root_fifths or 0) + extra[0]
        reason = f"{chord.symbol} adds {name(true)} to {triad.symbol}."
        if chord_tone_alike(note.entity.note or 0, true, by_sound(chord)):
            yield so("chord notes", reason, note, whole)
        else:
            yield not_so("chord notes", reason, note, name(true), whole, sure=True)


_ADDS: Final = re.compile(r"@[ac](\d+)(?: chord)? adds (?:an? |the |only )?@n(\d+) to (?:the |an? )?@([acmn])(\d+)")


@sense("n", "ac")
def adds_to_triad(scene: Scene) -> Iterator[Told]:
    """ "Cadd9 adds D to the C triad": what is added is not of the triad."""
    for found in _ADDS.finditer(scene.text):
        whole, note, base = (_marked(scene, found[at]) for at in (1, 2, 4))
        chord, triad, told = whole.entity.chord, base.entity.chord, note.entity.note
        if chord is None or triad is None or told is None or chord.root != triad.root:
            continue
        extra = [own for own in chord_notes(chord) if own not in chord_notes(triad)]
        if told not in extra and len(extra) == 1 and not by_sound(chord):
            reason = f"{chord.symbol} adds {name(extra[0])} to {triad.symbol}."
            yield not_so("chord quality", reason, note, name(extra[0]), whole, base, sure=True)


def _marked(scene: Scene, number: str) -> Thing:
    return next(thing for thing in scene.things if thing.row < 0 and scene.words[thing.at][2:] == number)


_ALIKE: Final = re.compile(
    r"@[ac](\d+)(?: chord)? (?:has|have|contains?|holds?|shares?|uses?|is made of|is|spells)(?: (?:exactly|just|all|of"
    r"|precisely|the|really)){0,3} (?:very )?(?:same (?:@d\d+|notes|tones|pitches|four notes) as|notes of|inversion of)"
    r" (?:an? |the )?@[ac](\d+)"
)


@sense("ac")
def same_notes(scene: Scene) -> Iterator[Told]:
    """ "C6 has the same notes as Am7"."""
    for found in _ALIKE.finditer(scene.text):
        one, other = _marked(scene, found[1]), _marked(scene, found[2])
        first, second = one.entity.chord, other.entity.chord
        if first is None or second is None or {"not", "never", "almost", "nearly"} & set(scene.before(one, 3)):
            continue
        sounds = [{pitch_class(note) for note in chord_notes(chord)} for chord in (first, second)]
        reason = f"{first.symbol} is {' '.join(map(name, chord_notes(first)))}."
        if sounds[0] == sounds[1]:
            yield so("common tones", reason, one, other)
        elif "inversion" not in found[0]:
            yield not_so("common tones", reason, other, "", one, sure=True)
