"""Key signatures: how many sharps or flats, which, in which order, and how many more than another key has."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from partimento.music.claims.book import in_style
from partimento.music.claims.entity import NUMBERS, Entity
from partimento.music.claims.senses.scene import Scene, Thing
from partimento.music.claims.senses.told import Told, not_so, sense, so
from partimento.music.claims.signatures import accidentals, told_signature
from partimento.music.key import Key
from partimento.music.pitch import name

_COMPARES: Final = re.compile(
    r"\b(?:more|fewer|less|extra|additional|another|adds?|adding|differ\w*|gains?|loses?|further)\b"
)


SIGNED: Final = re.compile(r"\b(?:signature|sharps?|flats?|accidentals?|sharpened|flattened|black keys?|armou?r)\b|@g")


_ORDER: Final = re.compile(r"^(?!.*\bkeys\b).*\b(?:order|sequence|father charles|battle ends)\b")


NOT_SIGNED: Final = re.compile(
    r"\b(?:chord|triad|circle|clockwise|except|instead|borrow\w*|not|neither|raised|modulat\w*)\b"
)


_HAS: Final = frozenset("has have s uses contains with gets takes carries shares".split())


def _number(entity: Entity) -> tuple[int, bool]:
    """The signature that a count tells (flats below 0), and whether its sign is told."""
    words = entity.text.lower()
    if entity.number == 0:
        return 0, True
    if "accidental" in words:
        return entity.number, False
    return entity.number * (1 if "sharp" in words.split(" and ")[0] else -1), True


def named_keys(scene: Scene) -> list[tuple[Thing, int]]:
    """The keys and modes that a sentence names, with their signatures."""
    found = []
    for thing in scene.things:
        entity = thing.entity
        if entity.letter == "s":
            scale = entity.scale
            if scale is not None and len(scale.fifths) == 7 and sorted(scale.fifths)[-1] - min(scale.fifths) == 6:
                found.append((thing, min(scale.fifths) + 1))
                continue
        bare = (
            entity.letter == "n" and thing.row < 0 and (scene.is_key(thing) or bool(set(scene.after(thing, 1)) & _HAS))
        )
        key = entity.key if entity.letter in "kmsa" or bare else None
        if key is not None:
            found.append((thing, key.signature))
    return found


@sense("g")
def counted(scene: Scene) -> Iterator[Told]:
    """A number of sharps or flats, and the keys that may have it."""
    counts = [thing for thing in scene.of("g") if thing.row < 0]
    if not counts:
        return
    named = named_keys(scene)
    sure = [(thing, value) for thing, value in named if thing.letter in "kms" or thing in scene.keys] or named
    for head in counts:
        if not sure:
            yield from _lettered(scene, head)
            return
        told = _compared(scene, head, sure) if scene.has(_COMPARES) else _counted(scene, head, sure, named)
        if told is not None:
            yield told


def _lettered(scene: Scene, head: Thing) -> Iterator[Told]:
    """ "Four sharps: F, C, G and D": a number and its letters, no key."""
    value, signed = _number(head.entity)
    rows = [row for row in scene.of("N") if row.at > head.at]
    if not rows or not signed or not value:
        return
    notes = rows[0].entity.notes or ()
    true = [*(range(6, 6 + value) if value > 0 else range(-2, -2 + value, -1))]
    if len(notes) != len(true):
        return
    wrong = [at for at, (one, other) in enumerate(zip(notes, true, strict=True)) if (one - other) % 7]
    reason = f"They are {' '.join(map(name, true))}."
    if not wrong:
        yield so("key signature", reason, head, rows[0])
    elif len(wrong) == 1:
        bare = len(rows[0].entity.items[wrong[0]].text) == 1
        right = name(true[wrong[0]])
        yield not_so("key signature", reason, rows[0].entity.items[wrong[0]], right[0] if bare else right, head)


def _counted(scene: Scene, head: Thing, sure: list[tuple[Thing, int]], named: list[tuple[Thing, int]]) -> Told | None:
    value, signed = _number(head.entity)
    good = [thing for thing, own in named if own == value or (not signed and abs(own) == value)]
    together = (
        len(sure) == 2
        and len(scene.of("g")) == 1
        and (sure[0][1] - sure[1][1]) % 12
        and _together(scene, sure[0][0], sure[1][0])
    )
    if good and together and sure[0][1] != sure[1][1]:
        other = next(thing for thing, own in sure if own != value)
        return not_so(
            "key signature", f"{other.entity.text} has {signature_words(_value_of(sure, other))}.", other, "", good[0]
        )
    if good:
        return so("key signature", f"{good[0].entity.text} has {head.entity.text}.", head, good[0])
    if head.entity.number > 7:
        return None
    keys = {own for _, own in sure}
    first = sure[0][0].entity
    reason = f"{first.text} has {signature_words(sure[0][1])}."
    if len(keys) > 1:
        return not_so("key signature", reason, head, "", sure[0][0])
    return not_so("key signature", reason, head, _like(sure[0][1], head.entity), sure[0][0])


_TOGETHER: Final = re.compile(
    r"\b(?:both|shares?|likewise|the same as|just like|same (?:key )?(?:signature|number|accidentals|sharps|flats))\b"
)


def _together(scene: Scene, one: Thing, other: Thing) -> bool:
    """Whether two keys are told to have one signature: "G major or E minor", "both", "the same as"."""
    words = set(scene.between(one, other)) if one.at != other.at else {"and"}
    listed = words <= {"or", "and", "its", "relative", "minor", "major", ",", "(", "the", "@f"} or all(
        word in ("or", "and", ",", "its", "relative", "the", "(", "else", "of", "course", "key")
        or word.startswith("@f")
        for word in words
    )
    return listed or scene.has(_TOGETHER)


def _value_of(named: list[tuple[Thing, int]], wanted: Thing) -> int:
    return next(value for thing, value in named if thing is wanted)


def signature_words(signature: int) -> str:
    return told_signature(Key(signature))


def _like(signature: int, written: Entity) -> str:
    right = signature_words(signature)
    if written.text[:1].isdigit() and signature:
        return f"{abs(signature)} {right.split(' ', 1)[1]}"
    return right


def _compared(scene: Scene, head: Thing, sure: list[tuple[Thing, int]]) -> Told | None:
    """ "E major has one sharp more than A major": the step between two of the keys named."""
    value, signed = _number(head.entity)
    steps = {abs(one - other) for _, one in sure for _, other in sure} | {abs(own) for _, own in sure}
    if len(sure) < 2 or not signed:
        return None
    if abs(value) in steps:
        return so("key signature", "The keys stand so far apart.", head)
    if len(sure) != 2:
        return None
    gap = abs(sure[0][1] - sure[1][1])
    right = f"{NUMBERS[gap]} {'sharp' if value > 0 else 'flat'}{'' if gap == 1 else 's'}" if gap else ""
    return not_so("key signature", f"They differ by {gap}.", head, right)


@sense("Nn", "kmsn")
def which(scene: Scene) -> Iterator[Told]:
    """The sharps or the flats of a key by their names."""
    if not SIGNED.search(scene.text) or scene.has(NOT_SIGNED) or scene.has(_ORDER):
        return
    keys = [
        (thing, key)
        for thing in scene.things
        if thing.letter in "kmsn" and (thing.row < 0 or thing.letter != "n") and (key := _key(scene, thing)) is not None
    ]
    for thing in scene.of("Nn"):
        notes = thing.entity.notes
        if thing.row >= 0 or notes is None or not keys:
            continue
        on = _ON.search(" ".join((*scene.words[max(0, thing.at - 3) : thing.at], "")))
        if on is not None:
            notes = tuple(
                note + (7 if on[1].startswith("sharp") else -7) if -1 <= note <= 5 else note for note in notes
            )
        plain = sum(-1 <= note <= 5 for note in notes)
        if plain > (1 if len(notes) > 2 else 0) or not _is_signed(scene, thing):
            continue
        if any(thing is one for one, _ in keys):
            continue
        told = _which(scene, thing, notes, keys, on is not None)
        if told is not None:
            yield told
        return


def _is_signed(scene: Scene, thing: Thing) -> bool:
    """Whether sharps, flats or a signature are spoken of near some notes."""
    around = " ".join(scene.words[max(0, thing.at - 9) : thing.at + 7])
    return SIGNED.search(around) is not None


def _key(scene: Scene, thing: Thing) -> Key | None:
    key = thing.entity.key
    if thing.letter == "n" and not scene.is_key(thing) and not set(scene.after(thing, 1)) & _HAS:
        return None
    return key if key is not None and key.mode in ("major", "minor") else None


_ONLY: Final = re.compile(r"\bonly (?:sharp|flat|accidental|black)")


def _which(
    scene: Scene, thing: Thing, notes: tuple[int, ...], keys: list[tuple[Thing, Key]], bare: bool
) -> Told | None:
    if len(keys) == 2 and len({key.signature for _, key in keys}) == 2 and _together(scene, keys[0][0], keys[1][0]):
        odd = [one for one, key in keys if set(notes) != set(accidentals(key))]
        if len(odd) == 1:
            return not_so("key signature", f"{odd[0].entity.text} has other accidentals.", odd[0], "", thing)
    if len(keys) == 1 and len(notes) == 1 and _ONLY.search(scene.text) and set(notes) != set(accidentals(keys[0][1])):
        one, key = keys[0]
        return not_so("key signature", f"{one.entity.text} has {told_signature(key)}.", one, "", thing)
    for one, key in keys:
        if set(notes) == set(accidentals(key)) or (len(notes) == 1 and notes[0] in key.scale):
            return so("key signature", f"{one.entity.text} has {told_signature(key)}.", thing, one)
    one, key = keys[0]
    true = accidentals(key)
    reason = f"{one.entity.text} has {' '.join(map(name, true)) or 'no sharps or flats'}."
    if not true:
        return not_so("key signature", reason, thing, "", one)
    wrong = [at for at, note in enumerate(notes) if note not in true]
    left = [note for note in true if note not in notes]
    if not wrong and len(notes) < len(true):
        return None
    if len(wrong) == len(left) == 1 and thing.entity.items:
        mend = name(left[0])[0] if bare else name(left[0])
        return not_so("key signature", reason, thing.entity.items[wrong[0]], mend, one)
    if bare:
        return not_so("key signature", reason, thing, "", one)
    return not_so("key signature", reason, thing, in_style(thing.entity, [name(note) for note in true]), one)


_ON: Final = re.compile(r"\b(sharps?|flats?|sharpen\w*|flatten\w*) (?:on |for |the |notes? )*$")


@sense("N")
def order(scene: Scene) -> Iterator[Told]:
    """The order of sharps or of flats."""
    sharps, flats = "sharp" in scene.text, "flat" in scene.text
    if not scene.has(_ORDER) or sharps == flats:
        return
    for thing in scene.of("N"):
        notes = thing.entity.notes
        if notes is None or not 3 <= len(notes) <= 7:
            continue
        true = tuple(range(6, 13)) if sharps else tuple(range(-2, -9, -1))
        plain = [(one - note) % 7 for one, note in zip(notes, true, strict=False)]
        wrong = [at for at, gap in enumerate(plain) if gap]
        bare = all(len(item.text) == 1 for item in thing.entity.items)
        right = [name(note)[0] if bare else name(note) for note in true[: len(notes)]]
        reason = f"The order is {' '.join(right)}."
        if wrong and _later(notes, true):
            wrong = []
        if not wrong:
            yield so("key signature", reason, thing)
        else:
            yield not_so("key signature", reason, thing, in_style(thing.entity, right))


def _later(notes: tuple[int, ...], true: tuple[int, ...]) -> bool:
    """Whether notes are a later part of the order: "BEAD, then G, C, F"."""
    return any(
        all((one - other) % 7 == 0 for one, other in zip(notes, true[at : at + len(notes)], strict=False))
        for at in range(1, 8 - len(notes))
    )


_ASKED: Final = re.compile(
    rf"\bhow many (sharps|flats)\b.*: (?:just |only |exactly )?({'|'.join(NUMBERS[:8])}|none|[0-7])\b"
)


@sense("kmsn")
def asked(scene: Scene) -> Iterator[Told]:
    """ "How many sharps does A major have? Three": the answer counts."""
    found = _ASKED.search(scene.text)
    named = named_keys(scene)
    if found is None or len(named) != 1:
        return
    count = 0 if found[2] == "none" else int(found[2]) if found[2].isdigit() else NUMBERS.index(found[2])
    thing, value = named[0]
    reason = f"{thing.entity.text} has {signature_words(value)}."
    if value == (count if found[1] == "sharps" else -count):
        yield so("key signature", reason, thing)
    else:
        yield not_so("key signature", reason, thing, "")
