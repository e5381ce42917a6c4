"""One thing made into another: notes exchanged between two chords or scales, a member or a note raised or lowered."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from partimento.music.chord import Chord
from partimento.music.claims.chord_tones import chord_notes, members, mended_list, spelled_alike
from partimento.music.claims.senses.scene import Scene, Thing, Whole
from partimento.music.claims.senses.told import Told, not_so, sense, so
from partimento.music.pitch import name, pitch_class

_CHANGED: Final = re.compile(
    r"\b(?:chang\w+|becom\w+|turns?|lower\w*|rais\w+|drop\w*|flatt?\w*|sharp\w*|swap\w*|replac\w+|mov\w+|alter\w*"
    r"|instead|from .{1,12} to|differ\w*|switch\w*|resolv\w+|fall\w*|step\w*|slid\w+|lead\w*|goes|descend\w*|ris(?:e"
    r"|es|ing))\b"
)


_RAISED: Final = re.compile(
    r"\b(?:rais\w+|sharpen\w*|sharp|sharps|augment\w*|lift\w*|bump\w*) (?:up )?(?:the |its |that |only )?$"
)


_LOWERED: Final = re.compile(
    r"\b(?:lower\w*|flatten\w*|flat|flats|flatting|flattening|drop\w*|reduc\w*) (?:down )?(?:the |its |that |only )?$"
)


def _wholes(scene: Scene) -> list[Whole]:
    seen: dict[tuple[str, tuple[int, ...]], Whole] = {}
    scales = re.search(r"\b(?:scales?|modes?|keys?)\b", scene.plain) is not None or bool(scene.of("s"))
    for whole in scene.wholes:
        if whole.thing.letter != "m" or whole.is_chord != scales:
            seen.setdefault((whole.label, whole.notes), whole)
    for thing in scene.of("n"):
        chord = thing.entity.chord
        if (
            thing.row >= 0
            and scene.things[thing.row].letter == "L"
            and chord is not None
            and chord.root_fifths is not None
        ):
            seen.setdefault((chord.symbol, ()), Whole(thing, chord.symbol, chord_notes(chord), True, False))
    return list(seen.values())


@sense("nN")
def exchanged(scene: Scene) -> Iterator[Told]:
    """ "Lower F# to F and Gmaj7 turns into G7": one note of the first for one of the second."""
    wholes = _wholes(scene)
    if not _CHANGED.search(scene.spoken) or len({one.label for one in wholes}) != 2:
        return
    for old, new, instead in _exchanges(scene):
        first, second = old.entity.note, new.entity.note
        if first is None or second is None:
            continue
        told = _exchanged(wholes, (old, first), (new, second), instead)
        if told is not None:
            yield told


_INTO: Final = re.compile(
    r"(?:(?:down|up|becomes?|turns|changes|goes|is replaced|moves|drops?|falls?|resolves?|steps?|slides?|leads?"
    r"|sinks?|rises?|descends?"
    r"|which|that|by|a|an|half|whole|step|semitone|tone|@[iho]\d+|,) )*(?:to|becomes?|into|by)(?: an?| the)?"
)


_SWAP: Final = re.compile(
    r"[;,:]?(?: and)? ?(?:swap|change|replace|trade|raise|lower|turn|move|drop|flatten|sharpen) (?:it|that|this)(?:"
    r" note)? (?:for|to|with|by|into|down to|up to)(?: an?| the)?"
)


_FOR: Final = re.compile(r"(?:,? ?instead of|in place of|rather than|replac\w+|for)(?: an?| the)?(?: usual| plain)?")


def _exchanges(scene: Scene) -> Iterator[tuple[Thing, Thing, bool]]:
    """The old and the new note: "F# to F", "F becomes F#", "B natural instead of Bb"."""
    notes = [thing for thing in scene.notes if thing.row < 0 or scene.things[thing.row].letter == "N"]
    for one, other in zip(notes, notes[1:], strict=False):
        if one.row >= 0 and other.row >= 0:
            continue
        words = " ".join(scene.between(one, other))
        if _INTO.fullmatch(words) or _SWAP.fullmatch(words):
            yield one, other, False
        elif _FOR.fullmatch(words):
            yield other, one, True


def _exchanged(wholes: list[Whole], old: tuple[Thing, int], new: tuple[Thing, int], instead: bool) -> Told | None:
    ways = [(one, other) for one in wholes for other in wholes if one.thing is not other.thing]
    if any(one.holds(old[1]) and other.holds(new[1]) and not (instead and other.holds(old[1])) for one, other in ways):
        return so("chord notes", f"{name(old[1])} gives way to {name(new[1])}.", old[0], new[0])
    if instead and all(one.holds(old[1]) for one in wholes):
        lone = [note for one, other in ways if other.holds(new[1]) for note in one.notes if not other.holds(note)]
        mend = name(lone[0]) if len(set(lone)) == 1 else ""
        return not_so("chord notes", f"{name(old[1])} is in both.", old[0], mend, new[0])
    for one, other in ways:
        if one.holds(old[1]) and not other.holds(old[1]):
            near = [note for note in other.notes if not one.holds(note)]
            mend = name(near[0]) if len(near) == 1 else ""
            reason = f"{other.label} is {' '.join(map(name, other.notes))}."
            return not_so("chord notes", reason, new[0], mend, one.thing, other.thing, robust=True)
        if other.holds(new[1]) and not one.holds(new[1]):
            near = [note for note in one.notes if not other.holds(note)]
            mend = name(near[0]) if len(near) == 1 else ""
            reason = f"{one.label} is {' '.join(map(name, one.notes))}."
            return not_so("chord notes", reason, old[0], mend, one.thing, other.thing, robust=True)
    return None


@sense("o", "acmn")
def altered(scene: Scene) -> Iterator[Told]:
    """A member of a chord raised or lowered by a semitone, and what comes of it: a list or another chord."""
    heads = [(thing, shift) for thing in scene.of("o") if (shift := _shift(scene, thing))]
    chords = [
        (thing, chord) for thing in scene.of("acmn") if thing.row < 0 and (chord := thing.entity.chord) is not None
    ]
    if len(heads) != 1 or not chords or len(scene.of("o")) > 1:
        return
    head, shift = heads[0]
    base_thing, base = next(
        ((thing, chord) for thing, chord in chords if {"of", "in", "from"} & set(scene.before(thing, 1))), chords[0]
    )
    true = _with_member(base, head.entity.number, shift)
    if true is None:
        return
    goals = [(thing, chord) for thing, chord in chords if thing is not base_thing and thing.letter in "acm"]
    notes = [
        thing for thing in scene.of("n") if thing.row < 0 and "to" in scene.before(thing, 1) and thing.at > head.at
    ]
    if len(notes) == 1 and notes[0].entity.note is not None:
        right = next((new for old, new in zip(chord_notes(base), true, strict=True) if old != new), 0)
        told_note = notes[0].entity.note
        reason = f"That member becomes {name(right)}."
        if told_note == right:
            yield so("chord notes", reason, notes[0], head)
        else:
            yield not_so("chord notes", reason, notes[0], name(right), head, robust=True)
        return
    for row in scene.of("N"):
        told = row.entity.notes or ()
        if 3 <= len(told) <= len(true):
            reason = f"That gives {' '.join(map(name, true))}."
            if all(any(spelled_alike(note, one, True) for one in true) for note in told):
                yield so("chord notes", reason, row, base_thing)
            else:
                wrong, mend = mended_list(row.entity, told, true, True)
                if wrong is not None:
                    yield not_so("chord notes", reason, wrong, mend, row, base_thing, robust=True)
            return
    if len(goals) == 1 and len(base.pitch_classes) == len(goals[0][1].pitch_classes):
        thing, chord = goals[0]
        if {pitch_class(note) for note in true} == chord.pitch_classes:
            yield so("chord notes", f"That gives {chord.symbol}.", thing, base_thing)
        else:
            yield not_so("chord notes", f"That gives {' '.join(map(name, true))}.", thing, "", base_thing, robust=True)


def _shift(scene: Scene, thing: Thing) -> int:
    ahead = " ".join((*scene.words[max(0, thing.at - 4) : thing.at], ""))
    if thing.entity.text.lower().split()[0] in ("flat", "lowered", "raised", "sharp"):
        return 0
    return 7 if _RAISED.search(ahead) else -7 if _LOWERED.search(ahead) else 0


def _with_member(chord: Chord, number: int, shift: int) -> tuple[int, ...] | None:
    notes = list(chord_notes(chord))
    for at, label in enumerate(chord.degrees):
        if int(label.lstrip("b#")) == number or (number == 3 and label in ("4", "2")):
            notes[at] += shift
            return tuple(notes)
    return None


_GIVING: Final = frozenset(
    "giving gives give to so it's is which becomes making making yields from get getting , degree scale step by a"
    " half an the".split()
)


@sense("o", "s")
def made(scene: Scene) -> Iterator[Told]:
    """ "A harmonic minor raises the seventh to G#": what the scale has there."""
    scales = [thing for thing in scene.of("s") if thing.entity.scale is not None and not thing.entity.may_be_article]
    scales += [thing for thing in scene.of("s") if thing.entity.may_be_article and not scales]
    heads = [thing for thing in scene.of("o") if _shift(scene, thing)]
    if len(scales) != 1 or len(heads) != 1 or scene.of("NLi"):
        return
    notes = [thing for thing in scene.of("n") if thing.at > heads[0].at and thing.entity.note is not None]
    true = members(scales[0].entity, heads[0].entity)
    if not notes or not true or not set(scene.between(heads[0], notes[0])) <= _GIVING:
        return
    told = {thing.entity.note for thing in notes[:2]}
    reason = f"The {heads[0].entity.text} of {scales[0].entity.text} is {name(true[0])}."
    if told & set(true):
        yield so("scale notes", reason, notes[0], heads[0])
    else:
        wrong = notes[1] if len(notes) > 1 and "from" in scene.before(notes[0], 1) else notes[0]
        yield not_so("scale notes", reason, wrong, name(true[0]), heads[0], robust=True)


_BENT: Final = re.compile(
    r"\b(sharpen\w*|rais\w+|sharping|flatten\w*|lower\w*|flatting|flat|sharp) (?:the |its |every |that |all"
    r" )?(?:note )?@n(\d+)"
)


@sense("n", "sm")
def remade(scene: Scene) -> Iterator[Told]:
    """ "Take C major and sharpen the F: C Lydian"."""
    found = _BENT.findall(scene.text)
    scales = [
        (thing, scale) for thing in scene.of("smk") if thing.row < 0 and (scale := thing.entity.scale) is not None
    ]
    if len(found) != 1 or len(scales) != 2 or "not" in scene.words:
        return
    note = next(thing for thing in scene.of("n") if scene.words[thing.at] == f"@n{found[0][1]}").entity.note
    (one, base), (other, goal) = scales
    if note is None or note not in base.fifths:
        return
    shift = 7 if found[0][0].startswith(("sharp", "rais")) else -7
    true = {own + shift if own == note else own for own in base.fifths}
    rising = sorted(true, key=lambda own: (pitch_class(own) - pitch_class(goal.tonic)) % 12)
    reason = f"That gives {' '.join(map(name, rising))}."
    if true == set(goal.fifths):
        yield so("scale notes", reason, other, one)
    elif len(goal.fifths) == 7:
        yield not_so("scale notes", reason, other, "", one, robust=True)
