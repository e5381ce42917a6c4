"""Rows of chords: beside a row of numerals, by the name of a progression, as the chords of a key, round the circle."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from partimento.core.errors import PartimentoError
from partimento.music.chord import Chord
from partimento.music.claims.numerals import step_chord
from partimento.music.claims.progressions import fits_number_or_numeral, right_chord, steps_of
from partimento.music.claims.senses.scene import Scene, Thing
from partimento.music.claims.senses.told import Told, not_so, sense, so
from partimento.music.key import Key
from partimento.music.pitch import name
from partimento.music.roman import is_diatonic

_NAMED: Final = (
    (re.compile(r"\bpachelbel\w*|\bcanon in\b"), "I V vi iii IV I IV V", "major"),
    (re.compile(r"\bandalusian\b"), "i VII VI V", "minor"),
    (re.compile(r"\b(?:doo wop|50 ?s|fifties|stand by me)\b"), "I vi IV V", "major"),
    (re.compile(r"\b(?:axis|four chord (?:song|loop|progression)|let it be)\b"), "I V vi IV", "major"),
    (re.compile(r"\b(?:turnaround|rhythm changes|circle progression)\b"), "I vi ii V", "major"),
    (re.compile(r"\b(?:minor two five(?: one)?|minor 2 5(?: 1)?|minor ii v(?: i)?)\b"), "iiø V i", "minor"),
    (re.compile(r"\b(?:two five one|2 5 1|ii v i)\b"), "ii V I", "major"),
    (re.compile(r"\b(?:backdoor|back door)\b"), "iv7 bVII7 I", "major"),
    (re.compile(r"\b(?:primary chords?|primary triads|three chord)\b"), "I IV V", "major"),
)  # fmt: skip
_ALL: Final = re.compile(
    r"\b(?:diatonic|harmoni[sz]\w+|in order|triads of|sevenths? (?:of|in|chords (?:of|in))|chords (?:of|in|from) @"
    r"|chords of the key|family of)\b"
)
_BLUES: Final = re.compile(r"\bblues\b")
_CIRCLE: Final = re.compile(
    r"\b(?:(?:sharp|flat) keys|circle of|clockwise|counterclockwise|anticlockwise|falling fifths|descending fifths"
    r"|cycle of|cycle|up (?:in|by) (?:perfect )?(?:fourths|fifths)"
    r"|down (?:in|by) (?:perfect )?(?:fifths|fourths)|(?:moves?|moving|goes|going|root motion) (?:up |down )?(?:in|by)"
    r" (?:perfect )?(?:fourths|fifths)|round the circle|chain of (?:fifths|fourths|dominants))\b"
)
_REMADE: Final = re.compile(
    r"\b(?:swap\w*|replac\w+|instead|substitut\w+|tritone|sub|reharm\w*|disguis\w+|borrow\w*)\b"
)
_LINES: Final = re.compile(r"\b(?:guide|line|voice|melody|bass|sevenths and thirds)\b")
_MOVED: Final = re.compile(r"\b(?:transpos\w+|moved?|moving|becomes?|shift\w*)\b")
_NOT: Final = re.compile(
    r"\b(?:borrow\w*|except|instead|non diatonic|not|outside|secondary|chromatic|modal|replac\w+|sub\w*)\b"
)


def _rows(scene: Scene) -> list[tuple[Thing, tuple[Chord, ...]]]:
    return [(row, chords) for row in scene.of("LN") if (chords := row.entity.chords) is not None]


@sense("LN")
def numbered(scene: Scene) -> Iterator[Told]:
    """A row of chords and a row of numerals of the same length, or a row of chords and the name of a progression."""
    rows = _rows(scene)
    named: list[tuple[Thing | None, list[str]]] = [
        (thing, steps_of(thing.entity)) for thing in scene.of("RD") if not _is_formula(thing)
    ]
    named += [(None, steps) for steps in _named(scene)] if not named else []
    if scene.has(_REMADE) or "relative" in scene.spoken:
        return
    homes = _goals(scene) if scene.has(_MOVED) else scene.homes
    if not homes:
        return
    for row, chords in rows:
        if row.letter == "N" and (len(chords) == 2 or scene.has(_LINES)):
            continue
        fits = [(head, steps) for head, steps in named if len(steps) == len(chords)]
        told = _best(scene, row, chords, fits, homes)
        if told is not None:
            yield told


def _is_formula(thing: Thing) -> bool:
    """Whether figures count the notes of a chord or a scale: "1 3 5 b7", "1 2 3 4 5"."""
    digits = [int(digit) for digit in re.findall(r"\d+", thing.entity.text)]
    return (
        thing.letter == "D" and len(digits) > 2 and digits == sorted(digits) and (digits[:3] in ([1, 3, 5], [1, 2, 3]))
    )


def _goals(scene: Scene) -> list[Key]:
    """The keys that something is moved to."""
    things = [
        thing for thing in scene.of("nmk") if thing.row < 0 and {"to", "into", "in"} & set(scene.before(thing, 1))
    ]
    keys = [thing.entity.key for thing in things if "to" in scene.before(thing, 2)] or [
        thing.entity.key for thing in things
    ]
    return [key for key in keys if key is not None]


@sense("acnm")
def named_singly(scene: Scene) -> Iterator[Told]:
    """The chords of a named progression, told one after the other: "through Am, G, F and finishes on E"."""
    named = _named(scene)
    chords = [thing for thing in scene.of("acnm") if not scene.is_key(thing) or thing.row >= 0]
    found = [chord for thing in chords if (chord := thing.entity.chord) is not None]
    if len(named) != 1 or scene.of("rRD") or len(found) != len(named[0]) or len(found) != len(chords):
        return
    if any(row.letter in "LN" and len(row.entity.items) == len(found) for row in scene.of("LN")):
        return
    homes = scene.homes or [key for chord in found[:1] if (key := _first_home(chord)) is not None]
    for key in homes:
        judged = [fits_number_or_numeral(chord, step, key) for chord, step in zip(found, named[0], strict=True)]
        if all(judged):
            yield so("progression", f"So it goes in {key.symbol}.", *chords)
            return
        wrong = [at for at, one in enumerate(judged) if one is False]
        if len(wrong) == 1:
            true = right_chord(named[0][wrong[0]], key, found[wrong[0]])
            yield not_so("progression", f"There stands {true}.", chords[wrong[0]], true, *chords)
            return


def _first_home(chord: Chord) -> Key | None:
    return None if chord.root_fifths is None else Key(chord.root_fifths, "minor" if "b3" in chord.degrees else "major")


def _named(scene: Scene) -> list[list[str]]:
    found = []
    for form, steps, _ in _NAMED:
        if scene.has(form):
            found.append(steps.split())
            break
    return found


def _best(
    scene: Scene,
    row: Thing,
    chords: tuple[Chord, ...],
    named: list[tuple[Thing | None, list[str]]],
    homes: list[Key],
) -> Told | None:
    failed: list[tuple[list[int], Key, list[str], Thing | None]] = []
    for head, steps in named:
        for home in homes:
            for key in dict.fromkeys((home, _as_told(scene, home, steps))):
                judged = [fits_number_or_numeral(chord, step, key) for chord, step in zip(chords, steps, strict=True)]
                if all(judged):
                    return so("progression", f"So it goes in {key.symbol}.", row, *([head] if head else []))
                failed.append(([at for at, one in enumerate(judged) if one is False], key, steps, head))
    failed = [one for one in failed if one[0]]
    if not failed:
        return None
    wrong, key, steps, head = min(failed, key=lambda one: len(one[0]))
    if len(wrong) > max(1, len(chords) // 2):
        return not_so("progression", "It is another row.", row, "") if len(homes) == 1 and head else None
    try:
        true = [right_chord(step, key, chord) for step, chord in zip(steps, chords, strict=True)]
    except PartimentoError:
        return None
    place = row.entity.items[wrong[0]]
    mend = true[wrong[0]] if len(wrong) == 1 else ""
    return not_so("progression", f"In {key.symbol} it is {' '.join(true)}.", place, mend, row)


def _as_told(scene: Scene, key: Key, steps: list[str]) -> Key:
    minor = steps[-1] == "i" or steps[0] == "i" or "minor" in scene.text.split("@", 1)[0]
    return Key(key.tonic, "minor") if minor and key.mode == "major" and "major" not in scene.text else key


@sense("LN")
def diatonic(scene: Scene) -> Iterator[Told]:
    """All the chords of a key in their order, or some of them."""
    if not scene.has(_ALL) or scene.has(_NOT) or scene.of("RDr"):
        return
    for row, chords in _rows(scene):
        keys = [key for key in scene.homes if key.mode in ("major", "minor")]
        if len(keys) != 1 or len(chords) < 3:
            continue
        wrong = [at for at, chord in enumerate(chords) if not is_diatonic(chord, keys[0])]
        if not wrong:
            yield so("key", f"All lie in {keys[0].symbol}.", row)
        elif len(wrong) <= len(chords) // 3:
            chord = chords[wrong[0]]
            step = keys[0].step_of(chord.root_fifths or 0)
            step_at = wrong[0] if len(chords) == 7 else step[0]
            true = step_chord(keys[0], step_at, 4 if chord.seventh is not None else 3)
            mend = true.symbol if len(wrong) == 1 and (len(chords) == 7 or not step[1]) else ""
            yield not_so("key", f"{chord.symbol} is not of {keys[0].symbol}.", row.entity.items[wrong[0]], mend, row)


@sense("LN")
def blues(scene: Scene) -> Iterator[Told]:
    """The three chords of a blues."""
    if not _BLUES.search(scene.plain) or scene.of("RDr"):
        return
    for row, chords in _rows(scene):
        key = _blues_key(scene, row)
        if len({chord.root for chord in chords}) != 3 or key is None or len(chords) > 4:
            continue
        roots = [key.tonic, key.tonic - 1, key.tonic + 1]
        wrong = [at for at, chord in enumerate(chords) if chord.root_fifths not in roots]
        left = [root for root in roots if root not in {chord.root_fifths for chord in chords}]
        if not wrong:
            yield so("progression", f"The blues in {key.symbol} has them.", row)
        elif len(wrong) == len(left) == 1:
            mend = name(left[0]) + chords[wrong[0]].shape.suffix
            yield not_so("progression", f"The blues in {key.symbol} has {mend}.", row.entity.items[wrong[0]], mend, row)


def _blues_key(scene: Scene, row: Thing) -> Key | None:
    if scene.homes:
        return scene.homes[0]
    for thing in scene.of("sn"):
        scale = thing.entity.scale if thing.letter == "s" else None
        tonic = scale.tonic if scale is not None else thing.entity.note
        if tonic is not None and thing.row < 0 and thing.at < row.at:
            return Key(tonic)
    return None


@sense("LN")
def circle(scene: Scene) -> Iterator[Told]:
    """A row that goes round the circle of fifths, either way."""
    if not scene.has(_CIRCLE):
        return
    for row in scene.of("LN"):
        chords = row.entity.chords
        if chords is None or len(chords) < 3 or any(chord.root is None for chord in chords):
            continue
        items = [*row.entity.items]
        roots = [chord.root or 0 for chord in chords]
        more = [thing for thing in scene.of("nacm") if thing.row < 0 and thing.at > row.at and thing.entity.chord]
        if (more and "to" in scene.before(more[0], 1)) or (more and "on" in scene.before(more[0], 1)):
            roots.append((more[0].entity.chord or chords[0]).root or 0)
            items.append(more[0].entity)
        steps = [(high - low) % 12 for low, high in zip(roots, roots[1:], strict=False)]
        way = max((5, 7), key=steps.count)
        wrong = [at for at in range(1, len(roots)) if (roots[at] - roots[0] - way * at) % 12]
        reason = f"It goes by {'fourths up' if way == 5 else 'fifths up'}."
        if not wrong:
            yield so("key signature", reason, row)
        elif len(wrong) == 1 or steps.count(way) >= len(steps) - 2:
            at = next(at for at in range(len(roots)) if at in wrong)
            yield not_so("key signature", reason, items[at], _on_circle(chords, at, way), row)


def _on_circle(chords: tuple[Chord, ...], at: int, way: int) -> str:
    first = chords[0].root_fifths or 0
    note = first + at * (-1 if way == 5 else 1)
    note = note + 12 if note < -6 else note - 12 if note > 6 else note
    suffix = chords[at].shape.suffix if at < len(chords) else ""
    return name(note) + suffix
