"""Claims about the notes of a chord: all of them, some of them, one member, its kind. Asks `chord` what is so."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from partimento.music.chord import Chord
from partimento.music.claims.book import Forms, Said, claim, in_style, no, yes
from partimento.music.claims.entity import Entity, alteration, chord_of_words, interval_of
from partimento.music.claims.finding import Judgement
from partimento.music.pitch import name, pitch_class
from partimento.music.quiz.words import QUALITIES
from partimento.music.scale import Scale

CHORD_TONES: Final[Forms] = []
_BY_SOUND: Final = ("dim7", "aug", "aug7")
_MAJOR: Final = {1: 0, 2: 2, 3: 4, 4: -1, 5: 1, 6: 3, 7: 5, 8: 0, 9: 2, 10: 4, 11: -1, 12: 1, 13: 3}
_SPARED: Final = ("5", "9", "11", "13", "1")


def spelled_alike(said: int, true: int, by_sound: bool = False) -> bool:
    """Whether a note is told rightly: by its letter, or by its sound where the right letter needs two signs."""
    loose = by_sound or not -8 <= true <= 12
    return said == true or (loose and pitch_class(said) == pitch_class(true))


def chord_tone_alike(said: int, true: int, by_sound: bool = False) -> bool:
    """As `spelled_alike`; in a chord, C flat, F flat, E sharp and B sharp may be told by their plain names."""
    return spelled_alike(said, true, by_sound or not -6 <= true <= 10)


def chord_notes(chord: Chord) -> tuple[int, ...]:
    """The spelled notes of a chord, a foreign bass last."""
    root = chord.root_fifths or 0
    notes = tuple(root + step for step in chord.shape.fifths)
    bass = chord.bass_fifths
    return notes if bass is None or chord.bass in {pitch_class(note) for note in notes} else (*notes, bass)


def by_sound(chord: Chord) -> bool:
    return chord.quality in _BY_SOUND or bool({"b9", "#9", "#11", "b13", "b5", "#5"} & set(chord.degrees))


def mended_list(
    written: Entity, told: tuple[int, ...], true: Iterable[int], loose: bool = False
) -> tuple[Entity | None, str]:
    """The one wrong item of a list and what belongs there; the whole list where it is not one for one."""
    rest = [note for note in true if not any(chord_tone_alike(one, note, loose) for one in told)]
    true_notes = list(true)
    wrong = [at for at, one in enumerate(told) if not any(chord_tone_alike(one, note, loose) for note in true_notes)]
    if len(wrong) == 1 and written.items:
        letter = [note for note in rest if (note - told[wrong[0]]) % 7 == 0]
        choice = letter or (rest if len(rest) == 1 else [])
        if len(choice) == 1:
            return written.items[wrong[0]], name(choice[0])
    if not wrong and len(rest) == 0:
        return None, ""
    return written, in_style(written, [name(note) for note in true_notes])


@claim(
    CHORD_TONES,
    "chord notes",
    r"<chord> (?:, )?(?P<verb>be|made|has|form)(?: of)?(?: @d\d+)?(?: be)? <list>",
    r"<chord> (?P<verb>\() <list> \)",
    r"(?:in|of|play|on|fret|voice|arpeggiate|arpeggio) <sure_chord:chord> ,? "
    r"?(?:(?P<verb>be|made|has|form) |play |with )?<list>",
    r"<list> (?:be )?(?P<verb>form|be|made)(?: up| @q\d+)? <sure_chord:chord>",
    r"from <list> ,? ?<sure_chord:chord>",
    r"<list> ,? ?(?:and |that |or )?(?P<verb>be|form) <sure_chord:chord>",
    r"<list> \( <sure_chord:chord> \)",
)
def _notes_of_chord(said: Said) -> Judgement | None:
    chord, written = said["chord"].chord, said["list"]
    told = written.notes
    if chord is None or told is None or (said["chord"].start < written.end and written.start < said["chord"].end):
        return None
    if len(told) == len(set(told)) + 1 and told[0] == told[-1]:
        told = told[:-1]
    if not _may_be_list(said["chord"], chord, told):
        return None
    true = chord_notes(chord)
    loose = by_sound(chord)
    reason = f"{chord.symbol} is {' '.join(map(name, true))}."
    if any(not any(chord_tone_alike(one, note, loose) for note in true) for one in told):
        if re.search(r"\b(?:voicing|drop|quartal|cluster|fourths)\b", said.found.string):
            return None
        if said["chord"].letter == "n" and said.found.string[: said.found.start()].endswith("in "):
            return None
        strange = [one for one in told if not any(chord_tone_alike(one, note, loose) for note in true)]
        if said["chord"].letter == "n" and (said.word("verb") not in ("made", "form", "has", "be") or len(strange) > 1):
            return None
        return no(*mended_list(written, told, true, loose), reason)
    if said.word("verb") in ("be", "made", "form", "(") and said["chord"].letter != "n":
        return _complete(written, told, chord, reason)
    return yes(reason)


def _may_be_list(named: Entity, chord: Chord, told: tuple[int, ...]) -> bool:
    """Whether so many notes may be told of a chord; more of a key or a scale are the scales' business."""
    if len(told) > 5 and chord.seventh is None:
        return False  # "C augmented has the notes …" may be the scale
    if named.letter == "m" and len(set(told)) > 3:
        return False
    return named.letter != "n" or len(told) in (2, 3)


