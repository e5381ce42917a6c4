"""Degrees of chords, keys and scales beside a note or a chord: "the flat seventh, which is B, makes C7 a dominant".

A degree may be counted in everything that the sentence names; it is wrong where the note beside it fits none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

from partimento.music.claims.chord_tones import chord_tone_alike, members, spelled_alike
from partimento.music.claims.entity import Entity
from partimento.music.claims.numerals import fits_step, step_chord, written_chord
from partimento.music.claims.senses.scene import Scene, Thing, numeral_chord
from partimento.music.claims.senses.told import Told, not_so, sense, so
from partimento.music.pitch import name

STOPS: Final = frozenset(
    """resolve resolves resolving resolved go goes going lead leads leading move moves moving pull pulls want wants fall
    falls drop drops rise rises toward towards before after then down up below above over not instead than unlike except
    without moved lower lowered lowering raise raised raising flatten flattened sharpen sharpened sharpening add adding
    adds plus while whereas but from double minus replace replaces replaced omit change changes between to until
    under higher lowers raises against if never""".split()
)
_JOINS: Final = frozenset(
    "is are be the a an as its it's ( , : = - which called being your our that's this was becomes become stands sits"
    " sitting on at in found".split()
)
_FAR: Final = 10
_NOT_DEGREES: Final = frozenset("inversion inversions mode position finger string fret beat bar measure time".split())
_MOTION: Final = frozenset("above below up down higher lower over under apart away by interval intervals".split())
_CONTRASTS: Final = re.compile(
    r"\b(?:except|differ\w*|only change|one change|one note|apart from|but (?:with|for|has)|distinguish\w*|sets .*"
    r" apart)\b"
)
_WHOLES: Final = "acsmkre"
_PASSES: Final = "acsmkredLvt"


def linked_after(scene: Scene, head: Thing, letters: str) -> Thing | None:
    """The first thing of some letters after a head, told of it: nothing stands between that leads away."""
    for thing in scene.things:
        if thing.at <= head.at or (thing.row >= 0 and thing.letter not in letters):
            continue
        if thing.letter in letters and not _frames(scene, thing):
            if begins_clause(scene, thing):
                return None
            between = scene.between(head, thing)
            return None if STOPS & set(between) or len(between) > _FAR else thing
        if thing.letter not in _PASSES and thing.letter not in letters:
            return None
    return None


_AND: Final = frozenset((",", ";", "and", "but", "while", "whereas", "so"))
_FINITE: Final = frozenset(
    "is are has have was becomes become contains contain would will shares share belongs goes resolves".split()
)


def begins_clause(scene: Scene, thing: Thing) -> bool:
    """Whether a new clause speaks of a thing: "…, and B is the dominant of E"."""
    return bool(set(scene.before(thing, 1)) & _AND and set(scene.after(thing, 1)) & _FINITE)


def _frames(scene: Scene, thing: Thing) -> bool:
    """Whether a name only says where: "the third of C", "in F", "the dominant key of Bb major"."""
    if thing.letter == "k":
        return not {"is", "be", "to", "as"} & set(scene.before(thing, 1))
    if "instead" in scene.before(thing, 2):
        return False
    return bool({"of", "in", "on"} & set(scene.before(thing, 1))) and thing.letter in "nmk"


def linked_before(scene: Scene, head: Thing, letters: str) -> Thing | None:
    """The thing right before a head that is told to be it: "A is the third", "C# (the third"."""
    found = None
    for thing in scene.things:
        if thing.at < head.at and thing.letter in letters:
            found = thing
    if found is None:
        return None
    if found.letter in "nmk" and scene.is_key(found):
        return None
    if found.letter == "n" and {"to", "from", "down", "up", "toward"} & set(scene.before(found, 1)):
        return None
    between = scene.between(found, head)
    tight = set(between) <= _JOINS | {"functions", "acts", "serves", "works", "then", "really", "just", "actually"}
    return found if between and tight and len(between) <= 5 and not _frames(scene, found) else None


def _parted(scene: Scene, head: Thing, thing: Thing) -> bool:
    """Whether another degree stands between a degree and what it might be counted in."""
    return any(head.at < other.at < thing.at for other in scene.of("o"))


@sense("oe")
def degree(scene: Scene) -> Iterator[Told]:
    """A degree of what the sentence names, and the note or the chord told for it."""
    for head in scene.of("oe"):
        after = scene.after(head, 2)
        if head.row >= 0 or not _is_degree(scene, head, after):
            continue
        told = _degree(scene, head)
        if told is not None:
            yield told


def _is_degree(scene: Scene, head: Thing, after: tuple[str, ...]) -> bool:
    if set(after[:1]) & (_NOT_DEGREES | _MOTION) or set(scene.before(head, 1)) & {"up", "down", "a", "by"}:
        return False
    changed = {"raise", "raises", "lower", "lowers", "raising", "lowering", "sharpen", "flatten", "omit", "drop"}
    return not changed & set(scene.before(head, 1)) and head.entity.number > 0


def _degree(scene: Scene, head: Thing) -> Told | None:
    note = linked_after(scene, head, "n")
    if note is None or note.at > head.at + 1:
        note = linked_before(scene, head, "n") or note
    row = linked_after(scene, head, "N")
    if note is None and row is None:
        return _chord_there(scene, head)
    if note is not None and note.row >= 0:
        note = None if re.search(r"\band\b|,", " ".join(scene.words[head.at : note.at])) else note
    if note is None:
        return None
    value = note.entity.note
    if value is None:
        return None
    answers: list[tuple[Thing, tuple[int, ...]]] = []
    for whole in _wholes(scene, head, note):
        true = members(_as_whole(scene, whole), head.entity)
        if true:
            answers.append((whole, true))
    if not answers:
        return None
    if _CONTRASTS.search(scene.spoken) and len({one[1] for one in answers}) > 1:
        answers = answers[:1]
    good = [whole for whole, true in answers if any(_alike(whole)(value, one, _by_sound(whole)) for one in true)]
    if good:
        return so("chord notes", f"The {head.entity.text} of {good[0].entity.text} is {name(value)}.", head, note)
    whole, true = answers[0]
    sure = len({one[1] for one in answers}) == 1 and len(set(true)) == 1
    reason = f"The {head.entity.text} of {whole.entity.text} is {name(true[0])}."
    return not_so("chord notes", reason, note, name(true[0]) if sure else "", head)


def _alike(whole: Thing) -> Callable[[int, int, bool], bool]:
    return spelled_alike if whole.letter in "smk" else chord_tone_alike


def _by_sound(whole: Thing) -> bool:
    scale = whole.entity.scale if whole.letter == "s" else None
    return scale is not None and len(scale.fifths) != 7


def _as_whole(scene: Scene, thing: Thing) -> Entity:
    if thing.letter not in "re":
        return thing.entity
    chord = next((one for home in scene.homes if (one := numeral_chord(thing.entity, home)) is not None), None)
    return thing.entity if chord is None else Entity("c", thing.entity.start, thing.entity.end, chord.symbol)


def _wholes(scene: Scene, head: Thing, note: Thing) -> list[Thing]:
    letters = "ac" if head.letter == "e" else _WHOLES
    named = [thing for thing in scene.things if thing.letter in letters and thing is not head]
    named = [thing for thing in named if thing.at < head.at or not _parted(scene, head, thing)]
    bare = [thing for thing in scene.of("n") if thing is not note and thing.row < 0 and _frames(scene, thing)]
    return [*named, *bare]


def _chord_there(scene: Scene, head: Thing) -> Told | None:
    """The chord that stands on a degree of a key."""
    chord = linked_before(scene, head, "acm") or linked_after(scene, head, "acm")
    homes = [key for key in scene.keys if chord is None or key.entity.place != chord.entity.place]
    if chord is None or chord.row >= 0 or chord.entity.chord is None or not homes or head.entity.number > 7:
        return None
    if not {"degree", "step", "on", "chord", "triad", "note"} & {*scene.before(head, 2), *scene.after(head, 2)}:
        return None
    keys = [key for one in homes if (key := one.entity.key) is not None]
    judged = [fits_step(chord.entity.chord, key, head.entity.number - 1) for key in keys]
    if any(judged):
        return so("numeral", f"{chord.entity.text} stands there.", chord, head)
    if not judged or None in judged:
        return None
    true = step_chord(keys[0], head.entity.number - 1, 4 if chord.entity.chord.seventh is not None else 3)
    mend = written_chord(true, chord.entity) if len(keys) == 1 else ""
    return not_so("numeral", f"There stands {true.symbol}.", chord, mend, head)
