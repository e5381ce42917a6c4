"""Inversions: the word, the figures, the slash, the note or the member in the bass and the order of a list must"
" agree."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from partimento.music.claims.chord_tones import chord_notes, spelled_alike
from partimento.music.claims.entity import Entity
from partimento.music.claims.inversions import bass_place, like_inversion, place_of
from partimento.music.claims.senses.scene import Scene, Thing, Whole
from partimento.music.claims.senses.told import Told, not_so, sense, so
from partimento.music.pitch import name

_BASS: Final = re.compile(
    r"\b(?:bass|bottom|lowest|underneath|low note|lowest note|starts? (?:on|with|from)|down low|bottommost|under"
    r"|beneath)\b"
)
_FIGURES: Final = {"6/5": 1, "6/4": 2, "6/3": 1, "4/3": 2, "4/2": 3}
_SPOKEN_FIGURES: Final = {"six four": 2, "six five": 1, "four three": 2, "four two": 3}
_WORDS: Final = ("root position", "first inversion", "second inversion", "third inversion")


def place(entity: Entity) -> int:
    """Which member lies lowest, told in words or in figures."""
    text = entity.text.lower().replace("-", " ")
    if text in _FIGURES:
        return _FIGURES[text]
    return _SPOKEN_FIGURES[text] if text in _SPOKEN_FIGURES else place_of(text)


def _figured(thing: Thing) -> bool:
    text = thing.entity.text.lower().replace("-", " ")
    return text in _FIGURES or text in _SPOKEN_FIGURES


@sense("vac")
def inverted(scene: Scene) -> Iterator[Told]:
    """An inversion told in several ways."""
    heads = scene.of("v")
    others = [*_slashes(scene), *_members(scene), *_bass_notes(scene)] or _orders(scene)
    for head in heads:
        told = place(head.entity)
        found = [*others, *((one, place(one.entity)) for one in heads if _figured(one) != _figured(head))]
        if not found:
            yield from _strange_bass(scene, head)
            continue
        good = [one for one, value in found if value == told]
        values = {value for _, value in found}
        if good:
            yield so("inversion", f"{_WORDS[told]}.", head, good[0])
        elif len(values) == 1 or len(found) == 1:
            (true,) = values
            mend = "" if _figured(head) or len(heads) > 1 else like_inversion(true, head.entity.text)
            yield not_so("inversion", f"That is {_WORDS[true]}.", head, mend, found[0][0])
    yield from _slash_bass(scene)
    if not heads:
        yield from _slash_member(scene)
    else:
        yield from _slash_base(scene)


def _slash_bass(scene: Scene) -> Iterator[Told]:
    """ "F/A has A in the bass": the note after the slash."""
    slashes = [thing for thing, _ in _slashes(scene)]
    notes = [thing for thing in scene.of("n") if thing.row < 0 and thing.entity.note is not None]
    notes = [thing for thing in notes if "to" not in scene.before(thing, 1)]
    if len(slashes) != 1 or len(notes) != 1 or not scene.has(_BASS) or scene.of("oL") or "over" in scene.words:
        return
    chord = slashes[0].entity.chord
    if chord is None or chord.bass_fifths is None or scene.is_key(notes[0]):
        return
    right = name(chord.bass_fifths)
    reason = f"{chord.symbol} has {right} in the bass."
    if notes[0].entity.note == chord.bass_fifths:
        yield so("inversion", reason, notes[0], slashes[0])
    else:
        yield not_so("inversion", reason, notes[0], right, slashes[0])


def _slash_base(scene: Scene) -> Iterator[Told]:
    """ "G/D is a second-inversion G chord": the chord before the slash."""
    slashes = [thing for thing, _ in _slashes(scene)]
    bases = [
        thing for thing in scene.of("acm") if thing.row < 0 and "/" not in thing.entity.text and not scene.is_key(thing)
    ]
    if len(slashes) != 1 or len(bases) != 1 or not {"is", "means", "=", "be", "gives"} & {*scene.words}:
        return
    slash, base = slashes[0].entity.chord, bases[0].entity.chord
    if slash is None or base is None or slash.root == base.root:
        return
    mend = name(slash.root_fifths or 0) + bases[0].entity.text[len(name(base.root_fifths or 0)) :]
    yield not_so(
        "inversion", f"{slash.symbol} is an inversion of {name(slash.root_fifths or 0)}.", bases[0], mend, slashes[0]
    )


def _slashes(scene: Scene) -> list[tuple[Thing, int]]:
    found = []
    for thing in scene.of("ac"):
        chord = thing.entity.chord
        if chord is not None and "/" in thing.entity.text and bass_place(chord) >= 0:
            found.append((thing, bass_place(chord)))
    return found


def _members(scene: Scene) -> list[tuple[Thing, int]]:
    """ "The third in the bass": a member told by its number."""
    if not scene.has(_BASS):
        return []
    found = [(thing, (thing.entity.number - 1) // 2) for thing in scene.of("o") if thing.entity.number in (1, 3, 5, 7)]
    return [(thing, value) for thing, value in found if "inversion" not in scene.after(thing, 1)]


def _bass_notes(scene: Scene) -> list[tuple[Thing, int]]:
    if not scene.has(_BASS):
        return []
    found = []
    for thing in scene.of("n"):
        note = thing.entity.note
        if thing.row >= 0 or note is None:
            continue
        for whole in _chords_here(scene, thing):
            at = [where for where, own in enumerate(whole.notes[:4]) if spelled_alike(note, own)]
            if whole.is_chord and at and "/" not in whole.label:
                found.append((thing, at[0]))
    return found


def _chords_here(scene: Scene, bass: Thing) -> list[Whole]:
    """The chords of a sentence; bare letters that can be nothing else beside an inversion."""
    found = [whole for whole in scene.wholes if whole.is_chord]
    if found or not scene.of("v"):
        return found
    for thing in scene.of("n"):
        chord = thing.entity.chord
        if (
            thing.row < 0
            and thing is not bass
            and chord is not None
            and {"in", "into"} & {*scene.after(thing, 2)} | {"puts", "put", "of"} & {*scene.before(thing, 1)}
        ):
            found.append(Whole(thing, chord.symbol, chord_notes(chord), True, False))
    return found


def _strange_bass(scene: Scene, head: Thing) -> Iterator[Told]:
    """A bass that the chord does not even hold: "the first inversion of C starts on F"."""
    singles = [
        thing for thing in scene.of("n") if thing.row < 0 and thing.entity.note is not None and not scene.is_key(thing)
    ]
    if not scene.has(_BASS) or len(singles) != 1:
        return
    wholes = _chords_here(scene, singles[0])
    if (
        len(wholes) != 1
        or "/" in wholes[0].label
        or wholes[0].thing is singles[0]
        or wholes[0].holds(singles[0].entity.note or 0)
    ):
        return
    at = place(head.entity)
    if at < len(wholes[0].notes):
        right = name(wholes[0].notes[at])
        yield not_so(
            "inversion", f"{wholes[0].label} stands on {right} there.", singles[0], right, head, wholes[0].thing
        )


def _orders(scene: Scene) -> list[tuple[Thing, int]]:
    """Lists that hold all of a chord, by the note they begin with."""
    return [
        (row, whole.notes.index(told[0]))
        for row in scene.of("N")
        for whole in scene.wholes
        if whole.is_chord and len(told := row.entity.notes or ()) > 2 and set(told) == set(whole.notes)
    ]


def _slash_member(scene: Scene) -> Iterator[Told]:
    """ "In C/G the fifth is in the bass": no word of an inversion, but a slash chord and a member."""
    slashes, members = _slashes(scene), _members(scene)
    if len(slashes) != 1 or len(members) != 1:
        return
    (slash, true), (member, told) = slashes[0], members[0]
    if true == told:
        yield so("inversion", f"{slash.entity.text} stands so.", slash, member)
        return
    words = ("root", "third", "fifth", "seventh")
    right = words[true] if not member.entity.text[:1].isdigit() else ("root", "3rd", "5th", "7th")[true]
    yield not_so("inversion", f"{slash.entity.text} has its {words[true]} in the bass.", member, right, slash)
