"""Voicings by their notes: guide tones and shells, rootless forms, drop voicings, stacks of fourths."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from partimento.music.chord import Chord
from partimento.music.claims.chord_tones import chord_notes, spelled_alike
from partimento.music.claims.senses.scene import Scene, Thing
from partimento.music.claims.senses.told import Told, not_so, sense, so
from partimento.music.claims.voicings import guides
from partimento.music.pitch import name, pitch_class

_GUIDES: Final = re.compile(r"\b(?:guide ?tones?|guide notes?)\b")
_SHELL: Final = re.compile(r"\bshells?\b")
_THIRD_SEVENTH: Final = re.compile(r"\b(?:third|3rd|3)\b.{0,16}\b(?:and|&|,) (?:the )?(?:seventh|7th|flat seventh|7)\b")
_QUARTAL: Final = re.compile(r"\b(?:quartal|fourths|4ths)\b")
_DROP: Final = re.compile(r"\bdrop (?:2|two)\b")
_OCTAVE: Final = re.compile(r"\boctave\b")
_ROOTLESS: Final = re.compile(
    r"\b(?:rootless|without (?:the|its|a) root|leav\w+ (?:out )?the root|no root|omit\w* the root|drop\w* the root)\b"
)


def _chords(scene: Scene) -> list[tuple[Thing, Chord]]:
    found = [(thing, chord) for thing in scene.of("ac") if (chord := thing.entity.chord) is not None]
    return [(thing, chord) for thing, chord in found if chord.root_fifths is not None]


@sense("N", "ac")
def guide_tones(scene: Scene) -> Iterator[Told]:
    """The third and the seventh of a chord, told together."""
    if not scene.spoken or not (
        _GUIDES.search(scene.spoken) or _SHELL.search(scene.spoken) or _THIRD_SEVENTH.search(scene.spoken)
    ):
        return
    chords = [(thing, chord) for thing, chord in _chords(scene) if guides(chord)]
    shell = _SHELL.search(scene.spoken) is not None
    for row in scene.of("N"):
        told = row.entity.notes
        if told is None or len(told) not in ((2, 3) if shell else (2,)) or not chords:
            continue
        good = [thing for thing, chord in chords if _fits(chord, told, shell)]
        if good:
            yield so("voicing", "These are the third and the seventh.", row, good[0])
        elif len(chords) == 1 or len({chord for _, chord in chords}) == 1:
            thing, chord = chords[0]
            yield _mended(row, told, chord, thing, shell)


def _fits(chord: Chord, told: tuple[int, ...], shell: bool) -> bool:
    true = guides(chord) + ((chord.root_fifths or 0, (chord.root_fifths or 0) + 1) if shell else ())
    return all(any(spelled_alike(note, one) for one in true) for note in told)


def _mended(row: Thing, told: tuple[int, ...], chord: Chord, thing: Thing, shell: bool) -> Told:
    true = guides(chord) + ((chord.root_fifths or 0,) if shell else ())
    wrong = [at for at, note in enumerate(told) if not any(spelled_alike(note, one) for one in true)]
    left = [note for note in true if not any(spelled_alike(one, note) for one in told)]
    mend = name(left[0]) if len(wrong) == len(left) == 1 else ""
    reason = f"The third and the seventh of {chord.symbol} are {' and '.join(map(name, guides(chord)))}."
    return not_so("voicing", reason, row.entity.items[wrong[0]], mend, row, thing)


@sense("N", "ac")
def rootless(scene: Scene) -> Iterator[Told]:
    """A rootless form of a chord: third and seventh, with fifth or colours."""
    formula = [thing for thing in scene.of("D") if "1" not in re.findall(r"\d+", thing.entity.text)]
    if not (scene.has(_ROOTLESS) or formula):
        return
    for row in scene.of("N"):
        told = row.entity.notes
        chords = [(thing, chord) for thing, chord in _chords(scene) if guides(chord)]
        if told is None or len(told) < 3 or len(chords) != 1:
            continue
        thing, chord = chords[0]
        root = chord.root_fifths or 0
        colours = {*chord_notes(chord), root + 2, root + 1, root + 3} - {root}
        colours |= (
            {root - 5, root + 9, root + 6, root - 4} if chord.quality == "7" and "9" not in chord.degrees else set()
        )
        colours -= {root + 3} if chord.quality == "min7" and "-4" in thing.entity.text else set()
        wrong = [at for at, note in enumerate(told) if not any(spelled_alike(note, one) for one in colours)]
        lacking = [note for note in guides(chord) if not any(spelled_alike(one, note) for one in told)]
        reason = f"A rootless {chord.symbol} holds {' and '.join(map(name, guides(chord)))}."
        if not wrong and not lacking:
            yield so("voicing", reason, row, thing)
        elif len(wrong) <= 1 and len(lacking) <= 1:
            at = wrong[0] if wrong else 0
            near = [one for one in colours if (one - told[at]) % 7 == 0] if wrong else []
            yield not_so("voicing", reason, row.entity.items[at], name(near[0]) if len(near) == 1 else "", row, thing)


@sense("NL")
def quartal(scene: Scene) -> Iterator[Told]:
    """A stack of perfect fourths."""
    if not scene.has(_QUARTAL):
        return
    for row in scene.of("NL"):
        told = row.entity.notes
        if told is None or len(told) < 3 or scene.of("sRr") or not _near(scene, row):
            continue
        steps = [(pitch_class(high) - pitch_class(low)) % 12 for low, high in zip(told, told[1:], strict=False)]
        true = [told[0] - step for step in range(len(told))]
        reason = f"Fourths from {name(told[0])} are {' '.join(map(name, true))}."
        so_what = len(told) == 5 and steps == [5, 5, 5, 4]
        if so_what or all(step == 5 for step in steps) or (steps.count(6) == 1 and steps.count(5) == len(steps) - 1):
            yield so("voicing", reason, row)
            continue
        wrong = [
            at for at, (note, one) in enumerate(zip(told, true, strict=True)) if pitch_class(note) != pitch_class(one)
        ]
        if len(wrong) == 1:
            yield not_so("voicing", reason, row.entity.items[wrong[0]], name(true[wrong[0]]), row)


def _near(scene: Scene, row: Thing) -> bool:
    around = scene.words[max(0, row.at - 12) : row.at + 12]
    return bool({"quartal", "fourths", "4ths"} & {*around}) or any(thing.letter == "i" for thing in scene.things)


@sense("N")
def drop_two(scene: Scene) -> Iterator[Told]:
    """The second voice from the top, an octave lower."""
    rows = [row for row in scene.of("N") if len(row.entity.items) == 4]
    if not scene.has(_DROP) or not rows:
        return
    close = rows[0].entity.notes or ()
    if len(rows) == 2:
        told = rows[1].entity.notes or ()
        true = (close[2], close[0], close[1], close[3])
        reason = f"Dropping the second voice gives {' '.join(map(name, true))}."
        wrong = [at for at, (one, other) in enumerate(zip(told, true, strict=True)) if one != other]
        if not wrong:
            yield so("voicing", reason, rows[1], rows[0])
        elif len(wrong) == 1:
            yield not_so("voicing", reason, rows[1].entity.items[wrong[0]], name(true[wrong[0]]), rows[1])
        else:
            yield not_so("voicing", reason, rows[1], "", rows[0])
        return
    single = [thing for thing in scene.notes if thing.row < 0 and thing.at > rows[0].at]
    if len(single) == 1 and scene.has(_OCTAVE):
        true_note = close[2]
        reason = f"The second voice from the top is {name(true_note)}."
        if single[0].entity.note == true_note:
            yield so("voicing", reason, single[0], rows[0])
        else:
            yield not_so("voicing", reason, single[0], name(true_note), rows[0], robust=True)