def _complete(written: Entity, told: tuple[int, ...], chord: Chord, reason: str) -> Judgement | None:
    """Of a chord that "is" its notes none may be missing but the fifth and the colours."""
    true = chord_notes(chord)
    missing = [
        label
        for label, note in zip(chord.degrees, true, strict=False)
        if not any(chord_tone_alike(one, note, True) for one in told)
    ]
    if [label for label in missing if label not in _SPARED] and len(told) >= 3:
        return no(written, in_style(written, [name(note) for note in true]), reason)
    if len(missing) == 1 and len(true) == 3 and len(told) < 3:
        return None
    return yes(reason)


@claim(
    CHORD_TONES,
    "chord notes",
    r"<symbol:chord> has (?:@o\d+ )?<note>",
    r"<note> (?:be )?belong <symbol:chord>",
    r"<note> be in <symbol:chord>",
    r"<note> be (?:of|in) <symbol:chord>",
    r"there be <note> in <symbol:chord>",
    r"<symbol:chord> (?:replace|replaces|swap|swaps) @o\d+ (?:with|of|by) <note>",
)
def _note_in_chord(said: Said) -> Judgement | None:
    chord, note = said["chord"].chord, said["note"].note
    if chord is None or note is None or " , " in said.found[0]:
        return None
    true = chord_notes(chord)
    reason = f"{chord.symbol} is {' '.join(map(name, true))}."
    if any(chord_tone_alike(note, one, by_sound(chord)) for one in true):
        return yes(reason)
    same_letter = [one for one in true if (one - note) % 7 == 0]
    return no(said["note"], name(same_letter[0]) if len(same_letter) == 1 else "", reason)


def members(whole: Entity, degree: Entity) -> tuple[int, ...]:
    """The notes a degree of a chord, key or scale may be, the usual first; none where it has no such degree."""
    number, shift = degree.number, alteration(degree.text)
    if number < 1 or (degree.letter == "e" and whole.letter not in "nac"):
        return ()
    if whole.letter == "s" or (whole.letter in "mk" and number not in (9, 11, 13)):
        scale = whole.scale
        return () if scale is None else _of_scale(scale, number, shift, whole)
    chord = whole.chord
    if chord is None or chord.root_fifths is None or number not in _MAJOR:
        return ()
    root = chord.root_fifths
    if shift is not None:
        plain = root + _MAJOR[number] + 7 * shift
        return (plain, plain - 7) if number == 7 and shift == -1 and chord.quality == "dim7" else (plain,)
    names = {8: 1, 10: 3, 12: 5}
    wanted = names.get(number, number)
    found = [
        root + step
        for label, step in zip(chord.degrees, chord.shape.fifths, strict=True)
        if int(label.lstrip("b#")) == wanted or (int(label.lstrip("b#")) - wanted) % 7 == 0
    ]
    if found:
        return tuple(found)
    if number in (3, 5) or (number == 7 and whole.letter != "n"):
        return ()
    if number == 7:
        return root + 5, root - 2
    return root + _MAJOR[number], *((root + _MAJOR[number] - 7,) if number in (6, 13) and whole.letter == "a" else ())


def _of_scale(scale: Scale, number: int, shift: int | None, whole: Entity) -> tuple[int, ...]:
    size = len(scale.fifths)
    plain = scale.tonic + _MAJOR[number] if number in _MAJOR else scale.tonic
    if shift:
        named = plain + 7 * shift
        return (named, *((scale.fifths[number - 1],) if size == 7 and number <= 7 else ()))
    if size == 7:
        note = scale.fifths[(number - 1) % 7]
        raised = whole.letter in "mk" and scale.kind.name == "natural minor" and number == 7
        return (note, note + 7) if raised else (note,)
    labelled = [
        scale.tonic + step
        for label, step in zip(scale.kind.degrees, scale.kind.fifths, strict=True)
        if int(label[-1]) == number
    ]
    counted = [scale.fifths[number - 1]] if number <= size else []
    return tuple(dict.fromkeys([*counted, *labelled]))


