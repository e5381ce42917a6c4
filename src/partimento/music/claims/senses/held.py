"""Lists of notes beside chords and scales, and single notes put into them: do they belong there?

A list belongs to the set of notes that it almost is; where it is exactly one that the sentence names, all is well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from partimento.music.claims.chord_tones import chord_notes, mended_list, spelled_alike
from partimento.music.claims.entity import chord_of_words, kind_words
from partimento.music.claims.finding import ClaimKind
from partimento.music.claims.senses.scene import Scene, Thing, Whole, is_loose
from partimento.music.claims.senses.told import Told, not_so, sense, so
from partimento.music.pitch import name, pitch_class
from partimento.music.scale import scale_on

CHANGES: Final = re.compile(
    r"\b(?:rais\w+|lower\w*|flat(?:s|ten\w*|ted)|sharp(?:s|en\w*)|replac\w+|swap\w*|mov(?:e|es|ing)|alter(?:s|ing)?"
    r"|chang\w+|drop\w*|turn\w*|omit\w*|remov\w+|without|minus|instead|except|leav\w+|unlike|rather|other than"
    r"|wrong|avoid\w*|transpos\w+|is not|are not|isn't|aren't|doesn't|don't|never|take away|taking away)\b"
)
_ROWS: Final = re.compile(r"\b(?:chords|progression|blues|primary|circle|cycle|changes|order of|turnaround|loop)\b")
_TOGETHER: Final = re.compile(r"\b(?:shares?|sharing|shared|common|both)\b")
_VOICED: Final = re.compile(
    r"\b(?:voic\w+|rootless|shape|grip|voiced|left hand|lh|upper structure|drop|quartal|fourths|shell|bill evans|3 5"
    r" 7 9"
    r"|tension\w*|extension\w*|colou?rs?|without the root|leav\w+ (?:out )?the root)\b"
)
_COLOURS: Final = {"7": (2, 3, -1, -5, 9, 6, -4, 8), "maj7": (2, 3, 6), "min7": (2, -1, 3), "hdim7": (2, -1, -4)}


def fits(whole: Whole, told: tuple[int, ...], voiced: bool = False) -> bool:
    """Whether all notes told are of a whole; a voicing may colour a chord."""
    extra: tuple[int, ...] = ()
    chord = chord_of_words(whole.label) if voiced and whole.is_chord else None
    if chord is not None and chord.root_fifths is not None:
        extra = tuple(chord.root_fifths + step for step in _COLOURS.get(chord.quality or "", (2,)))
    return all(whole.holds(note) or note in extra for note in told)


def overlap(whole: Whole, told: tuple[int, ...]) -> int:
    return sum(whole.holds(note) for note in set(told))


@sense("N")
def listed(scene: Scene) -> Iterator[Told]:
    """A list of three notes and more, and the chord or the scale that it is told to be."""
    for row in scene.of("N"):
        told = row.entity.notes
        if told is None or len(set(told)) < 3 or _are_chords(scene, row) or _are_accidentals(scene, told):
            continue
        ring = told[:-1] if told[0] == told[-1] else told
        wholes = [*scene.wholes, *_rooted_here(scene, ring, ())]
        turned = _rooted_here(scene, ring, ring)
        if not wholes and not turned:
            continue
        if not any(fits(whole, ring) for whole in wholes) and any(fits(whole, ring) for whole in turned):
            wholes = [whole for whole in turned if fits(whole, ring)]
        found = _listed(scene, row, ring, wholes)
        if found is not None:
            yield found


_SIGNED: Final = re.compile(r"\b(?:signature|sharps|flats|accidentals)\b|@g")


def _are_accidentals(scene: Scene, told: tuple[int, ...]) -> bool:
    """Whether a list tells the sharps or flats of a signature, one of them perhaps wrongly."""
    return _SIGNED.search(scene.text) is not None and sum(-1 <= note <= 5 for note in told) <= 1


def _are_chords(scene: Scene, row: Thing) -> bool:
    """Whether bare letters stand for the chords of a row of numerals or of a blues: "I-IV-V in D is D, G, A"."""
    size = len(row.entity.items)
    numbered = any(
        size == len(thing.entity.items or re.findall(r"[1-7]|[a-z]+", thing.entity.text)) for thing in scene.of("RD")
    )
    return numbered or scene.has(_ROWS)


def _rooted_here(scene: Scene, told: tuple[int, ...], more: tuple[int, ...]) -> list[Whole]:
    """Kinds told without a root, on the first note of a list: "starting on B a diminished triad is B D F"."""
    found: list[Whole] = []
    roots = {told[0]} | {thing.entity.note for thing in scene.notes if _starts(scene, thing)} - {None}
    bare = re.search(r"\b(diminished|augmented)\b(?! (?:fifth|fourth|second|third|sixth|seventh|octave))", scene.text)
    rows = [row for row in scene.of("N") if row.entity.notes == told or (row.entity.notes or ())[:-1] == told]
    if bare is not None and len(told) == 3 and rows:
        chord = chord_of_words(f"{name(told[0])} {bare[1]}")
        if chord is not None:
            found.append(Whole(rows[0], chord.symbol, chord_notes(chord), True, False))
    kinds = [thing for thing in scene.of("qtcs") if thing.letter in "qt" or thing.entity.may_be_article]
    for thing in kinds:
        for root in [*roots, *(more if thing.letter in "qc" else ())]:
            if root is None:
                continue
            words = thing.entity.text.removeprefix("A ")
            chord = chord_of_words(f"{name(root)} {words}") if thing.letter in "qc" else None
            if chord is not None:
                found.append(Whole(thing, chord.symbol, chord_notes(chord), True, False))
            kind = kind_words(words) if thing.letter in "ts" else None
            if kind is not None:
                scale = scale_on(root, kind)
                found.append(Whole(thing, scale.symbol, scale.fifths, False, is_loose(scale)))
    return found


def _starts(scene: Scene, thing: Thing) -> bool:
    return bool({"from", "on", "root"} & set(scene.before(thing, 1)))


def _listed(scene: Scene, row: Thing, told: tuple[int, ...], wholes: list[Whole]) -> Told | None:
    voiced = scene.has(_VOICED)
    good = [whole for whole in wholes if fits(whole, told, voiced)]
    near = [whole for whole in wholes if whole not in good and _is_near(whole, told)]
    if _asks_both(scene) and len([one for one in wholes if one.is_chord]) == 2:
        near = [whole for whole in wholes if whole.is_chord and whole not in good]
        good = [] if near else good
    elif good and all(whole.bare for whole in good) and any(whole.is_chord and not whole.bare for whole in near):
        good = []
    elif good and not any(whole.is_chord for whole in good) and len(set(told)) <= 4:
        symbols = [whole for whole in near if whole.thing.letter in "ac" and len(whole.notes) == len(set(told))]
        good, near = ([], symbols) if symbols else (good, near)
    if good:
        best = min(good, key=lambda one: len(one.notes))
        return so(_kind(best), f"{best.label}: {' '.join(map(name, best.notes))}.", row, best.thing, faint=voiced)
    if not near or voiced:
        return None
    best = max(near, key=lambda one: (overlap(one, told), not one.bare, -len(one.notes)))
    if best.is_chord and len({one.label for one in wholes if one.is_chord}) < 2 and _is_changed(scene, best):
        return None
    wrong, mend = mended_list(row.entity, told, best.notes, best.loose)
    if wrong is None:
        return None
    several = len({one.notes for one in near if overlap(one, told) == overlap(best, told)}) > 1
    reason = f"{best.label} is {' '.join(map(name, best.notes))}."
    return not_so(_kind(best), reason, wrong, "" if several else mend, row, best.thing, robust=not best.bare)


def _is_changed(scene: Scene, whole: Whole) -> bool:
    """Whether something is done to a chord: "raise the fifth of C"; not where the chord itself does it."""
    found = CHANGES.search(scene.text)
    mark = scene.text.find(scene.words[whole.thing.at])
    return found is not None and found.start() < mark


def _asks_both(scene: Scene) -> bool:
    return scene.has(_TOGETHER)


def _kind(whole: Whole) -> ClaimKind:
    return "chord notes" if whole.is_chord else "scale notes"


def _is_near(whole: Whole, told: tuple[int, ...]) -> bool:
    """Whether a list was meant to be a whole: all but one of its notes, most of a long one."""
    same, size = overlap(whole, told), len(set(told))
    if size > len(whole.notes) or (not whole.is_chord and size < (6 if whole.bare else 4)):
        return False
    return same >= size - 1 or (size >= 5 and same >= size - 2)


_HELD: Final = re.compile(
    r"\b(?:contain\w*|has|have|includ\w+|adds?|adding|added|with|plus|hold\w*|uses?|using|pairs?|made|built|spell\w*"
    r"|drop in"
    r"|is|are|gives?|get|need\w*|take|consist\w*|keeps?|restores?|triad|chord|notes?|tones?)\b"
)
_SCALE_HELD: Final = re.compile(
    r"\b(?:contain\w*|has|have|includ\w+|adds?|keeps?|restores?|notes?|tones?|uses?|features?|raises?|lowers?)\b"
)
_AWAY: Final = re.compile(
    r"\b(?:resolv\w+|resolution|lead(?:s|ing)|goes|going|go|mov(?:e|es|ing)|pull\w*|fall\w*|ris(?:e|es|ing)"
    r"|toward\w*|before|after"
    r"|above|below|up|down|clash\w*|tension|approach\w*|neighbou?r\w*|chromatic\w*|not|no|n't|isn't|doesn't|avoid\w*"
    r"|instead|rather|against"
    r"|over|in place of|sounds?|melody|target\w*|relative|parallel|key of|semitones?|half steps?|enharmonic\w*|same"
    r" as|except|unlike|omit\w*"
    r"|raise[ds]?|lower\w*|flatten\w*|sharpen\w*|replac\w+|swap\w*|changes?|becomes?|from|to|than|if|mode"
    r"|transpos\w+|voic\w+|tensions?)\b"
)


@sense("nN", "acms")
def scattered(scene: Scene) -> Iterator[Told]:
    """Notes told one by one of the chords or the scale that a sentence names; all but one are of them."""
    scales = _SCALE_HELD.search(scene.plain) is not None
    wholes = [
        whole for whole in scene.wholes
        if not whole.bare and (_is_chord_here(scene, whole) if whole.is_chord else scales and whole.thing.letter == "s")
    ]  # fmt: skip
    singles = [thing for thing in scene.notes if (thing.row < 0 and _is_note(scene, thing)) or _in_pair(scene, thing)]
    if not wholes or not singles or scene.of("LiRrefhgkzv") or scene.has(_AWAY) or not _HELD.search(scene.plain):
        return
    explained = [
        thing for row in scene.of("N") if len(row.entity.items) > 2 for thing in scene.notes if thing.at == row.at
    ]
    strange = [thing for thing in singles if not any(_is_of(whole, thing) for whole in wholes)]
    own = len(singles) - len(strange) + (1 if explained else 0)
    best = wholes[0]
    reason = f"{best.label} is {' '.join(map(name, best.notes))}."
    if not strange and own >= 2:
        yield so(_kind(best), reason, *singles)
    elif len(strange) == 1 and (own >= 1 or _added(scene, strange[0])) and len(best.notes) <= 7:
        yield not_so(
            _kind(best),
            reason,
            strange[0],
            _likely(best, strange[0], singles, len(wholes)),
            best.thing,
            robust=best.is_chord,
        )


def _is_note(scene: Scene, thing: Thing) -> bool:
    """Whether a bare letter is surely a note and neither a chord nor a key."""
    if scene.is_key(thing) and "of" not in scene.before(thing, 1):
        return False
    return not {"key", "major", "minor", "chord", "triad"} & set(scene.after(thing, 1))


def _in_pair(scene: Scene, thing: Thing) -> bool:
    return thing.row >= 0 and scene.things[thing.row].letter == "N" and len(scene.things[thing.row].entity.items) == 2


def _added(scene: Scene, thing: Thing) -> bool:
    return bool(
        {"with", "plus", "add", "adding", "adds", "keeps", "restores", "contains", "has", "a", "an"}
        & set(scene.words[max(0, thing.at - 2) : thing.at])
    )


def _likely(best: Whole, wrong: Thing, singles: list[Thing], many: int) -> str:
    """What belongs in the place of a strange note, where that is certain."""
    told = wrong.entity.note or 0
    left = [note for note in best.notes if not any(spelled_alike(thing.entity.note or 0, note) for thing in singles)]
    near = [note for note in left if (note - told) % 7 == 0] or left
    return name(near[0]) if len(near) == 1 and many == 1 else ""


def _is_chord_here(scene: Scene, whole: Whole) -> bool:
    """Whether a name means the chord: "C major" where its root, third and fifth are spoken of."""
    return whole.thing.letter in "ac" or (
        whole.thing.letter == "m" and re.search(r"\broot\b|\bthird\b|\bfifth\b", scene.spoken) is not None
    )


def _is_of(whole: Whole, thing: Thing) -> bool:
    note = thing.entity.note
    if note is None or whole.holds(note):
        return True
    natural = "natural" in thing.entity.text and whole.loose
    return natural and pitch_class(note) in {pitch_class(one) for one in whole.notes}