@claim(
    CHORD_TONES,
    "chord notes",
    r"(?<!between )<degree> (?:of|in|on|to) (?:@t\d+ )?<any_scale:whole> (?:be|form|has|\(|, "
    r"be|,) <note>(?! (?:be|has|form))",
    r"(?<!between )<degree> (?:of|in|on|to) <symbol:whole> (?:be|form|has|\(|, be|,) <note>(?! (?:be|has|form))",
    r"<whole> (?:'s|s) <degree> (?:be|\() <note>",
    r"<note> (?:be|form|act|as|\() (?:as )?<degree> (?:of|in|to|on) <any_scale:whole>",
    r"<note> (?:be|form|act|as|\() (?:as )?<degree> (?:of|in|to|on) <symbol:whole>",
    r"<whole> (?:, )?(?:be )?has <note> (?:as|be|on|of|in|at) (?:its )?<degree>",
    r"(?:in|of|on|over|with|take) <whole> ,? ?(?:has )?(?:its )?<degree> (?:be|\() <note>",
    r"(?:in|of|on|over|with) <whole> ,? ?<note> (?:be|act|as) (?:its )?<degree>",
    r"add (?:to )?<degree> , (?:be )?<note> , (?:to )?<whole>",
    r"<degree> , (?:be )?<note> , (?:of|to|in|on) <whole>",
    r"<degree> \( <note> \) (?:of|to|in|on) <whole>",
    r"<note> , <degree> (?:of|in|to) <whole>",
    r"<whole> [^@]{0,24}(?:@[a-z]\d+ [^@]{0,12}){0,4}its <degree> (?:be|\(|,) <note>",
)
def _member(said: Said) -> Judgement | None:
    whole, degree, note = said["whole"], said["degree"], said["note"].note
    if note is None or (degree.letter == "e" and whole.letter in "nmk"):
        return None
    true = members(whole, degree)
    if not true:
        return None
    what = f"The {degree.text} of {whole.text} is {name(true[0])}."
    chord = whole.chord if whole.letter in "ac" else None
    loose = (chord is not None and by_sound(chord)) or (
        whole.letter == "s" and len(whole.scale.fifths if whole.scale else ()) != 7
    )
    alike = spelled_alike if whole.letter == "s" else chord_tone_alike
    if any(alike(note, one, loose) for one in true):
        return yes(what)
    return no(said["note"], name(true[0]) if len(set(true)) == 1 else "", what)


@claim(CHORD_TONES, "chord notes", r"<interval> of <symbol:chord> be <note>", r"<note> be <interval> of <symbol:chord>")
def _interval_member(said: Said) -> Judgement | None:
    chord, size, note = said["chord"].chord, interval_of(said["interval"].text), said["note"].note
    if chord is None or chord.root_fifths is None or size is None or note is None:
        return None
    true = chord.root_fifths + size
    reason = f"The {said['interval'].text} of {chord.symbol} is {name(true)}."
    return yes(reason) if note == true else no(said["note"], name(true), reason)


@claim(
    CHORD_TONES,
    "chord quality",
    r"<symbol:chord> (?:be|has) <quality>(?! (?:of|in|on))",
    r"<chord> be <quality>(?! (?:of|in|on|with))",
    r"<list> (?:form|be|made) <quality>(?! (?:of|in|on))",
    r"<quality> (?:on|from|of|root) <note:root> (?:be|has|made|form|,) <list>",
)
def _quality(said: Said) -> Judgement | None:
    whole = said.get("chord")
    if whole is None:
        return _quality_of_notes(said)
    chord, told = whole.chord, chord_of_words(f"C {said['quality'].text}")
    if chord is None or told is None or chord.quality is None or whole.letter == "n":
        return None
    if said.found.string[: said.found.start()].endswith("in "):
        return None
    family = {
        "maj": ("maj7", "6", "maj"),
        "min": ("min7", "min6", "min", "minmaj7"),
        "7": ("7", "sus7", "aug7"),
        "dim": ("dim", "dim7", "hdim7"),
        "aug": ("aug", "aug7"),
        "sus": ("sus", "sus7"),
    }
    reason = f"{chord.symbol} is a {QUALITIES[chord.quality][0]} chord."
    if chord.quality == told.quality or chord.quality in family.get(told.quality or "", ()):
        return yes(reason)
    return no(
        said["quality"],
        f"{QUALITIES[chord.quality][0]} chord" if "chord" in said["quality"].text else QUALITIES[chord.quality][0],
        reason,
    )


def _quality_of_notes(said: Said) -> Judgement | None:
    told = said["list"].notes
    if told is None or len(told) not in (3, 4):
        return None
    given = said.get("root")
    root = told[0] if given is None or given.note is None else given.note
    form = chord_of_words(f"{name(root)} {said['quality'].text}")
    if form is None:
        return None
    true = chord_notes(form)
    reason = f"{form.symbol} is {' '.join(map(name, true))}."
    if len(true) != len(told):
        return None
    if {pitch_class(note) for note in true} == {pitch_class(note) for note in told}:
        return yes(reason)
    return no(*mended_list(said["list"], told, true), reason)
